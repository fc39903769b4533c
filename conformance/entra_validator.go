package conformance

import "strings"

const validator = "Microsoft SCIM Validator, test "

// entraUserChecks are the validator's tests of users, the required ones and
// then those it calls preview.
var entraUserChecks = []Check{
	client(Entra, "entra-validator-create-user", "a new user is answered 201 and then found by a filter", validator+"create a new user", entraCreateUser, Filter),
	client(Entra, "entra-validator-create-duplicate-user", "a user that exists is answered 409", validator+"create a duplicate user", entraCreateDuplicateUser),
	client(Entra, "entra-validator-filter-user", "a filter finds a user that exists", validator+"filter for an existing user", entraFilterUser, Filter),
	client(Entra, "entra-validator-filter-no-user", "a filter for a user that does not exist answers 200 and none", validator+"filter for a non-existing user", entraFilterNoUser, Filter),
	client(Entra, "entra-validator-filter-user-case", "a filter finds a user whose name is written in another case", validator+"filter for an existing user with a different case", entraFilterUserCase, Filter),
	client(Entra, "entra-validator-replace-attributes", "PATCH replaces attributes, one operation each", validator+"update a user, replace attributes (verbose)", entraReplaceAttributes, Patch,
		Attribute("User", "title"), Attribute("User", "preferredLanguage"), Attribute("User", "phoneNumbers.type"), Enterprise),
	client(Entra, "entra-validator-update-username", "PATCH without a path changes the userName", validator+"update userName", entraUpdateUserName, Patch),
	client(Entra, "entra-validator-disable-user", "PATCH replace active false disables; GET and filter still answer the user with active", validator+"disable a user; MS Q&A 2238842", entraDisableUser, Patch, Filter),
	client(Entra, "entra-validator-add-attributes", "36 add operations to a user with hardly anything, among them values of a role, an address and phones", validator+"update a user, add attributes (verbose)", entraAddAttributes, Patch,
		Enterprise, Attribute("User", "addresses.type"), Attribute("User", "phoneNumbers.type"), Attribute("User", "roles.primary")),
	client(Entra, "entra-validator-add-manager", "PATCH adds a manager", validator+"add manager", entraAddManager, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-validator-replace-manager", "PATCH replaces the manager", validator+"replace manager", entraReplaceManager, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-validator-remove-manager", `PATCH replaces the manager by {"value":""}, which removes it`, validator+"remove manager", entraRemoveManager, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-validator-delete-user", "a deleted user is answered 204, then 404", validator+"delete a user", entraDeleteUser),
	client(Entra, "entra-validator-different-attributes", "one PATCH adds, replaces and removes different attributes", validator+"(preview) multiple operations, different attributes", entraDifferentAttributes, Patch,
		Attribute("User", "title"), Attribute("User", "preferredLanguage")),
	client(Entra, "entra-validator-same-attribute", "one PATCH removes, adds and replaces the same attribute, in this order", validator+"(preview) multiple operations, same attribute", entraSameAttribute, Patch, Attribute("User", "title")),
	client(Entra, "entra-validator-delete-no-user", "DELETE of a user that does not exist is answered 404", validator+"(preview) delete a non-existent user", entraDeleteNoUser),
	client(Entra, "entra-validator-delete-user-twice", "DELETE twice is answered 204, then 404", validator+"(preview) delete the same user twice", entraDeleteUserTwice),
}

// entraUser is the body of a create, as Entra sends it.
func entraUser(s *Session, more ...Attrs) Attrs {
	mail := s.Mail()
	return over(Attrs{"schemas": []string{UserURN, EnterpriseURN}, "externalId": s.Name(), "userName": mail, "displayName": "Check " + mail, "active": true,
		"emails": []Attrs{{"primary": true, "type": "work", "value": mail}},
		"name":   Attrs{"formatted": "Given Family", "familyName": "Family", "givenName": "Given"}}, more)
}

// entraMake makes a user as Entra would.
func entraMake(s *Session, more ...Attrs) *Resource { return s.Make("/Users", entraUser(s, more...)) }

func entraCreateUser(s *Session) {
	s = asEntra(s)
	sent := entraUser(s, Attrs{"meta": Attrs{"resourceType": "User"}})
	a := s.POST("/Users", sent).WantStatus(201).WantSome("id").Want("userName", sent["userName"]).Want("externalId", sent["externalId"])
	found := s.Find("/Users", named("userName", sent["userName"].(string))).WantStatus(200).Want("totalResults", 1)
	found.Want("Resources.0.id", a.Text("id")).Want("Resources.0.name", sent["name"]).Want("Resources.0.active", true)
}

func entraCreateDuplicateUser(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	s.POST("/Users", entraUser(s, Attrs{"userName": r.Name})).WantStatus(409)
}

func entraFilterUser(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	one(s.Find("/Users", named("userName", r.Name)), r).Want("Resources.0.userName", r.Name)
}

func entraFilterNoUser(s *Session) {
	s = asEntra(s)
	none(s.Find("/Users", named("userName", s.Mail())))
}

func entraFilterUserCase(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	one(s.Find("/Users", named("userName", strings.ToUpper(r.Name))), r)
}

func entraReplaceAttributes(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{"title": "Clerk", "preferredLanguage": "en", "phoneNumbers": []Attrs{{"type": "work", "value": "1"}, {"type": "mobile", "value": "2"}},
		EnterpriseURN: Attrs{"department": "Sales", "employeeNumber": s.Name()}})
	mail := s.Mail()
	patched(s.PATCH(r.Path,
		Op{Op: "replace", Path: "displayName", Value: "Replaced"},
		Op{Op: "replace", Path: "title", Value: "Head clerk"},
		Op{Op: "replace", Path: "preferredLanguage", Value: "hi"},
		Op{Op: "replace", Path: "name.givenName", Value: "Replaced"},
		Op{Op: "replace", Path: `emails[type eq "work"].value`, Value: mail},
		Op{Op: "replace", Path: `phoneNumbers[type eq "mobile"].value`, Value: "3"},
		Op{Op: "replace", Path: EnterpriseURN + ":department", Value: "Law"}))
	a := s.GET(r.Path).WantStatus(200).Want("displayName", "Replaced").Want("title", "Head clerk").Want("preferredLanguage", "hi")
	a.Want("name.givenName", "Replaced").Want("name.familyName", "Family").Want("emails[type=work].value", mail)
	a.Want("phoneNumbers[type=mobile].value", "3").Want("phoneNumbers[type=work].value", "1").Want(EnterpriseURN+".department", "Law")
}

