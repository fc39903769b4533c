package main

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// limited is one client under a limit, with what else stands in the connection.
func limited(limit string, more ...string) string {
	return strings.Replace(oneClient, "    empty: clear\n", "    limits: {"+limit+"}\n"+strings.Join(more, ""), 1)
}

// limits are how a client comes to each of its limits, the last request being
// one too many.
var limits = []struct {
	name, limit string
	requests    []string
	after       string // what the directory holds once the last request was refused
	released    string // and once it was sent again, after a person released the connection
}{
	{"disable by PATCH and by DELETE", "disable: 2",
		[]string{"PATCH /Users/{ada} " + patchOf(disableUser), "DELETE /Users/{bob}", "PATCH /Users/{eve} " + patchOf(bossTitle, disableUser)},
		"CN=Ada,OU=Staff\n enabled: false\nCN=Bob,OU=Staff\n enabled: false\nCN=Eve,OU=Staff\n title:\n enabled: true\nCN=Team,OU=Groups\n",
		"CN=Ada,OU=Staff\n enabled: false\nCN=Bob,OU=Staff\n enabled: false\nCN=Eve,OU=Staff\n title: Boss\n enabled: false\nCN=Team,OU=Groups\n"},
	{"delete", "delete: 0", []string{"DELETE /Groups/{team}"},
		"CN=Ada,OU=Staff\nCN=Bob,OU=Staff\nCN=Eve,OU=Staff\nCN=Team,OU=Groups\n", ""},
	{"remove members, one by one", "remove_members: 2",
		[]string{`PATCH /Groups/{team} ` + patchOf(`{"op": "remove", "path": "members[value eq \"{ada}\"]"}`), `PATCH /Groups/{team} ` + patchOf(`{"op": "replace", "path": "members", "value": []}`)},
		"CN=Ada,OU=Staff\nCN=Bob,OU=Staff\nCN=Eve,OU=Staff\nCN=Team,OU=Groups\n member: CN=Bob,OU=Staff\n member: CN=Eve,OU=Staff\n",
		"CN=Ada,OU=Staff\nCN=Bob,OU=Staff\nCN=Eve,OU=Staff\nCN=Team,OU=Groups\n member:\n"},
	{"create", "create: 5",
		[]string{"POST /Users " + newUser("Dan"), "POST /Users " + newUser("Fay")},
		"CN=Ada,OU=Staff\nCN=Bob,OU=Staff\nCN=Dan,OU=Staff\nCN=Eve,OU=Staff\nCN=Team,OU=Groups\n",
		"CN=Ada,OU=Staff\nCN=Bob,OU=Staff\nCN=Dan,OU=Staff\nCN=Eve,OU=Staff\nCN=Fay,OU=Staff\nCN=Team,OU=Groups\n"},
}

// A client that comes to a limit writes nothing more until a person releases its
// connection; it reads as ever, and nobody else is held.
func TestAClientOverItsLimitWritesNothingUntilItIsReleased(t *testing.T) {
	for _, c := range limits {
		for status, setting := range map[int]string{503: "", 429: "    over_limit: 429\n"} {
			t.Run(c.name+", told by "+strconv.Itoa(status), func(t *testing.T) {
				p := withDevdir(t)
				p.serve(limited(c.limit, setting) + strings.ReplaceAll(oneClient, "okta", "other"))
				for _, name := range []string{"Ada", "Bob", "Eve"} {
					p.names[strings.ToLower(name)] = p.wants(201, "POST /Users", newUser(name, `"active": true`))
				}
				p.names["team"] = p.wants(201, "POST /Groups", newGroup("Team", "{ada}", "{bob}", "{eve}"))
				last := len(c.requests) - 1
				for _, request := range c.requests[:last] {
					if a := p.ask(request); a.status >= 300 {
						t.Fatalf("below the limit: %d %v", a.status, a.body)
					}
				}
				before := p.send("okta", "GET /", "").body
				p.overLimit(status, p.ask(c.requests[last]))
				for _, request := range []string{"POST /Users " + newUser("Zoe"), "PATCH /Users/{ada} " + patchOf(bossTitle), "PUT /Users/{ada} " + newUser("Ada", `"title": "Boss"`),
					"POST /Groups " + newGroup("Crew"), `PATCH /Groups/{team} ` + patchOf(`{"op": "replace", "value": {"displayName": "Crew"}}`), "PATCH /Users/{ada} " + patchOf(`{"op": "replace", "path": "nickName", "value": "A"}`)} {
					p.overLimit(status, p.ask(request))
				}
				for _, fault := range lacks(before, p.send("okta", "GET /", "").body, "the listing") {
					t.Error(fault)
				}
				p.holds(c.after)
				zoe := p.is(201, p.send("other", "POST /Users", newUser("Zoe", `"active": true`)))
				p.is(200, p.send("other", "PATCH /Users/"+zoe, patchOf(bossTitle)))
				p.released(c.requests[last], c.released)
			})
		}
	}
}

