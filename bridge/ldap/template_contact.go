package ldap

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// contact is an inetOrgPerson without uid, named by cn.
func contact() bridge.Template {
	attributes := append([]bridge.TemplateAttribute{
		{Name: "cn", Need: bridge.Mandatory, Multi: true, Help: "Names the entry in its container; a namesake gets the key behind the name.",
			Default: mapping.Rule{Value: `unique(` + display + `, ` + display + ` + " (" + key + ")")`, When: mapping.Always}},
	}, personAttributes()...)
	return bridge.Template{Type: bridge.Contact, RDN: "cn", Attributes: attributes, Fields: Fields(attributes)}
}
