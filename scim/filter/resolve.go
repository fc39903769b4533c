package filter

import (
	"strings"

	"github.com/muster-idm/muster/scim/schema"
)

func resolve(t *schema.Type, urn, attribute, sub string) (schema.Place, bool) {
	for i, s := range append([]*schema.Schema{t.Core}, t.Extensions...) {
		if urn != "" && !strings.EqualFold(urn, s.ID) {
			continue
		}
		for _, a := range s.Attributes {
			if !strings.EqualFold(a.Name, attribute) {
				continue
			}
			p := schema.Place{Attribute: a}
			if i > 0 {
				p.URN = s.ID
			}
			if sub != "" {
				p.Sub = subNamed(a, sub)
			}
			return p, (sub == "") == (p.Sub == nil)
		}
	}
	return schema.Place{}, false
}

func name(p schema.Place) string {
	s := p.URN
	if p.Attribute == nil {
		return s
	}
	if s != "" {
		s += ":"
	}
	s += p.Attribute.Name
	if p.Sub != nil {
		s += "." + p.Sub.Name
	}
	return s
}
