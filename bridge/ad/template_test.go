package ad_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/mapping"
)

// row is a source row by field name; what is not in it is NULL.
type row map[string]any

func TestDefaultsNeedNoMoreThanNames(t *testing.T) {
	for _, template := range ad.Templates() {
		few, lacking := []string{"given", "family"}, []string(nil)
		switch template.Type {
		case bridge.Group:
			few = []string{"name"}
		case bridge.Mailbox:
			lacking = []string{"mail", "mailNickname", "proxyAddresses"}
		}
		if _, _, got := compiled(t, template, few); !slices.Equal(without(got, "targetAddress"), lacking) {
			t.Errorf("%s: %v have no value, want %v", template.Type, got, lacking)
		}
		if _, _, got := compiled(t, template, nil); len(without(got, "targetAddress")) > 0 {
			t.Errorf("%s: %v have no value", template.Type, got)
		}
	}
}

func TestHardNamesFitIntoTheDirectory(t *testing.T) {
	for _, template := range ad.Templates() {
		for _, fields := range [][]string{nil, {"given", "family", "name"}} {
			m, columns, _ := compiled(t, template, fields)
			for _, key := range []string{"1001", "北京", "***", strings.Repeat("k", 16)} {
				for _, r := range hard() {
					mustFit(t, template.Type, mapped(m, columns, r, key))
				}
			}
		}
	}
}

func TestNamesAreBuilt(t *testing.T) {
	m, columns, _ := compiled(t, ad.Templates()[0], nil)
	for _, c := range []struct{ given, family, account, principal, cn string }{
		{"Jörg", "Müller", "jorg.muller", "jorg.muller@example.com", "Jörg Müller"},
		{"Siobhán", "O'Neil", "siobhan.oneil", "siobhan.oneil@example.com", "Siobhán O'Neil"},
		{"Arthur", "Walker, Jr.", "arthur.walkerjr", "arthur.walkerjr@example.com", "Arthur Walker, Jr."},
		{"小明", "李", "xiaoming.li", "xiaoming.li@example.com", "小明 李"},
		{"", "Suharti", "suharti", "suharti@example.com", "Suharti"},
		{"Kunigunde", strings.Repeat("Wxyz", 10), "kunigunde.wxyzwxyzwx", "kunigunde." + strings.Repeat("wxyz", 10)[:30] + "@example.com", "Kunigunde " + strings.Repeat("Wxyz", 10)},
		{"", "", "1001", "1001@example.com", "1001"},
	} {
		result := mapped(m, columns, row{"given": c.given, "family": c.family}, "1001")
		got := []string{values(result, "sAMAccountName")[0], values(result, "userPrincipalName")[0], values(result, "cn")[0]}
		if want := []string{c.account, c.principal, c.cn}; !slices.Equal(got, want) {
			t.Errorf("%s %s: %q, want %q", c.given, c.family, got, want)
		}
	}
	result := mapped(m, columns, row{"given": "Anna", "family": "Schmidt"}, "1001")
	for name, want := range map[string]string{"sAMAccountName": "anna.schmidt2", "userPrincipalName": "anna.schmidt2@example.com", "cn": "Anna Schmidt (1001)"} {
		if got := values(result, name)[1]; got != want {
			t.Errorf("a namesake's %s is %s, want %s", name, got, want)
		}
	}
}

func TestOnlyNamesOfAnAccountStay(t *testing.T) {
	m, columns, _ := compiled(t, ad.Templates()[0], nil)
	for _, a := range mapped(m, columns, row{"given": "Ada", "family": "Lovelace"}, "1001").Attributes {
		stays := slices.Contains([]string{"sAMAccountName", "userPrincipalName", "unicodePwd"}, a.Name)
		if want := map[bool]mapping.When{true: mapping.Create, false: mapping.Always}[stays]; a.Rule.When != want {
			t.Errorf("%s is written when %s, want %s", a.Name, a.Rule.When, want)
		}
	}
}

func TestCountriesAndDaysAreTranslated(t *testing.T) {
	m, columns, _ := compiled(t, ad.Templates()[0], nil)
	for _, c := range []struct{ country, end, want string }{
		{"Österreich", "31.12.2026", "AT Austria 40 134432352000000000"}, {"DEU", "2026-12-31 10:00:00", "DE Germany 276 134432352000000000"},
		{" ", "", "   9223372036854775807"}, {"", "31.12.9999", "   9223372036854775807"},
	} {
		result := mapped(m, columns, row{"country": c.country, "end": c.end}, "1")
		var got []string
		for _, name := range []string{"c", "co", "countryCode", "accountExpires"} {
			got = append(got, strings.Join(values(result, name), ""))
		}
		if text := strings.Join(got, " "); text != c.want || len(result.Faults) > 0 {
			t.Errorf("%s, %s: %s, want %s, %v", c.country, c.end, text, c.want, result.Faults)
		}
	}
}

func TestBlankFieldsGiveNoValue(t *testing.T) {
	always := []string{"cn", "sAMAccountName", "userPrincipalName", "employeeID", "accountExpires", "groupType", "unicodePwd"}
	for _, template := range ad.Templates() {
		if template.Type == bridge.Mailbox {
			continue // without an address there is none
		}
		m, columns, _ := compiled(t, template, nil)
		blank := row{}
		for _, f := range template.Fields {
			blank[f.Name] = " "
		}
		for _, r := range []row{{}, blank} {
			for _, a := range mapped(m, columns, r, "1001").Attributes {
				if n := len(a.Values) + len(a.Candidates) + len(a.References); n > 0 && !slices.Contains(always, a.Name) {
					t.Errorf("%s: %s is %q", template.Type, a.Name, a.Values)
				}
			}
		}
	}
}

func TestNumbersAndDatesOfASourceAreUnderstood(t *testing.T) {
	template := ad.Templates()[0]
	columns, err := mapping.NewColumns(mapping.Column{Name: "given", Type: mapping.Text}, mapping.Column{Name: "family", Type: mapping.Text},
		mapping.Column{Name: "manager", Type: mapping.Integer}, mapping.Column{Name: "phone", Type: mapping.Integer}, mapping.Column{Name: "end", Type: mapping.Time})
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := defaults(template, columns)
	m, faults := mapping.Compile(mapping.Spec{Columns: columns, Rules: rules, Domain: "example.com"})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	end := time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)
	result := mapped(m, columns, row{"given": "Ada", "manager": int64(1002), "phone": int64(4930), "end": end}, "1001")
	got := append(values(result, "manager"), values(result, "telephoneNumber")[0], values(result, "accountExpires")[0])
	if want := []string{"1002", "4930", "134432352000000000"}; !slices.Equal(got, want) || len(result.Faults) > 0 {
		t.Errorf("%q, want %q, %v", got, want, result.Faults)
	}
}

func TestAMailboxHasTheShapeOfARemoteMailbox(t *testing.T) {
	template := ad.Templates()[1]
	m, columns, _ := compiled(t, template, nil)
	result := mapped(m, columns, row{"given": "Ada", "family": "Lovelace", "mail": "Ada.Løvelace@example.com"}, "1001")
	for name, want := range map[string]string{"mail": "Ada.Løvelace@example.com", "mailNickname": "Ada.Lovelace", "proxyAddresses": "SMTP:Ada.Løvelace@example.com",
		"msExchRecipientTypeDetails": "2147483648", "msExchRecipientDisplayType": "-2147483642", "msExchRemoteRecipientType": "1"} {
		if got := values(result, name); len(got) == 0 || got[0] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, known := template.Attribute("targetAddress"); !known {
		t.Error("a mailbox has no targetAddress")
	}
}
