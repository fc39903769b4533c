package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
)

// addMember is an operation that adds a member by its name in the story.
func addMember(name string) string {
	return `{"op": "add", "path": "members", "value": [{"value": "` + name + `"}]}`
}

// address is how the door names an entry in what it sends to the directory.
func (p *premises) address(name string) string {
	p.t.Helper()
	return "<GUID=" + p.rows("SELECT entry_id FROM links WHERE id = '" + p.names[name] + "'")[0]
}

// state is that of one record.
func (p *premises) state(name string) string {
	p.t.Helper()
	return strings.Join(p.rows("SELECT state FROM pushed WHERE id = '"+p.names[name]+"'"), " ")
}

// Users whose names the rules make alike, pushed at the same moment, each get an
// account of their own.
func TestNamesakesPushedAtOnceAllGetAccounts(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	const many = 16
	var all sync.WaitGroup
	answers := make([]answer, many)
	for i := range many {
		all.Go(func() {
			answers[i] = p.send("okta", "POST /Users", fmt.Sprintf(`{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
				"userName": "ada@d%d.{domain}", "displayName": "Ada Lovelace", "active": true}`, i))
		})
	}
	all.Wait()
	for _, a := range answers {
		p.is(201, a)
	}
	if n := len(p.directory()); n != many {
		t.Errorf("the directory has %d accounts, wanted are %d", n, many)
	}
}

