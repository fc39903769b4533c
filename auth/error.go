package auth

import (
	"fmt"
	"time"
)

// Kind says why a client was not let in.
type Kind string

// The kinds of errors, with what a door answers.
const (
	Missing     Kind = "missing"     // no credential was shown: 401
	Refused     Kind = "refused"     // the credential is not accepted: 401
	Blocked     Kind = "blocked"     // too many refusals came before: 429
	Forbidden   Kind = "forbidden"   // the client is known and may not do this: 403
	Unavailable Kind = "unavailable" // whoever must be asked does not answer: 503
)

// Error carries a kind, a sentence that may be shown to anybody, and the cause,
// which is for the log only. Neither holds a secret.
type Error struct {
	Kind       Kind
	Msg        string
	RetryAfter time.Duration // of Blocked and Unavailable, else 0
	Scope      Scope         // of Forbidden: the one that is wanted
	Err        error
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

// Challenge returns the value of WWW-Authenticate (RFC 6750 section 3), "" where
// another credential would change nothing. Who showed no credential is told no
// error code (section 3.1).
func (e *Error) Challenge() string {
	const realm = `Bearer realm="muster"`
	switch e.Kind {
	case Missing:
		return realm
	case Refused:
		return realm + `, error="invalid_token", error_description="` + e.Msg + `"`
	case Forbidden:
		return fmt.Sprintf(`%s, error="insufficient_scope", error_description="%s", scope="%s"`, realm, e.Msg, e.Scope)
	case Blocked, Unavailable:
	}
	return ""
}

func missing() *Error {
	return &Error{Kind: Missing, Msg: "a bearer token is needed"}
}

// refused is the same for every fault of a credential: whoever guesses learns
// nothing.
func refused(cause error) *Error {
	return &Error{Kind: Refused, Msg: "the token is not valid", Err: cause}
}

func blocked(after time.Duration, cause error) *Error {
	return &Error{Kind: Blocked, Msg: "too many sign-ins were refused; wait", RetryAfter: after, Err: cause}
}

func unavailable(after time.Duration, cause error) *Error {
	return &Error{Kind: Unavailable, Msg: "the token cannot be checked at the moment; try again", RetryAfter: after, Err: cause}
}
