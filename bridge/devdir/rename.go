package devdir

import (
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// renameRequest reads a ModifyDN (RFC 4511 section 4.9, MS-ADTS 3.1.1.5.4).
func (c *change) renameRequest(op *ber.Packet) (string, error) {
	dn := text(child(op, 0))
	if strings.HasPrefix(dn, "<") {
		return dn, noEntry(0x208D, "") // Samba finds no entry by GUID here
	}
	e, err := c.find(dn)
	if err != nil {
		return dn, err
	}
	names, err := parseDN(text(child(op, 1)))
	if err != nil || len(names) != 1 {
		return dn, badName(text(child(op, 1)))
	}
	if !boolean(child(op, 2)) {
		return dn, unwilling(0x2035) // the old RDN must be deleted
	}
	parent := e.parent
	if len(op.Children) == 4 {
		superior := text(child(op, 3))
		if strings.HasPrefix(superior, "<") {
			return dn, noEntry(0x208D, "")
		}
		if parent, err = c.find(superior); err != nil {
			return dn, elsewhereOnMove(err)
		}
	}
	was := e.dn()
	return was, c.rename(e, parent, names[0])
}

// elsewhereOnMove says that another domain cannot be moved to.
func elsewhereOnMove(err error) error {
	if refusalOf(err).code == rcReferral {
		return updErr(rcSeveralServers, 0x2012, 6006, "AFFECTS_MULTIPLE_DSAS")
	}
	return err
}

// rename gives an entry another RDN, another parent, or both.
func (c *change) rename(e, parent *entry, name rdn) error {
	switch {
	case c.guarded(e):
		return denied()
	case e.parent == nil || e.isNC || e.below(c.config):
		return unwilling(0x2035)
	case parent.below(e):
		return unwilling(0x2035)
	case parent.below(c.config):
		return updErr(rcSeveralServers, 0x2012, 6006, "AFFECTS_MULTIPLE_DSAS")
	case c.isCritical(e):
		return unwilling(0x2035)
	}
	if err := c.mayStand(e.class, name, parent); err != nil {
		return err
	}
	if there := parent.byKey[name.key()]; there != nil && there != e {
		return updErr(rcEntryExists, 0x2071, 6005, "ENTRY_EXISTS")
	}
	name.kind = c.schema.rdnKind(name.kind)
	if parent == e.parent && name == e.name {
		return nil
	}
	c.detach(e)
	c.attach(e, parent, name)
	c.touch(e)
	return nil
}

func (c *change) isCritical(e *entry) bool {
	return e.value(c.schema.attribute("isCriticalSystemObject")) == "TRUE"
}
