package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/muster-idm/muster/auth"
)

// newUser is a user as a client creates one: Ada as ada@{domain}. more are
// attributes, as they stand in JSON.
func newUser(name string, more ...string) string {
	return fmt.Sprintf(`{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "%s@{domain}", "displayName": "%s"%s}`,
		strings.ToLower(name), name, strings.Join(append([]string{""}, more...), ", "))
}

// newGroup is a group with members by their names in the story, {ada}.
func newGroup(name string, members ...string) string {
	for i, m := range members {
		members[i] = `{"value": "` + m + `"}`
	}
	return fmt.Sprintf(`{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "%s", "members": [%s]}`, name, strings.Join(members, ", "))
}

// patchOf is a PATCH of operations, as they stand in JSON.
func patchOf(operations ...string) string {
	return `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [` + strings.Join(operations, ", ") + `]}`
}

// The operations that most tests send.
const (
	disableUser = `{"op": "replace", "path": "active", "value": false}`
	enableUser  = `{"op": "replace", "path": "active", "value": true}`
	bossTitle   = `{"op": "replace", "path": "title", "value": "Boss"}`
)

// existing is an account of an administrator's making.
const existing = `
add CN=Grace,OU=Staff
  objectClass: user
  sAMAccountName: grace-{tag}
  userPrincipalName: grace@{domain}
  title: Admiral
  password: Correct-Horse-9
  userAccountControl: 512
`

const graceUntouched = `
CN=Grace,OU=Staff
  userPrincipalName: grace@{domain}
  title: Admiral
  enabled: true
`

// finding is the search of a client before it creates.
const finding = `GET /Users?filter=userName eq "grace@{domain}"`

func (p *premises) total(a answer) int {
	p.t.Helper()
	p.is(200, a)
	n, _ := a.body["totalResults"].(float64)
	return int(n)
}

// A client that takes an account over by a PATCH changes what it speaks of and
// nothing else, though it never said how the person is called.
func TestTakingAnAccountOverChangesWhatTheClientSpeaksOf(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(strings.ReplaceAll(oneClient, "    empty: clear\n", ""))
		p.byHand(existing + `
  displayName: Rear Admiral Grace
  givenName: Grace
  sn: Hopper
  mail: amazing@{domain}
  employeeID: 0815
  employeeNumber: 0815
  telephoneNumber: 123
  c: US
  physicalDeliveryOfficeName: 18/2111
add CN=Bare,OU=Staff
  objectClass: user
  sAMAccountName: bare-{tag}
  userPrincipalName: bare@{domain}
  userAccountControl: 514
`)
		p.finds("bare", `/Users?filter=userName eq "bare@{domain}"`)
		p.finds("grace", strings.TrimPrefix(finding, "GET "))
		if a := p.send("okta", "GET /Users/{grace}", ""); a.body["displayName"] != "Rear Admiral Grace" {
			t.Errorf("she is shown as %v", a.body)
		}
		p.wants(200, "PATCH /Users/{grace}", patchOf(bossTitle))
		p.wants(200, "PATCH /Users/{bare}", patchOf(bossTitle))
		p.holds(`
CN=Rear Admiral Grace,OU=Staff
  sAMAccountName: grace-{tag}
  userPrincipalName: grace@{domain}
  displayName: Rear Admiral Grace
  givenName: Grace
  sn: Hopper
  title: Boss
  mail: amazing@{domain}
  employeeID: 0815
  employeeNumber: 0815
  telephoneNumber: 123
  c: US
  physicalDeliveryOfficeName: 18/2111
  enabled: true
CN=Bare,OU=Staff
  title: Boss
  enabled: false
`)
	})
}

func TestAnAdoptionStandsInTheAudit(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient)
		p.byHand(existing)
		p.finds("grace", strings.TrimPrefix(finding, "GET "))
		if lines := p.audit("adopt"); len(lines) != 0 {
			t.Errorf("before the first write the audit has %v", lines)
		}
		p.wants(200, "PATCH /Users/{grace}", patchOf(bossTitle))
		lines := p.audit("adopt")
		if len(lines) != 1 || lines[0]["link"] != p.names["grace"] || lines[0]["connection"] != "okta/users" || lines[0]["state"] != "done" || lines[0]["actor_kind"] != "client" {
			t.Errorf("the audit has %v", lines)
		}
		p.wants(200, "PATCH /Users/{grace}", patchOf(`{"op": "replace", "path": "title", "value": "Chief"}`))
		if lines := p.audit("adopt"); len(lines) != 1 {
			t.Errorf("an account is adopted once, and the audit has %v", lines)
		}
	})
}

