package ldap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/bridge/mapping"
)

// row is a source row by field name; what is not in it is NULL.
type row map[string]string

func TestDefaultsNeedNoMoreThanNames(t *testing.T) {
	for _, template := range ldap.Templates() {
		for _, fields := range [][]string{nil, {"given", "family"}, {"name"}} {
			if isGroup := template.Type == bridge.Group; fields != nil && isGroup != (fields[0] == "name") {
				continue
			}
			m, columns := compiled(t, template, fields)
			for _, key := range []string{"1001", "北京", "***", strings.Repeat("k", 200)} {
				for _, r := range hard() {
					mustFit(t, template, mapped(m, columns, r, key))
				}
			}
		}
	}
}

func TestAPersonHasTheNamesThatTheClassDemands(t *testing.T) {
	user := ldap.Templates()[0]
	m, columns := compiled(t, user, nil)
	for _, c := range []struct {
		row         row
		uid, cn, sn string
	}{
		{row{"given": "Jörg", "family": "Müller"}, "jorg.muller", "Jörg Müller", "Müller"},
		{row{"given": "Madonna"}, "madonna", "Madonna", "Madonna"},
		{row{"family": "O'Neil"}, "oneil", "O'Neil", "O'Neil"},
		{row{}, "1001", "1001", "1001"},
	} {
		result := mapped(m, columns, c.row, "1001")
		got := []string{value(result, "uid"), value(result, "cn"), value(result, "sn")}
		if want := []string{c.uid, c.cn, c.sn}; !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", c.row, got, want)
		}
	}
}

func TestSynonymsAreFolded(t *testing.T) {
	fold := strings.NewReplacer(" ", "", "_", "", "-", "", ".", "")
	for _, template := range ldap.Templates() {
		seen := map[string]string{}
		for _, f := range template.Fields {
			if len(f.Synonyms) == 0 {
				t.Errorf("%s: the field %s has no synonyms", template.Type, f.Name)
			}
			for _, s := range append([]string{fold.Replace(f.Name)}, f.Synonyms...) {
				if fold.Replace(strings.ToLower(s)) != s || seen[s] != "" && seen[s] != f.Name {
					t.Errorf("%s: %q of %s is not folded, or also means %s", template.Type, s, f.Name, seen[s])
				}
				seen[s] = f.Name
			}
		}
	}
}

// hard are rows whose values break something somewhere.
func hard() []row {
	long := strings.Repeat("Wxyz", 10)
	names := []row{
		{"given": "Zoë", "family": "Müller-Größ"}, {"given": "小明", "family": "李"}, {"given": "محمود", "family": "الحداد"}, {"given": "", "family": "Suharti"},
		{"given": "Kunigunde", "family": long}, {"given": long, "family": "Li"}, {"given": long, "family": long}, {"given": "Arthur", "family": "Walker, Jr."},
		{"given": "Siobhán", "family": "O'Neil"}, {"given": " ", "family": " "}, {}, {"given": `a/\[]:;|=,+*?<>"@`, "family": "."}, {"given": "🎉", "family": "؟"},
	}
	for _, r := range names {
		r["name"] = r["given"] + " " + r["family"]
		for _, field := range []string{"title", "department", "company", "street", "city", "description"} {
			r[field] = long + long
		}
	}
	return append(names, row{"given": "Ada", "family": "Lovelace", "name": "R & D", "mail": "ada@example.com", "phone": "030 / 12", "manager": "1002"})
}

// compiled compiles the defaults that read none but the fields, as a job does;
// nil are all fields.
func compiled(t *testing.T, template bridge.Template, fields []string) (*mapping.Mapping, *mapping.Columns) {
	t.Helper()
	var list []mapping.Column
	for _, f := range template.Fields {
		if fields == nil || slices.Contains(fields, f.Name) {
			list = append(list, mapping.Column{Name: f.Name, Type: mapping.Text})
		}
	}
	columns, err := mapping.NewColumns(list...)
	if err != nil {
		t.Fatal(err)
	}
	spec := mapping.Spec{Columns: columns, Domain: "example.com"}
	for _, a := range template.Attributes {
		rule, needed := a.Default, a.Need == bridge.Mandatory || a.Need == bridge.Required
		rule.Attribute, rule.Required = a.Name, needed
		_, missing := mapping.Variables(rule, nil, columns)
		switch stated := rule.Column+rule.Value+rule.Text != ""; {
		case stated && len(missing) == 0:
			spec.Rules = append(spec.Rules, rule)
		case needed && a.Name != template.Members:
			t.Errorf("%s: %s has no value without %v", template.Type, a.Name, missing)
		}
	}
	m, faults := mapping.Compile(spec)
	if len(faults) > 0 {
		t.Fatal(template.Type, faults)
	}
	return m, columns
}

func mapped(m *mapping.Mapping, columns *mapping.Columns, r row, key string) mapping.Result {
	values := make([]any, len(columns.List()))
	for i, c := range columns.List() {
		if v, given := r[c.Name]; given {
			values[i] = v
		}
	}
	return m.Map(mapping.Row{Columns: columns, Values: values}, key, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
}

// mustFit checks what holds for every entry.
func mustFit(t *testing.T, template bridge.Template, result mapping.Result) {
	t.Helper()
	if len(result.Faults) > 0 {
		t.Errorf("%s: %v", template.Type, result.Faults)
	}
	for _, a := range result.Attributes {
		for _, v := range append(a.Values, a.Candidates...) {
			if v == "" || a.Name == "uid" && (len(v) > 64 || strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || strings.HasSuffix(v, ".")) {
				t.Errorf("%s: %s is %q", template.Type, a.Name, v)
			}
		}
	}
}

// value is the first value or candidate of an attribute.
func value(result mapping.Result, attribute string) string {
	for _, a := range result.Attributes {
		if values := append(a.Values, a.Candidates...); a.Name == attribute && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
