package main

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// How much is asked at once.
const (
	crowd        = 64 // clients
	crowdAsks    = 12 // requests of each
	crowdMembers = 12 // who come and go
)

// linearDirectories are those before which histories are taken, with the type
// of their destination and the attribute that has the userName's local part.
var linearDirectories = []struct {
	name, kind, naming string
	server             func(t testing.TB) servers.Server
}{
	{"devdir", "active-directory", "userPrincipalName", inMemory},
	{"openldap", "ldap", "uid", func(t testing.TB) servers.Server { t.Helper(); return servers.OpenLDAP(t) }},
	{"samba", "active-directory", "userPrincipalName", func(t testing.TB) servers.Server { t.Helper(); return servers.Samba(t) }},
}

// inMemory starts the directory in memory.
func inMemory(t testing.TB) servers.Server {
	t.Helper()
	s, err := newSite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.server.Close() })
	return servers.Server{URL: s.server.URL(), Base: s.directory.Base(), BindDN: s.directory.AdminDN(), Password: adminPassword, CAFile: s.ca}
}

// together lets the crowd ask, and returns what each asked and saw.
func (g *gatehouse) together(one func(client, n int, random *rand.Rand) (wrote, saw, error)) []porcupine.Operation {
	g.t.Helper()
	began := time.Now()
	histories := make([][]porcupine.Operation, crowd)
	var all sync.WaitGroup
	for client := range crowd {
		random := rand.New(rand.NewPCG(uint64(client), 7))
		all.Go(func() {
			for n := range crowdAsks {
				call := time.Since(began)
				in, out, err := one(client, n, random)
				if err != nil {
					g.t.Errorf("client %d, request %d: %v", client, n, err)
					return
				}
				histories[client] = append(histories[client], porcupine.Operation{ClientId: client, Input: in, Output: out, Call: int64(call), Return: int64(time.Since(began))})
			}
		})
	}
	all.Wait()
	return slices.Concat(histories...)
}

// club is a group with those who come and go.
type club struct {
	*gatehouse
	id      string
	members []string // ids
}

func newClub(g *gatehouse) *club {
	c := &club{gatehouse: g}
	for i := range crowdMembers {
		c.members = append(c.members, g.made("okta", "/scim/v2/Users", fmt.Sprintf(`{"schemas":[%q],"userName":"member%02d@example.com","displayName":"Member %02d"}`, userURN, i, i)))
	}
	c.id = g.made("okta", "/scim/v2/Groups", fmt.Sprintf(`{"schemas":[%q],"displayName":"The club"}`, groupURN))
	return c
}

// values are members as a client lists them.
func (c *club) values(set uint64) string {
	list := []string{}
	for i, id := range c.members {
		if set>>i&1 == 1 {
			list = append(list, fmt.Sprintf(`{"value":%q}`, id))
		}
	}
	return "[" + strings.Join(list, ",") + "]"
}

// operations are those of a PATCH that removes and adds, in one of the shapes
// that clients send.
func (c *club) operations(in wrote, shape int) string {
	var list []string
	for i, id := range c.members {
		if in.remove>>i&1 == 1 && shape%2 == 0 {
			list = append(list, fmt.Sprintf(`{"op":"remove","path":"members[value eq \"%s\"]"}`, id))
		}
	}
	if in.remove != 0 && shape%2 == 1 {
		list = append(list, `{"op":"Remove","path":"members","value":`+c.values(in.remove)+`}`)
	}
	switch {
	case in.add == 0:
	case shape%3 == 0:
		list = append(list, `{"op":"add","value":{"members":`+c.values(in.add)+`}}`)
	default:
		list = append(list, `{"op":"Add","path":"members","value":`+c.values(in.add)+`}`)
	}
	return fmt.Sprintf(`{"schemas":[%q],"Operations":[%s]}`, patchURN, strings.Join(list, ","))
}

// turn is one request of a member of the crowd: mostly a member added or removed.
func (c *club) turn(_, n int, random *rand.Rand) (in wrote, out saw, err error) {
	path := "/scim/v2/Groups/" + c.id
	one, other := uint64(1)<<random.IntN(crowdMembers), uint64(1)<<random.IntN(crowdMembers)
	switch kind := random.IntN(10); {
	case kind < 3:
		out, err = c.read()
		return in, out, err
	case kind < 4:
		in = wrote{write: true, replace: true, add: random.Uint64N(1 << crowdMembers)}
		body := fmt.Sprintf(`{"schemas":[%q],"displayName":"The club","members":%s}`, groupURN, c.values(in.add))
		out, err = c.written(c.ask("okta", "PUT", path+"?excludedAttributes=members", body))
		return in, out, err
	case kind < 6:
		in = wrote{write: true, remove: one}
	case kind < 8 || one == other:
		in = wrote{write: true, add: one}
	default:
		in = wrote{write: true, add: one, remove: other}
	}
	out, err = c.written(c.ask("okta", "PATCH", path, c.operations(in, n)))
	return in, out, err
}

