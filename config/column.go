package config

import (
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// The columns that mean something to a stream itself.
const (
	idColumn      = "id"
	activeColumn  = "active"
	membersColumn = "members"
)

// userColumns are what rules know of every pushed user; all are texts unless
// columnType says otherwise.
const userColumns = "id userName externalId displayName nickName profileUrl title userType preferredLanguage locale timezone active " +
	"givenName familyName middleName honorificPrefix honorificSuffix formattedName " +
	"email workEmail homeEmail otherEmail emails phone workPhone mobilePhone homePhone faxPhone pagerPhone otherPhone " +
	"street locality region postalCode country formattedAddress otherAddress roles entitlements " +
	"employeeNumber costCenter organization division department manager"

// groupColumns are what rules know of every pushed group.
const groupColumns = "id displayName externalId members"

func columnType(name string) mapping.Type {
	switch name {
	case activeColumn:
		return mapping.Boolean
	case "emails", "roles", "entitlements", membersColumn:
		return mapping.Texts
	}
	return mapping.Text
}

// Columns returns the columns of a pushed resource of the type, User or Group:
// those that all have, then the attributes of the extensions.
//
// Of a user, email and phone are the primary value or else the first; workEmail,
// mobilePhone and the like are those of that type; street, locality, region,
// postalCode, country and formattedAddress are of the work address, or else of
// the primary or first; otherAddress is the formatted address of type other.
// manager is the id of another user, and members are the ids of a group's.
func (c *Client) Columns(t bridge.ObjectType) *mapping.Columns {
	names := userColumns
	if t == bridge.Group {
		names = groupColumns
	}
	var list []mapping.Column
	for _, name := range strings.Fields(names) {
		list = append(list, mapping.Column{Name: name, Type: columnType(name)})
	}
	for _, e := range c.Extensions {
		for _, a := range e.Attributes {
			if e.On == string(t) {
				list = append(list, mapping.Column{Name: orElse(a.Column, a.Name), Type: a.columnType()})
			}
		}
	}
	columns, err := mapping.NewColumns(list...)
	if err != nil {
		return &mapping.Columns{} // Parse refuses a column that occurs twice
	}
	return columns
}

// columnType is the type that rules see; lists are lists of texts.
func (a ExtensionAttribute) columnType() mapping.Type {
	if a.Multi {
		return mapping.Texts
	}
	switch a.Type {
	case "boolean":
		return mapping.Boolean
	case "integer":
		return mapping.Integer
	case "decimal":
		return mapping.Number
	case "dateTime":
		return mapping.Time
	}
	return mapping.Text
}

// reserved says whether a column is one that all resources of the type have.
func reserved(on, column string) bool {
	names := userColumns
	if on == string(bridge.Group) {
		names = groupColumns
	}
	return slices.Contains(strings.Fields(names), column)
}

// pushedField is the column of a pushed resource that means a field of the
// template, "" where none does.
func pushedField(t bridge.ObjectType, field string) string {
	if t == bridge.Group {
		return map[string]string{"name": "displayName"}[field]
	}
	return map[string]string{
		"given": "givenName", "family": "familyName", "name": "displayName", "display": "displayName", "mail": "workEmail",
		"phone": "workPhone", "mobile": "mobilePhone", "fax": "faxPhone", "office": "otherAddress", "street": "street", "city": "locality",
		"postcode": "postalCode", "state": "region", "country": "country", "company": "organization", "employee_id": "employeeNumber",
		"manager": "manager", "title": "title", "department": "department",
	}[field]
}
