package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// reviewed is a connection whose pushes wait for a person.
const reviewed = `
  - name: okta
    destination: corp
    mode: review
    requests: {per_second: 100000, burst: 100000}
    empty: clear
    users: {scope: ["OU=Staff,{ou}", "OU=Leavers,{ou}"], container: "OU=Staff,{ou}", policy: {leavers: disable, move_to: "OU=Leavers,{ou}"}}
    groups: {scope: "OU=Groups,{ou}", policy: {leavers: delete}}
`

// round does what the server does every half minute.
func (p *premises) round() {
	p.t.Helper()
	p.must(p.door.scim.Reconcile(p.t.Context()))
}

// plans are the ids of a stream's plans in a state.
func (p *premises) plans(stream string, state bridge.PlanState) []string {
	p.t.Helper()
	ids, err := p.store.PlansIn(p.t.Context(), stream, state)
	p.must(err)
	return ids
}

// waiting is the one plan of a stream that waits, with its number of changes.
func (p *premises) waiting(stream string, changes int) string {
	p.t.Helper()
	ids := p.plans(stream, bridge.PlanWaiting)
	if len(ids) != 1 {
		p.t.Fatalf("%d plans of %s wait, wanted is one", len(ids), stream)
	}
	plan, _, err := p.store.Plan(p.t.Context(), ids[0])
	p.must(err)
	if plan.Changes.Len() != changes {
		for c, err := range plan.Changes.All(p.t.Context()) {
			p.t.Log(c.Key, c.Actions, c.Reason, err)
		}
		p.t.Fatalf("the plan of %s has %d changes, wanted are %d", stream, plan.Changes.Len(), changes)
	}
	return ids[0]
}

// approve approves the plan of a stream that waits, and lets the server work.
func (p *premises) approve(stream string, changes int) {
	p.t.Helper()
	p.must(p.store.Approve(p.t.Context(), p.waiting(stream, changes), "looks right", false))
	p.round()
}

// states are those of a stream's records, by name.
func (p *premises) states(stream string) string {
	p.t.Helper()
	return strings.Join(p.rows(fmt.Sprintf("SELECT state FROM pushed WHERE connection = '%s' ORDER BY num", stream)), " ")
}

func (p *premises) active(id string) any {
	p.t.Helper()
	a := p.send("okta", "GET /Users/"+id, "")
	p.is(200, a)
	return a.body["active"]
}

// Pushes to a connection in review are answered as ever and the client sees its
// own data, while the directory stays as it is until a person approves the plan.
func TestWhatIsPushedForReviewWaitsForAPerson(t *testing.T) {
	inEachDirectory(t, func(p *premises) { p.serve(reviewed).reviewsThree() })
}

