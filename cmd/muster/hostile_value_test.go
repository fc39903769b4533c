package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// trait is an attribute as /Schemas shows it.
type trait struct {
	Name, Type, Mutability, Returned string
	MultiValued                      bool
	SubAttributes                    []trait
	urn                              string // of an extension
}

// traits are the attributes of a resource type that a client may write.
func (g *gatehouse) traits(core string, extensions ...string) (all []trait) {
	g.t.Helper()
	for i, urn := range append([]string{core}, extensions...) {
		a, err := g.ask("okta", "GET", "/scim/v2/Schemas/"+urn, "")
		g.must(err)
		var schema struct{ Attributes []trait }
		if a.status != 200 || json.Unmarshal(a.text, &schema) != nil || len(schema.Attributes) == 0 {
			g.t.Fatalf("the schema %s is %d %s", urn, a.status, a.text)
		}
		for _, t := range schema.Attributes {
			if t.Mutability != "readOnly" {
				if i > 0 {
					t.urn = urn
				}
				all = append(all, t)
			}
		}
	}
	return all
}

// kinds are values of every kind that JSON has, with the types that they are.
var kinds = []struct {
	text  string
	types []string
}{
	{`"plain"`, []string{"string", "reference"}}, {`7`, []string{"integer", "decimal"}}, {`1.5`, []string{"decimal"}}, {`true`, []string{"boolean"}},
	{`[]`, nil}, {`{}`, []string{"complex"}}, {`["plain"]`, nil}, {`[7]`, nil}, {`[[]]`, nil}, {`[{}]`, nil}, {`[null]`, nil}, {`{"nobody":{"knows":[{}]}}`, nil},
}

const enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

// nested puts a value where an attribute or its sub-attribute is.
func nested(t trait, sub, value string) string {
	if sub != "" {
		value = fmt.Sprintf(`{%q:%s}`, sub, value)
		if t.MultiValued {
			value = "[" + value + "]"
		}
	}
	value = fmt.Sprintf(`%q:%s`, t.Name, value)
	if t.urn != "" {
		value = fmt.Sprintf(`%q:{%s}`, t.urn, value)
	}
	return value
}

// Every attribute of users and groups is sent with a value of every kind of
// JSON, by PUT and by PATCH. What is of another kind is refused in a sentence
// that names the attribute, and what is not refused is no fault of the server.
func TestValuesOfAnotherKindAreRefusedByName(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	base := map[string]string{"Users": strings.Replace(plainUser, "x@", "kinds@", 1), "Groups": fmt.Sprintf(`{"schemas":[%q],"displayName":"kinds"`, groupURN)}
	sent := 0
	for endpoint, all := range map[string][]trait{"Users": g.traits(userURN, enterpriseURN), "Groups": g.traits(groupURN)} {
		path := "/scim/v2/" + endpoint + "/" + g.made("okta", "/scim/v2/"+endpoint, base[endpoint]+"}")
		for _, one := range all {
			for _, sub := range append([]trait{{}}, one.SubAttributes...) {
				typ, name := one.Type, one.Name
				if sub.Name != "" {
					typ, name = sub.Type, sub.Name
				}
				if sub.Mutability == "readOnly" || one.Name == "password" { // which of these the directory takes is its policy's to say
					continue
				}
				if one.Name == "members" {
					name, typ = "member", "" // one without a value is none
				}
				for _, kind := range kinds {
					body := base[endpoint] + "," + nested(one, sub.Name, kind.text) + "}"
					if one.Name == "userName" || one.Name == "displayName" && endpoint == "Groups" {
						body = fmt.Sprintf(`{"schemas":[%q],%s}`, map[string]string{"Users": userURN, "Groups": groupURN}[endpoint], nested(one, "", kind.text))
					}
					op := operation(`{"op":"replace","value":{` + nested(one, sub.Name, kind.text) + `}}`)
					for method, text := range map[string]string{"PUT": body, "PATCH": op} {
						a, err := g.ask("okta", method, path, text)
						g.must(err)
						sent++
						g.judge(a, text, name, slices.Contains(kind.types, typ) && (sub.Name != "" || !one.MultiValued), strings.HasPrefix(kind.text, "[7") || strings.HasPrefix(kind.text, "[["))
					}
				}
			}
		}
	}
	if sent < 1500 {
		t.Errorf("only %d requests were sent", sent)
	}
}

