package conformance

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Answer is what the server answered to one request. Its verbs say what is
// expected; the first that is not met fails the check with both.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	JSON   any // nil if the body is no JSON

	s        *Session
	exchange Exchange
}

func newAnswer(s *Session, x Exchange, body []byte) *Answer {
	a := &Answer{Status: x.Status, Header: x.Answer, Body: body, s: s, exchange: x}
	if json.Unmarshal(body, &a.JSON) != nil {
		a.JSON = nil
	}
	return a
}

// Fail fails the check about this answer.
func (a *Answer) Fail(format string, args ...any) {
	a.s.Fail("%s %s: %s", a.exchange.Method, cut(strings.TrimPrefix(a.exchange.URL, a.s.target.base), 200), fmt.Sprintf(format, args...))
}

// WantStatus expects one of some status codes.
func (a *Answer) WantStatus(codes ...int) *Answer {
	if !slices.Contains(codes, a.Status) {
		a.Fail("expected status %s, got %d", alternatives(codes), a.Status)
	}
	return a
}

func alternatives[T any](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, " or ")
}

// WantError expects a refusal in the form of RFC 7644 section 3.12: the status,
// an Error message that repeats it, and one of the scimTypes if any are given.
func (a *Answer) WantError(status int, scimTypes ...string) *Answer {
	a.WantStatus(status).WantErrorBody()
	if got := a.Text("scimType"); len(scimTypes) > 0 && !slices.Contains(scimTypes, got) {
		a.Fail("expected scimType %s, got %q", alternatives(scimTypes), got)
	}
	return a
}

// WantRefused expects any 4xx in the form of RFC 7644 section 3.12.
func (a *Answer) WantRefused() *Answer {
	if a.Status/100 != 4 {
		a.Fail("expected a status 4xx, got %d", a.Status)
	}
	return a.WantErrorBody()
}

// WantErrorBody expects an Error message that repeats the status.
func (a *Answer) WantErrorBody() *Answer {
	a.WantIn("schemas", ErrorURN)
	if got, _ := a.Value("status"); got != fmt.Sprint(a.Status) {
		a.Fail("expected an Error with status %q, got %s", fmt.Sprint(a.Status), show(got))
	}
	return a
}

// Value returns the value at a path, see [Answer.Want].
func (a *Answer) Value(path string) (any, bool) { return lookup(a.JSON, path) }

// Text returns the text at a path, empty if there is none.
func (a *Answer) Text(path string) string {
	v, _ := a.Value(path)
	text, _ := v.(string)
	return text
}

// List returns the list at a path, nil if there is none.
func (a *Answer) List(path string) []any {
	v, _ := a.Value(path)
	list, _ := v.([]any)
	return list
}

// Number returns the number at a path; the check fails if there is none.
func (a *Answer) Number(path string) int {
	v, _ := a.Value(path)
	n, ok := v.(float64)
	if !ok || n != float64(int(n)) {
		a.Fail("expected an integer at %s, got %s", path, show(v))
	}
	return int(n)
}

// Want expects a value, compared as JSON. A path such as "name.givenName",
// "emails.0.value", "emails[type=work].value" or EnterpriseURN+".department"
// leads to it, without regard to the case of names.
func (a *Answer) Want(path string, value any) *Answer {
	if got, ok := a.Value(path); !ok {
		a.Fail("expected %s %s, got none", path, show(value))
	} else if !same(got, value) {
		a.Fail("expected %s %s, got %s", path, show(value), show(got))
	}
	return a
}

// WantNo expects that a value is unassigned: absent, null or an empty list
// (RFC 7643 section 2.5).
func (a *Answer) WantNo(path string) *Answer {
	if got, ok := a.Value(path); ok && !unassigned(got) {
		a.Fail("expected no %s, got %s", path, show(got))
	}
	return a
}

// WantSome expects that a value is there.
func (a *Answer) WantSome(path string) *Answer {
	if got, ok := a.Value(path); !ok || unassigned(got) || got == "" {
		a.Fail("expected a value of %s, got none", path)
	}
	return a
}

// WantIn expects that a list holds a value.
func (a *Answer) WantIn(path string, value any) *Answer {
	list := a.List(path)
	if !slices.ContainsFunc(list, func(v any) bool { return same(v, value) }) {
		got, _ := a.Value(path)
		a.Fail("expected %s to hold %s, got %s", path, show(value), show(got))
	}
	return a
}

// WantNotIn expects that a list does not hold a value.
func (a *Answer) WantNotIn(path string, value any) *Answer {
	if slices.ContainsFunc(a.List(path), func(v any) bool { return same(v, value) }) {
		a.Fail("expected %s not to hold %s, got %s", path, show(value), show(a.List(path)))
	}
	return a
}

// WantLen expects a list of a length; none is a list of length 0.
func (a *Answer) WantLen(path string, n int) *Answer {
	if got := a.List(path); len(got) != n {
		a.Fail("expected %d values of %s, got %d: %s", n, path, len(got), show(got))
	}
	return a
}

// WantMembers expects that a group has exactly these members, in any order.
func (a *Answer) WantMembers(members ...*Resource) *Answer {
	got := a.IDs("members", "value")
	want := make([]string, len(members))
	for i, m := range members {
		want[i] = m.ID
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		a.Fail("expected members %s, got %s", show(want), show(got))
	}
	return a
}

// IDs returns a sub-attribute of each element of a list.
func (a *Answer) IDs(path, sub string) []string {
	list := a.List(path)
	ids := make([]string, 0, len(list))
	for _, element := range list {
		id, _ := lookup(element, sub)
		ids = append(ids, fmt.Sprint(id))
	}
	return ids
}

// WantHeader expects a header with a value.
func (a *Answer) WantHeader(name, value string) *Answer {
	if got := a.Header.Get(name); got != value {
		a.Fail("expected %s %q, got %q", name, value, got)
	}
	return a
}

// WantType expects one of some media types, whatever their parameters.
func (a *Answer) WantType(types ...string) *Answer {
	got, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(types, got) {
		a.Fail("expected Content-Type %s, got %q", alternatives(types), a.Header.Get("Content-Type"))
	}
	return a
}

// absolute makes an absolute URL of a URI reference, which is relative to the
// URL that was asked (RFC 9110 section 10.2.2).
func (a *Answer) absolute(reference string) string {
	asked, err := url.Parse(a.exchange.URL)
	if err == nil {
		asked, err = asked.Parse(reference)
	}
	if err != nil {
		a.Fail("expected a URI, got %q", reference)
	}
	return asked.String()
}

// value returns the value at a path, nil if there is none.
func (a *Answer) value(path string) any {
	v, _ := a.Value(path)
	return v
}

// moment is the DateTime at a path; the check fails if there is none.
func (a *Answer) moment(path string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, a.Text(path))
	if err != nil {
		a.Fail("expected a DateTime at %s, got %q", path, a.Text(path))
	}
	return t
}
