package devdir

import (
	"slices"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// write carries out an add, modify, modifyDN or delete, wholly or not at all.
func (c *connection) write(m *message) error {
	who := c.identity()
	if who == nil {
		return notBound()
	}
	c.Directory.mu.Lock()
	defer c.Directory.mu.Unlock()
	admin := c.isAdmin(who)
	if !admin && (who.gone || !c.delegates[who]) {
		return denied()
	}
	w := c.begin()
	w.limited = !admin
	w.secure, w.permissive = c.secure, m.control(oidPermissive) != nil
	dn, err := w.execute(m)
	if err != nil {
		w.rollback()
		return err
	}
	c.note(Write{Op: opNames[m.op.Tag], DN: dn, At: w.now})
	return nil
}

// guarded says whether a delegate is kept off an entry, as AdminSDHolder keeps it
// off the members of the administrators' groups (MS-ADTS 3.1.1.6.1).
func (c *change) guarded(e *entry) bool {
	return c.limited && e.value(c.schema.attribute("adminCount")) == "1"
}

// isAdmin holds for the administrator and the members of Domain Admins.
func (d *Directory) isAdmin(who *entry) bool {
	admins := d.bySID(d.sid.child(ridDomainAdmins))
	return !who.gone && (sid(who.value(d.schema.attribute("objectSid"))).rid() == ridAdministrator || admins.refers(d.schema.attribute("member"), who))
}

// execute gives the DN that the entry had, or has got, for the log.
func (c *change) execute(m *message) (dn string, err error) {
	switch m.op.Tag {
	case tagAdd:
		return c.addRequest(m.op)
	case tagModify:
		return c.modifyRequest(m.op)
	case tagModifyDN:
		return c.renameRequest(m.op)
	}
	return c.deleteRequest(m)
}

// compare says whether an attribute has a value (RFC 4511 section 4.10).
func (c *connection) compare(op *ber.Packet) error {
	if c.identity() == nil {
		return notBound()
	}
	c.Directory.mu.RLock()
	defer c.Directory.mu.RUnlock()
	e, err := c.find(text(child(op, 0)))
	if err != nil {
		return err
	}
	assertion := child(op, 1)
	a := c.schema.attribute(text(child(assertion, 0)))
	if a == nil || a.hidden() || len(c.shownValues(e, a)) == 0 {
		return ldapErr(rcNoSuchAttribute, 0x57, "Error in attribute conversion operation")
	}
	if c.equal(a, text(child(assertion, 1))).matches(c.Directory, e) {
		return &refusal{code: rcCompareTrue}
	}
	return &refusal{code: rcCompareFalse}
}

// modification is one change of a modify request (RFC 4511 section 4.6).
type modification struct {
	kind   int64
	attr   *attribute
	values []string
}

const (
	modAdd = iota
	modDelete
	modReplace
)

func (c *change) readValues(name string, values []*ber.Packet) (modification, error) {
	a := c.schema.attribute(name)
	if a == nil || a.id == name {
		return modification{}, ldapErr(rcNoSuchAttribute, 0x57, "Error in attribute conversion operation")
	}
	m := modification{attr: a}
	for _, v := range values {
		m.values = append(m.values, text(v))
	}
	return m, nil
}

func same(a *attribute, x, y string) bool {
	key := a.matching()
	return key(x) == key(y)
}

func holds(a *attribute, list []string, v string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return same(a, x, v) })
}
