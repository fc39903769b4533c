package scim

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/patch"
)

// put makes a resource what the client sends.
func (rq *request) put(ctx context.Context, s *Stream, id string, d draft, ifMatch string) (bridge.Pushed, error) {
	return rq.alter(ctx, s, id, ifMatch, func(_ *current) (draft, error) { return d, nil })
}

// change applies the operations of a PATCH.
func (rq *request) change(ctx context.Context, s *Stream, id string, operations []patch.Operation, ifMatch string) (bridge.Pushed, error) {
	return rq.alter(ctx, s, id, ifMatch, func(now *current) (draft, error) {
		return rq.patched(ctx, s, now, operations)
	})
}

// current is a resource as it stands before a change.
type current struct {
	bridge.Pushed
	attributes map[string]any
	found      bool // an entry that no record has yet
}

// alter makes a change to one resource.
func (rq *request) alter(ctx context.Context, s *Stream, id, ifMatch string, wish func(*current) (draft, error)) (bridge.Pushed, error) {
	w, d, err := rq.alterAlone(ctx, s, id, ifMatch, wish)
	if err == nil {
		rq.follow(ctx, s, w, d.members)
	}
	return w.Pushed, err
}

// alterAlone makes the change while nobody else works on the resource.
func (rq *request) alterAlone(ctx context.Context, s *Stream, id, ifMatch string, wish func(*current) (draft, error)) (w written, d draft, err error) {
	ctx, give, err := rq.turn(ctx, s, id)
	if err != nil {
		return w, d, err
	}
	defer give()
	if err := rq.settle(ctx, s); err != nil {
		return w, d, err
	}
	now, err := rq.current(ctx, s, id)
	if err != nil {
		return w, d, err
	}
	if !matches(ifMatch, now.Pushed) {
		return w, d, versionDiffers(ifMatch, version(now.Pushed))
	}
	if d, err = wish(now); err != nil {
		return w, d, err
	}
	if s.nameOf(d.attributes) != s.nameOf(now.attributes) {
		giveName, err := rq.takeName(ctx, s, id, d.attributes)
		if err != nil {
			return w, d, err
		}
		defer giveName()
	}
	p, err := rq.next(ctx, s, now, d)
	if err != nil {
		return w, d, err
	}
	came := now.State != bridge.PushedKept || !slices.Equal(s.names(id, now.attributes), s.names(id, d.attributes))
	w, err = rq.apply(ctx, s, p, d, false, came)
	return w, d, err
}

// next is the resource after a change. Its version is another one only if the
// change changes something (RFC 7644, section 3.5.2.1).
func (rq *request) next(ctx context.Context, s *Stream, now *current, d draft) (bridge.Pushed, error) {
	p, err := s.pushed(now.Pushed, d)
	if err != nil {
		return p, err
	}
	changes := now.found || now.State != bridge.PushedKept || len(d.secrets) > 0 || !bytes.Equal(p.Body, now.Body)
	if !changes {
		if changes, err = rq.changesMembers(ctx, now.ID, p.Edit); err != nil {
			return p, err
		}
	}
	if changes {
		p.Version, p.Modified = p.Version+1, later(rq.Now(), p.Modified)
	}
	p.State = bridge.PushedKept
	if s.members() && now.State != bridge.PushedKept && !now.found && (p.Edit == nil || !p.Edit.Replace) {
		p.State = bridge.PushedHalf // members that were missing before are still missing
	}
	return p, nil
}

// changesMembers says whether somebody comes or goes by an edit. Only one that
// replaces the members reads their list.
func (rq *request) changesMembers(ctx context.Context, group string, edit *bridge.MemberEdit) (bool, error) {
	if edit == nil {
		return false, nil
	}
	comes := map[string]bool{}
	for _, m := range edit.Add {
		comes[m.Value] = true
	}
	if edit.Replace {
		for m, err := range rq.Store.Members(ctx, group) {
			if err != nil || !comes[m.Value] {
				return true, err
			}
			delete(comes, m.Value)
		}
		return len(comes) > 0, nil
	}
	is, err := rq.Store.IsMember(ctx, group, slices.Concat(slices.Collect(maps.Keys(comes)), edit.Remove)...)
	goes := func(value string) bool { return is[value] && !comes[value] }
	for value := range comes {
		if !is[value] {
			return true, err
		}
	}
	return slices.ContainsFunc(edit.Remove, goes), err
}

