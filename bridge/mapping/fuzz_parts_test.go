package mapping_test

import (
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge/mapping"
)

// Texts with braces, where, container and members are held to the same as values.
func FuzzParts(f *testing.F) {
	for _, seed := range []string{`{given}.{family}@example.com`, `{{}}`, `{"}"}`, `{`, `((((((((`, `OU=People,DC=example`, `ou_path(given, "DC=x")`, `ACTIVE && LEVEL > 1`,
		`GROUPS.map(given, guid())`, `GROUPS.filter(x, x != given)`, `isNull("EXIT") || is_past(EXIT)`, `[1, "a", given]`, "\xff\x00"} {
		f.Add(seed, "Ada")
	}
	f.Fuzz(func(t *testing.T, text, given string) {
		for _, part := range []func(*mapping.Spec){
			func(s *mapping.Spec) {
				s.Rules = []mapping.Rule{{Attribute: "x", Text: text, Max: 5, Cut: true, Steps: []string{"title", "ascii_de"}}}
			},
			func(s *mapping.Spec) { s.Where = text },
			func(s *mapping.Spec) { s.Container = text },
			func(s *mapping.Spec) { s.Members = text },
		} {
			s := spec(t)
			part(&s)
			for _, rule := range s.Rules {
				mapping.Variables(rule, s.Fields, s.Columns)
			}
			m, faults := mapping.Compile(s)
			if (m == nil) != (len(faults) > 0) {
				t.Fatalf("mapping %v with faults %v", m, faults)
			}
			if m == nil {
				continue
			}
			r := row(t, s.Columns)
			r.Values[1] = given
			began := time.Now()
			result, _ := m.Explain(r, "1001", instant)
			if took := time.Since(began); took > 5*time.Second {
				t.Fatalf("it took %s", took)
			}
			for _, fault := range result.Faults {
				if fault.Part == mapping.PartRules {
					t.Fatalf("%q fails inside: %s", text, fault)
				}
			}
		}
	})
}
