package devdir

import (
	"strconv"
)

// Bits of groupType (MS-ADTS 2.2.12).
const (
	groupBuiltin   = 0x1
	groupGlobal    = 0x2
	groupLocal     = 0x4
	groupUniversal = 0x8
	groupSecurity  = -0x80000000
	groupScope     = groupGlobal | groupLocal | groupUniversal
)

// Refusals of group nesting and conversion, as win32 errors.
const (
	badGroupType        = 0x2141
	globalHasLocal      = 0x2144
	globalHasUniversal  = 0x2145
	universalHasLocal   = 0x2146
	alreadyPrimaryGroup = 0x562
)

func (d *Directory) groupType(e *entry) int64 {
	if e.class.name != "group" {
		return 0
	}
	return d.number(e, "groupType")
}

// mayJoin checks the scope rules within one domain (MS-SAMR 3.1.1.8.9) and that
// the primary group is not joined twice.
func (c *change) mayJoin(group, member *entry) error {
	if sid(group.value(c.schema.attribute("objectSid"))).rid() == uint32(c.number(member, "primaryGroupID")) && c.isAccount(member) {
		return updErr(rcEntryExists, alreadyPrimaryGroup, 6005, "ENTRY_EXISTS")
	}
	return nestable(c.groupType(group), c.groupType(member))
}

func nestable(outer, inner int64) error {
	switch {
	case outer&groupGlobal != 0 && inner&groupLocal != 0:
		return unwilling(globalHasLocal)
	case outer&groupGlobal != 0 && inner&groupUniversal != 0:
		return unwilling(globalHasUniversal)
	case outer&groupUniversal != 0 && inner&groupLocal != 0:
		return unwilling(universalHasLocal)
	}
	return nil
}

// settleGroup checks the group type, and that all nestings still hold under it.
func (c *change) settleGroup(e *entry, touched []*attribute) error {
	now := c.groupType(e)
	if touches(touched, "groupType") && !c.furnishing {
		scope := now & groupScope
		if scope != groupGlobal && scope != groupLocal && scope != groupUniversal || now&^(groupScope|groupSecurity) != 0 {
			return unwilling(badGroupType)
		}
		if was, known := c.numberBefore("groupType"); known && (was|now)&(groupGlobal|groupLocal) == groupGlobal|groupLocal {
			return unwilling(badGroupType) // only by way of universal
		}
		if err := c.nestingsHold(e, now); err != nil {
			return err
		}
	}
	c.setByName(e, "sAMAccountType", groupAccountType(now))
	return nil
}

func (c *change) nestingsHold(e *entry, now int64) error {
	member := c.schema.attribute("member")
	for _, m := range e.linked(member) {
		if err := nestable(now, c.groupType(m)); err != nil {
			return err
		}
	}
	for _, g := range e.referring(member) {
		if err := nestable(c.groupType(g), now); err != nil {
			return err
		}
	}
	return nil
}

func groupAccountType(t int64) string {
	n := 0x10000000
	if t&groupLocal != 0 {
		n = 0x20000000
	}
	if t&groupSecurity == 0 {
		n++
	}
	return strconv.Itoa(n)
}

// isPrimaryOf says whether any account has the group as its primary group.
func (c *change) isPrimaryOf(group *entry) bool {
	rid := int64(sid(group.value(c.schema.attribute("objectSid"))).rid())
	for e := range c.subtree(c.root) {
		if c.isAccount(e) && c.number(e, "primaryGroupID") == rid {
			return true
		}
	}
	return false
}
