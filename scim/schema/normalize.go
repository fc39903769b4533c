package schema

import (
	"maps"
	"slices"
	"strings"
)

// Normalize reads the body of a POST or PUT and returns the resource in the
// form that the package describes, and the paths that were sent but that the
// type does not have, sorted. It is the one place where a body is normalised:
//
//   - names get the schema's spelling, and URNs that clients misspell (see
//     quirks.go) too;
//   - what is null, "", [] or {} is absent, and so is a complex value that says
//     nothing but type, primary or $ref after the rest of it was unassigned;
//   - the read-only attributes (id, meta, groups, manager.displayName, and
//     schemas) are left out;
//   - one value of a multi-valued attribute becomes a list, a list of one
//     becomes the value of a complex attribute, and a string becomes the
//     sub-attribute "value";
//   - "name.givenName", "urn:...:User:department" and an extension's attribute
//     without its URN go where they belong;
//   - booleans may be strings, integers may be written 1.0, and items that
//     are the same are one.
//
// A password is in the result as it was sent: take it out before the resource is
// kept. The error is an *[Error].
func (t *Type) Normalize(body []byte) (resource map[string]any, dropped []string, err error) {
	decoded, err := Decode(body)
	if err != nil {
		return nil, nil, err
	}
	sent, ok := decoded.(map[string]any)
	if !ok {
		return nil, nil, syntax("the body must be one JSON object")
	}
	if err := t.stated(sent); err != nil {
		return nil, nil, err
	}
	n := normalizer{t: t}
	resource = map[string]any{}
	if err := n.fill(resource, Place{}, sent); err != nil {
		return nil, nil, err
	}
	slices.Sort(n.dropped)
	return resource, n.dropped, t.Check(resource)
}

// NormalizeValue returns the value at a place in the form that Normalize gives
// it; nil if it is unassigned. The value is one that [Decode] returned. At a
// multi-valued attribute the result is a list, at a schema a map of its
// attributes, in which read-only attributes and those that the schema lacks are
// left out. The error is an *[Error], of type mutability if the place itself is
// read-only.
func (t *Type) NormalizeValue(p Place, value any) (any, error) {
	if p.readOnly() {
		return nil, &Error{Type: MutabilityError, Attribute: p.String(), Message: p.String() + " is read-only"}
	}
	n := normalizer{t: t}
	if p.Attribute != nil {
		return n.value(p, value)
	}
	resource := map[string]any{}
	if err := n.put(resource, p, value); err != nil {
		return nil, err
	}
	whole := resource
	if p.URN != "" {
		whole, _ = resource[p.URN].(map[string]any)
	}
	if len(whole) == 0 {
		return nil, nil
	}
	return whole, nil
}

// readOnly says whether clients may not write at the place.
func (p Place) readOnly() bool {
	return p.Attribute != nil && p.Attribute.Mutability == ReadOnly || p.Sub != nil && p.Sub.Mutability == ReadOnly
}

// stated refuses a body whose schemas do not name the core schema; others may
// be named that the type does not have (RFC 7644, section 3.3).
func (t *Type) stated(sent map[string]any) error {
	schemas := Place{Attribute: named(common, "schemas")}
	var value any
	for key, v := range sent {
		if strings.EqualFold(key, "schemas") {
			value = v
		}
	}
	stated := items(value)
	if len(stated) == 0 {
		return &Error{Type: InvalidSyntax, Attribute: "schemas", Message: "schemas is missing; it must name " + t.Core.ID}
	}
	core := false
	for _, s := range stated {
		urn, ok := s.(string)
		if !ok {
			return refuse(schemas, s, "a list of URNs")
		}
		core = core || t.isCore(urn)
	}
	if !core {
		return refuse(schemas, stated[0], "a list that names "+t.Core.ID)
	}
	return nil
}

func (t *Type) isCore(urn string) bool {
	p, ok := t.Locate(urn)
	return ok && p == Place{}
}

// normalizer normalises one body or value.
type normalizer struct {
	t       *Type
	dropped []string
}

// fill puts the attributes of a schema, or of the whole resource, into the
// resource.
func (n *normalizer) fill(resource map[string]any, whole Place, sent map[string]any) error {
	for _, key := range slices.Sorted(maps.Keys(sent)) { // sorted: which fault is reported must not change from run to run
		p, ok := n.find(whole, key)
		if !ok || p.Sub != nil && p.Attribute.Multi { // of which item?
			n.drop(whole, ":", key)
			continue
		}
		if err := n.put(resource, p, sent[key]); err != nil {
			return err
		}
	}
	return nil
}

// find finds the attribute that a key means among those of a schema or, if
// whole is the zero Place, of the type.
func (n *normalizer) find(whole Place, key string) (Place, bool) {
	if whole.URN != "" {
		if p, ok := n.t.within(n.t.schema(whole.URN), key); ok {
			return p, true
		}
	}
	p, ok := n.t.Locate(key)
	return p, ok && (whole.URN == "" || whole.URN == p.URN)
}

func (n *normalizer) drop(p Place, separator, key string) {
	if at := p.String(); at != "" {
		key = at + separator + key
	}
	n.dropped = append(n.dropped, cut(key))
}

// put normalises a value and puts it into the resource at the place.
func (n *normalizer) put(resource map[string]any, p Place, value any) error {
	if p.readOnly() || value == nil {
		return nil
	}
	if p.Attribute == nil {
		sent, ok := value.(map[string]any)
		if !ok {
			return refuse(p, value, "an object with the attributes of the schema")
		}
		return n.fill(resource, p, sent)
	}
	v, err := n.value(p, value)
	if err != nil || v == nil {
		return err
	}
	into := resource
	if p.URN != "" {
		into = child(into, p.URN)
	}
	if p.Sub != nil {
		v = map[string]any{p.Sub.Name: v}
	}
	return store(into, p, v)
}

// store puts a value at its attribute. The sub-attributes of a complex one may
// come one by one.
func store(into map[string]any, p Place, value any) error {
	there, ok := into[p.Attribute.Name]
	if !ok {
		into[p.Attribute.Name] = value
		return nil
	}
	was, complexThere := there.(map[string]any)
	more, complexHere := value.(map[string]any)
	if !complexThere || !complexHere {
		return twice(p)
	}
	for name, v := range more {
		if _, ok := was[name]; ok {
			return twice(p)
		}
		was[name] = v
	}
	return nil
}

func twice(p Place) error {
	return &Error{Type: InvalidSyntax, Attribute: p.String(), Message: p.String() + " is given twice, in different spellings"}
}

// child returns the map at a key, made if it is not there.
func child(of map[string]any, key string) map[string]any {
	c, ok := of[key].(map[string]any)
	if !ok {
		c = map[string]any{}
		of[key] = c
	}
	return c
}
