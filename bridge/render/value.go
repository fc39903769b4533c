package render

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

const ellipsis = "…"

// cell is one character as it is shown, with the marks that combine with it,
// and the columns of a terminal that it takes.
type cell struct {
	text  string
	width int
}

// cells takes a text apart. What cannot be seen or would act upon a terminal
// becomes an escape; in quotes, so do the quote and the backslash.
func cells(s string, quoted bool) []cell {
	out := make([]cell, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(out, plainCell(fmt.Sprintf(`\x%02x`, s[i])))
		case hidden(r), quoted && (r == '"' || r == '\\'):
			escaped := strconv.QuoteRuneToASCII(r)
			out = append(out, plainCell(escape(r, escaped[1:len(escaped)-1])))
		case unicode.In(r, unicode.Mn, unicode.Me) && len(out) > 0:
			out[len(out)-1].text += string(r)
		default:
			out = append(out, cell{string(r), columns(r)})
		}
		i += size
	}
	return out
}

func escape(r rune, ascii string) string {
	switch {
	case r == '"':
		return `\"`
	case strings.HasPrefix(ascii, `\`):
		return ascii
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func plainCell(s string) cell { return cell{s, len(s)} }

// hidden says whether a character leaves no ink or turns the direction of
// writing, so that two different texts could look alike.
func hidden(r rune) bool {
	const emptyBraille = '\u2800'
	return !unicode.IsPrint(r) || r == emptyBraille || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

func columns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func join(cs []cell) string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteString(c.text)
	}
	return b.String()
}

func columnsOf(cs []cell) int {
	n := 0
	for _, c := range cs {
		n += c.width
	}
	return n
}

// cut shortens a text in its middle to the given columns.
func cut(cs []cell, limit int) []cell {
	if columnsOf(cs) <= limit {
		return cs
	}
	head, tail := 0, len(cs)
	for room := limit - 1; ; {
		if room -= cs[head].width; room < 0 {
			break
		}
		head++
		if room -= cs[tail-1].width; room < 0 {
			break
		}
		tail--
	}
	out := append([]cell{}, cs[:head]...)
	return append(append(out, cell{ellipsis, 1}), cs[tail:]...)
}

// visible writes a text so that a terminal shows all of it and obeys none of it.
func visible(s string) string { return join(cells(s, false)) }

// quote writes a value between quotes, visible.
func quote(s string) string {
	if !utf8.ValidString(s) {
		return binary(s)
	}
	return `"` + join(cells(s, true)) + `"`
}

// binary tells bytes that are no text apart by their digest.
func binary(s string) string {
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("(%s, sha256 %x%s)", count(len(s), "byte", "bytes"), sum[:4], ellipsis)
}

// short is quote, cut to the given columns.
func short(s string, limit int) string {
	if !utf8.ValidString(s) {
		return binary(s)
	}
	return `"` + join(cut(cells(s, true), max(limit-2, 3))) + `"`
}

// pair quotes an old and a new value so that their difference can be seen: in
// escapes where both look the same, and around the first difference where
// cutting would hide it.
func pair(before, after string, limit int) (string, string) {
	if before != after && norm.NFC.String(before) == norm.NFC.String(after) {
		return strconv.QuoteToASCII(before), strconv.QuoteToASCII(after)
	}
	a, b := short(before, limit), short(after, limit)
	if a != b || before == after || !utf8.ValidString(before) {
		return a, b
	}
	return around(cells(before, true), cells(after, true), limit)
}

func around(before, after []cell, limit int) (string, string) {
	const context = 8
	same := 0
	for same < len(before) && same < len(after) && before[same] == after[same] {
		same++
	}
	from := max(same-context, 0)
	return window(before[from:], limit), window(after[from:], limit)
}

func window(cs []cell, limit int) string {
	room := max(limit-4, 3)
	for i, c := range cs {
		if room -= c.width; room < 0 {
			return `"` + ellipsis + join(cs[:i]) + ellipsis + `"`
		}
	}
	return `"` + ellipsis + join(cs) + `"`
}

// turns says whether a text holds letters written from right to left: on one
// line with another such text, a terminal would show the two in reverse.
func turns(s string) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		if c := p.Class(); c == bidi.R || c == bidi.AL {
			return true
		}
	}
	return false
}
