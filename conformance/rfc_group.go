package conformance

var groupChecks = []Check{
	{
		ID:     "rfc7643-4.2-display-name-required",
		Title:  "a group without displayName is refused: 400 invalidValue",
		Source: `RFC 7643 section 4.2: displayName "A human-readable name for the Group. REQUIRED"`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			s.POST("/Groups", Attrs{"schemas": []string{GroupURN}}).WantError(400, "invalidValue")
		},
	},
	{
		ID:     "rfc7644-3.3-create-group",
		Title:  "creating a group is answered 201 with Location",
		Source: `RFC 7644 section 3.3: "an HTTP response SHALL be returned with HTTP status code 201 (Created)"; the URI "in the HTTP "Location" header"`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			a := s.POST("/Groups", s.NewGroup()).WantStatus(201).WantIn("schemas", GroupURN)
			s.GET(a.absolute(a.Header.Get("Location"))).WantStatus(200).Want("id", a.Text("id"))
		},
	},
	{
		ID:     "rfc7643-4.1.2-groups-of-user",
		Title:  "a user shows the groups it is a member of",
		Source: `RFC 7643 section 4.1.2: groups is "A list of groups to which the user belongs, either through direct membership, through nested groups, or dynamically calculated"`,
		Grade:  Should,
		Needs:  []Need{Groups, Attribute("User", "groups")},
		Run: func(s *Session) {
			user := s.User()
			group := s.Group(user)
			s.GET(user.Path, "attributes", "groups").WantStatus(200).WantLen("groups", 1).Want("groups.0.value", group.ID)
		},
	},
	{
		ID:     "rfc7643-4.2-deleted-member",
		Title:  "a deleted user is no member any more",
		Source: `RFC 7643 section 4.2: members.value is an "identifier of the member of this Group"; RFC 7644 section 3.6: what is deleted is not found`,
		Grade:  Should,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			group := s.Group(a, b)
			s.DELETE(a.Path)
			s.Read(group).WantMembers(b)
		},
	},
	{
		ID:     "rfc7643-4.2-nested",
		Title:  "a group may be a member of a group",
		Source: `RFC 7643 section 4.2: members: "$ref" "The URI corresponding to a SCIM resource that is a member of this Group": User or Group`,
		Grade:  Should,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			inner := s.Group()
			outer := s.Make("/Groups", s.NewGroup(Attrs{"members": []Attrs{{"value": inner.ID, "type": "Group"}}}))
			s.Read(outer).WantMembers(inner)
		},
	},
	{
		ID:     "rfc7644-3.5.2-concurrent-members",
		Title:  "members that are added at the same time are all members",
		Source: `RFC 7644 section 3.5.2: each PATCH "SHALL be treated as atomic"`,
		Grade:  Must,
		Needs:  []Need{Groups, Patch},
		Run: func(s *Session) {
			const many = 8
			users := make([]*Resource, many)
			for i := range users {
				users[i] = s.User()
			}
			group := s.Group()
			s.Together(many, func(i int, s *Session) {
				s.PATCH(group.Path, Op{"add", "members", []Attrs{users[i].Ref()}}).WantStatus(200, 204)
			})
			s.Read(group).WantMembers(users...)
		},
	},
	{
		ID:     "rfc7644-3.5.2-concurrent-attributes",
		Title:  "attributes that are changed at the same time are all changed",
		Source: `RFC 7644 section 3.5.2: each PATCH "SHALL be treated as atomic"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "title"), Attribute("User", "nickName"), Attribute("User", "userType")},
		Run: func(s *Session) {
			user := s.User()
			names := []string{"title", "nickName", "userType", "displayName"}
			s.Together(len(names), func(i int, s *Session) {
				s.PATCH(user.Path, Op{"replace", names[i], "Together"}).WantStatus(200, 204)
			})
			a := s.Read(user)
			for _, name := range names {
				a.Want(name, "Together")
			}
		},
	},
	{
		ID:     "rfc7644-3.3-concurrent-duplicate",
		Title:  "of users with one userName created at the same time, one is created",
		Source: `RFC 7643 section 4.1.1: userName "MUST be unique across the service provider's entire set of Users"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.NewUser()
			statuses := make([]int, 6)
			s.Together(len(statuses), func(i int, s *Session) { statuses[i] = s.POST("/Users", user).Status })
			created := 0
			for _, status := range statuses {
				if status == 201 {
					created++
				}
			}
			if created != 1 {
				s.Fail("expected one 201 and five 409, got %v", statuses)
			}
		},
	},
	{
		ID:     "rfc7643-4.2-member-ref",
		Title:  "a member has a $ref that leads to it",
		Source: `RFC 7643 section 4.2 and 8.4: members "$ref" is "The URI corresponding to a SCIM resource that is a member of this Group"`,
		Grade:  Should,
		Needs:  []Need{Groups, Attribute("Group", "members.$ref")},
		Run: func(s *Session) {
			user := s.User()
			a := s.Read(s.Group(user)).WantSome("members.0.$ref")
			s.GET(a.absolute(a.Text("members.0.$ref"))).WantStatus(200).Want("id", user.ID)
		},
	},
}
