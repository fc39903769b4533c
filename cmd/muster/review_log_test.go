package main

import (
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge/devdir"
)

// Whatever goes wrong, no line of the log above debug names a person: neither a
// value that the client sent nor where an entry stands.
func TestWhatGoesWrongNamesNobodyInTheLog(t *testing.T) {
	p := withDevdir(t).staffed()
	p.expectingMore()
	for _, do := range []devdir.Effect{devdir.Cut(), devdir.CutAfter(), devdir.ResultCode(51, "busy CN=Ada"), devdir.ResultCode(52, "unavailable CN=Ada"), devdir.ResultCode(1, "CN=Ada"),
		devdir.ResultCode(53, "0000001F: CN=Ada"), devdir.ResultCode(50, "00002098: CN=Ada"), devdir.ResultCode(80, "CN=Ada"), devdir.ResultCode(68, "CN=Ada"), devdir.ResultCode(19, "CN=Ada")} {
		for _, op := range []string{"add", "modify", "delete", "modifydn"} {
			p.site.directory.Fault(devdir.Fault{Op: op, Do: do, Times: 3})
		}
		p.send("okta", "POST /Users", newUser("Mallory", `"title": "Spymaster"`))
		p.send("okta", "PATCH /Users/{ada}", patchOf(`{"op": "replace", "value": {"title": "Spymaster", "displayName": "Countess"}}`))
		p.send("okta", "PATCH /Groups/{team}", patchOf(addMember("{bob}")))
		p.site.directory.ClearFaults()
		if err := p.door.scim.Reconcile(t.Context()); err != nil {
			t.Logf("the round: %v", err)
		}
		p.send("okta", "DELETE /Users/{bob}", "")
		p.send("okta", "POST /Users", newUser("Bob"))
		p.send("okta", "PATCH /Users/{ada}", patchOf(`{"op": "replace", "value": {"title": "Engineer", "displayName": "Ada"}}`))
		p.send("okta", "PATCH /Groups/{team}", patchOf(`{"op": "remove", "path": "members[value eq \"{bob}\"]"}`))
	}
	for line := range strings.Lines(p.log.String()) {
		for _, name := range []string{"cn=ada", "cn=bob", "ada@", "bob@", "mallory", "spymaster", "countess", p.domain, "ou=staff", "ou=groups"} {
			if !strings.Contains(line, `"level":"DEBUG"`) && strings.Contains(strings.ToLower(line), name) {
				t.Errorf("%s is in %s", name, line)
				break
			}
		}
	}
}

// expectingMore has a group that waits for Mallory.
func (p *premises) expectingMore() {
	p.t.Helper()
	p.wants(201, "POST /Groups", newGroup("One", "mallory@{domain}"))
}