// judge holds an answer to a value that fits its attribute, or that never can.
func (g *gatehouse) judge(a reply, sent, name string, fits, never bool) {
	g.t.Helper()
	var f fault
	_ = json.Unmarshal(a.text, &f) // wellSaid says it
	switch {
	case a.status == 200 || a.status == 204:
		if never {
			g.t.Errorf("%s is taken: %s", sent, a.text)
		}
	case a.status != 400 || wellSaid(a) != "":
		g.t.Errorf("%s is answered with %d %s: %s", sent, a.status, a.text, wellSaid(a))
	case !strings.Contains(strings.ToLower(f.Detail), strings.ToLower(name)):
		g.t.Errorf("%s is answered without naming %s: %s", sent, name, f.Detail)
	case fits:
		g.t.Errorf("%s is refused: %s", sent, f.Detail)
	}
}

// meaningful are texts in which some language or other sees more than a text.
var meaningful = []string{
	`*`, `a*b`, `(x)`, `)(uid=*))(|(uid=*`, `\`, `\2a`, `a\00b`, `#1`, `a,b=c+d;e`, `<x>"y"`, `ou=evil,dc=example`, `' OR 1=1 --`, `'; DROP TABLE pushed; --`, `%`, `_`, `%s%n%d`,
	`${env:SECRET}`, `{{.}}`, `$(id)`, "`id`", `"quoted"`, `a"b\c`, `?`, `:1`, `$1`, `@x`, `null`, `true`, `NaN`, `<script>alert(1)</script>`, "\u202eevil",
	"\U0001F600", "\u00ad", `-1`, `=1+1`, `urn:x:y`, `bulkId:x`, `/etc/passwd`, `..`, `0`,
}

// tidied are texts that the rules give another form before the directory gets
// them: composed, and with single blanks.
var tidied = map[string]string{"e\u0301": "\u00e9", "a\u2028z": "a z", "a  b": "a b", " c": "c", "d ": "d", "e\r\nf": "e f"}

// Texts that mean something to SQL, LDAP, a shell or JSON are kept, found and
// written to the directory as they are, in every attribute that is a text.
func TestTextsThatMeanSomethingElsewhereAreOnlyTexts(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	conn := servers.Connect(t, g.server)
	traits := g.traits(userURN, enterpriseURN)
	for i, text := range append(slices.Sorted(maps.Keys(tidied)), meaningful...) {
		resource := map[string]any{"schemas": []string{userURN, enterpriseURN}, "userName": fmt.Sprintf("%s %c%c", text, 'a'+i/26, 'a'+i%26), "externalId": text}
		enterprise := map[string]any{}
		for _, one := range traits {
			into := resource
			if one.urn != "" {
				into = enterprise
			}
			switch {
			case one.Name == "userName" || one.Name == "schemas" || one.Name == "password" || one.Type == "reference" || one.Name == "manager" || one.Type == "boolean":
			case one.Type == "string":
				into[one.Name] = text
			case one.Type == "complex":
				item := map[string]any{}
				for _, sub := range one.SubAttributes {
					if sub.Type == "string" && sub.Mutability != "readOnly" {
						item[sub.Name] = text
					}
				}
				into[one.Name] = item
				if one.MultiValued {
					into[one.Name] = []any{item}
				}
			}
		}
		delete(resource, "locale")
		resource[enterpriseURN] = enterprise
		body, err := json.Marshal(resource)
		g.must(err)
		g.kept(conn, text, string(body), resource)
	}
}

