package devdir

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// secret is a password, as a digest.
type secret struct {
	set    bool
	digest [sha256.Size]byte
}

func newSecret(password string) secret { return secret{true, sha256.Sum256([]byte(password))} }

func (s secret) is(password string) bool { return s.set && s == newSecret(password) }

// setPassword is a reset by an administrator: unicodePwd replaced, or given in an
// add (MS-ADTS 3.1.1.3.1.5.1).
func (c *change) setPassword(e *entry, m modification) error {
	switch {
	case !c.isAccount(e):
		return updErr(rcClassViolation, 0x207D, 6002, "OBJ_CLASS_VIOLATION")
	case len(m.values) != 1 || m.kind == modDelete || m.kind == modAdd && e.secret.set:
		return unwilling(0x1F)
	}
	password, ok := quoted(m.values[0])
	if !ok || !c.secure {
		return unwilling(0x1F)
	}
	c.storePassword(e, password)
	return nil
}

func (c *change) storePassword(e *entry, password string) {
	c.setSecret(e, newSecret(password))
	c.password = &password
	if !c.dated {
		c.setByName(e, "pwdLastSet", formatInt(fileTime(c.now)))
	}
}

// quoted reads a password between quotation marks in UTF-16LE.
func quoted(v string) (string, bool) {
	if len(v)%2 != 0 || len(v) < 4 {
		return "", false
	}
	units := make([]uint16, len(v)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16([]byte(v[2*i:]))
	}
	if units[0] != '"' || units[len(units)-1] != '"' {
		return "", false
	}
	return string(utf16.Decode(units[1 : len(units)-1])), true
}

// changePassword is a change by someone who knows the old password: unicodePwd
// deleted and added in one modify. handled is false for anything else.
func (c *change) changePassword(e *entry, list []modification) (handled bool, err error) {
	is := func(m modification, kind int64) bool {
		return m.attr.name == "unicodePwd" && m.kind == kind && len(m.values) == 1
	}
	if len(list) != 2 || !is(list[0], modDelete) || !is(list[1], modAdd) {
		return false, nil
	}
	old, ok := quoted(list[0].values[0])
	next, also := quoted(list[1].values[0])
	switch {
	case !ok || !also || !c.secure:
		return true, unwilling(0x1F)
	case !e.secret.is(old):
		return true, attErr(rcConstraint, 0x56, list[0].attr)
	case old == next:
		return true, c.weak()
	}
	c.storePassword(e, next)
	c.touch(e)
	return true, c.settle(e, []*attribute{list[0].attr})
}

func (c *change) weak() error {
	return attErr(rcConstraint, 0x52D, c.schema.attribute("unicodePwd"))
}

// settlePassword holds a new password to the policy, once the names it must not
// contain are known.
func (c *change) settlePassword(e *entry) error {
	if c.password == nil {
		return nil
	}
	p := *c.password
	switch length := utf8.RuneCountInString(p); {
	case length < c.opt.MinPasswordLength || length > 256:
		return c.weak()
	case c.opt.NoComplexity:
		return nil
	case kindsOf(p) < 3, c.namesOwner(e, p):
		return c.weak()
	}
	return nil
}

// kindsOf counts the categories of characters of which the complexity rule wants three.
func kindsOf(password string) int {
	var kinds [5]bool
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			kinds[0] = true
		case unicode.IsLower(r):
			kinds[1] = true
		case r >= '0' && r <= '9':
			kinds[2] = true
		case unicode.IsLetter(r):
			kinds[3] = true
		default:
			kinds[4] = true
		}
	}
	n := 0
	for _, k := range kinds {
		if k {
			n++
		}
	}
	return n
}

// namesOwner says whether a password contains the account name or a part of the
// display name of three characters or more.
func (c *change) namesOwner(e *entry, password string) bool {
	parts := strings.FieldsFunc(e.value(c.schema.attribute("displayName")), func(r rune) bool { return strings.ContainsRune(",.-_ #\t", r) })
	parts = append(parts, e.value(c.schema.attribute("sAMAccountName")))
	low := strings.ToLower(password)
	return slices.ContainsFunc(parts, func(p string) bool {
		return utf8.RuneCountInString(p) >= 3 && strings.Contains(low, strings.ToLower(p))
	})
}