func entraUpdateUserName(s *Session) {
	s = asEntra(s)
	r, name := entraMake(s), s.Mail()
	patched(s.PATCH(r.Path, Op{Op: "replace", Value: Attrs{"userName": name}}))
	s.GET(r.Path).WantStatus(200).Want("id", r.ID).Want("userName", name)
}

func entraDisableUser(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "replace", Path: "active", Value: false}))
	s.GET(r.Path).WantStatus(200).Want("active", false)
	one(s.Find("/Users", named("userName", r.Name)), r).Want("Resources.0.active", false)
}

// entraAdded are the attributes of the validator's long PATCH: path, then value.
func entraAdded(s *Session) []Op {
	var ops []Op
	add := func(prefix string, pairs ...any) {
		for i := 0; i < len(pairs); i += 2 {
			ops = append(ops, Op{Op: "add", Path: prefix + pairs[i].(string), Value: pairs[i+1]})
		}
	}
	mail := s.Mail()
	add("", "displayName", "Added", "title", "ZHBDGPLLQFHC", "preferredLanguage", "hi", "userType", "VZSBRVMLXWTK",
		"locale", "RJWNTUNNOHNZ", "timezone", "Africa/Freetown", "profileUrl", "UKJFKXZFWVDM", "externalId", s.Name())
	add("name.", "givenName", "Added", "familyName", "Person", "formatted", "Person Added", "middleName", "Middle", "honorificPrefix", "Dr", "honorificSuffix", "II")
	add(`emails[type eq "work"].`, "value", mail, "primary", true)
	add(`addresses[type eq "work"].`, "formatted", "20 Sidney Street", "streetAddress", "20 Sidney Street", "locality", "Freetown",
		"region", "West", "postalCode", "op21 1iw", "country", "Sierra Leone")
	add(`phoneNumbers[type eq "work"].`, "value", "66-850-2416", "primary", true)
	add(`phoneNumbers[type eq "mobile"].`, "value", "66-850-2417")
	add(`phoneNumbers[type eq "fax"].`, "value", "66-850-2418")
	add(EnterpriseURN+":", "employeeNumber", s.Name(), "department", "WBKRLDEVHNMV", "costCenter", "QLZCPTRMWKND", "organization", "MXVDJRKWZPLB", "division", "ABTYKQWMNRXC")
	add(`roles[primary eq "True"].`, "display", "VTWNYPVZQPNG", "value", "MKJFXCDWVQTB", "type", "RPLQZKWMNXCV")
	add(`emails[type eq "other"].`, "value", "other."+mail)
	add(`addresses[type eq "other"].`, "formatted", "Room 101")
	return ops
}

