package ldap

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// passwordAttribute is where a generic directory keeps a password (RFC 4519
// section 2.41).
const passwordAttribute = "userPassword"

// A person who is pushed has a userName and perhaps nothing else, and a key
// that is a UUID. No value of a pushed record may keep its person out: what the
// directory does not take is left out.

// pushedName is the name that people read.
const pushedName = `first(displayName, formattedName, display_name(given, family), userName)`

// printable copies a field whose syntax takes PrintableString only (RFC 4517
// section 3.3.31), and gives nothing when it has other characters.
func printable(field string) mapping.Rule {
	return mapping.Rule{Value: `regex_match(` + field + `, "^[A-Za-z0-9 '()+,./:?=-]+$") ? ` + field + ` : ""`}
}

// pushed puts the rules for pushes beside the defaults.
func pushed(attributes []bridge.TemplateAttribute, rules map[string]mapping.Rule) {
	for i, a := range attributes {
		if rule, ok := rules[a.Name]; ok {
			attributes[i].Pushed = rule
		}
	}
}

// pushedUser are the rules of a user that differ from those of a pull. The uid
// is the userName itself, so the entry is renamed with it.
func pushedUser() map[string]mapping.Rule {
	return map[string]mapping.Rule{
		"uid":                      {Column: "userName", When: mapping.Always, Max: 256, Cut: true},
		"cn":                       {Value: pushedName},
		"sn":                       {Value: `first(family, ` + pushedName + `)`},
		"displayName":              {Value: pushedName},
		"mail":                     {Value: `regex_match(first(mail, email), "^[!-~]+$") ? first(mail, email) : ""`, Max: 256, Cut: true}, // IA5String
		"telephoneNumber":          printable("phone"),
		"mobile":                   printable("mobile"),
		"facsimileTelephoneNumber": printable("fax"),
		"homePhone":                printable("homePhone"),
		"preferredLanguage":        {Column: "preferredLanguage"},
		"employeeNumber":           {Column: "employeeNumber"},
		"employeeType":             {Column: "userType"},
		"departmentNumber":         {Column: "costCenter"},
	}
}

// pushedGroup names a group by one value, because it is matched by it.
func pushedGroup() map[string]mapping.Rule {
	return map[string]mapping.Rule{"cn": {Value: `first(name, key)`, When: mapping.Always}}
}
