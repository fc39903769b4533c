package conformance

import (
	"crypto/rand"
	"encoding/hex"
)

const reports = "field reports of Entra: "

// entraShapeChecks are what else Entra asks and sends, by its documentation and
// by what people saw it send.
var entraShapeChecks = []Check{
	client(Entra, "entra-test-connection", "Test Connection asks for a random GUID and gets 200 and an empty list", entraDoc+"test connection", entraTestConnection, Filter),
	client(Entra, "entra-media-type", "all answers, errors as well, are application/scim+json", entraDoc+"the response content type", entraMediaType),
	client(Entra, "entra-not-found", "a missing user is answered 404 as an Error with the status as text", entraDoc+"get user by id, 404", entraNotFound),
	client(Entra, "entra-filter-external-id", "a user is found by externalId", entraDoc+"get user by query", entraFilterExternalID, Filter),
	client(Entra, "entra-filter-work-mail", `a user is found by emails[type eq "work"].value`, entraDoc+"matching attribute", entraFilterWorkMail, Filter),
	client(Entra, "entra-filter-id-manager", "a manager is looked up by id and manager in one filter, in either order", entraDoc+"Example 4, reference attributes", entraFilterManager, Filter, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-filter-id-members", "a membership is looked up by id and members in one filter", entraDoc+"Example 4, reference attributes", entraFilterMembers, Filter, Groups),
	client(Entra, "entra-filter-two", "eq terms joined by and find only what meets both", entraDoc+"supported operators", entraFilterTwo, Filter),
	client(Entra, "entra-soft-deleted-visible", "a disabled user is still answered by GET, by filter and in lists", entraDoc+"soft-deleted users", entraSoftDeleted, Patch, Filter),
	client(Entra, "entra-values-as-sent", "values come back in the case and form in which they were sent", entraDoc+"values should be stored in the same format", entraValuesAsSent),
	client(Entra, "entra-create-empty-roles", "empty lists and meta in a new user are no error", entraDoc+"create user", entraCreateEmptyRoles),
	client(Entra, "entra-create-nulls", "null values and a malformed URN in a new user are no error", entraDoc+"Example 2", entraCreateNulls),
	client(Entra, "entra-create-role-text", `a role whose primary is the text "True" is accepted and kept`, validator+"payload: roles", entraCreateRoleText, Attribute("User", "roles.primary")),
	client(Entra, "entra-create-unknown-manager", "a manager that does not exist is accepted and comes back", validator+"payload: manager", entraCreateUnknownManager, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-create-odd-values", "a profileUrl that is no URL and a country in words come back", validator+"payload: values", entraCreateOddValues, Attribute("User", "profileUrl"), Attribute("User", "addresses.country")),
	client(Entra, "entra-create-extension", "an extension whose URN is not in schemas is kept", entraDoc+"custom attributes are sent under their URN", entraCreateExtension, Enterprise),
	client(Entra, "entra-patch-work-mail", "replace of the work e-mail of a user without one creates it, and leaves the others", reports+"sourcegraph PR 49200, scim-patch issue 176", entraPatchWorkMail, Patch),
	client(Entra, "entra-patch-work-mail-only", "replace of the work e-mail leaves an e-mail of another type alone", reports+"sourcegraph PR 49119", entraPatchWorkMailOnly, Patch),
	client(Entra, "entra-patch-remove-mail-value", "Remove of the work e-mail with a value removes it", reports+"AzureAD/SCIMReferenceCode PR 87", entraRemoveMailValue, Patch),
	client(Entra, "entra-patch-capital-sub", "sub-attributes in capitals are understood: .Value, .Formatted", "Microsoft Entra docs, default attribute mappings", entraCapitalSub, Patch, Attribute("User", "addresses.formatted")),
	client(Entra, "entra-patch-capital-paths", "paths in any case name the attributes they mean", entraDoc+"don't require a case-sensitive match; langwatch issue 7140", entraCapitalPaths, Patch),
	client(Entra, "entra-patch-core-urn", "a path may begin with the URN of the core schema", reports+"langwatch issue 7140", entraCoreURN, Patch, Groups),
	client(Entra, "entra-patch-manager-list", `the path "manager" without a URN and a list with $ref and value sets the manager`, entraDoc+"Example 5", entraManagerList, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-patch-role-json", "a role whose value is JSON as text is kept as it is", "Microsoft Entra docs, customize-application-attributes.md: AppRoleAssignmentsComplex", entraRoleJSON, Patch, Attribute("User", "roles.value")),
	client(Entra, "entra-patch-role-primary", `roles[primary eq "True"].value is replaced where primary is true`, "Microsoft Entra docs, customize-application-attributes.md: SingleAppRoleAssignment", entraRolePrimary, Patch, Attribute("User", "roles.primary")),
	client(Entra, "entra-group-patch-status", "PATCH of a group is answered 204, or 200 with the group", entraDoc+"update group", entraGroupPatchStatus, Patch, Groups),
	client(Entra, "entra-group-many-members", "one PATCH with several members adds them all", entraDoc+"multi-member PATCH", entraGroupManyMembers, Patch, Groups),
	client(Entra, "entra-group-unknown-member", "a member that does not exist yet does not make the change fail", "Entra adds members in any order; fleetdm issue 46374", entraUnknownMember, Patch, Groups),
}

// guid is a random GUID.
func guid(s *Session) string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		s.end(Broken, false, "no random GUID: %s", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func entraTestConnection(s *Session) {
	s = asEntra(s)
	none(s.Find("/Users", named("userName", guid(s))))
}

func entraMediaType(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	const scim = "application/scim+json"
	r.Got.WantType(scim)
	s.GET(r.Path).WantStatus(200).WantType(scim)
	s.GET("/Users", "count", "1").WantStatus(200).WantType(scim)
	s.GET("/Users/" + s.Name()).WantStatus(404).WantType(scim)
	s.GET("/Schemas").WantStatus(200).WantType(scim)
}

func entraNotFound(s *Session) {
	asEntra(s).GET("/Users/" + guid(s)).WantError(404)
}

func entraFilterExternalID(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	one(s.Find("/Users", named("externalId", r.Sent["externalId"].(string))), r)
	none(s.Find("/Users", named("externalId", s.Name())))
}

func entraFilterWorkMail(s *Session) {
	s = asEntra(s)
	work, home := s.Mail(), s.Mail()
	r := entraMake(s, Attrs{"emails": []Attrs{{"type": "work", "value": work}, {"type": "home", "value": home}}})
	one(s.Find("/Users", `emails[type eq "work"].value eq "`+work+`"`), r)
	none(s.Find("/Users", `emails[type eq "work"].value eq "`+home+`"`))
}

func entraFilterManager(s *Session) {
	s = asEntra(s)
	boss := entraMake(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": boss.ID}}})
	one(s.Find("/Users", named("id", r.ID)+" and "+named("manager", boss.ID), "attributes", "id"), r)
	one(s.Find("/Users", named("manager", boss.ID)+" and "+named("id", r.ID), "attributes", "id"), r)
	none(s.Find("/Users", named("id", r.ID)+" and "+named("manager", r.ID), "attributes", "id"))
}

func entraFilterMembers(s *Session) {
	s = asEntra(s)
	u, other := entraMake(s), entraMake(s)
	g := entraTeam(s, u)
	one(s.Find("/Groups", named("id", g.ID)+" and "+named("members", u.ID), "attributes", "id"), g)
	none(s.Find("/Groups", named("id", g.ID)+" and "+named("members", other.ID), "attributes", "id"))
}

func entraFilterTwo(s *Session) {
	s = asEntra(s)
	r, other := entraMake(s), entraMake(s)
	one(s.Find("/Users", named("userName", r.Name)+" and "+named("externalId", r.Sent["externalId"].(string))), r)
	none(s.Find("/Users", named("userName", r.Name)+" and "+named("externalId", other.Sent["externalId"].(string))))
}

func entraSoftDeleted(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: "active", Value: "False"}))
	s.GET(r.Path).WantStatus(200).Want("id", r.ID).Want("active", false)
	one(s.Find("/Users", named("externalId", r.Sent["externalId"].(string))), r)
	s.WantFound("/Users", named("userName", r.Name), r)
}

func entraValuesAsSent(s *Session) {
	s = asEntra(s)
	mail := "MiX." + s.Mail()
	sent := Attrs{"userName": mail, "externalId": "MiXed" + s.Name(), "displayName": "ÄÖÜ d'Été",
		"emails": []Attrs{{"primary": true, "type": "work", "value": mail}},
		"name":   Attrs{"familyName": "van der MEER", "givenName": "josé", "formatted": "josé van der MEER"}}
	a := s.GET(entraMake(s, sent).Path).WantStatus(200)
	for name, value := range sent {
		a.Want(name, value)
	}
}

func entraCreateEmptyRoles(s *Session) {
	s = asEntra(s)
	s.POST("/Users", entraUser(s, Attrs{"meta": Attrs{"resourceType": "User"}, "roles": []Attrs{}, "phoneNumbers": []Attrs{}, "addresses": []Attrs{}})).
		WantStatus(201).WantSome("id").WantNo("roles")
}

func entraCreateNulls(s *Session) {
	s = asEntra(s)
	sent := entraUser(s, Attrs{"schemas": []string{UserURN, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"}, "addresses": nil, "phoneNumbers": nil,
		"preferredLanguage": nil, "title": nil, "department": nil, "manager": nil})
	a := s.POST("/Users", sent).WantStatus(201).WantSome("id").Want("userName", sent["userName"])
	a.WantNo("title").WantNo("phoneNumbers")
}

func entraCreateRoleText(s *Session) {
	s = asEntra(s)
	role := Attrs{"primary": "True", "display": "Display", "value": "Value", "type": "Type"}
	r := entraMake(s, Attrs{"roles": []Attrs{role}})
	a := s.GET(r.Path).WantStatus(200).WantLen("roles", 1).Want("roles.0.value", "Value").Want("roles.0.display", "Display")
	if got, _ := a.Value("roles.0.primary"); got != true && got != "True" {
		a.Fail("expected roles.0.primary true, got %s", show(got))
	}
}

func entraCreateUnknownManager(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": "XYMKVVRYDIOO"}}})
	s.GET(r.Path).WantStatus(200).Want(managerOf, "XYMKVVRYDIOO")
}

func entraCreateOddValues(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{"profileUrl": "ZRQPDKWTNVXM", "addresses": []Attrs{{"type": "work", "country": "Sierra Leone"}}})
	s.GET(r.Path).WantStatus(200).Want("profileUrl", "ZRQPDKWTNVXM").Want("addresses[type=work].country", "Sierra Leone")
}

func entraCreateExtension(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{"schemas": []string{UserURN}, EnterpriseURN: Attrs{"department": "Sales"}})
	s.GET(r.Path).WantStatus(200).Want(EnterpriseURN+".department", "Sales").WantIn("schemas", EnterpriseURN)
}

func entraPatchWorkMail(s *Session) {
	s = asEntra(s)
	home, work := s.Mail(), s.Mail()
	r := entraMake(s, Attrs{"emails": []Attrs{{"type": "home", "value": home}}})
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: `emails[type eq "work"].value`, Value: work}))
	s.GET(r.Path).WantStatus(200).WantLen("emails", 2).Want("emails[type=work].value", work).Want("emails[type=home].value", home)
}