// audit returns the lines of the audit that have an action.
func (p *premises) audit(action string) (lines []map[string]any) {
	p.t.Helper()
	for _, body := range p.rows(`SELECT body FROM audit ORDER BY id`) {
		var line map[string]any
		p.must(json.Unmarshal([]byte(body), &line))
		if strings.Contains(fmt.Sprint(line["actions"]), action) {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestAnAccountIsLeftAloneWhereThePolicyDoesNotAdopt(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(strings.ReplaceAll(oneClient, ", adopt: true", ""))
		p.byHand(existing + "add CN=Pilots,OU=Groups\n objectClass: group\n sAMAccountName: pilots-{tag}\n description: ours\n")
		if n := p.total(p.send("okta", finding, "")); n != 0 {
			t.Errorf("the account is found %d times", n)
		}
		p.wants(409, "POST /Users", newUser("Grace"))
		p.wants(409, "POST /Groups", newGroup("Pilots"))
		p.holds(graceUntouched + "CN=Pilots,OU=Groups\n description: ours\n displayName:\n")
		p.keepsNothing()
	})
}

// keepsNothing says that the door has no resource at all.
func (p *premises) keepsNothing() {
	p.t.Helper()
	for _, c := range p.file.Connections {
		if n := p.total(p.send(c.Name, "GET /", "")); n != 0 {
			p.t.Errorf("connection %s has %d resources", c.Name, n)
		}
	}
}

func TestAProtectedAccountIsNeitherFoundNorChanged(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(strings.ReplaceAll(oneClient, "OU=Groups,{ou}", "CN=Users,"+p.server.Base) + `
  - name: root
    destination: corp
    users:
      scope: "` + p.server.Base + `"
      container: "OU=Staff,{ou}"
      mapping: {sAMAccountName: {value: userName, when: always}}
      match: sAMAccountName
      policy: {leavers: disable, adopt: true}
`)
		p.byHand(existing + "modify CN=Grace,OU=Staff\n = adminCount: 1\n")
		if n := p.total(p.send("okta", finding, "")); n != 0 {
			t.Errorf("an administrator is found %d times", n)
		}
		p.wants(403, "POST /Users", newUser("Grace", `"title": "Boss"`, `"active": false`))
		for _, name := range []string{"krbtgt", "Administrator", "grace-{tag}"} {
			if n := p.total(p.send("root", `GET /Users?filter=userName eq "`+name+`"`, "")); n != 0 {
				t.Errorf("%s is found %d times", name, n)
			}
			p.is(403, p.send("root", "POST /Users", `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "`+name+`", "title": "Boss"}`))
		}
		if n := p.total(p.send("okta", `GET /Groups?filter=displayName eq "Domain Admins"`, "")); n != 0 {
			t.Errorf("Domain Admins are found %d times", n)
		}
		p.wants(403, "POST /Groups", newGroup("Domain Admins"))
		p.holds(graceUntouched)
		p.keepsNothing()
	})
}

// An account that becomes an administrator's after its client created it is not
// changed any more.
func TestAnAccountThatBecameProtectedIsLeftAsItIs(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient)
		p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"title": "Engineer"`, `"active": true`))
		p.byHand("modify CN=Ada,OU=Staff\n = adminCount: 1\n")
		p.wants(403, "PATCH /Users/{ada}", patchOf(bossTitle))
		p.wants(403, "PATCH /Users/{ada}", patchOf(disableUser))
		p.wants(403, "PATCH /Users/{ada}", patchOf(`{"op": "replace", "value": {"password": "Correct-Horse-9"}}`))
		p.wants(403, "DELETE /Users/{ada}", "")
		p.holds("CN=Ada,OU=Staff\n title: Engineer\n enabled: true\n")
		if a := p.send("okta", "GET /Users/{ada}", ""); a.body["title"] != "Engineer" || a.body["active"] != true {
			t.Errorf("the door says %v", a.body)
		}
	})
}

const twoClients = oneClient + `
  - name: entra
    destination: corp
    requests: {per_second: 1000}
    users: {scope: "OU=Staff,{ou}", policy: {leavers: disable, adopt: true}}
    groups: {scope: "OU=Groups,{ou}", policy: {leavers: delete, adopt: true}}
