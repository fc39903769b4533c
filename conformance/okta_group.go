package conformance

// oktaGroupChecks are what Okta does with groups.
var oktaGroupChecks = []Check{
	client(Okta, "okta-group-push-create", "a pushed group is looked up, then created empty", oktaDoc+"create groups", oktaPushCreate, Groups, Filter),
	client(Okta, "okta-group-push-link", "a group that exists is found by its name, once, and keeps its members", oktaPlan+"C9321, C9322 and C9330", oktaPushLink, Groups, Filter),
	client(Okta, "okta-group-rename", "PATCH without a path, with id and displayName, renames and keeps the members", oktaDoc+"update a specific group name", oktaRename, Groups, Patch),
	client(Okta, "okta-group-rename-found", "a renamed group is found under its new name only", oktaPlan+"C9315", oktaRenameFound, Groups, Patch, Filter),
	client(Okta, "okta-group-add-display", "a member is added with value and display and no type", oktaDoc+"update specific group membership", oktaAddDisplay, Groups, Patch),
	client(Okta, "okta-group-remove-path", `a member is removed by members[value eq "id"]`, oktaPlan+"C9333", oktaRemovePath, Groups, Patch),
	client(Okta, "okta-group-membership", "one PATCH removes one member and adds another", oktaDoc+"update specific group membership", oktaMembership, Groups, Patch),
	client(Okta, "okta-group-membership-rename", "one PATCH repeats id and name without a path and adds a member", oktaDoc+"update specific group membership", oktaMembershipRename, Groups, Patch),
	client(Okta, "okta-group-push-now", "Push Now replaces the whole membership", oktaPlan+"C9316", oktaPushNow, Groups, Patch),
	client(Okta, "okta-group-push-empty", "Push Now of an empty group leaves no member", oktaPlan+"C9317; SCIM-SDK issue 757", oktaPushEmpty, Groups, Patch),
	client(Okta, "okta-group-replace-keeps-members", "a replace without a path and without members does not empty the group", "langwatch issue 7131", oktaReplaceKeepsMembers, Groups, Patch),
	client(Okta, "okta-group-add-twice", "adding a member again is no error and no second member", oktaPlan+"C9332", oktaAddTwice, Groups, Patch),
	client(Okta, "okta-group-put-members", "an app of the wizard writes the membership with PUT", oktaDoc+"update a specific group (PUT)", oktaPutMembers, Groups),
	client(Okta, "okta-group-put-rename", "an app of the wizard renames with PUT", oktaDoc+"update a specific group (PUT)", oktaPutRenameGroup, Groups),
	client(Okta, "okta-group-delete", "a deleted group is gone, its members are not", oktaPlan+"C9318", oktaDeleteGroup, Groups),
	alone(client(Okta, "okta-group-import", "pages of groups hold each group once", oktaPlan+"C9338", oktaGroupImport, Groups)),
	client(Okta, "okta-group-many-members", "one PATCH adds twenty members", oktaPlan+"C9319", oktaManyMembers, Groups, Patch),
	client(Okta, "okta-group-deactivated-member", "a member that is deactivated does not stop a change of the group", oktaPlan+"C9311", oktaDeactivatedMember, Groups, Patch),
}

func oktaGroupLookup(s *Session, name string) *Answer {
	return s.Find("/Groups", named("displayName", name), "startIndex", "1", "count", "100")
}

func oktaPushCreate(s *Session) {
	s = asOkta(s)
	name := s.Name()
	none(oktaGroupLookup(s, name))
	s.POST("/Groups", Attrs{"schemas": []string{GroupURN}, "displayName": name, "members": []Attrs{}}).
		WantStatus(201).WantSome("id").Want("displayName", name).WantNo("members")
}

func oktaPushLink(s *Session) {
	s = asOkta(s)
	g := s.Group(users(s, 2)...)
	a := one(oktaGroupLookup(s, g.Name), g)
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"id": a.Text("Resources.0.id"), "displayName": g.Name}}))
	one(oktaGroupLookup(s, g.Name), g)
	s.GET(g.Path).WantStatus(200).WantLen("members", 2)
}

func oktaRename(s *Session) {
	s = asOkta(s)
	u := mailUser(s)
	g, name := s.Group(u), s.Name()
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"id": g.ID, "displayName": name}}))
	s.GET(g.Path).WantStatus(200).Want("id", g.ID).Want("displayName", name).WantMembers(u)
}

func oktaRenameFound(s *Session) {
	s = asOkta(s)
	g, name := s.Group(), s.Name()
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"id": g.ID, "displayName": name}}))
	one(oktaGroupLookup(s, name), g)
	none(oktaGroupLookup(s, g.Name))
}

// oktaMember is a member as Okta names it.
func oktaMember(u *Resource) Attrs { return Attrs{"value": u.ID, "display": u.Name} }

func oktaAddDisplay(s *Session) {
	s = asOkta(s)
	u, g := mailUser(s), s.Group()
	patched(s.PATCH(g.Path, Op{Op: "add", Path: "members", Value: []Attrs{oktaMember(u)}}))
	s.GET(g.Path).WantStatus(200).WantMembers(u)
}

