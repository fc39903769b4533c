package contract

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
)

// Fixture is a directory that a destination is tried on.
type Fixture struct {
	Settings  ldap.Settings
	Open      func(ctx context.Context, s ldap.Settings) (Opened, error)
	Container string       // for this test alone, and empty
	Admin     *goldap.Conn // somebody else, who may do everything
	Windows   bool         // it has the rules of Active Directory
	Many      int          // how many entries are many here

	Naughty *devdir.Directory // it can be told to misbehave; nil when it cannot
	Server  *devdir.Server
}

// Opened is an open destination.
type Opened interface {
	bridge.Destination
	// Identity says which directory it is.
	Identity() string
	Close()
}

// Destination holds a destination to what bridge expects of it.
func Destination(t *testing.T, open func(t *testing.T) Fixture) {
	f := open(t)
	d := f.opened(t)
	for _, group := range [][]destinationTest{readTests(), ruleTests(), writeTests(), placeTests(), accountTests(), memberTests(), faultTests(), settleTests()} {
		for _, c := range group {
			if c.windows && !f.Windows || c.naughty && f.Naughty == nil {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				s := &destinationCase{Fixture: f, Opened: d}
				if c.naughty {
					s.Fixture = open(t) // of its own, because it is broken
					s.Opened = s.opened(t)
				}
				s.ou = s.unit(t, s.Container, "case "+rand.Text()[:8])
				c.test(t, s)
			})
		}
	}
}

// destinationTest is one clause of the contract.
type destinationTest struct {
	name    string
	test    func(t *testing.T, s *destinationCase)
	windows bool // only where the rules of Active Directory hold
	naughty bool // only where faults can be ordered
}

// destinationCase is a destination under test, with a container of its own.
type destinationCase struct {
	Fixture
	Opened
	ou string
}

// opened opens the destination of the fixture, with small pages.
func (f Fixture) opened(t *testing.T, change ...func(*ldap.Settings)) Opened {
	t.Helper()
	settings := f.Settings
	settings.PageSize = 50
	for _, c := range change {
		c(&settings)
	}
	d, err := f.Open(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused demands an error of the kind whose sentence has the words.
func refused(t *testing.T, err error, kind bridge.Kind, words ...string) {
	t.Helper()
	var e *bridge.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("error %v is not of kind %q", err, kind)
	}
	for _, word := range words {
		if !strings.Contains(e.Msg, word) {
			t.Errorf("error %q does not say %q", e.Msg, word)
		}
	}
}

// unit makes a container below another.
func (s *destinationCase) unit(t *testing.T, parent, name string) string {
	t.Helper()
	dn := ldap.JoinDN("OU", name, parent)
	add := goldap.NewAddRequest(dn, nil)
	add.Attribute("objectClass", []string{"top", "organizationalUnit"})
	must(t, s.Admin.Add(add))
	return dn
}

// person is a change that creates a user.
func (s *destinationCase) person(name string) bridge.Change {
	c := bridge.Change{Seq: 1, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Create}, Key: name, Type: bridge.User, Reason: bridge.Joiner,
		DN: s.Rules().DN(bridge.User, name, s.ou), NewState: bridge.Enabled}
	if s.Windows {
		c.After = bridge.Attributes{"sAMAccountName": {"u" + strings.ToLower(rand.Text()[:12])}}
		c.Generate = []bridge.Generated{{Attribute: "unicodePwd", Kind: "password", Length: 16}}
	} else {
		c.After = bridge.Attributes{"cn": {"A person"}, "sn": {"Person"}}
	}
	return c
}

// named is a change that creates a contact or a group.
func (s *destinationCase) named(typ bridge.ObjectType, name string) bridge.Change {
	c := bridge.Change{Seq: 1, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Create}, Key: name, Type: typ, Reason: bridge.Joiner,
		DN: s.Rules().DN(typ, name, s.ou), After: bridge.Attributes{}}
	switch {
	case typ == bridge.Group && s.Windows:
		c.After["sAMAccountName"] = bridge.Values{"g" + rand.Text()[:12]}
	case typ == bridge.Contact && !s.Windows:
		c.After["sn"] = bridge.Values{"Contact"}
	}
	return c
}

// created applies a create and reads the entry.
func (s *destinationCase) created(t *testing.T, c bridge.Change) bridge.Entry {
	t.Helper()
	applied, err := s.Apply(t.Context(), c, nil)
	if err != nil {
		t.Fatalf("create %s: %v", c.DN, err)
	}
	return s.entry(t, applied.EntryID, c.Type)
}

// joined creates a user with attributes.
func (s *destinationCase) joined(t *testing.T, name string, attributes bridge.Attributes) bridge.Entry {
	t.Helper()
	c := s.person(name)
	for attribute, values := range attributes {
		c.After[attribute] = values
	}
	return s.created(t, c)
}

// watched are the attributes that the contract reads.
func (s *destinationCase) watched(typ bridge.ObjectType) []string {
	switch {
	case typ == bridge.Group:
		return []string{"member", "description"}
	case s.Windows:
		return []string{"displayName", "department", "otherTelephone", "manager", "accountExpires", "sAMAccountName"}
	}
	return []string{"displayName", "sn", "telephoneNumber", "manager", "title"}
}

func (s *destinationCase) entry(t *testing.T, id string, typ bridge.ObjectType) bridge.Entry {
	t.Helper()
	e, err := s.Get(t.Context(), bridge.Ref{ID: id}, bridge.Query{Type: typ, Attributes: s.watched(typ)})
	must(t, err)
	return e
}

// edit is a change of an entry's attributes, made from what it has now.
func (s *destinationCase) edit(e bridge.Entry, after bridge.Attributes) bridge.Change {
	c := bridge.Change{Seq: 1, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Update}, Key: e.Name, Type: e.Type, Reason: bridge.Differs,
		EntryID: e.ID, DN: e.DN, State: e.State, Before: bridge.Attributes{}, After: after}
	for name := range after {
		if len(e.Attributes[name]) > 0 {
			c.Before[name] = e.Attributes[name]
		}
	}
	return c
}

// replace writes as somebody else would.
func (s *destinationCase) replace(t *testing.T, dn, attribute string, values ...string) {
	t.Helper()
	m := goldap.NewModifyRequest(dn, nil)
	m.Replace(attribute, values)
	must(t, s.Admin.Modify(m))
}

// raw reads as somebody else would.
func (s *destinationCase) raw(t *testing.T, dn, attribute string) []string {
	t.Helper()
	found, err := s.Admin.Search(goldap.NewSearchRequest(dn, goldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{attribute}, nil))
	must(t, err)
	values := found.Entries[0].GetEqualFoldAttributeValues(attribute)
	slices.Sort(values)
	return values
}

// holds demands the values of an attribute, whatever their order.
func (s *destinationCase) holds(t *testing.T, e bridge.Entry, attribute string, want ...string) {
	t.Helper()
	got := slices.Sorted(slices.Values(s.entry(t, e.ID, e.Type).Attributes[attribute]))
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("%s is %q, want %q", attribute, got, want)
	}
}

// at demands the name of an entry to the letter, and its container.
func (s *destinationCase) at(t *testing.T, e bridge.Entry, name, container string) {
	t.Helper()
	now := s.entry(t, e.ID, e.Type)
	if now.Name != name || ldap.CanonicalDN(now.Container) != ldap.CanonicalDN(container) || ldap.RDNValue(now.DN) != name {
		t.Errorf("it is %q in %s, want %q in %s", now.Name, now.Container, name, container)
	}
}
