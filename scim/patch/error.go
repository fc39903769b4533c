package patch

import (
	"fmt"
)

// The scimTypes of the faults a PATCH can have of its own (RFC 7644, section 3.12).
const (
	invalidSyntax = "invalidSyntax"
	invalidValue  = "invalidValue"
	invalidPath   = "invalidPath"
	noTarget      = "noTarget"
	mutability    = "mutability"
)

// Error says which operation of a request cannot be done, and why. It never
// holds the value of an attribute that is not returned.
type Error struct {
	Type      string // a scimType of RFC 7644, section 3.12
	Operation int    // of the request, from 1; 0: the request as a whole
	Path      string // of the operation or of the key of its value, at most 100 characters; "" without one
	Message   string // a sentence that may be shown to the client
	Err       error  // the fault of a path or a value that schema or filter found, if it is one
}

// Error returns the sentence with the operation and its path before it.
func (e *Error) Error() string {
	switch {
	case e.Operation == 0:
		return e.Message
	case e.Path == "":
		return fmt.Sprintf("operation %d: %s", e.Operation, e.Message)
	}
	return fmt.Sprintf("operation %d, path %q: %s", e.Operation, e.Path, e.Message)
}

// Unwrap returns the fault that schema or filter found.
func (e *Error) Unwrap() error { return e.Err }

func errorf(scimType, format string, args ...any) error {
	return &Error{Type: scimType, Message: fmt.Sprintf(format, args...)}
}

const most = 100 // characters of a path or a value in an error

// cut shortens a text to what an error shows of it.
func cut(text string) string {
	count := 0
	for i := range text {
		if count == most {
			return text[:i] + "..."
		}
		count++
	}
	return text
}

// shown writes what was sent in the place of an op or a path.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		return fmt.Sprintf("%q", cut(v))
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprint(value)
}
