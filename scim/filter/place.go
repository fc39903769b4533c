package filter

import (
	"slices"
	"strings"

	"github.com/muster-idm/muster/scim/schema"
)

// place reads an attribute and says where it stands. Outside of brackets the
// zero place stands for the URN of the core schema.
func (p *parser) place() (schema.Place, error) {
	start, text := p.at, p.run()
	if text == "" {
		return schema.Place{}, p.fault(start, "expected an attribute")
	}
	p.at += len(text)
	if p.item != nil {
		p.at = start
		sub, err := p.sub(p.item)
		return schema.Place{Attribute: sub}, err
	}
	urn, rest, whole := p.cut(text)
	if whole {
		if urn == p.of.Core.ID {
			urn = ""
		}
		return schema.Place{URN: urn}, nil
	}
	attribute, sub, dotted := strings.Cut(rest, ".")
	if place, ok := resolve(p.of, urn, attribute, sub); ok && dotted == (sub != "") {
		return place, nil
	}
	return schema.Place{}, p.fault(start, "expected an attribute of %s", p.of.Name)
}

// cut parts the URN of a schema, in that schema's spelling, from the attribute.
// Where one URN begins with another the longer one is taken.
func (p *parser) cut(text string) (urn, rest string, whole bool) {
	rest = text
	for _, s := range slices.Concat([]*schema.Schema{p.of.Core}, p.of.Extensions) {
		n := len(s.ID)
		if n <= len(urn) || len(text) < n || !strings.EqualFold(text[:n], s.ID) {
			continue
		}
		if len(text) == n {
			return s.ID, "", true
		}
		if text[n] == ':' || text[n] == '.' {
			urn, rest = s.ID, text[n+1:]
		}
	}
	return urn, rest, false
}

// sub reads the name of a sub-attribute. The items of an attribute that is not
// complex have one, "value", which is the item.
func (p *parser) sub(of *schema.Attribute) (*schema.Attribute, error) {
	start, text := p.at, p.run()
	p.at += len(text)
	if of.Kind != schema.Complex && strings.EqualFold(text, "value") {
		return &schema.Attribute{Name: "value", Kind: of.Kind, CaseExact: of.CaseExact}, nil
	}
	if found := subNamed(of, text); found != nil {
		return found, nil
	}
	return nil, p.fault(start, "expected a sub-attribute of %s", of.Name)
}

func subNamed(of *schema.Attribute, name string) *schema.Attribute {
	for _, sub := range of.Sub {
		if strings.EqualFold(sub.Name, name) {
			return sub
		}
	}
	return nil
}

// Leaf returns the place whose values are compared: of a complex attribute its
// sub-attribute "value" (RFC 7644, section 3.4.2.2). It says false if there is
// none.
func Leaf(p schema.Place) (schema.Place, bool) {
	if p.Attribute == nil {
		return p, false
	}
	if p.Sub == nil && p.Attribute.Kind == schema.Complex {
		p.Sub = subNamed(p.Attribute, "value")
		return p, p.Sub != nil
	}
	return p, true
}

// last returns the attribute or sub-attribute at a place.
func last(p schema.Place) *schema.Attribute {
	if p.Sub != nil {
		return p.Sub
	}
	return p.Attribute
}

// unreadable says whether a place is one that no client may read: a filter
// would tell its value bit by bit.
func unreadable(p schema.Place) bool {
	for _, a := range []*schema.Attribute{p.Attribute, p.Sub} {
		if a != nil && (a.Mutability == schema.WriteOnly || a.Returned == schema.Never) {
			return true
		}
	}
	return false
}
