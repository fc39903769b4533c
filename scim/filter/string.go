package filter

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the parts with and between them.
func (e *And) String() string { return joined(" and ", e.Of) }

// String returns the parts with or between them.
func (e *Or) String() string { return joined(" or ", e.Of) }

// String returns not (...).
func (e *Not) String() string { return "not (" + e.Of.String() + ")" }

// String returns attr[...].
func (e *Any) String() string { return name(e.Place) + "[" + e.Of.String() + "]" }

// String returns attr op value.
func (e *Compare) String() string {
	s := name(e.Place) + " " + string(e.Op)
	if e.Op == Present {
		return s
	}
	return s + " " + quote(e.Value)
}

// String returns the path in the schema's spelling.
func (p Path) String() string {
	if p.Filter == nil {
		return name(p.Place)
	}
	whole := p.Place
	whole.Sub = nil
	s := name(whole) + "[" + p.Filter.String() + "]"
	if p.Place.Sub != nil {
		s += "." + p.Place.Sub.Name
	}
	return s
}

// joined puts an Or into parentheses: and binds closer.
func joined(word string, of []Expression) string {
	parts := make([]string, len(of))
	for i, e := range of {
		parts[i] = e.String()
		if _, or := e.(*Or); or {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

// quote returns a value as a filter has it.
func quote(v any) string {
	switch v := v.(type) {
	case string:
		return quoteText(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

func quoteText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
