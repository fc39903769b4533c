package scim

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/google/uuid"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/patch"
	"github.com/muster-idm/muster/scim/schema"
)

// The statuses of answers that are no errors.
const (
	statusOK          = http.StatusOK
	statusCreated     = http.StatusCreated
	statusNoContent   = http.StatusNoContent
	statusNotModified = http.StatusNotModified
)

// retryUnavailable is after how long a client should try again when the
// directory or the store does not answer.
const retryUnavailable = 30 * time.Second

// Denied says why a caller is not let in. It may be shown.
type Denied struct {
	Kind       bridge.Kind // Unauthenticated, Forbidden, TooMany or Unavailable
	Msg        string
	Challenge  string // value of WWW-Authenticate (RFC 6750, section 3); "" = none
	RetryAfter time.Duration
	Err        error // for the log
}

// Error returns the sentence.
func (d *Denied) Error() string { return d.Msg }

// Unwrap returns the cause.
func (d *Denied) Unwrap() error { return d.Err }

// problem is an error as it is answered (RFC 7644, section 3.12).
type problem struct {
	status   int
	scimType string
	detail   string
	header   map[string]string
	cause    error // for the log
}

func (p *problem) Error() string { return p.detail }
func (p *problem) Unwrap() error { return p.cause }

// invalid returns a fault of the request. The types are those of RFC 7644, table 9.
func invalid(scimType, format string, args ...any) error {
	return &problem{status: http.StatusBadRequest, scimType: scimType, detail: fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &problem{status: http.StatusNotFound, detail: fmt.Sprintf(format, args...)}
}

func taken(format string, args ...any) error {
	return &problem{status: http.StatusConflict, scimType: string(scimerrors.ScimTypeUniqueness), detail: fmt.Sprintf(format, args...)}
}

func forbidden(format string, args ...any) error {
	return &problem{status: http.StatusForbidden, detail: fmt.Sprintf(format, args...)}
}

func wrongMethod(method string, allowed []string) error {
	allow := strings.Join(allowed, ", ")
	return &problem{status: http.StatusMethodNotAllowed, detail: fmt.Sprintf("%s is not a method of this resource, which has: %s", method, allow), header: map[string]string{"Allow": allow}}
}

func wrongType(contentType string) error {
	return &problem{status: http.StatusUnsupportedMediaType,
		detail: fmt.Sprintf("the body is of type %q; send application/scim+json or application/json", excerpt(contentType)), header: map[string]string{"Accept": mediaType}}
}

func notAcceptable(accept string) error {
	return &problem{status: http.StatusNotAcceptable, detail: fmt.Sprintf("answers are %s, which Accept: %s does not take", mediaType, excerpt(accept))}
}

func tooLarge(limit int64) error {
	return &problem{status: http.StatusRequestEntityTooLarge, detail: fmt.Sprintf("the body is larger than %d bytes", limit)}
}

func tooManyOperations(n, limit int) error {
	return &problem{status: http.StatusRequestEntityTooLarge, detail: fmt.Sprintf("the bulk request has %d operations; at most %d are taken at once", n, limit)}
}

func versionDiffers(wanted, current string) error {
	return &problem{status: http.StatusPreconditionFailed, detail: fmt.Sprintf("the resource is at version %s, not at %s: read it again", current, excerpt(wanted))}
}

func notImplemented(format string, args ...any) error {
	return &problem{status: http.StatusNotImplemented, detail: fmt.Sprintf(format, args...)}
}

func tooOften(wait time.Duration) error {
	return &problem{status: http.StatusTooManyRequests, detail: "too many requests at once", header: retryAfter(wait)}
}

func retryAfter(wait time.Duration) map[string]string {
	return map[string]string{"Retry-After": strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))}
}

// excerpt is as much of what a client sent as an answer repeats.
func excerpt(text string) string {
	const longest = 100
	visible := func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}
	if len(text) <= longest {
		return strings.Map(visible, strings.ToValidUTF8(text, "?"))
	}
	return strings.Map(visible, strings.ToValidUTF8(text[:longest], "")) + "..."
}

