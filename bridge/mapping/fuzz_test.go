package mapping

import (
	"testing"
	"time"
	"unicode/utf8"
)

// No expression may panic, run long or give what no directory takes.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{`lower(given)`, `unique(given, family + "2")`, `[1,2,3].map(x, x * 2)`, `left(given, -1)`, `date(given, "dd.MM.yyyy")`,
		`regex_replace(given, "(a+)+$", "")`, `col["given"]`, `given ? 1 : "x"`, `"\u0000" + given`, `pad_left(given, 1000000, "x")`} {
		f.Add(seed, "Jörg", "Müller")
	}
	columns, err := NewColumns(Column{"given", Text}, Column{"family", Text}, Column{"age", Integer})
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expression, given, family string) {
		if !utf8.ValidString(given) || !utf8.ValidString(family) {
			return // sources give valid text only
		}
		m, faults := Compile(Spec{Columns: columns, Rules: []Rule{{Attribute: "a", Value: expression}}, Country: "DE", Domain: "example.com"})
		if (m == nil) != (len(faults) > 0) {
			t.Fatalf("mapping %v with faults %v", m, faults)
		}
		if m == nil {
			return
		}
		row := Row{Columns: columns, Values: []any{given, family, int64(30)}}
		began := time.Now()
		result := m.Map(row, "1001", now)
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("it took %s", took)
		}
		for _, a := range result.Attributes {
			for _, v := range append(a.Values, a.Candidates...) {
				if v == "" || !utf8.ValidString(v) {
					t.Errorf("it gives %q", v)
				}
			}
		}
	})
}
