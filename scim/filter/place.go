package filter

import (
	"strings"

	"github.com/muster-idm/muster/scim/schema"
)

// place reads an attribute and says where it stands. Outside of brackets the
// zero place stands for the URN of the core schema.
func (p *parser) place() (schema.Place, error) {
	start, text := p.at, p.run()
	if text == "" {
		return schema.Place{}, p.fault(start, "an attribute")
	}
	if p.item != nil {
		sub, err := p.sub(p.item)
		return schema.Place{Attribute: sub}, err
	}
	place, ok := p.of.Locate(text)
	if !ok {
		return schema.Place{}, p.fault(start, "an attribute of %s", p.of.Name)
	}
	p.at += len(text)
	return place, nil
}

// sub reads the name of a sub-attribute. The items of an attribute that is not
// complex have one, "value", which is the item.
func (p *parser) sub(of *schema.Attribute) (*schema.Attribute, error) {
	text := p.run()
	found := subNamed(of, text)
	if of.Kind != schema.Complex && strings.EqualFold(text, "value") {
		found = &schema.Attribute{Name: "value", Kind: of.Kind, CaseExact: of.CaseExact}
	}
	if found == nil {
		return nil, p.fault(p.at, "a sub-attribute of %s", of.Name)
	}
	p.at += len(text)
	return found, nil
}

// subNamed returns the sub-attribute of that name in any case, nil if there is
// none. Names are ASCII: one with a letter outside it has another length.
func subNamed(of *schema.Attribute, name string) *schema.Attribute {
	for _, sub := range of.Sub {
		if len(sub.Name) == len(name) && strings.EqualFold(sub.Name, name) {
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
	if p.Sub != nil || p.Attribute.Kind != schema.Complex {
		return p, true
	}
	value := subNamed(p.Attribute, "value")
	if value == nil {
		return p, false
	}
	p.Sub = value
	return p, true
}

// unreadable says whether a place is one that no client may read: filters would
// tell its value bit by bit.
func unreadable(p schema.Place) bool {
	for _, a := range []*schema.Attribute{p.Attribute, p.Sub} {
		if a != nil && (a.Mutability == schema.WriteOnly || a.Returned == schema.Never) {
			return true
		}
	}
	return false
}
