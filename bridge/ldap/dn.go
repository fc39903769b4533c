package ldap

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// Part is one attribute and value of an RDN, the value unescaped.
type Part struct{ Type, Value string }

var errDN = errors.New("not a distinguished name")

// ParseDN reads a distinguished name, leaf first (RFC 4514, and the quoted form
// and the semicolon of RFC 2253). Each RDN has one Part, or several when it is
// multi-valued.
func ParseDN(dn string) ([][]Part, error) {
	var out [][]Part
	var rdn []Part
	for rest := strings.Trim(dn, " "); rest != ""; {
		kind, after, ok := strings.Cut(rest, "=")
		kind = strings.Trim(kind, " ")
		if !ok || !isType(kind) {
			return nil, errDN
		}
		value, tail, err := parseValue(after)
		if err != nil {
			return nil, err
		}
		rdn = append(rdn, Part{kind, value})
		if tail == "" || tail[0] != '+' {
			out, rdn = append(out, rdn), nil
		}
		if tail == "" {
			return out, nil
		}
		if rest = strings.TrimLeft(tail[1:], " "); rest == "" {
			return nil, errDN
		}
	}
	return out, nil
}

// isType says whether s is an attribute description or an OID (RFC 4512 section 1.4).
func isType(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && c != '-' && c != '.' && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// parseValue reads one value; tail is empty or starts with the separator.
func parseValue(s string) (value, tail string, err error) {
	s = strings.TrimLeft(s, " ")
	if strings.HasPrefix(s, `"`) {
		return parseQuoted(s[1:])
	}
	if end := strings.IndexAny(s, `,+;\"<>=`); end < 0 || s[end] == ',' {
		if end < 0 {
			end = len(s)
		}
		return strings.TrimRight(s[:end], " "), s[end:], nil
	}
	var out []byte
	kept := 0 // trailing spaces after this are not part of the value
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ',', ';', '+':
			return string(out[:kept]), s[i:], nil
		case '"', '<', '>':
			return "", "", errDN
		case '\\':
			b, used, err := unescape(s[i+1:])
			if err != nil {
				return "", "", err
			}
			out, i = append(out, b), i+used
			kept = len(out)
		default:
			out = append(out, c)
			if c != ' ' {
				kept = len(out)
			}
		}
	}
	return string(out[:kept]), "", nil
}

func parseQuoted(s string) (value, tail string, err error) {
	var out []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			tail = strings.TrimLeft(s[i+1:], " ")
			if tail != "" && strings.IndexByte(",;+", tail[0]) < 0 {
				return "", "", errDN
			}
			return string(out), tail, nil
		case '\\':
			b, used, err := unescape(s[i+1:])
			if err != nil {
				return "", "", err
			}
			out, i = append(out, b), i+used
		default:
			out = append(out, c)
		}
	}
	return "", "", errDN
}

// unescape reads what follows a backslash: two hexadecimal digits or one character.
func unescape(s string) (b byte, used int, err error) {
	if len(s) >= 2 {
		if h, err := hex.DecodeString(s[:2]); err == nil {
			return h[0], 2, nil
		}
	}
	if s == "" {
		return 0, 0, errDN
	}
	return s[0], 1, nil
}

// EscapeValue writes a value for use in an RDN: RFC 4514 section 2.4, and the
// equals sign, which Active Directory wants escaped as well.
func EscapeValue(s string) string {
	if !strings.ContainsAny(s, ",+\"\\<>;=\x00\n\r") && !strings.HasPrefix(s, "#") && strings.Trim(s, " ") == s {
		return s
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := range len(s) {
		switch c := s[i]; {
		case c == 0 || c == '\n' || c == '\r':
			b.Write([]byte{'\\', digits[c>>4], digits[c&15]})
		case strings.IndexByte(",+\"\\<>;=", c) >= 0, c == '#' && i == 0, c == ' ' && (i == 0 || i == len(s)-1):
			b.Write([]byte{'\\', c})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// SplitDN cuts a DN behind its first RDN; both halves keep their escapes.
func SplitDN(dn string) (rdn, parent string) {
	quoted := false
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ',', ';':
			if !quoted {
				return trimEnd(dn[:i]), strings.TrimLeft(dn[i+1:], " ")
			}
		}
	}
	return dn, ""
}

// trimEnd takes off spaces at the end, but none that a backslash escapes.
func trimEnd(rdn string) string {
	trimmed := strings.TrimRight(rdn, " ")
	slashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	if slashes%2 == 1 && len(trimmed) < len(rdn) {
		return rdn[:len(trimmed)+1]
	}
	return trimmed
}

// RDNValue returns the unescaped value of the first part of the DN's first RDN;
// the text itself when it is no DN.
func RDNValue(dn string) string {
	_, after, ok := strings.Cut(dn, "=")
	if !ok {
		return dn
	}
	value, _, err := parseValue(after)
	if err != nil {
		return dn
	}
	return value
}

// typeNames are the short names that stand for OIDs and long names (RFC 4514 section 3).
func typeName(kind string) string {
	switch kind = foldASCII(kind); kind {
	case "2.5.4.3", "commonname":
		return "cn"
	case "2.5.4.7", "localityname":
		return "l"
	case "2.5.4.8", "stateorprovincename":
		return "st"
	case "2.5.4.10", "organizationname":
		return "o"
	case "2.5.4.11", "organizationalunitname":
		return "ou"
	case "2.5.4.6", "countryname":
		return "c"
	case "2.5.4.9", "streetaddress":
		return "street"
	case "0.9.2342.19200300.100.1.25", "domaincomponent":
		return "dc"
	case "0.9.2342.19200300.100.1.1", "userid":
		return "uid"
	}
	return kind
}

// CanonicalDN returns the form in which two DNs are equal exactly if they name
// the same entry: types and values folded, runs of spaces as one, escapes written
// one way. Composed and decomposed characters stay different. A text that is no
// DN comes back folded.
func CanonicalDN(dn string) string {
	names, err := ParseDN(dn)
	if err != nil {
		return FoldText(dn)
	}
	var b strings.Builder
	b.Grow(len(dn))
	for i, rdn := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		writeRDN(&b, rdn)
	}
	return b.String()
}

func writeRDN(b *strings.Builder, rdn []Part) {
	if len(rdn) == 1 {
		b.WriteString(typeName(rdn[0].Type))
		b.WriteByte('=')
		b.WriteString(EscapeValue(FoldText(rdn[0].Value)))
		return
	}
	texts := make([]string, len(rdn))
	for i, p := range rdn {
		texts[i] = typeName(p.Type) + "=" + EscapeValue(FoldText(p.Value))
	}
	slices.Sort(texts)
	b.WriteString(strings.Join(texts, "+"))
}

// Within says whether the DN is the container itself or lies below it. The
// empty container holds everything.
func Within(dn, container string) bool {
	c := CanonicalDN(container)
	if c == "" {
		return true
	}
	below, ok := strings.CutSuffix(CanonicalDN(dn), c)
	if !ok {
		return false
	}
	return below == "" || endsWithSeparator(below)
}

// endsWithSeparator says whether the text ends with a comma that no backslash escapes.
func endsWithSeparator(s string) bool {
	s, ok := strings.CutSuffix(s, ",")
	slashes := len(s) - len(strings.TrimRight(s, `\`))
	return ok && slashes%2 == 0
}

// JoinDN builds a DN from an RDN's type, its unescaped value and the parent.
func JoinDN(kind, value, parent string) string {
	rdn := kind + "=" + EscapeValue(value)
	if parent == "" {
		return rdn
	}
	return rdn + "," + parent
}
