package ad

import (
	"fmt"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// A person who is pushed has a userName and perhaps nothing else, and a key
// that is a UUID. No value of a pushed record may keep its person out: what the
// directory has no room for is cut or left out.

// pushedName is the name that people read.
const pushedName = `first(displayName, formattedName, display_name(given, family), userName)`

// pushedPlain is what stands before the @ of userName in plain letters, at most
// so many, without dots at its ends.
func pushedPlain(length int) string {
	return fmt.Sprintf(`regex_replace(left(regex_replace(ascii(left(email_local(userName), 100)), "[^0-9A-Za-z._-]", ""), %d), "^[.]+|[.]+$", "")`, length)
}

// plainKey is the key as letters and digits.
const plainKey = `no_spaces(norm(key))`

// pushedCN names the entry: a namesake gets the userName behind the name, and
// else the key.
func pushedCN() mapping.Rule {
	return mapping.Rule{When: mapping.Always, Max: 64, Cut: true, Value: `unique(left(` + pushedName + `, 64), ` +
		`left(` + pushedName + `, 40) + " (" + left(email_local(userName), 20) + ")", left(` + pushedName + `, 61 - len(key)) + " (" + key + ")")`}
}

// pushedAccount is the sAMAccountName: a few numbers and then the end of the
// key, so that it is found soon however many have the same first 20 letters.
func pushedAccount() mapping.Rule {
	base := `first(lower(` + pushedPlain(20) + `), left(no_spaces(norm(left(` + pushedName + `, 40))), 20), left(` + plainKey + `, 20))`
	endings := `["", "2", "3", "4", "5", "-" + right(` + plainKey + `, 8), "u" + right(` + plainKey + `, 19)]`
	return mapping.Rule{When: mapping.Create, Max: 20, Value: `unique([` + base + `].map(b, ` + endings + `.map(n, left(b, 20 - len(n)) + n))[0])`}
}

// pushedPrincipal is the userName where it is a principal name, and is made one
// with the domain where it is not.
func pushedPrincipal() mapping.Rule {
	return mapping.Rule{When: mapping.Always, Max: 1024,
		Value: `regex_match(userName, "^[^@\\s]+@[^@\\s]+$") && len(userName) <= 1024 ? userName : ` +
			`isBlank(domain) ? "" : first(` + pushedPlain(64) + `, ` + plainKey + `) + "@" + domain`}
}

// pushedCountry gives c, co and countryCode for a code and a name. A text that
// is no country is kept as co alone.
func pushedCountry() (c, co, number mapping.Rule) {
	known := `is_country(text(country)) ? `
	return mapping.Rule{Value: known + `country2(text(country)) : ""`},
		mapping.Rule{Value: known + `country_name(text(country)) : text(country)`, Max: 128, Cut: true},
		mapping.Rule{Value: known + `(` + countryNumber() + `) : ""`}
}

// pushedGroupName is the name of a group. It is matched, so it is one value.
const pushedGroupName = `len(first(name, key)) <= 64 ? first(name, key) : left(name, 61 - len(key)) + " (" + key + ")"`

// pushed puts the rules for pushes beside the defaults.
func pushed(t bridge.Template, rules map[string]mapping.Rule) bridge.Template {
	for i, a := range t.Attributes {
		if rule, ok := rules[a.Name]; ok {
			t.Attributes[i].Pushed = rule
		}
	}
	return t
}

// pushedUser are the rules of a user that differ from those of a pull.
func pushedUser() map[string]mapping.Rule {
	c, co, number := pushedCountry()
	return map[string]mapping.Rule{
		"cn": pushedCN(), "sAMAccountName": pushedAccount(), "userPrincipalName": pushedPrincipal(),
		"displayName":    {Value: pushedName, Max: 256, Cut: true},
		"middleName":     copied("middleName", 64),
		"mail":           {Value: `first(mail, email)`, Max: 256, Cut: true},
		"c":              c,
		"co":             co,
		"countryCode":    number,
		"division":       copied("division", 256),
		"homePhone":      copied("homePhone", 64),
		"wWWHomePage":    copied("profileUrl", 2048),
		"employeeID":     {Value: `len(text(employee_id)) <= 16 ? text(employee_id) : ""`},
		"employeeNumber": copied("employee_id", 512),
		"employeeType":   copied("userType", 256),
	}
}
