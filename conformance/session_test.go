package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/muster-idm/muster/conformance"
)

const token = "s3cret-token"

// tiny is a server that keeps users and knows no rules: what the tests of the
// framework need, and what a check can be made to fail on.
type tiny struct {
	mu      sync.Mutex
	users   map[string]map[string]any
	deleted []string
	next    int
	before  func(w http.ResponseWriter, r *http.Request) bool // may answer instead
}

func (t *tiny) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t.before != nil && t.before(w, r) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	id := strings.TrimPrefix(r.URL.Path, "/Users/")
	switch {
	case r.Method == "POST" && r.URL.Path == "/Users":
		user := map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&user); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		t.next++
		user["id"] = fmt.Sprint(t.next)
		t.users[fmt.Sprint(t.next)] = user
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(user)
	case r.Method == "DELETE" && t.users[id] != nil:
		t.deleted = append(t.deleted, id)
		delete(t.users, id)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == "GET" && t.users[id] != nil:
		_ = json.NewEncoder(w).Encode(t.users[id])
	case r.Method == "GET" && r.URL.Path == "/Users":
		list := []map[string]any{}
		for _, u := range t.users {
			if strings.Contains(r.URL.Query().Get("filter"), fmt.Sprint(u["userName"])) {
				list = append(list, u)
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"Resources": list, "totalResults": len(list)})
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func serve(t *testing.T) (*tiny, string) {
	t.Helper()
	server := &tiny{users: map[string]map[string]any{}}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return server, listening.URL
}

func open(t *testing.T, url string) *conformance.Target {
	t.Helper()
	target, err := conformance.Open(t.Context(), url, token, nil)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// check runs one check and returns how it ended.
func check(t *testing.T, target *conformance.Target, run func(s *conformance.Session)) conformance.Result {
	t.Helper()
	return conformance.Run(t.Context(), target, []conformance.Check{{ID: "test", Grade: conformance.Must, Run: run}}, conformance.Options{}).Results[0]
}

func TestWhatACheckMadeIsDeletedAlsoIfItFails(t *testing.T) {
	server, url := serve(t)
	server.users["foreign"] = map[string]any{"id": "foreign", "userName": "foreign"}
	r := check(t, open(t, url), func(s *conformance.Session) {
		s.User()
		s.POST("/Users?attributes=id", s.NewUser())
		s.GET("/Users/1").WantStatus(418)
		s.User() // not reached
	})
	if r.Outcome != conformance.Fail || !strings.Contains(r.Message, "expected status 418, got 200") {
		t.Errorf("ended with %s: %s", r.Outcome, r.Message)
	}
	if !slices.Equal(server.deleted, []string{"2", "1"}) || len(server.users) != 1 || len(r.Left) != 0 {
		t.Errorf("deleted %v, left %v and %v", server.deleted, server.users, r.Left)
	}
}

func TestWhatACreateWithoutAnswerMadeIsDeleted(t *testing.T) {
	server, url := serve(t)
	server.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || r.URL.Path != "/Users" {
			return false
		}
		server.before = nil
		server.ServeHTTP(httptest.NewRecorder(), r)
		closeConnection(w)
		return true
	}
	r := check(t, open(t, url), func(s *conformance.Session) { s.User() })
	if r.Outcome != conformance.Fail || !strings.Contains(r.Message, "closed") {
		t.Errorf("ended with %s: %s", r.Outcome, r.Message)
	}
	if !slices.Equal(server.deleted, []string{"1"}) {
		t.Errorf("deleted %v", server.deleted)
	}
}

func closeConnection(w http.ResponseWriter) {
	if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_ = c.Close()
	}
}

func TestWhatCannotBeDeletedIsNamed(t *testing.T) {
	server, url := serve(t)
	r := check(t, open(t, url), func(s *conformance.Session) {
		s.User()
		server.before = func(w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusForbidden)
			return r.Method == "DELETE"
		}
	})
	if !slices.Equal(r.Left, []string{url + "/Users/1"}) {
		t.Errorf("left %v", r.Left)
	}
}

