package filter

import "github.com/muster-idm/muster/scim/schema"

// Selection says which resources of a listing are wanted, in which order.
type Selection struct {
	Where      Expression    // nil: all
	SortBy     *schema.Place // nil: the order in which they were created, which never changes
	Descending bool
	Start      int    // index of the first one, from 1; ignored with Cursor
	Cursor     string // where an earlier listing of the same selection ended; "" = at Start
	Count      int    // how many at most; 0: only the total is wanted
}
