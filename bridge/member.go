package bridge

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// memberIndex finds the entries of records that may be members.
type memberIndex struct {
	byKey map[string]MemberDelta // record key to its entry
	byDN  map[string]MemberDelta // canonical DN to the record
}

// groupMembers plans the members that a group's record names. Members are
// written after all entries, at most MaxMembers in one change.
func (g *planning) groupMembers(ctx context.Context, d *draft, c *Change) error {
	if g.Connection.Template.Members == "" || !g.Connection.Mapping.HasMembers() {
		return nil
	}
	if d.entry.ID != "" && !g.allows(CreateUpdate) {
		return nil
	}
	deltas, unresolved, err := g.membersOf(ctx, d)
	if err != nil {
		return err
	}
	if len(unresolved) > 0 {
		g.plan.Counts.Waiting += len(unresolved)
		g.finding(d.record, Finding{Severity: Warning, Code: "unresolved-member", Value: first(unresolved, 1)[0],
			Message: fmt.Sprintf("%d members have no entry, the first is %q", len(unresolved), unresolved[0]),
			Hint:    "they are left out now and tried again at every plan; members_from names the jobs whose records may be members"})
	}
	mark := c.Mark
	if len(deltas) > 0 || len(unresolved) > 0 {
		c.Mark, d.mark = "", ""
	}
	for batch := range slices.Chunk(deltas, MaxMembers) {
		m := Change{Stage: References, Key: c.Key, Type: c.Type, Reason: c.Reason, EntryID: c.EntryID, DN: c.DN, Members: batch, MemberAttribute: g.Connection.Template.Members}
		if slices.ContainsFunc(batch, func(x MemberDelta) bool { return !x.Remove }) {
			m.Actions = append(m.Actions, AddMembers)
		}
		if slices.ContainsFunc(batch, func(x MemberDelta) bool { return x.Remove }) {
			m.Actions = append(m.Actions, RemoveMembers)
		}
		if len(unresolved) == 0 && len(deltas) <= MaxMembers {
			m.Mark = mark
		}
		if err := g.changes.add(m); err != nil {
			return err
		}
	}
	return nil
}

// membersOf says which members come and go. For a single record they are looked
// up one by one; for a whole source the directory is listed once.
func (g *planning) membersOf(ctx context.Context, d *draft) (deltas []MemberDelta, unresolved []string, err error) {
	switch {
	case d.record.Edit != nil:
		return g.editDeltas(ctx, d.record.Edit)
	case g.single:
		return g.liveDeltas(ctx, d)
	}
	index, err := g.memberIndex(ctx)
	if err != nil {
		return nil, nil, err
	}
	deltas, unresolved = g.memberDeltas(d, index)
	return deltas, unresolved, nil
}

// memberDeltas compares the members that the record names with those that the
// group has. Additions come first, each half in the order of keys.
func (g *planning) memberDeltas(d *draft, index *memberIndex) (deltas []MemberDelta, unresolved []string) {
	rules := g.Reader.Rules()
	have := map[string]string{}
	for _, dn := range d.entry.Attributes[g.Connection.Template.Members] {
		have[rules.CanonicalDN(dn)] = dn
	}
	wanted := map[string]bool{}
	for _, key := range d.result.Members {
		m, known := index.byKey[key]
		if !known {
			unresolved = append(unresolved, key)
			continue
		}
		canonical := rules.CanonicalDN(m.DN)
		if _, there := have[canonical]; !there && !wanted[canonical] {
			deltas = append(deltas, m)
		}
		wanted[canonical] = true
	}
	for canonical, dn := range have {
		m, known := index.byDN[canonical]
		if wanted[canonical] || (!known && g.Connection.Members != MembersExact) {
			continue
		}
		m.Remove, m.DN = true, dn
		deltas = append(deltas, m)
	}
	slices.SortFunc(deltas, func(x, y MemberDelta) int {
		if x.Remove != y.Remove {
			return map[bool]int{false: -1, true: 1}[x.Remove]
		}
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.DN, y.DN))
	})
	return deltas, unresolved
}

// memberIndex lists the entries that belong to records of the connections
// whose records may be members. It is read once per plan.
func (g *planning) memberIndex(ctx context.Context) (*memberIndex, error) {
	if g.members != nil {
		return g.members, nil
	}
	records := map[string]MemberDelta{} // by entry ID
	for link, err := range g.Memory.Links(ctx, g.Connection.Destination) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(g.Connection.MembersFrom, link.Connection) && link.EntryID != "" && link.State != Deleted {
			records[link.EntryID] = MemberDelta{Connection: link.Connection, Key: link.Key, EntryID: link.EntryID}
		}
	}
	index := &memberIndex{byKey: map[string]MemberDelta{}, byDN: map[string]MemberDelta{}}
	for e, err := range g.Reader.List(ctx, Query{}) {
		if err != nil {
			return nil, err
		}
		m, ours := records[e.ID]
		if !ours {
			continue
		}
		m.DN = e.DN
		index.byDN[g.Reader.Rules().CanonicalDN(e.DN)] = m
		if before, twice := index.byKey[m.Key]; twice && slices.Index(g.Connection.MembersFrom, before.Connection) < slices.Index(g.Connection.MembersFrom, m.Connection) {
			continue // the connection named first decides whose key it is
		}
		index.byKey[m.Key] = m
	}
	g.members = index
	return index, nil
}
