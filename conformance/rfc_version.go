package conformance

var etagChecks = []Check{
	{
		ID:     "rfc7644-3.14-etag",
		Title:  "a user has a version, in meta and in the ETag header",
		Source: `RFC 7644 section 3.14: "service providers that support versioning ... the ETag header"; RFC 7643 section 3.1: version "must be the same as the entity-tag (ETag) HTTP response header"`,
		Grade:  Must,
		Needs:  []Need{ETag},
		Run: func(s *Session) {
			a := s.Read(s.User()).WantSome("meta.version")
			a.WantHeader("ETag", a.Text("meta.version"))
		},
	},
	{
		ID:     "rfc7644-3.14-etag-changes",
		Title:  "a change changes the version, reading does not",
		Source: `RFC 9110 section 8.8.3: an entity tag tells "between multiple representations"; RFC 7644 section 3.14`,
		Grade:  Must,
		Needs:  []Need{ETag},
		Run: func(s *Session) {
			user := s.User()
			before := s.Read(user).Text("meta.version")
			s.Read(user).Want("meta.version", before)
			user.Sent["displayName"] = "Replaced"
			s.PUT(user.Path, user.Sent)
			if a := s.Read(user); a.Text("meta.version") == before {
				a.Fail("expected another version than %s after a change, got the same", before)
			}
		},
	},
	{
		ID:     "rfc7644-3.14-not-modified",
		Title:  "If-None-Match with the version is answered 304",
		Source: `RFC 7644 section 3.14: "If the resource has not changed, the service provider simply returns an empty body with a 304 (Not Modified) response code"`,
		Grade:  Must,
		Needs:  []Need{ETag},
		Run: func(s *Session) {
			user := s.User()
			version := s.Read(user).Text("meta.version")
			if a := s.With("If-None-Match", version).GET(user.Path).WantStatus(304); len(a.Body) > 0 {
				a.Fail("expected no body with 304, got %d bytes", len(a.Body))
			}
			s.With("If-None-Match", `W/"no-such-version"`).GET(user.Path).WantStatus(200)
		},
	},
	{
		ID:     "rfc7644-3.14-precondition",
		Title:  "If-Match with an old version is refused: 412, and changes nothing",
		Source: `RFC 7644 section 3.12 Table 8: 412 "Failed to update. Resource has changed on the server"; RFC 9110 section 13.1.1`,
		Grade:  Must,
		Needs:  []Need{ETag},
		Run: func(s *Session) {
			user := s.User()
			old := s.Read(user).Text("meta.version")
			user.Sent["displayName"] = "First"
			s.PUT(user.Path, user.Sent)
			user.Sent["displayName"] = "Second"
			s.With("If-Match", old).PUT(user.Path, user.Sent).WantError(412)
			s.Read(user).Want("displayName", "First")
		},
	},
	{
		ID:     "rfc7644-3.14-precondition-patch",
		Title:  "PATCH and DELETE keep to If-Match as well",
		Source: `RFC 9110 section 13.1.1: "An origin server MUST NOT perform the requested method if the condition evaluates to false"`,
		Grade:  Must,
		Needs:  []Need{ETag, Patch},
		Run: func(s *Session) {
			user := s.User()
			wrong := s.With("If-Match", `W/"no-such-version"`)
			wrong.PATCH(user.Path, Op{"replace", "displayName", "Patched"}).WantError(412)
			wrong.DELETE(user.Path).WantError(412)
			s.Read(user).Want("displayName", user.Sent["displayName"])
		},
	},
	{
		ID:     "rfc7644-3.14-precondition-met",
		Title:  "If-Match with the version lets the change happen",
		Source: `RFC 9110 section 13.1.1; RFC 7644 section 3.14`,
		Grade:  Must,
		Needs:  []Need{ETag},
		Run: func(s *Session) {
			user := s.User()
			user.Sent["displayName"] = "First"
			s.With("If-Match", s.Read(user).Text("meta.version")).PUT(user.Path, user.Sent).WantStatus(200)
			user.Sent["displayName"] = "Second"
			s.With("If-Match", "*").PUT(user.Path, user.Sent).WantStatus(200)
			s.Read(user).Want("displayName", "Second")
		},
	},
	{
		ID:     "rfc7644-3.14-one-winner",
		Title:  "of changes that were made from one version at the same time, one succeeds",
		Source: `RFC 9110 section 13.1.1: If-Match is used "to prevent accidental overwrites when multiple user agents might be acting in parallel on the same resource"`,
		Grade:  Must,
		Needs:  []Need{ETag, Patch},
		Run: func(s *Session) {
			user := s.User()
			from := s.With("If-Match", s.Read(user).Text("meta.version"))
			statuses := make([]int, 6)
			from.Together(len(statuses), func(i int, s *Session) {
				statuses[i] = s.PATCH(user.Path, Op{"replace", "displayName", "Winner " + string(rune('A'+i))}).WantStatus(200, 204, 412).Status
			})
			won := 0
			for _, status := range statuses {
				if status != 412 {
					won++
				}
			}
			if won != 1 {
				s.Fail("expected one 200 or 204 and five 412, got %v", statuses)
			}
		},
	},
	{
		ID:     "rfc7644-3.14-etag-of-create",
		Title:  "the answer to a create names the version",
		Source: `RFC 7644 section 3.3, example: the answer 201 has "ETag: W/"e180ee84f0671b1"" and meta.version`,
		Grade:  Should,
		Needs:  []Need{ETag},
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser()).WantStatus(201).WantSome("meta.version")
			a.WantHeader("ETag", a.Text("meta.version"))
		},
	},
}
