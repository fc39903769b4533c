//go:build bench

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
	"github.com/google/uuid"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/conformance/contract/servers"
	"github.com/muster-idm/muster/store"
)

// The floors of the door, all with 8 clients over loopback, a store that is on
// disk before it answers, and OpenLDAP.
const (
	doorClients = 8
	doorCreates = 1_500
	doorReads   = 4_000
	doorUsers   = 100_000
	doorFew     = 1_000

	wantedPushed = 0.6 // of the rate of raw adds
	wantedGet    = 0.5 // of the rate of a plain handler
	wantedFilter = 0.4 // of the rate of a plain handler
	wantedPage   = 2.0 // times as long as a page of few
	wantedMember = 2.0 // times as long as in a small group
)

const doorConfig = `version: 1
muster: {store: %q}
destinations:
  - {name: d, type: ldap, url: %q, ca_file: %q, base: %q, bind: %q, password: "${env:FLOOR_PASSWORD}", connections: %d}
connections:
  - name: %s
    destination: d
    requests: {per_second: 1000000, burst: 1000000}
    limits: {create: unlimited, disable: unlimited, delete: unlimited, remove_members: unlimited}
    users: {scope: %q, policy: {leavers: disable}}
    groups: {scope: %q, policy: {leavers: delete}}
`

// doorSite is a door that serves one connection.
type doorSite struct {
	url, token string
	store      *store.Store
	client     *http.Client
}

// newDoorSite starts a door over the directory, with nobody in the store.
func newDoorSite(t *testing.T, s servers.Server, container, name string) *doorSite {
	t.Helper()
	t.Setenv("FLOOR_PASSWORD", s.Password)
	dir := t.TempDir()
	path := filepath.Join(dir, "muster.yaml")
	text := fmt.Sprintf(doorConfig, filepath.Join(dir, "muster.db"), s.URL, s.CAFile, s.Base, s.BindDN, doorClients, name, container, container)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	x := &doorSite{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * doorClients}}}
	if x.store, err = openStore(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.store.Close() })
	if err := x.store.Lock("floor"); err != nil {
		t.Fatal(err)
	}
	token, plain := auth.NewToken(name, auth.Scopes(), time.Now().Add(time.Hour), time.Now())
	if err := x.store.SaveToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	x.token = plain.Reveal()
	m := newMetrics()
	door, err := openTheDoor(t.Context(), file, x.store, slog.New(slog.NewJSONHandler(io.Discard, nil)), m)
	t.Cleanup(func() { door.close(context.WithoutCancel(t.Context())) })
	if err != nil {
		t.Fatal(err)
	}
	before := debug.SetGCPercent(serverGC)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	x.url = listenAndServe(t, door.handler(file, m)) + "/scim/v2"
	return x
}

func listenAndServe(t *testing.T, h http.Handler) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener) //nolint:errcheck // it ends when it is closed
	t.Cleanup(func() { server.Close() })
	return "http://" + listener.Addr().String()
}

