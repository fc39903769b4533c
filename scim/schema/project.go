package schema

import (
	"slices"
	"strings"
)

// Present returns the schemas that an answer with the resource names: the core
// schema, and the extensions of which it has something (RFC 7643, section 3).
func (t *Type) Present(resource map[string]any) []string {
	present := []string{t.Core.ID}
	for _, e := range t.Extensions {
		if attributes, ok := resource[e.ID].(map[string]any); ok && len(attributes) > 0 {
			present = append(present, e.ID)
		}
	}
	return present
}

// Projection says what of a resource is in an answer (RFC 7644, sections 3.4.2.5
// and 3.9). The zero Projection lets nothing through.
type Projection struct {
	t         *Type
	columns   []column
	isDefault bool
}

// column is an attribute that is in the answer.
type column struct {
	urn, name string
	all       bool     // with all sub-attributes
	sub       []string // else with these
}

// Projection returns what the parameters attributes and excludedAttributes leave
// of a resource; an element may itself be a list with commas. Attributes that the
// type does not have are ignored. To give both is an *[Error] of type
// invalidValue.
func (t *Type) Projection(attributes, excluded []string) (Projection, error) {
	attributes, excluded = paths(attributes), paths(excluded)
	if len(attributes) > 0 && len(excluded) > 0 {
		return Projection{}, &Error{Type: InvalidValue, Attribute: "excludedAttributes", Value: cut(strings.Join(excluded, ",")),
			Message: "attributes and excludedAttributes cannot be given together"}
	}
	s := selection{wanted: t.places(attributes), unwanted: t.places(excluded), only: len(attributes) > 0}
	p := Projection{t: t, isDefault: len(attributes)+len(excluded) == 0, columns: make([]column, 0, len(common)+len(t.Core.Attributes))}
	for _, a := range common {
		p.add(s, Place{Attribute: a})
	}
	for _, a := range t.Core.Attributes {
		p.add(s, Place{Attribute: a})
	}
	for _, e := range t.Extensions {
		for _, a := range e.Attributes {
			p.add(s, Place{URN: e.ID, Attribute: a})
		}
	}
	return p, nil
}

func paths(lists []string) []string {
	var all []string
	for _, list := range lists {
		for path := range strings.SplitSeq(list, ",") {
			if path = strings.TrimSpace(path); path != "" {
				all = append(all, path)
			}
		}
	}
	return all
}

func (t *Type) places(paths []string) []Place {
	var places []Place
	for _, path := range paths {
		if p, ok := t.Locate(path); ok {
			places = append(places, p)
		}
	}
	return places
}

func (p *Projection) add(s selection, at Place) {
	if !s.returns(at) {
		return
	}
	c := column{urn: at.URN, name: at.Attribute.Name, all: true}
	for _, sub := range at.Attribute.Sub {
		if s.returns(Place{URN: at.URN, Attribute: at.Attribute, Sub: sub}) {
			c.sub = append(c.sub, sub.Name)
		} else {
			c.all = false
		}
	}
	p.columns = append(p.columns, c)
}

// selection is what a client selected.
type selection struct {
	wanted, unwanted []Place
	only             bool // nothing but what is wanted
}

// returns says whether an attribute or sub-attribute is in an answer, given that
// the attribute of a sub-attribute is.
func (s selection) returns(p Place) bool {
	switch p.last().Returned {
	case Always:
		return true
	case Never:
		return false
	case OnRequest:
		return slices.Contains(s.wanted, p) || p.Sub == nil && slices.ContainsFunc(s.wanted, p.holds)
	}
	if s.only {
		return slices.ContainsFunc(s.wanted, func(w Place) bool { return w.holds(p) || p.holds(w) }) || s.shown(p)
	}
	kept := p.Sub != nil && p.Attribute.Returned == Always // unless the sub-attribute itself is excluded
	return !slices.ContainsFunc(s.unwanted, func(u Place) bool { return u.holds(p) && (!kept || u.Sub != nil) })
}

// shown says whether a sub-attribute is there because its attribute always is,
// without having been selected.
func (s selection) shown(p Place) bool {
	whole := Place{URN: p.URN, Attribute: p.Attribute}
	return p.Sub != nil && p.Attribute.Returned == Always && !slices.ContainsFunc(s.wanted, whole.holds)
}

// holds says whether the other place is this one or within it.
func (p Place) holds(other Place) bool {
	return p.URN == other.URN &&
		(p.Attribute == nil || p.Attribute == other.Attribute && (p.Sub == nil || p.Sub == other.Sub))
}

// IsDefault says whether the client selected nothing.
func (p Projection) IsDefault() bool { return p.isDefault }

// Wants says whether something at the path, as Locate reads it, can be in the
// answer.
func (p Projection) Wants(path string) bool {
	if p.t == nil {
		return false
	}
	at, ok := p.t.Locate(path)
	return ok && slices.ContainsFunc(p.columns, func(c column) bool {
		return c.urn == at.URN && (at.Attribute == nil || c.name == at.Attribute.Name &&
			(at.Sub == nil || c.all || slices.Contains(c.sub, at.Sub.Name)))
	})
}

// Apply returns what is in the answer of a normalised resource, which it leaves
// as it is and shares values with.
func (p Projection) Apply(resource map[string]any) map[string]any {
	answer := make(map[string]any, len(resource))
	for _, c := range p.columns {
		from := resource
		if c.urn != "" {
			from, _ = resource[c.urn].(map[string]any)
		}
		value, ok := from[c.name]
		if ok && !c.all {
			value, ok = c.of(value)
		}
		if !ok {
			continue
		}
		into := answer
		if c.urn != "" {
			into = child(answer, c.urn)
		}
		into[c.name] = value
	}
	return answer
}

// of returns what is left of a complex value, or of each item of a list.
func (c column) of(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for _, name := range c.sub {
			if sub, ok := v[name]; ok {
				kept[name] = sub
			}
		}
		return kept, len(kept) > 0
	case []any:
		var list []any
		for _, item := range v {
			if kept, ok := c.of(item); ok {
				list = append(list, kept)
			}
		}
		return list, len(list) > 0
	}
	return value, true
}
