package conformance

import "strings"

var attributeChecks = []Check{
	{
		ID:     "rfc7643-2.5-null-is-unassigned",
		Title:  "an attribute sent as null is unassigned",
		Source: `RFC 7643 section 2.5: "Unassigned attributes, the null value, or an empty array (in the case of a multi-valued attribute) SHALL be considered to be equivalent in "state""`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "nickName")},
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser(Attrs{"nickName": nil, "name": Attrs{"familyName": "Check", "middleName": nil}})).WantStatus(201)
			a.WantNo("nickName").WantNo("name.middleName")
		},
	},
	{
		ID:     "rfc7643-2.5-empty-list-is-unassigned",
		Title:  "an attribute sent as an empty list is unassigned, and not null in the answer",
		Source: `RFC 7643 section 2.5: "Unassigned attributes, the null value, or an empty array (in the case of a multi-valued attribute) SHALL be considered to be equivalent in "state""; section 2.4: multi-valued attributes are JSON arrays`,
		Grade:  Should,
		Needs:  []Need{Attribute("User", "emails")},
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser(Attrs{"emails": []Attrs{}})).WantStatus(201).WantNo("emails")
			if v, ok := a.Value("emails"); ok && v == nil {
				a.Fail("expected no emails or [], got null")
			}
		},
	},
	{
		ID:     "rfc7643-2.4-single-value-no-list",
		Title:  "one object where a list belongs is refused, or becomes a list",
		Source: `RFC 7643 section 2.4: "Multi-valued attributes contain a list of elements using the JSON array format"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "emails")},
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser(Attrs{"emails": Attrs{"value": s.Mail(), "type": "work"}}))
			if a.Status == 400 {
				a.WantError(400, "invalidValue", "invalidSyntax")
				return
			}
			a.WantStatus(201).WantLen("emails", 1)
		},
	},
	{
		ID:     "rfc7643-2.1-names-in-any-case",
		Title:  "attribute names are taken in any case",
		Source: `RFC 7643 section 2.1: "Attribute names are case insensitive"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.NewUser()
			for _, name := range []string{"userName", "displayName", "emails"} {
				value := user[name]
				delete(user, name)
				user[strings.ToUpper(name)] = value
			}
			s.Read(s.Make("/Users", user)).Want("userName", user["USERNAME"]).Want("displayName", user["DISPLAYNAME"]).WantLen("emails", 1)
		},
	},
	{
		ID:     "rfc7643-2.1-names-as-in-schema",
		Title:  "attribute names are answered as the schema spells them",
		Source: `RFC 7643 section 2.1: names are "often "camel-cased" (e.g., "camelCase")"; section 7: name is "the attribute's name"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.NewUser()
			user["DISPLAYNAME"] = user["displayName"]
			delete(user, "displayName")
			a := s.Read(s.Make("/Users", user))
			node, _ := a.JSON.(map[string]any)
			if _, ok := node["displayName"]; !ok {
				a.Fail("expected the name displayName, got the names %s", show(keys(node)))
			}
		},
	},
	{
		ID:     "rfc7643-2.1-urn-in-any-case",
		Title:  "the URN of an extension is taken in any case",
		Source: `RFC 7643 section 2.1: "Attribute names are case insensitive"; RFC 7644 section 3.10: an extension's attributes are named by their URN`,
		Grade:  Should,
		Needs:  []Need{Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{strings.ToLower(EnterpriseURN): Attrs{"department": "Tests"}, "schemas": []string{UserURN, EnterpriseURN}})
			s.Read(user).Want(EnterpriseURN+".department", "Tests")
		},
	},
	{
		ID:     "rfc7643-2-unknown-ignored",
		Title:  "an attribute that the server does not know does no harm",
		Source: `RFC 7643 section 2 and RFC 7644 section 3.3: what a schema does not define is not part of the resource; Entra sends department beside its URN, PATCH clients send ids and displays`,
		Grade:  Should,
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser(Attrs{"favouriteCheese": "Comte"})).WantStatus(201)
			a.WantNo("favouriteCheese")
		},
	},
	{
		ID:     "rfc7643-2.3.2-boolean",
		Title:  "a word where a boolean belongs is refused: 400",
		Source: `RFC 7643 section 2.3.2: "The literal "true" or "false""; RFC 7644 Table 9: invalidValue "not compatible with the operation or attribute type"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "active")},
		Run: func(s *Session) {
			s.POST("/Users", s.NewUser(Attrs{"active": "perhaps"})).WantError(400, "invalidValue", "invalidSyntax")
		},
	},
	{
		ID:     "rfc7643-2.3.1-string",
		Title:  "an object where a string belongs is refused: 400",
		Source: `RFC 7643 section 2.3.1: a string is "A sequence of zero or more Unicode characters"; RFC 7644 Table 9: invalidValue`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users", s.NewUser(Attrs{"displayName": Attrs{"en": "Check"}})).WantError(400, "invalidValue", "invalidSyntax")
		},
	},
	{
		ID:     "rfc7643-2.4-primary-once",
		Title:  "two values are never both primary",
		Source: `RFC 7643 section 2.4: "The primary attribute value "true" MUST appear no more than once"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "emails")},
		Run: func(s *Session) {
			two := []Attrs{{"value": s.Mail(), "type": "work", "primary": true}, {"value": s.Mail(), "type": "home", "primary": true}}
			a := s.POST("/Users", s.NewUser(Attrs{"emails": two}))
			if a.Status == 400 {
				a.WantError(400, "invalidValue", "invalidSyntax")
				return
			}
			a.WantStatus(201)
			if n := count(a.IDs("emails", "primary"), "true"); n > 1 {
				a.Fail("expected at most one primary e-mail address, got %d", n)
			}
		},
	},
	{
		ID:     "rfc7643-4.3-enterprise",
		Title:  "attributes of the enterprise extension come back",
		Source: `RFC 7643 section 4.3: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`,
		Grade:  Must,
		Needs:  []Need{Enterprise, Attribute("EnterpriseUser", "department"), Attribute("EnterpriseUser", "employeeNumber")},
		Run: func(s *Session) {
			number := s.Name()
			a := s.Read(s.User(Attrs{EnterpriseURN: Attrs{"department": "Tour Operations", "employeeNumber": number}}))
			a.Want(EnterpriseURN+".department", "Tour Operations").Want(EnterpriseURN+".employeeNumber", number)
		},
	},
	{
		ID:     "rfc7643-4.3-manager",
		Title:  "manager.value comes back",
		Source: `RFC 7643 section 4.3: manager.value is "The "id" of the SCIM resource representing the user's manager"`,
		Grade:  Must,
		Needs:  []Need{Enterprise, Attribute("EnterpriseUser", "manager")},
		Run: func(s *Session) {
			boss := s.User()
			user := s.User(Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": boss.ID}}})
			s.Read(user).Want(EnterpriseURN+".manager.value", boss.ID)
		},
	},
	{
		ID:     "rfc7643-8.2-full-user",
		Title:  "every attribute of a full user comes back as it was sent",
		Source: `RFC 7643 section 8.2: the full user representation; RFC 7644 section 3.3`,
		Grade:  Must,
		Run: func(s *Session) {
			user := fullUser(s)
			a := s.Read(s.Make("/Users", user))
			for name, value := range user {
				if name != "schemas" && !s.Lacks(Attribute("User", name)) {
					a.wantWithin(name, value)
				}
			}
		},
	},
	{
		ID:     "rfc7643-2.3.1-unicode",
		Title:  "names in any script come back",
		Source: `RFC 7643 section 2.3.1: "A sequence of zero or more Unicode characters encoded using UTF-8"`,
		Grade:  Must,
		Run: func(s *Session) {
			name := Attrs{"givenName": "Ångström-Ω", "familyName": "田中 Łukasz"}
			s.Read(s.User(Attrs{"name": name})).Want("name.givenName", name["givenName"]).Want("name.familyName", name["familyName"])
		},
	},
	{
		ID:     "rfc7643-4.1.1-username-case-kept",
		Title:  "userName comes back in the case in which it was sent",
		Source: `RFC 7643 section 2.2: caseExact is about comparing; the value is the client's (RFC 7644 section 3.3)`,
		Grade:  Must,
		Run: func(s *Session) {
			name := "Mixed-" + strings.ToUpper(s.Name())
			s.Read(s.User(Attrs{"userName": name})).Want("userName", name)
		},
	},
	{
		ID:     "rfc7643-4.1.1-active-false",
		Title:  "a user created inactive is inactive and can be read",
		Source: `RFC 7643 section 4.1.1: active is "A Boolean value indicating the user's administrative status"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "active")},
		Run: func(s *Session) {
			s.Read(s.User(Attrs{"active": false})).Want("active", false)
		},
	},
}

func keys(node map[string]any) []string {
	names := make([]string, 0, len(node))
	for name := range node {
		names = append(names, name)
	}
	return names
}

func count(list []string, value string) int {
	n := 0
	for _, v := range list {
		if v == value {
			n++
		}
	}
	return n
}

// fullUser is a user with a value of each kind, after the example of the RFC.
func fullUser(s *Session) Attrs {
	name := s.Name()
	return Attrs{
		"schemas": []string{UserURN}, "userName": name, "externalId": "701984-" + name,
		"name": Attrs{"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara", "middleName": "Jane",
			"honorificPrefix": "Ms.", "honorificSuffix": "III"},
		"displayName": "Babs Jensen", "nickName": "Babs", "profileUrl": "https://login.example.com/bjensen",
		"emails":            []Attrs{{"value": name + "@example.com", "type": "work", "primary": true}, {"value": name + "@home.example", "type": "home"}},
		"addresses":         []Attrs{{"type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "US"}},
		"phoneNumbers":      []Attrs{{"value": "tel:+1-201-555-0123", "type": "work"}, {"value": "tel:+1-201-555-0124", "type": "mobile"}},
		"ims":               []Attrs{{"value": "someaimhandle", "type": "aim"}},
		"photos":            []Attrs{{"value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo"}},
		"userType":          "Employee",
		"title":             "Tour Guide",
		"roles":             []Attrs{{"value": "guide", "primary": true}},
		"preferredLanguage": "en-US", "locale": "en-US", "timezone": "America/Los_Angeles", "active": true,
	}
}

// wantWithin expects at least what was sent: the server may add sub-attributes.
func (a *Answer) wantWithin(path string, sent any) {
	switch sent := sent.(type) {
	case Attrs:
		for name, value := range sent {
			a.wantWithin(path+"."+name, value)
		}
	case []Attrs:
		a.WantLen(path, len(sent))
		for _, element := range sent {
			by := path + "[value=" + textOf(element["value"]) + "]"
			if element["value"] == nil {
				by = path + "[type=" + textOf(element["type"]) + "]"
			}
			a.wantWithin(by, element)
		}
	default:
		a.Want(path, sent)
	}
}

func textOf(v any) string {
	text, _ := v.(string)
	return text
}
