package patch

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// expand returns the operations that a requested one means: one for each
// attribute of its value if it is on the whole resource or on an extension.
func (r request) expand(t *schema.Type) ([]Operation, error) {
	path, err := filter.ParsePath(r.path, t)
	if err != nil {
		return nil, r.at(explained(err))
	}
	if path.Place.Attribute == nil {
		return r.apart(path.Place.URN, t)
	}
	operations, err := r.resolve(path, t)
	if err != nil {
		return nil, r.at(err)
	}
	return operations, nil
}

// at says on which path an error arose.
func (r request) at(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Path == "" {
		e.Path = cut(r.path)
	}
	return err
}

// apart takes an operation on the whole resource, or on the extension with the
// URN, apart into those on its attributes.
func (r request) apart(urn string, t *schema.Type) ([]Operation, error) {
	prefix := urn
	if prefix != "" {
		prefix += ":"
	}
	if r.value == nil && urn != "" && r.op != Add {
		r.value = nothing(urn, t)
	}
	values, ok := alone(r.value).(map[string]any)
	switch {
	case !ok && r.op == Remove:
		return nil, r.at(errorf(noTarget, "a remove needs a path"))
	case !ok:
		return nil, r.at(errorf(invalidValue, "without the path of an attribute the value must be an object of attributes"))
	}
	var operations []Operation
	for _, key := range slices.Sorted(maps.Keys(values)) { // sorted: a whole attribute comes before its parts
		if urn == "" && ignored(key) || strings.EqualFold(key, "schemas") { // some name their schemas in the value of an extension, too
			continue
		}
		if strings.TrimSpace(key) == "" {
			return nil, r.at(errorf(invalidPath, "an attribute has no name"))
		}
		more, err := request{op: r.op, path: prefix + key, value: values[key], given: true}.expand(t)
		if err != nil {
			return nil, err
		}
		operations = append(operations, more...)
	}
	return operations, nil
}

// ignored says whether a key is one that clients send along with the attributes
// that they mean: authentik and Okta send the resource's id, authentik its schemas.
func ignored(key string) bool {
	return slices.ContainsFunc([]string{"id", "meta", "schemas"}, func(name string) bool { return strings.EqualFold(name, key) })
}

// nothing is a value in which all that a client can write of an extension is unassigned.
func nothing(urn string, t *schema.Type) any {
	values := map[string]any{}
	for _, e := range t.Extensions {
		for _, a := range e.Attributes {
			if e.ID == urn && a.Mutability != schema.ReadOnly {
				values[a.Name] = nil
			}
		}
	}
	return values
}

// resolve returns the operations on one path.
func (r request) resolve(path filter.Path, t *schema.Type) ([]Operation, error) {
	place := &path.Place
	if place.Attribute.Kind != schema.Complex {
		place.Sub = nil // "value" of an item that is a plain value is the item
	}
	if place.Attribute.Mutability == schema.ReadOnly || place.Sub != nil && place.Sub.Mutability == schema.ReadOnly {
		return nil, errorf(mutability, "%s is read-only", place)
	}
	whole := place.Sub == nil && path.Filter == nil
	switch {
	case r.op == Remove && (r.value == nil || !whole || !place.Attribute.Multi):
		return r.remove(path)
	case r.op == Add && !r.given:
		return nil, errorf(invalidValue, "an add of %s needs a value", place)
	case whole && !place.Attribute.Multi && place.Attribute.Kind == schema.Complex:
		return r.parts(path, t)
	}
	return r.assign(path, t)
}

// assign returns the operation with its value in the schema's form.
func (r request) assign(path filter.Path, t *schema.Type) ([]Operation, error) {
	value, err := t.NormalizeValue(path.Place, r.value)
	if err != nil {
		return nil, explained(err)
	}
	if value == nil {
		return r.unassign(path)
	}
	if list, ok := value.([]any); ok && path.Filter != nil && path.Place.Sub == nil {
		if len(list) > 1 {
			return nil, errorf(invalidValue, "%s must be one value, not %d", path.Place, len(list))
		}
		value = list[0]
	}
	return []Operation{{Op: r.op, Path: path, Value: value}}, nil
}

// remove removes an attribute, items of it or a sub-attribute, whatever the
// value: Entra sends the one that it believes to be there.
func (r request) remove(path filter.Path) ([]Operation, error) {
	if required(path) {
		return nil, errorf(mutability, "%s is required and cannot be removed", path.Place) // RFC 7644, section 3.5.2.2
	}
	return []Operation{{Op: Remove, Path: path}}, nil
}

// unassign is what add and replace of an empty value mean, and remove of no items.
func (r request) unassign(path filter.Path) ([]Operation, error) {
	multi := path.Place.Attribute.Multi
	if r.op == Remove || r.op == Add && (multi || path.Place.Attribute.Kind == schema.Complex && path.Place.Sub == nil) {
		return nil, nil
	}
	if required(path) {
		return nil, errorf(invalidValue, "%s is required and cannot be empty", path.Place)
	}
	return []Operation{{Op: Replace, Path: path}}, nil
}

func required(path filter.Path) bool {
	if path.Place.Sub != nil {
		return path.Place.Sub.Required
	}
	return path.Place.Attribute.Required && path.Filter == nil
}

// parts returns the operations on a complex attribute with one value: those
// that unassign the sub-attributes that the value states as empty, and one that
// merges the others.
func (r request) parts(path filter.Path, t *schema.Type) ([]Operation, error) {
	var operations []Operation
	stated, _ := alone(r.value).(map[string]any)
	for _, sub := range path.Place.Attribute.Sub {
		value, given := field(stated, sub.Name)
		if !given || sub.Mutability == schema.ReadOnly || !unassigned(value) {
			continue
		}
		part := path
		part.Place.Sub = sub
		more, err := request{op: Replace}.unassign(part)
		if err != nil {
			return nil, err
		}
		operations = append(operations, more...)
	}
	value, err := t.NormalizeValue(path.Place, r.value)
	switch {
	case err != nil:
		return nil, explained(err)
	case value != nil:
		return append(operations, Operation{Op: r.op, Path: path, Value: value}), nil
	case len(operations) > 0:
		return operations, nil
	}
	return r.unassign(path)
}

// alone returns the item of a list of one, and anything else as it is.
func alone(value any) any {
	if list, ok := value.([]any); ok && len(list) == 1 {
		return list[0]
	}
	return value
}
