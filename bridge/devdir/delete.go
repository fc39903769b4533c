package devdir

import (
	"slices"
)

// deleteRequest removes a leaf, or with the control of MS-ADTS 3.1.1.3.4.1.15 all
// below it too. No tombstone is kept.
func (c *change) deleteRequest(m *message) (string, error) {
	dn := text(m.op)
	e, err := c.find(dn)
	if err != nil {
		return dn, err
	}
	was := e.dn()
	if e.parent == nil || e.isNC || e.below(c.config) {
		return was, unwilling(0x20CE)
	}
	if len(e.kids) > 0 && m.control(oidTreeDelete) == nil {
		return was, updErr(rcNotLeaf, 0x2015, 6003, "CANT_ON_NON_LEAF")
	}
	return was, c.remove(e)
}

func (c *change) remove(e *entry) error {
	for _, kid := range slices.Clone(e.kids) {
		if err := c.remove(kid); err != nil {
			return err
		}
	}
	if c.guarded(e) {
		return denied()
	}
	if c.isCritical(e) {
		return unwilling(0x20CE)
	}
	if e.class.name == "group" && c.isPrimaryOf(e) {
		return updErr(rcEntryExists, 0x2149, 6005, "ENTRY_EXISTS")
	}
	for _, l := range slices.Clone(e.links) {
		for _, t := range slices.Clone(l.set.list) {
			c.unlink(e, l.attr, t)
		}
	}
	for _, l := range slices.Clone(e.back) {
		for _, from := range slices.Clone(l.set.list) {
			c.unlink(from, l.attr, e)
			c.touch(from)
		}
	}
	for _, h := range slices.Clone(e.held) {
		if h.attr.index != nil {
			c.set(e, h.attr)
		}
	}
	c.detach(e)
	c.strike(e)
	return nil
}
