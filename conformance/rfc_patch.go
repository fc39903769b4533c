package conformance

import "encoding/json"

var patchChecks = []Check{
	{
		ID:     "rfc7644-3.5.2-answer",
		Title:  "PATCH is answered 200 with the user, or 204 without a body",
		Source: `RFC 7644 section 3.5.2: "the server either MUST return a 200 OK response code and the entire resource within the response body ... or MAY return HTTP status code 204 (No Content)"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			a := s.PATCH(user.Path, Op{"replace", "displayName", "Patched"}).WantStatus(200, 204)
			if a.Status == 200 {
				a.Want("id", user.ID).Want("displayName", "Patched")
			} else if len(a.Body) > 0 {
				a.Fail("expected no body with 204, got %d bytes", len(a.Body))
			}
		},
	},
	{
		ID:     "rfc7644-3.5.2-answer-attributes",
		Title:  "PATCH with attributes= is answered 200 with just those",
		Source: `RFC 7644 section 3.5.2: "The server MUST return a 200 OK if the "attributes" parameter is specified in the request"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path+"?attributes=displayName", Op{"replace", "displayName", "Patched"}).WantStatus(200).Want("displayName", "Patched").WantNo("userName")
		},
	},
	{
		ID:     "rfc7644-3.5.2-unknown-id",
		Title:  "PATCH of an id that does not exist is answered 404",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.PATCH("/Users/no-such-"+s.Name(), Op{"replace", "displayName", "Patched"}).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.5.2-schemas",
		Title:  "a PATCH body without the PatchOp schema is refused: 400",
		Source: `RFC 7644 section 3.5.2: "The body of each request MUST contain the "schemas" attribute with the URI value of "urn:ietf:params:scim:api:messages:2.0:PatchOp""`,
		Grade:  Should,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.Send("PATCH", s.User().Path, Attrs{"Operations": []Op{{"replace", "displayName", "Patched"}}}).WantError(400, "invalidSyntax", "invalidValue")
		},
	},
	{
		ID:     "rfc7644-3.5.2-unknown-op",
		Title:  "an op that is none of add, remove and replace is refused: 400",
		Source: `RFC 7644 section 3.5.2: "op", whose value indicates the operation to perform, "MAY be one of "add", "remove", or "replace""; Table 9: invalidSyntax "did not conform to the request schema"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"increment", "displayName", "Patched"}).WantError(400, "invalidSyntax", "invalidValue")
		},
	},
	{
		ID:     "rfc7644-3.5.2-in-order",
		Title:  "operations are applied in their order",
		Source: `RFC 7644 section 3.5.2: "Operations are applied sequentially in the order they appear in the array"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "nickName"), Attribute("User", "title")},
		Run: func(s *Session) {
			user := s.User(Attrs{"title": "Old"})
			s.PATCH(user.Path, Op{"add", "nickName", "First"}, Op{"replace", "nickName", "Second"}, Op{"remove", "title", nil}, Op{"add", "title", "New"}).WantStatus(200, 204)
			s.Read(user).Want("nickName", "Second").Want("title", "New")
		},
	},
	{
		ID:     "rfc7644-3.5.2-atomic",
		Title:  "one operation that fails leaves the user as it was",
		Source: `RFC 7644 section 3.5.2: "A PATCH request, regardless of the number of operations, SHALL be treated as atomic"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "displayName", "Patched"}, Op{"replace", "name.givenName", "Patched"}, Op{"replace", "emails[value co \"no such value\"].display", "x"}).WantRefused()
			s.Read(user).Want("displayName", user.Sent["displayName"]).Want("name.givenName", "Check")
		},
	},
	{
		ID:     "rfc7644-3.5.2-atomic-taken",
		Title:  "a userName that is taken leaves the user as it was: 409 uniqueness",
		Source: `RFC 7644 section 3.5.2: "the original SCIM resource MUST be restored" if an operation fails; Table 9: uniqueness`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			other, user := s.User(), s.User()
			s.PATCH(user.Path, Op{"replace", "displayName", "Patched"}, Op{"replace", "userName", other.Name}).WantError(409, "uniqueness")
			s.Read(user).Want("userName", user.Name).Want("displayName", user.Sent["displayName"])
		},
	},
	{
		ID:     "rfc7644-3.5.2-readonly",
		Title:  "an operation on a readOnly attribute is refused: 400 mutability",
		Source: `RFC 7644 section 3.5.2: "each operation against an attribute MUST be compatible with the attribute's mutability"; Table 9: mutability "The attempted modification is not compatible with the target attribute's mutability"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "groups")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "groups", []Attrs{{"value": "e9e30dba"}}}).WantError(400, "mutability")
		},
	},
	{
		ID:     "rfc7644-3.5.2-readonly-id",
		Title:  "an operation whose path is id is refused: 400 mutability",
		Source: `RFC 7643 section 3.1: id is readOnly; RFC 7644 Table 9: mutability`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "id", s.Name()}).WantError(400, "mutability")
			s.Read(user).Want("id", user.ID)
		},
	},
	{
		ID:     "rfc7644-3.5.2-invalid-path",
		Title:  "a path that cannot be read is refused: 400 invalidPath",
		Source: `RFC 7644 Table 9: invalidPath "The "path" attribute was invalid or malformed (see Figure 7)"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.PATCH(s.User().Path, Op{"replace", `emails[type eq "work"`, "x"}).WantError(400, "invalidPath")
		},
	},
	{
		ID:     "rfc7644-3.5.2-unknown-path",
		Title:  "a path to an attribute that does not exist is refused: 400",
		Source: `RFC 7644 Table 9: invalidPath "The "path" attribute was invalid"; noTarget "did not yield an attribute or attribute value that could be operated on"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.PATCH(s.User().Path, Op{"replace", "favouriteCheese", "Comte"}).WantError(400, "invalidPath", "noTarget")
		},
	},
	{
		ID:     "rfc7644-3.5.2-invalid-value",
		Title:  "a value of the wrong type is refused: 400 invalidValue",
		Source: `RFC 7644 Table 9: invalidValue "the value specified was not compatible with the operation or attribute type"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.PATCH(s.User().Path, Op{"replace", "displayName", Attrs{"en": "x"}}).WantError(400, "invalidValue")
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-in-any-case",
		Title:  "a path is taken in any case",
		Source: `RFC 7643 section 2.1: "Attribute names are case insensitive"; RFC 7644 section 3.10`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", "DISPLAYNAME", "Patched"}, Op{"replace", "NAME.givenname", "Patched"}).WantStatus(200, 204)
			s.Read(user).Want("displayName", "Patched").Want("name.givenName", "Patched")
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-in-any-case-found",
		Title:  "what was changed through a path in another case is found by filters",
		Source: `RFC 7643 section 2.1: "Attribute names are case insensitive"; RFC 7644 section 3.4.2.2: "Attribute names and attribute operators used in filters are case insensitive"`,
		Grade:  Must,
		Needs:  []Need{Patch, Filter},
		Run: func(s *Session) {
			user := s.User()
			name := s.Name()
			s.PATCH(user.Path, Op{"replace", "DISPLAYNAME", name}).WantStatus(200, 204)
			s.WantFound("/Users", `displayName eq "`+name+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-urn",
		Title:  "a path may begin with the URN of the core schema",
		Source: `RFC 7644 section 3.10: "clients MAY fully encode" attribute names with their URN; figure 7: attrPath`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"replace", UserURN + ":displayName", "Patched"}).WantStatus(200, 204)
			s.Read(user).Want("displayName", "Patched")
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-extension",
		Title:  "a path with the URN of an extension changes that attribute",
		Source: `RFC 7644 section 3.10: extension attributes are named "urn:...:User:employeeNumber"`,
		Grade:  Must,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{EnterpriseURN: Attrs{"department": "Old", "division": "Kept"}})
			s.PATCH(user.Path, Op{"replace", EnterpriseURN + ":department", "New"}).WantStatus(200, 204)
			s.Read(user).Want(EnterpriseURN+".department", "New").Want(EnterpriseURN+".division", "Kept")
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-urn-in-any-case",
		Title:  "the URN in a path is taken in any case",
		Source: `RFC 7644 section 3.10: "All facets (URN, attribute, and sub-attribute name) of the fully encoded attribute name are case insensitive"`,
		Grade:  Must,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"add", "URN:IETF:params:scim:schemas:extension:ENTERPRISE:2.0:user:department", "New"}).WantStatus(200, 204)
			s.Read(user).Want(EnterpriseURN+".department", "New")
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-extension-whole",
		Title:  "a path that is the URN of an extension changes what the value names",
		Source: `RFC 7643 section 3.3: an extension is a complex attribute named by its URN; RFC 7644 figure 7`,
		Grade:  Should,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User()
			s.PATCH(user.Path, Op{"add", EnterpriseURN, Attrs{"department": "New"}}).WantStatus(200, 204)
			s.Read(user).Want(EnterpriseURN+".department", "New")
		},
	},
	{
		ID:     "rfc7644-3.5.2-last-modified",
		Title:  "PATCH moves meta.lastModified",
		Source: `RFC 7643 section 3.1: lastModified is "The most recent DateTime that the details of this resource were updated"`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			user := s.User()
			old := s.Read(user).moment("meta.lastModified")
			pause(s.ctx, aMoment)
			s.PATCH(user.Path, Op{"replace", "displayName", "Patched"})
			if a := s.Read(user); !a.moment("meta.lastModified").After(old) {
				a.Fail("expected a meta.lastModified after %s, got %s", old, a.Text("meta.lastModified"))
			}
		},
	},
	{
		ID:     "rfc7643-2.5-patch-null",
		Title:  "replacing with null unassigns",
		Source: `RFC 7643 section 2.5: assigning "null" makes an attribute unassigned; RFC 7644 section 3.5.2.3`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "nickName"), Attribute("User", "title")},
		Run: func(s *Session) {
			user := s.User(Attrs{"nickName": "Babs", "title": "Guide"})
			s.PATCH(user.Path, Op{"replace", "nickName", json.RawMessage("null")}, Op{"replace", "", Attrs{"title": nil}}).WantStatus(200, 204)
			s.Read(user).WantNo("nickName").WantNo("title")
		},
	},
	{
		ID:     "rfc7644-3.5.2-escapes-in-path",
		Title:  "a quoted quote in the filter of a path is read as JSON",
		Source: `RFC 7644 figure 1: compValue is a JSON string (RFC 7159), so \" and \u are escapes`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails.display")},
		Run: func(s *Session) {
			mail := s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": mail, "type": "work", "display": `A "B"`}}})
			s.PATCH(user.Path, Op{"replace", `emails[display eq "\u0041 \"B\""].display`, "plain"}).WantStatus(200, 204)
			s.Read(user).Want("emails[value="+mail+"].display", "plain")
		},
	},
	{
		ID:     "rfc7644-3.5.2-path-three-terms",
		Title:  "the filter of a path may have parentheses and more than two terms",
		Source: `RFC 7644 figure 1: valFilter = attrExp / logExp / *1"not" "(" valFilter ")"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "emails")},
		Run: func(s *Session) {
			mail := s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": mail, "type": "work"}, {"value": s.Mail(), "type": "home"}}})
			s.PATCH(user.Path, Op{"remove", `emails[(type eq "home" or type eq "other") and value co "@" and not (value co "no such")]`, nil}).WantStatus(200, 204)
			s.Read(user).WantLen("emails", 1).Want("emails.0.value", mail)
		},
	},
	{
		ID:     "rfc7644-3.5.2-no-path-extension",
		Title:  "an operation without path takes the attributes of an extension under its URN",
		Source: `RFC 7644 section 3.5.2.1: without path "the target location is assumed to be the resource itself"; RFC 7643 section 3.3`,
		Grade:  Must,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{EnterpriseURN: Attrs{"division": "Kept"}})
			s.PATCH(user.Path, Op{"add", "", Attrs{EnterpriseURN: Attrs{"department": "New"}}}).WantStatus(200, 204)
			s.Read(user).Want(EnterpriseURN+".department", "New").Want(EnterpriseURN+".division", "Kept")
		},
	},
	{
		ID:     "rfc7644-3.5.2-readonly-meta",
		Title:  "an operation whose path is meta.created is refused: 400 mutability",
		Source: `RFC 7643 section 3.1: "All "meta" sub-attributes are assigned by the service provider (have a "mutability" of "readOnly")"; RFC 7644 Table 9: mutability`,
		Grade:  Must,
		Needs:  []Need{Patch},
		Run: func(s *Session) {
			s.PATCH(s.User().Path, Op{"replace", "meta.created", "1999-01-01T00:00:00Z"}).WantError(400, "mutability")
		},
	},
	{
		ID:     "rfc7644-3.5.2-readonly-sub",
		Title:  "an operation on manager.displayName is refused: 400 mutability",
		Source: `RFC 7643 section 4.3: manager.displayName: "This attribute is OPTIONAL, and mutability is "readOnly""; RFC 7644 section 3.5.2 and Table 9: mutability`,
		Grade:  Must,
		Needs:  []Need{Patch, Enterprise, Attribute("EnterpriseUser", "manager.displayName")},
		Run: func(s *Session) {
			s.PATCH(s.User().Path, Op{"replace", EnterpriseURN + ":manager.displayName", "The Boss"}).WantError(400, "mutability")
		},
	},
	{
		ID:     "rfc7644-3.5.2-immutable",
		Title:  "the value of a member cannot be changed into another: 400 mutability",
		Source: `RFC 7644 section 3.5.2: "A client MUST NOT modify an attribute that has mutability "readOnly" or "immutable""; RFC 7643 section 8.7.1: members.value is immutable`,
		Grade:  Must,
		Needs:  []Need{Patch, Groups, Attribute("Group", "members.value")},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			group := s.Group(a)
			s.PATCH(group.Path, Op{"replace", `members[value eq "` + a.ID + `"].value`, b.ID}).WantError(400, "mutability")
			s.Read(group).WantMembers(a)
		},
	},
}
