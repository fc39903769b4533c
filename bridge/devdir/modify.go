package devdir

import (
	"slices"
	"strconv"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// modifyRequest reads a modify (RFC 4511 section 4.6, MS-ADTS 3.1.1.5.3).
func (c *change) modifyRequest(op *ber.Packet) (string, error) {
	dn := text(child(op, 0))
	e, err := c.find(dn)
	if err != nil {
		return dn, err
	}
	var list []modification
	for _, p := range child(op, 1).Children {
		kind, ok := integer(child(p, 0))
		if !ok || kind > modReplace {
			return dn, &refusal{code: rcProtocol, text: "00000057: LdapErr: DSID-0C090C3E, comment: unknown modification, data 0, v4563\x00"}
		}
		part := child(p, 1)
		m, err := c.readValues(text(child(part, 0)), child(part, 1).Children)
		if err != nil {
			return dn, err
		}
		m.kind = kind
		list = append(list, m)
	}
	if len(list) == 0 {
		return dn, unwilling(0x57)
	}
	return e.dn(), c.modify(e, list)
}

func (c *change) modify(e *entry, list []modification) error {
	if e.below(c.config) || c.guarded(e) {
		return denied()
	}
	c.dated = slices.ContainsFunc(list, func(m modification) bool { return m.attr.name == "pwdLastSet" })
	if handled, err := c.changePassword(e, list); handled || err != nil {
		return err
	}
	var touched []*attribute
	for _, m := range list {
		if err := c.modifyOne(e, m); err != nil {
			return err
		}
		touched = append(touched, m.attr)
	}
	c.touch(e)
	return c.settle(e, touched)
}

func (c *change) modifyOne(e *entry, m modification) error {
	switch {
	case strings.EqualFold(m.attr.name, e.topName().kind), m.attr.name == "name":
		return updErr(rcNotOnRDN, 0x2016, 6004, "CANT_ON_RDN")
	case m.attr.name == "objectClass":
		return c.modifyClasses(e, m)
	}
	return c.apply(e, m)
}

// modifyClasses admits auxiliary classes only: the structural ones are for life.
func (c *change) modifyClasses(e *entry, m modification) error {
	violation := updErr(rcClassViolation, 0x2017, 6007, "CANT_MOD_OBJ_CLASS")
	if m.kind == modDelete {
		have := slices.Clone(e.values(m.attr))
		for _, n := range m.values {
			k := c.schema.class(n)
			if k == nil || k.category != 3 {
				return violation
			}
			have = slices.DeleteFunc(have, func(x string) bool { return x == k.name })
		}
		c.set(e, m.attr, have...)
		return nil
	}
	for _, n := range m.values {
		k := c.schema.class(n)
		if k == nil || k.category != 3 && !slices.Contains(e.values(m.attr), k.name) {
			return violation
		}
	}
	return c.auxiliary(e, m.values)
}

// apply makes one modification of one attribute; what depends on the whole entry
// is checked by settle.
func (c *change) apply(e *entry, m modification) error {
	a := m.attr
	switch {
	case a.name == "unicodePwd":
		return c.setPassword(e, m)
	case a.name == "objectCategory" && m.kind != modDelete:
		return c.modifyLinks(e, m)
	case a.forward != nil || a.constructed || samOwned[a.name]:
		return unwilling(0x2035)
	case a.systemOnly || a.name == "distinguishedName":
		return attErr(rcConstraint, 0x20B1, a)
	case !c.schema.allows(e.values(c.schema.attribute("objectClass")), a):
		return updErr(rcClassViolation, 0x207D, 6002, "OBJ_CLASS_VIOLATION")
	case a.isDN():
		return c.modifyLinks(e, m)
	}
	if len(m.values) == 0 && undeletable[a.name] && m.kind != modAdd {
		return unwilling(0x2077)
	}
	for _, v := range m.values {
		if err := a.check(v); err != nil {
			return err
		}
	}
	return c.modifyValues(e, m)
}

// samOwned are attributes that only the server writes (MS-SAMR 3.1.1.8).
var samOwned = map[string]bool{"objectGUID": true, "sAMAccountType": true, "badPwdCount": true, "badPasswordTime": true, "lastLogon": true,
	"lastLogonTimestamp": true, "logonCount": true, "isCriticalSystemObject": true, "dBCSPwd": true, "ntPwdHistory": true, "lmPwdHistory": true}

// undeletable attributes can be changed but not cleared.
var undeletable = map[string]bool{"accountExpires": true, "sAMAccountName": true, "userAccountControl": true, "primaryGroupID": true,
	"pwdLastSet": true, "groupType": true, "lockoutTime": true}

func (c *change) modifyValues(e *entry, m modification) error {
	have := e.values(m.attr)
	var next []string
	switch {
	case m.kind == modAdd && len(m.values) == 0:
		return attErr(rcConstraint, 0x57, m.attr)
	case m.kind == modAdd:
		next = slices.Clone(have)
	case m.kind == modDelete:
		return c.deleteValues(e, m)
	}
	seen := len(next)
	for _, v := range m.values {
		if holds(m.attr, next, v) {
			if c.permissive && holds(m.attr, next[:seen], v) {
				continue
			}
			return attErr(rcValueExists, 0x2083, m.attr)
		}
		next = append(next, v)
	}
	c.set(e, m.attr, next...)
	return nil
}

func (c *change) deleteValues(e *entry, m modification) error {
	have := slices.Clone(e.values(m.attr))
	if len(m.values) == 0 {
		if len(have) == 0 && !c.permissive {
			return attErr(rcNoSuchAttribute, 0x2084, m.attr)
		}
		c.set(e, m.attr)
		return nil
	}
	for _, v := range m.values {
		if !holds(m.attr, have, v) {
			if c.permissive {
				continue
			}
			return attErr(rcNoSuchAttribute, 0x2085, m.attr)
		}
		have = slices.DeleteFunc(have, func(x string) bool { return same(m.attr, x, v) })
	}
	c.set(e, m.attr, have...)
	return nil
}

// settle checks what only the finished entry shows: the number of values, and the
// rules for accounts, groups and names.
func (c *change) settle(e *entry, touched []*attribute) error {
	user := c.isAccount(e)
	for _, a := range touched {
		one := a.single || a.name == "description" && (user || e.class.name == "group")
		if one && len(e.values(a))+len(e.linked(a)) > 1 {
			return attErr(rcConstraint, 0x2081, a)
		}
		if len(e.values(a)) == 0 && undeletable[a.name] && (user || e.class.name == "group") {
			return unwilling(0x2077)
		}
	}
	if user {
		if err := c.settleAccount(e, touched); err != nil {
			return err
		}
	}
	if e.class.name == "group" {
		if err := c.settleGroup(e, touched); err != nil {
			return err
		}
	}
	return c.settleNames(e, touched)
}

func touches(touched []*attribute, name string) bool {
	return slices.ContainsFunc(touched, func(a *attribute) bool { return a.name == name })
}
