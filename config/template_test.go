package config_test

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// person is a small template for users, like those of a destination.
func person(t bridge.ObjectType) *bridge.Template {
	return &bridge.Template{
		Type: t, RDN: "cn", Account: t == bridge.User,
		Attributes: []bridge.TemplateAttribute{
			{Name: "cn", Need: bridge.Mandatory, Default: mapping.Rule{Text: "{given} {family}"}},
			{Name: "givenName", Need: bridge.Required, Default: mapping.Rule{Column: "given"}},
			{Name: "sn", Need: bridge.Required, Default: mapping.Rule{Column: "family"}},
			{Name: "mail", Need: bridge.Recommended, Default: mapping.Rule{Column: "mail", Format: "email"}},
			{Name: "title", Need: bridge.Optional, Default: mapping.Rule{Column: "title"}},
			{Name: "info", Need: bridge.Optional, Default: mapping.Rule{Value: `"imported"`}, Pushed: mapping.Rule{Column: "userName"}},
			{Name: "account", Need: bridge.Optional, Unique: true, Pushed: mapping.Rule{Value: `unique(userName)`}},
			{Name: "login", Need: bridge.Optional, Unique: true, Pushed: mapping.Rule{Column: "userName", When: mapping.Always}},
			{Name: "employeeID", Need: bridge.Optional, Unique: true},
			{Name: "manager", Need: bridge.Optional, Reference: true, Default: mapping.Rule{Value: "ref(manager)"}},
			{Name: "homePhone", Need: bridge.Optional, Sensitive: true},
		},
		Fields: []bridge.Field{
			{Name: "given", Synonyms: []string{"firstname", "givenname", "vorname"}, Required: true},
			{Name: "family", Synonyms: []string{"lastname", "surname", "nachname"}, Required: true},
			{Name: "mail", Synonyms: []string{"email", "emailaddress"}},
			{Name: "title", Synonyms: []string{"jobtitle"}},
			{Name: "manager", Synonyms: []string{"managerno", "managerid"}},
		},
	}
}

func group() *bridge.Template {
	return &bridge.Template{
		Type: bridge.Group, RDN: "cn", Members: "member",
		Attributes: []bridge.TemplateAttribute{
			{Name: "cn", Need: bridge.Mandatory, Default: mapping.Rule{Column: "name"}},
			{Name: "member", Need: bridge.Optional, Reference: true, Multi: true},
			{Name: "description", Need: bridge.Optional},
		},
		Fields: []bridge.Field{{Name: "name", Synonyms: []string{"group", "groupname", "team"}, Required: true}},
	}
}

func template(t bridge.ObjectType) *bridge.Template {
	if t == bridge.Group {
		return group()
	}
	return person(t)
}
