package filter

import (
	"github.com/muster-idm/muster/scim/schema"
)

// Op is an attribute operator.
type Op string

// The operators.
const (
	Equal          Op = "eq"
	NotEqual       Op = "ne"
	Contains       Op = "co"
	StartsWith     Op = "sw"
	EndsWith       Op = "ew"
	Greater        Op = "gt"
	GreaterOrEqual Op = "ge"
	Less           Op = "lt"
	LessOrEqual    Op = "le"
	Present        Op = "pr"
)

var operators = []Op{Equal, NotEqual, Contains, StartsWith, EndsWith, Greater, GreaterOrEqual, Less, LessOrEqual, Present}

// Expression is a filter whose attributes are resolved: an *And, *Or, *Not,
// *Compare or *Any.
type Expression interface {
	// Match says whether a resource, in the form that schema describes, matches.
	Match(resource map[string]any) bool
	// String returns the filter in its normal form.
	String() string
}

// And matches when all of its parts do; it has two at least.
type And struct{ Of []Expression }

// Or matches when one of its parts does; it has two at least.
type Or struct{ Of []Expression }

// Not matches when its part does not.
type Not struct{ Of Expression }

// Compare compares the values at a place with a literal.
type Compare struct {
	Place schema.Place // of a complex attribute always a sub-attribute, unless with Present
	Op    Op
	Value any // string, bool, int64 or float64, as the kind of the place wants it (dateTime: a string, in UTC); nil with Present
}

// Any matches when one item of a multi-valued attribute matches as a whole:
// emails[type eq "work" and value co "@example.com"]. Within it, places are
// relative: their Attribute is the sub-attribute.
type Any struct {
	Place schema.Place
	Of    Expression
}

// Path is the path of a PATCH operation: attribute, filter on its items,
// sub-attribute.
type Path struct {
	Place  schema.Place
	Filter Expression // relative, as in Any; nil: none
}
