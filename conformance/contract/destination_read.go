package contract

import (
	"fmt"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

func readTests() []destinationTest {
	return []destinationTest{
		{name: "what was created is read back", test: readCreated},
		{name: "hard names come back as they were given", test: readHardNames},
		{name: "a list is complete however long it is", test: readList},
		{name: "a list that is left early leaves nothing behind", test: readListEarly},
		{name: "a list of a container that is not there is an error", test: readListNowhere},
		{name: "a filter's own characters are found as text", test: readFind},
		{name: "two hits are all it takes to be ambiguous", test: readFindTwo},
		{name: "an entry is found by ID wherever it went", test: readMoved},
	}
}

func readCreated(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Ada Lovelace", bridge.Attributes{"displayName": {"Ada, Countess"}})
	if e.ID == "" || e.State != bridge.Enabled || e.Name != "Ada Lovelace" || e.Type != bridge.User {
		t.Errorf("%+v", e)
	}
	if age := time.Since(e.Created); age < -5*time.Minute || age > 5*time.Minute {
		t.Errorf("it was created at %s", e.Created)
	}
	s.holds(t, e, "displayName", "Ada, Countess")
	s.at(t, e, "Ada Lovelace", s.ou)
	byDN, err := s.Get(t.Context(), bridge.Ref{DN: e.DN}, bridge.Query{})
	must(t, err)
	if byDN.ID != e.ID || len(byDN.Attributes) > 0 {
		t.Errorf("by DN it is %+v", byDN)
	}
	if s.Windows {
		if got := s.raw(t, e.DN, "userAccountControl"); got[0] != "512" {
			t.Errorf("userAccountControl is %s", got)
		}
		if got := s.raw(t, e.DN, "pwdLastSet"); got[0] != "0" {
			t.Errorf("pwdLastSet is %s", got)
		}
	}
	off := s.person("Charles Babbage")
	off.NewState = bridge.Disabled
	if e := s.created(t, off); e.State != bridge.Disabled {
		t.Errorf("it is %q", e.State)
	}
	for _, typ := range []bridge.ObjectType{bridge.Contact, bridge.Group} {
		if e := s.created(t, s.named(typ, string(typ))); e.State != bridge.NoAccount || e.ID == "" {
			t.Errorf("%+v", e)
		}
	}
	unit := bridge.Change{Stage: bridge.Containers, Actions: []bridge.Action{bridge.Create}, Type: bridge.OrgUnit, DN: s.Rules().DN(bridge.OrgUnit, "R&D, Berlin", s.ou)}
	applied, err := s.Apply(t.Context(), unit, nil)
	must(t, err)
	if applied.EntryID == "" || !s.Rules().Within(applied.DN, s.ou) {
		t.Errorf("%+v", applied)
	}
}

// hardNames are names that a directory, its DNs and its filters must keep.
func hardNames() []string {
	return []string{"Doe, Jane", "a=b", "a+b", `say "hi"`, "#1 Bob", "Müller", "Zoe\u0308 Deco", "王小明", "محمد الحداد", `back\slash`, "<angle>",
		"semi;colon", "O'Neil", "(star)*", "sl/ash", "Łukasz Żółć", "*", " lead", "trail ", "two  spaces", "\U0001F389 party", "a,b=c+d\"e\\f<g>h;i#j ", "line\nbreak"}
}

func readHardNames(t *testing.T, s *destinationCase) {
	for _, name := range hardNames() {
		t.Run(name, func(t *testing.T) {
			e := s.joined(t, name, bridge.Attributes{"displayName": {name}})
			s.at(t, e, name, s.ou)
			s.holds(t, e, "displayName", name)
			if dn := s.Rules().DN(bridge.User, name, s.ou); s.Rules().CanonicalDN(dn) != s.Rules().CanonicalDN(e.DN) {
				t.Errorf("%q is not %q", dn, e.DN)
			}
			found, err := s.Find(t.Context(), bridge.Query{Type: bridge.User, Scope: []string{s.ou}}, "displayName", name)
			must(t, err)
			if len(found) != 1 || found[0].ID != e.ID {
				t.Errorf("%d are found", len(found))
			}
			other := s.edit(e, bridge.Attributes{"displayName": {name + " x"}})
			other.NewDN = s.Rules().DN(bridge.User, "x "+name, s.ou)
			_, err = s.Apply(t.Context(), other, nil)
			must(t, err)
			s.at(t, e, "x "+name, s.ou)
		})
	}
}

// contacts makes many contacts as somebody else would.
func (s *destinationCase) contacts(t *testing.T, n int) []string {
	t.Helper()
	var list []string
	for i := range n {
		add := goldap.NewAddRequest(ldap.JoinDN("cn", fmt.Sprintf("contact %04d", i), s.ou), nil)
		add.Attribute("objectClass", []string{"top", "person", "organizationalPerson", "contact"})
		if !s.Windows {
			add.Attributes[0].Vals[3] = "inetOrgPerson"
			add.Attribute("sn", []string{"Contact"})
		}
		must(t, s.Admin.Add(add))
		list = append(list, add.DN)
	}
	return list
}

// listed counts the entries of a list by name.
func (s *destinationCase) listed(t *testing.T, d bridge.Reader, q bridge.Query) map[string]int {
	t.Helper()
	got := map[string]int{}
	for e, err := range d.List(t.Context(), q) {
		must(t, err)
		got[e.Name]++
	}
	return got
}

func readList(t *testing.T, s *destinationCase) {
	s.contacts(t, s.Many)
	e := s.joined(t, "A user", nil)
	group := s.created(t, s.named(bridge.Group, "A group"))
	for _, q := range []bridge.Query{{Type: bridge.Contact, Scope: []string{s.ou}}, {Type: bridge.Contact, Scope: []string{"OU=inner," + s.ou, s.ou, strings.ToUpper(s.ou)}}} {
		once := 0
		got := s.listed(t, s, q)
		for name, n := range got {
			if n == 1 && strings.HasPrefix(name, "contact") {
				once++
			}
		}
		if once != s.Many || len(got) != s.Many {
			t.Errorf("%d are listed, %d of them once; want %d", len(got), once, s.Many)
		}
	}
	if got := s.listed(t, s, bridge.Query{Type: bridge.User, Scope: []string{s.ou}}); len(got) != 1 || got[e.Name] != 1 {
		t.Errorf("users are %v", got)
	}
	if got := s.listed(t, s, bridge.Query{Type: bridge.Group, Scope: []string{s.ou}}); len(got) != 1 || got[group.Name] != 1 {
		t.Errorf("groups are %v", got)
	}
	if got := s.listed(t, s, bridge.Query{Scope: []string{s.ou}}); len(got) != s.Many+2 {
		t.Errorf("%d of any type are listed", len(got))
	}
}

// readListEarly reads an entry while a list is open on the only connection, and
// leaves the list in the middle of a page.
func readListEarly(t *testing.T, s *destinationCase) {
	s.contacts(t, 120)
	one := s.opened(t, func(settings *ldap.Settings) { settings.Connections = 1 })
	for range 12 { // more than the paged reads that a connection may leave open
		n := 0
		for e, err := range one.List(t.Context(), bridge.Query{Type: bridge.Contact, Scope: []string{s.ou}}) {
			must(t, err)
			_, err = one.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
			must(t, err)
			if n++; n == 60 {
				break
			}
		}
	}
	if got := s.listed(t, one, bridge.Query{Type: bridge.Contact, Scope: []string{s.ou}}); len(got) != 120 {
		t.Errorf("%d are listed", len(got))
	}
}

func readListNowhere(t *testing.T, s *destinationCase) {
	n := 0
	for _, err := range s.List(t.Context(), bridge.Query{Type: bridge.User, Scope: []string{"OU=nowhere," + s.ou}}) {
		n++
		refused(t, err, bridge.Invalid, "OU=nowhere")
	}
	if n != 1 {
		t.Errorf("%d are listed", n)
	}
}

func readFind(t *testing.T, s *destinationCase) {
	q := bridge.Query{Type: bridge.User, Scope: []string{s.ou}, Attributes: []string{"displayName"}}
	for i, value := range []string{"a*b", "(x)", `c:\d`, "a&b|c!", "x=y", "é(*)", "  "} {
		if value != "  " {
			s.joined(t, fmt.Sprintf("found %d", i), bridge.Attributes{"displayName": {value}})
		}
	}
	for value, want := range map[string]int{"a*b": 1, "(x)": 1, `c:\d`: 1, "a&b|c!": 1, "x=y": 1, "é(*)": 1, "*": 0, "a*": 0, "": 0, ")(objectClass=*": 0, "A*B": 1} {
		found, err := s.Find(t.Context(), q, "displayName", value)
		must(t, err)
		if len(found) != want {
			t.Errorf("%q is found %d times, want %d", value, len(found), want)
		}
	}
	_, err := s.Find(t.Context(), q, "noSuchAttribute", "x")
	refused(t, err, bridge.Invalid, "noSuchAttribute")
}

func readFindTwo(t *testing.T, s *destinationCase) {
	inner := s.unit(t, s.ou, "inner")
	for i := range 5 {
		c := s.person(fmt.Sprintf("twin %d", i))
		c.After["displayName"] = bridge.Values{"Twin"}
		if i == 0 {
			c.After["displayName"] = bridge.Values{"Only"}
			c.DN = s.Rules().DN(bridge.User, "only", inner)
		}
		s.created(t, c)
	}
	for _, c := range []struct {
		value string
		scope []string
		want  int
	}{
		{"Twin", nil, 2}, {"Twin", []string{s.ou}, 2}, {"Twin", []string{inner}, 0}, {"Twin", []string{inner, s.ou}, 2},
		{"Only", []string{inner, s.ou}, 1}, {"Only", []string{s.ou, inner, s.ou}, 1},
	} {
		found, err := s.Find(t.Context(), bridge.Query{Type: bridge.User, Scope: c.scope}, "displayName", c.value)
		must(t, err)
		if len(found) != c.want {
			t.Errorf("%s in %v: %d are found, want %d", c.value, c.scope, len(found), c.want)
		}
	}
}

func readMoved(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Wanderer", nil)
	there := s.unit(t, s.ou, "far away")
	rdn, _ := ldap.SplitDN(e.DN)
	kind, _, _ := strings.Cut(rdn, "=")
	must(t, s.Admin.ModifyDN(goldap.NewModifyDNRequest(e.DN, kind+"=Settled", true, there)))
	s.at(t, e, "Settled", there)
	for _, ref := range []bridge.Ref{{DN: e.DN}, {DN: "CN=x,OU=nowhere," + s.ou}, {ID: "00000000-0000-4000-8000-000000000000"}, {}} {
		_, err := s.Get(t.Context(), ref, bridge.Query{})
		refused(t, err, bridge.NotFound)
	}
	must(t, s.Admin.Del(goldap.NewDelRequest(kind+"=Settled,"+there, nil)))
	_, err := s.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
	refused(t, err, bridge.NotFound)
}
