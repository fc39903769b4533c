package conformance

const entraDoc = "Microsoft Entra docs, Develop and plan provisioning for a SCIM endpoint (use-scim-to-provision-users-and-groups.md): "
const flags = "Microsoft Entra docs, Known issues and resolutions with SCIM 2.0 compliance (application-provisioning-config-problem-scim-compatibility.md): "

// entraFlagChecks are both columns of Microsoft's table of the feature flag
// aadOptscim062020: what is sent without it, and with it.
var entraFlagChecks = []Check{
	client(Entra, "entra-noflag-disable", `without the flag a user is disabled by Replace active "False", a text`, flags+"disable a user", entraDisableText, Patch),
	client(Entra, "entra-noflag-enable", `without the flag a user is enabled by Replace active "True", a text`, flags+"disable a user", entraEnableText, Patch),
	client(Entra, "entra-noflag-disable-flat", `active "False" without a path disables`, flags+"disable a user; scim-patch issue 176", entraDisableFlat, Patch),
	client(Entra, "entra-noflag-add", "without the flag a value is added by Add", flags+"add a single-valued attribute", entraAddSingle("Add"), Patch, Attribute("User", "nickName")),
	client(Entra, "entra-noflag-replace-many", "without the flag there is one Replace for each attribute, externalId as well", flags+"replace multiple attributes", entraReplaceMany, Patch, Enterprise),
	client(Entra, "entra-noflag-add-member", `without the flag members are added by Add with "$ref": null`, flags+"add group members", entraAddMembers("Add"), Patch, Groups),
	client(Entra, "entra-noflag-remove-member", "without the flag a member is removed by Remove members with a list of values, and only that one", flags+"remove group members", entraRemoveList, Patch, Groups),
	client(Entra, "entra-noflag-remove-member-ref", `the same with "$ref": null in the list`, flags+"remove group members", entraRemoveListRef, Patch, Groups),
	client(Entra, "entra-flag-disable", "with the flag a user is disabled by replace active false", flags+"disable a user", entraDisable, Patch),
	client(Entra, "entra-flag-add", "with the flag a value is added by add", flags+"add a single-valued attribute", entraAddSingle("add"), Patch, Attribute("User", "nickName")),
	client(Entra, "entra-flag-replace-many", "with the flag there is one replace without a path, with dotted names and names under a URN", flags+"replace multiple attributes", entraReplaceFlat, Patch, Enterprise),
	client(Entra, "entra-flag-add-member", "with the flag members are added by add", flags+"add group members", entraAddMembers("add"), Patch, Groups),
	client(Entra, "entra-flag-remove-member", `with the flag a member is removed by remove members[value eq "id"]`, flags+"remove group members", entraRemovePath, Patch, Groups),
	client(Entra, "entra-flag-query", "the flag stands in the query of every request and is ignored", flags+"flags to alter the SCIM behavior", entraFlagQuery, Patch),
}

// switched PATCHes active and expects what it is afterwards.
func switched(s *Session, op Op, want bool) {
	s = asEntra(s)
	r := entraMake(s)
	if want {
		if a := put(s, r, Attrs{"active": false}); a.Status != 200 {
			s.end(Fail, true, "the check needs a disabled user: PUT: expected 200, got %d", a.Status)
		}
	}
	patched(s.PATCH(r.Path, op))
	s.GET(r.Path).WantStatus(200).Want("active", want)
}

func entraDisableText(s *Session) {
	switched(s, Op{Op: "Replace", Path: "active", Value: "False"}, false)
}

func entraEnableText(s *Session) {
	switched(s, Op{Op: "Replace", Path: "active", Value: "True"}, true)
}

func entraDisableFlat(s *Session) {
	switched(s, Op{Op: "Replace", Value: Attrs{"active": "False"}}, false)
}

func entraDisable(s *Session) {
	switched(s, Op{Op: "replace", Path: "active", Value: false}, false)
}

func entraAddSingle(op string) func(*Session) {
	return func(s *Session) {
		s = asEntra(s)
		r := entraMake(s)
		patched(s.PATCH(r.Path, Op{Op: op, Path: "nickName", Value: "Babs"}))
		s.GET(r.Path).WantStatus(200).Want("nickName", "Babs").Want("userName", r.Name)
	}
}

