package patch

import (
	"slices"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// Edit is what a request does to the members of a group, in a form in which it
// can be done without knowing them. No value is in both Remove and Add.
type Edit struct {
	Replace bool             // the members that are not in Add go
	Remove  []string         // the values of members that go; none with Replace
	Add     []map[string]any // the members that are there afterwards, as they are stated, each with its "value"
}

// Apply returns the members of a group after the edit, those that are new at the end.
func (e *Edit) Apply(members []any) []any {
	removed, added := map[string]bool{}, map[string]map[string]any{}
	for _, value := range e.Remove {
		removed[value] = true
	}
	for _, m := range e.Add {
		added[valueIn(m)] = m
	}
	var after []any
	for _, m := range members {
		value := valueIn(m)
		switch stated, ok := added[value]; {
		case ok:
			after = append(after, stated)
			delete(added, value)
		case !e.Replace && !removed[value]:
			after = append(after, m)
		}
	}
	for _, m := range e.Add {
		if _, ok := added[valueIn(m)]; ok {
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
// one after another, but for their order; nil if there are none. It is not ok
// if that cannot be said without knowing the members, because an operation
// selects them other than by their values or changes something about them: then
// rest is all operations, for [Apply].
func Split(operations []Operation, t *schema.Type) (rest []Operation, members *Edit, ok bool) {
	var r reduction
	for _, o := range operations {
		if !onMembers(o, t) {
			rest = append(rest, o)
			continue
		}
		if !r.reduce(o) {
			return operations, nil, false
		}
	}
	if r.last == nil {
		return rest, nil, true
	}
	return rest, r.edit(), true
}

// onMembers says whether an operation is on the members of a group (RFC 7643, section 4.2).
func onMembers(o Operation, t *schema.Type) bool {
	a := o.Path.Place.Attribute
	return a.Name == "members" && references(a) && slices.Contains(t.Core.Attributes, a)
}

// reduction keeps of each value what the last operation on it said.
type reduction struct {
	replace bool
	values  []string                  // in the order in which they came
	last    map[string]map[string]any // the member as it was stated; nil: it was removed
}

// reduce takes one operation; it says false if the operation cannot be reduced.
func (r *reduction) reduce(o Operation) bool {
	if o.Path.Place.Sub != nil || o.Path.Filter != nil && o.Value != nil {
		return false
	}
	if o.Path.Filter == nil && (o.Op == Replace || o.Op == Remove && o.Value == nil) {
		*r = reduction{replace: true}
	}
	if r.last == nil {
		r.last = map[string]map[string]any{}
	}
	if o.Path.Filter != nil {
		values, ok := valuesOf(o.Path.Filter)
		for _, value := range values {
			r.say(value, nil)
		}
		return ok
	}
	given, _ := o.Value.([]any)
	for _, item := range given {
		member, _ := item.(map[string]any)
		value := valueIn(item)
		if value == "" {
			return false
		}
		if o.Op == Remove {
			member = nil
		}
		r.say(value, member)
	}
	return true
}

func (r *reduction) say(value string, member map[string]any) {
	if _, known := r.last[value]; !known {
		r.values = append(r.values, value)
	}
	r.last[value] = member
}

func (r *reduction) edit() *Edit {
	e := &Edit{Replace: r.replace}
	for _, value := range r.values {
		switch member := r.last[value]; {
		case member != nil:
			e.Add = append(e.Add, member)
		case !r.replace:
			e.Remove = append(e.Remove, value)
		}
	}
	return e
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
