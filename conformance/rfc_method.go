package conformance

import "strings"

var methodChecks = []Check{
	{
		ID:     "rfc9110-15.5.6-put-on-users",
		Title:  "PUT on /Users is answered 405",
		Source: `RFC 9110 section 15.5.6: 405 "the method received in the request-line is known by the origin server but not supported by the target resource"`,
		Grade:  Should,
		Run:    func(s *Session) { s.PUT("/Users", s.NewUser()).WantError(405) },
	},
	{
		ID:     "rfc9110-15.5.6-post-on-user",
		Title:  "POST on one user is answered 405, and changes nothing",
		Source: `RFC 9110 section 15.5.6; RFC 7644 section 3.2 Table 1: POST creates, at the endpoint of a resource type`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.User()
			s.POST(user.Path, s.NewUser()).WantError(405)
			s.Read(user).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc9110-15.5.6-allow",
		Title:  "405 says which methods there are",
		Source: `RFC 9110 section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.Send("PUT", "/Users", s.NewUser())
			if a.Status == 405 && !strings.Contains(a.Header.Get("Allow"), "GET") {
				a.Fail("expected an Allow header with GET, got %q", a.Header.Get("Allow"))
			} else if a.Status/100 == 2 {
				a.Fail("expected PUT on a resource type to be refused, got %d", a.Status)
			}
		},
	},
	{
		ID:     "rfc9110-9.1-head",
		Title:  "HEAD is answered as GET, without a body",
		Source: `RFC 9110 section 9.1: "All general-purpose servers MUST support the methods GET and HEAD"`,
		Grade:  Should,
		Run: func(s *Session) {
			s.Send("HEAD", s.User().Path, nil).WantStatus(200)
		},
	},
	{
		ID:     "rfc7644-4-config-read-only",
		Title:  "the ServiceProviderConfig can only be read",
		Source: `RFC 7644 section 4: "An HTTP GET to this endpoint"; Table 2 has GET alone; RFC 9110 section 15.5.6`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
				a := s.Send(method, "/ServiceProviderConfig", Attrs{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"}})
				if a.Status != 405 && a.Status != 501 && a.Status != 403 && a.Status != 404 {
					a.Fail("expected %s to be refused with 405, got %d", method, a.Status)
				}
			}
		},
	},
	{
		ID:     "rfc7644-4-schemas-read-only",
		Title:  "a schema can only be read",
		Source: `RFC 7644 section 4: "An HTTP GET to this endpoint is used"; Table 2 has GET alone`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, method := range []string{"PUT", "DELETE"} {
				a := s.Send(method, "/Schemas/urn:example:no-such-schema", Attrs{"id": "urn:example:no-such-schema"})
				if a.Status/100 != 4 && a.Status != 501 {
					a.Fail("expected %s to be refused, got %d", method, a.Status)
				}
			}
		},
	},
	{
		ID:     "rfc7644-3.13-trailing-slash",
		Title:  "/Users/ means /Users",
		Source: `RFC 3986 section 6.2.3 leaves it to the scheme; Entra's and Okta's test collections ask /Users/?filter=`,
		Grade:  Should,
		Run: func(s *Session) {
			s.GET("/Users/", "count", "1").WantStatus(200).WantIn("schemas", ListURN)
		},
	},
}
