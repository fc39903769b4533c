package conformance

import (
	"fmt"
	"slices"
	"strings"
)

const template = "Microsoft gallery validation template (AzureAD/SCIMReferenceCode, SCIM-Validation-Test-Overview.md), "

// entraTemplateChecks are the tests of the gallery template that say more than
// the validator's.
var entraTemplateChecks = []Check{
	client(Entra, "entra-template-schemas", "/Schemas lists User and Group without null values", template+"Schema_Discoverability", entraSchemas, Groups),
	client(Entra, "entra-template-canonical-types", "/Schemas names the types of e-mails, phones and addresses as canonicalValues", template+"Schema_Discoverability", entraCanonicalTypes),
	client(Entra, "entra-template-enterprise-schema", "/Schemas lists the enterprise extension with department and manager.value", template+"Schema_Discoverability", entraEnterpriseSchema, Enterprise),
	client(Entra, "entra-template-clear-empty", `replace with "" clears each optional attribute, one operation each`, template+"SCIM_Null_Update, verbose", clearing("", true), Patch, Enterprise),
	client(Entra, "entra-template-clear-null", "replace with null clears each optional attribute, one operation each", template+"SCIM_Null_Update, verbose", clearing(Null, true), Patch, Enterprise),
	client(Entra, "entra-template-clear-empty-flat", `a replace without a path clears by ""`, template+"SCIM_Null_Update, non-verbose", clearing("", false), Patch, Enterprise),
	client(Entra, "entra-template-clear-null-flat", "a replace without a path clears by null", template+"SCIM_Null_Update, non-verbose", clearing(Null, false), Patch, Enterprise),
	alone(client(Entra, "entra-template-user-pagination", "eleven users come in pages of five; startIndex is what was asked", template+"User_Pagination", paged("/Users"))),
	alone(client(Entra, "entra-template-group-pagination", "eleven groups come in pages of five; startIndex is what was asked", template+"Group_Pagination", paged("/Groups"), Groups)),
	client(Entra, "entra-template-manager-text", "a manager given as plain text is set", template+"Update_Manager; SCIM-SDK issue 686", entraManagerText, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-template-manager-text-replace", "a manager given as plain text is replaced", template+"Update_Manager", entraManagerTextReplace, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-template-manager-text-clear", `replace of the manager with "" removes it`, template+"Update_Manager", entraManagerTextClear, Patch, Attribute("EnterpriseUser", "manager.value")),
	client(Entra, "entra-template-restore-user", "a disabled user is enabled again under the same id, with its values", template+"Restore", entraRestoreUser, Patch),
	client(Entra, "entra-template-restore-member", "disabling and enabling a user does not stop it from being added to a group", template+"Restore", entraRestoreMember, Patch, Groups),
}

func entraSchemas(s *Session) {
	a := asEntra(s).GET("/Schemas").WantStatus(200).WantIn("schemas", ListURN)
	ids := a.IDs("Resources", "id")
	for _, urn := range []string{UserURN, GroupURN} {
		if !slices.Contains(ids, urn) {
			a.Fail("expected a schema %s, got %s", urn, show(ids))
		}
	}
	if at, ok := nullIn(a.JSON, ""); ok {
		a.Fail("expected no null values, got one at %s", at)
	}
}

// nullIn returns the place of the first null in a JSON value.
func nullIn(v any, at string) (string, bool) {
	switch node := v.(type) {
	case nil:
		return at, true
	case map[string]any:
		for name, value := range node {
			if where, ok := nullIn(value, at+"."+name); ok {
				return where, true
			}
		}
	case []any:
		for i, value := range node {
			if where, ok := nullIn(value, fmt.Sprintf("%s.%d", at, i)); ok {
				return where, true
			}
		}
	}
	return "", false
}

func entraCanonicalTypes(s *Session) {
	a := asEntra(s).GET("/Schemas").WantStatus(200)
	for attribute, types := range map[string][]string{"emails": {"work"}, "phoneNumbers": {"work", "mobile", "fax"}, "addresses": {"work"}} {
		for _, want := range types {
			a.WantIn("Resources[id="+UserURN+"].attributes[name="+attribute+"].subAttributes[name=type].canonicalValues", want)
		}
	}
}