func TestAnInterruptedRunCleansUpAndSaysWhatItDidNotDo(t *testing.T) {
	server, url := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	checks := []conformance.Check{
		{ID: "one", Grade: conformance.Must, Run: func(s *conformance.Session) {
			s.User()
			cancel()
			s.GET("/Users")
		}},
		{ID: "two", Grade: conformance.Must, Run: func(s *conformance.Session) { s.User() }},
	}
	report := conformance.Run(ctx, open(t, url), checks, conformance.Options{})
	if !slices.Equal(server.deleted, []string{"1"}) {
		t.Errorf("deleted %v", server.deleted)
	}
	for _, r := range report.Results {
		if r.Outcome != conformance.Broken {
			t.Errorf("%s ended with %s", r.ID, r.Outcome)
		}
	}
	if report.Complete() {
		t.Error("the report is complete")
	}
}

func TestAServerThatDiesIsAFailureOfTheCheckThatKilledIt(t *testing.T) {
	server := &tiny{users: map[string]map[string]any{}}
	listening := httptest.NewServer(server)
	target := open(t, listening.URL)
	checks := []conformance.Check{
		{ID: "kills", Grade: conformance.Must, Run: func(s *conformance.Session) {
			s.GET("/Users")
			server.before = func(w http.ResponseWriter, _ *http.Request) bool {
				closeConnection(w)
				go listening.Close()
				return true
			}
			s.GET("/Users")
		}},
		{ID: "after", Grade: conformance.Must, Run: func(s *conformance.Session) { s.GET("/Users") }},
	}
	results := conformance.Run(t.Context(), target, checks, conformance.Options{}).Results
	if results[0].Outcome != conformance.Fail || results[1].Outcome != conformance.Broken {
		t.Errorf("ended with %s %s and %s %s", results[0].Outcome, results[0].Message, results[1].Outcome, results[1].Message)
	}
}

func TestAServerThatCannotBeReachedOrRefusesTheTokenIsNoRun(t *testing.T) {
	_, url := serve(t)
	for _, base := range []string{"http://127.0.0.1:1/scim", "no url", url + "?x=y", "http://user:password@127.0.0.1/"} {
		if _, err := conformance.Open(t.Context(), base, token, nil); err == nil {
			t.Errorf("%q is opened", base)
		}
	}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer refusing.Close()
	if _, err := conformance.Open(t.Context(), refusing.URL, token, nil); err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("a refused token is %v", err)
	}
}

func TestTheTokenIsInNoReport(t *testing.T) {
	server, url := serve(t)
	target := open(t, url)
	server.before = func(w http.ResponseWriter, r *http.Request) bool {
		_, _ = io.WriteString(w, `{"echo":"`+r.Header.Get("Authorization")+`"}`)
		return true
	}
	report := conformance.Run(t.Context(), target, []conformance.Check{{ID: "test", Grade: conformance.Must, Run: func(s *conformance.Session) {
		s.GET("/Users").Want("echo", "x")
	}}}, conformance.Options{})
	for name, text := range reports(t, report) {
		if strings.Contains(text, token) {
			t.Errorf("the token is in the %s report:\n%s", name, text)
		}
		if !strings.Contains(text, "***") {
			t.Errorf("no masked token in the %s report:\n%s", name, text)
		}
	}
}

func reports(t *testing.T, r *conformance.Report) map[string]string {
	t.Helper()
	written := map[string]string{}
	for name, write := range map[string]func(io.Writer) error{"text": r.WriteText, "JSON": r.WriteJSON, "JUnit": r.WriteJUnit} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		written[name] = b.String()
	}
	return written
}

