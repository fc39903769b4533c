package conformance

import "fmt"

// othersChecks are the habits of clients beside Okta and Entra.
var othersChecks = []Check{
	client(Others, "onelogin-schemas", "schemas without ietf:params name the same schemas", "OneLogin; authentik issue 11249", oneloginSchemas),
	client(Others, "onelogin-query-end", "a query that ends with & and a path that ends with ? are understood", "OneLogin; authentik issue 11249", oneloginQueryEnd, Filter),
	client(Others, "google-schemas", "schemas with core:1.0 beside the schema of SCIM 2.0 is no error", "Google Workspace; snipe-it issue 12642", googleSchemas),
	client(Others, "google-probe", "the first request, one user of the list, is answered 200 with totalResults", "Google Workspace; snipe-it issue 12642", googleProbe),
	client(Others, "jumpcloud-activation", "a test user and a test group come and go", "JumpCloud, custom SCIM identity management", jumpcloudActivation, Groups),
	client(Others, "jumpcloud-members", "members are added and removed by lists of values", "JumpCloud, custom SCIM identity management", jumpcloudMembers, Groups, Patch),
	client(Others, "ping-filter-emails", "emails eq finds a user by any e-mail", "PingFederate SCIM connector settings; elimity F1", pingEmails, Filter),
	client(Others, "pingone-put-only", "updates by PUT alone disable and enable a user and keep what is sent", "PingOne SCIM provisioning features", pingonePut),
	client(Others, "sailpoint-discovery", "resource types are read one by one", "SailPoint; scimgateway issue 44", sailpointDiscovery, Groups),
	client(Others, "sailpoint-list-schemas", "each element of a list has schemas", "SailPoint; scimgateway issue 44", sailpointSchemas, Groups),
	client(Others, "sailpoint-replace-merges", "replace of a complex attribute leaves the sub-attributes that are not named", "SailPoint; SCIM-SDK activateSailsPointWorkaround; RFC 7644 section 3.5.2.3", sailpointMerge, Patch),
	client(Others, "authentik-replace-group", "a replace without a path of the whole group, with schemas and id, is done", "authentik PR 23950", authentikReplace, Groups, Patch),
	client(Others, "authentik-add-each", "one add operation for each member adds them all", "authentik issue 20410", authentikAddEach, Groups, Patch),
	client(Others, "authentik-remove-list", "path members with a list of values removes only these", "authentik issue 23798", authentikRemove, Groups, Patch),
	client(Others, "authentik-conflict", "409 for a group that exists, which is then found by its name", "authentik issue 7460", authentikConflict, Groups, Filter),
	alone(client(Others, "authentik-pages", "startIndex without count leads through all groups", "authentik, PR 25024", authentikPages, Groups)),
	client(Others, "keycloak-full-list", "the complete list of members is sent for each change", "scim-for-keycloak issue 134", keycloakFullList, Groups, Patch),
	client(Others, "wso2-add-without-path", "add of members without a path adds them", "WSO2 identity-inbound-provisioning-scim2 issue 178", wso2Add, Groups, Patch),
	client(Others, "auth0-external-id", "a user is found by externalId with the id as text, then written with PUT", "Auth0 outbound SCIM, docs-v2 PR 1464", auth0ExternalID, Filter),
	client(Others, "sentry-both-deactivations", "active false with a path and without one both deactivate", "sentry PR 27199", sentryDeactivations, Patch),
}

func oneloginSchemas(s *Session) {
	sent := s.NewUser(Attrs{"userName": s.Mail(), "schemas": []string{"urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"}})
	a := s.With("User-Agent", "").POST("/Users", sent).WantStatus(201).Want("userName", sent["userName"])
	a.WantIn("schemas", UserURN)
}

func oneloginQueryEnd(s *Session) {
	r := mailUser(s)
	one(s.Send("GET", fmt.Sprintf("/Users?filter=userName+eq+%%22%s%%22&", r.Name), nil), r)
	r.Sent["displayName"] = "Changed"
	s.Send("PUT", r.Path+"?", r.Sent).WantStatus(200).Want("displayName", "Changed")
}

func googleSchemas(s *Session) {
	sent := s.NewUser(Attrs{"userName": s.Mail(), "schemas": []string{"urn:scim:schemas:core:1.0", UserURN}})
	a := s.POST("/Users", sent).WantStatus(201).WantSome("id").Want("userName", sent["userName"])
	a.WantIn("schemas", UserURN)
}

func googleProbe(s *Session) {
	mailUser(s)
	a := s.GET("/Users", "count", "1").WantStatus(200).WantLen("Resources", 1)
	if a.Number("totalResults") < 1 {
		a.Fail("expected totalResults of 1 or more, got %d", a.Number("totalResults"))
	}
	s.GET("/Users").WantStatus(200).WantSome("Resources")
}

func jumpcloudActivation(s *Session) {
	u := mailUser(s)
	g := s.Group(u)
	put(s, u, Attrs{"active": false}).WantStatus(200).Want("active", false)
	s.DELETE(g.Path).WantStatus(204)
	s.DELETE(u.Path).WantStatus(204)
	s.GET(u.Path).WantStatus(404)
}

func jumpcloudMembers(s *Session) {
	us := users(s, 3)
	g := s.Group(us[0])
	patched(s.PATCH(g.Path, Op{Op: "add", Path: "members", Value: refs(us[1], us[2])}))
	patched(s.PATCH(g.Path, Op{Op: "remove", Path: "members", Value: refs(us[0], us[1])}))
	s.GET(g.Path).WantStatus(200).WantMembers(us[2])
}