func entraAddAttributes(s *Session) {
	s = asEntra(s)
	r := s.Make("/Users", Attrs{"schemas": []string{UserURN, EnterpriseURN}, "userName": s.Mail(), "active": true})
	ops := entraAdded(s)
	patched(s.PATCH(r.Path, ops...))
	a := s.GET(r.Path).WantStatus(200)
	for _, op := range ops {
		a.Want(answerPath(op.Path), op.Value)
	}
	a.WantLen("roles", 1).WantLen("emails", 2).WantLen("phoneNumbers", 3).WantLen("addresses", 2)
}

// answerPath is the path of a PATCH as the verbs of Answer write it.
func answerPath(path string) string {
	path = strings.ReplaceAll(path, EnterpriseURN+":", EnterpriseURN+".")
	if strings.HasPrefix(path, "roles[") {
		return "roles.0" + path[strings.Index(path, "]")+1:]
	}
	return strings.ReplaceAll(strings.ReplaceAll(path, " eq \"", "="), `"]`, "]")
}

const managerPath = EnterpriseURN + ":manager"

// managerOf is the place of the manager in an answer.
const managerOf = EnterpriseURN + ".manager.value"

func entraAddManager(s *Session) {
	s = asEntra(s)
	r, boss := entraMake(s), entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "add", Path: managerPath, Value: Attrs{"value": boss.ID}}))
	s.GET(r.Path).WantStatus(200).Want(managerOf, boss.ID)
}

func entraReplaceManager(s *Session) {
	s = asEntra(s)
	boss, next := entraMake(s), entraMake(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": boss.ID}}})
	patched(s.PATCH(r.Path, Op{Op: "replace", Path: managerPath, Value: Attrs{"value": next.ID}}))
	s.GET(r.Path).WantStatus(200).Want(managerOf, next.ID)
}

func entraRemoveManager(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": entraMake(s).ID}}})
	patched(s.PATCH(r.Path, Op{Op: "replace", Path: managerPath, Value: Attrs{"value": ""}}))
	cleared(s.GET(r.Path).WantStatus(200), managerOf)
}

func entraDeleteUser(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	s.DELETE(r.Path).WantStatus(204)
	s.GET(r.Path).WantStatus(404)
}

func entraDifferentAttributes(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{"preferredLanguage": "en", "title": "Clerk"})
	patched(s.PATCH(r.Path,
		Op{Op: "add", Path: "name.honorificSuffix", Value: "III"},
		Op{Op: "replace", Path: "title", Value: "Head"},
		Op{Op: "remove", Path: "preferredLanguage"}))
	a := s.GET(r.Path).WantStatus(200).Want("name.honorificSuffix", "III").Want("title", "Head")
	cleared(a, "preferredLanguage")
}

func entraSameAttribute(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{"title": "First"})
	patched(s.PATCH(r.Path, Op{Op: "remove", Path: "title"}, Op{Op: "add", Path: "title", Value: "Second"}, Op{Op: "replace", Path: "title", Value: "Third"}))
	s.GET(r.Path).WantStatus(200).Want("title", "Third")
}

func entraDeleteNoUser(s *Session) {
	s = asEntra(s)
	s.DELETE("/Users/" + s.Name()).WantStatus(404)
}

func entraDeleteUserTwice(s *Session) {
	s = asEntra(s)
	r := entraMake(s)
	s.DELETE(r.Path).WantStatus(204)
	s.DELETE(r.Path).WantStatus(404)
}
