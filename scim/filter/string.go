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
func (e *Any) String() string { return e.Place.String() + "[" + e.Of.String() + "]" }

// String returns attr op value.
func (e *Compare) String() string {
	s := e.Place.String() + " " + string(e.Op)
	if e.Op == Present {
		return s
	}
	return s + " " + quote(e.Value)
}

// String returns the path in the schema's spelling.
func (p Path) String() string {
	if p.Filter == nil {
		return p.Place.String()
	}
	whole := p.Place
	whole.Sub = nil
	s := whole.String() + "[" + p.Filter.String() + "]"
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

// plainText returns a value without quotes, the shortest that reads as the same.
func plainText(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// quote returns a value as a filter has it.
func quote(v any) string {
	s, ok := v.(string)
	if !ok {
		return plainText(v)
	}
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
