package ldap

import (
	"cmp"
	"context"
	"slices"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// few is for how many members a group's whole list is not read: they are sent as
// they are, and looked for one by one only when the directory refuses them. So
// they cost the same whatever the group's size.
const few = 32

// members adds and removes members. What is as wanted already counts as done.
// A batch that is refused is halved until the member that is refused stands alone.
func (d *Directory) members(ctx context.Context, c bridge.Change) (bridge.Applied, error) {
	group, err := d.group(ctx, c)
	if err != nil {
		return bridge.Applied{}, err
	}
	applied := bridge.Applied{EntryID: group.entry.ID, DN: group.entry.DN, Members: make([]error, len(c.Members))}
	c.Members = slices.Clone(c.Members)
	open := make([]int, 0, len(c.Members))
	for i, m := range c.Members {
		m.DN, err = d.memberAt(ctx, group, m)
		switch {
		case bridge.IsKind(err, bridge.NotFound) && m.Remove:
			continue
		case bridge.IsKind(err, bridge.NotFound):
			applied.Members[i] = err
			continue
		case err != nil:
			return bridge.Applied{}, err
		}
		if c.Members[i] = m; !group.agrees(m) {
			open = append(open, i)
		}
	}
	if err := d.memberBatch(ctx, c, group, open, applied.Members); err != nil {
		return bridge.Applied{}, err
	}
	return applied, nil
}

// memberAt returns where a member is now. The plan knows where it was, and by
// now another entry may have that name: only a newcomer whose ID goes into the
// request need not be looked up.
func (d *Directory) memberAt(ctx context.Context, g roster, m bridge.MemberDelta) (string, error) {
	byID := d.dialect.Address(m.EntryID, m.DN) != m.DN
	if m.EntryID == "" || byID && !m.Remove && !g.has(m) {
		return m.DN, nil
	}
	e, err := d.Get(ctx, bridge.Ref{ID: m.EntryID}, bridge.Query{})
	if bridge.IsKind(err, bridge.NotFound) {
		return "", bridge.Errorf(bridge.NotFound, "the entry of record %q, %s, is gone", m.Key, m.DN)
	}
	return e.DN, err
}

// roster is a group with the canonical DNs of its members, if they were read.
type roster struct {
	entry   bridge.Entry
	members map[string]bool
}

func (g roster) has(m bridge.MemberDelta) bool { return g.members[CanonicalDN(m.DN)] }

// agrees says whether the list, if it was read, is already as the delta wants it.
func (g roster) agrees(m bridge.MemberDelta) bool { return g.members != nil && g.has(m) != m.Remove }

func (d *Directory) group(ctx context.Context, c bridge.Change) (roster, error) {
	q := bridge.Query{Type: c.Type}
	if len(c.Members) > few {
		q.Attributes = []string{c.MemberAttribute}
	}
	e, err := d.Get(ctx, bridge.Ref{ID: c.EntryID}, q)
	switch {
	case bridge.IsKind(err, bridge.NotFound):
		return roster{}, bridge.Errorf(bridge.Stale, "the group of record %q is gone", c.Key)
	case err != nil:
		return roster{}, err
	case e.Protected != "":
		return roster{}, bridge.Errorf(bridge.Forbidden, "%s is protected: %s", e.DN, e.Protected)
	}
	if len(q.Attributes) == 0 {
		return roster{entry: e}, nil
	}
	g := roster{entry: e, members: make(map[string]bool, len(e.Attributes[c.MemberAttribute]))}
	for _, dn := range e.Attributes[c.MemberAttribute] {
		g.members[CanonicalDN(dn)] = true
	}
	return g, nil
}

// memberBatch sends the open deltas in one request, or in halves if that is
// refused. It returns an error only when nothing more can be sent.
func (d *Directory) memberBatch(ctx context.Context, c bridge.Change, g roster, open []int, results []error) error {
	if len(open) == 0 {
		return nil
	}
	request := goldap.NewModifyRequest(d.dialect.Address(g.entry.ID, g.entry.DN), nil)
	var add, remove []string
	for _, i := range open {
		m := c.Members[i]
		if m.Remove {
			remove = append(remove, m.DN)
		} else {
			add = append(add, d.dialect.Address(m.EntryID, m.DN))
		}
	}
	if len(add) > 0 {
		request.Add(c.MemberAttribute, add)
	}
	if len(remove) > 0 {
		request.Delete(c.MemberAttribute, remove)
	}
	what := "change the members of " + g.entry.DN
	err := d.pool.write(ctx, what, func(conn *goldap.Conn) error { return conn.Modify(request) })
	if refusal, ok := RefusalOf(err); ok && refusal.Code == goldap.LDAPResultObjectClassViolation && len(remove) > 0 && d.dialect.Placeholder() != "" {
		request.Add(c.MemberAttribute, []string{d.dialect.Placeholder()}) // the last one leaves a group that somebody else made
		err = d.pool.write(ctx, what, func(conn *goldap.Conn) error { return conn.Modify(request) })
	}
	switch {
	case err == nil:
		return nil
	case bridge.IsKind(err, bridge.Unavailable), bridge.IsKind(err, bridge.Unauthenticated):
		return err
	case len(open) == 1:
		return d.lastMember(ctx, c, g, open[0], err, results)
	}
	half := len(open) / 2
	if err := d.memberBatch(ctx, c, g, open[:half], results); err != nil {
		return err
	}
	return d.memberBatch(ctx, c, g, open[half:], results)
}

// lastMember looks again before one refused delta counts as failed: it may have
// been as wanted before, or somebody else may have done it.
func (d *Directory) lastMember(ctx context.Context, c bridge.Change, g roster, i int, refused error, results []error) error {
	m := c.Members[i]
	if m.EntryID != "" {
		e, err := d.Get(ctx, bridge.Ref{ID: m.EntryID}, bridge.Query{})
		if err != nil && !bridge.IsKind(err, bridge.NotFound) {
			return err
		}
		m.DN = cmp.Or(e.DN, m.DN)
	}
	search := d.locate(g.entry.ID)
	search.Filter = And(search.Filter, Equals(c.MemberAttribute, m.DN))
	found, err := d.pool.atMost(ctx, search, 0)
	if err != nil {
		return err
	}
	if len(found) > 0 == m.Remove {
		results[i] = refused
	}
	return nil
}
