package auth

import "slices"

// Scope is what a client may do.
type Scope string

// The scopes. Who may write may read as well: the answer to a write is a reading.
const (
	Read  Scope = "read"
	Write Scope = "write"
)

// Scopes returns the scopes there are, the smallest first.
func Scopes() []Scope { return []Scope{Read, Write} }

// allows says whether scopes that were granted cover the one that is wanted.
func allows(granted []Scope, wanted Scope) bool {
	return slices.Contains(granted, wanted) || wanted == Read && slices.Contains(granted, Write)
}
