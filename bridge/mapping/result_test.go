package mapping_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/muster-idm/muster/bridge/mapping"
)

func TestAValueThatCannotBeUsedIsAFaultOfTheRow(t *testing.T) {
	for _, c := range []struct {
		rule   mapping.Rule
		change func(*mapping.Row)
		want   mapping.Fault
	}{
		{mapping.Rule{Value: `LEVEL + 1`}, set(4, nil), mapping.Fault{Column: "LEVEL", Message: "the expression needs a value that is empty (NULL) in this row", Hint: "use default(x, y) for another value, or has_value(x) to ask first"}},
		{mapping.Rule{Value: `phone_e164(given)`}, set(1, "0170 1234567 (privat)"), mapping.Fault{Column: "GIVEN", Value: "0170 1234567 (privat)", Message: "the text is not a phone number", Hint: "write it with its country code: +49 30 12345678"}},
		{mapping.Rule{Value: `phone_e164(given)`, Sensitive: true}, set(1, "x"), mapping.Fault{Column: "GIVEN", Value: "***", Message: "the text is not a phone number", Hint: "write it with its country code: +49 30 12345678"}},
		{mapping.Rule{Value: `date(given, "dd.MM.yyyy", "d.M.yy")`}, set(1, "31.02.2026"), mapping.Fault{Column: "GIVEN", Value: "31.02.2026", Message: "the text is not a date of the form dd.MM.yyyy or d.M.yy"}},
		{mapping.Rule{Value: `lookup("departments", given)`}, set(1, "77"), mapping.Fault{Column: "GIVEN", Value: "77", Message: `the table "departments" has no such key`, Hint: "add the key to the table, or give a default"}},
		{mapping.Rule{Column: "given", Required: true}, set(1, "  "), mapping.Fault{Column: "GIVEN", Value: "  ", Message: "the attribute is required and has no value"}},
		{mapping.Rule{Column: "given", Empty: mapping.Error}, set(1, nil), mapping.Fault{Column: "GIVEN", Message: "the value is empty, which this rule does not allow"}},
		{mapping.Rule{Column: "given", Pattern: "[A-Z]+"}, set(1, "Ada"), mapping.Fault{Column: "GIVEN", Value: "Ada", Message: "the value does not match the pattern [A-Z]+"}},
		{mapping.Rule{Column: "given", OneOf: []string{"a", "b"}}, set(1, "c"), mapping.Fault{Column: "GIVEN", Value: "c", Message: "the value is not one of the allowed ones", Hint: "one of a, b"}},
		{mapping.Rule{Column: "given", Format: "email"}, set(1, "ada@localhost"), mapping.Fault{Column: "GIVEN", Value: "ada@localhost", Message: "the value is not an e-mail address"}},
		{mapping.Rule{Column: "given", Format: "phone"}, set(1, "12"), mapping.Fault{Column: "GIVEN", Value: "12", Message: "the value is not a phone number"}},
		{mapping.Rule{Column: "given", Max: 3}, set(1, "Édou"), mapping.Fault{Column: "GIVEN", Value: "Édou", Message: "the value has 4 characters, at most 3 are allowed", Hint: "set cut to shorten it"}},
		{mapping.Rule{Column: "given"}, set(1, int64(4)), mapping.Fault{Column: "GIVEN", Value: "4", Message: "the column no longer holds text"}},
		{mapping.Rule{Value: "lower(given)"}, set(1, int64(4)), mapping.Fault{Column: "GIVEN", Value: "4", Message: "the column no longer holds text"}},
		{mapping.Rule{Column: "given", Steps: []string{"trim", "phone_e164"}}, set(1, "abc"), mapping.Fault{Column: "GIVEN", Value: "abc", Message: "the text is not a phone number", Hint: "write it with its country code: +49 30 12345678"}},
		{mapping.Rule{Value: "GROUPS[5]"}, set(1, "x"), mapping.Fault{Column: "GROUPS", Value: "a, b", Message: "the list has fewer values", Hint: "use item(list, n): it gives nothing instead"}},
		{mapping.Rule{Value: "LEVEL / 0"}, set(1, "x"), mapping.Fault{Column: "LEVEL", Value: "3", Message: "the expression divides by zero"}},
		{mapping.Rule{Value: "given + text(1/(LEVEL - 3))"}, set(1, "x"), mapping.Fault{Column: "GIVEN, LEVEL", Value: "GIVEN=x, LEVEL=3", Message: "the expression divides by zero"}},
	} {
		c.want.Attribute = "x"
		_, faults := value(t, c.rule, c.change)
		if d := cmp.Diff([]mapping.Fault{c.want}, faults); d != "" {
			t.Errorf("%+v: %s", c.rule, d)
		}
	}
}

