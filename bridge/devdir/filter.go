package devdir

import (
	"slices"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Filter choices of RFC 4511 section 4.5.1.7.
const (
	filterAnd = iota
	filterOr
	filterNot
	filterEqual
	filterSubstrings
	filterGreater
	filterLess
	filterPresent
	filterApprox
	filterExtensible
)

// filter is a compiled search filter. What is undefined (an unknown attribute, a
// malformed value) does not match, and its negation does: that is how Active
// Directory makes (!(noSuchAttribute=1)) match everything.
type filter interface {
	matches(d *Directory, e *entry) bool
	// narrow gives the entries that can match, if an index knows them.
	narrow(d *Directory) (candidates []*entry, known bool)
}

var errFilter = &refusal{code: rcProtocol, text: "00000057: LdapErr: DSID-0C090A1D, comment: Error decoding ldap message, data 0, v4563\x00"}

// compile reads a filter. The error is result 2.
func (d *Directory) compile(p *ber.Packet) (filter, error) {
	if p.ClassType != ber.ClassContext {
		return nil, errFilter
	}
	switch p.Tag {
	case filterAnd, filterOr:
		parts := make([]filter, len(p.Children))
		for i, c := range p.Children {
			f, err := d.compile(c)
			if err != nil {
				return nil, err
			}
			parts[i] = f
		}
		if p.Tag == filterAnd {
			return and(parts), nil
		}
		return or(parts), nil
	case filterNot:
		f, err := d.compile(child(p, 0))
		return not{f}, err
	case filterEqual, filterApprox, filterGreater, filterLess:
		if len(p.Children) != 2 {
			return nil, errFilter
		}
		return d.comparison(p.Tag, text(p.Children[0]), text(p.Children[1])), nil
	case filterPresent:
		return d.presence(text(p)), nil
	case filterSubstrings:
		return d.substrings(p)
	case filterExtensible:
		return d.extensible(p)
	}
	return nil, errFilter
}

type and []filter

func (f and) matches(d *Directory, e *entry) bool {
	return !slices.ContainsFunc(f, func(x filter) bool { return !x.matches(d, e) })
}

// narrow takes the shortest of its parts' lists.
func (f and) narrow(d *Directory) (best []*entry, known bool) {
	for _, part := range f {
		if list, ok := part.narrow(d); ok && (!known || len(list) < len(best)) {
			best, known = list, true
		}
	}
	return best, known
}

type or []filter

func (f or) matches(d *Directory, e *entry) bool {
	return slices.ContainsFunc(f, func(x filter) bool { return x.matches(d, e) })
}

func (f or) narrow(d *Directory) (all []*entry, known bool) {
	seen := map[*entry]bool{}
	for _, part := range f {
		list, ok := part.narrow(d)
		if !ok {
			return nil, false
		}
		for _, e := range list {
			if !seen[e] {
				seen[e] = true
				all = append(all, e)
			}
		}
	}
	return all, true
}

type not struct{ filter }

func (f not) matches(d *Directory, e *entry) bool        { return !f.filter.matches(d, e) }
func (f not) narrow(*Directory) (list []*entry, ok bool) { return nil, false }

// constant is a filter whose answer does not depend on the entry.
type constant bool

func (f constant) matches(*Directory, *entry) bool            { return bool(f) }
func (f constant) narrow(*Directory) (list []*entry, ok bool) { return nil, !bool(f) }

// test is a filter on the values of one attribute.
type test struct {
	attr *attribute
	hit  func(value string) bool
}

func (f test) matches(d *Directory, e *entry) bool {
	return slices.ContainsFunc(d.shownValues(e, f.attr), f.hit)
}

func (f test) narrow(*Directory) (list []*entry, ok bool) { return nil, false }

// equality compares under the attribute's matching rule, by an index if it has one.
type equality struct {
	test
	key string
}

func (f equality) narrow(d *Directory) ([]*entry, bool) {
	if f.attr.index == nil {
		return nil, false
	}
	list := f.attr.index.at[f.key]
	if f.attr.name == "cn" || f.attr.name == "ou" { // mostly the RDN, which the index of name holds
		return slices.Concat(list, d.schema.attribute("name").index.at[f.key]), true
	}
	return list, true
}

// reference is an equality on an attribute whose values are entries.
type reference struct {
	attr   *attribute
	target *entry
}

func (f reference) matches(d *Directory, e *entry) bool {
	if f.attr.forward != nil {
		return f.target.refers(f.attr.forward, e)
	}
	return e.refers(f.attr, f.target)
}

func (f reference) narrow(*Directory) ([]*entry, bool) {
	if f.attr.forward != nil {
		return f.target.linked(f.attr.forward), true
	}
	return f.target.referring(f.attr), true
}

// alone is an equality that names one entry, by objectGUID or distinguishedName.
type alone struct{ target *entry }

func (f alone) matches(_ *Directory, e *entry) bool        { return e == f.target }
func (f alone) narrow(*Directory) (list []*entry, ok bool) { return []*entry{f.target}, true }

// among matches a fixed set of entries.
type among struct {
	list []*entry
	set  map[*entry]bool
}

func (f among) matches(_ *Directory, e *entry) bool { return f.set[e] }
func (f among) narrow(*Directory) ([]*entry, bool)  { return f.list, true }
