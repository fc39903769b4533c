package filter

import (
	"github.com/muster-idm/muster/scim/schema"
)

// ParsePath reads the path of a PATCH operation (RFC 7644, section 3.5.2):
// attr, attr.sub, attr[filter] or attr[filter].sub, with a URN before it or
// not, all names in any case; or the URN of an extension alone. No path, or the
// URN of the core schema alone, is the zero Path. The error is an *Error.
func ParsePath(text string, t *schema.Type) (Path, error) {
	p := &parser{text: text, kind: InvalidPath, of: t}
	if err := p.check(); err != nil {
		return Path{}, err
	}
	if p.space(); p.at == len(p.text) {
		return Path{}, nil
	}
	path, err := p.path()
	if err != nil {
		return Path{}, err
	}
	if p.space(); p.at < len(p.text) {
		return Path{}, p.fault(p.at, "the end")
	}
	return path, nil
}

func (p *parser) path() (Path, error) {
	start := p.at
	place, err := p.place()
	if err != nil || !p.next('[') {
		return Path{Place: place}, err
	}
	if place.Attribute == nil || !place.Attribute.Multi {
		return Path{}, p.fault(start, "an attribute with several items, which %s has not,", place)
	}
	of, err := p.brackets(place, start)
	if err != nil || !p.next('.') {
		return Path{Place: place, Filter: of}, err
	}
	place.Sub, err = p.sub(place.Attribute)
	return Path{Place: place, Filter: of}, err
}

// Whole says whether the path is none: the operation is on the whole resource.
func (p Path) Whole() bool { return p.Place == schema.Place{} && p.Filter == nil }

// Selects says whether the filter of the path, if there is one, matches an item
// of its attribute. The items of an attribute that is not complex are compared
// as "value".
func (p Path) Selects(item any) bool { return p.Filter == nil || matchItem(p.Filter, item) }

// ParseSort reads the sortBy of a listing: attr or attr.sub (RFC 7644, section
// 3.4.2.3). A bare complex attribute means its sub-attribute "value". The error
// is an *Error.
func ParseSort(text string, t *schema.Type) (schema.Place, error) {
	p := &parser{text: text, kind: InvalidValue, of: t}
	if err := p.check(); err != nil {
		return schema.Place{}, err
	}
	p.space()
	start := p.at
	place, err := p.place()
	if err != nil {
		return schema.Place{}, err
	}
	leaf, ok := Leaf(place)
	if !ok || unreadable(leaf) {
		return schema.Place{}, p.fault(start, "an attribute by which to sort")
	}
	if p.space(); p.at < len(p.text) {
		return schema.Place{}, p.fault(p.at, "the end")
	}
	return leaf, nil
}