func (p *premises) reviewsThree() {
	p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"title": "Engineer"`, `"active": true`, `"password": "Very-Secret-17"`))
	p.names["bob"] = p.wants(201, "POST /Users", newUser("Bob", `"active": true`))
	p.names["team"] = p.wants(201, "POST /Groups", newGroup("Team", "{ada}", "{bob}"))
	p.wants(409, "POST /Users", newUser("Ada", `"active": true`))
	p.wants(200, "PATCH /Users/{ada}", patchOf(bossTitle))
	if a := p.send("okta", "GET /Users/{ada}", ""); a.body["title"] != "Boss" || a.body["active"] != true {
		p.t.Errorf("the client sees %v", a.body)
	}
	if a := p.send("okta", "GET /Groups/{team}", ""); len(a.body["members"].([]any)) != 2 {
		p.t.Errorf("the client sees %v", a.body)
	}
	p.holds("")
	p.round()
	p.holds("")
	if got := p.states("okta/users") + ", " + p.states("okta/groups"); got != "waiting waiting, waiting" {
		p.t.Errorf("the records are %s", got)
	}
	first := p.waiting("okta/users", 2)
	p.round()
	if again := p.waiting("okta/users", 2); again != first {
		p.t.Error("what did not change is planned again")
	}

	p.names["eve"] = p.wants(201, "POST /Users", newUser("Eve", `"active": true`))
	p.round()
	p.waiting("okta/users", 3)
	steps, err := p.store.PlanSteps(p.t.Context(), first)
	p.must(err)
	if end := steps[len(steps)-1]; end.State != bridge.PlanCancelled || end.Reason == "" {
		p.t.Errorf("the plan before it is %+v", end)
	}

	p.approve("okta/users", 3)
	const people = "CN=Ada,OU=Staff\n title: Boss\n enabled: true\nCN=Bob,OU=Staff\n enabled: true\nCN=Eve,OU=Staff\n enabled: true\n"
	p.holds(people)
	if got := p.states("okta/users"); got != "kept kept kept" {
		p.t.Errorf("the users are %s", got)
	}
	p.round()
	p.approve("okta/groups", 2)
	p.holds(people + "CN=Team,OU=Groups\n member: CN=Ada,OU=Staff\n member: CN=Bob,OU=Staff\n")
	if got := p.states("okta/groups"); got != "kept" {
		p.t.Errorf("the group is %s", got)
	}
	for _, name := range []string{"ada", "bob", "eve"} {
		if links := p.rows("SELECT state FROM links WHERE id = '" + p.names[name] + "'"); !slices.Equal(links, []string{"live"}) {
			p.t.Errorf("the link of %s is %v", name, links)
		}
	}
	if p.signsIn("CN=Ada,OU=Staff", "Very-Secret-17") {
		p.t.Error("a password that nobody may keep opens the account")
	}
	p.keptNowhere("Very-Secret-17")
}

// keptNowhere says that a text is in no file of the store, in no line of the log
// and in no answer.
func (p *premises) keptNowhere(secret string) {
	p.t.Helper()
	if strings.Contains(p.log.String(), secret) || strings.Contains(p.answers.String(), secret) {
		p.t.Error("the secret is in the log or in an answer")
	}
	for _, table := range p.rows("SELECT name FROM sqlite_master WHERE type = 'table'") {
		for _, column := range p.rows("SELECT name FROM pragma_table_info('" + table + "')") {
			query := fmt.Sprintf(`SELECT count(*) FROM "%s" WHERE CAST("%s" AS TEXT) LIKE '%%%s%%'`, table, column, secret)
			if n := p.rows(query); !slices.Equal(n, []string{"0"}) {
				p.t.Errorf("the secret is in %s of %s", column, table)
			}
		}
	}
}

// A user whom the client deletes leaves when a person approves it, and comes
// back under the same id.
func TestADepartureWaitsForAPersonToo(t *testing.T) {
	p := withDevdir(t).serve(reviewed)
	p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`))
	p.round()
	p.approve("okta/users", 1)
	p.wants(200, "PATCH /Users/{ada}", patchOf(disableUser))
	if got := p.active("{ada}"); got != false {
		t.Errorf("while its change waits the client sees active %v", got)
	}
	p.wants(200, "PATCH /Users/{ada}", patchOf(enableUser))
	p.wants(204, "DELETE /Users/{ada}", "")
	p.wants(404, "GET /Users/{ada}", "")
	p.round()
	p.holds("CN=Ada,OU=Staff\n enabled: true\n")
	p.approve("okta/users", 1)
	p.holds("CN=Ada,OU=Leavers\n enabled: false\n")
	p.round()
	if ids := p.plans("okta/users", bridge.PlanWaiting); len(ids) > 0 {
		t.Errorf("plans wait with nothing to do: %v", ids)
	}
	if back := p.wants(201, "POST /Users", newUser("Ada", `"active": true`)); back != p.names["ada"] {
		t.Errorf("who comes back is %s", back)
	}
	p.round()
	p.approve("okta/users", 1)
	p.holds("CN=Ada,OU=Staff\n enabled: true\n")
}

