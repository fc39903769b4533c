package contract

import (
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
)

func writeTests() []destinationTest {
	return []destinationTest{
		{name: "attributes are set, changed and cleared", test: writeUpdate},
		{name: "a change of case is a change", test: writeCase},
		{name: "one value among several is added and removed", test: writeMulti},
		{name: "what cannot be removed is cleared all the same", test: writeNever, windows: true},
		{name: "references follow the ID of their target", test: writeReferences},
		{name: "a reference is right although its old target was moved meanwhile", test: writeReferenceMoved},
		{name: "what changed since the plan is refused and nothing is written", test: writeStale},
		{name: "what changes between reading and writing is refused", test: writeRace, naughty: true},
		{name: "a name that is taken is a conflict", test: writeTaken},
		{name: "what the directory refuses is said in words", test: writeInvalid},
	}
}

// multi is a text attribute with several values.
func (s *destinationCase) multi() string {
	if s.Windows {
		return "otherTelephone"
	}
	return "telephoneNumber"
}

// second is a text attribute besides displayName.
func (s *destinationCase) second() string {
	if s.Windows {
		return "department"
	}
	return "title"
}

// apply applies a change and reads the entry again.
func (s *destinationCase) apply(t *testing.T, c bridge.Change) bridge.Entry {
	t.Helper()
	applied, err := s.Apply(t.Context(), c, nil)
	must(t, err)
	if applied.EntryID != c.EntryID || applied.DN == "" {
		t.Errorf("applied is %+v", applied)
	}
	return s.entry(t, c.EntryID, c.Type)
}

func writeUpdate(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Ada", bridge.Attributes{"displayName": {"Ada"}})
	e = s.apply(t, s.edit(e, bridge.Attributes{"displayName": {"Ada Lovelace"}, s.second(): {"Mathematics, 世界"}, s.multi(): {"+49 30 1", "+49 30 2"}}))
	s.holds(t, e, "displayName", "Ada Lovelace")
	s.holds(t, e, s.second(), "Mathematics, 世界")
	e = s.apply(t, s.edit(e, bridge.Attributes{s.second(): {}, s.multi(): {}}))
	s.holds(t, e, s.second())
	s.holds(t, e, s.multi())
	s.holds(t, e, "displayName", "Ada Lovelace")
	again := s.apply(t, s.edit(e, bridge.Attributes{"displayName": {"Ada Lovelace"}, s.second(): {}})) // nothing to do
	if again.DN != e.DN {
		t.Errorf("it is at %s", again.DN)
	}
}

func writeCase(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Case", bridge.Attributes{"displayName": {"jane mcdonald"}, s.multi(): {"ext 5"}})
	e = s.apply(t, s.edit(e, bridge.Attributes{"displayName": {"Jane McDonald"}}))
	s.holds(t, e, "displayName", "Jane McDonald")
	e = s.apply(t, s.edit(e, bridge.Attributes{"displayName": {"Jane  McDonald"}}))
	s.holds(t, e, "displayName", "Jane  McDonald")
	e = s.apply(t, s.edit(e, bridge.Attributes{s.multi(): {"EXT 5", "ext 6"}}))
	s.holds(t, e, s.multi(), "EXT 5", "ext 6")
	if rules := s.Rules(); !s.Windows && sameValues(rules, "sn", bridge.Values{"mcdonald"}, bridge.Values{"McDonald"}) {
		t.Error("a family name that is written another way is no change")
	}
}

func writeMulti(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Multi", bridge.Attributes{s.multi(): {"1", "2", "3"}})
	e = s.apply(t, s.edit(e, bridge.Attributes{s.multi(): {"4", "3", "1"}}))
	s.holds(t, e, s.multi(), "1", "3", "4")
	e = s.apply(t, s.edit(e, bridge.Attributes{s.multi(): {"3"}}))
	s.holds(t, e, s.multi(), "3")
}

