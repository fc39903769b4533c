package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
)

// misfortune is what befalls one write.
type misfortune struct {
	name  string
	do    devdir.Effect
	after bool // the directory has done it before
	often int  // it may befall the same request so many times
}

var misfortunes = []misfortune{
	{"the line is cut before", devdir.Cut(), false, 3},
	{"the line is cut after", devdir.CutAfter(), true, 3},
	{"no answer comes, and nothing was done", devdir.Hang(), false, 1},
	{"no answer comes, and all was done", devdir.HangAfter(), true, 1},
	{"the directory is busy", devdir.ResultCode(51, "00002024: busy"), false, 2},
	{"the directory is unavailable", devdir.ResultCode(52, "0000203D: unavailable"), false, 1},
}

// venture is a request that writes, with what stands before it and after it.
type venture struct {
	name    string
	op      string // of LDAP
	request string
	body    string
	again   []int // how the same request may be answered once the directory is back
	before  string
	after   string
}

const (
	adaBefore  = "CN=Ada,OU=Staff\n title: Engineer\n enabled: true\n"
	bobBefore  = "CN=Bob,OU=Staff\n"
	teamBefore = "CN=Team,OU=Groups\n member: CN=Ada,OU=Staff\n"
	allBefore  = adaBefore + bobBefore + teamBefore
)

var ventures = []venture{
	{"a user is created", "add", "POST /Users", newUser("Eve", `"title": "Spy"`, `"active": true`), []int{201},
		allBefore, allBefore + "CN=Eve,OU=Staff\n title: Spy\n userPrincipalName: eve@{domain}\n enabled: true\n"},
	{"a group is created", "add", "POST /Groups", newGroup("Crew", "{bob}"), []int{201},
		allBefore, allBefore + "CN=Crew,OU=Groups\n member: CN=Bob,OU=Staff\n"},
	{"the members of a new group are written", "modify", "POST /Groups", newGroup("Crew", "{bob}"), []int{201},
		"", allBefore + "CN=Crew,OU=Groups\n member: CN=Bob,OU=Staff\n"},
	{"a user is changed", "modify", "PATCH /Users/{ada}", patchOf(bossTitle), []int{200},
		allBefore, strings.ReplaceAll(allBefore, "Engineer", "Boss")},
	{"a user is disabled", "modify", "PATCH /Users/{ada}", patchOf(disableUser), []int{200},
		allBefore, strings.ReplaceAll(allBefore, "true", "false")},
	{"a user is renamed", "modifydn", "PATCH /Users/{bob}", patchOf(`{"op": "replace", "value": {"displayName": "Robert"}}`), []int{200},
		allBefore, strings.ReplaceAll(allBefore, "CN=Bob,", "CN=Robert,")},
	{"a user is deleted", "modify", "DELETE /Users/{ada}", "", []int{204, 404},
		allBefore, strings.ReplaceAll(allBefore, "true", "false")},
	{"a member is added", "modify", "PATCH /Groups/{team}", patchOf(`{"op": "add", "path": "members", "value": [{"value": "{bob}"}]}`), []int{204},
		allBefore, allBefore + " member: CN=Bob,OU=Staff\n"},
	{"members are replaced", "modify", "PUT /Groups/{team}", newGroup("Team", "{bob}"), []int{200},
		allBefore, strings.ReplaceAll(allBefore, "member: CN=Ada", "member: CN=Bob")},
	{"a group is renamed", "modifydn", "PATCH /Groups/{team}", patchOf(`{"op": "replace", "value": {"id": "{team}", "displayName": "Crew"}}`), []int{204},
		allBefore, strings.ReplaceAll(allBefore, "CN=Team,", "CN=Crew,")},
	{"a group is deleted", "delete", "DELETE /Groups/{team}", "", []int{204, 404},
		allBefore, adaBefore + bobBefore},
}

