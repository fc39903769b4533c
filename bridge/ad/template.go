package ad

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Templates returns what the object types of Active Directory must and should
// have. Lengths are those of the schema (MS-ADA1 to MS-ADA3, MS-ADSC), and for
// account names those of MS-SAMR 3.1.1.6.
func Templates() []bridge.Template {
	return []bridge.Template{user(), mailbox(), contact(), group()}
}

// template puts attributes together; cn names every type of entry.
func template(t bridge.ObjectType, parts ...[]bridge.TemplateAttribute) bridge.Template {
	out := bridge.Template{Type: t, RDN: "cn", Account: t == bridge.User || t == bridge.Mailbox}
	for _, part := range parts {
		out.Attributes = append(out.Attributes, part...)
	}
	out.Fields = ldap.Fields(out.Attributes)
	return out
}

// copied is a rule that copies a field and cuts what the schema has no room for.
func copied(field string, length int) mapping.Rule {
	return mapping.Rule{Column: field, Max: length, Cut: true}
}

// named is the rule of cn: the name, and for a namesake in the container the
// name with the key, both within the 64 characters that a name may have.
func named(name string) mapping.Rule {
	return mapping.Rule{Value: `unique(left(` + name + `, 64), left(` + name + `, 61 - len(key)) + " (" + key + ")")`, When: mapping.Always, Max: 64, Cut: true}
}

// nameAttributes are the names of a person.
func nameAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "cn", Need: bridge.Mandatory, Help: "Names the entry in its container, so a change of name is a rename. A namesake gets the key behind the name.",
			Default: named(`first(display_name(given, family), key)`)},
		{Name: "givenName", Need: bridge.Recommended, Default: copied("given", 64)},
		{Name: "sn", Need: bridge.Recommended, Help: "The family name. Who has none gets none: the schema does not ask for it.", Default: copied("family", 64)},
		{Name: "displayName", Need: bridge.Recommended, Default: mapping.Rule{Value: `display_name(given, family)`, Max: 256, Cut: true}},
		{Name: "initials", Need: bridge.Optional, Help: "At most 6 characters."},
		{Name: "middleName", Need: bridge.Optional},
	}
}

// workAttributes are what somebody does and how to reach them.
func workAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "title", Need: bridge.Recommended, Default: copied("title", 128)},
		{Name: "department", Need: bridge.Recommended, Default: copied("department", 64)},
		{Name: "company", Need: bridge.Recommended, Default: copied("company", 64)},
		{Name: "division", Need: bridge.Optional},
		{Name: "manager", Need: bridge.Recommended, Reference: true, Help: "The field holds the manager's key.", Default: mapping.Rule{Value: `ref(text(manager))`}},
		{Name: "assistant", Need: bridge.Optional, Reference: true},
		{Name: "telephoneNumber", Need: bridge.Recommended, Help: "As the source writes it; phone_e164(phone) gives all the same form.", Default: copied("phone", 64)},
		{Name: "mobile", Need: bridge.Optional, Default: copied("mobile", 64)},
		{Name: "facsimileTelephoneNumber", Need: bridge.Optional, Default: copied("fax", 64)},
		{Name: "otherTelephone", Need: bridge.Optional, Multi: true},
		{Name: "otherMobile", Need: bridge.Optional, Multi: true},
		{Name: "homePhone", Need: bridge.Optional, Sensitive: true},
		{Name: "ipPhone", Need: bridge.Optional},
		{Name: "wWWHomePage", Need: bridge.Optional},
		{Name: "description", Need: bridge.Optional, Default: copied("description", 1024)},
		{Name: "info", Need: bridge.Optional, Help: "Notes, at most 1,024 characters."},
	}
}

// placeAttributes are where somebody works.
func placeAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "physicalDeliveryOfficeName", Need: bridge.Optional, Help: "The office or room.", Default: copied("office", 128)},
		{Name: "streetAddress", Need: bridge.Optional, Default: copied("street", 1024)},
		{Name: "l", Need: bridge.Optional, Help: "The city.", Default: copied("city", 128)},
		{Name: "postalCode", Need: bridge.Optional, Default: copied("postcode", 40)},
		{Name: "st", Need: bridge.Optional, Help: "The state or province, written out.", Default: copied("state", 128)},
		{Name: "c", Need: bridge.Optional, Help: "Two letters. c, co and countryCode belong together: map all three or none.", Default: mapping.Rule{Value: `country2(text(country))`}},
		{Name: "co", Need: bridge.Optional, Help: "The country's name. It belongs to c and countryCode.", Default: mapping.Rule{Value: `country_name(text(country))`, Max: 128, Cut: true}},
		{Name: "countryCode", Need: bridge.Optional, Help: "The country's number (ISO 3166). It belongs to c and co.", Default: mapping.Rule{Value: countryNumber()}},
	}
}

// mailAttribute is the address of a person or a group.
func mailAttribute() bridge.TemplateAttribute {
	return bridge.TemplateAttribute{Name: "mail", Need: bridge.Recommended, Unique: true, Help: "Active Directory lets two entries have the same address; Muster does not.",
		Default: mapping.Rule{Column: "mail", Format: "email", Max: 256}}
}