func oktaRemovePath(s *Session) {
	s = asOkta(s)
	us := users(s, 2)
	g := s.Group(us...)
	patched(s.PATCH(g.Path, Op{Op: "remove", Path: "members[" + named("value", us[0].ID) + "]"}))
	s.GET(g.Path).WantStatus(200).WantMembers(us[1])
}

func oktaMembership(s *Session) {
	s = asOkta(s)
	us := users(s, 3)
	g := s.Group(us[0], us[1])
	patched(s.PATCH(g.Path,
		Op{Op: "remove", Path: "members[" + named("value", us[0].ID) + "]"},
		Op{Op: "add", Path: "members", Value: []Attrs{oktaMember(us[2])}}))
	s.GET(g.Path).WantStatus(200).WantMembers(us[1], us[2])
}

func oktaMembershipRename(s *Session) {
	s = asOkta(s)
	us := users(s, 2)
	g, name := s.Group(us[0]), s.Name()
	patched(s.PATCH(g.Path,
		Op{Op: "replace", Value: Attrs{"id": g.ID, "displayName": name}},
		Op{Op: "add", Path: "members", Value: []Attrs{oktaMember(us[1])}}))
	s.GET(g.Path).WantStatus(200).Want("displayName", name).WantMembers(us...)
}

func oktaPushNow(s *Session) {
	s = asOkta(s)
	us := users(s, 4)
	g := s.Group(us[0], us[1])
	patched(s.PATCH(g.Path, Op{Op: "replace", Path: "members", Value: []Attrs{oktaMember(us[1]), oktaMember(us[2]), oktaMember(us[3])}}))
	s.GET(g.Path).WantStatus(200).WantMembers(us[1:]...)
}

func oktaPushEmpty(s *Session) {
	s = asOkta(s)
	g := s.Group(users(s, 2)...)
	patched(s.PATCH(g.Path, Op{Op: "replace", Path: "members", Value: []Attrs{}}))
	s.GET(g.Path).WantStatus(200).WantNo("members")
}

func oktaReplaceKeepsMembers(s *Session) {
	s = asOkta(s)
	u := mailUser(s)
	g := s.Group(u)
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"displayName": g.Name, "externalId": "00g" + s.Name()}}))
	s.GET(g.Path).WantStatus(200).WantMembers(u)
}

func oktaAddTwice(s *Session) {
	s = asOkta(s)
	u := mailUser(s)
	g := s.Group(u)
	patched(s.PATCH(g.Path, Op{Op: "add", Path: "members", Value: []Attrs{oktaMember(u)}}))
	s.GET(g.Path).WantStatus(200).WantMembers(u)
}

func oktaPutMembers(s *Session) {
	s = asOkta(s)
	us := users(s, 2)
	g := s.Group(us[0])
	s.PUT(g.Path, Attrs{"schemas": []string{GroupURN}, "displayName": g.Name, "members": []Attrs{oktaMember(us[1])}}).
		WantStatus(200).Want("id", g.ID)
	s.GET(g.Path).WantStatus(200).WantMembers(us[1])
}

func oktaPutRenameGroup(s *Session) {
	s = asOkta(s)
	u := mailUser(s)
	g, name := s.Group(u), s.Name()
	s.PUT(g.Path, Attrs{"schemas": []string{GroupURN}, "id": g.ID, "displayName": name, "members": []Attrs{oktaMember(u)}}).
		WantStatus(200).Want("id", g.ID).Want("displayName", name)
	s.GET(g.Path).WantStatus(200).Want("displayName", name).WantMembers(u)
}

func oktaDeleteGroup(s *Session) {
	s = asOkta(s)
	u := mailUser(s)
	g := s.Group(u)
	s.DELETE(g.Path).WantStatus(204)
	s.GET(g.Path).WantStatus(404)
	s.GET(u.Path).WantStatus(200).Want("active", true)
}

func oktaGroupImport(s *Session) {
	s = asOkta(s)
	made := []*Resource{s.Group(), s.Group(), s.Group()}
	eachOnce(s, oktaImport(s, "/Groups", 2), made)
}

func oktaManyMembers(s *Session) {
	s = asOkta(s)
	const n = 20
	us, g := users(s, n), s.Group()
	members := make([]Attrs, n)
	for i, u := range us {
		members[i] = oktaMember(u)
	}
	patched(s.PATCH(g.Path, Op{Op: "add", Path: "members", Value: members}))
	s.GET(g.Path).WantStatus(200).WantMembers(us...)
}

func oktaDeactivatedMember(s *Session) {
	s = asOkta(s)
	us := users(s, 2)
	g := s.Group(us[0])
	put(s, us[0], Attrs{"active": false}).WantStatus(200)
	patched(s.PATCH(g.Path, Op{Op: "add", Path: "members", Value: []Attrs{oktaMember(us[1])}}))
	s.GET(g.Path).WantStatus(200).WantMembers(us...)
}
