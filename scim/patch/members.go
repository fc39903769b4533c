package patch

import (
	"slices"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// Edit is what a request does to the members of a group, in a form in which it
// can be done without knowing them: first Replace, then Remove, then Add.
type Edit struct {
	Replace bool             // all the members that there are go
	Remove  []string         // the values of members that go; none with Replace
	Add     []map[string]any // the members that come, in order, each with its "value"; one that is there stays as it is
}

// Apply returns the members of a group after the edit. A member in both Remove
// and Add went and came back: it is there, after the others and as Add states it.
func (e *Edit) Apply(members []any) []any {
	var after []any
	removed, there := map[string]bool{}, map[string]bool{}
	for _, value := range e.Remove {
		removed[value] = true
	}
	for _, m := range members {
		if value := valueIn(m); !e.Replace && !removed[value] {
			after = append(after, m)
			there[value] = true
		}
	}
	for _, m := range e.Add {
		if !there[valueIn(m)] {
			after = append(after, m)
		}
	}
	return after
}

func valueIn(member any) string {
	m, _ := member.(map[string]any)
	value, _ := m["value"].(string)
	return value
}

// Split takes the operations on the members of a group out of a request and
// reduces them to an edit, which does to any members what the operations would,
// one after another; nil if there are none. It is not ok if that cannot be said
// without knowing the members, because an operation selects them other than by
// their values or changes something about them: then rest is all operations, for [Apply].
func Split(operations []Operation, t *schema.Type) (rest []Operation, members *Edit, ok bool) {
	var r *reduction
	for _, o := range operations {
		if !onMembers(o, t) {
			rest = append(rest, o)
			continue
		}
		if r == nil {
			r = &reduction{added: map[string]int{}, removed: map[string]bool{}}
		}
		if !r.reduce(o) {
			return operations, nil, false
		}
	}
	if r == nil {
		return rest, nil, true
	}
	return rest, r.result(), true
}

// onMembers says whether an operation is on the members of a group (RFC 7643, section 4.2).
func onMembers(o Operation, t *schema.Type) bool {
	a := o.Path.Place.Attribute
	return a.Name == "members" && references(a) && slices.Contains(t.Core.Attributes, a)
}

// reduction is an edit as it grows.
type reduction struct {
	edit    Edit
	added   map[string]int  // where in edit.Add a value is; an item that is not there any more is nil
	removed map[string]bool // what is in edit.Remove
}

// reduce says false if the operation cannot be reduced.
func (r *reduction) reduce(o Operation) bool {
	if o.Path.Place.Sub != nil {
		return false
	}
	given, _ := o.Value.([]any)
	switch {
	case o.Path.Filter != nil:
		values, ok := valuesOf(o.Path.Filter)
		if !ok || o.Value != nil {
			return false
		}
		r.remove(values)
	case o.Op == Remove && o.Value != nil:
		values := make([]string, len(given))
		for i, member := range given {
			if values[i] = valueIn(member); values[i] == "" {
				return false
			}
		}
		r.remove(values)
	case o.Op == Add:
		return r.add(given)
	default:
		*r = reduction{edit: Edit{Replace: true}, added: map[string]int{}, removed: map[string]bool{}}
		return r.add(given)
	}
	return true
}

// add says false if a member has no value by which it could be known.
func (r *reduction) add(members []any) bool {
	for _, member := range members {
		value := valueIn(member)
		if value == "" {
			return false
		}
		if _, there := r.added[value]; !there {
			r.added[value] = len(r.edit.Add)
			r.edit.Add = append(r.edit.Add, member.(map[string]any))
		}
	}
	return true
}

func (r *reduction) remove(values []string) {
	for _, value := range values {
		if i, there := r.added[value]; there {
			r.edit.Add[i] = nil
			delete(r.added, value)
		}
		if !r.edit.Replace && !r.removed[value] {
			r.removed[value] = true
			r.edit.Remove = append(r.edit.Remove, value)
		}
	}
}

func (r *reduction) result() *Edit {
	r.edit.Add = slices.DeleteFunc(r.edit.Add, func(member map[string]any) bool { return member == nil })
	return &r.edit
}

// valuesOf returns the values that a filter names: value eq "a" or value eq "b".
func valuesOf(e filter.Expression) ([]string, bool) {
	switch e := e.(type) {
	case *filter.Compare:
		value, ok := e.Value.(string)
		return []string{value}, ok && e.Op == filter.Equal && e.Place.Sub == nil && e.Place.Attribute.Name == "value"
	case *filter.Or:
		var values []string
		for _, part := range e.Of {
			more, ok := valuesOf(part)
			if !ok {
				return nil, false
			}
			values = append(values, more...)
		}
		return values, true
	}
	return nil, false
}
