package mapping

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"
)

// check says what the rule does not allow about one value.
func (r *run) check(c *compiledRule, text string) {
	rule := &c.rule
	if rule.Max > 0 && len(text) > rule.Max {
		if n := utf8.RuneCountInString(text); n > rule.Max {
			r.ruleFault(c, fmt.Sprintf("the value has %d characters, at most %d are allowed", n, rule.Max), "set cut to shorten it", text)
		}
	}
	if c.pattern != nil && !c.pattern.MatchString(text) {
		r.ruleFault(c, "the value does not match the pattern "+rule.Pattern, "", text)
	}
	if c.oneOf != nil && !c.oneOf[text] {
		r.ruleFault(c, "the value is not one of the allowed ones", "one of "+shorten(strings.Join(rule.OneOf, ", ")), text)
	}
	switch rule.Format {
	case "email":
		if !isEmail(text) {
			r.ruleFault(c, "the value is not an e-mail address", "", text)
		}
	case "phone":
		if _, err := phoneE164(text, r.mapping.library.country); err != nil {
			r.ruleFault(c, "the value is not a phone number", "", text)
		}
	}
}

// isEmail accepts a bare address with a dotted domain (RFC 5322 addr-spec).
func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || address.Name != "" {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(domain, ".") && !strings.HasSuffix(domain, ".") && !strings.HasPrefix(text, `"`)
}