// send sends one request and reads the whole answer.
func (x *doorSite) send(method, url string, body []byte) (int, []byte, error) {
	r, err := http.NewRequest(method, url, bytes.NewReader(body)) //nolint:noctx // bounded by the client
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+x.token)
	if body != nil {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	answer, err := x.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// clients does n things with 8 clients at once.
func clients(t *testing.T, n int, one func(i int) error) timing {
	t.Helper()
	took := make([]time.Duration, n)
	queue := make(chan int)
	var workers sync.WaitGroup
	began := time.Now()
	for range doorClients {
		workers.Go(func() {
			for i := range queue {
				start := time.Now()
				if err := one(i); err != nil {
					t.Error(err)
				}
				took[i] = time.Since(start)
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	workers.Wait()
	all := time.Since(began)
	slices.Sort(took)
	return timing{n: n, all: all, p50: took[n/2], p99: took[n*99/100]}
}

// timing is how long n things took.
type timing struct {
	n        int
	all      time.Duration
	p50, p99 time.Duration
}

func (t timing) rate() float64 { return float64(t.n) / t.all.Seconds() }

func (t timing) String() string {
	return fmt.Sprintf("%.0f/s p50 %s p99 %s", t.rate(), t.p50.Round(time.Microsecond), t.p99.Round(time.Microsecond))
}

// faster returns the timing with the greater rate.
func faster(a, b timing) timing {
	if a.n == 0 || b.rate() > a.rate() {
		return b
	}
	return a
}

func pushedUser(name string) []byte {
	return fmt.Appendf(nil, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"x-%[1]s","userName":"%[1]s@example.com","active":true,`+
		`"displayName":"Given %[1]s","name":{"givenName":"Given","familyName":"Family %[1]s"},"title":"Engineer","emails":[{"primary":true,"type":"work","value":"%[1]s@example.com"}],`+
		`"phoneNumbers":[{"type":"work","value":"+49 30 123456"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales","employeeNumber":"%[1]s"}}`, name)
}

func wantStatus(wanted int) func(int, []byte, error) error {
	return func(status int, body []byte, err error) error {
		if err == nil && status != wanted {
			err = fmt.Errorf("the answer is %d, not %d: %s", status, wanted, body)
		}
		return err
	}
}

// Users are created through the door at no less than 0.6 of the rate at which
// plain goroutines add as large entries over as many connections.
func TestFloorOfPushedCreates(t *testing.T) {
	s := servers.OpenLDAP(t)
	var ours, raw timing
	for round := range floorRounds {
		here, there := servers.Container(t, s, "push-ours"), servers.Container(t, s, "push-raw")
		x := newDoorSite(t, s, here, "floor")
		if err := wantStatus(201)(x.send("POST", x.url+"/Users", pushedUser(fmt.Sprintf("warm%d", round)))); err != nil {
			t.Fatal(err)
		}
		like := likeEntry(t, s, here)
		connections := make(chan *goldap.Conn, doorClients)
		for range doorClients {
			connections <- servers.Connect(t, s)
		}
		push := func() {
			ours = faster(ours, clients(t, doorCreates, func(i int) error {
				return wantStatus(201)(x.send("POST", x.url+"/Users", pushedUser(fmt.Sprintf("r%d-%06d", round, i))))
			}))
		}
		add := func() {
			raw = faster(raw, clients(t, doorCreates, func(i int) error {
				c := <-connections
				defer func() { connections <- c }()
				return c.Add(like(there, fmt.Sprintf("w%d-%06d", round, i)))
			}))
		}
		if round%2 == 0 {
			push()
			add()
		} else {
			add()
			push()
		}
	}
	ratio := ours.rate() / raw.rate()
	line(t, "pushed creates", ours.String(), raw.String(), ratio, fmt.Sprintf("at least %.1f", wantedPushed), ratio >= wantedPushed)
}

// likeEntry returns how to add an entry like the one that the door made.
func likeEntry(t *testing.T, s servers.Server, container string) func(container, name string) *goldap.AddRequest {
	t.Helper()
	found, err := servers.Connect(t, s).Search(goldap.NewSearchRequest(container, goldap.ScopeSingleLevel, goldap.NeverDerefAliases, 0, 0, false, "(uid=*)", []string{"*"}, nil))
	if err != nil || len(found.Entries) != 1 {
		t.Fatalf("the door made %v, %v", found, err)
	}
	made := found.Entries[0]
	uid := made.GetAttributeValue("uid")
	return func(container, name string) *goldap.AddRequest {
		add := goldap.NewAddRequest("uid="+name+","+container, nil)
		for _, a := range made.Attributes {
			values := make([]string, len(a.Values))
			for i, v := range a.Values {
				values[i] = strings.ReplaceAll(v, strings.TrimSuffix(uid, "@example.com"), name)
			}
			add.Attribute(a.Name, values)
		}
		return add
	}
}

// keepUsers puts users into the store, as if they had been pushed.
func (x *doorSite) keepUsers(t *testing.T, n int) (ids []string) {
	t.Helper()
	ids = make([]string, n)
	clients(t, n, func(i int) error {
		ids[i] = uuid.NewString()
		name := fmt.Sprintf("u%06d", i)
		var resource map[string]any
		if err := json.Unmarshal(pushedUser(name), &resource); err != nil {
			return err
		}
		body, err := json.Marshal(resource)
		if err != nil {
			return err
		}
		p := bridge.Pushed{ID: ids[i], Connection: "floor/users", State: bridge.PushedKept, Version: 1, Created: time.Now(), Modified: time.Now(), Account: bridge.Enabled, Body: body,
			Terms: []bridge.Term{{Name: "userName", Value: name + "@example.com", Unique: true}, {Name: "externalId", Value: "x-" + name},
				{Name: "displayName", Value: "given " + name}, {Name: "emails.value", Value: name + "@example.com"}}}
		return x.store.Keep(t.Context(), bridge.Push{Request: "floor", Record: p, Quota: bridge.Quota{Connection: "floor"}})
	})
	return ids
}

// A user is read and found by name, among 100,000, at no less than the given
// part of the rate at which a plain handler writes the same bytes; and a page of
// 100 of them takes at most twice as long as one of 1,000 users.
func TestFloorOfReads(t *testing.T) {
	s := servers.OpenLDAP(t)
	many := newDoorSite(t, s, servers.Container(t, s, "read-many"), "floor")
	few := newDoorSite(t, s, servers.Container(t, s, "read-few"), "floor")
	ids := many.keepUsers(t, doorUsers)
	few.keepUsers(t, doorFew)

	byID := func(i int) string { return many.url + "/Users/" + ids[i*7919%doorUsers] }
	many.floor(t, "GET by id", wantedGet, byID)
	byName := func(i int) string {
		return fmt.Sprintf("%s/Users?filter=userName%%20eq%%20%%22u%06d%%40example.com%%22", many.url, i*7919%doorUsers)
	}
	many.floor(t, "userName eq", wantedFilter, byName)

	var big, small timing
	for range floorRounds {
		page := func(x *doorSite, users int) timing {
			return clients(t, doorReads/20, func(int) error {
				start := 1 + rand.IntN(users-100)
				return wantStatus(200)(x.send("GET", fmt.Sprintf("%s/Users?startIndex=%d&count=100", x.url, start), nil))
			})
		}
		big, small = faster(big, page(many, doorUsers)), faster(small, page(few, doorFew))
	}
	ratio := big.p50.Seconds() / small.p50.Seconds()
	line(t, "page of 100 at 100,000", big.String(), small.String(), ratio, fmt.Sprintf("at most %.1f", wantedPage), ratio <= wantedPage)
}

// floor measures a read beside a plain handler that writes the same bytes.
func (x *doorSite) floor(t *testing.T, what string, wanted float64, url func(i int) string) {
	t.Helper()
	status, body, err := x.send("GET", url(0), nil)
	if err := wantStatus(200)(status, body, err); err != nil {
		t.Fatal(err)
	}
	plain := listenAndServe(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/scim+json")
		_, _ = w.Write(body)
	}))
	var ours, raw timing
	for range floorRounds {
		ours = faster(ours, clients(t, doorReads, func(i int) error { return wantStatus(200)(x.send("GET", url(i), nil)) }))
		raw = faster(raw, clients(t, doorReads, func(int) error { return wantStatus(200)(x.send("GET", plain, nil)) }))
	}
	ratio := ours.rate() / raw.rate()
	line(t, what, ours.String(), raw.String(), ratio, fmt.Sprintf("at least %.1f", wanted), ratio >= wanted)
}

// A member is added to a group of 100,000 in at most twice the time that it
// takes in a group of 10, apart from what the directory itself needs: OpenLDAP
// reads and writes the whole entry at each change, which is printed beside.
func TestFloorOfMembers(t *testing.T) {
	const big, small, adds = 100_000, 10, 200
	s := servers.OpenLDAP(t)
	container := servers.Container(t, s, "members")
	x := newDoorSite(t, s, container, "floor")
	ids := make([]string, 2*adds)
	clients(t, len(ids), func(i int) error {
		status, body, err := x.send("POST", x.url+"/Users", pushedUser(fmt.Sprintf("m%06d", i)))
		if err := wantStatus(201)(status, body, err); err != nil {
			return err
		}
		var made struct{ ID string }
		err = json.Unmarshal(body, &made)
		ids[i] = made.ID
		return err
	})
	large, tiny := x.group(t, s, container, "large", big), x.group(t, s, container, "tiny", small)
	took := map[string][]time.Duration{}
	for i := range adds {
		took["large"] = append(took["large"], x.addMember(t, large, ids[i]))
		took["tiny"] = append(took["tiny"], x.addMember(t, tiny, ids[i]))
		took["raw large"] = append(took["raw large"], addRaw(t, s, "cn=large,"+container, i))
		took["raw tiny"] = append(took["raw tiny"], addRaw(t, s, "cn=tiny,"+container, i))
	}
	p50 := func(what string) time.Duration {
		slices.Sort(took[what])
		return took[what][len(took[what])/2]
	}
	t.Logf("%-36s ours %s, directory alone %s", "member of a group of 100,000, p50", p50("large"), p50("raw large"))
	t.Logf("%-36s ours %s, directory alone %s", "member of a group of 10, p50", p50("tiny"), p50("raw tiny"))
	own, floor := p50("large")-p50("raw large"), p50("tiny")-p50("raw tiny")
	ratio := own.Seconds() / floor.Seconds()
	line(t, "adding a member, without the directory", own.String(), floor.String(), ratio, fmt.Sprintf("at most %.1f", wantedMember), ratio <= wantedMember)
}

// group makes a group and gives it members, in the directory and in the store.
func (x *doorSite) group(t *testing.T, s servers.Server, container, name string, members int) string {
	t.Helper()
	body := fmt.Appendf(nil, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":%q}`, name)
	status, answer, err := x.send("POST", x.url+"/Groups", body)
	if err := wantStatus(201)(status, answer, err); err != nil {
		t.Fatal(err)
	}
	var made struct{ ID string }
	if err := json.Unmarshal(answer, &made); err != nil {
		t.Fatal(err)
	}
	p, err := x.store.Pushed(t.Context(), "floor/groups", made.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Edit = &bridge.MemberEdit{}
	connection := servers.Connect(t, s)
	for chunk := range slices.Chunk(make([]struct{}, members), 10_000) {
		modify := goldap.NewModifyRequest("cn="+name+","+container, nil)
		var dns []string
		for range chunk {
			id := uuid.NewString()
			p.Edit.Add = append(p.Edit.Add, bridge.Member{Value: id})
			dns = append(dns, "uid="+id+","+container)
		}
		modify.Add("member", dns)
		if err := connection.Modify(modify); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.store.Keep(t.Context(), bridge.Push{Request: "floor", Record: p, Quota: bridge.Quota{Connection: "floor"}}); err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func (x *doorSite) addMember(t *testing.T, group, user string) time.Duration {
	t.Helper()
	body := fmt.Appendf(nil, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{"value":%q}]}]}`, user)
	began := time.Now()
	if err := wantStatus(204)(x.send("PATCH", x.url+"/Groups/"+group, body)); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

func addRaw(t *testing.T, s servers.Server, dn string, i int) time.Duration {
	t.Helper()
	modify := goldap.NewModifyRequest(dn, nil)
	_, container, _ := strings.Cut(dn, ",")
	modify.Add("member", []string{fmt.Sprintf("uid=raw%d,%s", i, container)})
	connection := servers.Connect(t, s)
	began := time.Now()
	if err := connection.Modify(modify); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}
