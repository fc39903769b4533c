package ldap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// Apply does one change, after looking whether the entry is still as the plan
// found it.
func (d *Directory) Apply(ctx context.Context, c bridge.Change, secrets map[string]bridge.Secret) (bridge.Applied, error) {
	switch {
	case c.Has(bridge.Create):
		return d.create(ctx, c, secrets)
	case c.Has(bridge.DeleteEntry):
		return d.remove(ctx, c)
	case len(c.Members) > 0:
		return d.members(ctx, c)
	}
	return d.modify(ctx, c, secrets)
}

// current reads the entry of a change and refuses it if it is protected or not
// as the plan found it.
func (d *Directory) current(ctx context.Context, c bridge.Change) (*Raw, bridge.Entry, error) {
	names := slices.Collect(maps.Keys(c.Before))
	for name := range c.After {
		names = append(names, name)
	}
	for _, r := range c.References {
		names = append(names, r.Attribute)
	}
	slices.Sort(names)
	s := d.shape(bridge.Query{Type: c.Type, Attributes: slices.Compact(names)})
	raw, err := d.raw(ctx, bridge.Ref{ID: c.EntryID}, s.ask)
	if bridge.IsKind(err, bridge.NotFound) {
		return nil, bridge.Entry{}, bridge.Errorf(bridge.Stale, "the entry of record %q is gone", c.Key)
	}
	if err != nil {
		return nil, bridge.Entry{}, err
	}
	e, err := d.entry(ctx, s, raw)
	if err != nil {
		return nil, e, err
	}
	if e.Protected != "" {
		return nil, e, bridge.Errorf(bridge.Forbidden, "%s is protected: %s", e.DN, e.Protected)
	}
	return raw, e, d.stale(c, e, s)
}

// stale says in what the entry differs from what the plan found, without values.
func (d *Directory) stale(c bridge.Change, e bridge.Entry, s shape) error {
	if CanonicalDN(e.DN) != CanonicalDN(c.DN) {
		return bridge.Errorf(bridge.Stale, "the entry of record %q was moved or renamed since the plan was made", c.Key)
	}
	if c.State != bridge.NoAccount && c.State != e.State {
		return bridge.Errorf(bridge.Stale, "the account of record %q is %s, and was %s when the plan was made", c.Key, e.State, c.State)
	}
	for _, name := range s.names {
		if d.differs(name, c.Before[name], e.Attributes[name]) {
			return bridge.Errorf(bridge.Stale, "%s of record %q changed since the plan was made", name, c.Key)
		}
	}
	return nil
}

// differs says whether an attribute is not as it was planned to be before. A
// target that this directory has moved meanwhile is the same target.
func (d *Directory) differs(name string, before, now bridge.Values) bool {
	current := d.rules.Canonical(name, now)
	if slices.Equal(d.rules.Canonical(name, before), current) {
		return false
	}
	a := d.schema.Attribute(name)
	return a == nil || a.Syntax != DNText || !slices.Equal(d.rules.Canonical(name, d.moves.followed(before)), current)
}

// attempts is how often a generated secret that the directory refuses is made anew.
const attempts = 3

// create adds the entry with everything in one request, so that there is never
// half an entry, and reads back its ID.
func (d *Directory) create(ctx context.Context, c bridge.Change, secrets map[string]bridge.Secret) (bridge.Applied, error) {
	note := ""
	for attempt := 1; ; attempt++ {
		add, err := d.addRequest(ctx, c)
		if err != nil {
			return bridge.Applied{}, err
		}
		made, err := d.dialect.Complete(ctx, withSecrets(c, secrets), secrets, add)
		if err != nil {
			return bridge.Applied{}, err
		}
		err = d.pool.write(ctx, "create "+c.DN, func(conn *goldap.Conn) error { return conn.Add(add) })
		refused, _ := RefusalOf(err)
		weak := refused != nil && refused.Win32 == PasswordPolicy && attempt < attempts
		switch {
		case weak && len(secrets) > 0 && len(c.Generate) > 0:
			secrets, note = nil, tooWeak // clients send placeholders that no policy takes
			continue
		case weak && len(made) > 0:
			continue
		case err != nil:
			return bridge.Applied{}, err
		}
		applied, err := d.created(ctx, c, made)
		applied.Note = note
		return applied, err
	}
}

// tooWeak is noted of an entry that was created with another password than it
// was pushed with.
const tooWeak = "the directory's policy refuses the pushed password; one was generated that nobody knows"

// PasswordPolicy is the Windows error of a password that the policy refuses (MS-ERREF 2.2).
const PasswordPolicy = 0x52D

// withSecrets leaves out of a change what was handed in beside it: no secret is
// generated for it.
func withSecrets(c bridge.Change, secrets map[string]bridge.Secret) bridge.Change {
	if len(secrets) == 0 {
		return c
	}
	c.Generate = slices.DeleteFunc(slices.Clone(c.Generate), func(g bridge.Generated) bool {
		_, given := secrets[g.Attribute]
		return given
	})
	return c
}

