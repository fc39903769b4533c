package filter

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/muster-idm/muster/scim/schema"
)

// Selection says which resources of a listing are wanted, in which order.
type Selection struct {
	Where      Expression    // nil: all
	SortBy     *schema.Place // nil: the order in which they were created, which never changes
	Descending bool
	Start      int    // index of the first one, from 1; ignored with Cursor
	Cursor     string // where an earlier listing of the same selection ended; "" = at Start
	Count      int    // how many at most; 0: only the total is wanted
}

// Digest returns 32 hexadecimal digits that are the same for selections of the
// same resources in the same order, whatever the page: it binds a cursor to its
// listing. Filters count as the same if their normal form is.
func (s Selection) Digest() string {
	where, by := "", ""
	if s.Where != nil {
		where = s.Where.String()
	}
	if s.SortBy != nil {
		by = s.SortBy.String()
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %t", where, by, s.Descending))
	return hex.EncodeToString(sum[:16])
}

// Order compares two resources by what the selection sorts by: negative if a
// comes first, 0 if it does not say. Resources without a value are last
// ascending and first descending (RFC 7644, section 3.4.2.3).
func (s Selection) Order(a, b map[string]any) int {
	if s.SortBy == nil {
		return 0
	}
	order := Order(*s.SortBy, First(*s.SortBy, a), First(*s.SortBy, b))
	if s.Descending {
		return -order
	}
	return order
}

// Order compares two values of a place as First returns them, ascending: what is
// no value of the place's type comes last. Strings that are not caseExact are
// compared without case, instants as instants.
func Order(p schema.Place, a, b any) int {
	leaf, ok := Leaf(p)
	if !ok {
		return 0
	}
	if order, ok := compare(leaf, a, b); ok {
		return order
	}
	_, hasA := compare(leaf, a, a)
	_, hasB := compare(leaf, b, b)
	switch {
	case hasA:
		return -1
	case hasB:
		return 1
	}
	return 0
}

// First returns the value by which a resource is sorted: of several the primary
// one, or else the first; nil if none is assigned.
func First(p schema.Place, resource map[string]any) any {
	leaf, ok := Leaf(p)
	if !ok {
		return nil
	}
	var found any
	take := func(v any) bool {
		found = v
		return assigned(v)
	}
	item := schema.Place{URN: leaf.URN, Attribute: leaf.Attribute}
	if leaf.Sub == nil || !leaf.Attribute.Multi {
		if !some(leaf, resource, take) {
			return nil
		}
		return found
	}
	relative := schema.Place{Attribute: leaf.Sub}
	primary := some(item, resource, func(v any) bool {
		one, _ := v.(map[string]any)
		yes, _ := truth(lookup(one, "primary"))
		return yes == 1 && some(relative, one, take)
	})
	if primary || some(leaf, resource, take) {
		return found
	}
	return nil
}
