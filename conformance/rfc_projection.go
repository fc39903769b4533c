package conformance

import "strings"

var projectionChecks = []Check{
	{
		ID:     "rfc7644-3.9-attributes",
		Title:  "attributes=userName returns that, id and schemas, and no more",
		Source: `RFC 7644 section 3.9: "each resource returned MUST contain the minimum set of resource attributes and any attributes or sub-attributes explicitly requested by the "attributes" parameter"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "attributes", "userName").WantStatus(200).Want("userName", user.Name).Want("id", user.ID).
				WantNo("displayName").WantNo("name").WantNo("emails")
		},
	},
	{
		ID:     "rfc7644-3.9-attributes-in-any-case",
		Title:  "attributes=USERNAME means userName",
		Source: `RFC 7643 section 2.1: "Attribute names are case insensitive"; RFC 7644 section 3.10`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "attributes", "USERNAME").WantStatus(200).Want("userName", user.Name).WantNo("displayName")
		},
	},
	{
		ID:     "rfc7644-3.10-attributes-sub",
		Title:  "attributes=name.familyName returns that part of name alone",
		Source: `RFC 7644 section 3.10: "Complex attributes' sub-attributes are referenced via nested, dot ('.') notation"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "attributes", "name.familyName").WantStatus(200).Want("name.familyName", user.Name).WantNo("name.givenName")
		},
	},
	{
		ID:     "rfc7644-3.10-attributes-urn",
		Title:  "attributes takes names with the URN of their schema",
		Source: `RFC 7644 section 3.10: "All facets (URN, attribute, and sub-attribute name) of the fully encoded attribute name are case insensitive"`,
		Grade:  Must,
		Needs:  []Need{Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests", "division": "Checks"}})
			s.GET(user.Path, "attributes", strings.ToLower(EnterpriseURN)+":department").WantStatus(200).
				Want(EnterpriseURN+".department", "Tests").WantNo(EnterpriseURN + ".division").WantNo("userName")
		},
	},
	{
		ID:     "rfc7644-3.9-excluded",
		Title:  "excludedAttributes=displayName,emails leaves those out",
		Source: `RFC 7644 section 3.9: "the default set of attributes minus those attributes listed in "excludedAttributes" is returned"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "excludedAttributes", "displayName,emails").WantStatus(200).Want("userName", user.Name).WantNo("displayName").WantNo("emails")
		},
	},
	{
		ID:     "rfc7644-3.9-excluded-id",
		Title:  "id is returned whatever is excluded",
		Source: `RFC 7644 section 3.4.2.5: "This parameter SHALL have no effect on attributes whose schema "returned" setting is "always""; RFC 7643 section 3.1: id is always`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "excludedAttributes", "id,displayName").WantStatus(200).Want("id", user.ID)
		},
	},
	{
		ID:     "rfc7644-3.9-attributes-in-list",
		Title:  "attributes is honoured in lists",
		Source: `RFC 7644 section 3.4.2: queries "MAY request ... attributes"; section 3.9 for "any operation that returns a resource"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			a := s.Find("/Users", `userName eq "`+user.Name+`"`, "attributes", "userName").WantStatus(200).WantLen("Resources", 1)
			a.Want("Resources.0.id", user.ID).WantNo("Resources.0.displayName")
		},
	},
	{
		ID:     "rfc7644-3.9-attributes-in-create",
		Title:  "attributes is honoured in the answer to a create",
		Source: `RFC 7644 section 3.9: "Clients MAY request a partial resource representation on any operation that returns a resource within the response"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users?attributes=userName", s.NewUser()).WantStatus(201).WantSome("id").WantSome("userName").WantNo("displayName")
		},
	},
	{
		ID:     "rfc7644-3.9-excluded-members",
		Title:  "excludedAttributes=members spares a group's members",
		Source: `RFC 7644 section 3.9; Entra reads groups in this way`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			group := s.Group(s.User())
			s.GET(group.Path, "excludedAttributes", "members").WantStatus(200).Want("displayName", group.Name).WantNo("members")
		},
	},
}
