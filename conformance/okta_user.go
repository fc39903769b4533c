package conformance

import (
	"slices"
	"strconv"
	"strings"
)

const (
	oktaDoc  = "Okta developer docs, SCIM 2.0 protocol reference: "
	oktaPlan = "Okta SCIM test plan (okta-scim-test-plan-v2.xlsx), case "
)

// oktaUserChecks are what Okta does with users.
var oktaUserChecks = []Check{
	client(Okta, "okta-user-placeholder-password", "a create with a placeholder password and empty groups is answered 201 with the user and no password",
		oktaDoc+"create users", oktaPlaceholderPassword),
	client(Okta, "okta-user-id-is-no-bulkid", "ids do not contain the word bulkId", oktaDoc+"the id of a resource (RFC 7643 section 3.1)", oktaIDIsNoBulkID, Groups),
	client(Okta, "okta-user-lookup-finds", "the lookup before a create finds a user that exists, so that it is linked", oktaPlan+"C9335", oktaLookupFinds, Filter),
	client(Okta, "okta-user-lookup-plus", "the lookup finds an address with a plus sign", oktaDoc+"retrieve users", oktaLookupPlus, Filter),
	alone(client(Okta, "okta-import-integers", "totalResults, startIndex and itemsPerPage of an import are integers", oktaDoc+"retrieve users", oktaImportIntegers)),
	alone(client(Okta, "okta-import-pages", "pages of an import hold each user once", oktaPlan+"C9303", oktaImportPages)),
	alone(client(Okta, "okta-import-order", "the same page asked twice holds the same users in the same order", oktaDoc+"retrieve users", oktaImportOrder)),
	client(Okta, "okta-import-deactivated", "a deactivated user is found and read as inactive", oktaPlan+"C9359", oktaImportDeactivated, Filter),
	client(Okta, "okta-put-update", "an update sends all back, with id, empty groups and meta, and gets all with the change", oktaDoc+"update a specific user (PUT)", oktaPutUpdate),
	client(Okta, "okta-put-rename", "a PUT gives a user another userName and the same id", oktaPlan+"C9291", oktaPutRename),
	client(Okta, "okta-put-deactivate", "an app of the wizard deactivates with PUT active false", oktaDoc+"deactivate a user", oktaPutDeactivate),
	client(Okta, "okta-put-empty", "empty texts in a PUT are no error", oktaPlan+"C9337", oktaPutEmpty, Attribute("User", "title"), Attribute("User", "nickName")),
	client(Okta, "okta-put-password", "a PUT with a password is answered 200 without it", oktaPlan+"C9301", oktaPutPassword),
	client(Okta, "okta-patch-deactivate", "PATCH active false without a path deactivates", oktaDoc+"update a specific user (PATCH)", oktaPatchDeactivate, Patch),
	client(Okta, "okta-patch-reactivate", "a reactivated user has the id and the attributes it had", oktaPlan+"C9293", oktaPatchReactivate, Patch),
	client(Okta, "okta-patch-password", "PATCH of a password without a path is accepted and never answered", oktaPlan+"C9302", oktaPatchPassword, Patch),
	client(Okta, "okta-user-all-attributes", "a user with all attributes of Okta's profile comes back as sent", oktaPlan+"C9336", oktaAllAttributes,
		Attribute("User", "nickName"), Attribute("User", "userType"), Attribute("User", "timezone"), Attribute("User", "profileUrl"),
		Attribute("User", "phoneNumbers.type"), Attribute("User", "addresses.type")),
	client(Okta, "okta-user-read-after-write", "a change is seen by the very next GET", oktaPlan+"C9310", oktaReadAfterWrite),
	client(Okta, "okta-conflict-is-an-error", "409 for a user that exists is in the form of an Error with a detail", oktaDoc+"create users, existing user", oktaConflictIsAnError),
	client(Okta, "okta-namesakes-at-once", "six people of one name, created at once under six userNames, are six users", oktaPlan+"C9307 (a group assignment creates many users at once)", oktaNamesakes),
}

func oktaPlaceholderPassword(s *Session) {
	s = asOkta(s)
	a := s.POST("/Users", oktaUser(s, Attrs{"password": "1mz050nq", "externalId": "00u" + s.Name()})).WantStatus(201)
	a.WantSome("id").WantSome("userName").Want("active", true).WantNo("password")
}

