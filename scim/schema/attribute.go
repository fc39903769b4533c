package schema

import (
	library "github.com/elimity-com/scim/schema"
)

// Kind is the type of an attribute's values (RFC 7643, section 2.3).
type Kind string

// The kinds.
const (
	String    Kind = "string"
	Boolean   Kind = "boolean"
	Decimal   Kind = "decimal"
	Integer   Kind = "integer"
	DateTime  Kind = "dateTime"
	Binary    Kind = "binary"
	Reference Kind = "reference"
	Complex   Kind = "complex"
)

// Mutability says who may write an attribute (RFC 7643, section 2.2).
type Mutability string

// The mutabilities.
const (
	ReadWrite Mutability = "readWrite"
	ReadOnly  Mutability = "readOnly"
	Immutable Mutability = "immutable"
	WriteOnly Mutability = "writeOnly"
)

// Returned says when an attribute is in an answer (RFC 7643, section 2.2).
type Returned string

// When attributes are returned.
const (
	Always    Returned = "always"
	Default   Returned = "default"
	OnRequest Returned = "request"
	Never     Returned = "never"
)

// Uniqueness says among what a value occurs once (RFC 7643, section 2.2).
type Uniqueness string

// The uniquenesses.
const (
	None   Uniqueness = "none"
	Server Uniqueness = "server"
	Global Uniqueness = "global"
)

// Attribute is one attribute or sub-attribute of a schema.
type Attribute struct {
	Name        string
	Description string
	Kind        Kind
	Multi       bool
	Required    bool
	CaseExact   bool
	Mutability  Mutability
	Returned    Returned
	Uniqueness  Uniqueness
	Canonical   []string // suggested values
	References  []string // resource types that a reference may name
	Sub         []*Attribute
}

// Schema is a set of attributes with a URN.
type Schema struct {
	ID          string // its URN
	Name        string
	Description string
	Attributes  []*Attribute
	Required    bool // as an extension: every resource of the type must have it

	gate library.Schema // what the library knows of it, for a last look at what was normalised
}

// Type is a resource type with all its schemas (RFC 7643, section 6).
type Type struct {
	Name        string // "User", "Group"
	Endpoint    string // "/Users", "/Groups"
	Description string
	Core        *Schema
	Extensions  []*Schema
}

// Place is where an attribute stands in a resource. The zero Place is the whole
// resource.
type Place struct {
	URN       string     // of the extension, in the schema's spelling; "" for the core schema and common attributes
	Attribute *Attribute // nil when the place is a whole extension, or with URN "" the whole resource
	Sub       *Attribute // nil when the place is the whole attribute
}