// takeName takes the turn of a new unique name, if nobody has the name.
func (rq *request) takeName(ctx context.Context, s *Stream, id string, attributes map[string]any) (give func(), err error) {
	name := s.nameOf(attributes)
	if give, err = rq.turns.take(ctx, s.name()+" name "+name); err != nil {
		return nil, err
	}
	other, err := rq.Store.Named(ctx, s.name(), s.named(), name)
	switch {
	case bridge.IsKind(err, bridge.NotFound), err == nil && (other.ID == id || other.State == bridge.PushedGone):
		return give, nil
	case err == nil:
		err = taken("there is already a %s with %s %q", s.Type.Name, s.named(), excerpt(name))
	}
	give()
	return nil, err
}

// current reads a resource by its id, also one that was only found.
func (rq *request) current(ctx context.Context, s *Stream, id string) (*current, error) {
	p, err := rq.Store.Pushed(ctx, s.name(), id)
	if bridge.IsKind(err, bridge.NotFound) {
		return rq.foundByID(ctx, s, id)
	}
	if err != nil {
		return nil, err
	}
	attributes, err := decoded(p)
	return &current{Pushed: p, attributes: attributes}, err
}

// patched returns what the operations make of a resource. Members are not read
// for it, unless an operation selects them by something else than their value.
func (rq *request) patched(ctx context.Context, s *Stream, now *current, operations []patch.Operation) (draft, error) {
	var d draft
	var err error
	rest, reduced := operations, true
	var edit *patch.Edit
	if s.members() {
		rest, edit, reduced = patch.Split(operations, s.Type)
	}
	base := maps.Clone(now.attributes)
	if !reduced {
		v := &view{Pushed: now.Pushed, stream: s}
		for m, err := range rq.Store.Members(ctx, now.ID) {
			if err != nil {
				return d, err
			}
			v.members = append(v.members, m)
		}
		links, err := v.links()
		if err != nil {
			return d, err
		}
		items := make([]any, len(links))
		for i, item := range links {
			items[i] = item
		}
		base["members"] = items
	}
	if d.attributes, err = patch.Apply(base, rest, s.Type); err != nil {
		return d, err
	}
	d.attributes = maps.Clone(d.attributes)
	d.takeSecrets(rq.client, s)
	switch {
	case !s.members():
		return d, nil
	case !reduced:
		d.members = &bridge.MemberEdit{Replace: true}
		d.members.Add, err = membersOf(d.attributes["members"])
		delete(d.attributes, "members")
		return d, err
	}
	if err := d.takeEdit(edit); err != nil || d.members == nil {
		return d, err
	}
	d.members.Remove, err = rq.aliases(ctx, d.members.Remove)
	return d, err
}

// aliases adds to the values of members everything else that a group may have
// named the same users by: who was added by externalId is removed by id.
func (rq *request) aliases(ctx context.Context, values []string) ([]string, error) {
	if rq.client.Users == nil {
		return values, nil
	}
	out := slices.Clone(values)
	for _, value := range values {
		user, err := rq.Store.Pushed(ctx, rq.client.Users.name(), value)
		if bridge.IsKind(err, bridge.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		attributes, err := decoded(user)
		if err != nil {
			return nil, err
		}
		out = append(out, rq.client.Users.names(user.ID, attributes)...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// takeEdit takes what a PATCH does to the members.
func (d *draft) takeEdit(edit *patch.Edit) error {
	if edit == nil {
		return nil
	}
	d.members = &bridge.MemberEdit{Replace: edit.Replace, Remove: edit.Remove}
	for _, item := range edit.Add {
		m, err := memberOf(item)
		if err != nil {
			return err
		}
		d.members.Add = append(d.members.Add, m)
	}
	return nil
}
