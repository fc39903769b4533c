package schema

import (
	"strings"
)

// correction changes one attribute of the library's schemas.
type correction struct {
	schema string // its URN; "" = the common attributes
	path   string // "name" or "name.sub"
	change func(*Attribute)
	reason string
}

var corrections = []correction{
	{"", "schemas", func(a *Attribute) { a.Returned = Always },
		"each resource states its schemas (RFC 7643, section 3), also in answers that select attributes; SailPoint relies on it in lists"},
	{"", "schemas", func(a *Attribute) { a.Mutability = ReadOnly },
		"what is kept decides which schemas are in use; a PATCH of the list alone can mean nothing"},
	{"", "schemas", func(a *Attribute) { a.CaseExact = false; a.Kind = Reference; a.References = []string{"uri"} },
		"they are URIs (RFC 7643, section 3.1)"},
	{"", "schemas", func(a *Attribute) { a.Description = "The URIs of the schemas that the resource makes use of." },
		"the library has no description"},
	{groupURN, "displayName", func(a *Attribute) { a.Uniqueness = Server },
		"Entra matches groups by displayName and demands that it is unique"},
	{userURN, "groups.value", func(a *Attribute) { a.CaseExact = true },
		"it is an id, and ids are compared exactly (RFC 7643, section 3.1)"},
	{groupURN, "members.value", func(a *Attribute) { a.CaseExact = true },
		"it is an id, and ids are compared exactly (RFC 7643, section 3.1)"},
	{enterpriseURN, "manager.value", func(a *Attribute) { a.CaseExact = true },
		"it is an id, and ids are compared exactly (RFC 7643, section 3.1)"},
}

// corrected applies the corrections of one schema to its attributes.
func corrected(urn string, attributes []*Attribute) []*Attribute {
	for _, c := range corrections {
		if c.schema != urn {
			continue
		}
		name, sub, dotted := strings.Cut(c.path, ".")
		a := named(attributes, name)
		if dotted {
			a = named(a.Sub, sub)
		}
		c.change(a)
	}
	return attributes
}
