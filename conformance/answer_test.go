package conformance_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/muster-idm/muster/conformance"
)

const shown = `{"userName": "babs", "NAME": {"familyName": "Jensen"}, "active": true, "none": null, "empty": [],
 "emails": [{"value": "a@example.com", "type": "home"}, {"value": "b@example.com", "type": "work", "primary": true}],
 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "26118915"}}, "schemas": ["a", "b"], "count": 3}`

// Each expectation holds or fails as it says, and a failure names both sides.
func TestExpectationsSayWhatWasExpectedAndGot(t *testing.T) {
	server, url := serve(t)
	target := open(t, url)
	server.before = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/scim+json; charset=utf-8")
		_, _ = io.WriteString(w, shown)
		return true
	}
	for name, c := range map[string]struct {
		expect func(a *conformance.Answer)
		want   string // of the message; empty if it holds
	}{
		"a value":                       {func(a *conformance.Answer) { a.Want("userName", "babs").Want("active", true).Want("count", 3) }, ""},
		"another value":                 {func(a *conformance.Answer) { a.Want("userName", "jane") }, `expected userName "jane", got "babs"`},
		"a value of another type":       {func(a *conformance.Answer) { a.Want("active", "true") }, `expected active "true", got true`},
		"no value":                      {func(a *conformance.Answer) { a.Want("title", "x") }, `expected title "x", got none`},
		"a name in another case":        {func(a *conformance.Answer) { a.Want("name.FAMILYNAME", "Jensen") }, ""},
		"an element by its place":       {func(a *conformance.Answer) { a.Want("emails.1.value", "b@example.com") }, ""},
		"an element by what it holds":   {func(a *conformance.Answer) { a.Want("emails[type=work].primary", true) }, ""},
		"an element that is not there":  {func(a *conformance.Answer) { a.Want("emails[type=other].value", "x") }, "got none"},
		"an extension":                  {func(a *conformance.Answer) { a.Want(conformance.EnterpriseURN+".manager.value", "26118915") }, ""},
		"unassigned":                    {func(a *conformance.Answer) { a.WantNo("none").WantNo("empty").WantNo("title") }, ""},
		"assigned":                      {func(a *conformance.Answer) { a.WantNo("emails") }, "expected no emails, got ["},
		"some":                          {func(a *conformance.Answer) { a.WantSome("none") }, "expected a value of none, got none"},
		"in a list":                     {func(a *conformance.Answer) { a.WantIn("schemas", "b").WantNotIn("schemas", "c") }, ""},
		"not in a list":                 {func(a *conformance.Answer) { a.WantIn("schemas", "c") }, `to hold "c", got ["a","b"]`},
		"in a list where it may not be": {func(a *conformance.Answer) { a.WantNotIn("schemas", "a") }, `not to hold "a"`},
		"a length":                      {func(a *conformance.Answer) { a.WantLen("emails", 2).WantLen("empty", 0).WantLen("title", 0) }, ""},
		"another length":                {func(a *conformance.Answer) { a.WantLen("emails", 1) }, "expected 1 values of emails, got 2"},
		"a number":                      {func(a *conformance.Answer) { a.Number("userName") }, `expected an integer at userName, got "babs"`},
		"a media type":                  {func(a *conformance.Answer) { a.WantType("application/scim+json") }, ""},
		"another media type":            {func(a *conformance.Answer) { a.WantType("text/html") }, "expected Content-Type text/html"},
		"a header":                      {func(a *conformance.Answer) { a.WantHeader("ETag", "x") }, `expected ETag "x", got ""`},
		"an error":                      {func(a *conformance.Answer) { a.WantError(400) }, "expected status 400, got 200"},
		"an error's form":               {func(a *conformance.Answer) { a.WantErrorBody() }, "expected schemas to hold"},
		"a refusal":                     {func(a *conformance.Answer) { a.WantRefused() }, "expected a status 4xx, got 200"},
		"members":                       {func(a *conformance.Answer) { a.WantMembers(&conformance.Resource{ID: "1"}) }, `expected members ["1"], got []`},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, target, func(s *conformance.Session) { c.expect(s.GET("/Users/1")) })
			switch {
			case c.want == "" && r.Outcome != conformance.Pass:
				t.Errorf("fails: %s", r.Message)
			case c.want != "" && (r.Outcome != conformance.Fail || !strings.Contains(r.Message, c.want)):
				t.Errorf("ended with %s %q, wanted %q", r.Outcome, r.Message, c.want)
			}
		})
	}
}

func TestAFailureInOneOfManyEndsTheCheck(t *testing.T) {
	_, url := serve(t)
	after := false
	r := check(t, open(t, url), func(s *conformance.Session) {
		s.Together(4, func(i int, s *conformance.Session) {
			if i == 2 {
				s.Fail("the third fails")
			}
		})
		after = true
	})
	if r.Outcome != conformance.Fail || r.Message != "the third fails" || after {
		t.Errorf("ended with %s %q, went on: %v", r.Outcome, r.Message, after)
	}
}

// A filter must find what it should, and none of the check's others; strangers
// do not matter.
func TestAFilterIsHeldToWhatTheCheckMade(t *testing.T) {
	server, url := serve(t)
	server.users["stranger"] = map[string]any{"id": "stranger", "userName": ""} // in every answer: any filter contains its name
	for name, c := range map[string]struct {
		found func(a, b *conformance.Resource) string
		want  string
	}{
		"the one":      {func(a, _ *conformance.Resource) string { return a.Name }, ""},
		"none":         {func(_, _ *conformance.Resource) string { return "nobody" }, "expected the filter nobody to find /Users/"},
		"the other":    {func(_, b *conformance.Resource) string { return b.Name }, "to find /Users/"},
		"one too many": {func(a, b *conformance.Resource) string { return a.Name + " " + b.Name }, "not to find /Users/"},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, open(t, url), func(s *conformance.Session) {
				a, b := s.User(), s.Make("/Users", s.NewUser(conformance.Attrs{"userName": "x" + s.Name()}))
				s.WantFound("/Users", c.found(a, b), a)
			})
			if (c.want == "") != (r.Outcome == conformance.Pass) || !strings.Contains(r.Message, c.want) {
				t.Errorf("ended with %s %q", r.Outcome, r.Message)
			}
		})
	}
}