func entraEnterpriseSchema(s *Session) {
	a := asEntra(s).GET("/Schemas").WantStatus(200)
	at := "Resources[id=" + EnterpriseURN + "].attributes"
	a.Want(at+"[name=department].type", "string").Want(at+"[name=manager].subAttributes[name=value].name", "value")
}

// clearing sends a value that stands for none to each optional attribute.
func clearing(value any, verbose bool) func(*Session) {
	return func(s *Session) {
		s = asEntra(s)
		r := entraMake(s, Attrs{"nickName": "Nick", "title": "Clerk", "preferredLanguage": "en", EnterpriseURN: Attrs{"department": "Sales", "costCenter": "4711"}})
		paths := []string{"displayName", "nickName", "title", "preferredLanguage", "name.formatted", `emails[type eq "work"].value`,
			EnterpriseURN + ":department", EnterpriseURN + ":costCenter"}
		ops, flat := []Op{}, Attrs{}
		for _, path := range paths {
			ops = append(ops, Op{Op: "replace", Path: path, Value: value})
			flat[path] = value
		}
		if !verbose {
			ops = []Op{{Op: "replace", Value: flat}}
		}
		patched(s.PATCH(r.Path, ops...))
		a := s.GET(r.Path).WantStatus(200).Want("userName", r.Name)
		for _, path := range paths {
			cleared(a, answerPath(path))
		}
	}
}

// paged reads eleven resources in pages of five, as the template counts them.
func paged(path string) func(*Session) {
	return func(s *Session) {
		s = asEntra(s)
		made := make([]*Resource, 11)
		for i := range made {
			if path == "/Users" {
				made[i] = entraMake(s)
			} else {
				made[i] = s.Group()
			}
		}
		var ids []string
		for page := 0; ; page++ {
			start := page*5 + 1
			a := s.GET(path, "startIndex", fmt.Sprint(start), "count", "5").WantStatus(200).Want("startIndex", start)
			ids = append(ids, a.IDs("Resources", "id")...)
			if rest := a.Number("totalResults") - page*5; rest <= 5 {
				a.WantLen("Resources", rest)
				break
			}
			a.WantLen("Resources", 5).Want("itemsPerPage", 5)
		}
		eachOnce(s, ids, made)
	}
}

func entraManagerText(s *Session) {
	s = asEntra(s)
	r, boss := entraMake(s), entraMake(s)
	patched(s.PATCH(r.Path, Op{Op: "add", Path: managerPath, Value: boss.ID}))
	s.GET(r.Path).WantStatus(200).Want(managerOf, boss.ID)
}

func entraManagerTextReplace(s *Session) {
	s = asEntra(s)
	boss, next := entraMake(s), entraMake(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": boss.ID}}})
	patched(s.PATCH(r.Path, Op{Op: "replace", Path: managerPath, Value: next.ID}))
	s.GET(r.Path).WantStatus(200).Want(managerOf, next.ID)
}

func entraManagerTextClear(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"manager": Attrs{"value": entraMake(s).ID}}})
	patched(s.PATCH(r.Path, Op{Op: "replace", Path: managerPath, Value: ""}))
	a := s.GET(r.Path).WantStatus(200)
	cleared(a, managerOf)
	if left := a.Text(EnterpriseURN + ".manager"); strings.TrimSpace(left) != "" {
		a.Fail("expected no manager, got %q", left)
	}
}

func entraRestoreUser(s *Session) {
	s = asEntra(s)
	r := entraMake(s, Attrs{EnterpriseURN: Attrs{"department": "Sales"}})
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: "active", Value: false}))
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: "active", Value: true}))
	a := s.GET(r.Path).WantStatus(200).Want("id", r.ID).Want("active", true).Want("userName", r.Name)
	a.Want("externalId", r.Sent["externalId"]).Want("name.familyName", "Family")
}

func entraRestoreMember(s *Session) {
	s = asEntra(s)
	r, g := entraMake(s), entraTeam(s)
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: "active", Value: "False"}))
	patched(s.PATCH(r.Path, Op{Op: "Replace", Path: "active", Value: "True"}))
	patched(s.PATCH(g.Path, Op{Op: "Add", Path: "members", Value: refs(r)}))
	s.GET(g.Path).WantStatus(200).WantMembers(r)
}
