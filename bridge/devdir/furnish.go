package devdir

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// furnish makes the entries that every new domain has (MS-ADTS 6.1.1).
func (d *Directory) furnish(names []rdn) error {
	c := d.begin()
	c.furnishing, c.secure = true, true
	random := make([]byte, 12)
	if _, err := io.ReadFull(d.opt.Random, random); err != nil {
		return fmt.Errorf("random: %w", err)
	}
	d.sid = domainSID(random)
	steps := []func() error{
		func() error { return c.makeRoot(names) }, c.makeConfiguration, c.makeSchema, c.makePartitions, c.makeContainers, c.makeGroups, c.makeAccounts,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func domainSID(random []byte) sid {
	part := func(i int) uint32 {
		return uint32(random[i])<<24 | uint32(random[i+1])<<16 | uint32(random[i+2])<<8 | uint32(random[i+3])
	}
	return newSID(5, 21, part(0), part(4), part(8))
}

func (c *change) makeRoot(names []rdn) error {
	for i := range names {
		names[i].kind = strings.ToUpper(names[i].kind)
	}
	g, err := c.newGUID()
	if err != nil {
		return err
	}
	c.root = &entry{guid: g, root: names, isNC: true, class: c.schema.class("domainDNS")}
	c.enroll(c.root)
	c.stamp(c.root)
	complexity := "1"
	if c.opt.NoComplexity {
		complexity = "0"
	}
	for name, value := range map[string]string{
		"objectSid": string(c.sid), "minPwdLength": strconv.Itoa(c.opt.MinPasswordLength), "pwdProperties": complexity, "pwdHistoryLength": "24",
		"maxPwdAge": interval(c.opt.MaxPasswordAge), "minPwdAge": "0", "lockoutThreshold": strconv.Itoa(c.opt.LockoutThreshold),
		"lockoutDuration": interval(lockoutFor), "lockOutObservationWindow": interval(lockoutFor), "msDS-Behavior-Version": "7",
	} {
		c.setByName(c.root, name, value)
	}
	return nil
}

// interval writes a duration as a policy does: negative, in 100 ns; the lowest number is never.
func interval(d time.Duration) string {
	if d == 0 {
		return "-9223372036854775808"
	}
	return formatInt(-int64(d / 100))
}

// make adds an entry of the default domain.
func (c *change) make(parent *entry, name, class string, attributes ...string) (*entry, error) {
	given := []modification{{attr: c.schema.attribute("objectClass"), values: []string{class}}}
	for i := 0; i+1 < len(attributes); i += 2 {
		given = append(given, modification{attr: c.schema.attribute(attributes[i]), values: []string{attributes[i+1]}})
	}
	e, err := c.add(name+","+parent.dn(), given)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return e, nil
}

func (c *change) makeConfiguration() (err error) {
	if c.config, err = c.make(c.root, "CN=Configuration", "configuration"); err != nil {
		return err
	}
	c.config.isNC = true
	schemas, err := c.make(c.config, "CN=Schema", "dMD")
	if err != nil {
		return err
	}
	schemas.isNC = true
	c.schemas = schemas
	return nil
}

func (c *change) makePartitions() error {
	e, err := c.make(c.config, "CN=Partitions", "crossRefContainer")
	if err == nil && len(c.opt.UPNSuffixes) > 0 {
		c.setByName(e, "uPNSuffixes", c.opt.UPNSuffixes...)
	}
	return err
}

func (c *change) makeContainers() error {
	for _, x := range [][2]string{{"CN=Users", "container"}, {"CN=Computers", "container"}, {"CN=Builtin", "builtinDomain"},
		{"CN=System", "container"}, {"OU=Domain Controllers", "organizationalUnit"}} {
		e, err := c.make(c.root, x[0], x[1])
		if err != nil {
			return err
		}
		c.setByName(e, "isCriticalSystemObject", "TRUE")
	}
	return nil
}

// wellKnownGroups are the groups of MS-ADTS 6.1.1.6 made here.
var wellKnownGroups = []struct {
	name  string
	rid   uint32
	kind  int64
	admin bool
}{
	{"Domain Admins", ridDomainAdmins, groupGlobal, true},
	{"Domain Users", ridDomainUsers, groupGlobal, false},
	{"Domain Guests", ridDomainGuests, groupGlobal, false},
	{"Domain Computers", ridComputers, groupGlobal, false},
	{"Schema Admins", 518, groupUniversal, true},
	{"Enterprise Admins", 519, groupUniversal, true},
	{"Group Policy Creator Owners", 520, groupGlobal, false},
}

func (c *change) users() *entry { return c.root.byKey["cn=users"] }

func (c *change) makeGroups() error {
	for _, g := range wellKnownGroups {
		e, err := c.make(c.users(), "CN="+g.name, "group", "sAMAccountName", g.name, "groupType", formatInt(g.kind|groupSecurity))
		if err != nil {
			return err
		}
		c.known(e, g.rid, g.admin)
	}
	builtin := c.root.byKey["cn=builtin"]
	for i, name := range []string{"Administrators", "Users", "Guests"} {
		rid := uint32(544 + i)
		e, err := c.make(builtin, "CN="+name, "group", "sAMAccountName", name, "groupType", formatInt(groupLocal|groupSecurity))
		if err != nil {
			return err
		}
		c.known(e, rid, name == "Administrators")
		c.setByName(e, "objectSid", string(newSID(5, 32, rid)))
		c.setByName(e, "groupType", formatInt(groupBuiltin|groupLocal|groupSecurity))
	}
	return nil
}

// known marks an entry as one of the system's own.
func (c *change) known(e *entry, rid uint32, admin bool) {
	c.setByName(e, "objectSid", string(c.sid.child(rid)))
	c.setByName(e, "isCriticalSystemObject", "TRUE")
	if admin {
		c.setByName(e, "adminCount", "1")
	}
}

func (c *change) makeAccounts() error {
	for _, a := range []struct {
		name, uac string
		rid       uint32
		admin     bool
	}{
		{c.opt.AdminName, "66050", ridAdministrator, true}, {"Guest", "66082", ridGuest, false}, {"krbtgt", "514", ridKrbtgt, true},
	} {
		e, err := c.make(c.users(), "CN="+escapeValue(a.name), "user", "sAMAccountName", a.name, "userAccountControl", a.uac)
		if err != nil {
			return err
		}
		c.known(e, a.rid, a.admin)
	}
	admin := c.bySID(c.sid.child(ridAdministrator))
	c.setSecret(admin, newSecret(c.opt.AdminPassword))
	c.setByName(admin, "userAccountControl", "66048")
	c.setByName(admin, "pwdLastSet", formatInt(fileTime(c.now)))
	for _, rid := range []uint32{ridDomainAdmins, 518, 519} {
		c.link(c.bySID(c.sid.child(rid)), c.schema.attribute("member"), admin)
	}
	return nil
}
