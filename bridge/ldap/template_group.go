package ldap

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// group is a groupOfNames named by cn.
func group() bridge.Template {
	attributes := []bridge.TemplateAttribute{
		{Name: "cn", Need: bridge.Mandatory, Multi: true, Help: "Names the entry in its container; a namesake gets the key behind the name.",
			Default: mapping.Rule{Value: `unique(first(name, key), first(name, key) + " (" + key + ")")`, When: mapping.Always}},
		{Name: "member", Need: bridge.Mandatory, Reference: true, Multi: true, Help: "Stated by members, not by a rule. A group without members keeps a placeholder, because the class demands one."},
		{Name: "description", Need: bridge.Recommended, Multi: true, Default: mapping.Rule{Column: "description"}},
		{Name: "ou", Need: bridge.Optional, Multi: true},
		{Name: "o", Need: bridge.Optional, Multi: true},
		{Name: "businessCategory", Need: bridge.Optional, Multi: true},
		{Name: "owner", Need: bridge.Optional, Reference: true, Multi: true, Help: "The people who are responsible for the group."},
		{Name: "seeAlso", Need: bridge.Optional, Reference: true, Multi: true},
	}
	pushed(attributes, pushedGroup())
	return bridge.Template{Type: bridge.Group, RDN: "cn", Members: "member", Attributes: attributes, Fields: Fields(attributes)}
}
