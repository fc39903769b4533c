package bridge

import (
	"errors"
	"fmt"
)

// Kind classes an error; doors turn it into a status, commands into an exit code.
type Kind string

// The kinds of errors.
const (
	Invalid         Kind = "invalid"         // what was asked for makes no sense
	Unauthenticated Kind = "unauthenticated" // who asks could not be established
	Forbidden       Kind = "forbidden"       // who asks may not do it
	NotFound        Kind = "not found"       // there is no such thing
	Conflict        Kind = "conflict"        // somebody else holds it
	Stale           Kind = "stale"           // it changed since it was planned
	Precondition    Kind = "precondition"    // a stated condition does not hold
	Refused         Kind = "refused"         // a limit forbids it
	TooLarge        Kind = "too large"       // more than is accepted at once
	TooMany         Kind = "too many"        // more often than is accepted
	Unsupported     Kind = "unsupported"     // the other side cannot do it
	Unavailable     Kind = "unavailable"     // the other side does not answer; try later
	Internal        Kind = "internal"        // a fault of Muster's own
)

// Error carries a kind, a sentence that may be shown to anybody who may see the
// record, and the cause, which is for the log only.
type Error struct {
	Kind Kind
	Msg  string
	Err  error
}

// Error returns the sentence and the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Msg
	}
	return e.Msg + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an error of the kind whose sentence may be shown.
func Errorf(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...)}
}

// Wrap returns an error of the kind with a sentence that may be shown and the
// cause, which may not.
func Wrap(kind Kind, cause error, format string, args ...any) error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...), Err: cause}
}

// KindOf returns the kind of the error, Internal when it has none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// IsKind says whether the error is of the kind.
func IsKind(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