`

func TestAnAccountHasOneConnection(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(twoClients)
		p.byHand(existing)
		p.finds("grace", strings.TrimPrefix(finding, "GET "))
		a := p.send("entra", finding, "")
		if n := p.total(a); n != 1 { // both may find what nobody has taken over
			t.Errorf("the second connection finds it %d times", n)
		}
		other, _ := a.body["Resources"].([]any)[0].(map[string]any)["id"].(string)
		if other == "" || other == p.names["grace"] {
			t.Errorf("both connections know it as %q", other)
		}
		p.wants(200, "PATCH /Users/{grace}", patchOf(`{"op": "replace", "path": "title", "value": "Rear Admiral"}`))
		if n := p.total(p.send("entra", finding, "")); n != 0 {
			t.Errorf("once it is the first connection's, the second finds it %d times", n)
		}
		p.is(409, p.send("entra", "POST /Users", newUser("Grace", `"title": "Boss"`)))
		for _, request := range []string{"GET", "PATCH", "PUT", "DELETE"} {
			body := map[string]string{"PATCH": patchOf(bossTitle), "PUT": newUser("Grace", `"title": "Boss"`)}[request]
			p.is(404, p.send("entra", request+" /Users/"+other, body))
			p.is(404, p.send("entra", request+" /Users/{grace}", body))
		}
		p.holds("CN=Grace,OU=Staff\n title: Rear Admiral\n enabled: true\n")
	})
}

func TestConnectionsAreApart(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(twoClients)
		p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada"))
		for _, root := range []string{"/scim/v2", "/scim/okta/v2"} {
			p.is(200, p.sendTo(root, p.tokens["okta"], "GET /Users/{ada}", ""))
		}
		p.is(403, p.sendTo("/scim/okta/v2", p.tokens["entra"], "GET /Users/{ada}", ""))
		p.is(403, p.sendTo("/scim/entra/v2", p.tokens["okta"], "POST /Users", newUser("Bob")))
		p.is(403, p.sendTo("/scim/nobody/v2", p.tokens["okta"], "GET /Users", ""))
		p.is(401, p.sendTo("/scim/okta/v2", "non-token", "GET /Users", ""))
		p.is(403, p.sendTo("/scim/okta/v2", p.token("okta", auth.Read), "DELETE /Users/{ada}", ""))
		if n := p.total(p.send("entra", "GET /", "")); n != 0 {
			t.Errorf("the second connection sees %d resources", n)
		}
		group := p.is(201, p.send("entra", "POST /Groups", newGroup("Team", "{ada}")))
		p.is(201, p.send("entra", "POST /Users", newUser("Bob", `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "{ada}"}}`)))
		p.is(404, p.send("okta", "GET /Groups/"+group, ""))
		p.holds(`
CN=Ada,OU=Staff
CN=Bob,OU=Staff
  manager:
CN=Team,OU=Groups
  member:
`)
	})
}

func TestTwoConnectionsMayHaveTheSameUserName(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient + `
  - name: entra
    destination: corp
    users:
      scope: "OU=Leavers,{ou}"
      mapping: {userPrincipalName: {value: '"second." + userName', when: always}}
      policy: {leavers: disable, adopt: true}
`)
		first := p.is(201, p.send("okta", "POST /Users", newUser("Ada", `"title": "First"`)))
		second := p.is(201, p.send("entra", "POST /Users", newUser("Ada", `"title": "Second"`)))
		if first == second {
			t.Error("two resources have one id")
		}
		for connection, title := range map[string]string{"okta": "First", "entra": "Second"} {
			a := p.send(connection, `GET /Users?filter=userName eq "ada@{domain}"`, "")
			for _, fault := range lacks(map[string]any{"totalResults": 1.0, "Resources": []any{map[string]any{"title": title}}}, a.body, connection) {
				t.Error(fault)
			}
		}
		p.is(204, p.send("entra", "DELETE /Users/"+second, ""))
		p.holds(`
CN=Ada,OU=Staff
  userPrincipalName: ada@{domain}
  title: First
  enabled: true
CN=Ada,OU=Leavers
  userPrincipalName: second.ada@{domain}
  title: Second
  enabled: false
`)
	})
}