// written reads the answer to a write, of which only the version matters.
func (c *club) written(a reply, err error) (saw, error) {
	if err == nil && a.status != 204 && a.status != 200 {
		err = fmt.Errorf("a write is answered with %d %s", a.status, a.text)
	}
	if err != nil {
		return saw{}, err
	}
	version, err := a.version()
	return saw{version: version}, err
}

func (c *club) read() (saw, error) {
	a, err := c.ask("okta", "GET", "/scim/v2/Groups/"+c.id, "")
	var group struct{ Members []struct{ Value string } }
	if err == nil && a.status != 200 {
		err = fmt.Errorf("a read is answered with %d %s", a.status, a.text)
	}
	if err == nil {
		err = json.Unmarshal(a.text, &group)
	}
	if err != nil {
		return saw{}, err
	}
	out := saw{}
	for _, m := range group.Members {
		out.members |= 1 << slices.Index(c.members, m.Value)
	}
	out.version, err = a.version()
	return out, err
}

// inDirectory reads the members of the group that the directory has.
func (c *club) inDirectory(naming string) (members uint64) {
	c.t.Helper()
	conn := servers.Connect(c.t, c.server)
	found, err := conn.Search(goldap.NewSearchRequest(c.ou, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(cn=The club)", []string{"member"}, nil))
	c.must(err)
	if len(found.Entries) != 1 {
		c.t.Fatalf("the directory has %d such groups", len(found.Entries))
	}
	for _, dn := range found.Entries[0].GetAttributeValues("member") {
		if !strings.HasSuffix(strings.ToLower(dn), strings.ToLower(c.ou)) {
			continue // who stands there so that the group is not empty
		}
		person, err := conn.Search(goldap.NewSearchRequest(dn, goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{naming}, nil))
		c.must(err)
		var i int
		if _, err := fmt.Sscanf(person.Entries[0].GetAttributeValue(naming), "member%02d", &i); err != nil {
			c.t.Fatalf("%s is a member: %v", dn, err)
		}
		members |= 1 << i
	}
	return members
}

// 64 clients add and remove members of one group at once: each request is done
// as if it were alone, none is lost, and the directory ends with the members
// that SCIM shows.
func TestMembersThatManyClientsChangeAtOnceAreNeverLost(t *testing.T) {
	for _, d := range linearDirectories {
		t.Run(d.name, func(t *testing.T) {
			c := newClub(newGatehouse(t, d.server(t), d.kind, nil, "okta"))
			began := time.Now()
			history := c.together(c.turn)
			took := time.Since(began)
			end, err := c.read()
			c.must(err)
			if result := linear(last(history, end)); result != porcupine.Ok {
				t.Errorf("%d requests one after the other would not be answered like that: %s", len(history), result)
			}
			if got := c.inDirectory(d.naming); got != end.members {
				t.Errorf("the directory has the members %012b, and SCIM shows %012b", got, end.members)
			}
			t.Logf("%d requests in %s made version %d with %d members", len(history), took.Round(time.Millisecond), end.version, bits.OnesCount64(end.members))
		})
	}
}

// A group that somebody reads again and again while it is changed is always seen
// as it was in one version: odd ones have a member, and even ones none.
func TestAGroupIsReadAsItIsInOneVersion(t *testing.T) {
	c := newClub(newGatehouse(t, inMemory(t), "active-directory", nil, "okta"))
	ended := make(chan struct{})
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
				}
				if out, err := c.read(); err != nil || out.members != uint64(out.version-1)%2 {
					t.Errorf("version %d has the members %b, %v", out.version, out.members, err)
				}
			}
		})
	}
	for n := range 400 {
		in := wrote{write: true, add: 1}
		if n%2 == 1 {
			in = wrote{write: true, remove: 1}
		}
		if _, err := c.written(c.ask("okta", "PATCH", "/scim/v2/Groups/"+c.id, c.operations(in, n))); err != nil {
			t.Error(err)
		}
	}
	close(ended)
	readers.Wait()
}

// celebrity is a user whom all of the crowd change.
type celebrity struct {
	*gatehouse
	id string
}

// turn reads the user, or replaces several attributes at once; every third
// time only if nobody changed the user since it was read.
func (p *celebrity) turn(client, n int, random *rand.Rand) (in wrote, out saw, err error) {
	path := "/scim/v2/Users/" + p.id
	if random.IntN(3) == 0 {
		out, err = p.read(p.ask("okta", "GET", path, ""))
		return in, out, err
	}
	var headers []string
	in = wrote{write: true, text: fmt.Sprintf("%02d-%02d", client, n)}
	if random.IntN(3) == 0 {
		now, err := p.read(p.ask("okta", "GET", path, ""))
		if err != nil {
			return in, out, err
		}
		in.ifVersion = now.version
		headers = []string{"If-Match", fmt.Sprintf(`W/"%d"`, now.version)}
	}
	value := fmt.Sprintf(`{"title":"T %[1]s","name":{"familyName":"F %[1]s","givenName":"G %[1]s"},"nickName":"N %[1]s"}`, in.text)
	operations := `{"op":"replace","value":` + value + `}`
	if n%2 == 0 {
		operations = fmt.Sprintf(`{"op":"Replace","path":"title","value":"T %[1]s"},{"op":"Replace","path":"name.familyName","value":"F %[1]s"},`+
			`{"op":"Replace","path":"name.givenName","value":"G %[1]s"},{"op":"Add","path":"nickName","value":"N %[1]s"}`, in.text)
	}
	out, err = p.read(p.ask("okta", "PATCH", path, fmt.Sprintf(`{"schemas":[%q],"Operations":[%s]}`, patchURN, operations), headers...))
	return in, out, err
}

