package ldap_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/ldap"
)

// hardValues are values that break a name or a filter somewhere.
func hardValues() []string {
	return []string{"", "a", "Doe, Jane", "a=b", "a+b", `"q"`, "#1", " lead", "trail ", "two  spaces", `\`, `\\ `, "\x00", "\n", "<x>", "a;b", "e\u0301", "王", "\xff",
		"*", "(x)", `\2a`, "\U0001F389", "İıſK"}
}

// FuzzValue puts any value into a name and takes it out again.
func FuzzValue(f *testing.F) {
	for _, v := range hardValues() {
		f.Add(v, v)
	}
	f.Fuzz(func(t *testing.T, value, container string) {
		parent := ldap.JoinDN("OU", container, "DC=corp,DC=example")
		dn := ldap.JoinDN("CN", value, parent)
		names, err := ldap.ParseDN(dn)
		if err != nil || len(names) != 4 || len(names[0]) != 1 || names[0][0] != (ldap.Part{Type: "CN", Value: value}) || names[1][0].Value != container {
			t.Fatalf("%q is read as %q, %v", dn, names, err)
		}
		rdn, rest := ldap.SplitDN(dn)
		if rest != parent || ldap.RDNValue(dn) != value || ldap.RDNValue(rdn) != value || rdn+","+rest != dn {
			t.Fatalf("%q is split into %q and %q", dn, rdn, rest)
		}
		canonical := ldap.CanonicalDN(dn)
		if again := ldap.CanonicalDN(canonical); again != canonical {
			t.Fatalf("the canonical form of %q is %q, and that of it %q", dn, canonical, again)
		}
		if !ldap.Within(dn, parent) || !ldap.Within(dn, dn) || ldap.Within(parent, dn) || !ldap.Within(dn, "DC=corp,DC=example") || ldap.Within(dn, "DC=example,DC=corp") {
			t.Fatalf("%q is not within %q", dn, parent)
		}
		if utf8.ValidString(value) && value != "" && container != "" {
			if other, err := goldap.ParseDN(dn); err != nil || other.RDNs[0].Attributes[0].Value != value {
				t.Fatalf("another reader reads %q as %v, %v", dn, other, err)
			}
		}
	})
}

// FuzzDN reads any text as a name.
func FuzzDN(f *testing.F) {
	for _, v := range hardValues() {
		f.Add("CN=" + v + ",DC=x")
		f.Add(v)
	}
	for _, dn := range []string{"cn=a+sn=b,dc=x", `CN="a, b",DC=x`, "2.5.4.3=a; dc=x ", "<GUID=72dd4188-b1b9-4200-9f06-132bb3bb0682>", "=", ",", "CN=a,,DC=x", `CN=\`, `CN="a`} {
		f.Add(dn)
	}
	f.Fuzz(func(t *testing.T, dn string) {
		names, err := ldap.ParseDN(dn)
		canonical := ldap.CanonicalDN(dn)
		if again := ldap.CanonicalDN(canonical); again != canonical {
			t.Fatalf("the canonical form of %q is %q, and that of it %q", dn, canonical, again)
		}
		_, parent := ldap.SplitDN(dn)
		if err != nil || len(names) == 0 {
			return
		}
		if above, err := ldap.ParseDN(parent); err != nil || len(above) != len(names)-1 {
			t.Fatalf("above %q is %q: %v", dn, parent, err)
		}
		built := ""
		for i := len(names) - 1; i >= 0; i-- {
			parts := make([]string, len(names[i]))
			for j, p := range names[i] {
				parts[j] = p.Type + "=" + ldap.EscapeValue(p.Value)
			}
			built = strings.TrimSuffix(strings.Join(parts, "+")+","+built, ",")
		}
		if ldap.CanonicalDN(built) != canonical {
			t.Fatalf("%q is built again as %q", dn, built)
		}
	})
}

// FuzzFilter puts any value into a filter and reads it with another reader.
func FuzzFilter(f *testing.F) {
	for _, v := range hardValues() {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		text := ldap.And(ldap.Equals("cn", value), "", ldap.Or(ldap.Equals("sn", value), ldap.Equals("mail", value)))
		packet, err := goldap.CompileFilter(text)
		if err != nil {
			t.Fatalf("%q is no filter: %v", text, err)
		}
		if packet.Tag != goldap.FilterAnd || len(packet.Children) != 2 || packet.Children[0].Tag != goldap.FilterEqualityMatch && value != "" {
			t.Fatalf("%q has another structure", text)
		}
		if got := packet.Children[0].Children; value != "" && (len(got) != 2 || got[1].Data.String() != value) {
			t.Fatalf("%q asks for %q, want %q", text, got[len(got)-1].Data.String(), value)
		}
	})
}