// created reads the entry just added. Until its ID is known, nobody can say
// that it is there.
func (d *Directory) created(ctx context.Context, c bridge.Change, made map[string]bridge.Secret) (bridge.Applied, error) {
	d.moves.arrived(c.DN)
	e, err := d.Get(ctx, bridge.Ref{DN: c.DN}, bridge.Query{Type: c.Type})
	if err != nil {
		return bridge.Applied{}, bridge.Wrap(bridge.Unavailable, &bridge.Unknown{Err: err}, "%s was created, and could not be read back", c.DN)
	}
	return bridge.Applied{EntryID: e.ID, DN: e.DN, State: e.State, Secrets: made}, nil
}

func (d *Directory) addRequest(ctx context.Context, c bridge.Change) (*goldap.AddRequest, error) {
	naming := d.naming[c.Type]
	if len(naming.Classes) == 0 {
		return nil, bridge.Errorf(bridge.Unsupported, "this directory has no entries of type %s", c.Type)
	}
	add := goldap.NewAddRequest(c.DN, nil)
	add.Attribute("objectClass", naming.Classes)
	given := false
	for _, name := range slices.Sorted(maps.Keys(c.After)) {
		if d.schema.Attribute(name) == nil {
			return nil, unknown(name)
		}
		if len(c.After[name]) == 0 {
			continue
		}
		add.Attribute(name, c.After[name])
		given = given || foldASCII(name) == foldASCII(naming.RDN)
	}
	if !given {
		add.Attribute(naming.RDN, []string{RDNValue(c.DN)})
	}
	references, err := d.targets(ctx, c.References)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(references)) {
		add.Attribute(name, references[name])
	}
	return add, nil
}

func unknown(attribute string) error {
	return bridge.Errorf(bridge.Invalid, "the directory has no attribute %s", attribute)
}

// targets resolves references to what stands for their entries in a request.
func (d *Directory) targets(ctx context.Context, references []bridge.Reference) (map[string][]string, error) {
	out := map[string][]string{}
	for _, r := range references {
		e, err := d.Get(ctx, bridge.Ref{ID: r.EntryID}, bridge.Query{})
		if bridge.IsKind(err, bridge.NotFound) {
			return nil, bridge.Errorf(bridge.Stale, "%s names record %q, whose entry is gone", r.Attribute, r.Key)
		}
		if err != nil {
			return nil, err
		}
		out[r.Attribute] = append(out[r.Attribute], d.dialect.Address(e.ID, e.DN))
	}
	return out, nil
}

// modify writes attributes and state in one request and then, if the plan says
// so, renames or moves the entry on the DN that was just read.
func (d *Directory) modify(ctx context.Context, c bridge.Change, secrets map[string]bridge.Secret) (bridge.Applied, error) {
	e, wrote, err := d.write(ctx, c, secrets)
	for again := 1; again < attempts && len(c.References) > 0 && bridge.IsKind(err, bridge.Stale); again++ {
		e, wrote, err = d.write(ctx, c, secrets) // the old target may have been moved since it was read; what else is stale stays so
	}
	if err != nil {
		return bridge.Applied{}, err
	}
	applied := bridge.Applied{EntryID: e.ID, DN: e.DN, State: e.State}
	if c.NewState != "" {
		applied.State = c.NewState
	}
	if c.NewDN == "" {
		return applied, nil
	}
	if err := d.rename(ctx, e, c.NewDN); err != nil {
		var unknown *bridge.Unknown
		if wrote && !errors.As(err, &unknown) {
			err = bridge.Wrap(bridge.KindOf(err), err, "the attributes were written, the move was refused: %s", shownOf(err))
		}
		return bridge.Applied{}, err
	}
	applied.DN = c.NewDN
	return applied, nil
}

// write writes the attributes, the state and the secrets of a change, and says
// whether there were any.
func (d *Directory) write(ctx context.Context, c bridge.Change, secrets map[string]bridge.Secret) (e bridge.Entry, wrote bool, err error) {
	raw, e, err := d.current(ctx, c)
	if err != nil {
		return e, false, err
	}
	request, err := d.modifyRequest(ctx, c, raw, e)
	if err == nil && len(secrets) > 0 {
		err = d.dialect.SetSecrets(secrets, request)
	}
	if err != nil || len(request.Changes) == 0 {
		return e, false, err
	}
	err = d.pool.write(ctx, "change "+e.DN, func(conn *goldap.Conn) error { return conn.Modify(request) })
	return e, err == nil, notThere(err, c)
}

// shownOf is the sentence of an error, without its cause.
func shownOf(err error) string {
	var e *bridge.Error
	if errors.As(err, &e) {
		return e.Msg
	}
	return err.Error()
}

// notThere tells an entry that went away meanwhile from other refusals.
func notThere(err error, c bridge.Change) error {
	if bridge.IsKind(err, bridge.NotFound) {
		return bridge.Wrap(bridge.Stale, err, "the entry of record %q, or one it refers to, is gone", c.Key)
	}
	return err
}