// A group of which only half was written gets the members that are missing,
// whatever is pushed of it meanwhile.
func TestAHalfWrittenGroupLosesNoMember(t *testing.T) {
	for name, operation := range map[string]string{
		"another member is added": addMember("{eve}"),
		"it gets an external id":  `{"op": "replace", "value": {"externalId": "x1"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := withDevdir(t).staffed()
			p.names["eve"] = p.wants(201, "POST /Users", newUser("Eve"))
			p.site.directory.Fault(devdir.Fault{Op: "modify", Do: devdir.ResultCode(51, "busy")})
			p.wants(503, "POST /Groups", newGroup("Crew", "{ada}", "{bob}"))
			p.site.directory.ClearFaults()
			p.names["crew"] = p.lookedUp("POST /Groups")
			p.wants(204, "PATCH /Groups/{crew}", patchOf(operation))
			p.round()
			want := []string{"CN=Ada,OU=Staff", "CN=Bob,OU=Staff"}
			if strings.Contains(operation, "eve") {
				want = append(want, "CN=Eve,OU=Staff")
			}
			if got := p.directory()["CN=Crew,OU=Groups"]["member"]; !slices.Equal(got, want) {
				t.Errorf("the members are %v, wanted are %v", got, want)
			}
			if got := p.state("crew"); got != "kept" {
				t.Errorf("the group is %s", got)
			}
		})
	}
}

// A group that has been there for long and of which a change failed is not taken
// for one that is only being created: a POST of its name does not empty it.
func TestAHalfChangedGroupIsNotCreatedAgain(t *testing.T) {
	p := withDevdir(t).staffed()
	p.site.directory.Fault(devdir.Fault{Op: "modify", After: 1, Do: devdir.ResultCode(51, "busy")})
	p.wants(503, "PATCH /Groups/{team}", patchOf(`{"op": "replace", "path": "displayName", "value": "Crew"}`, addMember("{bob}")))
	p.site.directory.ClearFaults()
	if got := p.state("team"); got != "half" {
		t.Fatalf("the group is %s", got)
	}
	p.wants(409, "POST /Groups", newGroup("Crew"))
	p.round()
	p.holds(adaBefore + bobBefore + "CN=Crew,OU=Groups\n member: CN=Ada,OU=Staff\n member: CN=Bob,OU=Staff\n")
}

// expecting has two groups and a report that wait for Eve.
func (p *premises) expecting() *premises {
	p.t.Helper()
	p.staffed()
	p.names["one"] = p.wants(201, "POST /Groups", newGroup("One", "eve@{domain}"))
	p.names["two"] = p.wants(201, "POST /Groups", newGroup("Two", "eve@{domain}"))
	p.wants(200, "PATCH /Users/{bob}", patchOf(`{"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "eve@{domain}"}`))
	return p
}

// met says that Eve is what those who waited for her make of her.
func (p *premises) met() {
	p.t.Helper()
	p.holds(adaBefore + "CN=Bob,OU=Staff\n manager: CN=Eve,OU=Staff\nCN=Eve,OU=Staff\n" + teamBefore +
		"CN=One,OU=Groups\n member: CN=Eve,OU=Staff\nCN=Two,OU=Groups\n member: CN=Eve,OU=Staff\n")
	if half := p.rows("SELECT id FROM pushed WHERE state <> 'kept'"); len(half) > 0 {
		p.t.Errorf("%d records are half written", len(half))
	}
}

func TestWhoIsAwaitedIsMet(t *testing.T) {
	p := withDevdir(t).expecting()
	p.wants(201, "POST /Users", newUser("Eve"))
	p.met()
}

// One group that cannot be written keeps the other one and the reports from
// nothing, and is written in the next round.
func TestWhatWaitedForAnAccountAndFailsIsTriedAgain(t *testing.T) {
	for _, x := range []struct {
		name string
		do   devdir.Effect
	}{{"one", devdir.ResultCode(51, "busy")}, {"one", devdir.CutAfter()}, {"two", devdir.Cut()}, {"bob", devdir.ResultCode(52, "unavailable")}} {
		p := withDevdir(t).expecting()
		p.site.directory.Fault(devdir.Fault{Op: "modify", On: p.address(x.name), Do: x.do})
		p.names["eve"] = p.wants(201, "POST /Users", newUser("Eve"))
		if got := p.state("eve"); p.site.directory.Fired() == 0 || got != "half" {
			t.Errorf("Eve is %s, though %s was not written", got, x.name)
		}
		p.site.directory.ClearFaults()
		p.round()
		p.met()
	}
}

// An account whose creation is only known of after its client gave up is met by
// those who wait for it all the same.
func TestAnAccountThatIsSettledLaterIsMet(t *testing.T) {
	p := withDevdir(t).expecting()
	p.site.directory.Fault(devdir.Fault{Op: "add", Do: devdir.CutAfter()})
	p.wants(503, "POST /Users", newUser("Eve"))
	p.site.directory.ClearFaults()
	p.round()
	p.met()
}

// A client that hangs up while its user is created does not keep the account
// from those who wait for it.
func TestAClientThatHangsUpLosesNothing(t *testing.T) {
	p := withDevdir(t).expecting()
	p.site.directory.Fault(devdir.Fault{Op: "add", Do: devdir.Slow(300 * time.Millisecond)})
	ctx, hangUp := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer hangUp()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.front.URL+"/scim/v2/Users", strings.NewReader(p.filled(newUser("Eve"))))
	p.must(err)
	r.Header.Set("Authorization", "Bearer "+p.tokens["okta"])
	if _, err := p.front.Client().Do(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the client got an answer: %v", err)
	}
	p.front.Close() // when the door has done what was begun
	p.met()
}

// A user whom the rules do not select is kept without an account; one who was
// selected is disabled, never deleted, and comes back when selected again.
func TestWhoIsNotSelectedHasNoAccount(t *testing.T) {
	for _, policy := range []string{"{leavers: disable}", "{leavers: delete, delete_after: 0d}", "{leavers: delete, delete_after: 30d}"} {
		t.Run(policy, func(t *testing.T) {
			p := withDevdir(t).serve(strings.Replace(oneClient, "policy: {leavers: disable, adopt: true}", `where: 'title != "Guest"', policy: `+policy, 1))
			const guest, staff = `{"op": "replace", "path": "title", "value": "Guest"}`, `{"op": "replace", "path": "title", "value": "Clerk"}`
			p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`, `"title": "Guest"`))
			p.names["team"] = p.wants(201, "POST /Groups", newGroup("Team", "{ada}"))
			p.holds("CN=Team,OU=Groups\n")
			p.wants(200, "GET /Users/{ada}", "")
			p.wants(200, "PATCH /Users/{ada}", patchOf(staff))
			p.holds("CN=Ada,OU=Staff\n enabled: true\nCN=Team,OU=Groups\n member: CN=Ada,OU=Staff\n")

			p.wants(200, "PATCH /Users/{ada}", patchOf(guest))
			p.wants(200, "PATCH /Users/{ada}", patchOf(guest, `{"op": "replace", "path": "nickName", "value": "A"}`))
			if got := p.active("{ada}"); got != false {
				t.Errorf("the client sees active %v", got)
			}
			p.door.scim.Now = func() time.Time { return time.Now().Add(31 * 24 * time.Hour) }
			p.round()
			p.holds("CN=Ada,OU=Staff\n enabled: false\nCN=Team,OU=Groups\n")
			p.wants(200, "PATCH /Users/{ada}", patchOf(staff))
			p.holds("CN=Ada,OU=Staff\n enabled: true\nCN=Team,OU=Groups\n")
			if got := p.active("{ada}"); got != true {
				t.Errorf("the client sees active %v", got)
			}
		})
	}
}

// Entries are deleted when the policy's days are over, each once; the record
// stays gone, and who comes then is somebody else.
func TestEntriesOfThoseWhoLeftAreDeletedWhenTheirTimeIsOver(t *testing.T) {
	p := withDevdir(t).serve(strings.Replace(oneClient, "{leavers: disable, adopt: true}", "{leavers: delete, delete_after: 30d}", 1))
	now := time.Now()
	p.door.scim.Now = func() time.Time { return now }
	for _, name := range []string{"Ada", "Bob"} {
		p.names[strings.ToLower(name)] = p.wants(201, "POST /Users", newUser(name, `"active": true`))
		p.wants(204, "DELETE /Users/{"+strings.ToLower(name)+"}", "")
	}
	p.round()
	const both = "CN=Ada,OU=Staff\n enabled: false\nCN=Bob,OU=Staff\n enabled: %t\n"
	p.holds(fmt.Sprintf(both, false))
	if id := p.wants(201, "POST /Users", newUser("Bob", `"active": true`)); id != p.names["bob"] {
		t.Errorf("who comes back is %s", id)
	}
	p.holds(fmt.Sprintf(both, true))
	now = now.Add(31 * 24 * time.Hour)
	p.round()
	p.round()
	p.holds("CN=Bob,OU=Staff\n enabled: true\n")
	if lines := p.audit("delete"); len(lines) != 1 || lines[0]["link"] != p.names["ada"] || lines[0]["actor"] != "reconciliation" || lines[0]["connection"] != "okta/users" {
		t.Errorf("the audit says %v", lines)
	}
	p.wants(404, "GET /Users/{ada}", "")
	if id := p.wants(201, "POST /Users", newUser("Ada", `"active": true`)); id == p.names["ada"] {
		t.Error("somebody else has the id of who was deleted")
	}
}

// Many who left on one day are deleted as fast as the limit of deletions lets,
// and that does not hold the client.
func TestDeletionsThatAreDueHoldNobody(t *testing.T) {
	p := withDevdir(t).serve(strings.NewReplacer("empty: clear", "limits: {delete: 2}", "{leavers: disable, adopt: true}", "{leavers: delete, delete_after: 30d}").Replace(oneClient))
	for i := range 5 {
		id := p.wants(201, "POST /Users", newUser(fmt.Sprintf("U%d", i), `"active": true`))
		p.wants(204, "DELETE /Users/"+id, "")
	}
	now := time.Now().Add(31 * 24 * time.Hour)
	p.door.scim.Now = func() time.Time { return now }
	for _, left := range []int{3, 1, 0} {
		p.round()
		p.round()
		if n := len(p.directory()); n != left {
			t.Errorf("%d entries are left, wanted are %d", n, left)
		}
		now = now.Add(time.Hour)
	}
	p.wants(201, "POST /Users", newUser("Ada"))
}

// A record that a run is just changing is tried again by the client.
func TestARecordInOtherHandsIsTriedAgain(t *testing.T) {
	p := withDevdir(t).staffed()
	link, err := p.store.LinkOf(t.Context(), p.names["ada"])
	p.must(err)
	intent := bridge.Intent{Run: "r1", Link: link, At: time.Now(), Change: bridge.Change{Seq: 1, Key: link.Key, Type: bridge.User, EntryID: link.EntryID, DN: link.DN, Actions: []bridge.Action{bridge.Update}}}
	ids, refused, err := p.store.Intend(t.Context(), []bridge.Intent{intent})
	p.must(errors.Join(err, refused[0]))
	p.putOff(p.send("okta", "PATCH /Users/{ada}", patchOf(bossTitle)))
	p.putOff(p.send("okta", "PATCH /Users/{ada}", patchOf(`{"op": "add", "path": "entitlements", "value": [{"value": "x"}]}`)))
	intent.ID = ids[0]
	p.must(p.store.Conclude(t.Context(), []bridge.Outcome{{Intent: intent, Link: link, Result: bridge.Result{Seq: 1, Key: link.Key, State: bridge.NotTried}}}))
	p.wants(200, "PATCH /Users/{ada}", patchOf(bossTitle))
}

// What changes nothing makes no version, and does not say that the resource was
// modified (RFC 7644, section 3.5.2.1).
func TestAChangeOfNothingIsNoVersion(t *testing.T) {
	p := withDevdir(t).staffed()
	for path, operations := range map[string][]string{
		"/Users/{ada}": {`{"op": "replace", "path": "title", "value": "Engineer"}`, enableUser},
		"/Groups/{team}": {addMember("{ada}"), `{"op": "remove", "path": "members[value eq \"{bob}\"]"}`,
			`{"op": "replace", "path": "members", "value": [{"value": "{ada}"}]}`},
	} {
		before := p.send("okta", "GET "+path, "").body["meta"]
		for _, operation := range operations {
			a := p.send("okta", "PATCH "+path, patchOf(operation))
			after := p.send("okta", "GET "+path, "").body["meta"].(map[string]any)
			if a.status >= 300 || after["version"] != before.(map[string]any)["version"] || after["lastModified"] != before.(map[string]any)["lastModified"] {
				t.Errorf("%s %s: %d %v, and before %v", path, operation, a.status, after, before)
			}
		}
	}
	version := p.send("okta", "GET /Groups/{team}", "").body["meta"].(map[string]any)["version"]
	p.wants(204, "PATCH /Groups/{team}", patchOf(addMember("{bob}")))
	if now := p.send("okta", "GET /Groups/{team}", "").body["meta"].(map[string]any)["version"]; now == version {
		t.Error("a new member makes no version")
	}
}

// An account that was only found is nobody's: it gets into no group before the
// client takes it over.
func TestAnAccountThatWasOnlyFoundIsInNoGroup(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	p.byHand(strings.ReplaceAll(existing, "{tag}", "x"))
	p.names["grace"] = p.send("okta", finding, "").body["Resources"].([]any)[0].(map[string]any)["id"].(string)
	p.names["team"] = p.wants(201, "POST /Groups", newGroup("Team", "{grace}"))
	p.holds("CN=Grace,OU=Staff\nCN=Team,OU=Groups\n member:\n")
	p.wants(200, "PATCH /Users/{grace}", patchOf(bossTitle))
	p.holds("CN=Grace,OU=Staff\n title: Boss\nCN=Team,OU=Groups\n member: CN=Grace,OU=Staff\n")
}

// A member that the directory refuses keeps no other one out; the client is told,
// and it is tried again.
func TestAMemberThatIsRefusedIsTold(t *testing.T) {
	p := withDevdir(t).staffed()
	p.names["eve"] = p.wants(201, "POST /Users", newUser("Eve"))
	p.site.directory.Fault(devdir.Fault{Op: "modify", Times: 2, Do: devdir.ResultCode(19, "00002082: constraint")}) // both, then the first alone
	a := p.send("okta", "PATCH /Groups/{team}", patchOf(addMember("{bob}"), addMember("{eve}")))
	if a.status < 400 {
		t.Errorf("the answer is %d", a.status)
	}
	if got := p.state("team"); got != "half" {
		t.Errorf("the group is %s", got)
	}
	if got := p.directory()["CN=Team,OU=Groups"]["member"]; len(got) != 2 {
		t.Errorf("the members are %v", got)
	}
	p.site.directory.ClearFaults()
	p.round()
	if got := p.directory()["CN=Team,OU=Groups"]["member"]; len(got) != 3 || p.state("team") != "kept" {
		t.Errorf("the members are %v, and the group is %s", got, p.state("team"))
	}
}

// A change of which nobody knows the outcome, and which names an account that is
// gone by now, keeps nobody else from writing.
func TestALostChangeThatNamesSomebodyGoneStopsNobody(t *testing.T) {
	p := withDevdir(t).staffed()
	p.site.directory.Fault(devdir.Fault{Op: "modify", Do: devdir.CutAfter()})
	p.putOff(p.send("okta", "PATCH /Users/{bob}", patchOf(`{"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "{ada}"}`)))
	p.site.directory.ClearFaults()
	p.byHand("delete CN=Ada,OU=Staff\n")
	p.wants(201, "POST /Users", newUser("Eve"))
}

// Managers that are pushed before those who lead them, and two who lead each
// other, end as the client says.
func TestManagersComeInAnyOrder(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	led := func(by string) string {
		return `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "` + by + `"}}`
	}
	for _, pair := range [][2]string{{"Dora", "x-carl"}, {"Carl", "x-bea"}, {"Bea", "x-abe"}, {"Abe", "x-bea"}} {
		p.wants(201, "POST /Users", newUser(pair[0], `"externalId": "x-`+strings.ToLower(pair[0])+`"`, led(pair[1])))
	}
	p.holds("CN=Dora,OU=Staff\n manager: CN=Carl,OU=Staff\nCN=Carl,OU=Staff\n manager: CN=Bea,OU=Staff\n" +
		"CN=Bea,OU=Staff\n manager: CN=Abe,OU=Staff\nCN=Abe,OU=Staff\n manager: CN=Bea,OU=Staff\n")
}

// Each line of the audit says who changed whom, through which connection, in
// which request.
func TestTheAuditNamesTheRequest(t *testing.T) {
	p := withDevdir(t).staffed()
	tokens := p.rows("SELECT id FROM tokens")
	for _, x := range []struct{ request, body, event, state, link string }{
		{"PATCH /Users/{ada}", patchOf(bossTitle), "change", "done", "ada"},
		{"PATCH /Users/{ada}", patchOf(`{"op": "add", "path": "entitlements", "value": [{"value": "x"}]}`), "kept", "kept", "ada"},
		{"PATCH /Groups/{team}", patchOf(addMember("{bob}")), "change", "done", "team"},
		{"DELETE /Users/{ada}", "", "change", "done", "ada"},
		{"DELETE /Groups/{team}", "", "change", "done", "team"},
	} {
		a := p.send("okta", x.request, x.body)
		lines := p.rows("SELECT body FROM audit ORDER BY id DESC LIMIT 1")
		for _, want := range []string{`"run":"` + a.header.Get("X-Request-Id") + `"`, `"actor":"` + tokens[0] + `"`, `"actor_kind":"client"`,
			`"connection":"okta/`, `"event":"` + x.event + `"`, `"state":"` + x.state + `"`, `"link":"` + p.names[x.link] + `"`} {
			if !strings.Contains(lines[0], want) {
				t.Errorf("%s stands in the audit as %s, without %s", x.request, lines[0], want)
			}
		}
	}
}

// A group and the user whom it names, pushed at the same moment, meet whoever is
// first.
func TestAGroupAndItsMemberPushedAtOnceMeet(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	const pairs = 24
	var all sync.WaitGroup
	for i := range pairs {
		user, group := newUser(fmt.Sprintf("U%d", i)), newGroup(fmt.Sprintf("G%d", i), fmt.Sprintf("u%d@{domain}", i))
		all.Go(func() { p.is(201, p.send("okta", "POST /Users", user)) })
		all.Go(func() { p.is(201, p.send("okta", "POST /Groups", group)) })
	}
	all.Wait()
	directory := p.directory()
	for i := range pairs {
		if got := directory[fmt.Sprintf("CN=G%d,OU=Groups", i)]["member"]; !slices.Equal(got, []string{fmt.Sprintf("CN=U%d,OU=Staff", i)}) {
			t.Errorf("G%d has the members %v", i, got)
		}
	}
}

// Whoever is first of a hundred who push the same user gets it; the others are
// told that it is there, and there is one account.
func TestOneOfManyCreatesAUser(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	var all sync.WaitGroup
	statuses := make([]int, 100)
	for i := range statuses {
		all.Go(func() { statuses[i] = p.send("okta", "POST /Users", newUser("Ada")).status })
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != 201 || statuses[1] != 409 || statuses[99] != 409 {
		t.Errorf("the answers are %v", statuses)
	}
	p.holds("CN=Ada,OU=Staff\n")
}

// Two groups that name each other, made by one request, are members of each
// other (RFC 7644, section 3.7.1).
func TestGroupsThatNameEachOtherAreMembersOfEachOther(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	p.wants(200, "POST /Bulk", `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
		{"method": "POST", "path": "/Groups", "bulkId": "a", "data": `+newGroup("A", "bulkId:b")+`},
		{"method": "POST", "path": "/Groups", "bulkId": "b", "data": `+newGroup("B", "bulkId:a")+`}]}`)
	p.holds("CN=A,OU=Groups\n member: CN=B,OU=Groups\nCN=B,OU=Groups\n member: CN=A,OU=Groups\n")
}