// read reads an answer with the whole user. Attributes that belong to different
// writes are an error.
func (p *celebrity) read(a reply, err error) (saw, error) {
	if err == nil && a.status == 412 {
		var detail struct{ Detail string }
		out := saw{refused: true}
		if err = json.Unmarshal(a.text, &detail); err == nil {
			_, err = fmt.Sscanf(detail.Detail, `the resource is at version W/"%d"`, &out.version)
		}
		return out, err
	}
	if err != nil {
		return saw{}, err
	}
	var user struct {
		Title, NickName string
		Name            struct{ FamilyName, GivenName string }
		Meta            struct{ Version string }
	}
	if a.status != 200 || json.Unmarshal(a.text, &user) != nil {
		return saw{}, fmt.Errorf("the answer is %d %s", a.status, a.text)
	}
	text, ok := strings.CutPrefix(user.Title, "T ")
	if !ok || user.Name.FamilyName != "F "+text || user.Name.GivenName != "G "+text || user.NickName != "N "+text || user.Meta.Version != a.header.Get("ETag") {
		return saw{}, fmt.Errorf("half a write is seen: %s", a.text)
	}
	version, err := a.version()
	if version == 1 {
		text = "" // as it was made
	}
	return saw{version: version, text: text}, err
}

// 64 clients change one user at once, a part of them only the version that they
// have read: each write is seen whole or not at all, and the directory ends with
// what SCIM shows.
func TestAUserWhomManyClientsChangeAtOnceIsNeverHalfChanged(t *testing.T) {
	for _, d := range linearDirectories {
		t.Run(d.name, func(t *testing.T) {
			g := newGatehouse(t, d.server(t), d.kind, nil, "okta")
			p := &celebrity{gatehouse: g}
			p.id = g.made("okta", "/scim/v2/Users",
				fmt.Sprintf(`{"schemas":[%q],"userName":"wanted@example.com","displayName":"The person","title":"T 0","nickName":"N 0","name":{"familyName":"F 0","givenName":"G 0"}}`, userURN))
			history := p.together(p.turn)
			end, err := p.read(p.ask("okta", "GET", "/scim/v2/Users/"+p.id, ""))
			g.must(err)
			if result := linear(last(history, end)); result != porcupine.Ok {
				t.Errorf("%d requests one after the other would not be answered like that: %s", len(history), result)
			}
			found, err := servers.Connect(t, g.server).Search(goldap.NewSearchRequest(g.ou, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false,
				"(cn=The person)", []string{"title", "sn", "givenName"}, nil))
			g.must(err)
			for attribute, want := range map[string]string{"title": "T ", "sn": "F ", "givenName": "G "} {
				if got := found.Entries[0].GetAttributeValue(attribute); got != want+end.text {
					t.Errorf("the directory has %s %q, and SCIM shows %q", attribute, got, want+end.text)
				}
			}
			refused := 0
			for _, o := range history {
				if o.Output.(saw).refused {
					refused++
				}
			}
			if refused == 0 {
				t.Error("no write was refused because of its version")
			}
		})
	}
}

// A door that says it has done one write in fifty, and has not, is found out.
func TestALostWriteIsNoLinearHistory(t *testing.T) {
	var writes atomic.Int64
	forgetful := func(door http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPatch || writes.Add(1)%50 != 0 {
				door.ServeHTTP(w, r)
				return
			}
			spy := headers{header: http.Header{}}
			look := r.Clone(r.Context())
			look.Method, look.Body = http.MethodGet, http.NoBody
			door.ServeHTTP(&spy, look)
			version, _ := reply{header: spy.header}.version()
			w.Header().Set("ETag", fmt.Sprintf(`W/"%d"`, version+1))
			w.WriteHeader(http.StatusNoContent)
		})
	}
	c := newClub(newGatehouse(t, inMemory(t), "active-directory", forgetful, "okta"))
	history := c.together(c.turn)
	if result := linear(history); result != porcupine.Illegal {
		t.Errorf("%d of %d writes were forgotten: %s", writes.Load()/50, writes.Load(), result)
	}
}

// headers is an answer of which nothing else is kept.
type headers struct{ header http.Header }

func (r *headers) Header() http.Header         { return r.header }
func (r *headers) Write(b []byte) (int, error) { return len(b), nil }
func (r *headers) WriteHeader(int)             {}