func (d *Directory) modifyRequest(ctx context.Context, c bridge.Change, raw *Raw, e bridge.Entry) (*goldap.ModifyRequest, error) {
	request := goldap.NewModifyRequest(d.dialect.Address(e.ID, e.DN), nil)
	for _, name := range slices.Sorted(maps.Keys(c.After)) {
		if d.schema.Attribute(name) == nil {
			return nil, unknown(name)
		}
		d.change(request, name, e.Attributes[name], c.After[name])
	}
	references, err := d.targets(ctx, c.References)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(references)) {
		d.change(request, name, e.Attributes[name], references[name])
	}
	if c.NewState != "" && c.NewState != e.State {
		return request, d.dialect.SetState(raw, c.NewState, request)
	}
	return request, nil
}

// change takes away the old values and adds the new ones, so that a request
// that comes late is refused; what cannot be taken away one by one is replaced.
func (d *Directory) change(m *goldap.ModifyRequest, name string, have, want []string) {
	if none := d.dialect.Cleared(name); len(want) == 0 && none != "" {
		want = []string{none}
	}
	gone := slices.DeleteFunc(slices.Clone(have), func(v string) bool { return slices.Contains(want, v) })
	come := slices.DeleteFunc(slices.Clone(want), func(v string) bool { return slices.Contains(have, v) })
	if len(gone)+len(come) == 0 {
		return
	}
	a := d.schema.Attribute(name)
	if a == nil || a.NoMatch || a.Syntax == Octets || d.sameAfterFold(name, gone, come) {
		m.Replace(name, want)
		return
	}
	if len(gone) > 0 {
		m.Delete(name, gone)
	}
	if len(come) > 0 {
		m.Add(name, come)
	}
}

// sameAfterFold says whether a value changes only in what the directory folds:
// it would take the new one for the old one that is still there.
func (d *Directory) sameAfterFold(name string, gone, come []string) bool {
	for _, g := range gone {
		if slices.ContainsFunc(come, func(v string) bool {
			return FoldText(v) == FoldText(g) || d.rules.Fold(name, v) == d.rules.Fold(name, g)
		}) {
			return true
		}
	}
	return false
}

func (d *Directory) rename(ctx context.Context, e bridge.Entry, to string) error {
	rdn, parent := SplitDN(to)
	if CanonicalDN(parent) == CanonicalDN(e.Container) {
		parent = ""
	}
	request := goldap.NewModifyDNRequest(e.DN, rdn, true, parent)
	d.moves.moved(e.DN, to) // before it is sent: who reads the new name must know the old one
	err := d.pool.write(ctx, fmt.Sprintf("move %s to %s", e.DN, to), func(conn *goldap.Conn) error { return conn.ModifyDN(request) })
	if _, refused := RefusalOf(err); refused {
		d.moves.arrived(e.DN)
	}
	return err
}

// remove deletes an entry that has none below it.
func (d *Directory) remove(ctx context.Context, c bridge.Change) (bridge.Applied, error) {
	_, e, err := d.current(ctx, c)
	if err != nil {
		return bridge.Applied{}, err
	}
	request := goldap.NewDelRequest(d.dialect.Address(e.ID, e.DN), nil)
	d.moves.moved(e.DN, "")
	err = d.pool.write(ctx, "delete "+e.DN, func(conn *goldap.Conn) error { return conn.Del(request) })
	if _, refused := RefusalOf(err); refused {
		d.moves.arrived(e.DN)
	}
	if bridge.IsKind(err, bridge.Precondition) {
		err = d.notEmpty(ctx, e.DN, err)
	}
	return bridge.Applied{EntryID: e.ID, DN: e.DN}, notThere(err, c)
}

// notEmpty says what lies below an entry that could not be deleted for it.
func (d *Directory) notEmpty(ctx context.Context, dn string, refused error) error {
	below, err := d.pool.Search(ctx, Search{Base: dn, Below: true, Attributes: []string{"objectClass"}})
	if err != nil || len(below) < 2 {
		return refused
	}
	kinds := map[string]bool{}
	for _, raw := range below {
		classes := raw.GetEqualFoldAttributeValues("objectClass")
		if len(classes) > 0 && CanonicalDN(raw.DN) != CanonicalDN(dn) {
			kinds[classes[len(classes)-1]] = true
		}
	}
	return bridge.Wrap(bridge.Precondition, refused, "%s is not deleted: it has %d entries below it (%s)", dn, len(below)-1, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
}

// Reset sets a new secret on an entry.
func (d *Directory) Reset(ctx context.Context, ref bridge.Ref, g bridge.Generated) (bridge.Secret, error) {
	e, err := d.Get(ctx, ref, bridge.Query{})
	if err != nil {
		return bridge.Secret{}, err
	}
	if e.Protected != "" {
		return bridge.Secret{}, bridge.Errorf(bridge.Forbidden, "%s is protected: %s", e.DN, e.Protected)
	}
	return d.dialect.Reset(ctx, d.pool, d.dialect.Address(e.ID, e.DN), g)
}

// Write sends one change of a dialect's own.
func (p *Pool) Write(ctx context.Context, what string, m *goldap.ModifyRequest) error {
	return p.write(ctx, what, func(conn *goldap.Conn) error { return conn.Modify(m) })
}
