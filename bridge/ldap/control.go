package ldap

import (
	ber "github.com/go-asn1-ber/asn1-ber"
	goldap "github.com/go-ldap/ldap/v3"
)

// The controls that are sent, if the server announces them.
const (
	ControlPaging      = "1.2.840.113556.1.4.319"  // RFC 2696
	ControlDomainScope = "1.2.840.113556.1.4.1339" // MS-ADTS 3.1.1.3.4.1.4: no continuation references
	ControlDontUseCopy = "1.3.6.1.1.22"            // RFC 6171
)

// Control is a request control. Its criticality is written as 0xFF, the only
// TRUE that RFC 4511 section 5.1 knows: a server may read any other as FALSE.
type Control struct {
	OID      string
	Critical bool
	Value    []byte // nil = no value
}

// GetControlType returns the OID.
func (c Control) GetControlType() string { return c.OID }

// Encode returns the control as it travels.
func (c Control) Encode() *ber.Packet {
	packet := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "Control")
	packet.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, c.OID, "Type"))
	if c.Critical {
		packet.AppendChild(ber.NewLDAPBoolean(ber.ClassUniversal, ber.TypePrimitive, ber.TagBoolean, true, "Criticality"))
	}
	if c.Value != nil {
		packet.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, string(c.Value), "Value"))
	}
	return packet
}

// String returns the OID.
func (c Control) String() string { return c.OID }

// paging returns the control that asks for a page (RFC 2696 section 2).
func paging(size int, cookie []byte) Control {
	value := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "Paging")
	value.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, int64(size), "Size"))
	value.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, string(cookie), "Cookie"))
	return Control{OID: ControlPaging, Critical: true, Value: value.Bytes()}
}

// pageCookie returns the cookie of the page that was answered, and whether the
// answer had the control at all.
func pageCookie(controls []goldap.Control) ([]byte, bool) {
	page, ok := goldap.FindControl(controls, ControlPaging).(*goldap.ControlPaging)
	if !ok {
		return nil, false
	}
	return page.Cookie, true
}
