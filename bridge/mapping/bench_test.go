package mapping_test

import (
	"testing"

	"github.com/muster-idm/muster/bridge/mapping"
)

// BenchmarkMap maps one row with twenty rules as a job has them.
func BenchmarkMap(b *testing.B) {
	s := spec(b)
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		s.Rules = append(s.Rules, mapping.Rule{Attribute: name, Column: "given", Max: 64})
	}
	s.Rules = append(s.Rules,
		mapping.Rule{Attribute: "level", Column: "LEVEL"}, mapping.Rule{Attribute: "groups", Column: "GROUPS"}, mapping.Rule{Attribute: "active", Column: "ACTIVE"},
		mapping.Rule{Attribute: "cn", Text: "{given} {family}"}, mapping.Rule{Attribute: "mail", Text: "{given}.{family}@example.com", Steps: []string{"ascii", "lower"}, Format: "email"},
		mapping.Rule{Attribute: "upn", Text: "{lower(ascii(given))}.{lower(ascii(family))}@{domain}"},
		mapping.Rule{Attribute: "sam", Value: `unique(lower(left(given, 1) + family), lower(given + left(family, 1)))`},
		mapping.Rule{Attribute: "sn", Value: "title(family)"}, mapping.Rule{Attribute: "title", Value: `LEVEL > 2 ? "Senior" : "Junior"`},
		mapping.Rule{Attribute: "manager", Value: "ref(NR)"}, mapping.Rule{Attribute: "expires", Value: "filetime(EXIT)"},
		mapping.Rule{Attribute: "dep", Value: `lookup("departments", NR, "none")`}, mapping.Rule{Attribute: "pw", Value: "password(16)"},
	)
	s.Where, s.Container = `ACTIVE && NR != ""`, `ou_path(family, "DC=example,DC=com")`
	m, faults := mapping.Compile(s)
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	r := row(b, s.Columns)
	b.ReportAllocs()
	for b.Loop() {
		if result := m.Map(r, "1001", instant); len(result.Faults) > 0 {
			b.Fatal(result.Faults)
		}
	}
}

// BenchmarkCopies maps one row with ten plain copies.
func BenchmarkCopies(b *testing.B) {
	s := spec(b)
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		s.Rules = append(s.Rules, mapping.Rule{Attribute: name, Column: "given"})
	}
	m, faults := mapping.Compile(s)
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	r := row(b, s.Columns)
	b.ReportAllocs()
	for b.Loop() {
		m.Map(r, "1001", instant)
	}
}

// BenchmarkCompile compiles one rule, as the editor does while somebody types.
func BenchmarkCompile(b *testing.B) {
	s := spec(b)
	s.Rules = []mapping.Rule{{Attribute: "cn", Value: `lower(left(given, 1) + "." + family)`}}
	for b.Loop() {
		mapping.Compile(s)
	}
}
