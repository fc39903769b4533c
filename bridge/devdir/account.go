package devdir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Bits of userAccountControl (MS-ADTS 2.2.16).
const (
	uacDisabled     = 0x2
	uacLockout      = 0x10
	uacNotRequired  = 0x20
	uacCantChange   = 0x40
	uacNormal       = 0x200
	uacTrusts       = 0x800 | 0x1000 | 0x2000
	uacNeverExpires = 0x10000
	uacExpired      = 0x800000
	// uacComputed are bits that writing does not set (MS-SAMR 3.1.1.8.10).
	uacComputed = uacLockout | uacCantChange | uacExpired
)

// Relative identifiers of MS-DTYP 2.4.2.4, and sAMAccountType values of MS-ADTS 2.2.
const (
	ridAdministrator = 500
	ridGuest         = 501
	ridKrbtgt        = 502
	ridDomainAdmins  = 512
	ridDomainUsers   = 513
	ridDomainGuests  = 514
	ridComputers     = 515

	samUser = "805306368"
)

func (d *Directory) isAccount(e *entry) bool {
	return slices.Contains(e.values(d.schema.attribute("objectClass")), "user")
}

// principal gives a new account or group its SID and the defaults of MS-SAMR 3.1.1.8.
func (c *change) principal(e *entry) error {
	user, group := c.isAccount(e), e.class.name == "group"
	if !user && !group {
		return nil
	}
	if e.value(c.schema.attribute("objectSid")) == "" {
		c.setByName(e, "objectSid", string(c.sid.child(c.nextRID)))
		c.nextRID++
	}
	c.fill(e, "sAMAccountName", "$"+strings.ToUpper(fmt.Sprintf("%x-%x", e.guid[:3], e.guid[10:])))
	if group {
		c.fill(e, "groupType", "-2147483646")
		return nil
	}
	for _, n := range []string{"badPasswordTime", "badPwdCount", "codePage", "countryCode", "lastLogoff", "lastLogon", "logonCount", "pwdLastSet"} {
		c.fill(e, n, "0")
	}
	c.fill(e, "accountExpires", formatInt(never))
	c.fill(e, "primaryGroupID", strconv.Itoa(ridDomainUsers))
	c.fill(e, "userAccountControl", strconv.Itoa(uacNormal|uacNotRequired|uacDisabled))
	c.fill(e, "sAMAccountType", samUser)
	return nil
}

func (c *change) fill(e *entry, name, value string) {
	if e.value(c.schema.attribute(name)) == "" {
		c.setByName(e, name, value)
	}
}

// settleAccount applies the rules for user accounts.
func (c *change) settleAccount(e *entry, touched []*attribute) error {
	if touches(touched, "userAccountControl") {
		if err := c.settleControl(e); err != nil {
			return err
		}
	}
	if err := c.settlePassword(e); err != nil {
		return err
	}
	if touches(touched, "pwdLastSet") {
		switch e.value(c.schema.attribute("pwdLastSet")) {
		case "0":
		case "-1":
			c.setByName(e, "pwdLastSet", formatInt(fileTime(c.now)))
		default:
			return unwilling(0x57)
		}
	}
	if touches(touched, "lockoutTime") && c.number(e, "lockoutTime") != 0 {
		return unwilling(0x57)
	}
	if touches(touched, "lockoutTime") {
		c.setByName(e, "badPwdCount", "0")
	}
	if touches(touched, "primaryGroupID") {
		return c.settlePrimaryGroup(e)
	}
	return nil
}

// settleControl implies the normal account, drops computed bits, refuses trust
// accounts, and refuses an enabled account without a password.
func (c *change) settleControl(e *entry) error {
	n := c.number(e, "userAccountControl")
	if n&uacTrusts != 0 {
		return unwilling(0x57)
	}
	n = n&^uacComputed | uacNormal
	if n&(uacDisabled|uacNotRequired) == 0 && !e.secret.set && !c.furnishing {
		return unwilling(0x52D)
	}
	c.setByName(e, "userAccountControl", formatInt(n))
	return nil
}

// settlePrimaryGroup demands membership in the new primary group, and swaps it
// with the membership in the old one (MS-SAMR 3.1.1.8.2).
func (c *change) settlePrimaryGroup(e *entry) error {
	member := c.schema.attribute("member")
	before, known := c.numberBefore("primaryGroupID")
	if !known {
		before = ridDomainUsers
	}
	old := c.bySID(c.sid.child(uint32(before)))
	now := c.bySID(c.sid.child(uint32(c.number(e, "primaryGroupID"))))
	switch {
	case now == old:
		return nil
	case now == nil || !now.refers(member, e):
		return unwilling(0x561)
	}
	c.unlink(now, member, e)
	if old != nil && !old.refers(member, e) {
		c.link(old, member, e)
	}
	return nil
}
