package ldap

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Templates returns what a generic directory's object types must and should
// have: users and contacts are of inetOrgPerson (RFC 2798), groups of
// groupOfNames (RFC 4519 section 3.5).
func Templates() []bridge.Template {
	return []bridge.Template{user(), contact(), group()}
}

// The names of people as rules build them.
const (
	// display is the name that people read, and the key where there is none.
	display = `first(display_name(given, family), key)`
	// plain is the name in small plain letters with a dot, for accounts.
	plain = `first(join(".", left(no_spaces(norm(given)), 30), no_spaces(norm(family))), no_spaces(norm(key)), guid())`
)

// personAttributes are what users and contacts have alike.
func personAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "sn", Need: bridge.Mandatory, Multi: true, Help: "The family name. The class demands one, so who has none gets the display name, or the key.",
			Default: mapping.Rule{Value: `first(family, ` + display + `)`}},
		{Name: "givenName", Need: bridge.Recommended, Multi: true, Default: mapping.Rule{Column: "given"}},
		{Name: "displayName", Need: bridge.Recommended, Default: mapping.Rule{Value: `display_name(given, family)`}},
		{Name: "mail", Need: bridge.Recommended, Unique: true, Multi: true, Default: mapping.Rule{Column: "mail", Format: "email", Max: 256}},
		{Name: "title", Need: bridge.Recommended, Multi: true, Default: mapping.Rule{Column: "title"}},
		{Name: "ou", Need: bridge.Recommended, Multi: true, Help: "The department. It does not say where the entry is; container does.", Default: mapping.Rule{Column: "department"}},
		{Name: "o", Need: bridge.Optional, Multi: true, Help: "The company.", Default: mapping.Rule{Column: "company"}},
		{Name: "telephoneNumber", Need: bridge.Recommended, Multi: true, Help: "As the source writes it; phone_e164(phone) gives all the same form.", Default: mapping.Rule{Column: "phone"}},
		{Name: "mobile", Need: bridge.Optional, Multi: true, Default: mapping.Rule{Column: "mobile"}},
		{Name: "facsimileTelephoneNumber", Need: bridge.Optional, Multi: true, Default: mapping.Rule{Column: "fax"}},
		{Name: "physicalDeliveryOfficeName", Need: bridge.Optional, Multi: true, Help: "The office or room.", Default: mapping.Rule{Column: "office"}},
		{Name: "street", Need: bridge.Optional, Multi: true, Default: mapping.Rule{Column: "street"}},
		{Name: "l", Need: bridge.Optional, Multi: true, Help: "The city.", Default: mapping.Rule{Column: "city"}},
		{Name: "postalCode", Need: bridge.Optional, Multi: true, Default: mapping.Rule{Column: "postcode"}},
		{Name: "st", Need: bridge.Optional, Multi: true, Help: "The state or province, written out.", Default: mapping.Rule{Column: "state"}},
		{Name: "description", Need: bridge.Optional, Multi: true, Default: mapping.Rule{Column: "description"}},
		{Name: "initials", Need: bridge.Optional, Multi: true},
		{Name: "homePhone", Need: bridge.Optional, Sensitive: true, Multi: true},
		{Name: "homePostalAddress", Need: bridge.Optional, Sensitive: true, Multi: true},
		{Name: "labeledURI", Need: bridge.Optional, Multi: true, Help: "An address of the web, then a blank and what it is."},
		{Name: "preferredLanguage", Need: bridge.Optional, Help: "A language tag; language(...) gives its usual form."},
	}
}
