package devdir

import (
	ber "github.com/go-asn1-ber/asn1-ber"
)

// Application tags of the operations (RFC 4511 section 4.2 onwards).
const (
	tagBind           = 0
	tagBindAnswer     = 1
	tagUnbind         = 2
	tagSearch         = 3
	tagEntry          = 4
	tagSearchDone     = 5
	tagModify         = 6
	tagModifyAnswer   = 7
	tagAdd            = 8
	tagAddAnswer      = 9
	tagDelete         = 10
	tagDeleteAnswer   = 11
	tagModifyDN       = 12
	tagModifyDNAnswer = 13
	tagCompare        = 14
	tagCompareAnswer  = 15
	tagAbandon        = 16
	tagReference      = 19
	tagExtended       = 23
	tagExtendedAnswer = 24
)

// answerTags pairs each request with the tag of its answer.
var answerTags = map[ber.Tag]ber.Tag{
	tagBind: tagBindAnswer, tagSearch: tagSearchDone, tagModify: tagModifyAnswer, tagAdd: tagAddAnswer, tagDelete: tagDeleteAnswer,
	tagModifyDN: tagModifyDNAnswer, tagCompare: tagCompareAnswer, tagExtended: tagExtendedAnswer,
}

func octets(s string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, "")
}

func application(tag ber.Tag) *ber.Packet {
	return ber.Encode(ber.ClassApplication, ber.TypeConstructed, tag, nil, "")
}

func contextString(tag ber.Tag, s string) *ber.Packet {
	return ber.NewString(ber.ClassContext, ber.TypePrimitive, tag, s, "")
}

// envelope wraps an operation and controls into a message.
func envelope(id int64, op *ber.Packet, controls []control) []byte {
	p := ber.NewSequence("")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, ""))
	p.AppendChild(op)
	if len(controls) > 0 {
		list := ber.Encode(ber.ClassContext, ber.TypeConstructed, 0, nil, "")
		for _, c := range controls {
			one := ber.NewSequence("")
			one.AppendChild(octets(c.oid))
			one.AppendChild(octets(string(c.value)))
			list.AppendChild(one)
		}
		p.AppendChild(list)
	}
	return p.Bytes()
}

// result makes an LDAPResult (RFC 4511 section 4.1.9) under the given tag; a nil
// error is success.
func result(tag ber.Tag, err error) *ber.Packet {
	r := &refusal{code: rcSuccess}
	if err != nil {
		r = refusalOf(err)
	}
	p := application(tag)
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, r.code, ""))
	p.AppendChild(octets(r.matched))
	p.AppendChild(octets(r.text))
	if len(r.referral) > 0 {
		list := ber.Encode(ber.ClassContext, ber.TypeConstructed, 3, nil, "")
		for _, url := range r.referral {
			list.AppendChild(octets(url))
		}
		p.AppendChild(list)
	}
	return p
}

// shown is one attribute of an entry as it is sent.
type shown struct {
	name   string
	values []string
}

func searchEntry(dn string, attributes []shown) *ber.Packet {
	p := application(tagEntry)
	p.AppendChild(octets(dn))
	list := ber.NewSequence("")
	for _, a := range attributes {
		one := ber.NewSequence("")
		one.AppendChild(octets(a.name))
		set := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range a.values {
			set.AppendChild(octets(v))
		}
		one.AppendChild(set)
		list.AppendChild(one)
	}
	p.AppendChild(list)
	return p
}

func searchReference(url string) *ber.Packet {
	p := application(tagReference)
	p.AppendChild(octets(url))
	return p
}
