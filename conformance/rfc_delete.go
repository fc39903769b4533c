package conformance

var deleteChecks = []Check{
	{
		ID:     "rfc7644-3.6-delete",
		Title:  "DELETE is answered 204 without a body",
		Source: `RFC 7644 section 3.6: "the server SHALL return a successful HTTP status code 204 (No Content)"`,
		Grade:  Must,
		Run: func(s *Session) {
			if a := s.DELETE(s.User().Path).WantStatus(204); len(a.Body) > 0 {
				a.Fail("expected no body, got %d bytes", len(a.Body))
			}
		},
	},
	{
		ID:     "rfc7644-3.6-deleted-is-gone",
		Title:  "a deleted user is answered 404, to every method",
		Source: `RFC 7644 section 3.6: the service provider "MUST return a 404 (Not Found) error code for all operations associated with the previously deleted resource"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.DELETE(user.Path)
			s.GET(user.Path).WantError(404)
			s.PUT(user.Path, user.Sent).WantError(404)
			s.DELETE(user.Path).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.6-deleted-not-listed",
		Title:  "a deleted user is found by no query",
		Source: `RFC 7644 section 3.6: "Service providers MUST omit the resource from future query results"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.DELETE(user.Path)
			s.Find("/Users", `userName eq "`+user.Name+`"`).WantStatus(200).Want("totalResults", 0)
		},
	},
	{
		ID:     "rfc7644-3.6-deleted-name-free",
		Title:  "the userName of a deleted user can be given again",
		Source: `RFC 7644 section 3.6: "the service provider SHOULD NOT consider the deleted resource in conflict calculation"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.User()
			s.DELETE(user.Path)
			s.POST("/Users", user.Sent).WantStatus(201).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.6-delete-unknown",
		Title:  "DELETE of an id that does not exist is answered 404",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.DELETE("/Users/no-such-" + s.Name()).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.6-delete-group",
		Title:  "deleting a group leaves its members",
		Source: `RFC 7644 section 3.6; RFC 7643 section 4.2: members are references`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			user := s.User()
			group := s.Group(user)
			s.DELETE(group.Path).WantStatus(204)
			s.GET(group.Path).WantError(404)
			s.Read(user)
		},
	},
}
