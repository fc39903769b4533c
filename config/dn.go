package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	attributeType = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)$`)
	looksLikeDN   = regexp.MustCompile(`^\s*[A-Za-z][A-Za-z0-9-]*\s*=[^=]`)
)

// checkDN says what is wrong with the form of a distinguished name (RFC 4514,
// section 3). Whether it exists only the directory knows.
func checkDN(dn string) error {
	if strings.TrimSpace(dn) == "" {
		return fmt.Errorf("is empty")
	}
	for _, part := range splitDN(dn, ',') {
		for _, pair := range splitDN(part, '+') {
			if err := checkPair(pair); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkPair(pair string) error {
	kind, value, ok := strings.Cut(pair, "=")
	kind, value = strings.TrimSpace(kind), strings.TrimLeft(value, " ")
	switch {
	case strings.TrimSpace(pair) == "":
		return fmt.Errorf("has an empty part: a comma too many")
	case !ok:
		return fmt.Errorf("has the part %q, which is not of the form TYPE=value", strings.TrimSpace(pair))
	case !attributeType.MatchString(kind):
		return fmt.Errorf("has %q where an attribute type such as OU or DC belongs", kind)
	case value == "":
		return fmt.Errorf("has no value after %s=", kind)
	}
	return checkValue(value)
}

// checkValue looks for characters that must be escaped.
func checkValue(value string) error {
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 == len(value):
			return fmt.Errorf("ends with a lone backslash")
		case c == '\\':
			i++
		case strings.IndexByte(`";<>`, c) >= 0:
			return fmt.Errorf("has %q, which must be written %q", string(c), `\`+string(c))
		case c == 0 || c == '\n' || c == '\r':
			return fmt.Errorf("has a control character")
		}
	}
	if !utf8.ValidString(value) {
		return fmt.Errorf("is not valid UTF-8")
	}
	return nil
}

// splitDN splits at a separator that is not escaped.
func splitDN(dn string, separator byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case separator:
			parts = append(parts, dn[start:i])
			start = i + 1
		}
	}
	return append(parts, dn[start:])
}

// within says whether a DN is the container or lies below it, as far as this
// can be told from their texts.
func within(dn, container string) bool {
	below, above := foldDN(dn), foldDN(container)
	return below == above || strings.HasSuffix(below, ","+above)
}

func foldDN(dn string) string {
	parts := splitDN(dn, ',')
	for i, part := range parts {
		kind, value, _ := strings.Cut(part, "=")
		parts[i] = strings.ToLower(strings.TrimSpace(kind) + "=" + strings.TrimSpace(value))
	}
	return strings.Join(parts, ",")
}

// domainOf returns the domain of the DC parts of a DN: "corp.example.com".
func domainOf(dn string) string {
	var labels []string
	for _, part := range splitDN(dn, ',') {
		if kind, value, ok := strings.Cut(part, "="); ok && strings.EqualFold(strings.TrimSpace(kind), "DC") {
			labels = append(labels, strings.TrimSpace(value))
		}
	}
	return strings.ToLower(strings.Join(labels, "."))
}
