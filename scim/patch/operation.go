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
//
// The value is a []any for a multi-valued attribute without a filter; a
// map[string]any for items that a filter selects and for a complex attribute,
// whose other sub-attributes stay; else a string, bool, int64 or float64.
type Operation struct {
	Op     Op
	Path   filter.Path
	Value  any // nil: no value; with Replace it means unassigned
	Number int // of the operation in the request that it comes from, from 1
}
