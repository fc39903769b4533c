package conformance

import (
	"bytes"
	"encoding/json"
	"strings"
)

// twelve is more than any server should take of one user, in bytes.
const twelve = 12 << 20

// body is a user as JSON text.
func (s *Session) body(user Attrs) string {
	text, err := json.Marshal(user)
	if err != nil {
		s.end(Broken, false, "the check's own body is no JSON: %s", err)
	}
	return string(text)
}

// wantAlive expects that the server still serves.
func (s *Session) wantAlive() { s.GET("/Users", "count", "1").WantStatus(200) }

var robustChecks = []Check{
	{
		ID:     "rfc7644-3.12-malformed",
		Title:  "a body that is no JSON is refused: 400 invalidSyntax",
		Source: `RFC 7644 Table 9: invalidSyntax "The request body message structure was invalid or did not conform to the request schema"`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, body := range []string{`{"schemas":`, `{"userName":"x"`, `not json`, `{'userName':'x'}`, ``} {
				s.POST("/Users", body).WantError(400, "invalidSyntax")
			}
		},
	},
	{
		ID:     "rfc7644-3.12-not-an-object",
		Title:  "JSON that is no object is refused: 400",
		Source: `RFC 7644 Table 9: invalidSyntax; RFC 7643 section 2.1: "A SCIM resource is a JSON object"`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, body := range []string{`[]`, `null`, `"user"`, `5`, `true`} {
				s.POST("/Users", body).WantError(400, "invalidSyntax", "invalidValue")
			}
		},
	},
	{
		ID:     "rfc8259-2-trailing",
		Title:  "what follows the JSON is refused: 400 invalidSyntax, and nothing is created",
		Source: `RFC 8259 section 2: "JSON-text = ws value ws"; RFC 7644 Table 9: invalidSyntax`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users", s.body(s.NewUser())+`garbage`).WantError(400, "invalidSyntax")
			s.POST("/Users", s.body(s.NewUser())+s.body(s.NewUser())).WantError(400, "invalidSyntax")
		},
	},
	{
		ID:     "rfc8259-4-duplicate-names",
		Title:  "a name that occurs twice is refused, or one of the two is taken as a whole",
		Source: `RFC 8259 section 4: "The names within an object SHOULD be unique"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.NewUser()
			text := strings.Replace(s.body(user), `{`, `{"userName":"`+s.Name()+`",`, 1)
			s.POST("/Users", text).WantError(400, "invalidSyntax", "invalidValue")
		},
	},
	{
		ID:     "rfc8259-8.1-invalid-utf8",
		Title:  "invalid UTF-8 is refused: 400",
		Source: `RFC 8259 section 8.1: "JSON text exchanged between systems ... MUST be encoded using UTF-8"`,
		Grade:  Must,
		Run: func(s *Session) {
			body := bytes.Replace([]byte(s.body(s.NewUser(Attrs{"displayName": "HERE"}))), []byte("HERE"), []byte{'a', 0xff, 0xfe, 'b'}, 1)
			s.POST("/Users", body).WantError(400, "invalidSyntax", "invalidValue")
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7643-2.3.1-nul",
		Title:  "NUL in a name is refused with 400, or kept, and breaks nothing",
		Source: `RFC 7644 section 3.12: an error of the client's is 4xx; 500 is "an internal error"`,
		Grade:  Must,
		Run: func(s *Session) {
			name := "a\x00b " + s.Name()
			if a := s.POST("/Users", s.NewUser(Attrs{"displayName": name})); a.Status == 201 {
				s.GET("/Users/"+a.Text("id")).WantStatus(200).Want("displayName", name)
			} else {
				a.WantError(400, "invalidValue", "invalidSyntax")
			}
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7644-3.12-long-name",
		Title:  "a userName of 5,000 letters is refused with 4xx, or kept, and breaks nothing",
		Source: `RFC 7644 section 3.12: an error of the client's is 4xx; 500 is "an internal error"`,
		Grade:  Must,
		Run: func(s *Session) {
			name := s.Name() + strings.Repeat("x", 5000)
			if a := s.POST("/Users", s.NewUser(Attrs{"userName": name})); a.Status == 201 {
				s.GET("/Users/"+a.Text("id")).WantStatus(200).Want("userName", name)
			} else {
				a.WantRefused()
			}
		},
	},
	{
		ID:     "rfc7644-7-no-internals",
		Title:  "an error does not tell what the server is made of",
		Source: `RFC 7644 section 3.12: detail is a "human-readable message"; CWE-209: an error message must not hold internals`,
		Grade:  Must,
		Run: func(s *Session) {
			answers := []*Answer{
				s.POST("/Users", s.NewUser(Attrs{"userName": s.Name() + strings.Repeat("x", 5000)})),
				s.POST("/Users", s.NewUser(Attrs{"displayName": "a\x00b"})),
				s.POST("/Users", `{"schemas":`),
				s.Find("/Users", `userName eq "' or 1=1 --"`),
			}
			for _, a := range answers {
				for _, word := range []string{"goroutine ", ".go:", "panic", "SQLSTATE", "sql:", "INSERT INTO", "insert into", "SELECT ", "Exception", "stack trace", "ldap result", "LDAP Result"} {
					if a.Status >= 400 && strings.Contains(string(a.Body), word) {
						a.Fail("expected words for people, got %q in %s", word, show(string(a.Body)))
					}
				}
			}
		},
	},
	{
		ID:     "rfc9110-15.5.14-too-large",
		Title:  "a body of 12 MB is refused with 413, or taken",
		Source: `RFC 9110 section 15.5.14: 413 "the request content is larger than the server is willing or able to process"; RFC 7644 Table 8: 413`,
		Grade:  Must,
		Run: func(s *Session) {
			text := strings.Replace(s.body(s.NewUser()), `{`, `{`+strings.Repeat(" ", twelve), 1)
			if a := s.POST("/Users", text).WantStatus(201, 413); a.Status == 413 {
				a.WantErrorBody()
			}
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7644-7.8-deep-json",
		Title:  "JSON of 100,000 nested lists is refused, and the server lives",
		Source: `RFC 7644 section 7 (denial of service); RFC 8259 section 9: "An implementation may set limits on the maximum depth of nesting"`,
		Grade:  Must,
		Run: func(s *Session) {
			deep := strings.Repeat("[", 100000) + strings.Repeat("]", 100000)
			s.POST("/Users", `{"schemas":["`+UserURN+`"],"userName":"`+s.Name()+`","emails":`+deep+`}`).WantRefused()
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7644-7.8-deep-filter",
		Title:  "a filter of 100,000 parentheses is refused with 4xx, or answered, and the server lives",
		Source: `RFC 7644 section 3.4.2.2: the grammar sets no limit; Table 9: invalidFilter, tooMany; RFC 9110 section 15.5.15: 414`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Alone:  true,
		Run: func(s *Session) {
			s.wantAlive()
			a := s.GET("/Users?filter=" + strings.Repeat("(", 100000) + "userName%20pr" + strings.Repeat(")", 100000))
			if a.Status/100 != 4 {
				a.WantStatus(200)
			}
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7644-7.8-long-filter",
		Title:  "a filter of 2,000 terms is answered or refused, and the server lives",
		Source: `RFC 7644 section 3.4.2.2; Table 9: tooMany, invalidFilter; RFC 9110 section 15.5.15: 414`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a := s.Find("/Users", strings.Repeat(`userName eq "x" or `, 2000)+`userName eq "x"`)
			if a.Status/100 != 4 {
				a.WantStatus(200)
			}
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7644-7.8-deep-path",
		Title:  "a PATCH path of 100,000 parentheses is refused with 4xx, or applied, and the server lives",
		Source: `RFC 7644 figure 7: the grammar sets no limit; Table 9: invalidPath "The "path" attribute was invalid or malformed"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Alone:  true,
		Run: func(s *Session) {
			user := s.User()
			deep := "emails[" + strings.Repeat("(", 100000) + `type eq "work"` + strings.Repeat(")", 100000) + "]"
			if a := s.PATCH(user.Path, Op{Op: "remove", Path: deep}); a.Status/100 == 4 {
				a.WantErrorBody()
			} else {
				a.WantStatus(200, 204)
			}
			s.wantAlive()
		},
	},
	{
		ID:     "rfc7644-3.12-too-fast",
		Title:  "a burst of requests is served, or slowed down with 429 or 503, never an error 500",
		Source: `RFC 6585 section 4: 429 "the user has sent too many requests in a given amount of time"; RFC 9110 section 15.6.4: 503; RFC 7644 section 3.12`,
		Grade:  Must,
		Alone:  true,
		Run: func(s *Session) {
			user := s.User()
			s.Together(12, func(_ int, s *Session) {
				for range 20 {
					s.GET(user.Path).WantStatus(200, 429, 503)
				}
			})
		},
	},
	{
		ID:     "rfc9110-10.2.3-retry-after",
		Title:  "who is slowed down is told when to come again",
		Source: `RFC 6585 section 4: a 429 "MAY include a Retry-After header"; Okta and Entra keep to it`,
		Grade:  Should,
		Alone:  true,
		Run: func(s *Session) {
			user := s.User()
			s.Together(12, func(_ int, s *Session) {
				for range 20 {
					if a := s.GET(user.Path); (a.Status == 429 || a.Status == 503) && a.Header.Get("Retry-After") == "" {
						a.Fail("expected a Retry-After header with %d, got none", a.Status)
					}
				}
			})
		},
	},
}