// staffed has two users, one of whom is in a group.
func (p *premises) staffed() *premises {
	p.t.Helper()
	p.serve(oneClient)
	p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"title": "Engineer"`, `"active": true`))
	p.names["bob"] = p.wants(201, "POST /Users", newUser("Bob", `"active": true`))
	p.names["team"] = p.wants(201, "POST /Groups", newGroup("Team", "{ada}"))
	return p
}

// Whatever befalls a write, its client is told to come back; the same request
// then does what is missing and nothing twice, under the same id.
func TestAWriteThatTheDirectoryDoesNotAnswerIsDoneOnceByTheNextAttempt(t *testing.T) {
	for _, v := range ventures {
		for _, m := range misfortunes {
			for often := range m.often {
				t.Run(v.name+", "+m.name+strings.Repeat(", again", often), func(t *testing.T) {
					t.Parallel() // each mostly waits
					withDevdir(t).staffed().survives(v, m, often+1)
				})
			}
		}
	}
}

// survives lets a misfortune befall a write, often at most, and its client try
// again until it is told that all is well.
func (p *premises) survives(v venture, m misfortune, often int) {
	p.site.directory.Fault(devdir.Fault{Op: v.op, Times: often, Do: m.do})
	a := p.send("okta", v.request, v.body)
	p.putOff(a)
	for range often - 1 {
		if a.status == http.StatusServiceUnavailable {
			a = p.send("okta", v.request, v.body)
		}
	}
	if p.site.directory.Fired() == 0 {
		p.t.Fatal("no fault befell it")
	}
	p.site.directory.ClearFaults()
	if !m.after && v.before != "" {
		p.holds(v.before)
	}
	known := p.lookedUp(v.request)
	if !m.after && v.before != "" && strings.HasPrefix(v.request, "POST") && known != "" {
		p.t.Errorf("what was not created is found as %s", known)
	}
	if a.status == http.StatusServiceUnavailable {
		a = p.send("okta", v.request, v.body)
	}
	if !slices.Contains(v.again, a.status) {
		p.t.Fatalf("the next attempt is answered with %d %v", a.status, a.body)
	}
	id, _ := a.body["id"].(string)
	if known != "" && id != "" && known != id {
		p.t.Errorf("it is %s, and was found as %s", id, known)
	}
	p.holds(v.after)
	if id != "" {
		if now := p.lookedUp(v.request); strings.HasPrefix(v.request, "POST") && now != id {
			p.t.Errorf("it is %s, and is found as %s", id, now)
		}
	}
	p.must(p.door.scim.Reconcile(p.t.Context()))
	p.holds(v.after)
	if open := p.rows("SELECT key FROM intents"); len(open) > 0 {
		p.t.Errorf("%d intents are open", len(open))
	}
}

// putOff says that a client is told to come back.
func (p *premises) putOff(a answer) {
	p.t.Helper()
	p.is(503, a)
	if a.header.Get("Retry-After") == "" {
		p.t.Error("nothing says when to come back")
	}
}

// lookedUp is the id under which a client finds what it is about to create.
func (p *premises) lookedUp(request string) string {
	p.t.Helper()
	path := map[string]string{"POST /Users": `/Users?filter=userName eq "eve@{domain}"`, "POST /Groups": `/Groups?filter=displayName eq "Crew"`}[request]
	if path == "" {
		return ""
	}
	a := p.send("okta", "GET "+path, "")
	if p.total(a) == 0 {
		return ""
	}
	id, _ := a.body["Resources"].([]any)[0].(map[string]any)["id"].(string)
	return id
}

// While the directory is away nothing is written anywhere, and what is kept is
// read as ever.
func TestNothingIsHalfDoneWhileTheDirectoryIsAway(t *testing.T) {
	p := withDevdir(t).staffed()
	before := p.send("okta", "GET /", "").body
	p.site.server.Close()
	for _, v := range ventures {
		p.putOff(p.send("okta", v.request, v.body))
	}
	p.putOff(p.send("okta", "PUT /Users/{ada}", newUser("Ada", `"title": "Boss"`)))
	ready, err := p.front.Client().Get(p.front.URL + "/readyz")
	p.must(err)
	ready.Body.Close()
	if ready.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the server calls itself ready: %d", ready.StatusCode)
	}
	after := p.send("okta", "GET /", "").body
	for _, fault := range lacks(before, after, "the listing") {
		t.Error(fault)
	}
	p.is(200, p.send("okta", "GET /Users/{ada}", ""))
	p.must(p.site.listen())
	p.holds(allBefore)
	p.wants(201, "POST /Users", newUser("Eve", `"title": "Spy"`, `"active": true`))
	p.holds(ventures[0].after)
}

// death is what a process that is killed leaves behind: the directory may have
// done what was intended, and its outcome is not written down.
type death struct {
	bridge.Journal
	bridge.Destination
	before bool // the directory was not asked any more
}

func (d *death) Conclude(context.Context, []bridge.Outcome) error { return errKilled }

func (d *death) Apply(ctx context.Context, c bridge.Change, secrets map[string]bridge.Secret) (bridge.Applied, error) {
	if d.before {
		return bridge.Applied{}, errKilled
	}
	return d.Destination.Apply(ctx, c, secrets)
}

var errKilled = errors.New("killed")

// A process is killed between intent and outcome. The next one finds out what
// became of it, and the client's next attempt does what is missing.
func TestAKilledServerLeavesNothingUnsettled(t *testing.T) {
	for _, v := range ventures {
		t.Run(v.name+", killed before", func(t *testing.T) { withDevdir(t).staffed().outlives(v, true) })
		t.Run(v.name+", killed after", func(t *testing.T) {
			inEachDirectory(t, func(p *premises) { p.staffed().outlives(v, false) })
		})
	}
}

// outlives kills the server twice in the midst of a write, and lets the client
// try again.
func (p *premises) outlives(v venture, before bool) {
	var a answer
	for life := range 2 {
		applier := p.door.appliers["corp"]
		d := &death{Journal: applier.Journal, Destination: applier.Destination, before: before}
		applier.Journal, applier.Destination = d, d
		if a = p.send("okta", v.request, v.body); a.status < 500 {
			if life == 0 {
				p.t.Fatalf("a dying server answers %d %v", a.status, a.body)
			}
			break // all was done before the first death
		}
		p.shut()
		p.open()
		if open := p.rows("SELECT key FROM intents"); len(open) > 0 {
			p.t.Errorf("%d intents are open", len(open))
		}
	}
	known := p.lookedUp(v.request)
	if a.status >= 500 {
		a = p.send("okta", v.request, v.body)
	}
	if !slices.Contains(v.again, a.status) {
		p.t.Fatalf("the next attempt is answered with %d %v", a.status, a.body)
	}
	if id, _ := a.body["id"].(string); known != "" && id != "" && id != known {
		p.t.Errorf("it is %s, and was found as %s", id, known)
	}
	p.holds(v.after)
}
