package conformance

var patchRemoveChecks = []Check{
	{
		ID:     "rfc7644-3.5.2.2-remove-without-path",
		Title:  "remove without path is refused: 400 noTarget",
		Source: `RFC 7644 section 3.5.2.2: "If "path" is unspecified, the operation fails with HTTP status code 400 and a "scimType" error code of "noTarget""`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{Op: "remove"}).WantError(400, "noTarget")
			s.Read(user).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-single",
		Title:  "remove of an attribute unassigns it",
		Source: `RFC 7644 section 3.5.2.2: "If the target location is a single-value attribute, the attribute and its associated value is removed, and the attribute SHALL be considered unassigned"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "title")},
		Run: func(s *Session) {
			user := s.User(Attrs{"title": "Guide"})
			s.PATCH(user.Path, Op{Op: "remove", Path: "title"}).WantStatus(200, 204)
			s.Read(user).WantNo("title")
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-removed-not-found",
		Title:  "filters do not find what was removed, and do not stumble over it",
		Source: `RFC 7644 section 3.5.2.2: the attribute "SHALL be considered unassigned"; section 3.4.2.2: pr matches "a non-empty or non-null value"`,
		Grade:  Must,
		Needs:  []Need{Patch, Filter, Attribute("User", "title")},
		Run: func(s *Session) {
			title := s.Name()
			user := s.User(Attrs{"title": title})
			s.PATCH(user.Path, Op{Op: "remove", Path: "title"}).WantStatus(200, 204)
			s.WantFound("/Users", `userName eq "`+user.Name+`" and title eq "`+title+`"`)
			s.WantFound("/Users", `userName eq "`+user.Name+`" and title pr`)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-sub",
		Title:  "remove of a sub-attribute leaves the others",
		Source: `RFC 7644 section 3.5.2.2: "the attribute and its associated value is removed"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{Op: "remove", Path: "name.givenName"}).WantStatus(200, 204)
			s.Read(user).WantNo("name.givenName").Want("name.familyName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-all",
		Title:  "remove of a list removes all its values",
		Source: `RFC 7644 section 3.5.2.2: "If the target location is a multi-valued attribute and no filter is specified, the attribute and all values are removed"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "phoneNumbers")},
		Run: func(s *Session) {
			user := s.User(Attrs{"phoneNumbers": []Attrs{{"value": "tel:+1-201-555-0123", "type": "work"}, {"value": "tel:+1-201-555-0124", "type": "home"}}})
			s.PATCH(user.Path, Op{Op: "remove", Path: "phoneNumbers"}).WantStatus(200, 204)
			s.Read(user).WantNo("phoneNumbers")
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-filtered",
		Title:  "remove with a filter removes the selected values alone (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.2: "the values matched by the filter are removed"; example: emails[type eq "work" and value ew "example.com"]`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails")},
		Run: func(s *Session) {
			work, home := s.Name()+"@work.example.com", s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": work, "type": "work"}, {"value": home, "type": "home"}}})
			s.PATCH(user.Path, Op{Op: "remove", Path: `emails[type eq "work" and value ew "example.com"]`}).WantStatus(200, 204)
			s.Read(user).WantLen("emails", 1).Want("emails.0.value", home)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-last",
		Title:  "a list whose last value was removed is unassigned",
		Source: `RFC 7644 section 3.5.2.2: "If no other values remain after removal of the selected values, the multi-valued attribute SHALL be considered unassigned"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "phoneNumbers")},
		Run: func(s *Session) {
			user := s.User(Attrs{"phoneNumbers": []Attrs{{"value": "tel:+1-201-555-0123", "type": "work"}}})
			s.PATCH(user.Path, Op{Op: "remove", Path: `phoneNumbers[type eq "work"]`}).WantStatus(200, 204)
			s.Read(user).WantNo("phoneNumbers")
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-filtered-sub",
		Title:  "remove of a sub-attribute of selected values leaves the values",
		Source: `RFC 7644 section 3.5.2.2: "Sub-attributes whose values have been removed SHALL be considered unassigned"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails.display")},
		Run: func(s *Session) {
			mail := s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": mail, "type": "work", "display": "At work"}}})
			s.PATCH(user.Path, Op{Op: "remove", Path: `emails[type eq "work"].display`}).WantStatus(200, 204)
			s.Read(user).WantNo("emails[type=work].display").Want("emails[type=work].value", mail)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-member",
		Title:  "remove of one member leaves the others (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.2: "The following example shows how to remove a single member from a group": members[value eq "2819c223-..."]`,
		Grade:  Must,
		Needs:  []Need{Patch, Groups},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			group := s.Group(a, b)
			s.PATCH(group.Path, Op{Op: "remove", Path: `members[value eq "` + a.ID + `"]`}).WantStatus(200, 204)
			s.Read(group).WantMembers(b)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-members",
		Title:  "remove of members empties the group (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.2: "The following example shows how to remove all members of a group"`,
		Grade:  Must,
		Needs:  []Need{Patch, Groups},
		Run: func(s *Session) {
			group := s.Group(s.User(), s.User())
			s.PATCH(group.Path, Op{Op: "remove", Path: "members"}).WantStatus(200, 204)
			s.Read(group).WantNo("members")
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-and-add",
		Title:  "one request removes a member and adds another (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.2: "how to add and remove a Group member in a single request"`,
		Grade:  Must,
		Needs:  []Need{Patch, Groups},
		Run: func(s *Session) {
			a, b, c := s.User(), s.User(), s.User()
			group := s.Group(a, b)
			s.PATCH(group.Path, Op{Op: "remove", Path: `members[value eq "` + a.ID + `"]`}, Op{"add", "members", []Attrs{c.Ref()}}).WantStatus(200, 204)
			s.Read(group).WantMembers(b, c)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-required",
		Title:  "remove of userName is refused: 400 mutability",
		Source: `RFC 7644 section 3.5.2.2: "If an attribute is removed or becomes unassigned and is defined as a required attribute or a read-only attribute, the server SHALL return an HTTP response status code and a JSON detail error response ... with a "scimType" error code of "mutability""`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{Op: "remove", Path: "userName"}).WantError(400, "mutability", "invalidValue")
			s.Read(user).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-extension",
		Title:  "remove of an extension's attribute unassigns it",
		Source: `RFC 7644 section 3.5.2.2; section 3.10: extension attributes are named by their URN`,
		Grade:  Must,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests", "division": "Kept"}})
			s.PATCH(user.Path, Op{Op: "remove", Path: EnterpriseURN + ":department"}).WantStatus(200, 204)
			s.Read(user).WantNo(EnterpriseURN+".department").Want(EnterpriseURN+".division", "Kept")
		},
	},
	{
		ID:     "rfc7644-3.5.2.2-remove-extension-whole",
		Title:  "an extension whose last attribute was removed is named in schemas no more",
		Source: `RFC 7643 section 3: schemas names "the SCIM schemas that define the attributes present in the current JSON structure"`,
		Grade:  Must,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests"}})
			s.PATCH(user.Path, Op{Op: "remove", Path: EnterpriseURN + ":department"}).WantStatus(200, 204)
			s.Read(user).WantNotIn("schemas", EnterpriseURN)
		},
	},
}
