package ad

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// group is a global security group unless the job says otherwise.
func group() bridge.Template {
	t := template(bridge.Group, []bridge.TemplateAttribute{
		{Name: "cn", Need: bridge.Mandatory, Help: "Names the entry in its container. A namesake gets the key behind the name.", Default: named(`first(name, key)`)},
		{Name: "sAMAccountName", Need: bridge.Mandatory, Unique: true, Help: "Unique in the domain among users, groups and computers; small plain letters, digits and hyphens, at most 64.",
			Default: mapping.Rule{Value: `unique_number(first(slug(name), slug(key), guid()), 64)`, Max: 64}},
		{Name: "groupType", Need: bridge.Required, Help: "-2147483646 is a global, -2147483640 a universal security group; 2, 4 and 8 are distribution groups. It is not changed later.",
			Default: mapping.Rule{Value: `"-2147483646"`, When: mapping.Create}},
		{Name: "member", Need: bridge.Optional, Reference: true, Multi: true, Help: "Stated by members, not by a rule."},
		{Name: "displayName", Need: bridge.Recommended, Default: copied("name", 256)},
		{Name: "description", Need: bridge.Recommended, Default: copied("description", 1024)},
		mailAttribute(),
		{Name: "mailNickname", Need: bridge.Optional, Unique: true, Help: "The alias in Exchange."},
		{Name: "proxyAddresses", Need: bridge.Optional, Unique: true, Multi: true, Help: "All addresses. SMTP: marks the primary one, which is that of mail; smtp: marks the others."},
		{Name: "managedBy", Need: bridge.Optional, Reference: true, Help: "Who is responsible for the group."},
		{Name: "info", Need: bridge.Optional, Help: "Notes, at most 1,024 characters."},
	})
	t.Members = "member"
	return pushed(t, map[string]mapping.Rule{"cn": {Value: pushedGroupName, When: mapping.Always, Max: 64, Cut: true}})
}
