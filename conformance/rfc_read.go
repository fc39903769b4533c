package conformance

import (
	"fmt"
	"net/url"
	"strings"
)

var readChecks = []Check{
	{
		ID:     "rfc7644-3.4.1-read",
		Title:  "a user is read at /Users/{id}",
		Source: `RFC 7644 section 3.4.1: "If the resource exists, the server responds with HTTP status code 200 (OK) and includes the result in the body of the response"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path).WantStatus(200).Want("id", user.ID).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.4.1-read-group",
		Title:  "a group is read at /Groups/{id}, with its members",
		Source: `RFC 7644 section 3.4.1; RFC 7643 section 4.2: members is "A list of members of the Group"`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			user := s.User()
			group := s.Group(user)
			s.GET(group.Path).WantStatus(200).Want("displayName", group.Name).WantMembers(user)
		},
	},
	{
		ID:     "rfc7644-3.12-unknown-id",
		Title:  "an id that does not exist is answered 404 with a SCIM error",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Users/7a0a9f0e-1111-4222-8333-" + s.target.run + s.target.run).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.12-error-form",
		Title:  "an error has schemas, and status as text",
		Source: `RFC 7644 section 3.12: status is "The HTTP status code ... expressed as a JSON string. REQUIRED"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/Users/no-such-"+s.Name()).WantStatus(404).WantIn("schemas", ErrorURN)
			if v, ok := a.value("status").(string); !ok || v != "404" {
				a.Fail(`expected status "404" as text, got %s`, show(a.value("status")))
			}
		},
	},
	{
		ID:     "rfc7644-3.12-error-detail",
		Title:  "an error says in words what is wrong",
		Source: `RFC 7644 section 3.12: detail is "A detailed human-readable message. OPTIONAL"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.NewUser()
			delete(user, "userName")
			s.POST("/Users", user).WantRefused().WantSome("detail")
		},
	},
	{
		ID:     "rfc7644-3.12-error-type",
		Title:  "an error has the media type of SCIM",
		Source: `RFC 7644 section 3.12: "implementers MUST return the errors in the body of the response in a JSON format"; section 8.1: application/scim+json`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Users/no-such-"+s.Name()).WantStatus(404).WantType("application/scim+json", "application/json")
		},
	},
	{
		ID:     "rfc7644-3.12-unknown-endpoint",
		Title:  "an endpoint that does not exist is answered 404 with a SCIM error",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Printers/1").WantError(404)
		},
	},
	{
		ID:     "rfc3986-2.4-id-decoded-once",
		Title:  "an id that was escaped twice is another id",
		Source: `RFC 3986 section 2.4: "Implementations must not percent-encode or decode the same string more than once"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			twice := fmt.Sprintf("%%25%02X", user.ID[0]) + url.PathEscape(user.ID[1:])
			a := s.GET("/Users/" + twice)
			if a.Status == 200 {
				a.Fail("expected 404 for the id %q, got the user with id %q", "%"+fmt.Sprintf("%02X", user.ID[0])+user.ID[1:], a.Text("id"))
			}
		},
	},
	{
		ID:     "rfc3986-2.4-id-decoded",
		Title:  "an id may be escaped in the URL",
		Source: `RFC 3986 section 2.4: percent-encoded octets are decoded when the components are separated`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET("/Users/"+fmt.Sprintf("%%%02X", user.ID[0])+url.PathEscape(user.ID[1:])).WantStatus(200).Want("id", user.ID)
		},
	},
	{
		ID:     "rfc7644-8.1-media-type",
		Title:  "answers are application/scim+json",
		Source: `RFC 7644 section 3.1: "the media type "application/scim+json"" (section 8.1); section 3.8: "The format defaults to "application/scim+json""`,
		Grade:  Must,
		Run: func(s *Session) {
			s.Read(s.User()).WantType("application/scim+json")
		},
	},
	{
		ID:     "rfc7644-3.8-accept-json",
		Title:  "Accept: application/json is served",
		Source: `RFC 7644 section 3.8: service providers "SHOULD support header "Accept: application/json""`,
		Grade:  Should,
		Run: func(s *Session) {
			s.With("Accept", "application/json").GET(s.User().Path).WantStatus(200).WantType("application/scim+json", "application/json")
		},
	},
	{
		ID:     "rfc7644-3.8-accept-default",
		Title:  "a request without Accept is served",
		Source: `RFC 7644 section 3.8: "The format defaults to "application/scim+json" if no format is specified"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Accept", "").GET(s.User().Path).WantStatus(200)
		},
	},
	{
		ID:     "rfc7644-3.1-content-json",
		Title:  "a body of type application/json is taken",
		Source: `RFC 7644 section 3.8 and 8.1: "recognize the content as equivalent to "application/json""; Okta creates with it`,
		Grade:  Should,
		Run: func(s *Session) {
			s.With("Content-Type", "application/json").POST("/Users", s.NewUser()).WantStatus(201)
		},
	},
	{
		ID:     "rfc7644-3.1-content-charset",
		Title:  "a body of type application/scim+json; charset=utf-8 is taken",
		Source: `RFC 7644 section 3.1: the media type; RFC 9110 section 8.3.1: parameters are part of it; Okta and Entra send this one`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Content-Type", "application/scim+json; charset=utf-8").POST("/Users", s.NewUser()).WantStatus(201)
		},
	},
	{
		ID:     "rfc9110-15.5.16-content-text",
		Title:  "a body of type text/plain is refused: 415",
		Source: `RFC 9110 section 15.5.16: 415 "the content is in a format not supported by this method on the target resource"`,
		Grade:  Should,
		Run: func(s *Session) {
			s.With("Content-Type", "text/plain").POST("/Users", s.NewUser()).WantError(415)
		},
	},
	{
		ID:     "rfc7644-3.11-me",
		Title:  "/Me is an alias, or honestly not implemented",
		Source: `RFC 7644 section 3.11: a service provider that does not support the feature "SHOULD respond with HTTP status code 501 (Not Implemented)"; others redirect with 308 or answer as the alias`,
		Grade:  Must,
		Run: func(s *Session) {
			if a := s.GET("/Me").WantStatus(200, 308, 403, 404, 501); a.Status == 200 {
				a.WantIn("schemas", UserURN)
			} else if a.Status != 308 {
				a.WantErrorBody()
			}
		},
	},
	{
		ID:     "rfc7644-3.4.1-other-type",
		Title:  "the id of a group is no user",
		Source: `RFC 7644 section 3.4.1: a resource is read "from the resource endpoint"; section 3.12 Table 8: 404`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			s.GET("/Users/" + url.PathEscape(s.Group().ID)).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.12-strange-id",
		Title:  "an id of any letters is answered 404, or 400, and breaks nothing",
		Source: `RFC 7644 section 3.12: an error of the client's is 4xx; 500 is "an internal error"`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, id := range []string{"%00", "%2e%2e%2fGroups", "%2F", "' or '1'='1", "*)(objectClass=*", "%F0%9F%92%A9", "%ff%fe", strings.Repeat("x", 3000)} {
				a := s.GET("/Users/" + strings.ReplaceAll(id, " ", "%20"))
				if a.Status/100 != 4 && a.Status/100 != 3 {
					a.Fail("expected a status 4xx, got %d", a.Status)
				}
			}
			s.wantAlive()
		},
	},
}