func TestTextIsCorrectedWithANote(t *testing.T) {
	for _, c := range []struct {
		rule  mapping.Rule
		given string
		want  string
		notes []string
	}{
		{mapping.Rule{}, "Ada", "Ada", nil},
		{mapping.Rule{}, " Ada\u00a0\n King ", "Ada King", []string{"trimmed", "squeezed white space"}},
		{mapping.Rule{}, "Zoe\u0308", "Zo\u00eb", []string{"composed to NFC"}},
		{mapping.Rule{Exact: true}, " Zoe\u0308 ", " Zoe\u0308 ", nil},
		{mapping.Rule{Max: 4, Cut: true}, "Édo ard", "Édo", []string{"cut to 4 characters"}},
		{mapping.Rule{Steps: []string{"ascii_de", "lower"}}, "JÖRG", "joerg", nil},
	} {
		c.rule.Column = "given"
		a, faults := value(t, c.rule, set(1, c.given))
		if d := cmp.Diff([]any{[]string{c.want}, c.notes}, []any{a.Values, a.Notes}); d != "" || len(faults) > 0 {
			t.Errorf("%q: %v %s", c.given, faults, d)
		}
	}
}

func TestCandidatesReferencesAndSecretsAreNotValues(t *testing.T) {
	a, _ := value(t, mapping.Rule{Value: `unique(given, given + "." + family, "", given)`, Steps: []string{"lower"}})
	if d := cmp.Diff([]string{"ada", "ada.lovelace"}, a.Candidates); d != "" || a.Values != nil || a.Rule.When != mapping.Create {
		t.Errorf("%+v %s", a, d)
	}
	a, _ = value(t, mapping.Rule{Value: `unique_number(family)`, Max: 6, Cut: true})
	if len(a.Candidates) != 99 || a.Candidates[0] != "Lovela" || a.Candidates[1] != "Lovel2" || a.Candidates[98] != "Love99" || a.Notes != nil {
		t.Errorf("%v %v", a.Candidates, a.Notes)
	}
	a, _ = value(t, mapping.Rule{Value: `ref(GROUPS)`})
	if d := cmp.Diff([]string{"a", "b"}, a.References); d != "" || a.Values != nil || a.Rule.When != mapping.Always {
		t.Errorf("%+v %s", a, d)
	}
	a, _ = value(t, mapping.Rule{Value: `ACTIVE ? password(20) : password()`, Required: true})
	if d := cmp.Diff(&mapping.Generate{Kind: "password", Length: 20}, a.Generate); d != "" || a.Rule.When != mapping.Create {
		t.Errorf("%+v %s", a, d)
	}
	a, _ = value(t, mapping.Rule{Text: `id-{guid()}`})
	if len(a.Values) != 1 || a.Rule.When != mapping.Create || a.Rule.Empty != mapping.Leave || a.Rule.Multi != mapping.Replace {
		t.Errorf("%+v", a)
	}
}

func TestWhereExcludesOnlyWhenItSaysNo(t *testing.T) {
	for where, want := range map[string][2]bool{"ACTIVE": {true, false}, "!ACTIVE": {false, false}, "LEVEL > 1": {true, true}, "BOOL": {true, true}} {
		s := spec(t)
		s.Where = strings.Replace(where, "BOOL", "bool(GIVEN)", 1)
		s.Rules = []mapping.Rule{{Attribute: "cn", Column: "given"}}
		r := row(t, s.Columns)
		r.Values[4], r.Values[1] = nil, ""
		result := compile(t, s).Map(r, "1", instant)
		if result.Selected != want[0] || (len(result.Faults) > 0) != want[1] {
			t.Errorf("%s: %+v", where, result)
		}
	}
}

