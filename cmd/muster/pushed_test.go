package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
)

const pushing = `version: 1
destinations:
  - {name: ad, type: active-directory, url: "ldaps://dc1", base: "%[2]s", bind: m, password: "${env:SET}"}
  - {name: ldap, type: ldap, url: "ldaps://ldap1", base: "%[2]s", bind: m, password: "${env:SET}"}
connections:
  - name: %[1]s
    destination: %[1]s
    users: {scope: "%[3]s", policy: {leavers: disable}}
    groups: {scope: "%[3]s", policy: {leavers: delete}}
`

// key is the id of a pushed record.
const key = "2b1c0f6e-8d4a-4c59-9f37-0a1b2c3d4e5f"

// pushedStream compiles the stream of a type as serve does.
func pushedStream(t *testing.T, destination string, typ bridge.ObjectType) (*bridge.Connection, *mapping.Columns) {
	t.Helper()
	return pushedStreamInto(t, destination, "DC=corp,DC=example,DC=com", "OU=Staff,DC=corp,DC=example,DC=com", typ)
}

func pushedStreamInto(t *testing.T, destination, base, scope string, typ bridge.ObjectType) (*bridge.Connection, *mapping.Columns) {
	t.Helper()
	f, err := config.Parse("in.yaml", fmt.Appendf(nil, pushing, destination, base, scope), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	client, _ := f.Client(destination)
	at, _ := f.Destination(destination)
	template, err := template(at.Type, typ)
	if err != nil {
		t.Fatal(err)
	}
	columns := client.Columns(typ)
	c, err := f.Stream(destination, typ, template, columns)
	if err != nil {
		t.Fatal(err)
	}
	return c, columns
}

// pushedEntry is what a pushed record becomes: values, the first candidate, or
// the keys referred to, by attribute.
func pushedEntry(t *testing.T, c *bridge.Connection, columns *mapping.Columns, record map[string]any) map[string]string {
	t.Helper()
	result := pushedResult(t, c, columns, record)
	for _, fault := range result.Faults {
		t.Errorf("%v: %s", record["userName"], fault)
	}
	out := map[string]string{}
	for _, a := range result.Attributes {
		values := slices.Concat(a.Values, a.References)
		if len(a.Candidates) > 0 {
			values = a.Candidates[:1]
		}
		if len(values) > 0 {
			out[a.Name] = strings.Join(values, " | ")
		}
	}
	if result.Enabled != nil {
		out["enabled"] = fmt.Sprint(*result.Enabled)
	}
	if len(result.Members) > 0 {
		out["members"] = strings.Join(result.Members, " | ")
	}
	return out
}

func pushedResult(t *testing.T, c *bridge.Connection, columns *mapping.Columns, record map[string]any) mapping.Result {
	t.Helper()
	row := mapping.Row{Columns: columns, Values: make([]any, len(columns.List()))}
	for name, value := range record {
		i, ok := columns.Index(name)
		if !ok {
			t.Fatalf("a pushed %s has no column %s", c.Type, name)
		}
		row.Values[i] = value
	}
	return c.Mapping.Map(row, key, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
}

// A user as Okta's application sends it, and one as Entra ID's default mapping
// does, with the values that Microsoft's validator puts in.
var (
	oktaUser = map[string]any{"id": key, "userName": "test.user@corp.example.com", "externalId": "00ujl29u0le5T6Aj10h7", "displayName": "Test User", "locale": "en-US",
		"active": true, "givenName": "Test", "familyName": "User", "email": "test.user@corp.example.com", "workEmail": "test.user@corp.example.com",
		"emails": []string{"test.user@corp.example.com"}}
	entraUser = map[string]any{"id": key, "userName": "Adele.Vance@corp.example.com", "externalId": "adele.vance", "displayName": "Adele Vance", "active": true,
		"givenName": "Adele", "familyName": "Vance", "formattedName": "Adele Vance", "title": "Retail Manager", "preferredLanguage": "hi", "locale": "RJWNTUNNOHNZ",
		"profileUrl": "OMSDKVQ", "timezone": "Africa/Lagos", "email": "adele@example.com", "workEmail": "adele@example.com", "otherEmail": "old@example.com",
		"phone": "30-774-0480", "workPhone": "30-774-0480", "mobilePhone": "74-774-8190", "faxPhone": "30-774-1234", "street": "7640 Borer Ferry", "locality": "Nyasiafort",
		"region": "IIWPDNQKKMMH", "postalCode": "rs58 4nd", "country": "Sierra Leone", "otherAddress": "18/2111", "employeeNumber": "12345", "department": "Retail",
		"organization": "Contoso", "division": "North", "costCenter": "4711", "userType": "Employee", "manager": "0a1b2c3d-0000-4000-8000-000000000001"}
)

func TestAUserOfOktaBecomesAnAccount(t *testing.T) {
	c, columns := pushedStream(t, "ad", bridge.User)
	want := map[string]string{"cn": "Test User", "givenName": "Test", "sn": "User", "displayName": "Test User", "sAMAccountName": "test.user",
		"userPrincipalName": "test.user@corp.example.com", "mail": "test.user@corp.example.com", "enabled": "true"}
	if diff := cmp.Diff(want, pushedEntry(t, c, columns, oktaUser)); diff != "" {
		t.Errorf("Active Directory (-want +got):\n%s", diff)
	}
	if !slices.Equal(c.Match, []string{"userPrincipalName"}) || c.Template.Password != "unicodePwd" || c.Name != "ad/users" {
		t.Errorf("%s is matched by %v, with passwords in %s", c.Name, c.Match, c.Template.Password)
	}
	c, columns = pushedStream(t, "ldap", bridge.User)
	want = map[string]string{"uid": "test.user@corp.example.com", "cn": "Test User", "givenName": "Test", "sn": "User", "displayName": "Test User",
		"mail": "test.user@corp.example.com", "enabled": "true"}
	if diff := cmp.Diff(want, pushedEntry(t, c, columns, oktaUser)); diff != "" {
		t.Errorf("LDAP (-want +got):\n%s", diff)
	}
	if !slices.Equal(c.Match, []string{"uid"}) || c.Template.Password != "userPassword" {
		t.Errorf("matched by %v, with passwords in %s", c.Match, c.Template.Password)
	}
}

func TestAUserOfEntraBecomesAnAccount(t *testing.T) {
	common := map[string]string{"cn": "Adele Vance", "givenName": "Adele", "sn": "Vance", "displayName": "Adele Vance", "mail": "adele@example.com", "title": "Retail Manager",
		"manager": "0a1b2c3d-0000-4000-8000-000000000001", "telephoneNumber": "30-774-0480", "mobile": "74-774-8190", "facsimileTelephoneNumber": "30-774-1234",
		"physicalDeliveryOfficeName": "18/2111", "l": "Nyasiafort", "st": "IIWPDNQKKMMH", "postalCode": "rs58 4nd", "employeeNumber": "12345", "employeeType": "Employee", "enabled": "true"}
	want := maps.Clone(common)
	maps.Copy(want, map[string]string{"sAMAccountName": "adele.vance", "userPrincipalName": "Adele.Vance@corp.example.com", "department": "Retail", "company": "Contoso",
		"division": "North", "streetAddress": "7640 Borer Ferry", "c": "SL", "co": "Sierra Leone", "countryCode": "694", "employeeID": "12345", "wWWHomePage": "OMSDKVQ"})
	c, columns := pushedStream(t, "ad", bridge.User)
	if diff := cmp.Diff(want, pushedEntry(t, c, columns, entraUser)); diff != "" {
		t.Errorf("Active Directory (-want +got):\n%s", diff)
	}
	want = maps.Clone(common)
	maps.Copy(want, map[string]string{"uid": "Adele.Vance@corp.example.com", "ou": "Retail", "o": "Contoso", "street": "7640 Borer Ferry", "departmentNumber": "4711", "preferredLanguage": "hi"})
	c, columns = pushedStream(t, "ldap", bridge.User)
	if diff := cmp.Diff(want, pushedEntry(t, c, columns, entraUser)); diff != "" {
		t.Errorf("LDAP (-want +got):\n%s", diff)
	}
}

func TestAUserNameAloneIsEnough(t *testing.T) {
	c, columns := pushedStream(t, "ad", bridge.User)
	for _, x := range []struct{ userName, cn, account, principal string }{
		{"ada@example.com", "ada@example.com", "ada", "ada@example.com"},
		{"Test_User_11feac02", "Test_User_11feac02", "test_user_11feac02", "Test_User_11feac02@corp.example.com"},
		{"Jörg Müller", "Jörg Müller", "jorgmuller", "JorgMuller@corp.example.com"},
		{"小明", "小明", "xiaoming", "XiaoMing@corp.example.com"},
		{"🎉", "🎉", "2b1c0f6e8d4a4c599f37", "2b1c0f6e8d4a4c599f370a1b2c3d4e5f@corp.example.com"},
		{"a@b@c", "a@b@c", "ab", "ab@corp.example.com"},
		{"@", "@", "2b1c0f6e8d4a4c599f37", "2b1c0f6e8d4a4c599f370a1b2c3d4e5f@corp.example.com"},
		{"abcdefghijklmnopqrs.tuv@example.com", "abcdefghijklmnopqrs.tuv@example.com", "abcdefghijklmnopqrs", "abcdefghijklmnopqrs.tuv@example.com"},
		{`a/\[]:;|=,+*?<>"b`, `a/\[]:;|=,+*?<>"b`, "ab", "ab@corp.example.com"},
		{"0", "0", "0", "0@corp.example.com"},
	} {
		got := pushedEntry(t, c, columns, map[string]any{"id": key, "userName": x.userName, "active": true})
		want := map[string]string{"cn": x.cn, "displayName": x.cn, "sAMAccountName": x.account, "userPrincipalName": x.principal, "enabled": "true"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.userName, diff)
		}
	}
	c, columns = pushedStream(t, "ldap", bridge.User)
	got := pushedEntry(t, c, columns, map[string]any{"id": key, "userName": "ada", "active": false})
	want := map[string]string{"uid": "ada", "cn": "ada", "sn": "ada", "displayName": "ada", "enabled": "false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LDAP (-want +got):\n%s", diff)
	}
}

