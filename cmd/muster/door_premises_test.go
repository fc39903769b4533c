package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
	"modernc.org/sqlite"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/conformance/contract/servers"
	"github.com/muster-idm/muster/store"
)

// premises are a directory and the door in front of it: what a test asks for
// over SCIM, it then reads over LDAP.
type premises struct {
	t       *testing.T
	server  servers.Server
	site    *site  // of the embedded directory; nil in front of Samba
	ou      string // below which everything of the test lies
	tag     string // by which names of the test are told from those of others: eight letters and digits
	domain  string // of its principal names
	file    *config.File
	path    string // of the store
	store   *store.Store
	door    *openDoor
	front   *httptest.Server
	tokens  map[string]string // by connection
	names   map[string]string // of resources, with their ids
	log     transcript
	answers transcript
}

// oneClient is a connection that may do what it likes.
const oneClient = `
  - name: okta
    destination: corp
    requests: {per_second: 1000}
    empty: clear
    users: {scope: "OU=Staff,{ou}", policy: {leavers: disable, adopt: true}}
    groups: {scope: "OU=Groups,{ou}", policy: {leavers: delete, adopt: true}}
`

// inEachDirectory runs a test in front of the embedded directory and of Samba.
func inEachDirectory(t *testing.T, test func(p *premises)) {
	t.Run("devdir", func(t *testing.T) { test(withDevdir(t)) })
	t.Run("samba", func(t *testing.T) { test(withSamba(t)) })
}

func withDevdir(t *testing.T) *premises {
	t.Helper()
	site, err := newSite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { site.server.Close() })
	p := newPremises(t, servers.Server{URL: site.server.URL(), Base: site.directory.Base(), BindDN: site.directory.AdminDN(), Password: adminPassword, CAFile: site.ca})
	p.site = site
	return p
}

func withSamba(t *testing.T) *premises {
	t.Helper()
	return newPremises(t, servers.Samba(t))
}

// newPremises makes the containers of a test. The log is kept down to its last
// detail, so that a test can look for what must not be in it.
func newPremises(t *testing.T, s servers.Server) *premises {
	t.Helper()
	p := &premises{t: t, server: s, path: filepath.Join(t.TempDir(), "muster.db"), tag: strings.ToLower(rand.Text()[:8]),
		tokens: map[string]string{}, names: map[string]string{}}
	p.domain = p.tag + ".example.com"
	p.ou = servers.Container(t, s, "door")
	for _, name := range []string{"Staff", "Groups", "Leavers"} {
		add := goldap.NewAddRequest("OU="+name+","+p.ou, nil)
		add.Attribute("objectClass", []string{"organizationalUnit"})
		p.must(p.admin().Add(add))
	}
	return p
}

// serve opens the door for connections, until the test ends.
func (p *premises) serve(connections string) *premises {
	p.t.Helper()
	text := fmt.Sprintf(`version: 1
muster: {store: %q, log: debug}
destinations:
  - {name: corp, type: active-directory, url: "%s", ca_file: %q, base: "%s", bind: "%s", password: "${env:SECRET}", timeouts: {request: %s}}
connections:%s`, p.path, p.server.URL, p.server.CAFile, p.server.Base, p.server.BindDN, p.patience(), connections)
	secret := config.Environment{Lookup: func(string) (string, bool) { return p.server.Password, true }}
	var err error
	p.file, err = config.Parse("muster.yaml", []byte(p.filled(text)), secret)
	p.must(err)
	p.open()
	p.t.Cleanup(p.shut)
	for _, c := range p.file.Connections {
		p.tokens[c.Name] = p.token(c.Name, auth.Scopes()...)
	}
	return p
}

// patience is how long the directory may take: the embedded one is there to keep
// its clients waiting.
func (p *premises) patience() string {
	if p.site != nil {
		return "1s"
	}
	return "30s"
}

// open starts what "muster serve" starts; shut ends it as if it were killed.
func (p *premises) open() {
	p.t.Helper()
	ctx := p.t.Context()
	var err error
	p.store, err = openStore(ctx, p.file)
	p.must(err)
	p.must(p.store.Lock("muster serve"))
	p.door, err = openTheDoor(ctx, p.file, p.store, newLog(&p.log, p.file.Muster.Log), nil)
	p.must(err)
	_, err = p.door.settle(ctx)
	p.must(err)
	p.front = httptest.NewServer(p.door.handler(p.file, newMetrics()))
}

func (p *premises) shut() {
	if p.store == nil {
		return
	}
	p.front.Close()
	if err := p.door.close(context.WithoutCancel(p.t.Context())); err != nil {
		p.t.Error(err)
	}
	if err := p.store.Close(); err != nil {
		p.t.Error(err)
	}
	p.store = nil
}

func (p *premises) token(connection string, scopes ...auth.Scope) string {
	p.t.Helper()
	now := time.Now()
	token, plain := auth.NewToken(connection, scopes, now.Add(time.Hour), now)
	p.must(p.store.SaveToken(p.t.Context(), token))
	return plain.Reveal()
}

func (p *premises) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// filled replaces {ou}, {tag}, {domain} and the names of resources by what they stand for.
func (p *premises) filled(text string) string {
	pairs := []string{"{ou}", p.ou, "{tag}", p.tag, "{domain}", p.domain}
	for name, id := range p.names {
		pairs = append(pairs, "{"+name+"}", id)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// answer is what the door said.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// send asks the door as a connection's client does.
func (p *premises) send(connection, request, body string) answer {
	p.t.Helper()
	return p.sendTo("/scim/v2", p.tokens[connection], request, body)
}

// sendTo sends a request that is written as METHOD PATH?name=value, with values
// that are not escaped.
func (p *premises) sendTo(root, token, request, body string) answer {
	p.t.Helper()
	method, path, _ := strings.Cut(p.filled(request), " ")
	path, query, _ := strings.Cut(path, "?")
	values := url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			values.Add(name, value)
		}
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.front.URL+root+path+"?"+values.Encode(), strings.NewReader(p.filled(body)))
	p.must(err)
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	response, err := p.front.Client().Do(r)
	p.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	p.must(err)
	fmt.Fprintln(&p.answers, response.Header, string(text))
	a := answer{status: response.StatusCode, header: response.Header}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &a.body); err != nil {
			p.t.Fatalf("%s %s is answered with %s: %v", method, path, text, err)
		}
	}
	return a
}

// wants sends a request of the first connection, of which nothing but the
// status matters, and returns the id in the answer.
func (p *premises) wants(status int, request, body string) string {
	p.t.Helper()
	return p.is(status, p.send(p.file.Connections[0].Name, request, body))
}

// is says that an answer has a status, and returns its id.
func (p *premises) is(status int, a answer) string {
	p.t.Helper()
	if a.status != status {
		p.t.Fatalf("the answer is %d %v, wanted is %d", a.status, a.body, status)
	}
	id, _ := a.body["id"].(string)
	return id
}

// rows reads one column of the store, beside it.
func (p *premises) rows(query string) (values []string) {
	p.t.Helper()
	connector, err := sqlite.NewConnector("file:" + p.path + "?_pragma=busy_timeout(5000)")
	p.must(err)
	db := sql.OpenDB(connector)
	defer db.Close()
	rows, err := db.QueryContext(p.t.Context(), query)
	p.must(err)
	defer rows.Close()
	for rows.Next() {
		var value string
		p.must(rows.Scan(&value))
		values = append(values, value)
	}
	p.must(rows.Err())
	return values
}

// transcript is text that several write at once.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(b)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
