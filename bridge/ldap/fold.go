package ldap

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FoldText folds case and spaces as caseIgnoreMatch does (RFC 4517 section
// 4.2.11, RFC 4518 section 2.6.1): runs of spaces count as one, those at the ends
// as none. Composed and decomposed characters stay different.
func FoldText(s string) string {
	if isFolded(s) {
		return s
	}
	return squeeze(strings.Map(foldRune, s))
}

// isFolded says whether folding would change nothing, looking at ASCII only.
func isFolded(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if r == 'ı' { // its capital is that of i, yet it is another letter
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// squeeze makes runs of spaces one and drops those at the ends.
func squeeze(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}

func foldASCII(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}