// kept creates a user and says whether it comes back, is found and is in the
// directory as it was sent.
func (g *gatehouse) kept(conn *goldap.Conn, text, body string, sent map[string]any) {
	g.t.Helper()
	a, err := g.ask("okta", "POST", "/scim/v2/Users", body)
	g.must(err)
	if a.status != 201 {
		g.t.Errorf("%q is answered with %d %s", text, a.status, a.text)
		return
	}
	var want, got map[string]any
	g.must(json.Unmarshal(a.text, &got))
	g.must(json.Unmarshal([]byte(body), &want))
	id, _ := got["id"].(string)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		for _, flaw := range lacks(want[name], got[name], name) {
			g.t.Errorf("%q: %s", text, flaw)
		}
	}
	quoted, err := json.Marshal(text)
	g.must(err)
	name, err := json.Marshal(sent["userName"])
	g.must(err)
	for _, filter := range []string{"title eq " + string(quoted), "name.familyName eq " + string(quoted), "emails[value eq " + string(quoted) + "]", "displayName eq " + string(quoted),
		"externalId eq " + string(quoted), enterpriseURN + ":department co " + string(quoted), "userName eq " + string(name), "userName sw " + string(quoted)} {
		a, err := g.ask("okta", "GET", "/scim/v2/Users?count=1000&filter="+url.QueryEscape(filter), "")
		g.must(err)
		if a.status != 200 || !strings.Contains(string(a.text), id) {
			g.t.Errorf("%s does not find the user: %d %.300s", filter, a.status, a.text)
		}
	}
	text = cmp.Or(tidied[text], text)
	found, err := conn.Search(goldap.NewSearchRequest(g.ou, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false,
		"(&(objectClass=user)(title="+goldap.EscapeFilter(text)+"))", []string{"title", "sn", "givenName", "department", "displayName"}, nil))
	g.must(err)
	if len(found.Entries) != 1 {
		g.t.Errorf("%q: the directory has %d such accounts", text, len(found.Entries))
		return
	}
	for _, attribute := range []string{"title", "sn", "givenName", "department", "displayName"} {
		if value := found.Entries[0].GetAttributeValue(attribute); value != text {
			g.t.Errorf("%q: the directory has the %s %q", text, attribute, value)
		}
	}
}

// Groups are named by such texts, too, and their entries with them.
func TestGroupsAreNamedByTextsThatMeanSomethingElsewhere(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	conn := servers.Connect(t, g.server)
	for _, text := range append(slices.Sorted(maps.Keys(tidied)), meaningful...) {
		quoted, err := json.Marshal(text)
		g.must(err)
		a, err := g.ask("okta", "POST", "/scim/v2/Groups", fmt.Sprintf(`{"schemas":[%q],"displayName":%s}`, groupURN, quoted))
		g.must(err)
		if a.status != 201 {
			g.t.Errorf("%q is answered with %d %s", text, a.status, a.text)
			continue
		}
		found, err := conn.Search(goldap.NewSearchRequest(g.ou, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false,
			"(&(objectClass=group)(displayName="+goldap.EscapeFilter(cmp.Or(tidied[text], text))+"))", []string{"cn", "displayName"}, nil))
		g.must(err)
		if len(found.Entries) != 1 || found.Entries[0].GetAttributeValue("displayName") != cmp.Or(tidied[text], text) {
			g.t.Errorf("%q: the directory has %d such groups", text, len(found.Entries))
		}
		a, err = g.ask("okta", "GET", "/scim/v2/Groups?filter="+url.QueryEscape("displayName eq "+string(quoted)), "")
		g.must(err)
		if a.status != 200 || !strings.Contains(string(a.text), `"totalResults":1,`) {
			g.t.Errorf("%q is found as %s", text, a.text)
		}
	}
}
