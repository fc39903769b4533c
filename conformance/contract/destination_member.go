package contract

import (
	"fmt"
	"slices"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

func memberTests() []destinationTest {
	return []destinationTest{
		{name: "many members come and go", test: memberMany},
		{name: "one bad member does not keep the others out", test: memberBad},
		{name: "what is as wanted is done", test: memberTwice},
		{name: "members are known by ID wherever they went", test: memberMoved},
		{name: "the last member leaves", test: memberLast},
	}
}

// members is a change that adds or removes entries.
func (s *destinationCase) members(group bridge.Entry, remove bool, list ...bridge.Entry) bridge.Change {
	c := s.edit(group, nil)
	c.Actions, c.MemberAttribute, c.Stage = []bridge.Action{bridge.AddMembers}, "member", bridge.References
	if remove {
		c.Actions[0] = bridge.RemoveMembers
	}
	for i, e := range list {
		c.Members = append(c.Members, bridge.MemberDelta{Remove: remove, Connection: "people", Key: fmt.Sprint(i), EntryID: e.ID, DN: e.DN})
	}
	return c
}

// joins applies a member change that must be done wholly.
func (s *destinationCase) joins(t *testing.T, c bridge.Change) {
	t.Helper()
	applied, err := s.Apply(t.Context(), c, nil)
	must(t, err)
	for i, err := range applied.Members {
		if err != nil {
			t.Errorf("member %d, %s: %v", i, c.Members[i].DN, err)
		}
	}
}

// counts demands the number of members that the directory itself counts.
func (s *destinationCase) counts(t *testing.T, group bridge.Entry, want int) {
	t.Helper()
	e := s.entry(t, group.ID, bridge.Group)
	distinct := map[string]bool{}
	for _, dn := range e.Attributes["member"] {
		distinct[s.Rules().CanonicalDN(dn)] = true
	}
	if len(distinct) != want || len(e.Attributes["member"]) != want {
		t.Errorf("the group has %d members, %d of them distinct; want %d", len(e.Attributes["member"]), len(distinct), want)
	}
	listed := -1
	for e, err := range s.List(t.Context(), bridge.Query{Type: bridge.Group, Scope: []string{s.ou}, Attributes: []string{"member"}}) {
		must(t, err)
		if e.ID == group.ID {
			listed = len(e.Attributes["member"])
		}
	}
	if listed != want {
		t.Errorf("the list shows %d members, want %d", listed, want)
	}
}

func memberMany(t *testing.T, s *destinationCase) {
	s.contacts(t, s.Many)
	group := s.created(t, s.named(bridge.Group, "Many"))
	var all []bridge.Entry
	for e, err := range s.List(t.Context(), bridge.Query{Type: bridge.Contact, Scope: []string{s.ou}}) {
		must(t, err)
		all = append(all, e)
	}
	batches := slices.Collect(slices.Chunk(all, bridge.MaxMembers))
	for _, batch := range batches {
		s.joins(t, s.members(group, false, batch...))
	}
	s.counts(t, group, s.Many)
	s.joins(t, s.members(group, true, all[:len(all)/2]...))
	s.counts(t, group, len(all)-len(all)/2)
	both := s.members(group, true, all[len(all)/2:]...)
	both.Members = append(both.Members, s.members(group, false, all[:3]...).Members...)
	s.joins(t, both)
	s.counts(t, group, 3)
}

func memberBad(t *testing.T, s *destinationCase) {
	group := s.created(t, s.named(bridge.Group, "Bad"))
	var list []bridge.Entry
	for i := range 9 {
		list = append(list, s.created(t, s.named(bridge.Contact, fmt.Sprintf("c %d", i))))
	}
	for _, i := range []int{2, 7} {
		must(t, s.Admin.Del(goldap.NewDelRequest(list[i].DN, nil)))
	}
	applied, err := s.Apply(t.Context(), s.members(group, false, list...), nil)
	must(t, err)
	for i := range list {
		var err error
		if i < len(applied.Members) {
			err = applied.Members[i]
		}
		if bad := i == 2 || i == 7; bad != (err != nil) {
			t.Errorf("member %d: %v", i, err)
		}
	}
	s.counts(t, group, 7)
}

func memberTwice(t *testing.T, s *destinationCase) {
	group := s.created(t, s.named(bridge.Group, "Twice"))
	a, b, c := s.created(t, s.named(bridge.Contact, "a, x")), s.joined(t, "b", nil), s.created(t, s.named(bridge.Contact, "c"))
	s.joins(t, s.members(group, false, a, b))
	s.joins(t, s.members(group, false, b, c, a))
	s.counts(t, group, 3)
	s.joins(t, s.members(group, true, a))
	s.joins(t, s.members(group, true, b, a))
	s.counts(t, group, 1)
	s.joins(t, s.members(group, true, a, b))
	gone := s.members(group, false, a)
	must(t, s.Admin.Del(goldap.NewDelRequest(group.DN, nil)))
	_, err := s.Apply(t.Context(), gone, nil)
	refused(t, err, bridge.Stale, "gone")
}

// memberMoved moves members after they were planned.
func memberMoved(t *testing.T, s *destinationCase) {
	group := s.created(t, s.named(bridge.Group, "Followed"))
	a, b, c := s.created(t, s.named(bridge.Contact, "a")), s.created(t, s.named(bridge.Contact, "b")), s.created(t, s.named(bridge.Contact, "c"))
	s.joins(t, s.members(group, false, a))
	plan := []bridge.Change{s.members(group, true, a), s.members(group, false, b, c)}
	away := s.unit(t, s.ou, "away")
	s.apply(t, s.to(a, "a2", away))
	must(t, s.Admin.ModifyDN(goldap.NewModifyDNRequest(b.DN, rdnOf(b.DN), true, away)))
	s.joins(t, plan[1])
	s.counts(t, group, 3)
	s.joins(t, plan[1])
	s.counts(t, group, 3)
	s.joins(t, plan[0])
	s.counts(t, group, 2)
	for _, dn := range s.entry(t, group.ID, bridge.Group).Attributes["member"] {
		_, err := s.Get(t.Context(), bridge.Ref{DN: dn}, bridge.Query{})
		must(t, err)
	}
}

// memberLast empties groups, also one that somebody else made.
func memberLast(t *testing.T, s *destinationCase) {
	a := s.created(t, s.named(bridge.Contact, "only"))
	ours := s.created(t, s.named(bridge.Group, "Ours"))
	s.joins(t, s.members(ours, false, a))
	s.joins(t, s.members(ours, true, a))
	s.counts(t, ours, 0)
	theirs := goldap.NewAddRequest(s.Rules().DN(bridge.Group, "Theirs", s.ou), nil)
	theirs.Attribute("objectClass", []string{"top", map[bool]string{true: "group", false: "groupOfNames"}[s.Windows]})
	theirs.Attribute("member", []string{a.DN})
	must(t, s.Admin.Add(theirs))
	e, err := s.Get(t.Context(), bridge.Ref{DN: theirs.DN}, bridge.Query{Type: bridge.Group})
	must(t, err)
	s.counts(t, e, 1)
	s.joins(t, s.members(e, true, a))
	s.counts(t, e, 0)
}
