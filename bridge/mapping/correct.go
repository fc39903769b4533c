package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// correct composes the text to NFC, trims it and squeezes inner white space,
// with a note of each correction it made.
func correct(text string, a *Attribute) string {
	if isPlain(text) {
		return text
	}
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
		a.note("composed to NFC")
	}
	if trimmed := trimText(text); trimmed != text {
		text = trimmed
		a.note("trimmed")
	}
	if squeezed := squeezeText(text); squeezed != text {
		text = squeezed
		a.note("squeezed white space")
	}
	return text
}

// isPlain says whether an ASCII text has nothing to correct: no outer, double
// or unprintable white space.
func isPlain(text string) bool {
	blank := true // before the first character
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' && blank, c < ' ', c > '~':
			return false
		case c == ' ':
			blank = true
		default:
			blank = false
		}
	}
	return !blank || text == ""
}

// isBlankRune says whether a character is white space or has no width.
func isBlankRune(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff'
}

func trimText(s string) string { return strings.TrimFunc(s, isBlankRune) }

// squeezeText makes every run of white space one blank.
func squeezeText(s string) string {
	return strings.Join(strings.FieldsFunc(s, isBlankRune), " ")
}

func (a *Attribute) note(text string) {
	if !slices.Contains(a.Notes, text) {
		a.Notes = append(a.Notes, text)
	}
}

// cut shortens a text to the rule's length where the rule allows it.
func (c *compiledRule) cut(text string, a *Attribute) string {
	if !c.rule.Cut || len(text) <= c.rule.Max || utf8.RuneCountInString(text) <= c.rule.Max {
		return text
	}
	a.note(fmt.Sprintf("cut to %d characters", c.rule.Max))
	return strings.TrimRightFunc(leftOf(text, c.rule.Max), isBlankRune)
}

// leftOf is the first n characters.
func leftOf(s string, n int) string {
	if n <= 0 {
		return ""
	}
	if n >= len(s) {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
