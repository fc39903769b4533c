package ad_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// hard are rows whose values break something somewhere.
func hard() []row {
	long := strings.Repeat("Wxyz", 10)
	names := []row{
		{"given": "Zoë", "family": "Müller-Größ"}, {"given": "小明", "family": "李"}, {"given": "محمود", "family": "الحداد"}, {"given": "", "family": "Suharti"},
		{"given": "Kunigunde", "family": long}, {"given": long, "family": "Li"}, {"given": long, "family": long}, {"given": "Arthur", "family": "Walker, Jr."},
		{"given": "Siobhán", "family": "O'Neil"}, {"given": " ", "family": " "}, {}, {"given": `a/\[]:;|=,+*?<>"@`, "family": "."}, {"given": "🎉", "family": "؟"},
		{"given": strings.Repeat("ß", 40), "family": strings.Repeat("龍", 40)},
	}
	for _, r := range names {
		family, _ := r["family"].(string)
		given, _ := r["given"].(string)
		maps.Copy(r, row{"name": given + " " + family + ".", "mail": "x@example.com", "country": "Germany", "end": "2030-06-30", "manager": "1002"})
		for _, field := range []string{"title", "department", "company", "phone", "mobile", "street", "city", "postcode", "state", "office", "description"} {
			r[field] = strings.Repeat(long, 30)
		}
	}
	return names
}

// defaults are the default rules that the columns suffice for, and the needed
// attributes for which they do not.
func defaults(template bridge.Template, columns *mapping.Columns) (rules []mapping.Rule, lacking []string) {
	for _, a := range template.Attributes {
		rule, needed := a.Default, a.Need == bridge.Mandatory || a.Need == bridge.Required
		rule.Attribute, rule.Required = a.Name, needed
		_, missing := mapping.Variables(rule, nil, columns)
		switch stated := rule.Column+rule.Value+rule.Text != ""; {
		case stated && len(missing) == 0:
			rules = append(rules, rule)
		case needed && a.Name != template.Members:
			lacking = append(lacking, a.Name)
		}
	}
	return rules, lacking
}

// compiled compiles the defaults for a source with the fields; nil are all.
func compiled(t *testing.T, template bridge.Template, fields []string) (*mapping.Mapping, *mapping.Columns, []string) {
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
	rules, lacking := defaults(template, columns)
	m, faults := mapping.Compile(mapping.Spec{Columns: columns, Rules: rules, Domain: "example.com"})
	if len(faults) > 0 {
		t.Fatal(template.Type, faults)
	}
	return m, columns, lacking
}

func mapped(m *mapping.Mapping, columns *mapping.Columns, r row, key string) mapping.Result {
	cells := make([]any, len(columns.List()))
	for i, c := range columns.List() {
		cells[i] = r[c.Name]
	}
	return m.Map(mapping.Row{Columns: columns, Values: cells}, key, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
}

// room is how many characters the directory has room for.
var room = map[string]int{"cn": 64, "sAMAccountName": 20, "sn": 64, "givenName": 64, "displayName": 256, "department": 64, "company": 64, "title": 128,
	"telephoneNumber": 64, "mobile": 64, "l": 128, "st": 128, "postalCode": 40, "physicalDeliveryOfficeName": 128, "streetAddress": 1024, "description": 1024,
	"employeeID": 16, "c": 3, "co": 128, "userPrincipalName": 1024, "mailNickname": 64}

const plain = "abcdefghijklmnopqrstuvwxyz0123456789.-"

// mustFit checks what holds for every entry.
func mustFit(t *testing.T, typ bridge.ObjectType, result mapping.Result) {
	t.Helper()
	if len(result.Faults) > 0 {
		t.Errorf("%s: %v", typ, result.Faults)
	}
	for _, a := range result.Attributes {
		limit := room[a.Name]
		if typ == bridge.Group && a.Name == "sAMAccountName" {
			limit = 64
		}
		for _, v := range append(a.Values, a.Candidates...) {
			if v == "" || limit > 0 && utf8.RuneCountInString(v) > limit {
				t.Errorf("%s: %s is %q", typ, a.Name, v)
			}
			local, _, _ := strings.Cut(v, "@")
			account := a.Name == "sAMAccountName" || a.Name == "userPrincipalName"
			if account && (local == "" || strings.Trim(local, plain) != "" || strings.HasSuffix(local, ".") || strings.HasPrefix(local, ".")) {
				t.Errorf("%s: %s is %q", typ, a.Name, v)
			}
		}
		if (a.Name == "sAMAccountName" || a.Name == "cn") && len(a.Candidates) == 0 {
			t.Errorf("%s has no %s", typ, a.Name)
		}
	}
}

// values are the values, candidates or references of an attribute.
func values(result mapping.Result, attribute string) []string {
	for _, a := range result.Attributes {
		if a.Name == attribute {
			return slices.Concat(a.Values, a.Candidates, a.References)
		}
	}
	return nil
}

func without(names []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == one })
}
