package conformance

var cursorChecks = []Check{
	{
		ID:     "rfc9865-2-first-page",
		Title:  "cursor without a value asks for the first page, which names the next",
		Source: `RFC 9865 section 2: an empty cursor asks for the first page; "Service providers supporting cursor-based pagination MUST include "nextCursor" in all paged query responses except when returning the last page"`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "cursor", "", "count", "2").WantStatus(200).WantLen("Resources", 2).WantSome("nextCursor")
		},
	},
	{
		ID:     "rfc9865-2-all-pages",
		Title:  "following nextCursor returns every user once, and ends",
		Source: `RFC 9865 section 2: the client follows nextCursor until a page has none`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			users, filter := five(s)
			var ids []string
			cursor := ""
			for range 10 {
				a := s.Find("/Users", filter, "cursor", cursor, "count", "2").WantStatus(200)
				ids = append(ids, a.IDs("Resources", "id")...)
				if cursor = a.Text("nextCursor"); cursor == "" {
					break
				}
			}
			s.wantSameIDs(ids, users, false)
		},
	},
	{
		ID:     "rfc9865-2-stable",
		Title:  "users that are deleted meanwhile cost no other user its place",
		Source: `RFC 9865 section 1: cursors serve where results change between the pages`,
		Grade:  Should,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			users, filter := five(s)
			a := s.Find("/Users", filter, "cursor", "", "count", "2").WantStatus(200)
			seen := a.IDs("Resources", "id")
			for _, id := range seen {
				s.DELETE("/Users/" + id)
			}
			for cursor := a.Text("nextCursor"); cursor != ""; cursor = a.Text("nextCursor") {
				a = s.Find("/Users", filter, "cursor", cursor, "count", "2").WantStatus(200)
				seen = append(seen, a.IDs("Resources", "id")...)
				if len(seen) > 2*len(users) {
					a.Fail("expected the pages to end, got %d resources", len(seen))
				}
			}
			s.wantSameIDs(seen, users, false)
		},
	},
	{
		ID:     "rfc9865-2.1-invalid-cursor",
		Title:  "a cursor that the server did not give is refused: 400 invalidCursor",
		Source: `RFC 9865 section 2.1: "the service provider SHOULD return the appropriate HTTP response status code and detailed JSON error response"; invalidCursor: "Cursor value is invalid"`,
		Grade:  Should,
		Needs:  []Need{Cursor},
		Run: func(s *Session) {
			s.GET("/Users", "cursor", "no-such-"+s.Name()).WantError(400, "invalidCursor")
		},
	},
	{
		ID:     "rfc9865-2-last-page",
		Title:  "a page that is the last names no next",
		Source: `RFC 9865 section 2: ""nextCursor" is omitted from a response only to indicate that there are no more result pages"`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			user := s.User()
			a := s.Find("/Users", `userName eq "`+user.Name+`"`, "cursor", "", "count", "10").WantStatus(200).WantLen("Resources", 1)
			if v, ok := a.Value("nextCursor"); ok {
				a.Fail("expected no nextCursor, got %s", show(v))
			}
		},
	},
	{
		ID:     "rfc9865-4-config",
		Title:  "the ServiceProviderConfig says how pages are made",
		Source: `RFC 9865 section 4: pagination.cursor and pagination.index are each "A Boolean value" and "REQUIRED"`,
		Grade:  Must,
		Needs:  []Need{Cursor},
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200)
			for _, path := range []string{"pagination.cursor", "pagination.index"} {
				if _, ok := a.value(path).(bool); !ok {
					a.Fail("expected a boolean at %s, got %s", path, show(a.value(path)))
				}
			}
		},
	},
	{
		ID:     "rfc9865-3-search",
		Title:  ".search takes a cursor",
		Source: `RFC 9865 section 3: "When posting to "/.search", the client would pass the parameters defined in Section 2 in the body of the POST request"`,
		Grade:  Must,
		Needs:  []Need{Cursor, Search, Filter},
		Run: func(s *Session) {
			users, filter := five(s)
			a := s.search("/Users", Attrs{"filter": filter, "cursor": "", "count": 3}).WantStatus(200).WantLen("Resources", 3).WantSome("nextCursor")
			b := s.search("/Users", Attrs{"filter": filter, "cursor": a.Text("nextCursor"), "count": 3}).WantStatus(200)
			s.wantSameIDs(append(a.IDs("Resources", "id"), b.IDs("Resources", "id")...), users, false)
		},
	},
	{
		ID:     "rfc9865-2-method-unspecified",
		Title:  "a query that names no way of paging is answered",
		Source: `RFC 9865 section 2.3: "Service providers MUST NOT return an error due to the pagination method being unspecified when pagination is required to complete the response"`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "count", "2").WantStatus(200).WantLen("Resources", 2)
		},
	},
}
