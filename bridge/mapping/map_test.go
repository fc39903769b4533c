package mapping_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/muster-idm/muster/bridge/mapping"
)

var instant = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func columns(t testing.TB) *mapping.Columns {
	t.Helper()
	c, err := mapping.NewColumns(
		mapping.Column{Name: "NR", Type: mapping.Text}, mapping.Column{Name: "GIVEN", Type: mapping.Text},
		mapping.Column{Name: "FAMILY", Type: mapping.Text}, mapping.Column{Name: "Vorname (neu)", Type: mapping.Text},
		mapping.Column{Name: "LEVEL", Type: mapping.Integer}, mapping.Column{Name: "SHARE", Type: mapping.Number},
		mapping.Column{Name: "ACTIVE", Type: mapping.Boolean}, mapping.Column{Name: "EXIT", Type: mapping.Time},
		mapping.Column{Name: "GROUPS", Type: mapping.Texts}, mapping.Column{Name: "key", Type: mapping.Text},
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func spec(t testing.TB) mapping.Spec {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return mapping.Spec{Columns: columns(t), Fields: map[string]string{"given": "GIVEN", "family": "FAMILY"},
		Tables: map[string]map[string]string{"departments": {"10": "Sales"}}, Zone: zone, Country: "DE", Domain: "example.com"}
}

func row(t testing.TB, c *mapping.Columns) mapping.Row {
	return mapping.Row{Columns: c, Values: []any{"1001", "Ada", "Lovelace", "Augusta", int64(3), 0.5, true, nil, []string{"a", "b"}, "k"}}
}

func compile(t testing.TB, s mapping.Spec) *mapping.Mapping {
	t.Helper()
	m, faults := mapping.Compile(s)
	for _, f := range faults {
		t.Errorf("compile: %s", f)
	}
	if m == nil {
		t.FailNow()
	}
	return m
}

// value compiles one rule, maps the row and returns the attribute and faults.
func value(t testing.TB, rule mapping.Rule, change ...func(*mapping.Row)) (mapping.Attribute, []mapping.Fault) {
	t.Helper()
	s := spec(t)
	rule.Attribute = "x"
	s.Rules = []mapping.Rule{rule}
	r := row(t, s.Columns)
	for _, c := range change {
		c(&r)
	}
	result := compile(t, s).Map(r, "1001", instant)
	if len(result.Attributes) != 1 {
		t.Fatalf("%d attributes", len(result.Attributes))
	}
	return result.Attributes[0], result.Faults
}

func set(place int, v any) func(*mapping.Row) {
	return func(r *mapping.Row) { r.Values[place] = v }
}

func TestAColumnIsCopiedInItsTextForm(t *testing.T) {
	day := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	for column, want := range map[string][]string{"GIVEN": {"Ada"}, "given": {"Ada"}, "Vorname (neu)": {"Augusta"}, "LEVEL": {"3"},
		"SHARE": {"0.5"}, "ACTIVE": {"TRUE"}, "EXIT": {"20261231230000.0Z"}, "GROUPS": {"a", "b"}, "key": {"k"}} {
		a, faults := value(t, mapping.Rule{Column: column}, set(7, day))
		if d := cmp.Diff(want, a.Values); d != "" || len(faults) > 0 {
			t.Errorf("%s: %v %s", column, faults, d)
		}
	}
}

func TestAnExpressionGivesItsValue(t *testing.T) {
	for expression, want := range map[string][]string{
		`lower(left(given, 1) + "." + family)`:       {"a.lovelace"},
		`col["Vorname (neu)"] + "!"`:                 {"Augusta!"},
		`col["key"] + key + domain`:                  {"k1001example.com"},
		`LEVEL + 1`:                                  {"4"},
		`LEVEL > 2 ? "senior" : "junior"`:            {"senior"},
		`ACTIVE`:                                     {"TRUE"},
		`has_value(EXIT) ? "leaves" : "stays"`:       {"stays"},
		`EXIT == null`:                               {"TRUE"},
		`EXIT`:                                       nil,
		`format(EXIT, "dd.MM.yyyy")`:                 nil,
		`isNull("EXIT") && !isNull("Vorname (neu)")`: {"TRUE"},
		`default(EXIT, today)`:                       {"20260301230000.0Z"},
		`GROUPS.filter(g, g != "a")`:                 {"b"},
		`[given, family, ""]`:                        {"Ada", "Lovelace"},
		`text(SHARE) + "/" + text(LEVEL)`:            {"0.5/3"},
		`is_past(EXIT)`:                              {"FALSE"},
		`given.contains("d")`:                        {"TRUE"},
	} {
		a, faults := value(t, mapping.Rule{Value: expression})
		if d := cmp.Diff(want, a.Values); d != "" || len(faults) > 0 {
			t.Errorf("%s: %v %s", expression, faults, d)
		}
	}
}

func TestATextWithBracesIsFilled(t *testing.T) {
	for text, want := range map[string]string{
		"{given}.{family}@{domain}": "Ada.Lovelace@example.com", "{{{given}}}": "{Ada}", `{lower(given)}-{LEVEL}`: "ada-3",
		`{choose(given, {"Ada": "}"}, "?")}`: "}", "plain": "plain",
	} {
		a, faults := value(t, mapping.Rule{Text: text})
		if d := cmp.Diff([]string{want}, a.Values); d != "" || len(faults) > 0 {
			t.Errorf("%s: %v %s", text, faults, d)
		}
	}
}

func TestEveryExampleOfEveryFunctionHolds(t *testing.T) {
	for _, f := range mapping.Functions() {
		for _, e := range f.Examples {
			a, faults := value(t, mapping.Rule{Value: e.Expression})
			if got := shown(a); got != e.Want || len(faults) > 0 {
				t.Errorf("%s: got %q, want %q, faults %v", e.Expression, got, e.Want, faults)
			}
		}
	}
}
