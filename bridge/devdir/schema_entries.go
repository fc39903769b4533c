package devdir

import (
	"strconv"
	"strings"
)

// makeSchema writes the schema into the tree, where clients read it (MS-ADTS 3.1.1.2).
func (c *change) makeSchema() error {
	for _, k := range c.schema.classList {
		if err := c.makeClass(k); err != nil {
			return err
		}
	}
	for _, a := range c.schema.list {
		if err := c.makeAttribute(a); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) makeClass(k *class) error {
	e, err := c.create(c.schema.class("classSchema"), c.schemas, rdn{"CN", k.cn})
	if err != nil {
		return err
	}
	c.setByName(e, "lDAPDisplayName", k.name)
	c.setByName(e, "governsID", k.id)
	c.setByName(e, "subClassOf", k.sup)
	c.setByName(e, "rDNAttID", k.rdn)
	c.setByName(e, "objectClassCategory", strconv.Itoa(k.category))
	c.setByName(e, "systemAuxiliaryClass", k.auxiliary...)
	c.setByName(e, "systemPossSuperiors", k.superiors...)
	c.setByName(e, "systemMustContain", k.must...)
	c.setByName(e, "mayContain", k.may...)
	c.setByName(e, "systemMayContain", k.systemMay...)
	return nil
}

func (c *change) makeAttribute(a *attribute) error {
	e, err := c.create(c.schema.class("attributeSchema"), c.schemas, rdn{"CN", a.cn})
	if err != nil {
		return err
	}
	c.setByName(e, "lDAPDisplayName", a.name)
	c.setByName(e, "attributeID", a.id)
	c.setByName(e, "attributeSyntax", a.syntax)
	c.setByName(e, "oMSyntax", strconv.Itoa(a.om))
	c.setByName(e, "isSingleValued", truth(a.single))
	c.setByName(e, "systemOnly", truth(a.systemOnly))
	c.setByName(e, "isMemberOfPartialAttributeSet", truth(a.isGC))
	flags := 0
	if a.indexed {
		flags = 1
	}
	c.setByName(e, "searchFlags", strconv.Itoa(flags))
	if a.upper >= 0 {
		c.setByName(e, "rangeLower", strconv.Itoa(a.lower))
		c.setByName(e, "rangeUpper", strconv.Itoa(a.upper))
	}
	if a.linkID != 0 {
		c.setByName(e, "linkID", strconv.Itoa(a.linkID))
	}
	return nil
}

func truth(b bool) string { return strings.ToUpper(strconv.FormatBool(b)) }
