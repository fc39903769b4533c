package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/scim/schema"
)

const (
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	badgeURN      = "urn:example:params:scim:schemas:extension:badge:2.0:User"
)

// badge is an extension with an attribute of each kind.
func badge(t testing.TB) *schema.Schema {
	s, err := schema.Custom(badgeURN, "Badge", "What is on the badge", []*schema.Attribute{
		{Name: "level", Kind: schema.Integer},
		{Name: "height", Kind: schema.Decimal},
		{Name: "issued", Kind: schema.DateTime},
		{Name: "photo", Kind: schema.Binary},
		{Name: "visitor", Kind: schema.Boolean},
		{Name: "doors", Kind: schema.String, Multi: true},
		{Name: "department", Kind: schema.String},
		{Name: "pin", Kind: schema.String, Mutability: schema.WriteOnly},
		{Name: "history", Kind: schema.String, Returned: schema.OnRequest},
		{Name: "sponsor", Kind: schema.Complex, Sub: []*schema.Attribute{
			{Name: "value", Required: true}, {Name: "$ref", Kind: schema.Reference}, {Name: "note", Returned: schema.OnRequest},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPathIsFoundInAnyCase(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	group := schema.Group()
	for _, c := range []struct {
		in         *schema.Type
		path, want string
	}{
		{user, "userName", "userName"},
		{user, "USERNAME", "userName"},
		{user, "name.GIVENNAME", "name.givenName"},
		{user, "emails.Value", "emails.value"},
		{user, "id", "id"},
		{user, "Meta.lastmodified", "meta.lastModified"},
		{user, "schemas", "schemas"},
		{user, "externalID", "externalId"},
		{user, "URN:IETF:params:scim:schemas:core:2.0:user:Name.FamilyName", "name.familyName"},
		{user, userURN + ":externalId", "externalId"},
		{user, enterpriseURN, enterpriseURN},
		{user, "urn:IETF:params:scim:schemas:extension:ENTERPRISE:2.0:user:Department", enterpriseURN + ":department"},
		{user, enterpriseURN + ":manager.$REF", enterpriseURN + ":manager.$ref"},
		{user, "manager", enterpriseURN + ":manager"},
		{user, "manager.value", enterpriseURN + ":manager.value"},
		{user, "level", badgeURN + ":level"},
		{user, enterpriseURN + ".manager", enterpriseURN + ":manager"},
		{user, enterpriseURN + ".manager.value", enterpriseURN + ":manager.value"},
		{user, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department", enterpriseURN + ":department"},
		{user, "urn:scim:schemas:extension:enterprise:2.0:department", enterpriseURN + ":department"},
		{user, "urn:scim:schemas:core:2.0:userName", "userName"},
		{group, groupURN + ":members", "members"},
		{group, "members.$ref", "members.$ref"},
	} {
		p, ok := c.in.Locate(c.path)
		if !ok || p.String() != c.want {
			t.Errorf("%s: got %q %v, want %q", c.path, p, ok, c.want)
		}
	}
}

func TestWhatTheTypeDoesNotHaveIsNotFound(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	for _, path := range []string{
		"", "foo", "name.foo", "userName.value", "emails[type eq \"work\"]", ".value", "name.", "members", "ſchemas", "department", // department is of two extensions
		enterpriseURN + ":userName", enterpriseURN + ":", enterpriseURN + "department", userURN + ":department", groupURN + ":members", "urn:", "urn:x:y:z",
	} {
		if p, ok := user.Locate(path); ok {
			t.Errorf("%q was found as %q", path, p)
		}
	}
	if p, ok := schema.Group().Locate(enterpriseURN + ":manager"); ok {
		t.Errorf("a group has %q", p)
	}
	if p, ok := schema.Group().Locate("urn:scim:schemas:extension:enterprise:2.0"); ok {
		t.Errorf("a group has %q", p)
	}
}

func TestAPlaceIsFoundByItsParts(t *testing.T) {
	user := schema.User(schema.Enterprise())
	for _, c := range []struct{ urn, name, sub, want string }{
		{"", "userName", "", "userName"},
		{"", "NAME", "givenname", "name.givenName"},
		{userURN, "emails", "type", "emails.type"},
		{enterpriseURN, "manager", "value", enterpriseURN + ":manager.value"},
		{enterpriseURN, "", "", enterpriseURN},
		{userURN, "", "", ""},
		{"urn:ietf:params:scim:schemas:extension:enterprise:2.0", "User", "", enterpriseURN},
		{"urn:ietf:params:scim:schemas:extension:enterprise:2.0", "User", "manager", enterpriseURN + ":manager"},
		{"urn:ietf:params:scim:schemas:extension:enterprise:2.0User", "manager", "", enterpriseURN + ":manager"},
	} {
		p, ok := user.Resolve(c.urn, c.name, c.sub)
		if !ok || p.String() != c.want {
			t.Errorf("%q %q %q: got %q %v, want %q", c.urn, c.name, c.sub, p, ok, c.want)
		}
	}
	for _, parts := range [][3]string{{"", "", ""}, {"", "foo", ""}, {"", "", "value"}, {enterpriseURN, "", "value"}, {"urn:x", "userName", ""}} {
		if p, ok := user.Resolve(parts[0], parts[1], parts[2]); ok {
			t.Errorf("%q was found as %q", parts, p)
		}
	}
}

func TestThePlaceFindsItsValues(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	resource := map[string]any{
		"userName": "ada",
		"name":     map[string]any{"givenName": "Ada"},
		"emails":   []any{map[string]any{"value": "a@x", "type": "work"}, map[string]any{"type": "home"}, map[string]any{"value": "b@x"}},
		badgeURN:   map[string]any{"doors": []any{"north", "south"}, "level": int64(3)},
	}
	resource[enterpriseURN] = map[string]any{"manager": map[string]any{"value": "m1"}}
	for path, want := range map[string][]any{
		"userName":          {"ada"},
		"title":             nil,
		"name.givenName":    {"Ada"},
		"name.familyName":   nil,
		"emails.value":      {"a@x", "b@x"},
		"emails.primary":    nil,
		"manager.value":     {"m1"},
		"doors":             {"north", "south"},
		"level":             {int64(3)},
		badgeURN + ":pin":   nil,
		badgeURN:            {resource[badgeURN]},
		userURN:             {resource},
		"addresses.country": nil,
	} {
		p, ok := user.Locate(path)
		if !ok {
			t.Fatalf("%s is not found", path)
		}
		if diff := cmp.Diff(want, p.Values(resource)); diff != "" {
			t.Errorf("%s: want -, got +\n%s", path, diff)
		}
	}
	manager, _ := user.Locate("manager.value")
	if got := manager.Values(map[string]any{"userName": "ada"}); got != nil {
		t.Errorf("without the extension: %v", got)
	}
	emails, _ := user.Locate("emails.value")
	if got := (schema.Place{Attribute: emails.Sub}).Values(map[string]any{"value": "a@x"}); !cmp.Equal(got, []any{"a@x"}) {
		t.Errorf("within an item: %v", got)
	}
}

func TestAPlaceKnowsHowItsValuesCompare(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	for _, c := range []struct {
		path         string
		kind         schema.Kind
		exact, multi bool
	}{
		{"userName", schema.String, false, false},
		{"id", schema.String, true, false},
		{"externalId", schema.String, true, false},
		{"active", schema.Boolean, false, false},
		{"emails", schema.Complex, false, true},
		{"emails.value", schema.String, false, false},
		{"profileUrl", schema.Reference, true, false},
		{"manager.value", schema.String, true, false},
		{"doors", schema.String, false, true},
		{badgeURN + ":photo", schema.Binary, true, false},
		{badgeURN, schema.Complex, false, false},
		{userURN, schema.Complex, false, false},
	} {
		p, ok := user.Locate(c.path)
		if !ok || p.Kind() != c.kind || p.CaseExact() != c.exact || p.Multi() != c.multi {
			t.Errorf("%s: %v %s exact %v multi %v", c.path, ok, p.Kind(), p.CaseExact(), p.Multi())
		}
	}
}
