package filter

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/muster-idm/muster/scim/schema"
)

// literal is a value as it stands in the text.
type literal struct {
	text   string
	quoted bool
	at     int
}

// comparison reads the operator and the value behind an attribute.
func (p *parser) comparison(place schema.Place, start int) (Expression, error) {
	leaf, ok := Leaf(place)
	if unreadable(leaf) {
		return nil, p.fault(start, "an attribute that may be read, which %s may not,", leaf)
	}
	p.space()
	at, text := p.at, p.run()
	op := Op(strings.ToLower(text))
	if !slices.Contains(operators, op) {
		return nil, p.fault(at, "an operator such as eq")
	}
	p.at += len(text)
	if op == Present {
		return &Compare{Place: place, Op: Present}, nil
	}
	lit, err := p.literal()
	if err != nil {
		return nil, err
	}
	if !lit.quoted && strings.EqualFold(lit.text, "null") {
		return p.null(place, op, at)
	}
	if !ok {
		return nil, p.fault(start, "one of the attributes of %s, which has no value of its own,", place)
	}
	if !applies(op, leaf.Kind()) {
		return nil, p.fault(at, "an operator that goes with %s, of type %s,", leaf, leaf.Kind())
	}
	value, ok := lit.as(leaf.Kind())
	if !ok {
		return nil, p.fault(lit.at, "a value of type %s for %s", leaf.Kind(), leaf)
	}
	return &Compare{Place: leaf, Op: op, Value: value}, nil
}

// null gives eq null and ne null, which the grammar has, the meaning of RFC
// 7643, section 2.5: null is unassigned.
func (p *parser) null(place schema.Place, op Op, at int) (Expression, error) {
	present := &Compare{Place: place, Op: Present}
	switch op {
	case Equal:
		return &Not{Of: present}, nil
	case NotEqual:
		return present, nil
	}
	return nil, p.fault(at, "eq or ne before null")
}

// applies says whether values of a kind can be compared so (RFC 7644, table 3).
func applies(op Op, kind schema.Kind) bool {
	switch op {
	case Equal, NotEqual:
		return true
	case Contains, StartsWith, EndsWith:
		return kind == schema.String || kind == schema.Reference || kind == schema.Binary
	}
	return kind != schema.Boolean && kind != schema.Binary
}

// literal reads a JSON string, or what stands up to the next space or bracket.
func (p *parser) literal() (literal, error) {
	p.space()
	start := p.at
	if p.next('"') {
		text, err := p.quoted()
		return literal{text: text, quoted: true, at: start}, err
	}
	text := p.run()
	switch strings.ToLower(text) {
	case "", "and", "or", "not":
		return literal{}, p.fault(start, "a value")
	}
	p.at += len(text)
	return literal{text: text, at: start}, nil
}

// quoted reads the rest of a JSON string.
func (p *parser) quoted() (string, error) {
	start := p.at
	end := strings.IndexAny(p.text[p.at:], `"\`)
	if end >= 0 && p.text[p.at+end] == '"' {
		p.at += end + 1
		return p.text[start : start+end], nil
	}
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		if c == '"' {
			p.at++
			return b.String(), nil
		}
		if c != '\\' {
			b.WriteByte(c)
			p.at++
			continue
		}
		r, width := escape(p.text[p.at:])
		if width == 0 || r == 0 {
			return "", p.fault(p.at, "an escape as in JSON, of any character but U+0000,")
		}
		b.WriteRune(r)
		p.at += width
	}
	return "", p.fault(start-1, "a value that ends with a quote")
}

// escape decodes the escape sequence at the beginning of a text; width is 0 if
// it is none.
func escape(text string) (r rune, width int) {
	if len(text) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	high, ok := unit(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(high) {
		return high, 6
	}
	low, ok := unit(text[6:])
	if r := utf16.DecodeRune(high, low); ok && r != utf8.RuneError {
		return r, 12
	}
	return 0, 0
}

// unit decodes \uXXXX.
func unit(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}

// as converts a literal to a kind.
func (l literal) as(kind schema.Kind) (any, bool) {
	switch kind {
	case schema.Boolean:
		return asBool(l.text)
	case schema.Integer:
		return asNumber(l.text)
	case schema.Decimal:
		f, ok := asFloat(l.text)
		return f, ok
	case schema.DateTime:
		at, ok := asTime(l.text)
		return canonicalTime(at), ok
	}
	return l.text, true
}

func asBool(text string) (bool, bool) {
	if strings.EqualFold(text, "true") {
		return true, true
	}
	return false, strings.EqualFold(text, "false")
}

// asNumber reads an integer exactly; another number may be compared with one.
func asNumber(text string) (any, bool) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i, true
	}
	f, ok := asFloat(text)
	if i, whole := asInt(f); ok && whole {
		return i, true
	}
	return f, ok
}

// asFloat reads a decimal number; ParseFloat alone would also take hexadecimal
// ones, underscores and infinity.
func asFloat(text string) (float64, bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// asInt says whether a number is whole and fits.
func asInt(f float64) (int64, bool) {
	if f != math.Trunc(f) || f < -1<<63 || f >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

// asTime reads an xsd:dateTime (RFC 7643, section 2.3.5). Without a time zone,
// which that type allows and RFC 3339 does not, it is in UTC.
func asTime(text string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05", text)
	}
	at = at.UTC()
	return at, err == nil && at.Year() >= 0 && at.Year() <= 9999
}

func canonicalTime(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