// ask sends METHOD PATH BODY as the first connection's client does.
func (p *premises) ask(request string) answer {
	p.t.Helper()
	head, body, some := strings.Cut(request, " {")
	if some {
		body = "{" + body
	}
	return p.send("okta", head, body)
}

func (p *premises) overLimit(status int, a answer) {
	p.t.Helper()
	p.is(status, a)
	if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 60 {
		p.t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
	}
	if detail := fmt.Sprint(a.body["detail"]); !strings.Contains(detail, "okta") {
		p.t.Errorf("it is told that %q", detail)
	}
}

// released lets a person release the connection, and the client try again.
func (p *premises) released(request, after string) {
	p.t.Helper()
	held, err := p.store.Holds(p.t.Context())
	p.must(err)
	if len(held) != 1 || held[0].Connection != "okta" {
		p.t.Errorf("held are %v", held)
	}
	p.must(p.store.Release(p.t.Context(), "okta", "it was a reorganisation"))
	if after == "" { // what allows none allows none afterwards
		p.overLimit(p.ask(request).status, p.ask(request))
		return
	}
	if a := p.ask(request); a.status >= 300 {
		p.t.Fatalf("after the release: %d %v", a.status, a.body)
	}
	p.holds(after + "CN=Zoe,OU=Staff\n title: Boss\n enabled: true\n")
}

func TestNoneMayBeCreatedWhereTheLimitIsNone(t *testing.T) {
	p := withDevdir(t).serve(limited("create: 0"))
	p.overLimit(503, p.ask("POST /Users "+newUser("Ada")))
	p.holds("")
	p.keepsNothing()
}

// A request that needs several changes is over a limit as a whole: none of them
// is done.
func TestARequestOverALimitIsNotHalfDone(t *testing.T) {
	p := withDevdir(t).serve(limited("remove_members: 1"))
	for _, name := range []string{"Ada", "Bob"} {
		p.names[strings.ToLower(name)] = p.wants(201, "POST /Users", newUser(name, `"active": true`))
	}
	p.names["team"] = p.wants(201, "POST /Groups", newGroup("Team", "{ada}", "{bob}"))
	p.overLimit(503, p.ask("PUT /Groups/{team} "+newGroup("Crew")))
	p.holds("CN=Ada,OU=Staff\nCN=Bob,OU=Staff\nCN=Team,OU=Groups\n displayName: Team\n member: CN=Ada,OU=Staff\n member: CN=Bob,OU=Staff\n")
	a := p.send("okta", "GET /Groups/{team}", "")
	for _, fault := range lacks(map[string]any{"displayName": "Team", "members": []any{map[string]any{"value": p.names["ada"]}, map[string]any{"value": p.names["bob"]}}}, a.body, "the group") {
		t.Error(fault)
	}
}

// Who asks too often is told when to come back, and nobody else is.
func TestAClientThatAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	p := withDevdir(t).serve(strings.Replace(oneClient, "{per_second: 1000}", "{per_second: 25, burst: 25}", 1) + strings.ReplaceAll(oneClient, "okta", "other"))
	var mu sync.Mutex
	var wait sync.WaitGroup
	counts := map[int]int{}
	for range 100 {
		wait.Go(func() {
			a := p.send("okta", "GET /Users", "")
			mu.Lock()
			defer mu.Unlock()
			counts[a.status]++
			if a.status == 429 && (a.header.Get("Retry-After") != "1" || a.body["status"] != "429") {
				t.Errorf("429 comes with Retry-After %q and %v", a.header.Get("Retry-After"), a.body)
			}
		})
	}
	wait.Wait()
	if counts[200] < 25 || counts[429] == 0 || counts[200]+counts[429] != 100 {
		t.Errorf("of 100 requests at once: %v", counts)
	}
	p.is(200, p.send("other", "GET /Users", ""))
}
