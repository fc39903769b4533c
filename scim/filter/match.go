package filter

import (
	"reflect"
	"strings"

	"github.com/muster-idm/muster/scim/schema"
)

// Match says whether every part matches.
func (e *And) Match(resource map[string]any) bool {
	for _, of := range e.Of {
		if !of.Match(resource) {
			return false
		}
	}
	return true
}

// Match says whether a part matches.
func (e *Or) Match(resource map[string]any) bool {
	for _, of := range e.Of {
		if of.Match(resource) {
			return true
		}
	}
	return false
}

// Match says whether the part does not match.
func (e *Not) Match(resource map[string]any) bool { return !e.Of.Match(resource) }

// Match says whether one item matches as a whole; a single complex value is one
// item. Without items nothing matches.
func (e *Any) Match(resource map[string]any) bool {
	return some(e.Place, resource, func(item any) bool { return matchItem(e.Of, item) })
}

// Match says whether one of the values at the place compares as wanted (RFC
// 7644, section 3.4.2.2). What is unassigned, or of another type than the
// schema's, is unequal to every value, so that ne matches it and nothing else
// does. Ne also matches if one of several values differs.
func (e *Compare) Match(resource map[string]any) bool {
	switch e.Op {
	case Present:
		return some(e.Place, resource, assigned)
	case NotEqual:
		seen := false
		differs := some(e.Place, resource, func(v any) bool {
			seen = true
			return !e.holds(v)
		})
		return differs || !seen
	}
	return some(e.Place, resource, e.holds)
}

// holds compares one value.
func (e *Compare) holds(v any) bool {
	switch e.Op {
	case Contains, StartsWith, EndsWith:
		have, ok := v.(string)
		want, also := e.Value.(string)
		return ok && also && partOf(e.Op, have, want, e.Place.CaseExact())
	}
	order, ok := compare(e.Place, v, e.Value)
	if !ok {
		return false
	}
	switch e.Op {
	case Equal, NotEqual:
		return order == 0
	case Greater:
		return order > 0
	case GreaterOrEqual:
		return order >= 0
	case Less:
		return order < 0
	}
	return order <= 0
}

// matchItem matches one item; one that is not complex is its own "value".
func matchItem(e Expression, item any) bool {
	if m, ok := item.(map[string]any); ok {
		return e.Match(m)
	}
	return e.Match(map[string]any{"value": item})
}

// some says whether a test holds for one of the values at a place. It is not
// called for null.
func some(p schema.Place, resource map[string]any, test func(any) bool) bool {
	if p.URN != "" {
		resource, _ = lookup(resource, p.URN).(map[string]any)
	}
	if p.Attribute == nil {
		return resource != nil && test(resource)
	}
	value := lookup(resource, p.Attribute.Name)
	if p.Sub == nil {
		return each(value, test)
	}
	return each(value, func(item any) bool {
		if m, ok := item.(map[string]any); ok {
			return each(lookup(m, p.Sub.Name), test)
		}
		return p.Sub.Name == "value" && test(item)
	})
}

// each says whether a test holds for a value, or for one of the items if it is a
// list. Resources of other origin than encoding/json may hold any Go value:
// lists and maps of other types are converted, a nil pointer is null.
func each(v any, test func(any) bool) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string, bool, int64, float64, map[string]any:
		return test(v)
	case []any:
		for _, item := range v {
			if item != nil && test(plain(item)) {
				return true
			}
		}
		return false
	}
	if list := reflect.ValueOf(v); list.Kind() == reflect.Slice || list.Kind() == reflect.Array {
		for i := range list.Len() {
			if item := plain(list.Index(i).Interface()); item != nil && test(item) {
				return true
			}
		}
		return false
	}
	v = plain(v)
	return v != nil && test(v)
}

// lookup returns the value of a key, in the schema's spelling or, if that is not
// there, in another case; the least such key, so that the answer is always the
// same.
func lookup(m map[string]any, key string) any {
	if v, ok := m[key]; ok {
		return v
	}
	var found string // "" is the name of no attribute
	for k := range m {
		if len(k) == len(key) && strings.EqualFold(k, key) && (found == "" || k < found) {
			found = k
		}
	}
	if found == "" {
		return nil
	}
	return m[found]
}

// assigned says whether a value is one: "", [] and {} are not (RFC 7643, section
// 2.5), nor is an item whose sub-attributes are all unassigned.
func assigned(v any) bool {
	switch v := v.(type) {
	case string:
		return v != ""
	case map[string]any:
		for _, of := range v {
			if each(of, assigned) {
				return true
			}
		}
		return false
	}
	return v != nil
}