// What a person rejects is not written and not asked for again, until the client
// pushes something else; the client keeps seeing its data.
func TestWhatIsRejectedStaysWithTheClient(t *testing.T) {
	p := withDevdir(t).serve(reviewed)
	p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`))
	p.round()
	p.must(p.store.SetPlanState(t.Context(), p.waiting("okta/users", 1), bridge.PlanRejected, "who is that?"))
	p.round()
	p.shut()
	p.open()
	p.round()
	if ids := p.plans("okta/users", bridge.PlanWaiting); len(ids) > 0 {
		t.Error("what was rejected is asked for again")
	}
	p.holds("")
	if got := p.states("okta/users"); got != "waiting" || p.active("{ada}") != true {
		t.Errorf("the user is %s", got)
	}
	p.wants(200, "PATCH /Users/{ada}", patchOf(bossTitle))
	p.round()
	p.approve("okta/users", 1)
	p.holds("CN=Ada,OU=Staff\n title: Boss\n")
}

// What waits outlives a restart, and so does the approval of a plan.
func TestWhatWaitsOutlivesARestart(t *testing.T) {
	p := withDevdir(t).serve(reviewed)
	p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`))
	p.round()
	plan := p.waiting("okta/users", 1)
	p.shut()
	p.open()
	p.round()
	if again := p.waiting("okta/users", 1); again != plan {
		t.Error("a restart makes another plan")
	}
	p.must(p.store.Approve(t.Context(), plan, "looks right", false))
	p.shut()
	p.open()
	p.round()
	p.holds("CN=Ada,OU=Staff\n")
	if got := p.states("okta/users"); got != "kept" {
		t.Errorf("the user is %s", got)
	}
}

// A plan that was approved before the connection was changed is not applied.
func TestAPlanOfAnotherRevisionIsCancelled(t *testing.T) {
	p := withDevdir(t).serve(reviewed)
	p.wants(201, "POST /Users", newUser("Ada", `"active": true`))
	p.round()
	plan := p.waiting("okta/users", 1)
	p.must(p.store.Approve(t.Context(), plan, "looks right", false))
	p.shut()
	p.file.Connections[0].Users.Policy.Leavers = "create-update"
	p.open()
	p.round()
	p.holds("")
	steps, err := p.store.PlanSteps(t.Context(), plan)
	p.must(err)
	if end := steps[len(steps)-1]; end.State != bridge.PlanCancelled || !strings.Contains(end.Reason, "changed") {
		t.Errorf("the plan is %+v", end)
	}
	p.waiting("okta/users", 1)
}

// A plan that nobody looked at in time is made again.
func TestAPlanThatExpiredIsMadeAgain(t *testing.T) {
	p := withDevdir(t).serve(reviewed)
	p.wants(201, "POST /Users", newUser("Ada", `"active": true`))
	p.round()
	plan := p.waiting("okta/users", 1)
	p.must(p.store.SetPlanState(t.Context(), plan, bridge.PlanExpired, "nobody looked"))
	p.door.scim.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	p.round()
	if again := p.waiting("okta/users", 1); again == plan {
		t.Error("the plan is the same")
	}
}

// Five thousand users that are pushed at once are planned once, not at every
// round, and one change later once more.
func TestManyPushesArePlannedOnce(t *testing.T) {
	p := withDevdir(t).serve(reviewed)
	const operations, requests = 500, 10
	for n := range requests {
		list := make([]string, operations)
		for i := range list {
			list[i] = fmt.Sprintf(`{"method": "POST", "path": "/Users", "bulkId": "u%d", "data": %s}`, i, newUser(fmt.Sprintf("U%02d%03d", n, i), `"active": true`))
		}
		p.wants(200, "POST /Bulk", `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [`+strings.Join(list, ", ")+`]}`)
	}
	began := time.Now()
	p.round()
	planned := time.Since(began)
	plan := p.waiting("okta/users", operations*requests)
	began = time.Now()
	for range 5 {
		p.round()
	}
	idle := time.Since(began) / 5
	if again := p.waiting("okta/users", operations*requests); again != plan {
		t.Error("what did not change is planned again")
	}
	t.Logf("planned %d users in %s; a round with nothing new took %s", operations*requests, planned.Round(time.Millisecond), idle.Round(time.Microsecond))
	if idle > planned/5 {
		t.Errorf("a round with nothing new takes %s, and planning %s", idle, planned)
	}
	p.wants(201, "POST /Users", newUser("Last", `"active": true`))
	p.round()
	p.waiting("okta/users", operations*requests+1)
}
