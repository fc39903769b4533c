package schema

import (
	"reflect"
	"strings"
	"testing"

	library "github.com/elimity-com/scim/schema"
)

func TestAttributesAreAsTheRFCsAndTheClientsWantThem(t *testing.T) {
	user, group := User(Enterprise()), Group()
	type c = *Attribute
	for _, row := range []struct {
		in    *Type
		path  string
		says  string
		holds func(c) bool
	}{
		{user, "id", "read-only, always returned, exact", func(a c) bool {
			return a.Mutability == ReadOnly && a.Returned == Always && a.CaseExact && a.Uniqueness == Server
		}},
		{user, "externalId", "exact, writable", func(a c) bool { return a.CaseExact && a.Mutability == ReadWrite }},
		{user, "schemas", "always returned, a list", func(a c) bool { return a.Returned == Always && a.Multi }},
		{user, "meta.lastModified", "read-only, a time", func(a c) bool { return a.Mutability == ReadOnly && a.Kind == DateTime }},
		{user, "meta.version", "exact", func(a c) bool { return a.CaseExact }},
		{user, "userName", "required, unique, any case", func(a c) bool { return a.Required && a.Uniqueness == Server && !a.CaseExact }},
		{user, "password", "write-only, never returned", func(a c) bool { return a.Mutability == WriteOnly && a.Returned == Never }},
		{user, "groups", "read-only", func(a c) bool { return a.Mutability == ReadOnly && a.Multi }},
		{user, "groups.value", "read-only, exact", func(a c) bool { return a.Mutability == ReadOnly && a.CaseExact }},
		{user, "active", "a boolean", func(a c) bool { return a.Kind == Boolean }},
		{user, "x509Certificates.value", "binary", func(a c) bool { return a.Kind == Binary }},
		{user, "profileUrl", "a reference", func(a c) bool { return a.Kind == Reference }},
		{user, "emails.type", "flattened by Entra", suggests("work", "home", "other")},
		{user, "phoneNumbers.type", "flattened by Entra", suggests("work", "home", "mobile", "fax", "pager", "other")},
		{user, "ims.type", "flattened by Entra", suggests("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo")},
		{user, "photos.type", "flattened by Entra", suggests("photo", "thumbnail")},
		{user, "addresses.type", "flattened by Entra", suggests("work", "home", "other")},
		{user, "roles.type", "flattened by Entra as roles[primary eq \"True\"]", suggests()},
		{user, "manager.value", "exact, writable", func(a c) bool { return a.CaseExact && a.Mutability == ReadWrite && !a.Required }},
		{user, "manager.$ref", "a reference to a user", func(a c) bool { return a.Kind == Reference && reflect.DeepEqual(a.References, []string{"User"}) }},
		{user, "manager.displayName", "read-only", func(a c) bool { return a.Mutability == ReadOnly }},
		{user, "employeeNumber", "a string", func(a c) bool { return a.Kind == String }},
		{group, "displayName", "required, unique", func(a c) bool { return a.Required && a.Uniqueness == Server && !a.CaseExact }},
		{group, "members", "a list", func(a c) bool { return a.Multi && a.Kind == Complex }},
		{group, "members.value", "exact, immutable", func(a c) bool { return a.CaseExact && a.Mutability == Immutable }},
		{group, "members.display", "a string", func(a c) bool { return a.Kind == String }},
		{group, "members.type", "User or Group", suggests("User", "Group")},
		{group, "members.$ref", "a reference to either", func(a c) bool { return reflect.DeepEqual(a.References, []string{"User", "Group"}) }},
		{group, "externalId", "exact", func(a c) bool { return a.CaseExact }},
	} {
		p, ok := row.in.Locate(row.path)
		if !ok || !row.holds(p.last()) {
			t.Errorf("%s of %s is not %s: found %v, %+v", row.path, row.in.Name, row.says, ok, p.last())
		}
	}
}

func suggests(canonical ...string) func(*Attribute) bool {
	return func(a *Attribute) bool {
		return len(canonical) == len(a.Canonical) && (len(canonical) == 0 || reflect.DeepEqual(a.Canonical, canonical))
	}
}

func TestEachCorrectionCorrectsSomething(t *testing.T) {
	bare := map[string][]*Attribute{
		"":            convert(library.CommonAttributes()),
		userURN:       convert(library.CoreUserSchema().Attributes),
		groupURN:      convert(library.CoreGroupSchema().Attributes),
		enterpriseURN: convert(library.ExtensionEnterpriseUser().Attributes),
	}
	for _, c := range corrections {
		name, sub, dotted := strings.Cut(c.path, ".")
		a := named(bare[c.schema], name)
		if a != nil && dotted {
			a = named(a.Sub, sub)
		}
		if a == nil {
			t.Errorf("%s %s does not exist", c.schema, c.path)
			continue
		}
		before := *a
		c.change(a)
		if reflect.DeepEqual(before, *a) {
			t.Errorf("%s %s is so in the library already", c.schema, c.path)
		}
		if c.reason == "" {
			t.Errorf("%s %s: no reason", c.schema, c.path)
		}
	}
}

func TestEachQuirkIsTakenForWhatItMeans(t *testing.T) {
	user := User(Enterprise())
	for _, a := range aliases {
		p, ok := user.Locate(strings.ToUpper(a.sent))
		if !ok || p.String() != a.meant || a.by == "" {
			t.Errorf("%s is taken for %q %v", a.sent, p, ok)
		}
	}
	for _, s := range separators {
		p, ok := user.Locate(enterpriseURN + string(s.sent) + "manager")
		if !ok || p.String() != enterpriseURN+":manager" || s.by == "" {
			t.Errorf("%q: %q %v", s.sent, p, ok)
		}
	}
	for _, b := range booleans {
		_, dropped, err := user.Normalize([]byte(`{"schemas":["` + userURN + `"],"userName":"a","active":"` + b.sent + `"}`))
		if meant, ok := boolean(b.sent); !ok || meant != b.meant || err != nil || dropped != nil || b.by == "" {
			t.Errorf("%q: %v %v %v", b.sent, meant, ok, err)
		}
	}
	for _, not := range []string{"", "1", "0", "yes", "T", "tRUE", "TRUE ", " true"} {
		if meant, ok := boolean(not); ok {
			t.Errorf("%q is taken for %v", not, meant)
		}
	}
}

// The library refuses what clients send, so that it can only look at what was
// normalised: without its gate nothing else is lost.
func TestTheLibraryAgreesWithWhatWasNormalised(t *testing.T) {
	user := User(Enterprise())
	if len(user.Core.gate.Attributes) == 0 || len(user.Extensions[0].gate.Attributes) == 0 {
		t.Fatal("there is no gate")
	}
	sent := map[string]any{"userName": "a", "active": "True", "emails": []any{"a@x"}}
	if _, err := user.Core.gate.ValidateExtension(sent); err == nil {
		t.Error("the library takes what was not normalised")
	}
	whole, err := user.NormalizeValue(Place{}, sent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := user.Core.gate.ValidateExtension(whole); err != nil {
		t.Errorf("the library refuses %v: %v", whole, err)
	}
}