func entraPatchWorkMailOnly(s *Session) {
	s = asEntra(s)
	home, next := s.Mail(), s.Mail()
	r := entraMake(s, Attrs{"emails": []Attrs{{"type": "work", "value": s.Mail(), "primary": true}, {"type": "home", "value": home}}})
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: `emails[type eq "work"].value`, Value: next}))
	a := s.GET(r.Path).WantStatus(200).WantLen("emails", 2).Want("emails[type=home].value", home)
	a.Want("emails[type=work].value", next).Want("emails[type=work].primary", true)
}

func entraRemoveMailValue(s *Session) {
	s = asEntra(s)
	work, home := s.Mail(), s.Mail()
	r := entraMake(s, Attrs{"emails": []Attrs{{"type": "work", "value": work}, {"type": "home", "value": home}}})
	patched(s.PATCH(r.Path, Op{Op: "Remove", Path: `emails[type eq "work"].value`, Value: work}))
	a := s.GET(r.Path).WantStatus(200).Want("emails[type=home].value", home)
	cleared(a, "emails[type=work].value")
}

func entraCapitalSub(s *Session) {
	s = asEntra(s)
	r, other := entraMake(s), s.Mail()
	patched(s.PATCH(r.Path,
		Op{Op: "Add", Path: `emails[type eq "other"].Value`, Value: other},
		Op{Op: "Add", Path: `addresses[type eq "other"].Formatted`, Value: "Room 101"}))
	s.GET(r.Path).WantStatus(200).Want("emails[type=other].value", other).Want("addresses[type=other].formatted", "Room 101")
}

