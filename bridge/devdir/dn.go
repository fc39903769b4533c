package devdir

import (
	"encoding/hex"
	"errors"
	"strings"
)

// rdn is one component of a distinguished name, its value unescaped.
type rdn struct{ kind, value string }

func (r rdn) key() string    { return strings.ToLower(r.kind) + "=" + fold(r.value) }
func (r rdn) String() string { return strings.ToUpper(r.kind) + "=" + escapeValue(r.value) }

var errDN = errors.New("not a distinguished name")

// parseDN reads a distinguished name, leaf first (RFC 4514 section 2.4, and the
// quoted form of RFC 2253). Active Directory has no multi-valued RDN.
func parseDN(s string) ([]rdn, error) {
	var names []rdn
	for rest := strings.TrimLeft(s, " "); rest != ""; {
		kind, after, ok := strings.Cut(rest, "=")
		kind = strings.Trim(kind, " ")
		if !ok || !isKeyword(kind) {
			return nil, errDN
		}
		value, tail, err := parseValue(after)
		if err != nil || value == "" {
			return nil, errDN
		}
		names = append(names, rdn{kind, value})
		if tail == "" {
			break
		}
		if rest = strings.TrimLeft(tail[1:], " "); rest == "" {
			return nil, errDN
		}
	}
	return names, nil
}

func isKeyword(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || s[i] != '-' && (s[i] < '0' || s[i] > '9')) {
			return false
		}
	}
	return s != ""
}

// parseValue reads one RDN value; tail is empty or begins with the separator.
func parseValue(s string) (value, tail string, err error) {
	s = strings.TrimLeft(s, " ")
	if strings.HasPrefix(s, `"`) {
		return parseQuoted(s[1:])
	}
	var out []byte
	kept := 0 // length of out up to which trailing spaces are escaped or followed by more
	i := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case ',', ';':
			return string(out[:kept]), s[i:], nil
		case '+', '"', '<', '>', '=':
			return "", "", errDN
		case '\\':
			b, used, err := unescape(s[i+1:])
			if err != nil {
				return "", "", err
			}
			out, i = append(out, b), i+used
			kept = len(out)
			continue
		}
		out = append(out, s[i])
		if s[i] != ' ' {
			kept = len(out)
		}
	}
	return string(out[:kept]), "", nil
}

func parseQuoted(s string) (value, tail string, err error) {
	var out []byte
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			tail = strings.TrimLeft(s[i+1:], " ")
			if tail != "" && tail[0] != ',' && tail[0] != ';' {
				return "", "", errDN
			}
			return string(out), tail, nil
		case '\\':
			b, used, err := unescape(s[i+1:])
			if err != nil {
				return "", "", err
			}
			out, i = append(out, b), i+used
			continue
		}
		out = append(out, s[i])
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

// escapeValue writes an RDN value as Active Directory returns it: RFC 4514, and
// the equals sign and the semicolon as hexadecimal pairs.
func escapeValue(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && (i == 0 || i == len(s)-1), c == '#' && i == 0, strings.IndexByte(`,+"\<>`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == 0, c == '\n', c == '\r', c == ';', c == '=':
			b.WriteString(`\` + strings.ToUpper(hex.EncodeToString([]byte{c})))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
