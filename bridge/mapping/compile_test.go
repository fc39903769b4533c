package mapping_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/muster-idm/muster/bridge/mapping"
)

func TestAFaultSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		value, message, hint string
		offset               int
	}{
		{`lower(gven)`, `there is no column or field "gven"`, `did you mean "given"?`, 6},
		{`lowr(given)`, `there is no function "lowr"`, `did you mean "lower"?`, 4},
		{`IIF(ACTIVE, "a", "b")`, `there is no function "IIF"`, "it is called when here", 3},
		{`SVERWEIS("departments", given)`, `there is no function "SVERWEIS"`, "it is called lookup here", 8},
		{`given.substring(0, 1)`, `there is no function "substring"`, "it is called mid here", 15},
		{`given.lowerAscii()`, `there is no function "lowerAscii"`, "it is called lower here", 16},
		{`given + 1`, "+ cannot be used with a text, a whole number", "+ needs two texts here: use text(...) around the other side", 6},
		{`given == null`, "== cannot be used with a text, nothing (null)", "a text is never null: use isBlank(...) or isPresent(...)", 6},
		{`left(given)`, "left cannot be used with (a text)", "write left(text, count)", 4},
		{`is_past(given)`, "is_past cannot be used with (a text)", "write is_past(date)", 7},
		{`given = family`, "a single = has no meaning", "compare with ==", 6},
		{`ACTIVE and ACTIVE`, "the word and has no meaning here", "use &&", 7},
		{`left(given, 1`, "a bracket is not closed", "add )", 13},
		{`"abc`, "a text is not closed", `put " at its end`, 0},
		{`given +`, "the expression ends too early", "something is missing at the end, for example a bracket or a value", 7},
		{`col["Vorname (new)"]`, `the source has no column "Vorname (new)"`, `did you mean "Vorname (neu)"?`, 3},
		{`col[given]`, "col needs the name of a column in quotes", `for example col["Vorname (neu)"]`, 3},
		{`isNull("EXI")`, `the source has no column "EXI"`, `did you mean "EXIT"?`, 6},
		{`{"a": "b"}`, "this gives a table {...}, but a text, a number, a date, yes or no, or a list of these is wanted here", "", 0},
		{`upper(unique(given))`, "upper cannot be used with (candidates (unique))", "write upper(text)", 5},
		{`[unique(given)]`, "unique stands alone and cannot be in a list", "give it a rule of its own", 0},
		{`regex_match(given, "(")`, `the pattern is not a regular expression: missing closing ): "("`, "", 11},
		{`regex_match(given, family)`, "argument 2 of regex_match must be a text in quotes", "write regex_match(text, pattern)", 11},
		{`lookup("department", given)`, `there is no lookup table "department"`, `did you mean "departments"?`, 6},
		{`date(given, "02.01.2006")`, `the date form has "0" in it, which means nothing`, "yyyy yy MM M dd d HH hh mm ss, with . / - : and blanks, for example dd.MM.yyyy", 4},
		{`today - EXIT`, "this gives a time span, but a text, a number, a date, yes or no, or a list of these is wanted here", "use days_between(a, b)", 0},
		{`Given`, `there is no column or field "Given"`, `did you mean "GIVEN"?`, 0},
	} {
		s := spec(t)
		s.Rules = []mapping.Rule{{Attribute: "cn", Value: c.value}}
		m, faults := mapping.Compile(s)
		want := []mapping.Fault{{Attribute: "cn", Message: c.message, Hint: c.hint, Line: 1, Offset: c.offset}}
		if d := cmp.Diff(want, faults); d != "" || m != nil {
			t.Errorf("%s: %s", c.value, d)
		}
	}
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	s := spec(t)
	s.Where, s.Container, s.Enabled, s.Members = "given", "OU={family},DC=x", "1", "LEVEL"
	s.Rules = []mapping.Rule{
		{Attribute: "a"}, {Attribute: "b", Column: "GIVN"}, {Attribute: "c", Column: "given", Value: "family"},
		{Attribute: "d", Column: "given", Steps: []string{"trimm", "left"}}, {Attribute: "e", Column: "given", When: "often", Empty: "no", Multi: "x"},
		{Attribute: "f", Column: "given", Pattern: "(", Format: "mail", Max: -1, Cut: true}, {Attribute: "A", Column: "given"},
		{Attribute: "g", Text: "{given}.{famly}"}, {Attribute: "h", Text: "{given"}, {Attribute: "i", Text: "a}"}, {Column: "given"},
		{Attribute: "k", Value: "foo(given) + bar(family)"}, {Attribute: "l", Value: " "}, {Attribute: "m", Value: strings.Repeat("x", 4001)},
	}
	_, faults := mapping.Compile(s)
	var got []string
	for _, f := range faults {
		got = append(got, f.String())
	}
	want := []string{
		"where: this gives a text, but yes or no (a condition) is wanted here",
		"enabled: this gives a whole number, but yes or no (a condition) is wanted here",
		"members: this gives a whole number, but a list of texts is wanted here",
		`container: braces have no meaning in a plain DN; write an expression, for example ou_path(department, "OU=People,DC=example,DC=com")`,
		"a: the rule has no column, value or text",
		`b: the source has no column "GIVN" (column GIVN); did you mean "GIVEN"?`,
		"c: the rule has more than one of column, value and text; keep one of them",
		`d: there is no step "trimm"; did you mean "trim"?`, `d: there is no step "left"`,
		`e: when: "often" is not known; one of create, empty, changed, always`,
		`e: empty: "no" is not known; one of leave, clear, error`, `e: multi: "x" is not known; one of replace, add`,
		`f: the pattern is not a regular expression: missing closing ): "^(?:()$"`, `f: format: "mail" is not known; one of email, phone`, "f: max is below zero; leave it out for no limit",
		"A: the attribute has two rules; join them with first(a, b) or a condition",
		`g: there is no column or field "famly"; did you mean "family"?`, "h: a brace is not closed; a brace that is meant as text is doubled: {{ or }}",
		"i: a closing brace has no opening one; a brace that is meant as text is doubled: {{ or }}", "rules: a rule has no attribute",
		`k: there is no function "foo"`, `k: there is no function "bar"`, "l: the expression is blank",
		"m: the expression is longer than 4,000 characters; split it, or use a lookup table",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAFieldMustNameAColumn(t *testing.T) {
	s := spec(t)
	s.Fields = map[string]string{"given": "GVEN", "now": "GIVEN", "a b": "GIVEN"}
	_, faults := mapping.Compile(s)
	if len(faults) != 3 || faults[1].Hint != `did you mean "GIVEN"?` {
		t.Errorf("%v", faults)
	}
}

func TestTheOffsetOfAFaultCountsFromTheStartOfTheText(t *testing.T) {
	s := spec(t)
	s.Rules = []mapping.Rule{{Attribute: "cn", Text: "Ä{given}.{famly}"}}
	_, faults := mapping.Compile(s)
	if len(faults) != 1 || faults[0].Line != 1 || faults[0].Offset != 10 {
		t.Errorf("%+v", faults)
	}
}

func TestTheRevisionChangesWithWhateverChangesResults(t *testing.T) {
	base := spec(t)
	base.Rules = []mapping.Rule{{Attribute: "cn", Column: "given"}}
	first := compile(t, base).Revision()
	if again := compile(t, base).Revision(); again != first || len(first) != 64 {
		t.Errorf("%s is not %s", again, first)
	}
	for name, change := range map[string]func(*mapping.Spec){
		"rule":    func(s *mapping.Spec) { s.Rules = []mapping.Rule{{Attribute: "cn", Column: "family"}} },
		"where":   func(s *mapping.Spec) { s.Where = "ACTIVE" },
		"zone":    func(s *mapping.Spec) { s.Zone = nil },
		"table":   func(s *mapping.Spec) { s.Tables = nil },
		"domain":  func(s *mapping.Spec) { s.Domain = "x" },
		"country": func(s *mapping.Spec) { s.Country = "AT" },
		"members": func(s *mapping.Spec) { s.Members = "GROUPS" },
	} {
		s := base
		change(&s)
		if compile(t, s).Revision() == first {
			t.Errorf("a changed %s keeps the revision", name)
		}
	}
}

func TestARuleSaysWhichNamesItNeeds(t *testing.T) {
	c := columns(t)
	fields := map[string]string{"given": "GIVEN", "gone": "NOWHERE"}
	for _, x := range []struct {
		rule          mapping.Rule
		used, missing []string
	}{
		{mapping.Rule{Column: "given"}, []string{"given"}, nil},
		{mapping.Rule{Column: "mobile"}, []string{"mobile"}, []string{"mobile"}},
		{mapping.Rule{Text: "{given}.{family}@{domain}"}, []string{"given", "family"}, []string{"family"}},
		{mapping.Rule{Value: `GROUPS.filter(g, g != key).size() > 0 && isNull("EXIT") ? col["key"] : gone`}, []string{"GROUPS", "EXIT", "key", "gone"}, []string{"gone"}},
		{mapping.Rule{Value: `lower(`}, nil, nil},
	} {
		used, missing := mapping.Variables(x.rule, fields, c)
		if d := cmp.Diff([][]string{x.used, x.missing}, [][]string{used, missing}); d != "" {
			t.Errorf("%+v: %s", x.rule, d)
		}
	}
}
