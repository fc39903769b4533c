package conformance

var replaceChecks = []Check{
	{
		ID:     "rfc7644-3.5.1-replace",
		Title:  "PUT is answered 200 with the replaced user",
		Source: `RFC 7644 section 3.5.1: "a successful PUT operation returns a 200 OK response code and the entire resource within the response body"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			user.Sent["displayName"] = "Replaced"
			s.PUT(user.Path, user.Sent).WantStatus(200).Want("id", user.ID).Want("displayName", "Replaced")
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-kept",
		Title:  "what PUT replaced is read afterwards",
		Source: `RFC 7644 section 3.5.1: "readWrite, writeOnly: Any values provided SHALL replace the existing attribute values"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			user.Sent["name"] = Attrs{"givenName": "Other", "familyName": user.Name}
			s.PUT(user.Path, user.Sent)
			s.Read(user).Want("name.givenName", "Other")
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-clears",
		Title:  "what PUT leaves out is cleared",
		Source: `RFC 7644 section 3.5.1: the client replaces all attributes; omitted ones the service provider "MAY assume that any existing values are to be cleared"`,
		Grade:  Should,
		Needs:  []Need{Attribute("User", "nickName")},
		Run: func(s *Session) {
			user := s.User(Attrs{"nickName": "Babs"})
			delete(user.Sent, "nickName")
			s.PUT(user.Path, user.Sent)
			s.Read(user).WantNo("nickName")
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-list",
		Title:  "PUT replaces a list, it does not add to it",
		Source: `RFC 7644 section 3.5.1: "Any values provided SHALL replace the existing attribute values"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "emails")},
		Run: func(s *Session) {
			user := s.User()
			mail := s.Mail()
			user.Sent["emails"] = []Attrs{{"value": mail, "type": "home"}}
			s.PUT(user.Path, user.Sent)
			s.Read(user).WantLen("emails", 1).Want("emails.0.value", mail)
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-unknown",
		Title:  "PUT of an id that does not exist is answered 404 and creates nothing",
		Source: `RFC 7644 section 3.5.1: "HTTP PUT MUST NOT be used to create new resources"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.PUT("/Users/no-such-"+s.Name(), s.NewUser()).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-id",
		Title:  "another id in the body of a PUT does not change the id",
		Source: `RFC 7644 section 3.5.1: "readOnly: Any values provided SHALL be ignored"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			user.Sent["id"] = s.Name()
			s.PUT(user.Path, user.Sent)
			s.Read(user).Want("id", user.ID)
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-readonly",
		Title:  "readOnly attributes in the body of a PUT are ignored",
		Source: `RFC 7644 section 3.5.1: "readOnly: Any values provided SHALL be ignored"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "groups")},
		Run: func(s *Session) {
			user := s.User()
			user.Sent["groups"] = []Attrs{{"value": "e9e30dba-f08f-4109-8486-d5c6a331660a"}}
			user.Sent["meta"] = Attrs{"resourceType": "User", "created": "1999-01-01T00:00:00Z"}
			s.PUT(user.Path, user.Sent).WantStatus(200).WantNo("groups")
			if a := s.Read(user).WantNo("groups"); a.Text("meta.created") == "1999-01-01T00:00:00Z" {
				a.Fail("expected meta.created of the server, got the client's")
			}
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-required",
		Title:  "PUT without userName is refused: 400",
		Source: `RFC 7644 section 3.5.1: "If an attribute is "required", clients MUST specify the attribute in the PUT request"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			delete(user.Sent, "userName")
			s.PUT(user.Path, user.Sent).WantError(400, "invalidValue")
			s.Read(user).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-taken",
		Title:  "PUT with the userName of somebody else is refused: 409",
		Source: `RFC 7643 section 4.1.1: userName "MUST be unique"; RFC 7644 Table 9: uniqueness`,
		Grade:  Must,
		Run: func(s *Session) {
			other, user := s.User(), s.User()
			user.Sent["userName"] = other.Name
			s.PUT(user.Path, user.Sent).WantError(409, "uniqueness")
			s.Read(user).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7643-3.1-last-modified",
		Title:  "a change moves lastModified and leaves created",
		Source: `RFC 7643 section 3.1: lastModified is "The most recent DateTime that the details of this resource were updated"; created is when it "was added"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			before := s.Read(user)
			pause(s.ctx, aMoment)
			user.Sent["displayName"] = "Replaced"
			s.PUT(user.Path, user.Sent)
			after := s.Read(user).Want("meta.created", before.Text("meta.created"))
			if old, now := before.moment("meta.lastModified"), after.moment("meta.lastModified"); !now.After(old) {
				after.Fail("expected a meta.lastModified after %s, got %s", old, now)
			}
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-inactive",
		Title:  "PUT with active false makes a user inactive, who can still be read",
		Source: `RFC 7643 section 4.1.1: active; RFC 7644 section 3.5.1`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "active")},
		Run: func(s *Session) {
			user := s.User()
			user.Sent["active"] = false
			s.PUT(user.Path, user.Sent).WantStatus(200)
			s.Read(user).Want("active", false)
		},
	},
	{
		ID:     "rfc7644-3.5.1-replace-members",
		Title:  "PUT of a group replaces its members",
		Source: `RFC 7644 section 3.5.1: "Any values provided SHALL replace the existing attribute values"`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			group := s.Group(a)
			group.Sent["members"] = []Attrs{b.Ref()}
			s.PUT(group.Path, group.Sent).WantStatus(200)
			s.Read(group).WantMembers(b)
		},
	},
}
