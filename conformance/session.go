package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
)

// Session is what one check works with. Its verbs send a request and return
// the answer; whatever makes it impossible to go on ends the check. A Session
// may be used by several goroutines through [Session.Together].
type Session struct {
	*record
	header http.Header
}

// record is what all views of one session share.
type record struct {
	ctx       context.Context
	target    *Target
	mu        sync.Mutex
	exchanges []Exchange
	made      []*Resource // what is to be deleted
	lost      []Resource  // what was sent to be created without an answer: Path is the endpoint
	answered  bool
	failure   *failure
}

// failure is why a check ended early.
type failure struct {
	outcome Outcome
	message string
	setup   bool
}

func newSession(ctx context.Context, t *Target) *Session {
	return &Session{record: &record{ctx: ctx, target: t}, header: t.header()}
}

// With returns a view of the session whose requests carry a header; an empty
// value takes the header away.
func (s *Session) With(name, value string) *Session {
	header := s.header.Clone()
	header.Del(name)
	if value != "" {
		header.Set(name, value)
	}
	return &Session{record: s.record, header: header}
}

// GET reads a path below the base URL, or an absolute URL, with a query of
// pairs of names and values.
func (s *Session) GET(path string, pairs ...string) *Answer {
	return s.Send("GET", path+query(pairs), nil)
}

// POST sends a body: text and bytes as they are, anything else as JSON.
func (s *Session) POST(path string, body any) *Answer { return s.Send("POST", path, body) }

// PUT replaces what is at a path.
func (s *Session) PUT(path string, body any) *Answer { return s.Send("PUT", path, body) }

// PATCH sends operations.
func (s *Session) PATCH(path string, ops ...Op) *Answer { return s.Send("PATCH", path, Ops(ops...)) }

// DELETE deletes what is at a path.
func (s *Session) DELETE(path string) *Answer { return s.Send("DELETE", path, nil) }

// Send sends a request of any method and returns the answer, whatever its
// status. Resources that a 201 names are deleted when the check ends. If no
// answer comes, the check ends: it fails if the server answered this check
// before, or answers others now, and is broken if the server cannot be reached.
func (s *Session) Send(method, path string, body any) *Answer {
	text, err := encode(body)
	if err != nil {
		s.end(Broken, false, "the check's own body is no JSON: %s", err)
	}
	header := s.header
	if body != nil && header.Get("Content-Type") == "" {
		header = header.Clone()
		header.Set("Content-Type", "application/scim+json")
	}
	if header.Get("Content-Type") == "none" {
		header = header.Clone()
		header.Del("Content-Type")
	}
	at := path
	if !strings.HasPrefix(path, "http://") && !strings.HasPrefix(path, "https://") {
		at = s.target.base + path
	}
	x, got, err := s.target.exchange(s.ctx, method, at, header, text)
	s.mu.Lock()
	s.exchanges = append(s.exchanges, x)
	before := s.answered
	s.answered = s.answered || err == nil
	s.mu.Unlock()
	if err != nil {
		s.lose(method, path, text)
		s.unanswered(x, err, before)
	}
	a := newAnswer(s, x, got)
	s.track(method, path, a)
	return a
}

// lose remembers a create whose answer did not come.
func (s *Session) lose(method, path string, body []byte) {
	var sent Attrs
	if method != "POST" || kindOf(path) == "" || json.Unmarshal(body, &sent) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = append(s.lost, Resource{Path: kindOf(path), Name: naming(sent)})
}

// unanswered ends the check, as a failure if this very request silenced the server.
func (s *Session) unanswered(x Exchange, err error, before bool) {
	if s.ctx.Err() != nil {
		s.end(Broken, false, "interrupted")
	}
	alive := s.target.alive(s.ctx)
	if !alive {
		s.target.down.Store(true)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		s.end(Fail, false, "%s was not answered within %s", x.Method, requestLimit)
	case alive:
		s.end(Fail, false, "%s: expected an answer, got a connection that was closed: %s", x.Method, x.Error)
	case before:
		s.end(Fail, false, "%s: the server answers no more after this request: %s", x.Method, x.Error)
	}
	s.end(Broken, false, "the server cannot be reached: %s", x.Error)
}

// Fail ends the check: it says what was expected and what was got.
func (s *Session) Fail(format string, args ...any) { s.end(Fail, false, format, args...) }

// Skip ends the check because the server, by its own words, gives it nothing to
// look at. A Must that needs nothing cannot be skipped: it is broken then.
func (s *Session) Skip(format string, args ...any) { s.end(Skipped, false, format, args...) }

// end notes the first failure and ends the goroutine that runs the check.
func (s *Session) end(o Outcome, setup bool, format string, args ...any) {
	s.mu.Lock()
	if s.failure == nil {
		s.failure = &failure{outcome: o, setup: setup, message: s.target.mask(fmt.Sprintf(format, args...))}
	}
	s.mu.Unlock()
	runtime.Goexit()
}

// Together runs f n times at once and waits for all; the check ends if one of
// them ended it.
func (s *Session) Together(n int, f func(i int, s *Session)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i, s) })
	}
	all.Wait()
	s.mu.Lock()
	failed := s.failure != nil
	s.mu.Unlock()
	if failed {
		runtime.Goexit()
	}
}

// Exchanges returns how many requests the check has sent so far.
func (s *Session) Exchanges() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.exchanges)
}

// Base returns the server's base URL, without a slash at its end.
func (s *Session) Base() string { return s.target.base }

// Lacks says whether the server says that it lacks something.
func (s *Session) Lacks(n Need) bool { return s.target.lacking(Check{Needs: []Need{n}}) != "" }

// Null is sent as null where a nil would be left out.
var Null = json.RawMessage("null")
