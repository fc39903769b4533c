package devdir

import (
	"strconv"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Matching rules of MS-ADTS 3.1.1.3.4.4.
const (
	ruleBitAnd  = "1.2.840.113556.1.4.803"
	ruleBitOr   = "1.2.840.113556.1.4.804"
	ruleInChain = "1.2.840.113556.1.4.1941"
)

func (d *Directory) comparison(tag ber.Tag, name, value string) filter {
	if strings.EqualFold(name, "anr") && tag != filterGreater && tag != filterLess {
		return d.ambiguousName(value)
	}
	a := d.schema.attribute(name)
	switch {
	case a == nil || a.hidden():
		return constant(false)
	case tag == filterGreater:
		return test{a, func(v string) bool { return a.compareValues(v, value) >= 0 }}
	case tag == filterLess:
		return test{a, func(v string) bool { return a.compareValues(v, value) <= 0 }}
	}
	return d.equal(a, value)
}

func (d *Directory) equal(a *attribute, value string) filter {
	switch {
	case a.name == "objectGUID":
		return d.one(d.byGUID[guidOf(value)])
	case a.name == "objectCategory" && !strings.Contains(value, "="):
		return d.category(a, value)
	case a.name == "distinguishedName":
		e, _ := d.find(value)
		return d.one(e)
	case a.isDN():
		e, err := d.find(value)
		if err != nil {
			return constant(false)
		}
		return reference{a, e}
	case a.syntax == syntaxSID:
		if s, ok := parseSID(value); ok && strings.HasPrefix(strings.ToUpper(value), "S-1-") {
			value = string(s)
		}
	}
	key := a.matching()
	wanted := key(value)
	return equality{test{a, func(v string) bool { return key(v) == wanted }}, wanted}
}

func (d *Directory) one(e *entry) filter {
	if e == nil {
		return constant(false)
	}
	return alone{e}
}

func guidOf(octets string) (g guid) {
	if len(octets) == len(g) {
		copy(g[:], octets)
	}
	return g
}

// category lets objectCategory be named by its class (MS-ADTS 3.1.1.3.1.3.5).
func (d *Directory) category(a *attribute, name string) filter {
	c := d.schema.class(name)
	if c == nil {
		return constant(false)
	}
	e := d.schemas.byKey[rdn{"CN", c.defaultCategory}.key()]
	if e == nil {
		return constant(false)
	}
	return reference{a, e}
}

func (d *Directory) presence(name string) filter {
	a := d.schema.attribute(name)
	if a == nil || a.hidden() {
		return constant(false)
	}
	if a.name == "objectClass" || a.name == "objectGUID" {
		return constant(true)
	}
	return test{a, func(string) bool { return true }}
}

// substrings matches pieces in their order.
func (d *Directory) substrings(p *ber.Packet) (filter, error) {
	if len(p.Children) != 2 || len(p.Children[1].Children) == 0 {
		return nil, errFilter
	}
	name, pieces := text(p.Children[0]), p.Children[1].Children
	if strings.EqualFold(name, "anr") {
		return d.ambiguousName(text(pieces[0])), nil
	}
	a := d.schema.attribute(name)
	if a == nil || a.hidden() || a.isDN() {
		return constant(false), nil
	}
	inner, outer := exactly, exactly
	if a.syntax == syntaxUnicode || a.syntax == syntaxIgnore {
		inner, outer = foldInner, fold
	}
	var initial, final string
	var middle []string
	for _, piece := range pieces {
		switch v := inner(text(piece)); piece.Tag {
		case 0:
			initial = v
		case 1:
			middle = append(middle, v)
		case 2:
			final = v
		}
	}
	return test{a, func(v string) bool { return matchPieces(outer(v), initial, middle, final) }}, nil
}

func matchPieces(v, initial string, middle []string, final string) bool {
	rest, ok := strings.CutPrefix(v, initial)
	for _, m := range middle {
		if !ok {
			return false
		}
		_, rest, ok = strings.Cut(rest, m)
	}
	return ok && strings.HasSuffix(rest, final)
}

// ambiguousName is the anr search of MS-ADTS 3.1.1.3.1.3.4, without its first and last name form.
func (d *Directory) ambiguousName(value string) filter {
	prefix := fold(strings.TrimLeft(value, "="))
	var names or
	for _, name := range []string{"displayName", "givenName", "sn", "name", "sAMAccountName", "mail", "proxyAddresses", "physicalDeliveryOfficeName", "mailNickname"} {
		if a := d.schema.attribute(name); a != nil {
			names = append(names, test{a, func(v string) bool { return strings.HasPrefix(fold(v), prefix) }})
		}
	}
	return names
}

// extensible matches by one of the rules of MS-ADTS 3.1.1.3.4.4.
func (d *Directory) extensible(p *ber.Packet) (filter, error) {
	var rule, name, value string
	for _, c := range p.Children {
		switch c.Tag {
		case 1:
			rule = text(c)
		case 2:
			name = text(c)
		case 3:
			value = text(c)
		}
	}
	a := d.schema.attribute(name)
	if a == nil || a.hidden() {
		return constant(false), nil
	}
	mask, err := strconv.ParseInt(value, 10, 64)
	switch {
	case rule == "":
		return d.equal(a, value), nil
	case rule == ruleInChain && a.isDN():
		return d.inChain(a, value), nil
	case rule == ruleBitAnd && err == nil:
		return test{a, func(v string) bool { n, e := strconv.ParseInt(v, 10, 64); return e == nil && n&mask == mask }}, nil
	case rule == ruleBitOr && err == nil:
		return test{a, func(v string) bool { n, e := strconv.ParseInt(v, 10, 64); return e == nil && n&mask != 0 }}, nil
	}
	return constant(false), nil
}

// inChain holds for all entries that reach the named one by following the links;
// they are collected once, as the filter is compiled.
func (d *Directory) inChain(a *attribute, value string) filter {
	target, err := d.find(value)
	if err != nil {
		return constant(false)
	}
	seen := map[*entry]bool{}
	var all among
	for todo := []*entry{target}; len(todo) > 0; todo = todo[1:] {
		next, _ := reference{a, todo[0]}.narrow(d)
		for _, e := range next {
			if !seen[e] {
				seen[e] = true
				all.list, todo = append(all.list, e), append(todo, e)
			}
		}
	}
	all.set = seen
	return all
}