func writeNever(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Expiring", bridge.Attributes{"accountExpires": {"134432352000000000"}})
	e = s.apply(t, s.edit(e, bridge.Attributes{"accountExpires": {}}))
	if values := e.Attributes["accountExpires"]; !sameValues(s.Rules(), "accountExpires", values, nil) {
		t.Errorf("accountExpires is %q, which differs from none for ever", values)
	}
}

func writeReferences(t *testing.T, s *destinationCase) {
	boss, other := s.joined(t, "Boss", nil), s.joined(t, "Other, Boss", nil)
	e := s.joined(t, "Report", nil)
	c := s.edit(e, nil)
	c.References = []bridge.Reference{{Attribute: "manager", Connection: "people", Key: "b", EntryID: boss.ID, DN: "CN=where it was once," + s.ou}}
	e = s.apply(t, c)
	s.refers(t, e, boss)
	c = s.edit(e, nil)
	c.Before["manager"] = e.Attributes["manager"]
	c.References = []bridge.Reference{{Attribute: "manager", EntryID: other.ID}}
	e = s.apply(t, c)
	s.refers(t, e, other)
	e = s.apply(t, s.edit(e, bridge.Attributes{"manager": {}}))
	s.holds(t, e, "manager")

	must(t, s.Admin.Del(goldap.NewDelRequest(boss.DN, nil)))
	c = s.edit(e, bridge.Attributes{"displayName": {"changed"}})
	c.References = []bridge.Reference{{Attribute: "manager", Key: "b", EntryID: boss.ID}}
	_, err := s.Apply(t.Context(), c, nil)
	refused(t, err, bridge.Stale, "manager", `"b"`)
	s.holds(t, e, "displayName")

	created := s.person("Created with a reference")
	created.References = []bridge.Reference{{Attribute: "manager", EntryID: other.ID}}
	s.refers(t, s.created(t, created), other)
}

func (s *destinationCase) refers(t *testing.T, e, target bridge.Entry) {
	t.Helper()
	now := s.entry(t, target.ID, target.Type)
	if got := s.entry(t, e.ID, e.Type).Attributes["manager"]; !sameValues(s.Rules(), "manager", got, bridge.Values{now.DN}) {
		t.Errorf("manager is %q, want %q", got, now.DN)
	}
}

// writeReferenceMoved is a plan in which a manager leaves and is moved, and
// another takes over: the value before is no longer what it was.
func writeReferenceMoved(t *testing.T, s *destinationCase) {
	leaver, boss := s.joined(t, "Leaver", nil), s.joined(t, "Boss", nil)
	c := s.person("Report")
	c.References = []bridge.Reference{{Attribute: "manager", EntryID: leaver.ID}}
	e := s.created(t, c)
	change := s.edit(e, nil)
	change.Before["manager"] = e.Attributes["manager"]
	change.References = []bridge.Reference{{Attribute: "manager", EntryID: boss.ID}}

	away := s.edit(leaver, nil)
	away.NewDN = s.Rules().DN(bridge.User, "Leaver (left)", s.unit(t, s.ou, "left"))
	s.apply(t, away)
	s.refers(t, s.apply(t, change), boss)

	back := s.edit(e, nil)
	back.Before["manager"] = bridge.Values{boss.DN}
	back.References = []bridge.Reference{{Attribute: "manager", EntryID: leaver.ID}}
	gone := s.edit(boss, nil)
	gone.Actions = []bridge.Action{bridge.DeleteEntry}
	_, err := s.Apply(t.Context(), gone, nil)
	must(t, err)
	s.refers(t, s.apply(t, back), leaver)
}

