package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge/devdir"
)

// strict is a client whose rules cut nothing to what the directory has room for.
const strict = `
  - name: okta
    destination: corp
    requests: {per_second: 1000}
    users:
      scope: "OU=Staff,{ou}"
      mapping:
        userPrincipalName: {value: 'first(nickName, userName)', when: always}
        employeeID: employeeNumber
        c: country
        department: {value: department, max: 20}
      policy: {leavers: disable}
    groups: {scope: "OU=Groups,{ou}", policy: {leavers: delete}}
`

// refusals are values that Active Directory does not take, in JSON, with the
// attribute of which the answer tells.
var refusals = []struct{ name, value, attribute string }{
	{"a principal name without a domain", `"nickName": "nobody"`, "userPrincipalName"},
	{"a number that is too long", `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "12345678901234567"}`, "employeeID"},
	{"a country that is no code", `"addresses": [{"type": "work", "country": "Sierra Leone"}]`, "c"},
	{"a text that is longer than the rule allows", `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Research and Development"}`, "department"},
}

// What the directory would refuse is refused before it is asked, in a sentence
// that names the attribute; nothing is written, neither of a new user nor of one
// who is there.
func TestAValueThatTheDirectoryDoesNotTakeIsRefusedWithItsAttribute(t *testing.T) {
	for _, r := range refusals {
		t.Run(r.name, func(t *testing.T) {
			inEachDirectory(t, func(p *premises) {
				p.serve(strict)
				p.namesAttribute(r.attribute, p.ask(`POST /Users {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@{domain}", "active": true, `+r.value+`}`))
				p.holds("")
				p.keepsNothing()
				p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`, `"title": "Engineer"`))
				before := p.send("okta", "GET /Users/{ada}", "").body
				p.namesAttribute(r.attribute, p.ask("PATCH /Users/{ada} "+patchOf(bossTitle, `{"op": "replace", "value": {`+r.value+`}}`)))
				p.namesAttribute(r.attribute, p.ask(`PUT /Users/{ada} {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@{domain}", "title": "Boss", `+r.value+`}`))
				for _, fault := range lacks(before, p.send("okta", "GET /Users/{ada}", "").body, "the user") {
					t.Error(fault)
				}
				p.holds("CN=Ada,OU=Staff\n title: Engineer\n enabled: true\n userPrincipalName: ada@{domain}\n")
			})
		})
	}
}

func (p *premises) namesAttribute(attribute string, a answer) {
	p.t.Helper()
	p.is(400, a)
	if detail := fmt.Sprint(a.body["detail"]); !strings.Contains(detail, attribute) || a.body["scimType"] != "invalidValue" {
		p.t.Errorf("nothing says that it is %s: %v", attribute, a.body)
	}
}

// A rule of the directory that Muster does not know is found out when it is
// asked. Its refusal comes back as one, and the user is not kept.
func TestWhatTheDirectoryAloneRefusesIsNotKept(t *testing.T) {
	for code, status := range map[int]int{19: 400, 21: 400, 53: 400, 50: 403, 68: 409} {
		t.Run(fmt.Sprintf("result %d", code), func(t *testing.T) {
			p := withDevdir(t).staffed()
			for op, request := range map[string]string{"add": "POST /Users " + newUser("Eve", `"active": true`), "modify": "PATCH /Users/{ada} " + patchOf(bossTitle),
				"modifydn": "PATCH /Users/{bob} " + patchOf(`{"op": "replace", "value": {"displayName": "Robert"}}`)} {
				p.site.directory.Fault(devdir.Fault{Op: op, Do: devdir.ResultCode(code, "00002057: secret of the directory")})
				before := p.send("okta", "GET /", "").body
				a := p.ask(request)
				if p.is(status, a); strings.Contains(fmt.Sprint(a.body), "secret of the directory") {
					t.Errorf("%s tells what is inside: %v", op, a.body)
				}
				p.site.directory.ClearFaults()
				for _, fault := range lacks(before, p.send("okta", "GET /", "").body, op) {
					t.Error(fault)
				}
				p.holds(allBefore)
			}
		})
	}
}

// A name that somebody has outside the scope cannot be given to another account.
func TestANameThatIsTakenElsewhereInTheDirectoryIsAConflict(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient)
		p.byHand(strings.ReplaceAll(existing, "OU=Staff", "OU=Leavers"))
		p.wants(409, "POST /Users", newUser("Grace", `"active": true`))
		p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`))
		p.wants(409, "PATCH /Users/{ada}", patchOf(bossTitle, `{"op": "replace", "value": {"userName": "grace@{domain}"}}`))
		p.wants(200, "GET /Users/{ada}", "")
		p.holds(strings.ReplaceAll(graceUntouched, "OU=Staff", "OU=Leavers") + "CN=Ada,OU=Staff\n userPrincipalName: ada@{domain}\n title:\n")
	})
}

// Values with every character that means something to LDAP, SQL or a DN arrive
// as they were sent, and names of entries are what people read.
func TestHostileValuesArriveAsTheyAre(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient)
		const title = `*)(uid=*))(|(a=\2a '; DROP TABLE pushed;-- ,+\"<>#=é龍`
		a := p.ask(`POST /Users {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "o'brien+x@{domain}", "displayName": "O'Brien, Ada +\\ =<#>;", "active": true, "title": "*)(uid=*))(|(a=\\2a '; DROP TABLE pushed;-- ,+\\\"<>#=é龍"}`)
		p.names["ada"] = p.is(201, a)
		p.finds("ada", `/Users?filter=userName eq "O'BRIEN+x@{domain}"`)
		entries := p.directory()
		if len(entries) != 1 {
			t.Fatalf("the directory has %v", entries)
		}
		for dn, values := range entries {
			if values["title"][0] != title || values["displayname"][0] != `O'Brien, Ada +\ =<#>;` || values["userprincipalname"][0] != "o'brien+x@"+p.domain {
				t.Errorf("%s has %v", dn, values)
			}
		}
		if n := p.total(p.send("okta", `GET /Users?filter=userName eq "*"`, "")); n != 0 {
			t.Errorf("a star finds %d users", n)
		}
		p.wants(204, "DELETE /Users/{ada}", "")
	})
}
