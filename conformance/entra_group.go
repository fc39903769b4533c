package conformance

import "strings"

// foreignGroupURN is the second schema that Entra names in a new group.
const foreignGroupURN = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"

// entraGroupChecks are the validator's tests of groups, the required ones and
// then those it calls preview.
var entraGroupChecks = []Check{
	client(Entra, "entra-validator-get-group-excluded", "a group is read without its members by excludedAttributes=members", validator+"get group by id excluding members", entraGetExcluded, Groups),
	client(Entra, "entra-validator-filter-group-excluded", "a group is found without its members", validator+"filter for an existing group excluding members", entraFilterExcluded, Groups, Filter),
	client(Entra, "entra-validator-filter-group", "a group is found with its members", validator+"filter for an existing group including members", entraFilterGroup, Groups, Filter),
	client(Entra, "entra-validator-filter-no-group", "a filter for a group that does not exist answers 200 and none", validator+"filter for a non-existing group", entraFilterNoGroup, Groups, Filter),
	client(Entra, "entra-validator-filter-group-case", "a filter finds a group whose name is written in another case", validator+"filter for an existing group with a different case", entraFilterGroupCase, Groups, Filter),
	client(Entra, "entra-validator-create-group", "a group is created without members, in spite of a schema that nobody knows", validator+"create a new group", entraCreateGroup, Groups),
	client(Entra, "entra-validator-create-duplicate-group", "a group that exists is answered 409", validator+"create a duplicate group", entraCreateDuplicateGroup, Groups),
	client(Entra, "entra-validator-replace-group-attributes", "PATCH without a path replaces the externalId of a group", validator+"patch group, replace attributes", entraReplaceGroup, Groups, Patch),
	client(Entra, "entra-validator-update-displayname", "PATCH without a path changes the displayName of a group", validator+"update group displayName", entraUpdateDisplayName, Groups, Patch),
	client(Entra, "entra-validator-add-member", "the first member is added by a replace of members", validator+"add member", entraAddMember, Groups, Patch),
	client(Entra, "entra-validator-remove-member", `a member is removed by members[value eq "id"]`, validator+"remove member", entraRemoveMember, Groups, Patch),
	client(Entra, "entra-validator-delete-group", "a deleted group is answered 204, then 404", validator+"delete a group", entraDeleteGroup, Groups),
	client(Entra, "entra-validator-group-same-attribute", "one PATCH adds a member and removes it again", validator+"(preview) group, multiple operations, same attribute", entraAddRemove, Groups, Patch),
	client(Entra, "entra-validator-delete-no-group", "DELETE of a group that does not exist is answered 404", validator+"(preview) delete a non-existent group", entraDeleteNoGroup, Groups),
	client(Entra, "entra-validator-delete-group-twice", "DELETE twice is answered 204, then 404", validator+"(preview) delete the same group twice", entraDeleteGroupTwice, Groups),
}

// entraGroup is the body of a create, as Entra sends it.
func entraGroup(s *Session) Attrs {
	return Attrs{"schemas": []string{GroupURN}, "externalId": s.Name(), "displayName": s.Name()}
}

// entraTeam makes a group as Entra does: empty, then with members by PATCH.
func entraTeam(s *Session, members ...*Resource) *Resource {
	g := s.Make("/Groups", entraGroup(s))
	if len(members) > 0 {
		if a := s.PATCH(g.Path, Op{Op: "add", Path: "members", Value: refs(members...)}); a.Status/100 != 2 {
			s.end(Fail, true, "the check needs a group with members: PATCH add members: expected 200 or 204, got %d", a.Status)
		}
	}
	return g
}

func entraGetExcluded(s *Session) {
	s = asEntra(s)
	g := entraTeam(s, entraMake(s))
	a := s.GET(g.Path, "excludedAttributes", "members").WantStatus(200).Want("id", g.ID).Want("displayName", g.Name)
	a.WantNo("members")
}

