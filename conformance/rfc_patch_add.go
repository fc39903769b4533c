package conformance

var patchAddChecks = []Check{
	{
		ID:     "rfc7644-3.5.2.1-add-without-path",
		Title:  "add without path: one more e-mail address and a nickname (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.1: "If omitted, the target location is assumed to be the resource itself. The "value" parameter contains a set of attributes to be added to the resource"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails"), Attribute("User", "nickName")},
		Run: func(s *Session) {
			user, mail := s.User(), s.Mail()
			s.PATCH(user.Path, Op{"add", "", Attrs{"emails": []Attrs{{"value": mail, "type": "home"}}, "nickName": "Babs"}}).WantStatus(200, 204)
			s.Read(user).Want("nickName", "Babs").WantLen("emails", 2).Want("emails[type=home].value", mail)
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-absent",
		Title:  "add to an attribute without a value gives it the value",
		Source: `RFC 7644 section 3.5.2.1: "If the target location does not exist, the attribute and value are added"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "title")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"add", "title", "Guide"}).WantStatus(200, 204)
			s.Read(user).Want("title", "Guide")
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-single",
		Title:  "add to an attribute with a value replaces it",
		Source: `RFC 7644 section 3.5.2.1: "If the target location specifies a single-valued attribute, the existing value is replaced"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"add", "displayName", "Patched"}).WantStatus(200, 204)
			s.Read(user).Want("displayName", "Patched")
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-complex",
		Title:  "add to a complex attribute adds sub-attributes and keeps the others",
		Source: `RFC 7644 section 3.5.2.1: "If the target location specifies a complex attribute, a set of sub-attributes SHALL be specified in the "value" parameter"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "name.honorificPrefix")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"add", "name", Attrs{"honorificPrefix": "Ms."}}).WantStatus(200, 204)
			s.Read(user).Want("name.honorificPrefix", "Ms.").Want("name.familyName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-value",
		Title:  "add to a list keeps what is there",
		Source: `RFC 7644 section 3.5.2.1: "If the target location specifies a multi-valued attribute, a new value is added to the attribute"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails")},
		Run: func(s *Session) {
			user, mail := s.User(), s.Mail()
			s.PATCH(user.Path, Op{"add", "emails", []Attrs{{"value": mail, "type": "home"}}}).WantStatus(200, 204)
			s.Read(user).WantLen("emails", 2).Want("emails[type=home].value", mail).WantSome("emails[type=work].value")
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-same",
		Title:  "adding a value that is there does not double it",
		Source: `RFC 7644 section 3.5.2.1: "If the target location already contains the value specified, no changes SHOULD be made to the resource"`,
		Grade:  Should,
		Needs:  []Need{Patch, Attribute("User", "emails")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"add", "emails", user.Sent["emails"]}).WantStatus(200, 204)
			s.Read(user).WantLen("emails", 1)
		},
	},
	{
		ID:     "rfc7644-3.5.2-add-primary",
		Title:  "a new primary value takes primary from the old one",
		Source: `RFC 7644 section 3.5.2: a value with primary true "SHALL cause the server to automatically set "primary" to "false" for any other values in the array"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails.primary")},
		Run: func(s *Session) {
			user, mail := s.User(), s.Mail()
			s.PATCH(user.Path, Op{"add", "emails", []Attrs{{"value": mail, "type": "home", "primary": true}}}).WantStatus(200, 204)
			a := s.Read(user).Want("emails[type=home].primary", true)
			if v, _ := a.Value("emails[type=work].primary"); v == true {
				a.Fail("expected the work address to be primary no more, but it is")
			}
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-filtered",
		Title:  "add to a sub-attribute of selected values changes those alone",
		Source: `RFC 7644 section 3.5.2 figure 7: PATH = attrPath / valuePath [subAttr]`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails.display")},
		Run: func(s *Session) {
			user := s.User(Attrs{"emails": []Attrs{{"value": s.Mail(), "type": "work"}, {"value": s.Mail(), "type": "home"}}})
			s.PATCH(user.Path, Op{"add", `emails[type eq "work"].display`, "At work"}).WantStatus(200, 204)
			s.Read(user).Want("emails[type=work].display", "At work").WantNo("emails[type=home].display").WantLen("emails", 2)
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-member",
		Title:  "add a member to a group (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.1: "The following example shows how to add a member to a group"`,
		Grade:  Must,
		Needs:  []Need{Patch, Groups},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			group := s.Group(a)
			s.PATCH(group.Path, Op{"add", "members", []Attrs{{"display": "Babs Jensen", "$ref": s.Base() + b.Path, "value": b.ID}}}).WantStatus(200, 204)
			s.Read(group).WantMembers(a, b)
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-member-twice",
		Title:  "a member that is added twice is a member once",
		Source: `RFC 7644 section 3.5.2.1: "If the target location already contains the value specified, no changes SHOULD be made"`,
		Grade:  Should,
		Needs:  []Need{Patch, Groups},
		Run: func(s *Session) {
			user := s.User()
			group := s.Group(user)
			s.PATCH(group.Path, Op{"add", "members", []Attrs{user.Ref()}}).WantStatus(200, 204)
			s.Read(group).WantMembers(user)
		},
	},
	{
		ID:     "rfc7644-3.5.2.1-add-without-value",
		Title:  "add without a value is refused: 400",
		Source: `RFC 7644 section 3.5.2.1: "The operation MUST contain a "value" member"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.PATCH(s.User().Path, Op{"add", "displayName", nil}).WantError(400, "invalidSyntax", "invalidValue")
		},
	},
}
