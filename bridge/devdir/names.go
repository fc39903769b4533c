package devdir

import (
	"strings"
	"unicode/utf8"
)

// settleNames keeps logon names well formed and unique (MS-ADTS 3.1.1.5.1.3, KB
// 938447: names that differ by case or diacritics only are equal).
func (c *change) settleNames(e *entry, touched []*attribute) error {
	sam, upn := c.schema.attribute("sAMAccountName"), c.schema.attribute("userPrincipalName")
	if name := e.value(sam); touches(touched, sam.name) && name != "" {
		if !c.goodSAM(e, name) {
			return &refusal{code: rcOther, text: "00000523: SysErr: DSID-031A1202, problem 22 (Invalid argument), data 0\n\x00"}
		}
		if len(sam.index.at[fold(name)]) > 1 {
			return updErr(rcEntryExists, existsCode(e), 6005, "ENTRY_EXISTS")
		}
	}
	name := e.value(upn)
	if !touches(touched, upn.name) || name == "" {
		return nil
	}
	if !strings.Contains(name, "@") {
		return attErr(rcConstraint, 0x202F, upn)
	}
	if len(upn.index.at[fold(name)]) > 1 {
		return attErr(rcConstraint, 0x21C8, upn)
	}
	return c.notImplied(e, name)
}

func existsCode(e *entry) uint32 {
	if e.class.name == "group" {
		return 0x526
	}
	return 0x524
}

// notImplied refuses the name@domain that another account has without being told.
func (c *change) notImplied(e *entry, upn string) error {
	sam, domain, _ := strings.Cut(upn, "@")
	if other := c.bySAM(sam); strings.EqualFold(domain, c.domain) && other != nil && other != e {
		return updErr(rcEntryExists, 0x2071, 6005, "ENTRY_EXISTS")
	}
	return nil
}

// goodSAM checks length and characters (the ADSchema page of SAM-Account-Name).
func (c *change) goodSAM(e *entry, name string) bool {
	if c.isAccount(e) && !strings.HasPrefix(name, "$") && utf8.RuneCountInString(name) > 20 {
		return false
	}
	if strings.ContainsAny(name, `"/\[]:;|=,+*?<>`) || strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 }) {
		return false
	}
	return !strings.HasSuffix(name, ".") && strings.Trim(name, ". ") != ""
}
