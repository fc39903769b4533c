package conformance

var createChecks = []Check{
	{
		ID:     "rfc7644-3.3-create-status",
		Title:  "creating a user is answered 201",
		Source: `RFC 7644 section 3.3: "the server SHALL return HTTP status code 201 (Created)"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users", s.NewUser()).WantStatus(201)
		},
	},
	{
		ID:     "rfc7644-3.3-create-body",
		Title:  "the answer to a create holds the new resource",
		Source: `RFC 7644 section 3.3: "the response body SHOULD contain the service provider's representation of the newly created resource"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.NewUser()
			s.POST("/Users", user).WantStatus(201).Want("userName", user["userName"]).WantSome("id")
		},
	},
	{
		ID:     "rfc7644-3.3-create-location",
		Title:  "creating a user returns its URI in the Location header",
		Source: `RFC 7644 section 3.3: "The URI of the created resource SHALL include, in the HTTP "Location" header and the HTTP body, a JSON representation with the attribute "meta.location""`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser())
			at := a.Header.Get("Location")
			if at == "" {
				a.Fail("expected a Location header, got none")
			}
			s.GET(a.absolute(at)).WantStatus(200).Want("id", a.Text("id"))
		},
	},
}