func sameValues(rules bridge.Rules, attribute string, x, y bridge.Values) bool {
	a, b := rules.Canonical(attribute, x), rules.Canonical(attribute, y)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func writeStale(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Stale", bridge.Attributes{"displayName": {"as planned"}, s.second(): {"before"}})
	c := s.edit(e, bridge.Attributes{"displayName": {"new"}, s.second(): {"new"}})
	c.NewDN, c.NewState = s.Rules().DN(bridge.User, "Elsewhere", s.ou), bridge.Disabled
	unwritten := func(words ...string) {
		t.Helper()
		_, err := s.Apply(t.Context(), c, nil)
		refused(t, err, bridge.Stale, words...)
		s.holds(t, e, s.second(), "before")
	}
	s.replace(t, e.DN, "displayName", "somebody else")
	unwritten("displayName", `"Stale"`)
	s.at(t, e, "Stale", s.ou)
	s.replace(t, e.DN, "displayName")
	unwritten("displayName")
	s.replace(t, e.DN, "displayName", "as planned")

	off := s.edit(e, nil)
	off.NewState = bridge.Disabled
	s.apply(t, off)
	unwritten("disabled")
	off.State, off.NewState = bridge.Disabled, bridge.Enabled
	s.apply(t, off)

	away := s.unit(t, s.ou, "away")
	must(t, s.Admin.ModifyDN(goldap.NewModifyDNRequest(e.DN, rdnOf(e.DN), true, away)))
	unwritten("moved or renamed")
	must(t, s.Admin.Del(goldap.NewDelRequest(rdnOf(e.DN)+","+away, nil)))
	_, err := s.Apply(t.Context(), c, nil)
	refused(t, err, bridge.Stale, "gone")
	gone := s.edit(e, nil)
	gone.Actions = []bridge.Action{bridge.DeleteEntry}
	_, err = s.Apply(t.Context(), gone, nil)
	refused(t, err, bridge.Stale, "gone")
}

// writeRace lets somebody else write after the destination has looked.
func writeRace(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Race", bridge.Attributes{"displayName": {"before"}})
	s.Naughty.Fault(devdir.Fault{Op: "modify", On: e.ID, Times: 1, Do: devdir.Slow(400 * time.Millisecond)})
	ended := make(chan error, 1)
	go func() {
		_, err := s.Apply(t.Context(), s.edit(e, bridge.Attributes{"displayName": {"late"}}), nil)
		ended <- err
	}()
	for s.Naughty.Fired() == 0 {
		time.Sleep(time.Millisecond) // the request is on its way
	}
	s.replace(t, e.DN, "displayName", "somebody else")
	refused(t, <-ended, bridge.Stale)
	s.holds(t, e, "displayName", "somebody else")
}

func writeTaken(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Taken", nil)
	_, err := s.Apply(t.Context(), s.person("Taken"), nil)
	refused(t, err, bridge.Conflict)
	_, err = s.Apply(t.Context(), s.person("TAKEN"), nil)
	refused(t, err, bridge.Conflict)
	if !s.Windows {
		return
	}
	account := s.person("Another")
	account.After["sAMAccountName"] = e.Attributes["sAMAccountName"]
	_, err = s.Apply(t.Context(), account, nil)
	refused(t, err, bridge.Conflict)
	principal := account.After["sAMAccountName"][0] + "-p@corp.example.com"
	s.joined(t, "First principal", bridge.Attributes{"userPrincipalName": {principal}})
	second := s.person("Second principal")
	second.After["userPrincipalName"] = bridge.Values{principal}
	_, err = s.Apply(t.Context(), second, nil)
	refused(t, err, bridge.Conflict, "userPrincipalName")
	_, err = s.Get(t.Context(), bridge.Ref{DN: second.DN}, bridge.Query{})
	refused(t, err, bridge.NotFound)
}

// writeInvalid goes past Check, as a plan does that was made by other rules.
func writeInvalid(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Invalid", nil)
	for attribute, value := range map[string]string{"noSuchAttribute": "x", "manager": "no name at all", "displayName": "\xff\xfe"} {
		_, err := s.Apply(t.Context(), s.edit(e, bridge.Attributes{attribute: {value}, s.second(): {"x"}}), nil)
		if kind := bridge.KindOf(err); err == nil || kind != bridge.Invalid {
			t.Errorf("%s: %v (%s)", attribute, err, kind)
		}
		s.holds(t, e, s.second())
	}
	lost := s.person("Lost")
	lost.DN = s.Rules().DN(bridge.User, "Lost", "OU=nowhere,"+s.ou)
	_, err := s.Apply(t.Context(), lost, nil)
	refused(t, err, bridge.NotFound)
}
