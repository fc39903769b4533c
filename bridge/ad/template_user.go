package ad

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

func user() bridge.Template {
	t := template(bridge.User, nameAttributes(), accountAttributes(), []bridge.TemplateAttribute{mailAttribute()},
		workAttributes(), placeAttributes(), employeeAttributes(), profileAttributes())
	t.Password = passwordAttribute
	return pushed(t, pushedUser())
}

// plainName gives the name in small plain letters with a dot, the key where
// there is none. The given name is cut so that the dot is never the last letter.
func plainName(given string) string {
	return `first(join(".", left(no_spaces(norm(given)), ` + given + `), no_spaces(norm(family))), no_spaces(norm(key)), guid())`
}

// accountAttributes are what signs in. The names stay when the person's name
// changes.
func accountAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "sAMAccountName", Need: bridge.Mandatory, Unique: true, Help: "At most 20 plain characters, unique in the domain: given.family, given.family2 and so on. ascii_de(...) around the names writes ae for ä.",
			Default: mapping.Rule{Value: `unique_number(` + plainName("12") + `, 20)`, Max: 20}},
		{Name: "userPrincipalName", Need: bridge.Recommended, Unique: true, Help: "Unique in the forest. The domain must be one of the forest's or in its uPNSuffixes.",
			Default: mapping.Rule{Value: principalName()}},
		{Name: passwordAttribute, Need: bridge.Recommended, WriteOnly: true, Sensitive: true, Help: "Made when the account is created and handed out once; the domain's policy may make it longer.",
			Default: mapping.Rule{Value: `password(16)`}},
		{Name: "accountExpires", Need: bridge.Optional, Help: "The first moment after the last day. Without a last day the account never expires: the attribute cannot be removed.",
			Default: mapping.Rule{Value: expiry}},
	}
}

// principalName counts before the @, and takes the key when nine are not enough.
func principalName() string {
	return `unique((isBlank(domain) ? [] : ["", "2", "3", "4", "5", "6", "7", "8", "9", "-" + slug(key)]).map(n, left(` + plainName("30") + `, 40) + n + "@" + domain))`
}

// expiry knows the spellings of a day that databases and sheets have, and 9999,
// which means never.
const expiry = `isBlank(text(end)) || contains(text(end), "9999") ? "9223372036854775807" : ` +
	`filetime(add_days(date(date(text(end), "yyyy-MM-dd", "dd.MM.yyyy", "d MMM yyyy", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssXXX", "yyyyMMdd")), 1))`

// employeeAttributes are by what HR knows a person.
func employeeAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "employeeID", Need: bridge.Recommended, Help: "The record's key, by which existing accounts are best matched. It has room for 16 characters; write employeeID: none and employeeNumber: {value: key} for longer keys.",
			Default: mapping.Rule{Value: `key`, Max: 16}},
		{Name: "employeeNumber", Need: bridge.Optional, Default: copied("employee_id", 512)},
		{Name: "employeeType", Need: bridge.Optional},
	}
}

// profileAttributes are what Windows does when somebody signs in.
func profileAttributes() []bridge.TemplateAttribute {
	return []bridge.TemplateAttribute{
		{Name: "homeDirectory", Need: bridge.Optional},
		{Name: "homeDrive", Need: bridge.Optional},
		{Name: "profilePath", Need: bridge.Optional},
		{Name: "scriptPath", Need: bridge.Optional},
	}
}