func entraCapitalPaths(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "REPLACE", Path: "DisplayName", Value: "One"}, Op{Op: "Replace", Path: "Name.GivenName", Value: "Two"}))
	s.GET(r.Path).WantStatus(200).Want("displayName", "One").Want("name.givenName", "Two").Want("name.familyName", "Family")
}

func entraCoreURN(s *Session) {
	s = asEntra(s)
	u, g := entraMake(s), entraTeam(s)
	patched(s.PATCH(g.Path, Op{Op: "Add", Path: GroupURN + ":members", Value: refs(u)}))
	s.GET(g.Path).WantStatus(200).WantMembers(u)
}

func entraManagerList(s *Session) {
	s = asEntra(s)
	r, boss := entraMake(s), entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "Add", Path: "manager", Value: []Attrs{{"$ref": s.Base() + boss.Path, "value": boss.ID}}}))
	s.GET(r.Path).WantStatus(200).Want(managerOf, boss.ID)
}

func entraRoleJSON(s *Session) {
	s = asEntra(s)
	const value = `{"id":"06b07648","value":"Admin","displayName":"Admin"}`
	r := entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "Add", Path: "roles", Value: []Attrs{{"value": value}}}))
	s.GET(r.Path).WantStatus(200).Want("roles.0.value", value)
}

