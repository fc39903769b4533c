package ad

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// Operational are the attributes by which an entry's ID, state and protection
// are known.
func (d *domain) Operational() []string {
	return []string{"objectGUID", "userAccountControl", "whenCreated", "adminCount", "isCriticalSystemObject", "systemFlags", "objectSid", "primaryGroupID"}
}

// ID returns the objectGUID in its text form (MS-DTYP 2.3.4.3): the first three
// fields are little-endian.
func (d *domain) ID(raw *ldap.Raw) string {
	b := raw.GetEqualFoldRawAttributeValue("objectGUID")
	if len(b) != 16 {
		return ""
	}
	return fmt.Sprintf("%08x-%04x-%04x-%s-%s", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]), binary.LittleEndian.Uint16(b[6:]),
		hex.EncodeToString(b[8:10]), hex.EncodeToString(b[10:]))
}

// Locate reads the entry at <GUID=...>.
func (d *domain) Locate(id string) ldap.Search { return ldap.Search{Base: "<GUID=" + id + ">"} }

// Address is <GUID=...>, under which an entry is found wherever it is moved.
func (d *domain) Address(id, dn string) string {
	if id == "" {
		return dn
	}
	return "<GUID=" + id + ">"
}

// The bits of userAccountControl that Muster reads or writes (MS-ADTS 2.2.16).
const (
	accountDisabled = 0x2
	normalAccount   = 0x200
)

// Describe reads the account state, the time of creation, and whether the entry
// is one that must never be changed.
func (d *domain) Describe(raw *ldap.Raw, e *bridge.Entry) {
	e.Created = ldap.ParseTime(raw.GetEqualFoldAttributeValue("whenCreated"))
	e.Protected = d.protected(raw)
	if uac, err := strconv.Atoi(raw.GetEqualFoldAttributeValue("userAccountControl")); err == nil {
		e.State = bridge.Enabled
		if uac&accountDisabled != 0 {
			e.State = bridge.Disabled
		}
	}
}

// protected says why an entry must never be changed (MS-ADTS 3.1.1.6.1 for
// adminCount and what it follows from, 2.2.10 for systemFlags, MS-SAMR 2.2.1.14
// for the RIDs).
func (d *domain) protected(raw *ldap.Raw) string {
	first := raw.GetEqualFoldAttributeValue
	flags, _ := strconv.ParseInt(first("systemFlags"), 10, 64)
	member := d.privileged.why(raw)
	switch {
	case d.self != "" && d.ID(raw) == d.self:
		return "it is the account with which Muster signs in"
	case first("isCriticalSystemObject") == "TRUE":
		return "it belongs to the system (isCriticalSystemObject)"
	case member != "":
		return member
	case first("adminCount") == "1":
		return "it is or was a member of an administrators' group (adminCount=1)"
	case wellKnown(raw.GetEqualFoldRawAttributeValue("objectSid")):
		return "it is one of the domain's own accounts (RID below 1000)"
	case uint32(flags)&0x80000000 != 0: // 32 bits, written as a signed number
		return "it must not be deleted (systemFlags)"
	}
	return ""
}

// wellKnown says whether the last part of a SID (MS-DTYP 2.4.2.2) is below 1000.
func wellKnown(sid []byte) bool {
	return len(sid) >= 12 && lastRID(sid) < 1000
}

// SetState sets or clears the one bit, and only if nobody changed any other
// meanwhile: the old value is taken away and the new one added.
func (d *domain) SetState(raw *ldap.Raw, to bridge.AccountState, m *goldap.ModifyRequest) error {
	old := raw.GetEqualFoldAttributeValue("userAccountControl")
	uac, err := strconv.Atoi(old)
	if err != nil {
		return bridge.Errorf(bridge.Unsupported, "%s is no account, so it cannot be enabled or disabled", raw.DN)
	}
	uac &^= accountDisabled
	if to == bridge.Disabled {
		uac |= accountDisabled
	}
	m.Delete("userAccountControl", []string{old})
	m.Add("userAccountControl", []string{strconv.Itoa(uac)})
	return nil
}

// Fold folds case, runs of spaces and diacritical marks: Windows lets no two
// names differ only in these (KB 938447).
func (d *domain) Fold(attribute, value string) string {
	if strings.EqualFold(attribute, "proxyAddresses") {
		return ldap.FoldText(value) // the type of an address is no part of what clashes
	}
	return unmarked(ldap.FoldText(value))
}

// never is accountExpires of an account that never expires; 0 means the same
// (MS-ADA1 accountExpires).
const never = "9223372036854775807"

// Canonical keeps the case of an address's type in proxyAddresses, because
// SMTP: is the primary address and smtp: another, and knows that an account
// that never expires is written in two ways, and one without a country as 0.
func (d *domain) Canonical(attribute string, values bridge.Values) (bridge.Values, bool) {
	switch strings.ToLower(attribute) {
	case "accountexpires":
		if values[0] == never || values[0] == "0" {
			return nil, true // the attribute cannot be removed: this is what none looks like
		}
		return values, true
	case "countrycode":
		if values[0] == "0" {
			return nil, true // Windows gives it to every new account without a country
		}
		return values, true
	case "proxyaddresses":
		return addresses(values), true
	}
	return nil, false
}

func addresses(values bridge.Values) bridge.Values {
	out := make(bridge.Values, len(values))
	for i, v := range values {
		kind, address, ok := strings.Cut(v, ":")
		if !ok {
			kind, address = "", v
		}
		out[i] = kind + ":" + ldap.FoldText(address)
	}
	return sorted(out)
}

// Placeholder is "": groups may be empty.
func (d *domain) Placeholder() string { return "" }

// Cleared is 0 for accountExpires, which cannot be removed (MS-ADA1
// accountExpires), and for countryCode, which every account has.
func (d *domain) Cleared(attribute string) string {
	if strings.EqualFold(attribute, "accountExpires") || strings.EqualFold(attribute, "countryCode") {
		return "0"
	}
	return ""
}
