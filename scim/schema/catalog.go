package schema

import (
	"strings"

	library "github.com/elimity-com/scim/schema"
)

// common are the attributes that every resource has (RFC 7643, section 3.1).
// They are found as if the core schema named them.
var common = corrected("", convert(library.CommonAttributes()))

// User returns the resource type User (RFC 7643, section 4.1) with extensions,
// whose URNs must differ.
func User(extensions ...*Schema) *Type {
	return &Type{Name: "User", Endpoint: "/Users", Description: "User Account", Core: from(library.CoreUserSchema()), Extensions: extensions}
}

// Group returns the resource type Group (RFC 7643, section 4.2) with
// extensions, whose URNs must differ.
func Group(extensions ...*Schema) *Type {
	return &Type{Name: "Group", Endpoint: "/Groups", Description: "Group", Core: from(library.CoreGroupSchema()), Extensions: extensions}
}

// Enterprise returns the enterprise extension of User (RFC 7643, section 4.3).
func Enterprise() *Schema { return from(library.ExtensionEnterpriseUser()) }

// from returns a schema of the library in our words, with our corrections.
func from(s library.Schema) *Schema {
	return &Schema{
		ID:          s.ID,
		Name:        s.Name.Value(),
		Description: sentence(s.Description.Value()),
		Attributes:  corrected(s.ID, convert(s.Attributes)),
		gate:        s,
	}
}

func convert(attributes library.Attributes) []*Attribute {
	var converted []*Attribute
	for _, a := range attributes {
		c := &Attribute{
			Name:        a.Name(),
			Description: sentence(a.Description()),
			Kind:        Kind(a.AttributeType()),
			Multi:       a.MultiValued(),
			Required:    a.Required(),
			CaseExact:   a.CaseExact(),
			Mutability:  Mutability(a.Mutability()),
			Returned:    Returned(a.Returned()),
			Uniqueness:  Uniqueness(a.Uniqueness()),
			Canonical:   a.CanonicalValues(),
			Sub:         convert(a.SubAttributes()),
		}
		for _, r := range a.ReferenceTypes() {
			c.References = append(c.References, string(r))
		}
		converted = append(converted, c)
	}
	return converted
}

// sentence removes the line breaks that the library has in its descriptions.
func sentence(text string) string { return strings.Join(strings.Fields(text), " ") }
