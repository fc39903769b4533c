package scim

import (
	"github.com/muster-idm/muster/scim/filter"
)

// asked returns a resource with just what a filter wants of it, if the filter
// names one account: attribute eq value, also of an item by its type, as in
// emails[type eq "work"].value eq "x".
func (s *Stream) asked(where filter.Expression) (map[string]any, bool) {
	resource := map[string]any{}
	switch e := where.(type) {
	case *filter.Compare:
		value, ok := e.Value.(string)
		if !ok || value == "" || e.Op != filter.Equal {
			return nil, false
		}
		if e.Place.URN == "" && e.Place.Attribute.Multi && e.Place.Sub != nil && e.Place.Sub.Name == "value" {
			resource[e.Place.Attribute.Name] = []any{map[string]any{"value": value, "type": "work", "primary": true}}
			return resource, true
		}
		return resource, s.put(resource, e.Place.String(), value)
	case *filter.Any:
		item, ok := itemOf(e.Of)
		if !ok || e.Place.URN != "" || item["value"] == nil {
			return nil, false
		}
		resource[e.Place.Attribute.Name] = []any{item}
		return resource, true
	}
	return nil, false
}

// itemOf returns the item that a filter within brackets wants: what it compares
// by eq, all of it at once.
func itemOf(e filter.Expression) (map[string]any, bool) {
	item := map[string]any{}
	parts := []filter.Expression{e}
	if and, ok := e.(*filter.And); ok {
		parts = and.Of
	}
	for _, part := range parts {
		compare, ok := part.(*filter.Compare)
		if !ok || compare.Op != filter.Equal {
			return nil, false
		}
		item[compare.Place.Attribute.Name] = compare.Value
	}
	return item, true
}
