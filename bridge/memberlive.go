package bridge

import (
	"context"
	"maps"
	"slices"
)

// editDeltas names the entries of an edit. It reads no member list, so that it
// costs the same whatever the group's size.
func (g *planning) editDeltas(ctx context.Context, edit *MemberEdit) (deltas []MemberDelta, unresolved []string, err error) {
	for _, m := range edit.Add {
		delta, known, err := g.memberOf(ctx, m.Value)
		if err != nil {
			return nil, nil, err
		}
		if !known {
			unresolved = append(unresolved, m.Value)
			continue
		}
		deltas = append(deltas, delta)
	}
	for _, key := range edit.Remove {
		delta, known, err := g.memberOf(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		if known { // who has no entry is in no group
			delta.Remove = true
			deltas = append(deltas, delta)
		}
	}
	return deltas, unresolved, nil
}

// memberOf finds the entry of a record that may be a member. The connection
// named first decides whose key it is.
func (g *planning) memberOf(ctx context.Context, key string) (MemberDelta, bool, error) {
	for _, connection := range g.Connection.MembersFrom {
		link, err := g.Memory.Link(ctx, connection, key)
		switch {
		case IsKind(err, NotFound):
			continue
		case err != nil:
			return MemberDelta{}, false, err
		case link.EntryID != "" && link.State != Found: // what was only found is nobody's yet
			return MemberDelta{Connection: connection, Key: key, EntryID: link.EntryID, DN: link.DN}, true, nil
		}
	}
	return MemberDelta{}, false, nil
}

// liveDeltas compares the members that the record names with those that the
// group has in the directory. Only entries in which the two differ are read.
func (g *planning) liveDeltas(ctx context.Context, d *draft) (deltas []MemberDelta, unresolved []string, err error) {
	rules := g.Reader.Rules()
	have := map[string]string{}
	for _, dn := range d.entry.Attributes[g.Connection.Template.Members] {
		have[rules.CanonicalDN(dn)] = dn
	}
	there := func(m MemberDelta) bool {
		canonical := rules.CanonicalDN(m.DN)
		_, found := have[canonical]
		delete(have, canonical)
		return found
	}
	for _, key := range d.result.Members {
		m, known, err := g.memberOf(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		if known && there(m) {
			continue
		}
		if known { // it may have been renamed since it was last seen
			e, found, err := g.view.entry(ctx, m.EntryID)
			if err != nil {
				return nil, nil, err
			}
			known, m.DN = found, e.DN
		}
		switch {
		case !known:
			unresolved = append(unresolved, key)
		case !there(m):
			deltas = append(deltas, m)
		}
	}
	surplus, err := g.surplus(ctx, have)
	return append(deltas, surplus...), unresolved, err
}

// surplus says which of the members that the record does not name are removed:
// those that are records of the connections whose records may be members, or all
// of them, as the policy says.
func (g *planning) surplus(ctx context.Context, have map[string]string) (deltas []MemberDelta, err error) {
	for _, canonical := range slices.Sorted(maps.Keys(have)) {
		delta := MemberDelta{Remove: true, DN: have[canonical]}
		e, err := g.Reader.Get(ctx, Ref{DN: delta.DN}, Query{})
		if err != nil && !IsKind(err, NotFound) {
			return nil, err
		}
		owner, owned := entryOwner{}, false
		if err == nil {
			if owner, owned, err = g.view.owner(ctx, e.ID); err != nil {
				return nil, err
			}
		}
		switch {
		case owned && slices.Contains(g.Connection.MembersFrom, owner.connection):
			delta.Connection, delta.Key, delta.EntryID = owner.connection, owner.key, e.ID
		case g.Connection.Members != MembersExact:
			continue
		}
		deltas = append(deltas, delta)
	}
	return deltas, nil
}
