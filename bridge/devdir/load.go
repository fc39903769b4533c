package devdir

import (
	"maps"
	"slices"
)

// AddContainer makes the organizational units, or containers, that the DN names
// and that do not exist yet. It is not written to the log.
func (d *Directory) AddContainer(dn string) error {
	names, err := parseDN(dn)
	if err != nil {
		return badName(dn)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	e, missing := d.descend(names)
	if e == nil {
		return noEntry(0x208D, "")
	}
	for i := len(missing) - 1; i >= 0; i-- {
		class := "organizationalUnit"
		if fold(missing[i].kind) == "cn" {
			class = "container"
		}
		c := d.begin()
		at := formatDN(names[i:])
		if _, err = c.add(at, []modification{{attr: c.schema.attribute("objectClass"), values: []string{class}}}); err != nil {
			c.rollback()
			return err
		}
	}
	return nil
}

// Add makes one entry without a connection, as the administrator would, under all
// the rules; attributes are by name. It is for demonstrations and tests that need
// many entries, and is not written to the log.
func (d *Directory) Add(dn string, attributes map[string][]string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.begin()
	c.secure = true
	err := c.addByName(dn, attributes)
	if err != nil {
		c.rollback()
	}
	return err
}

func (c *change) addByName(dn string, attributes map[string][]string) error {
	var list []modification
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := c.schema.attribute(name)
		if a == nil {
			return ldapErr(rcNoSuchAttribute, 0x57, "Error in attribute conversion operation: "+name)
		}
		list = append(list, modification{attr: a, values: attributes[name]})
	}
	_, err := c.add(dn, list)
	return err
}

// Delegate lets an account write that is no administrator: everything but the
// entries with adminCount 1, which answer 50 with 00002098.
func (d *Directory) Delegate(dn string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, err := d.find(dn)
	if err == nil {
		d.delegates[e] = true
	}
	return err
}