func oktaIDIsNoBulkID(s *Session) {
	s = asOkta(s)
	for _, r := range []*Resource{s.Make("/Users", oktaUser(s)), s.Group()} {
		if strings.Contains(strings.ToLower(r.ID), "bulkid") {
			r.Got.Fail("expected an id without the word bulkId, got %q", r.ID)
		}
	}
}

func oktaLookup(s *Session, name string) *Answer {
	return s.Find("/Users", named("userName", name), "startIndex", "1", "count", "100")
}

func oktaLookupFinds(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	one(oktaLookup(s, r.Name), r)
	put(s, r, Attrs{"displayName": "Linked"}).WantStatus(200).Want("id", r.ID)
}

func oktaLookupPlus(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s, Attrs{"userName": "a+b." + s.Mail()}))
	one(oktaLookup(s, r.Name), r)
}

func oktaImportIntegers(s *Session) {
	s = asOkta(s)
	s.Make("/Users", oktaUser(s))
	a := s.GET("/Users", "startIndex", "1", "count", "100").WantStatus(200).Want("startIndex", 1)
	if got := len(a.List("Resources")); a.Number("itemsPerPage") != got {
		a.Fail("expected itemsPerPage %d, the number of Resources, got %d", got, a.Number("itemsPerPage"))
	}
	if a.Number("totalResults") < 1 {
		a.Fail("expected totalResults of 1 or more, got %d", a.Number("totalResults"))
	}
}

// oktaImport reads all pages; the ids come in the order of the pages.
func oktaImport(s *Session, path string, count int) []string {
	var ids []string
	for {
		a := s.GET(path, "startIndex", strconv.Itoa(len(ids)+1), "count", strconv.Itoa(count)).WantStatus(200)
		page := a.IDs("Resources", "id")
		ids = append(ids, page...)
		if len(page) == 0 || len(ids) >= a.Number("totalResults") {
			return ids
		}
	}
}

// eachOnce expects each resource once among ids.
func eachOnce(s *Session, ids []string, want []*Resource) {
	times := map[string]int{}
	for _, id := range ids {
		times[id]++
	}
	for _, r := range want {
		if times[r.ID] != 1 {
			s.Fail("expected %s once on the pages, got it %d times", r.Path, times[r.ID])
		}
	}
}

func oktaImportPages(s *Session) {
	s = asOkta(s)
	made := users(s, 5)
	eachOnce(s, oktaImport(s, "/Users", 2), made)
}

func oktaImportOrder(s *Session) {
	s = asOkta(s)
	users(s, 4)
	first := s.GET("/Users", "startIndex", "1", "count", "100").WantStatus(200).IDs("Resources", "id")
	again := s.GET("/Users", "startIndex", "1", "count", "100").WantStatus(200)
	if got := again.IDs("Resources", "id"); !slices.Equal(got, first) {
		again.Fail("expected the order of the page before, %s, got %s", show(first), show(got))
	}
}

func oktaImportDeactivated(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	put(s, r, Attrs{"active": false}).WantStatus(200)
	one(oktaLookup(s, r.Name), r).Want("Resources.0.active", false)
	s.GET(r.Path).WantStatus(200).Want("active", false)
}

func oktaPutUpdate(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	mail := r.Sent["userName"]
	a := s.PUT(r.Path, over(r.Sent, []Attrs{{"id": r.ID, "groups": []string{}, "meta": Attrs{"resourceType": "User"},
		"name":   Attrs{"givenName": "Changed", "familyName": "Person"},
		"emails": []Attrs{{"primary": true, "value": mail, "type": "work", "display": mail}}}}))
	a.WantStatus(200).Want("id", r.ID).Want("userName", mail).Want("name.givenName", "Changed")
	s.GET(r.Path).WantStatus(200).Want("name.givenName", "Changed").Want("emails.0.value", mail)
}

func oktaPutRename(s *Session) {
	s = asOkta(s)
	r, name := s.Make("/Users", oktaUser(s)), s.Mail()
	put(s, r, Attrs{"userName": name}).WantStatus(200).Want("id", r.ID).Want("userName", name)
	one(oktaLookup(s, name), r)
	none(oktaLookup(s, r.Name))
}

