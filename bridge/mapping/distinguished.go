package mapping

import (
	"regexp"
	"strings"
)

var attributeType = regexp.MustCompile(`^\s*([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)\s*$`)

// isDN says whether a text is a distinguished name: TYPE=value,TYPE=value ...
func isDN(text string) bool {
	for _, rdn := range splitDN(text) {
		typ, value, ok := strings.Cut(rdn, "=")
		if !ok || !attributeType.MatchString(typ) || strings.TrimSpace(value) == "" || strings.HasPrefix(value, "=") {
			return false
		}
	}
	return true
}

// splitDN splits at commas that are not escaped (RFC 4514 section 3).
func splitDN(text string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ',':
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// rdnEscape escapes a value for a distinguished name (RFC 4514 section 2.4),
// and "=" as well, which some readers need.
func rdnEscape(value string) string {
	var b strings.Builder
	last := len(value) - 1
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == 0:
			b.WriteString(`\00`)
		case c == '\r':
			b.WriteString(`\0D`)
		case c == '\n':
			b.WriteString(`\0A`)
		case strings.IndexByte(`,+"\<>;=`, c) >= 0, c == '#' && i == 0, c == ' ' && (i == 0 || i == last):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
