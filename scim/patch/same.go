package patch

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/muster-idm/muster/scim/schema"
)

// known finds the items of a multi-valued attribute that are the same as
// another. A reference is known by its value; another item with a value by that
// and its type, where none is any; an item without a value by all it says.
type known struct {
	attribute *schema.Attribute
	exact     bool
	first     map[string]int    // of a value, the first item
	typed     map[[2]string]int // of a value and a type, "" for none
}

func index(attribute *schema.Attribute, items []any) *known {
	place := schema.Place{Attribute: attribute, Sub: valueOf(attribute)}
	k := &known{attribute: attribute, exact: place.CaseExact(), first: map[string]int{}, typed: map[[2]string]int{}}
	for i, item := range items {
		k.add(item, i)
	}
	return k
}

// find returns the index of the item that is the same.
func (k *known) find(item any) (int, bool) {
	value, kind := k.key(item)
	if kind == "" {
		i, found := k.first[value]
		return i, found
	}
	i, found := k.typed[[2]string{value, kind}]
	if !found {
		i, found = k.typed[[2]string{value, ""}]
	}
	return i, found
}

// add makes an item known, or what became of the one at its index.
func (k *known) add(item any, i int) {
	value, kind := k.key(item)
	if _, found := k.first[value]; !found {
		k.first[value] = i
	}
	if at, found := k.typed[[2]string{value, ""}]; found && at == i {
		delete(k.typed, [2]string{value, ""})
	}
	if _, found := k.typed[[2]string{value, kind}]; !found {
		k.typed[[2]string{value, kind}] = i
	}
}

// key returns what an item is known by.
func (k *known) key(item any) (value, kind string) {
	whole, ok := item.(map[string]any)
	switch {
	case !ok:
		value = fmt.Sprint(item)
	case unassigned(whole["value"]):
		all, _ := json.Marshal(whole) // strings, booleans and numbers that came from JSON
		return "{}" + string(all), ""
	default:
		value = fmt.Sprint(whole["value"])
		if !references(k.attribute) {
			kind, _ = whole["type"].(string)
		}
	}
	if !k.exact {
		value = strings.ToLower(value)
	}
	return "=" + value, strings.ToLower(kind)
}

// references says whether the items of an attribute name resources, as those of
// members do: an item is known by its value alone, which nothing can change.
func references(attribute *schema.Attribute) bool {
	value := valueOf(attribute)
	return attribute.Multi && value != nil && value.Mutability == schema.Immutable
}

// valueOf returns the sub-attribute "value", nil if there is none.
func valueOf(attribute *schema.Attribute) *schema.Attribute {
	for _, sub := range attribute.Sub {
		if sub.Name == "value" {
			return sub
		}
	}
	return nil
}
