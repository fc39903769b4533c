package ldap

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// user is an inetOrgPerson named by uid. None of its rules makes a password:
// none is generated for a generic directory, but one that is pushed is set.
func user() bridge.Template {
	attributes := append([]bridge.TemplateAttribute{
		{Name: "uid", Need: bridge.Mandatory, Unique: true, Help: "The account name, which also names the entry. It stays when the person's name changes.",
			Default: mapping.Rule{Value: `unique_number(` + plain + `, 64)`, Max: 64}},
		{Name: "cn", Need: bridge.Mandatory, Multi: true, Default: mapping.Rule{Value: display}},
	}, personAttributes()...)
	attributes = append(attributes,
		bridge.TemplateAttribute{Name: "employeeNumber", Need: bridge.Recommended, Help: "The record's key, by which existing entries are best matched.", Default: mapping.Rule{Value: `key`}},
		bridge.TemplateAttribute{Name: "employeeType", Need: bridge.Optional, Multi: true},
		bridge.TemplateAttribute{Name: "departmentNumber", Need: bridge.Optional, Multi: true},
		bridge.TemplateAttribute{Name: "manager", Need: bridge.Optional, Reference: true, Help: "The field holds the manager's key.", Default: mapping.Rule{Value: `ref(text(manager))`}},
		bridge.TemplateAttribute{Name: "secretary", Need: bridge.Optional, Reference: true},
	)
	pushed(attributes, pushedUser())
	return bridge.Template{Type: bridge.User, RDN: "uid", Account: true, Password: passwordAttribute, Attributes: attributes, Fields: Fields(attributes)}
}