func TestContainerEnabledAndMembersComeFromTheRow(t *testing.T) {
	s := spec(t)
	s.Container, s.Enabled, s.Members = `ou_path("A, B/" + family, "DC=example,DC=com")`, "ACTIVE", `add(GROUPS, "a")`
	m := compile(t, s)
	r := row(t, s.Columns)
	result := m.Map(r, "1", instant)
	if result.Container != `OU=Lovelace,OU=A\, B,DC=example,DC=com` || result.Enabled == nil || !*result.Enabled {
		t.Errorf("%+v", result)
	}
	if d := cmp.Diff([]string{"a", "b"}, result.Members); d != "" {
		t.Error(d)
	}
	r.Values[6] = nil
	if result = m.Map(r, "1", instant); result.Enabled != nil || len(result.Faults) > 0 {
		t.Errorf("%+v", result)
	}
	s.Container = "OU=People,DC=example,DC=com"
	if result = compile(t, s).Map(r, "1", instant); result.Container != s.Container {
		t.Errorf("%+v", result)
	}
	s.Container = "family"
	if result = compile(t, s).Map(r, "1", instant); len(result.Faults) != 1 || result.Faults[0].Part != mapping.PartContainer {
		t.Errorf("%+v", result)
	}
}

func TestARowOfAnotherReadIsMatchedByColumnName(t *testing.T) {
	s := spec(t)
	s.Rules = []mapping.Rule{{Attribute: "cn", Text: "{given} {family}"}, {Attribute: "l", Column: "LEVEL"}, {Attribute: "m", Value: "LEVEL"}}
	other, err := mapping.NewColumns(mapping.Column{Name: "FAMILY", Type: mapping.Text}, mapping.Column{Name: "GIVEN", Type: mapping.Text})
	if err != nil {
		t.Fatal(err)
	}
	result := compile(t, s).Map(mapping.Row{Columns: other, Values: []any{"Lovelace", "Ada"}}, "1", instant)
	if d := cmp.Diff([]string{"Ada Lovelace"}, result.Attributes[0].Values); d != "" {
		t.Error(d)
	}
	if len(result.Faults) != 2 || result.Faults[0].Message != "the source no longer has this column" || result.Faults[1].Message != result.Faults[0].Message {
		t.Errorf("%v", result.Faults)
	}
	if broken := compile(t, s).Map(mapping.Row{Columns: s.Columns}, "1", instant); len(broken.Faults) != 3 {
		t.Errorf("%+v", broken)
	}
}

func TestALoopThatGrowsTooLargeIsAFault(t *testing.T) {
	expression := `GROUPS.all(x, GROUPS.all(y, replace(given, "a", given) != ""))`
	_, faults := value(t, mapping.Rule{Value: expression}, set(8, many(2000)), set(1, strings.Repeat("ab", 40)))
	if len(faults) != 1 || !strings.Contains(faults[0].Message, "too much work") && !strings.Contains(faults[0].Message, "50 ms") {
		t.Errorf("%v", faults)
	}
}

func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "g"
	}
	return list
}

func TestOneMappingServesManyGoroutines(t *testing.T) {
	s := spec(t)
	s.Where = "ACTIVE"
	s.Rules = []mapping.Rule{{Attribute: "cn", Text: "{given} {family}"}, {Attribute: "sam", Value: "unique_number(lower(family))"}, {Attribute: "g", Value: "sort(GROUPS)"}}
	m := compile(t, s)
	want := m.Map(row(t, s.Columns), "1", instant)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				if d := cmp.Diff(want, m.Map(row(t, s.Columns), "1", instant)); d != "" {
					t.Error(d)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestATraceShowsWhereAValueCameFrom(t *testing.T) {
	s := spec(t)
	s.Rules = []mapping.Rule{{Attribute: "cn", Text: "{given} {family}", Steps: []string{"lower"}}, {Attribute: "secret", Column: "Vorname (neu)", Sensitive: true}, {Attribute: "l", Value: "LEVEL / 0"}}
	_, traces := compile(t, s).Explain(row(t, s.Columns), "1", instant)
	if traces[0].Expression != `lower(text(given) + " " + text(family))` || traces[1].Expression != `col["Vorname (neu)"]` {
		t.Errorf("%q %q", traces[0].Expression, traces[1].Expression)
	}
	if d := cmp.Diff([]mapping.SourceValue{{Column: "GIVEN", Value: "Ada"}, {Column: "FAMILY", Value: "Lovelace"}}, traces[0].Sources); d != "" {
		t.Error(d)
	}
	if traces[1].Sources[0].Value != "***" || traces[1].Attribute.Values[0] != "***" || len(traces[2].Faults) != 1 {
		t.Errorf("%+v", traces)
	}
}