func entraRolePrimary(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{"roles": []Attrs{{"primary": true, "value": "First"}, {"value": "Other"}}})
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: `roles[primary eq "True"].value`, Value: "Second"}))
	s.GET(r.Path).WantStatus(200).WantLen("roles", 2).
		Want("roles[value=Second].primary", true).Want("roles[value=Other].value", "Other")
}

func entraGroupPatchStatus(s *Session) {
	s = asEntra(s)
	g := entraTeam(s)
	a := s.PATCH(g.Path, Op{Op: "Add", Path: "members", Value: refs(entraMake(s))}).WantStatus(200, 204)
	if a.Status == 204 && len(a.Body) > 0 {
		a.Fail("expected 204 without a body, got %d bytes", len(a.Body))
	}
	if a.Status == 200 {
		a.Want("id", g.ID)
	}
}

func entraGroupManyMembers(s *Session) {
	s = asEntra(s)
	us := make([]*Resource, 12)
	for i := range us {
		us[i] = entraMake(s)
	}
	g := entraTeam(s)
	patched(s.PATCH(g.Path, Op{Op: "Add", Path: "members", Value: refs(us...)}))
	s.GET(g.Path).WantStatus(200).WantMembers(us...)
}

func entraUnknownMember(s *Session) {
	s = asEntra(s)
	u, g := entraMake(s), entraTeam(s)
	patched(s.PATCH(g.Path, Op{Op: "Add", Path: "members", Value: []Attrs{{"value": guid(s)}, u.Ref()}}))
	s.GET(g.Path).WantStatus(200).Want("members[value="+u.ID+"].value", u.ID)
}