func TestReportsHoldWhatWasExpectedAndGot(t *testing.T) {
	_, url := serve(t)
	failing := func(s *conformance.Session) { s.GET("/Users/7").WantStatus(200) }
	checks := []conformance.Check{
		{ID: "must", Title: "a must", Source: "RFC & more", Grade: conformance.Must, Run: failing},
		{ID: "should", Title: "a should", Grade: conformance.Should, Run: failing},
		{ID: "skipped", Grade: conformance.Must, Needs: []conformance.Need{conformance.Search}, Run: failing},
		{ID: "passes", Grade: conformance.Client, Run: func(s *conformance.Session) { s.GET("/Users").WantStatus(200) }},
	}
	searchless, target := searchlessServer(t), open(t, url)
	if skipped := conformance.Run(t.Context(), open(t, searchless), checks[2:3], conformance.Options{}).Results[0]; skipped.Outcome != conformance.Skipped || !strings.Contains(skipped.Message, "501") {
		t.Errorf("a check of what is answered 501 ended with %s %s", skipped.Outcome, skipped.Message)
	}
	report := conformance.Run(t.Context(), target, checks, conformance.Options{Parallel: 3})
	if report.Conforms() || !report.Complete() || report.Count(conformance.Must, conformance.Fail) != 2 || report.Count(conformance.Client, conformance.Pass) != 1 {
		t.Errorf("the report says %+v", report)
	}
	written := reports(t, report)
	for _, want := range []string{"FAIL MUST must", "expected status 200, got 404", "RFC & more", "-> 404 Not Found", "MUST      0 passed    2 failed"} {
		if !strings.Contains(written["text"], want) {
			t.Errorf("no %q in\n%s", want, written["text"])
		}
	}
	var junit struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal([]byte(written["JUnit"]), &junit); err != nil || junit.Tests != 4 || junit.Failures != 2 {
		t.Errorf("%v: %+v in\n%s", err, junit, written["JUnit"])
	}
	var again conformance.Report
	if err := json.Unmarshal([]byte(written["JSON"]), &again); err != nil || len(again.Results) != 4 || len(again.Results[0].Exchanges) != 1 {
		t.Errorf("%v:\n%s", err, written["JSON"])
	}
}

// searchlessServer answers 501 to .search.
func searchlessServer(t *testing.T) string {
	t.Helper()
	server, url := serve(t)
	server.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/.search") {
			w.WriteHeader(http.StatusNotImplemented)
			return true
		}
		return false
	}
	return url
}

func TestAMustThatNeedsNothingIsNeverSkipped(t *testing.T) {
	_, url := serve(t)
	skip := func(s *conformance.Session) { s.Skip("nothing to see") }
	results := conformance.Run(t.Context(), open(t, url), []conformance.Check{
		{ID: "needs nothing", Grade: conformance.Must, Run: skip},
		{ID: "needs filters", Grade: conformance.Must, Needs: []conformance.Need{conformance.Filter}, Run: skip},
	}, conformance.Options{}).Results
	if results[0].Outcome != conformance.Broken || results[1].Outcome != conformance.Skipped {
		t.Errorf("ended with %s and %s", results[0].Outcome, results[1].Outcome)
	}
}

func TestAFailedShouldIsNoFailureOfTheRun(t *testing.T) {
	_, url := serve(t)
	report := conformance.Run(t.Context(), open(t, url), []conformance.Check{{ID: "should", Grade: conformance.Should, Run: func(s *conformance.Session) {
		s.GET("/Users/7").WantStatus(200)
	}}}, conformance.Options{})
	if !report.Conforms() || report.Count(conformance.Should, conformance.Fail) != 1 {
		t.Errorf("the report says %+v", report)
	}
}

func TestARunThatTakesTooLongEnds(t *testing.T) {
	server, url := serve(t)
	target := open(t, url)
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	server.before = func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-released:
		case <-r.Context().Done():
		}
		return true
	}
	begin := time.Now()
	r := conformance.Run(t.Context(), target, []conformance.Check{{ID: "hangs", Run: func(s *conformance.Session) { s.GET("/Users") }}}, conformance.Options{Limit: 200 * time.Millisecond}).Results[0]
	if r.Outcome != conformance.Broken || time.Since(begin) > 5*time.Second {
		t.Errorf("ended with %s %s after %s", r.Outcome, r.Message, time.Since(begin))
	}
}

func TestChecksHaveSpeakingIDsOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	grades := []conformance.Grade{conformance.Must, conformance.Should, conformance.Client}
	for _, c := range conformance.Checks() {
		if seen[c.ID] || c.ID == "" || c.Title == "" || c.Source == "" || c.Run == nil || !slices.Contains(grades, c.Grade) || strings.ToLower(c.ID) != c.ID || strings.Contains(c.ID, " ") {
			t.Errorf("check %q is not whole, or there twice", c.ID)
		}
		seen[c.ID] = true
	}
	if len(seen) < 150 {
		t.Errorf("there are %d checks", len(seen))
	}
	for bug, ids := range conformance.KnownBugs() {
		for _, id := range ids {
			if !seen[id] {
				t.Errorf("%s names the check %q, which does not exist", bug, id)
			}
		}
	}
	if _, err := conformance.Select(nil, []string{"no-such"}); err == nil {
		t.Error("a check that does not exist is selected")
	}
}
