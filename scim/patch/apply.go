package patch

import (
	"errors"
	"maps"
	"reflect"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// maxSteps is how many values the operations of one request may go through, each
// for each term of a filter: a thousand operations on a list that the first one
// made long would take minutes.
const maxSteps = 2_000_000

// Apply returns the resource as the operations leave it, one after another; it
// shares what they do not touch with the resource given, which is never changed
// (RFC 7644, section 3.5.2: a request is atomic). Nothing in the result is
// empty: no "", list or map. The error is an *Error.
//
// Where the RFC leaves room, or clients leave the RFC:
//   - An attribute with one value is replaced by add as by replace. One that is
//     complex keeps the sub-attributes that the value does not name (RFC 7644,
//     section 3.5.2.3), save those that describe its "value" when that changes.
//   - Add and replace of emails[type eq "work"].value make the item if there is
//     none, as Entra wants; section 3.5.2.3 says noTarget.
//   - To remove what is not there is no error.
func Apply(resource map[string]any, operations []Operation, t *schema.Type) (map[string]any, error) {
	patched := maps.Clone(resource)
	if patched == nil {
		patched = map[string]any{}
	}
	steps := 0
	for _, o := range operations {
		if steps += o.steps(patched); steps > maxSteps {
			return nil, o.fail(errorf(invalidValue, "the operations go through more than %d values; send fewer at once", maxSteps))
		}
		if err := o.apply(patched); err != nil {
			return nil, o.fail(err)
		}
	}
	if err := t.Check(patched); err != nil {
		return nil, explained(err)
	}
	return patched, nil
}

// steps counts the values that the operation goes through, for each term of its filter.
func (o Operation) steps(resource map[string]any) int {
	given, _ := o.Value.([]any)
	place := schema.Place{URN: o.Path.Place.URN, Attribute: o.Path.Place.Attribute}
	return len(given) + len(place.Values(resource))*max(1, size(o.Path.Filter))
}

// size counts the terms of a filter.
func size(e filter.Expression) int {
	sum := 0
	switch e := e.(type) {
	case *filter.Compare:
		return 1
	case *filter.Not:
		return size(e.Of)
	case *filter.And:
		for _, part := range e.Of {
			sum += size(part)
		}
	case *filter.Or:
		for _, part := range e.Of {
			sum += size(part)
		}
	}
	return sum
}

// apply changes the resource, whose top level is a copy, by making new what is below.
func (o Operation) apply(resource map[string]any) error {
	place, home := o.Path.Place, resource
	if place.URN != "" {
		extension, _ := resource[place.URN].(map[string]any)
		home = cloned(extension)
	}
	before := home[place.Attribute.Name]
	after, err := o.change(before)
	if err != nil {
		return err
	}
	switch {
	case unassigned(before):
	case place.Attribute.Mutability == schema.Immutable && !reflect.DeepEqual(before, after):
		return errorf(mutability, "%s is immutable and has a value already", place.Attribute.Name)
	case place.Attribute.Required && unassigned(after):
		return errorf(mutability, "%s is required and cannot be removed", place.Attribute.Name) // RFC 7644, section 3.5.2.2
	}
	put(home, place.Attribute.Name, after)
	if place.URN != "" {
		put(resource, place.URN, home)
	}
	return nil
}

// change returns the value of the attribute after the operation.
func (o Operation) change(before any) (any, error) {
	switch attribute := o.Path.Place.Attribute; {
	case attribute.Multi:
		items, _ := before.([]any)
		return o.changeItems(items)
	case attribute.Kind != schema.Complex:
		return o.Value, nil
	case o.Path.Place.Sub == nil && o.Value == nil:
		return nil, nil
	}
	item, _ := before.(map[string]any)
	return merge(o.Path.Place.Attribute, item, o.given())
}

// noMatch is what becomes of an attribute in which the filter finds nothing and
// for which nothing can be made: there is nothing to remove, and nothing to change.
func (o Operation) noMatch(before any) (any, error) {
	if o.Value == nil {
		return before, nil
	}
	return nil, errorf(noTarget, "no value of %s matches %s", o.Path.Place.Attribute.Name, cut(o.Path.Filter.String()))
}

// given returns the sub-attributes that the operation states; nil means unassigned.
func (o Operation) given() map[string]any {
	if sub := o.Path.Place.Sub; sub != nil {
		return map[string]any{sub.Name: o.Value}
	}
	given, _ := o.Value.(map[string]any)
	return given
}

// merge returns a complex value with the sub-attributes given, nil for one that
// is unassigned. When its "value" becomes another, the sub-attributes that
// only described the old one go: $ref and those the client cannot write.
func merge(attribute *schema.Attribute, before, given map[string]any) (map[string]any, error) {
	after := cloned(before)
	for _, sub := range attribute.Sub {
		value, stated := given[sub.Name]
		switch old := before[sub.Name]; {
		case !stated:
			if describes(sub) && renamed(before, given) {
				delete(after, sub.Name)
			}
		case sub.Mutability == schema.Immutable && !unassigned(old) && !reflect.DeepEqual(old, value):
			return nil, errorf(mutability, "%s.%s is immutable and has a value already", attribute.Name, sub.Name)
		default:
			put(after, sub.Name, value)
		}
	}
	return after, nil
}

func describes(sub *schema.Attribute) bool {
	return sub.Name != "value" && (sub.Kind == schema.Reference || sub.Mutability == schema.ReadOnly)
}

func renamed(before, given map[string]any) bool {
	value, stated := given["value"]
	return stated && !unassigned(before["value"]) && !reflect.DeepEqual(before["value"], value)
}

// fail says in which operation an error arose.
func (o Operation) fail(err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Operation, e.Path = o.Number, cut(o.Path.String())
	}
	return err
}

// put assigns a value, or takes the attribute away if the value is empty.
func put(home map[string]any, name string, value any) {
	if unassigned(value) {
		delete(home, name)
		return
	}
	home[name] = value
}

// unassigned says whether a value is none (RFC 7643, section 2.5).
func unassigned(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func cloned(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return maps.Clone(m)
}
