package schema

import (
	"strings"
)

// Resolve finds a place by its parts, in any case: the URN of a schema, the
// name of an attribute and the name of a sub-attribute, each "" if not given.
// Without a name, the place is the whole schema. An attribute without a URN
// that the core schema lacks, but exactly one extension has, is that one's.
// Misspelt URNs that clients are known to send are taken for what they mean.
func (t *Type) Resolve(urn, name, sub string) (Place, bool) {
	path := urn
	if urn != "" && name != "" {
		path += ":"
	}
	path += name
	if sub != "" {
		path += "." + sub
	}
	return t.Locate(path)
}

// Locate finds a place by its path without a filter, in any case, as in
// "userName", "name.givenName", "urn:...:User:manager.value" or the URN of a
// schema alone. The URN of the core schema alone is the zero [Place], the whole
// resource. It is like [Type.Resolve], which takes the path in parts.
func (t *Type) Locate(path string) (Place, bool) {
	if len(path) < 4 || !strings.EqualFold(path[:4], "urn:") {
		return t.bare(path)
	}
	if p, ok := t.under(path, t.Core.ID, t.Core); ok {
		return p, true
	}
	for _, e := range t.Extensions {
		if p, ok := t.under(path, e.ID, e); ok {
			return p, true
		}
	}
	for _, a := range aliases {
		if s := t.schema(a.meant); s != nil {
			if p, ok := t.under(path, a.sent, s); ok {
				return p, true
			}
		}
	}
	return Place{}, false
}

// schema returns the schema with the URN in its own spelling, "" being the
// core's; nil if the type does not have it.
func (t *Type) schema(urn string) *Schema {
	if urn == "" || urn == t.Core.ID {
		return t.Core
	}
	for _, e := range t.Extensions {
		if e.ID == urn {
			return e
		}
	}
	return nil
}

// under finds a place whose path begins with a spelling of the schema's URN.
func (t *Type) under(path, spelling string, s *Schema) (Place, bool) {
	if len(path) < len(spelling) || !strings.EqualFold(path[:len(spelling)], spelling) {
		return Place{}, false
	}
	rest := path[len(spelling):]
	if rest == "" {
		return Place{URN: t.prefix(s)}, true
	}
	for _, sep := range separators {
		if rest[0] == sep.sent {
			return t.within(s, rest[1:])
		}
	}
	return Place{}, false
}

// prefix is the URN under which a resource keeps the attributes of a schema.
func (t *Type) prefix(s *Schema) string {
	if s == t.Core {
		return ""
	}
	return s.ID
}

// bare finds a place by a path without a URN.
func (t *Type) bare(path string) (Place, bool) {
	if p, ok := t.within(t.Core, path); ok {
		return p, true
	}
	var found Place
	n := 0
	for _, e := range t.Extensions {
		if p, ok := t.within(e, path); ok {
			found = p
			n++
		}
	}
	return found, n == 1
}

// within finds a place in one schema by "name" or "name.sub".
func (t *Type) within(s *Schema, path string) (Place, bool) {
	name, sub, dotted := strings.Cut(path, ".")
	a := named(s.Attributes, name)
	if a == nil && s == t.Core {
		a = named(common, name)
	}
	if a == nil {
		return Place{}, false
	}
	p := Place{URN: t.prefix(s), Attribute: a}
	if dotted {
		p.Sub = named(a.Sub, sub)
		return p, p.Sub != nil
	}
	return p, true
}

// named returns the attribute of that name in any case, nil if there is none.
func named(attributes []*Attribute, name string) *Attribute {
	for _, a := range attributes {
		if a.Name == name {
			return a
		}
	}
	for _, a := range attributes {
		if len(a.Name) == len(name) && strings.EqualFold(a.Name, name) { // of one length: no letter outside ASCII passes for one of ours
			return a
		}
	}
	return nil
}

// String returns the path of the place in the schema's spelling, as in
// "name.givenName" or "urn:...:User:manager.value"; "" for the whole resource.
func (p Place) String() string {
	if p.Attribute == nil {
		return p.URN
	}
	s := p.Attribute.Name
	if p.URN != "" {
		s = p.URN + ":" + s
	}
	if p.Sub != nil {
		s += "." + p.Sub.Name
	}
	return s
}

// Values returns what a resource has at the place: nothing if it is not there,
// one value, or one for each item of a multi-valued attribute. Within one item,
// the resource is the item and the place names the sub-attribute as Attribute.
func (p Place) Values(resource map[string]any) []any {
	if p.URN != "" {
		extension, ok := resource[p.URN].(map[string]any)
		if !ok {
			return nil
		}
		resource = extension
	}
	if p.Attribute == nil {
		return []any{resource}
	}
	values := items(resource[p.Attribute.Name])
	if p.Sub == nil {
		return values
	}
	var subs []any
	for _, v := range values {
		if item, ok := v.(map[string]any); ok {
			subs = append(subs, items(item[p.Sub.Name])...)
		}
	}
	return subs
}

// items returns the values of an attribute one by one.
func items(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// Kind returns the kind of one value at the place; that of a whole schema is
// Complex.
func (p Place) Kind() Kind {
	if a := p.last(); a != nil {
		return a.Kind
	}
	return Complex
}

// CaseExact says whether the case of a value at the place matters when it is
// compared. It always does in references and binaries (RFC 7643, sections
// 2.3.6 and 2.3.7).
func (p Place) CaseExact() bool {
	a := p.last()
	return a != nil && (a.CaseExact || a.Kind == Reference || a.Kind == Binary)
}

// Multi says whether the value at the place is a list. That of a sub-attribute
// of a multi-valued attribute is none, though there may be one for each item.
func (p Place) Multi() bool {
	a := p.last()
	return a != nil && a.Multi
}

// last is the attribute or sub-attribute that the place names, nil for a whole
// schema.
func (p Place) last() *Attribute {
	if p.Sub != nil {
		return p.Sub
	}
	return p.Attribute
}
