package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/conformance/contract/servers"
)

// gatehouse is a door in front of a directory, and clients that knock at once.
type gatehouse struct {
	t      testing.TB
	server servers.Server
	ou     string
	url    string // of the server, without a path
	tokens map[string]string
	client *http.Client
	door   *openDoor
	front  http.Handler
	log    transcript
}

// everything lets a connection do what it likes; %[1]s is its name and %[2]s its container.
const everything = `
  - name: %[1]s
    destination: corp
    requests: {per_second: 1000000}
    empty: clear
    limits: {create: unlimited, disable: unlimited, delete: unlimited, remove_members: unlimited}
    users: {scope: "%[2]s", policy: {leavers: disable, adopt: true}}
    groups: {scope: "%[2]s", policy: {leavers: delete, adopt: true}}
`

// newGatehouse opens a door with connections of these names, each with a
// container of its own. Around stands before the door, if it is not nil.
func newGatehouse(t testing.TB, s servers.Server, kind string, around func(http.Handler) http.Handler, names ...string) *gatehouse {
	t.Helper()
	g := &gatehouse{t: t, server: s, ou: servers.Container(t, s, "gate"), tokens: map[string]string{},
		client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * crowd}}}
	text := fmt.Sprintf(`version: 1
muster: {store: %q, log: debug}
destinations:
  - {name: corp, type: %s, url: "%s", ca_file: %q, base: "%s", bind: "%s", password: "${env:SECRET}"}
connections:`, filepath.Join(t.TempDir(), "muster.db"), kind, s.URL, s.CAFile, s.Base, s.BindDN)
	for _, name := range names {
		dn := "OU=" + name + "," + g.ou
		add := goldap.NewAddRequest(dn, nil)
		add.Attribute("objectClass", []string{"top", "organizationalUnit"})
		g.must(servers.Connect(t, s).Add(add))
		text += fmt.Sprintf(everything, name, dn)
	}
	file, err := config.Parse("muster.yaml", []byte(text), config.Environment{Lookup: func(string) (string, bool) { return s.Password, true }})
	g.must(err)
	st, err := openStore(t.Context(), file)
	g.must(err)
	t.Cleanup(func() { st.Close() })
	g.must(st.Lock("test"))
	g.door, err = openTheDoor(t.Context(), file, st, slog.New(slog.NewTextHandler(&g.log, &slog.HandlerOptions{Level: slog.LevelDebug})), nil)
	t.Cleanup(func() { g.door.close(context.WithoutCancel(t.Context())) })
	g.must(err)
	for _, name := range names {
		token, plain := auth.NewToken(name, auth.Scopes(), time.Now().Add(time.Hour), time.Now())
		g.must(st.SaveToken(t.Context(), token))
		g.tokens[name] = plain.Reveal()
	}
	handler := g.door.handler(file, newMetrics())
	if around != nil {
		handler = around(handler)
	}
	g.front = handler
	g.listen(handler)
	return g
}

// listen serves with the bounds of "muster serve".
func (g *gatehouse) listen(h http.Handler) {
	g.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	g.must(err)
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(&g.log, nil), slog.LevelWarn)}
	go server.Serve(listener) //nolint:errcheck // it ends when it is closed
	g.t.Cleanup(func() { server.Close() })
	g.url = "http://" + listener.Addr().String()
}

func (g *gatehouse) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// reply is what the door said.
type reply struct {
	status int
	header http.Header
	text   []byte
}

// ask sends a request as a connection, with headers as name and value in turn.
func (g *gatehouse) ask(connection, method, path, body string, headers ...string) (reply, error) {
	r, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Authorization", "Bearer "+g.tokens[connection])
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := g.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, text}, err
}

// made creates a resource and returns its id.
func (g *gatehouse) made(connection, path, body string) string {
	g.t.Helper()
	a, err := g.ask(connection, "POST", path, body)
	g.must(err)
	var resource struct{ ID string }
	if a.status != 201 || json.Unmarshal(a.text, &resource) != nil || resource.ID == "" {
		g.t.Fatalf("POST %s is answered with %d %s", path, a.status, a.text)
	}
	return resource.ID
}

// version is the number in an entity tag.
func (a reply) version() (int, error) {
	return strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(a.header.Get("ETag"), `W/"`), `"`))
}

const (
	userURN  = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN = "urn:ietf:params:scim:schemas:core:2.0:Group"
	patchURN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
)

// search reads entries of the directory.
func (g *gatehouse) search(base, filter string, attributes ...string) []*goldap.Entry {
	g.t.Helper()
	found, err := servers.Connect(g.t, g.server).Search(goldap.NewSearchRequest(base, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, filter, attributes, nil))
	g.must(err)
	return found.Entries
}
