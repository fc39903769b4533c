package conformance

var authChecks = []Check{
	{
		ID:     "rfc7644-2-no-token",
		Title:  "a request without credentials is answered 401",
		Source: `RFC 7644 section 3.12, Table 8: 401 "Authorization failure. The authorization header is invalid or missing."`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Authorization", "").GET("/Users").WantStatus(401)
		},
	},
	{
		ID:     "rfc7644-2-wrong-token",
		Title:  "a wrong token is answered 401 with a SCIM error",
		Source: `RFC 7644 section 3.12: "implementers MUST return the errors in the body of the response in a JSON format"; Table 8: 401`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Authorization", "Bearer not-"+s.Name()).GET("/Users").WantError(401)
		},
	},
	{
		ID:     "rfc7644-2-challenge",
		Title:  "401 comes with WWW-Authenticate",
		Source: `RFC 9110 section 15.5.2: "The server generating a 401 response MUST send a WWW-Authenticate header field"; RFC 7644 section 2`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.With("Authorization", "").GET("/Users").WantStatus(401)
			if a.Header.Get("WWW-Authenticate") == "" {
				a.Fail("expected a WWW-Authenticate header, got none")
			}
		},
	},
	{
		ID:     "rfc7644-2-no-write-without-token",
		Title:  "a create without credentials is refused",
		Source: `RFC 7644 section 2: "SCIM depends on the use of Transport Layer Security (TLS) and/or standard HTTP authentication and authorization schemes"; Table 8: 401`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Authorization", "").POST("/Users", s.NewUser()).WantStatus(401)
		},
	},
}
