package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The types of an Error: the scimType of the answer (RFC 7644, section 3.12).
const (
	InvalidFilter = "invalidFilter" // of Parse
	InvalidPath   = "invalidPath"   // of ParsePath
	InvalidValue  = "invalidValue"  // of ParseSort
)

// Error says what is wrong with a filter, a path or a sortBy, and where.
type Error struct {
	Type    string // InvalidFilter, InvalidPath or InvalidValue
	Text    string // a short excerpt from Offset on, never the whole input
	Offset  int    // in bytes, from 0
	Message string // a sentence: what was expected at which character, counted from 1, and the excerpt
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// excerptLength is how many characters of the input an error cites.
const excerptLength = 24

// excerpt returns the beginning of a text, without breaking a character.
func excerpt(text string) string {
	count := 0
	for i := range text {
		if count == excerptLength {
			return text[:i] + "..."
		}
		count++
	}
	return text
}

// fault returns an error at an offset, where the text should have something else.
func (p *parser) fault(offset int, expected string, args ...any) error {
	text := excerpt(p.text[offset:])
	found := "the end"
	if text != "" {
		found = fmt.Sprintf("%q", text)
	}
	return &Error{
		Type:   p.kind,
		Text:   strings.ToValidUTF8(text, "\uFFFD"),
		Offset: offset,
		Message: fmt.Sprintf("expected %s at character %d of the %s, found %s",
			fmt.Sprintf(expected, args...), utf8.RuneCountInString(p.text[:offset])+1, p.noun(), found),
	}
}

func (p *parser) noun() string {
	switch p.kind {
	case InvalidPath:
		return "path"
	case InvalidValue:
		return "sortBy"
	}
	return "filter"
}