// wantReplaced reads what both columns replace.
func wantReplaced(s *Session, r *Resource, mail, number string) *Answer {
	a := s.GET(r.Path).WantStatus(200).Want("displayName", "Pvlo").Want("emails[type=work].value", mail)
	a.Want("name.givenName", "Gtfd").Want("name.familyName", "Pkqf").Want("name.formatted", "Given Family")
	return a.Want(EnterpriseURN+".employeeNumber", number)
}

func entraReplaceMany(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	mail, number, external := s.Mail(), s.Name(), s.Name()
	patched(s.PATCH(r.Path,
		Op{Op: "Replace", Path: "displayName", Value: "Pvlo"},
		Op{Op: "Replace", Path: `emails[type eq "work"].value`, Value: mail},
		Op{Op: "Replace", Path: "name.givenName", Value: "Gtfd"},
		Op{Op: "Replace", Path: "name.familyName", Value: "Pkqf"},
		Op{Op: "Replace", Path: "externalId", Value: external},
		Op{Op: "Replace", Path: EnterpriseURN + ":employeeNumber", Value: number}))
	wantReplaced(s, r, mail, number).Want("externalId", external)
}

func entraReplaceFlat(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	mail, number := s.Mail(), s.Name()
	patched(s.PATCH(r.Path,
		Op{Op: "replace", Path: `emails[type eq "work"].value`, Value: mail},
		Op{Op: "replace", Value: Attrs{"displayName": "Pvlo", "name.givenName": "Gtfd", "name.familyName": "Pkqf", EnterpriseURN + ":employeeNumber": number}}))
	wantReplaced(s, r, mail, number)
}

// nullRef is a member with "$ref": null beside its value.
func nullRef(u *Resource) Attrs { return Attrs{"$ref": nil, "value": u.ID} }

func entraAddMembers(op string) func(*Session) {
	return func(s *Session) {
		s = asEntra(s)
		us := []*Resource{entraMake(s), entraMake(s), entraMake(s)}
		g := entraTeam(s, us[0])
		patched(s.PATCH(g.Path, Op{Op: op, Path: "members", Value: []Attrs{nullRef(us[1]), nullRef(us[2])}}))
		s.GET(g.Path).WantStatus(200).WantMembers(us...)
	}
}

// removed removes one of two members and expects the other.
func removed(s *Session, op func(gone *Resource) Op) {
	s = asEntra(s)
	gone, stays := entraMake(s), entraMake(s)
	g := entraTeam(s, gone, stays)
	patched(s.PATCH(g.Path, op(gone)))
	s.GET(g.Path).WantStatus(200).WantMembers(stays)
}

func entraRemoveList(s *Session) {
	removed(s, func(u *Resource) Op { return Op{Op: "Remove", Path: "members", Value: refs(u)} })
}

func entraRemoveListRef(s *Session) {
	removed(s, func(u *Resource) Op { return Op{Op: "Remove", Path: "members", Value: []Attrs{nullRef(u)}} })
}

func entraRemovePath(s *Session) {
	removed(s, func(u *Resource) Op { return Op{Op: "remove", Path: "members[" + named("value", u.ID) + "]"} })
}

// entraFlagQuery sends the flag as Entra does when the tenant URL carries it:
// "https://host/scim/v2?aadOptscim062020" with a path in between, and with more
// of a query behind it.
func entraFlagQuery(s *Session) {
	const flag = "?aadOptscim062020"
	s = asEntra(s)
	sent := entraUser(s)
	id := s.POST("/Users"+flag, sent).WantStatus(201).WantSome("id").Text("id")
	r := &Resource{ID: id, Name: sent["userName"].(string), Path: "/Users/" + id}
	s.keep(r)
	one(s.GET("/Users"+flag+"&"+query([]string{"filter", named("userName", r.Name)})[1:]), r)
	patched(s.PATCH(r.Path+flag, Op{Op: "replace", Path: "active", Value: false}))
	s.GET(r.Path+flag).WantStatus(200).Want("active", false)
	s.DELETE(r.Path + flag).WantStatus(204)
}
