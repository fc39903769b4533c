package ldap

import (
	"strings"

	goldap "github.com/go-ldap/ldap/v3"
)

// Equals returns the filter that an attribute has a value (RFC 4515 section 3),
// every byte with a meaning in filters escaped.
func Equals(attribute, value string) string {
	return "(" + attribute + "=" + goldap.EscapeFilter(value) + ")"
}

// And joins filters; empty ones are left out.
func And(filters ...string) string { return join('&', filters) }

// Or joins filters; empty ones are left out.
func Or(filters ...string) string { return join('|', filters) }

func join(operator byte, filters []string) string {
	var b strings.Builder
	n := 0
	for _, f := range filters {
		if f != "" {
			n++
			b.WriteString(f)
		}
	}
	if n == 1 {
		return b.String()
	}
	return "(" + string(operator) + b.String() + ")"
}

// anything is the filter that every entry passes.
const anything = "(objectClass=*)"