// problemOf says how an error is answered. overLimit is the status when a push
// limit is reached.
func problemOf(err error, overLimit int) *problem {
	var own *problem
	var denied *Denied
	var body *schema.Error
	var operation *patch.Error
	var expression *filter.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &denied):
		return denied.problem()
	case errors.As(err, &operation):
		return &problem{status: http.StatusBadRequest, scimType: operation.Type, detail: operation.Error()}
	case errors.As(err, &body):
		return &problem{status: http.StatusBadRequest, scimType: body.Type, detail: body.Error()}
	case errors.As(err, &expression):
		return &problem{status: http.StatusBadRequest, scimType: expression.Type, detail: expression.Error()}
	}
	return problemOfKind(err, overLimit)
}

func (d *Denied) problem() *problem {
	p := &problem{status: http.StatusUnauthorized, detail: d.Msg, header: map[string]string{}, cause: d.Err}
	switch d.Kind {
	case bridge.Forbidden:
		p.status = http.StatusForbidden
	case bridge.TooMany:
		p.status = http.StatusTooManyRequests
	case bridge.Unavailable:
		p.status = http.StatusServiceUnavailable
	}
	if d.Challenge != "" {
		p.header["WWW-Authenticate"] = d.Challenge
	}
	if d.RetryAfter > 0 {
		p.header["Retry-After"] = retryAfter(d.RetryAfter)["Retry-After"]
	}
	return p
}

// problemOfKind answers an error of the bridge. Only its sentence is shown; what
// has no kind is a fault of ours, of which nothing is shown.
func problemOfKind(err error, overLimit int) *problem {
	var e *bridge.Error
	if !errors.As(err, &e) {
		return &problem{status: http.StatusInternalServerError, detail: "an internal error occurred; the log has its cause under the id of this request", cause: err}
	}
	p := &problem{detail: withoutNames(e.Msg), cause: err}
	switch e.Kind {
	case bridge.Invalid:
		p.status, p.scimType = http.StatusBadRequest, schema.InvalidValue
	case bridge.NotFound:
		p.status = http.StatusNotFound
	case bridge.Conflict:
		p.status, p.scimType = http.StatusConflict, string(scimerrors.ScimTypeUniqueness)
	case bridge.Forbidden:
		p.status = http.StatusForbidden
	case bridge.TooLarge:
		p.status = http.StatusRequestEntityTooLarge
	case bridge.Unsupported:
		p.status = http.StatusNotImplemented
	case bridge.Refused:
		p.status, p.header = cmp.Or(overLimit, http.StatusServiceUnavailable), retryAfter(time.Hour)
	case bridge.Stale, bridge.TooMany, bridge.Unavailable, bridge.Unauthenticated:
		// The directory refuses Muster's account, not the client's: that is for Muster to mend.
		p.status, p.header = http.StatusServiceUnavailable, retryAfter(retryUnavailable)
	default:
		p.status = http.StatusInternalServerError
		p.detail = "an internal error occurred; the log has its cause under the id of this request"
	}
	return p
}

// entryName finds the DN of an entry (RFC 4514) in a sentence.
var entryName = regexp.MustCompile(`(?:\b[A-Za-z][\w-]*=(?:\\.|[^,\\])+,)+[A-Za-z][\w-]*=(?:\\.|[^,\\:; ])+`)

// withoutNames leaves out of a sentence where an entry stands in the directory:
// that is not a client's to know.
func withoutNames(sentence string) string { return entryName.ReplaceAllString(sentence, "the entry") }

// nameless is an error as the log has it above debug: without values, which
// stand in quotation marks, and without where entries stand. Ids name nobody.
type nameless struct{ error }

func (n nameless) Error() string {
	return quoted.ReplaceAllStringFunc(withoutNames(n.error.Error()), func(value string) string {
		if uuid.Validate(strings.Trim(value, `"`)) == nil {
			return value
		}
		return `"***"`
	})
}

func (n nameless) Unwrap() error { return n.error }

// body returns the error as it is written.
func (p *problem) body() []byte {
	e := scimerrors.ScimError{ScimType: scimerrors.ScimType(p.scimType), Detail: p.detail, Status: p.status}
	out, err := json.Marshal(e)
	if err != nil {
		return nil // the library writes three texts and a number
	}
	return out
}

// serverFault says whether the fault is not the client's. What is not built is none.
func (p *problem) serverFault() bool {
	return p.status >= http.StatusInternalServerError && p.status != http.StatusNotImplemented
}
