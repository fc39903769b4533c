package ldap_test

import (
	"slices"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/conformance/contract/servers"
)

func TestTheLastMemberLeavesAGroupThatMustHaveOne(t *testing.T) {
	s := servers.OpenLDAP(t)
	unit, admin := servers.Container(t, s, "members"), servers.Connect(t, s)
	person := goldap.NewAddRequest("uid=jane,"+unit, nil)
	person.Attribute("objectClass", []string{"inetOrgPerson"})
	person.Attribute("cn", []string{"Jane"})
	person.Attribute("sn", []string{"Doe"})
	group := goldap.NewAddRequest("cn=staff,"+unit, nil)
	group.Attribute("objectClass", []string{"groupOfNames"})
	group.Attribute("member", []string{"uid=jane," + unit, "uid=joe," + unit})
	for _, add := range []*goldap.AddRequest{person, group} {
		if err := admin.Add(add); err != nil {
			t.Fatal(err)
		}
	}
	d, err := ldap.Open(t.Context(), ldap.Settings{URLs: []string{s.URL}, CAFile: s.CAFile, BindDN: s.BindDN, Password: bridge.NewSecret(s.Password), Base: s.Base})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	q := bridge.Query{Type: bridge.Group, Attributes: []string{"member"}}
	before, err := d.Get(t.Context(), bridge.Ref{DN: group.DN}, q)
	if err != nil {
		t.Fatal(err)
	}
	c := bridge.Change{Actions: []bridge.Action{bridge.RemoveMembers}, Key: "staff", Type: bridge.Group, EntryID: before.ID, DN: before.DN, MemberAttribute: "member"}
	for _, dn := range before.Attributes["member"] {
		c.Members = append(c.Members, bridge.MemberDelta{Remove: true, DN: dn})
	}
	for range 2 {
		a, err := d.Apply(t.Context(), c, nil)
		if err != nil || slices.ContainsFunc(a.Members, func(err error) bool { return err != nil }) {
			t.Fatal(err, a.Members)
		}
	}
	if after, err := d.Get(t.Context(), bridge.Ref{ID: before.ID}, q); err != nil || len(after.Attributes["member"]) > 0 {
		t.Errorf("%v is left, %v", after.Attributes["member"], err)
	}
}
