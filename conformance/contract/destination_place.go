package contract

import (
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

func placeTests() []destinationTest {
	return []destinationTest{
		{name: "an entry is renamed, moved, and both, with its attributes", test: placeBoth},
		{name: "a name changes in case only", test: placeCase},
		{name: "a name that is taken is refused, and what was written is said", test: placeTaken},
		{name: "a container that is not there is refused", test: placeNowhere},
		{name: "an entry with others below it is not deleted", test: placeDelete},
	}
}

func rdnOf(dn string) string {
	rdn, _ := ldap.SplitDN(dn)
	return rdn
}

// to is a change that takes the entry to another place.
func (s *destinationCase) to(e bridge.Entry, name, container string) bridge.Change {
	c := s.edit(e, bridge.Attributes{})
	c.Actions = []bridge.Action{bridge.Rename, bridge.Move}
	c.NewDN = s.Rules().DN(e.Type, name, container)
	return c
}

func placeBoth(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Doe, Jane", nil)
	there := s.unit(t, s.ou, "there, far")
	e = s.apply(t, s.to(e, "Roe, Jane", s.ou))
	s.at(t, e, "Roe, Jane", s.ou)
	e = s.apply(t, s.to(e, "Roe, Jane", there))
	s.at(t, e, "Roe, Jane", there)
	c := s.to(e, "a=b #+", s.ou)
	c.After["displayName"], c.NewState = bridge.Values{"with attributes"}, bridge.Disabled
	applied, err := s.Apply(t.Context(), c, nil)
	must(t, err)
	if applied.State != bridge.Disabled || ldap.CanonicalDN(applied.DN) != ldap.CanonicalDN(c.NewDN) {
		t.Errorf("applied is %+v", applied)
	}
	s.at(t, e, "a=b #+", s.ou)
	s.holds(t, e, "displayName", "with attributes")
	if now := s.entry(t, e.ID, e.Type); now.State != bridge.Disabled {
		t.Errorf("it is %s", now.State)
	}
	group := s.created(t, s.named(bridge.Group, "Group"))
	group = s.apply(t, s.to(group, "Group, moved", there))
	s.at(t, group, "Group, moved", there)
}

func placeCase(t *testing.T, s *destinationCase) {
	e := s.joined(t, "jane mcdonald", nil)
	e = s.apply(t, s.to(e, "Jane McDonald", s.ou))
	s.at(t, e, "Jane McDonald", s.ou)
}

func placeTaken(t *testing.T, s *destinationCase) {
	s.joined(t, "Taken", nil)
	e := s.joined(t, "Mover", nil)
	_, err := s.Apply(t.Context(), s.to(e, "Taken", s.ou), nil)
	refused(t, err, bridge.Conflict)
	c := s.to(e, "Taken", s.ou)
	c.After["displayName"] = bridge.Values{"written"}
	_, err = s.Apply(t.Context(), c, nil)
	refused(t, err, bridge.Conflict, "the attributes were written", "refused")
	s.at(t, e, "Mover", s.ou)
	s.holds(t, e, "displayName", "written")
}

func placeNowhere(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Homeless", nil)
	_, err := s.Apply(t.Context(), s.to(e, "Homeless", "OU=nowhere,"+s.ou), nil)
	refused(t, err, bridge.NotFound)
	s.at(t, e, "Homeless", s.ou)
}

func placeDelete(t *testing.T, s *destinationCase) {
	unit := bridge.Change{Actions: []bridge.Action{bridge.Create}, Type: bridge.OrgUnit, DN: s.Rules().DN(bridge.OrgUnit, "parent", s.ou)}
	parent := s.created(t, unit)
	inner := s.unit(t, parent.DN, "child")
	c := s.edit(parent, nil)
	c.Actions = []bridge.Action{bridge.DeleteEntry}
	_, err := s.Apply(t.Context(), c, nil)
	refused(t, err, bridge.Precondition, "below")
	child, err := s.Get(t.Context(), bridge.Ref{DN: inner}, bridge.Query{Type: bridge.OrgUnit})
	must(t, err)
	for _, e := range []bridge.Entry{child, parent} {
		c := s.edit(e, nil)
		c.Actions = []bridge.Action{bridge.DeleteEntry}
		_, err = s.Apply(t.Context(), c, nil)
		must(t, err)
		_, err = s.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
		refused(t, err, bridge.NotFound)
	}
}
