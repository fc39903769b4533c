package devdir

import (
	"slices"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// addRequest reads an add (RFC 4511 section 4.7, MS-ADTS 3.1.1.5.2).
func (c *change) addRequest(op *ber.Packet) (string, error) {
	dn := text(child(op, 0))
	var given []modification
	for _, p := range child(op, 1).Children {
		m, err := c.readValues(text(child(p, 0)), child(p, 1).Children)
		if err != nil {
			return dn, err
		}
		if len(m.values) == 0 {
			return dn, attErr(rcConstraint, 0x57, m.attr)
		}
		given = append(given, m)
	}
	_, err := c.add(dn, given)
	return dn, err
}

// add makes an entry with all that the request and the rules give it.
func (c *change) add(dn string, given []modification) (*entry, error) {
	parent, name, err := c.place(dn)
	if err != nil {
		return nil, err
	}
	class, err := c.classOf(given)
	if err != nil {
		return nil, err
	}
	if err := c.mayStand(class, name, parent); err != nil {
		return nil, err
	}
	e, err := c.create(class, parent, name)
	if err != nil {
		return nil, err
	}
	c.dated = slices.ContainsFunc(given, func(m modification) bool { return m.attr.name == "pwdLastSet" })
	var touched []*attribute
	for _, m := range given {
		touched = append(touched, m.attr)
		switch {
		case m.attr.name == "objectClass":
			err = c.auxiliary(e, m.values)
		case strings.EqualFold(m.attr.name, name.kind):
			err = namesItself(m, name)
		default:
			err = c.apply(e, m)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := c.principal(e); err != nil {
		return nil, err
	}
	if err := c.complete(e); err != nil {
		return nil, err
	}
	return e, c.settle(e, touched)
}

// namesItself lets a request repeat the RDN among the attributes.
func namesItself(m modification, name rdn) error {
	if len(m.values) == 1 && fold(m.values[0]) == fold(name.value) {
		return nil
	}
	return namingViolation(0x2037)
}

// place finds where a new entry is to stand, and that its name is free.
func (c *change) place(dn string) (parent *entry, name rdn, err error) {
	if strings.HasPrefix(dn, "<") {
		return nil, name, badName(dn)
	}
	names, err := parseDN(dn)
	if err != nil || len(names) < 2 {
		return nil, name, badName(dn)
	}
	if parent, err = c.find(formatDN(names[1:])); err != nil {
		return nil, name, err
	}
	if parent.byKey[names[0].key()] != nil {
		return nil, name, updErr(rcEntryExists, 0x2071, 6005, "ENTRY_EXISTS")
	}
	return parent, names[0], nil
}

// classOf finds the most specific structural class of a request.
func (c *change) classOf(given []modification) (*class, error) {
	i := slices.IndexFunc(given, func(m modification) bool { return m.attr.name == "objectClass" })
	if i < 0 {
		return nil, updErr(rcClassViolation, 0x207C, 6002, "OBJ_CLASS_VIOLATION")
	}
	var best *class
	depth := 0
	for _, n := range given[i].values {
		k := c.schema.class(n)
		if k == nil {
			return nil, updErr(rcClassViolation, 0x20B3, 6002, "OBJ_CLASS_VIOLATION")
		}
		if d := len(c.schema.chain(k)); k.category <= 1 && d > depth {
			best, depth = k, d
		}
	}
	if best == nil || best.name == "top" {
		return nil, updErr(rcClassViolation, 0x2014, 6002, "OBJ_CLASS_VIOLATION")
	}
	return best, nil
}

// mayStand checks the RDN and the parent's class (MS-ADTS 3.1.1.5.2.2).
func (c *change) mayStand(k *class, name rdn, parent *entry) error {
	if !strings.EqualFold(k.rdn, name.kind) {
		return namingViolation(0x2037)
	}
	if err := c.schema.attribute(k.rdn).check(name.value); err != nil {
		return err
	}
	if parent.below(c.config) && !c.furnishing {
		return denied()
	}
	superiors := c.schema.superiorsOf(k)
	fits := slices.ContainsFunc(c.schema.chain(parent.class), func(p *class) bool { return slices.Contains(superiors, p.name) })
	if !fits && !c.furnishing {
		return namingViolation(0x2099)
	}
	return nil
}

// create hangs an empty entry of a class into the tree.
func (c *change) create(k *class, parent *entry, name rdn) (*entry, error) {
	g, err := c.newGUID()
	if err != nil {
		return nil, err
	}
	name.kind = c.schema.rdnKind(name.kind)
	e := &entry{guid: g, class: k}
	c.attach(e, parent, name)
	c.enroll(e)
	c.stamp(e)
	return e, nil
}

// stamp gives an entry what every entry has.
func (c *change) stamp(e *entry) {
	var chain []string
	for _, k := range c.schema.chain(e.class) {
		chain = append(chain, k.name)
	}
	c.setByName(e, "objectClass", chain...)
	c.setByName(e, "instanceType", "4")
	c.setByName(e, "whenCreated", generalizedTime(c.now))
	c.setByName(e, "uSNCreated", formatInt(c.usn))
	c.touch(e)
	if c.schemas == nil {
		return // while the schema is being made
	}
	if category := c.schemas.byKey[rdn{"CN", e.class.defaultCategory}.key()]; category != nil {
		c.link(e, c.schema.attribute("objectCategory"), category)
	}
}

// auxiliary takes the auxiliary classes of a request; the structural ones must be the chain.
func (c *change) auxiliary(e *entry, names []string) error {
	a := c.schema.attribute("objectClass")
	have := slices.Clone(e.values(a))
	for _, n := range names {
		k := c.schema.class(n)
		switch {
		case k == nil:
			return updErr(rcClassViolation, 0x20B3, 6002, "OBJ_CLASS_VIOLATION")
		case slices.Contains(have, k.name):
		case k.category != 3:
			return updErr(rcClassViolation, 0x2014, 6002, "OBJ_CLASS_VIOLATION")
		default:
			have = append(have, k.name)
		}
	}
	c.set(e, a, have...)
	return nil
}

// complete checks that nothing is missing that the classes demand.
func (c *change) complete(e *entry) error {
	for _, k := range c.schema.family(e.values(c.schema.attribute("objectClass"))) {
		for _, n := range k.must {
			a := c.schema.attribute(n)
			if c.furnishing || k.category == 3 && n == "cn" || a == nil {
				continue
			}
			if len(c.shownValues(e, a)) == 0 && !slices.Contains([]string{"nTSecurityDescriptor", "objectSid", "cn"}, n) {
				return updErr(rcClassViolation, 0x207C, 6002, "OBJ_CLASS_VIOLATION")
			}
		}
	}
	return nil
}
