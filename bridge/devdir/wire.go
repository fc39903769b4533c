package devdir

import (
	"bytes"
	"errors"
	"io"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Bounds on one message: MaxReceiveBuffer of MS-ADTS 3.1.1.3.4.6 and two of our own,
// so that a small message cannot become a large tree.
const (
	maxMessage  = 10 << 20
	maxDepth    = 128
	maxElements = 400_000
)

var (
	errTooLong   = errors.New("the message is longer than 10 MB")
	errMalformed = errors.New("the message is not LDAP")
)

// message is an LDAPMessage (RFC 4511 section 4.1.1).
type message struct {
	id       int64
	op       *ber.Packet
	controls []control
}

type control struct {
	oid      string
	critical bool
	value    []byte
}

// readMessage reads the octets of one message. The length is read here and not by
// the BER library, whose limits are global to the program.
func readMessage(r io.Reader) ([]byte, error) {
	head := make([]byte, 2, 6)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	length := int(head[1])
	if length >= 0x80 {
		n := length & 0x7F
		if n == 0 || n > 4 {
			return nil, errMalformed
		}
		head = head[:2+n]
		if _, err := io.ReadFull(r, head[2:]); err != nil {
			return nil, err
		}
		length = 0
		for _, b := range head[2:] {
			length = length<<8 | int(b)
		}
	}
	if head[0] != 0x30 {
		return nil, errMalformed
	}
	if length > maxMessage {
		return nil, errTooLong
	}
	body := bytes.NewBuffer(head)
	if n, err := io.CopyN(body, r, int64(length)); n < int64(length) {
		return nil, errors.Join(io.ErrUnexpectedEOF, err)
	}
	return body.Bytes(), nil
}

// checkShape walks the elements before they are decoded: definite lengths that fit,
// no exotic types, bounded depth and number.
func checkShape(b []byte) error {
	ends := []int{len(b)}
	for at, count := 0, 0; at < len(b); count++ {
		for at == ends[len(ends)-1] {
			ends = ends[:len(ends)-1]
		}
		first, length, used, err := element(b[at:])
		if err != nil {
			return err
		}
		at += used
		if length > ends[len(ends)-1]-at || len(ends) > maxDepth || count > maxElements {
			return errMalformed
		}
		if first&0x20 == 0 {
			at += length
		} else if length > 0 {
			ends = append(ends, at+length)
		}
	}
	return nil
}

// element reads one identifier and length.
func element(b []byte) (first byte, length, used int, err error) {
	if len(b) < 2 || b[0]&0x1F == 0x1F || !knownType(b[0]) {
		return 0, 0, 0, errMalformed
	}
	length, used = int(b[1]), 2
	if length >= 0x80 {
		n := length & 0x7F
		if n == 0 || n > 4 || len(b) < 2+n {
			return 0, 0, 0, errMalformed
		}
		length = 0
		for _, x := range b[2 : 2+n] {
			length = length<<8 | int(x)
		}
		used += n
	}
	return b[0], length, used, nil
}

// knownType admits the universal types that LDAP uses, and every other class.
func knownType(b byte) bool {
	switch b {
	case 0x01, 0x02, 0x04, 0x05, 0x0A, 0x30, 0x31:
		return true
	}
	return b&0xC0 != 0
}

// decode makes a message of its octets.
func decode(b []byte) (*message, error) {
	if err := checkShape(b); err != nil {
		return nil, err
	}
	p, err := ber.DecodePacketErr(b)
	if err != nil || len(p.Children) < 2 || len(p.Children) > 3 {
		return nil, errMalformed
	}
	id, ok := integer(p.Children[0])
	op := p.Children[1]
	if !ok || id < 0 || op.ClassType != ber.ClassApplication {
		return nil, errMalformed
	}
	m := &message{id: id, op: op}
	if len(p.Children) == 3 {
		m.controls, err = decodeControls(p.Children[2])
	}
	return m, err
}

func decodeControls(p *ber.Packet) ([]control, error) {
	if p.ClassType != ber.ClassContext || p.Tag != 0 {
		return nil, errMalformed
	}
	var list []control
	for _, child := range p.Children {
		if len(child.Children) == 0 || len(child.Children) > 3 {
			return nil, errMalformed
		}
		c := control{oid: text(child.Children[0])}
		for _, part := range child.Children[1:] {
			switch part.Tag {
			case ber.TagBoolean:
				c.critical = bytes.Equal(part.Data.Bytes(), []byte{0xFF}) || bytes.Equal(part.Data.Bytes(), []byte{1})
			case ber.TagOctetString:
				c.value = part.Data.Bytes()
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// text gives the content of a primitive element.
func text(p *ber.Packet) string {
	if p.TagType == ber.TypeConstructed {
		return ""
	}
	return p.Data.String()
}

func integer(p *ber.Packet) (int64, bool) {
	if p.TagType == ber.TypeConstructed || p.Data.Len() == 0 || p.Data.Len() > 8 {
		return 0, false
	}
	n, err := ber.ParseInt64(p.Data.Bytes())
	return n, err == nil
}

func boolean(p *ber.Packet) bool {
	return p.Data.Len() == 1 && p.Data.Bytes()[0] != 0
}

// child gives the i-th part of a constructed element, or an empty one.
func child(p *ber.Packet, i int) *ber.Packet {
	if i < len(p.Children) {
		return p.Children[i]
	}
	return ber.Encode(ber.ClassUniversal, ber.TypePrimitive, ber.TagNULL, nil, "")
}
