package patch

import "github.com/muster-idm/muster/scim/filter"

// Op is what an operation does.
type Op string

// The operations.
const (
	Add     Op = "add"
	Replace Op = "replace"
	Remove  Op = "remove"
)

// Operation is one operation, normalised: the path is resolved, and the value
// has the form that the schema wants at that path. An operation without a path
// is taken apart into one for each attribute of its value.
type Operation struct {
	Op    Op
	Path  filter.Path
	Value any // nil: no value; with Replace it means unassigned
}
