package schema

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The scimTypes of errors (RFC 7644, table 9).
const (
	InvalidSyntax   = "invalidSyntax"
	InvalidValue    = "invalidValue"
	InvalidPath     = "invalidPath"
	MutabilityError = "mutability"
)

// Error says what is wrong with a resource or a value. Nothing in it is secret.
type Error struct {
	Type      string // scimType: invalidSyntax, invalidValue, invalidPath or mutability
	Attribute string // path of the attribute, as String of a Place writes it; "" = the body as a whole
	Value     string // what was sent, at most 100 characters; "***" for an attribute that is never returned
	Message   string // a sentence that names both
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Message }

const shown = 100 // characters of a value in an error

// cut shortens a text to what an error shows of it.
func cut(text string) string {
	if utf8.RuneCountInString(text) <= shown {
		return text
	}
	return string([]rune(text[:min(len(text), 4*shown)])[:shown-1]) + "…"
}

// syntax is an error about the body as a whole.
func syntax(format string, args ...any) error {
	return &Error{Type: InvalidSyntax, Message: fmt.Sprintf(format, args...)}
}

// refuse is an error about a value at a place; wanted ends the sentence "x must
// be ...".
func refuse(p Place, value any, wanted string) error {
	e := &Error{Type: InvalidValue, Attribute: p.String(), Value: cut(show(value))}
	if secret(p) {
		e.Value = "***"
	}
	e.Message = fmt.Sprintf("%s must be %s, not %s", name(p), wanted, quote(value, e.Value))
	return e
}

// secret says whether values at the place are never shown.
func secret(p Place) bool {
	return p.Attribute != nil && p.Attribute.Returned == Never || p.Sub != nil && p.Sub.Returned == Never
}

func name(p Place) string {
	if s := p.String(); s != "" {
		return s
	}
	return "the resource"
}

// show writes a value for an error; of lists and complex values, their shape.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return v
	case map[string]any:
		return "{...}"
	case []any:
		return fmt.Sprintf("[%d values]", len(v))
	default:
		return fmt.Sprint(v)
	}
}

func quote(value any, shown string) string {
	if _, ok := value.(string); ok {
		return `"` + strings.ReplaceAll(shown, `"`, `\"`) + `"`
	}
	return shown
}