func pingEmails(s *Session) {
	mail := s.Mail()
	r := mailUser(s, Attrs{"emails": []Attrs{{"type": "home", "value": s.Mail()}, {"type": "work", "value": mail}}})
	one(s.Find("/Users", named("emails", mail)), r)
	none(s.Find("/Users", named("emails", s.Mail())))
}

func pingonePut(s *Session) {
	r := mailUser(s)
	for _, active := range []bool{false, true} {
		put(s, r, Attrs{"active": active, "displayName": "Written"}).WantStatus(200).Want("id", r.ID)
		s.GET(r.Path).WantStatus(200).Want("active", active).Want("displayName", "Written").Want("userName", r.Name)
	}
}

func sailpointDiscovery(s *Session) {
	s.GET("/ServiceProviderConfig").WantStatus(200).WantSome("patch")
	s.GET("/ResourceTypes").WantStatus(200).WantSome("Resources")
	s.GET("/ResourceTypes/User").WantStatus(200).Want("endpoint", "/Users").Want("schema", UserURN)
	s.GET("/ResourceTypes/Group").WantStatus(200).Want("endpoint", "/Groups").Want("schema", GroupURN)
}

func sailpointSchemas(s *Session) {
	u, g := mailUser(s), s.Group()
	s.GET("/Users", "filter", named("id", u.ID)).WantStatus(200).WantIn("Resources.0.schemas", UserURN)
	s.GET("/Groups", "filter", named("id", g.ID)).WantStatus(200).WantIn("Resources.0.schemas", GroupURN)
}

func sailpointMerge(s *Session) {
	r := mailUser(s, Attrs{"name": Attrs{"givenName": "Given", "familyName": "Family"}})
	patched(s.PATCH(r.Path, Op{Op: "replace", Path: "name", Value: Attrs{"givenName": "Changed"}}))
	s.GET(r.Path).WantStatus(200).Want("name.givenName", "Changed").Want("name.familyName", "Family")
}

func authentikReplace(s *Session) {
	us := users(s, 2)
	g, name := s.Group(us[0]), s.Name()
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"schemas": []string{GroupURN}, "id": g.ID, "externalId": s.Name(), "displayName": name, "members": refs(us...)}}))
	s.GET(g.Path).WantStatus(200).Want("id", g.ID).Want("displayName", name).WantMembers(us...)
}

func authentikAddEach(s *Session) {
	us := users(s, 3)
	g := s.Group()
	ops := make([]Op, len(us))
	for i, u := range us {
		ops[i] = Op{Op: "add", Path: "members", Value: refs(u)}
	}
	patched(s.PATCH(g.Path, ops...))
	s.GET(g.Path).WantStatus(200).WantMembers(us...)
}

func authentikRemove(s *Session) {
	us := users(s, 3)
	g := s.Group(us...)
	patched(s.PATCH(g.Path, Op{Op: "remove", Path: "members", Value: refs(us[0])}, Op{Op: "remove", Path: "members", Value: refs(us[2])}))
	s.GET(g.Path).WantStatus(200).WantMembers(us[1])
}

func authentikConflict(s *Session) {
	g := s.Group()
	s.POST("/Groups", s.NewGroup(Attrs{"displayName": g.Name})).WantStatus(409)
	one(s.Find("/Groups", named("displayName", g.Name)), g)
}

func authentikPages(s *Session) {
	made := []*Resource{s.Group(), s.Group(), s.Group()}
	var ids []string
	for {
		a := s.GET("/Groups", "startIndex", fmt.Sprint(len(ids)+1)).WantStatus(200)
		page := a.IDs("Resources", "id")
		ids = append(ids, page...)
		if len(page) == 0 || len(ids) >= a.Number("totalResults") {
			break
		}
	}
	eachOnce(s, ids, made)
}

func keycloakFullList(s *Session) {
	us := users(s, 8)
	g := s.Group(us[:7]...)
	patched(s.PATCH(g.Path, Op{Op: "replace", Path: "members", Value: refs(us...)}))
	s.GET(g.Path).WantStatus(200).WantMembers(us...)
}

func wso2Add(s *Session) {
	us := users(s, 2)
	g := s.Group(us[0])
	patched(s.PATCH(g.Path, Op{Op: "add", Value: Attrs{"members": refs(us[1])}}))
	s.GET(g.Path).WantStatus(200).WantMembers(us...)
}

func auth0ExternalID(s *Session) {
	external := "auth0|" + s.Name()
	r := mailUser(s, Attrs{"externalId": external})
	a := one(s.Find("/Users", named("externalId", external)), r)
	if a.Text("Resources.0.id") == "" {
		a.Fail("expected an id that is text, got %s", show(a.List("Resources")))
	}
	put(s, r, Attrs{"displayName": "Written"}).WantStatus(200).Want("externalId", external).Want("displayName", "Written")
}

func sentryDeactivations(s *Session) {
	for _, op := range []Op{{Op: "replace", Path: "active", Value: false}, {Op: "replace", Value: Attrs{"active": false}}} {
		r := mailUser(s)
		patched(s.PATCH(r.Path, op))
		s.GET(r.Path).WantStatus(200).Want("active", false)
	}
}