func entraFilterExcluded(s *Session) {
	s = asEntra(s)
	g := entraTeam(s, entraMake(s))
	one(s.GET("/Groups", "excludedAttributes", "members", "filter", named("displayName", g.Name)), g).WantNo("Resources.0.members")
}

func entraFilterGroup(s *Session) {
	s = asEntra(s)
	u := entraMake(s)
	g := entraTeam(s, u)
	one(s.Find("/Groups", named("displayName", g.Name)), g).Want("Resources.0.displayName", g.Name).Want("Resources.0.members.0.value", u.ID)
}

func entraFilterNoGroup(s *Session) {
	s = asEntra(s)
	none(s.GET("/Groups", "excludedAttributes", "members", "filter", named("displayName", s.Name())))
}

func entraFilterGroupCase(s *Session) {
	s = asEntra(s)
	g := entraTeam(s)
	one(s.GET("/Groups", "excludedAttributes", "members", "filter", named("displayName", strings.ToUpper(g.Name))), g)
}

func entraCreateGroup(s *Session) {
	s = asEntra(s)
	sent := over(entraGroup(s), []Attrs{{"schemas": []string{GroupURN, foreignGroupURN}, "meta": Attrs{"resourceType": "Group"}}})
	a := s.POST("/Groups", sent).WantStatus(201).WantSome("id").Want("displayName", sent["displayName"]).Want("externalId", sent["externalId"])
	a.WantNo("members")
}

func entraCreateDuplicateGroup(s *Session) {
	s = asEntra(s)
	g := entraTeam(s)
	s.POST("/Groups", over(entraGroup(s), []Attrs{{"displayName": g.Name}})).WantStatus(409)
}

func entraReplaceGroup(s *Session) {
	s = asEntra(s)
	g, external := entraTeam(s), s.Name()
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"externalId": external}}))
	s.GET(g.Path).WantStatus(200).Want("externalId", external).Want("displayName", g.Name)
}

func entraUpdateDisplayName(s *Session) {
	s = asEntra(s)
	g, name := entraTeam(s), s.Name()
	patched(s.PATCH(g.Path, Op{Op: "replace", Value: Attrs{"displayName": name}}))
	s.GET(g.Path).WantStatus(200).Want("displayName", name)
}

func entraAddMember(s *Session) {
	s = asEntra(s)
	g, u := entraTeam(s), entraMake(s)
	patched(s.PATCH(g.Path, Op{Op: "replace", Path: "members", Value: refs(u)}))
	s.GET(g.Path).WantStatus(200).WantMembers(u)
}

func entraRemoveMember(s *Session) {
	s = asEntra(s)
	gone, stays := entraMake(s), entraMake(s)
	g := entraTeam(s, gone, stays)
	patched(s.PATCH(g.Path, Op{Op: "remove", Path: "members[" + named("value", gone.ID) + "]"}))
	s.GET(g.Path).WantStatus(200).WantMembers(stays)
}

func entraDeleteGroup(s *Session) {
	s = asEntra(s)
	g := entraTeam(s)
	s.DELETE(g.Path).WantStatus(204)
	s.GET(g.Path).WantStatus(404)
}

func entraAddRemove(s *Session) {
	s = asEntra(s)
	u, stays := entraMake(s), entraMake(s)
	g := entraTeam(s, stays)
	patched(s.PATCH(g.Path,
		Op{Op: "add", Path: "members", Value: refs(u)},
		Op{Op: "remove", Path: "members[" + named("value", u.ID) + "]"}))
	s.GET(g.Path).WantStatus(200).WantMembers(stays)
}

func entraDeleteNoGroup(s *Session) {
	s = asEntra(s)
	s.DELETE("/Groups/" + s.Name()).WantStatus(404)
}

func entraDeleteGroupTwice(s *Session) {
	s = asEntra(s)
	g := entraTeam(s)
	s.DELETE(g.Path).WantStatus(204)
	s.DELETE(g.Path).WantStatus(404)
}
