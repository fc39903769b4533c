package contract

import (
	"crypto/rand"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

func ruleTests() []destinationTest {
	return []destinationTest{
		{name: "values are the same exactly if the directory stores them alike", test: ruleCanonical},
		{name: "unique values clash exactly where the directory says so", test: ruleFold, windows: true},
		{name: "two names of one entry are the same name", test: ruleNames},
		{name: "what is below a container is within it", test: ruleWithin},
		{name: "what would be refused is known before", test: ruleCheck},
	}
}

func ruleCanonical(t *testing.T, s *destinationCase) {
	one := func(v string) bridge.Values { return bridge.Values{v} }
	for _, c := range []struct {
		attribute string
		x, y      bridge.Values
	}{
		{"displayName", one("Jane"), one("Jane")}, {"displayName", one("Jane"), one("jane")}, {"displayName", one("Jane"), one("Jane Doe")},
		{"displayName", one("a b"), one("a  b")}, {"displayName", one("é"), one("e\u0301")}, {"displayName", nil, one("x")},
		{s.multi(), bridge.Values{"1", "2"}, bridge.Values{"2", "1"}}, {s.multi(), bridge.Values{"1", "2"}, bridge.Values{"1", "3"}},
		{s.multi(), one("1"), bridge.Values{"1", "2"}}, {s.multi(), one("ext 1"), one("EXT 1")},
		{"manager", one(s.ou), one(strings.ToUpper(s.ou))}, {"manager", one(s.ou), one(strings.Replace(s.ou, ",", ", ", 1))}, {"manager", one(s.ou), one(s.Container)},
	} {
		x, y := s.stored(t, c.attribute, c.x), s.stored(t, c.attribute, c.y)
		alike := strings.Join(x, "\n") == strings.Join(y, "\n")
		if c.attribute == "manager" { // the case of a name is kept, and it is the same name
			alike = strings.EqualFold(strings.Join(x, "\n"), strings.Join(y, "\n"))
		}
		if same := sameValues(s.Rules(), c.attribute, c.x, c.y); same != alike {
			t.Errorf("%s: %q and %q are the same: %t, but they are stored as %q and %q", c.attribute, c.x, c.y, same, x, y)
		}
		if !sameValues(s.Rules(), c.attribute, c.x, x) {
			t.Errorf("%s: %q differs from what is stored of it, %q", c.attribute, c.x, x)
		}
	}
}

// stored are the values, sorted, that the directory has of what it was given.
func (s *destinationCase) stored(t *testing.T, attribute string, values bridge.Values) []string {
	t.Helper()
	e := s.joined(t, "stored "+rand.Text()[:8], nil)
	m := goldap.NewModifyRequest(e.DN, nil)
	m.Replace(attribute, values)
	if len(values) > 0 {
		must(t, s.Admin.Modify(m))
	}
	got := s.raw(t, e.DN, attribute)
	must(t, s.Admin.Del(goldap.NewDelRequest(e.DN, nil)))
	return got
}

// ruleFold tries whether a second account may have a value.
func ruleFold(t *testing.T, s *destinationCase) {
	unique := s.person("x").After["sAMAccountName"][0]
	for i, c := range []struct {
		attribute, x, y string
		windows         bool // Samba is looser here
	}{
		{"sAMAccountName", "jane" + unique, "JANE" + unique, false}, {"sAMAccountName", "jana" + unique, "jane" + unique + "2", false},
		{"sAMAccountName", "jos" + unique[:9], "jós" + unique[:9], true}, {"sAMAccountName", "ms" + unique[:9], "ma" + unique[:9], false},
		{"sAMAccountName", "w" + unique[:9] + "ss", "w" + unique[:9] + "ß", true}, {"sAMAccountName", "l" + unique[:9], "ł" + unique[:9], true},
		{"userPrincipalName", "p." + unique + "@corp.example.com", "P." + unique + "@CORP.example.com", false},
	} {
		if c.windows && s.Naughty == nil {
			continue
		}
		first, second := s.person("first"+string(rune('a'+i))), s.person("second"+string(rune('a'+i)))
		first.After[c.attribute], second.After[c.attribute] = bridge.Values{c.x}, bridge.Values{c.y}
		s.created(t, first)
		_, err := s.Apply(t.Context(), second, nil)
		clash := s.Rules().Fold(c.attribute, c.x) == s.Rules().Fold(c.attribute, c.y)
		if clash != bridge.IsKind(err, bridge.Conflict) {
			t.Errorf("%s: %q and %q clash: %t, but the directory says %v", c.attribute, c.x, c.y, clash, err)
		}
	}
}

func ruleNames(t *testing.T, s *destinationCase) {
	rules := s.Rules()
	e := s.joined(t, "Doe, Jane = x", nil)
	kind, _, _ := strings.Cut(e.DN, "=")
	for spelling, same := range map[string]bool{
		kind + `=Doe\, Jane \= x,` + s.ou: true, strings.ToLower(kind) + `=doe\2C  JANE \3D X , ` + s.ou: true, kind + `="Doe, Jane = x",` + s.ou: true,
		kind + `=Doe\, Jane \= y,` + s.ou: false, kind + `=Doe Jane,` + s.ou: false,
	} {
		found, err := s.Get(t.Context(), bridge.Ref{DN: spelling}, bridge.Query{})
		if (err == nil && found.ID == e.ID) != same {
			t.Errorf("the directory finds %s: %v", spelling, err)
		}
		if (rules.CanonicalDN(spelling) == rules.CanonicalDN(e.DN)) != same {
			t.Errorf("%s and %s: %q, %q", spelling, e.DN, rules.CanonicalDN(spelling), rules.CanonicalDN(e.DN))
		}
	}
}

func ruleWithin(t *testing.T, s *destinationCase) {
	rules := s.Rules()
	for _, c := range []struct {
		dn, container string
		want          bool
	}{
		{s.ou, s.ou, true}, {s.ou, s.Container, true}, {s.Container, s.ou, false}, {strings.ToUpper(s.ou), strings.ToLower(s.Container), true},
		{"CN=a" + s.ou, s.ou, false}, {`CN=a\,` + s.ou, s.ou, false}, {"CN=a,X" + s.ou, s.ou, false}, {"CN=a, " + s.ou, s.ou, true},
	} {
		if got := rules.Within(c.dn, c.container); got != c.want {
			t.Errorf("%s within %s: %t", c.dn, c.container, got)
		}
	}
}

// ruleCheck holds the findings against what the directory says when asked.
func ruleCheck(t *testing.T, s *destinationCase) {
	person := s.joined(t, "Checked", nil)
	group := s.created(t, s.named(bridge.Group, "Checked group"))
	type attempt struct {
		e    bridge.Entry
		code string
		bridge.Attributes
	}
	attempts := []attempt{
		{person, "unknown-attribute", bridge.Attributes{"displayNane": {"x"}}},
		{person, "wrong-class", bridge.Attributes{"groupType": {"2"}}},
		{person, "single-valued", bridge.Attributes{"displayName": {"a", "b"}}},
		{person, "bad-value", bridge.Attributes{"manager": {"nobody"}}},
		{person, "bad-value", bridge.Attributes{"displayName": {"\xff"}}},
		{person, "bad-value", bridge.Attributes{"displayName": {""}}},
		{person, "", bridge.Attributes{"displayName": {"fine"}, s.multi(): {"1", "2"}, s.second(): {"x"}}},
		{group, "", bridge.Attributes{"description": {"fine"}}},
	}
	if s.Windows {
		attempts = append(attempts, attempt{person, "bad-value", bridge.Attributes{"department": {strings.Repeat("x", 65)}}},
			attempt{person, "bad-value", bridge.Attributes{"countryCode": {"70000"}}},
			attempt{person, "bad-value", bridge.Attributes{"accountExpires": {"tomorrow"}}}, attempt{person, "single-valued", bridge.Attributes{"description": {"a", "b"}}},
			attempt{person, "read-only", bridge.Attributes{"whenCreated": {"20260101000000.0Z"}}}, attempt{person, "", bridge.Attributes{"department": {strings.Repeat("é", 64)}}},
			attempt{person, "missing", bridge.Attributes{"sAMAccountName": {}}})
	} else {
		attempts[1].Attributes = bridge.Attributes{"member": {s.ou}}
		attempts = append(attempts, attempt{person, "missing", bridge.Attributes{"sn": {}}}, attempt{person, "read-only", bridge.Attributes{"createTimestamp": {"20260101000000Z"}}})
	}
	for _, a := range attempts {
		e := a.e
		e.Attributes = a.Attributes
		found := s.Rules().Check(e, false)
		if len(found) == 0 && a.code != "" || len(found) > 0 && found[0].Code != a.code {
			t.Errorf("%v: %v, want %q", a.Attributes, found, a.code)
		}
		m := goldap.NewModifyRequest(a.e.DN, nil)
		for name, values := range a.Attributes {
			m.Replace(name, values)
		}
		if err := s.Admin.Modify(m); (err == nil) != (a.code == "") {
			t.Errorf("%v: the directory says %v", a.Attributes, err)
		}
	}
	for _, f := range s.Rules().Check(bridge.Entry{Type: bridge.User, Attributes: bridge.Attributes{"displayNane": {"x"}}}, false) {
		if !strings.Contains(f.Hint, "displayName") || f.Attribute != "displayNane" {
			t.Errorf("the hint is %+v", f)
		}
	}
}
