package devdir_test

import (
	ber "github.com/go-asn1-ber/asn1-ber"
)

func (c critical) GetControlType() string { return c.oid }
func (c critical) String() string         { return c.oid }

// Encode writes TRUE as RFC 4511 section 5.1 demands, which go-ldap's own controls do not.
func (c critical) Encode() *ber.Packet {
	p := ber.NewSequence("")
	p.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, c.oid, ""))
	p.AppendChild(ber.NewLDAPBoolean(ber.ClassUniversal, ber.TypePrimitive, ber.TagBoolean, true, ""))
	return p
}
