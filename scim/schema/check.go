package schema

import "slices"

// Check says what is wrong with a normalised resource as a whole, as after a
// PATCH: a required attribute is missing, an attribute has two primary values,
// or the library of the protocol finds fault with it. The error is an *[Error]
// of type invalidValue.
func (t *Type) Check(resource map[string]any) error {
	if err := check("", slices.Concat(common, t.Core.Attributes), resource); err != nil {
		return err
	}
	if _, err := t.Core.gate.ValidateExtension(resource); err != nil {
		return &Error{Type: InvalidValue, Message: "the resource does not hold to " + t.Core.ID}
	}
	for _, e := range t.Extensions {
		attributes, ok := resource[e.ID].(map[string]any)
		if !ok {
			if e.Required {
				return missing(Place{URN: e.ID})
			}
			continue
		}
		if err := check(e.ID, e.Attributes, attributes); err != nil {
			return err
		}
		if _, err := e.gate.ValidateExtension(attributes); err != nil {
			return &Error{Type: InvalidValue, Attribute: e.ID, Message: "the resource does not hold to " + e.ID}
		}
	}
	return nil
}

// check looks at the attributes of one schema.
func check(urn string, attributes []*Attribute, values map[string]any) error {
	for _, a := range attributes {
		p := Place{URN: urn, Attribute: a}
		value := values[a.Name]
		if value == nil {
			if a.Required && a.Mutability != ReadOnly {
				return missing(p)
			}
			continue
		}
		if list, ok := value.([]any); ok {
			if err := onePrimary(p, list); err != nil {
				return err
			}
		}
		if err := checkSub(p, value); err != nil {
			return err
		}
	}
	return nil
}

// checkSub looks for the required sub-attributes of each value.
func checkSub(p Place, value any) error {
	for _, sub := range p.Attribute.Sub {
		if !sub.Required || sub.Mutability == ReadOnly {
			continue
		}
		for _, v := range items(value) {
			if item, ok := v.(map[string]any); ok && item[sub.Name] == nil {
				return missing(Place{URN: p.URN, Attribute: p.Attribute, Sub: sub})
			}
		}
	}
	return nil
}

func missing(p Place) error {
	return &Error{Type: InvalidValue, Attribute: p.String(), Message: p.String() + " is required and missing"}
}
