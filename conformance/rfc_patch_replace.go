package conformance

import "time"

// aMoment is more than a second: servers may keep whole ones.
const aMoment = 1100 * time.Millisecond

var patchReplaceChecks = []Check{
	{
		ID:     "rfc7644-3.5.2.3-replace-without-path",
		Title:  "replace without path changes what the value names, and nothing else (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.3: "If the "path" parameter is omitted, the target is assumed to be the resource itself. In this case, the "value" attribute SHALL contain a list of one or more attributes that are to be replaced"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails"), Attribute("User", "nickName")},
		Run: func(s *Session) {
			user, mail := s.User(Attrs{"nickName": "Old"}), s.Mail()
			s.PATCH(user.Path, Op{"replace", "", Attrs{"emails": []Attrs{{"value": mail, "type": "home", "primary": true}}, "nickName": "Babs"}}).WantStatus(200, 204)
			s.Read(user).Want("nickName", "Babs").WantLen("emails", 1).Want("emails.0.value", mail).Want("displayName", user.Sent["displayName"])
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-single",
		Title:  "replace of an attribute replaces its value",
		Source: `RFC 7644 section 3.5.2.3: "If the target location is a single-value attribute, the attributes value is replaced"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "displayName", "Patched"}).WantStatus(200, 204)
			s.Read(user).Want("displayName", "Patched").Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-sub",
		Title:  "replace of a sub-attribute leaves the others",
		Source: `RFC 7644 section 3.5.2.3; example: path addresses[type eq "work"].streetAddress`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "name.givenName", "Patched"}).WantStatus(200, 204)
			s.Read(user).Want("name.givenName", "Patched").Want("name.familyName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-absent",
		Title:  "replace of an attribute without a value is an add",
		Source: `RFC 7644 section 3.5.2.3: "If the target location path specifies an attribute that does not exist, the service provider SHALL treat the operation as an "add""`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "title")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "title", "Guide"}).WantStatus(200, 204)
			s.Read(user).Want("title", "Guide")
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-list",
		Title:  "replace of a list replaces all its values",
		Source: `RFC 7644 section 3.5.2.3: "If the target location is a multi-valued attribute and no filter is specified, the attribute and all values are replaced"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails")},
		Run: func(s *Session) {
			user, mail := s.User(), s.Mail()
			s.PATCH(user.Path, Op{"replace", "emails", []Attrs{{"value": mail, "type": "other"}}}).WantStatus(200, 204)
			s.Read(user).WantLen("emails", 1).Want("emails.0.value", mail)
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-filtered",
		Title:  "replace with a filter replaces the selected value (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.3: "the values matched by the filter are replaced"; example: path addresses[type eq "work"]`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "addresses")},
		Run: func(s *Session) {
			user := s.User(Attrs{"addresses": []Attrs{{"type": "work", "locality": "Hollywood"}, {"type": "home", "locality": "Pasadena"}}})
			s.PATCH(user.Path, Op{"replace", `addresses[type eq "work"]`, Attrs{"type": "work", "streetAddress": "911 Universal City Plaza", "locality": "Burbank"}}).WantStatus(200, 204)
			s.Read(user).WantLen("addresses", 2).Want("addresses[type=work].locality", "Burbank").Want("addresses[type=work].streetAddress", "911 Universal City Plaza").
				Want("addresses[type=home].locality", "Pasadena")
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-filtered-sub",
		Title:  "replace of a sub-attribute of selected values (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.3: "If the target location is a complex multi-valued attribute with a value selection filter ("valuePath") and a specific sub-attribute ... the matching sub-attribute is replaced"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "addresses")},
		Run: func(s *Session) {
			user := s.User(Attrs{"addresses": []Attrs{{"type": "work", "streetAddress": "Old", "locality": "Hollywood"}, {"type": "home", "streetAddress": "Kept"}}})
			s.PATCH(user.Path, Op{"replace", `addresses[type eq "work"].streetAddress`, "1010 Broadway Ave"}).WantStatus(200, 204)
			s.Read(user).Want("addresses[type=work].streetAddress", "1010 Broadway Ave").Want("addresses[type=work].locality", "Hollywood").Want("addresses[type=home].streetAddress", "Kept")
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-no-target",
		Title:  "replace with a filter that selects nothing is refused: 400 noTarget",
		Source: `RFC 7644 section 3.5.2.3: "If the target location is a multi-valued attribute for which a value selection filter ("valuePath") has been supplied and no record match was made, the service provider SHALL indicate failure by returning HTTP status code 400 and a "scimType" error code of "noTarget""`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails.display")},
		Run: func(s *Session) {
			// co, not eq: for eq, clients expect the value to be created (see the checks of Entra).
			s.PATCH(s.User().Path, Op{"replace", `emails[value co "no such value"].display`, "x"}).WantError(400, "noTarget")
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-members",
		Title:  "replace of members makes them the members (the RFC's example)",
		Source: `RFC 7644 section 3.5.2.3: "how to replace all of the members of a group with a different members list"`,
		Grade:  Must,
		Needs:  []Need{Patch, Groups},
		Run: func(s *Session) {
			a, b, c := s.User(), s.User(), s.User()
			group := s.Group(a)
			s.PATCH(group.Path, Op{"replace", "members", []Attrs{b.Ref(), c.Ref()}}).WantStatus(200, 204)
			s.Read(group).WantMembers(b, c)
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-primary",
		Title:  "making one value primary takes it from the other",
		Source: `RFC 7644 section 3.5.2: a PATCH that sets "primary" to "true" "SHALL cause the server to automatically set "primary" to "false" for any other values in the array"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails.primary")},
		Run: func(s *Session) {
			user := s.User(Attrs{"emails": []Attrs{{"value": s.Mail(), "type": "work", "primary": true}, {"value": s.Mail(), "type": "home"}}})
			s.PATCH(user.Path, Op{"replace", `emails[type eq "home"].primary`, true}).WantStatus(200, 204)
			a := s.Read(user).Want("emails[type=home].primary", true)
			if v, _ := a.Value("emails[type=work].primary"); v == true {
				a.Fail("expected the work address to be primary no more, but it is")
			}
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-replace-user-name",
		Title:  "replace of userName renames the user",
		Source: `RFC 7644 section 3.5.2.3; RFC 7643 section 4.1.1: userName is readWrite`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user, name := s.User(), s.Name()
			s.PATCH(user.Path, Op{"replace", "userName", name}).WantStatus(200, 204)
			s.Read(user).Want("userName", name)
		},
	},
	{
		ID:     "rfc7644-3.5.2.3-deactivate",
		Title:  "replace of active makes a user inactive and active again",
		Source: `RFC 7643 section 4.1.1: active is "A Boolean value indicating the user's administrative status"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "active")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "active", false}).WantStatus(200, 204)
			s.Read(user).Want("active", false)
			s.PATCH(user.Path, Op{"replace", "active", true}).WantStatus(200, 204)
			s.Read(user).Want("active", true)
		},
	},
	{
		ID:       "entra-boolean-as-text",
		Title:    `active may be replaced by "False" and "True"`,
		Source:   `Microsoft Entra, "SCIM compatibility": without the flag aadOptscim062020, {"op":"Replace","path":"active","value":"False"}`,
		Grade:    Client,
		Profiles: []Profile{Entra},
		Needs:    []Need{Patch, Attribute("User", "active")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"Replace", "active", "False"}).WantStatus(200, 204)
			s.Read(user).Want("active", false)
			s.PATCH(user.Path, Op{"Replace", "active", "True"}).WantStatus(200, 204)
			s.Read(user).Want("active", true)
		},
	},
}