func TestNamesakesAreToldApart(t *testing.T) {
	c, columns := pushedStream(t, "ad", bridge.User)
	result := pushedResult(t, c, columns, map[string]any{"userName": "ada.lovelace.of.analytical@example.com", "displayName": "Ada Lovelace"})
	for name, want := range map[string][]string{
		"cn": {"Ada Lovelace", "Ada Lovelace (ada.lovelace.of.anal)", "Ada Lovelace (" + key + ")"},
		"sAMAccountName": {"ada.lovelace.of.anal", "ada.lovelace.of.ana2", "ada.lovelace.of.ana3", "ada.lovelace.of.ana4", "ada.lovelace.of.ana5",
			"ada.lovelac-2c3d4e5f", "uc599f370a1b2c3d4e5f"},
	} {
		i := slices.IndexFunc(result.Attributes, func(a mapping.Attribute) bool { return a.Name == name })
		if diff := cmp.Diff(want, result.Attributes[i].Candidates); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNoValueOfAPushedUserKeepsItOut(t *testing.T) {
	room := map[string]int{"cn": 64, "sAMAccountName": 20, "sn": 64, "givenName": 64, "middleName": 64, "displayName": 256, "department": 64, "company": 64, "title": 128,
		"telephoneNumber": 64, "mobile": 64, "homePhone": 64, "facsimileTelephoneNumber": 64, "l": 128, "st": 128, "postalCode": 40, "physicalDeliveryOfficeName": 128,
		"streetAddress": 1024, "employeeID": 16, "employeeNumber": 512, "employeeType": 256, "division": 256, "co": 128, "mail": 256, "wWWHomePage": 2048, "userPrincipalName": 1024}
	for _, destination := range []string{"ad", "ldap"} {
		c, columns := pushedStream(t, destination, bridge.User)
		for _, value := range []string{"", " ", "x", strings.Repeat("Wxyz", 700), strings.Repeat("龍", 3000), "a/\\[]:;|=,+*?<>\"@.", "🎉", "-1", "no one@ nowhere", "ZZ", "Narnia", "a\tb  c", "e\u0301"} {
			record := map[string]any{"active": true}
			for _, column := range columns.List() {
				if column.Type == mapping.Text {
					record[column.Name] = value
				}
			}
			for _, userName := range []string{"ada@example.com", "x" + value} {
				record["userName"] = userName
				for name, got := range pushedEntry(t, c, columns, record) {
					if limit := room[name]; destination == "ad" && limit > 0 && utf8.RuneCountInString(got) > limit {
						t.Errorf("%s has %d characters", name, utf8.RuneCountInString(got))
					}
				}
			}
		}
	}
}

func TestAPushedGroupHasOneNameAndItsMembers(t *testing.T) {
	for destination, want := range map[string]map[string]string{
		"ad":   {"cn": "Sales & Marketing", "displayName": "Sales & Marketing", "sAMAccountName": "sales-marketing", "groupType": "-2147483646", "members": "u1 | u2"},
		"ldap": {"cn": "Sales & Marketing", "members": "u1 | u2"},
	} {
		c, columns := pushedStream(t, destination, bridge.Group)
		got := pushedEntry(t, c, columns, map[string]any{"id": key, "displayName": "Sales & Marketing", "externalId": "8aa1a0c0", "members": []string{"u1", "u2", "u1"}})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", destination, diff)
		}
		if !slices.Equal(c.Match, []string{"cn"}) || !slices.Equal(c.MembersFrom, []string{destination + "/users", destination + "/groups"}) {
			t.Errorf("%s is matched by %v, with members from %v", c.Name, c.Match, c.MembersFrom)
		}
	}
	c, columns := pushedStream(t, "ad", bridge.Group)
	long := strings.Repeat("Wxyz ", 40)
	if got := pushedEntry(t, c, columns, map[string]any{"displayName": long})["cn"]; got != "Wxyz Wxyz Wxyz Wxyz Wxyz ("+key+")" {
		t.Errorf("a long name becomes %q", got)
	}
}