func oktaPutDeactivate(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	put(s, r, Attrs{"active": false}).WantStatus(200).Want("active", false)
	s.GET(r.Path).WantStatus(200).Want("active", false)
	put(s, r, Attrs{"active": true}).WantStatus(200).Want("id", r.ID).Want("active", true)
}

func oktaPutEmpty(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s, Attrs{"title": "Clerk", "nickName": "Nick"}))
	put(s, r, Attrs{"title": "", "nickName": "", "locale": ""}).WantStatus(200)
	a := s.GET(r.Path).WantStatus(200)
	cleared(a, "title")
	cleared(a, "nickName")
}

func oktaPutPassword(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	put(s, r, Attrs{"password": "Qx7-wander-Lilac-19"}).WantStatus(200).WantNo("password") //nolint:gosec // of a user that exists for a moment
	s.GET(r.Path).WantStatus(200).WantNo("password")
}

func oktaPatchDeactivate(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	patched(s.PATCH(r.Path, Op{Op: "replace", Value: Attrs{"active": false}}))
	s.GET(r.Path).WantStatus(200).Want("active", false)
}

func oktaPatchReactivate(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	patched(s.PATCH(r.Path, Op{Op: "replace", Value: Attrs{"active": false}}))
	patched(s.PATCH(r.Path, Op{Op: "replace", Value: Attrs{"active": true}}))
	a := s.GET(r.Path).WantStatus(200).Want("id", r.ID).Want("active", true)
	a.Want("userName", r.Sent["userName"]).Want("name.familyName", r.Sent["name"].(Attrs)["familyName"]).Want("displayName", r.Sent["displayName"])
}

func oktaPatchPassword(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	a := s.PATCH(r.Path, Op{Op: "replace", Value: Attrs{"password": "Qx7-wander-Lilac-20"}}).WantStatus(200, 204) //nolint:gosec // as above
	a.WantNo("password")
	s.GET(r.Path).WantStatus(200).WantNo("password")
}

func oktaAllAttributes(s *Session) {
	s = asOkta(s)
	sent := oktaUser(s, Attrs{"externalId": "00u" + s.Name(), "nickName": "Nick", "title": "Clerk", "userType": "Employee",
		"preferredLanguage": "en-US", "timezone": "America/Los_Angeles", "profileUrl": "https://conformance.example/nick",
		"phoneNumbers": []Attrs{{"value": "+1 555 0100", "type": "work"}, {"value": "+1 555 0101", "type": "mobile"}},
		"addresses": []Attrs{{"type": "work", "streetAddress": "1 Main Street", "locality": "Springfield", "region": "IL",
			"postalCode": "62701", "country": "US"}}})
	r := s.Make("/Users", sent)
	a := s.GET(r.Path).WantStatus(200)
	for _, attribute := range []string{"externalId", "nickName", "title", "userType", "preferredLanguage", "timezone", "profileUrl", "locale"} {
		a.Want(attribute, sent[attribute])
	}
	a.Want("phoneNumbers[type=work].value", "+1 555 0100").Want("phoneNumbers[type=mobile].value", "+1 555 0101")
	a.Want("addresses[type=work].postalCode", "62701").Want("addresses[type=work].country", "US")
}

func oktaReadAfterWrite(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	s.GET(r.Path).WantStatus(200).Want("name.givenName", "Check")
	put(s, r, Attrs{"name": Attrs{"givenName": "Second", "familyName": "Reading"}}).WantStatus(200)
	s.GET(r.Path).WantStatus(200).Want("name.givenName", "Second")
}

func oktaConflictIsAnError(s *Session) {
	s = asOkta(s)
	sent := oktaUser(s)
	s.Make("/Users", sent)
	s.POST("/Users", sent).WantError(409).WantSome("detail")
}

// oktaNamesakes: whatever a server makes of names, that two people share one is
// no conflict, even while both are created.
func oktaNamesakes(s *Session) {
	s = asOkta(s)
	name := Attrs{"displayName": "Namesake " + s.Name(), "name": Attrs{"givenName": "Sam", "familyName": s.Name()}}
	ids := make([]string, 6)
	s.Together(len(ids), func(i int, s *Session) {
		ids[i] = s.POST("/Users", oktaUser(s, name)).WantStatus(201).Text("id")
	})
	if slices.Sort(ids); len(slices.Compact(ids)) != 6 {
		s.Fail("expected six ids, got %s", show(ids))
	}
}
