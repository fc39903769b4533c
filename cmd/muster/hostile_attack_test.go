package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// apart are two connections over one directory, each with a user and a group.
type apart struct {
	*gatehouse
	user, group map[string]string // by connection
}

func newApart(t *testing.T) *apart {
	t.Helper()
	a := &apart{gatehouse: newGatehouse(t, inMemory(t), "active-directory", nil, "okta", "entra"), user: map[string]string{}, group: map[string]string{}}
	for _, name := range []string{"okta", "entra"} {
		a.user[name] = a.made(name, "/scim/v2/Users", fmt.Sprintf(`{"schemas":[%q],"userName":"%s@example.com","title":"secret of %s"}`, userURN, name, name))
		a.group[name] = a.made(name, "/scim/v2/Groups", fmt.Sprintf(`{"schemas":[%q],"displayName":"Group of %s","members":[{"value":%q}]}`, groupURN, name, a.user[name]))
	}
	return a
}

// same says that two requests are answered alike, but for ids.
func (a *apart) same(method, path, other, body, otherBody string) {
	a.t.Helper()
	one, err := a.ask("okta", method, path, body)
	a.must(err)
	two, err := a.ask("okta", method, other, otherBody)
	a.must(err)
	plain := func(x reply) string {
		return strings.NewReplacer(a.user["entra"], "ID", a.group["entra"], "ID", nobodyID, "ID").Replace(string(x.text))
	}
	if one.status != two.status || plain(one) != plain(two) || strings.Contains(string(one.text), "secret of entra") {
		a.t.Errorf("%s %s is answered with %d %s, and for nobody with %d %s", method, path, one.status, one.text, two.status, two.text)
	}
}

const nobodyID = "00000000-0000-4000-8000-000000000000"

// What is another connection's is to a client as if it were not there: by its
// id, in filters, as a member and as a manager.
func TestResourcesOfAnotherConnectionAreNowhere(t *testing.T) {
	a := newApart(t)
	user, group := a.user["entra"], a.group["entra"]
	write := fmt.Sprintf(`{"schemas":[%q],"userName":"taken@example.com"}`, userURN)
	for _, id := range []string{user, group} {
		for _, endpoint := range []string{"/scim/v2/Users/", "/scim/v2/Groups/", "/scim/okta/v2/Users/"} {
			a.same("GET", endpoint+id, endpoint+nobodyID, "", "")
			a.same("DELETE", endpoint+id, endpoint+nobodyID, "", "")
			a.same("PATCH", endpoint+id, endpoint+nobodyID, operation(`{"op":"replace","path":"externalId","value":"x"}`), operation(`{"op":"replace","path":"externalId","value":"x"}`))
		}
	}
	a.same("PUT", "/scim/v2/Users/"+user, "/scim/v2/Users/"+nobodyID, write, write)
	for _, filter := range []string{`id eq %q`, `groups.value eq %q`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq %q`} {
		a.same("GET", "/scim/v2/Users?filter="+url.QueryEscape(fmt.Sprintf(filter, user)), "/scim/v2/Users?filter="+url.QueryEscape(fmt.Sprintf(filter, nobodyID)), "", "")
	}
	a.same("GET", "/scim/v2/Groups?filter="+url.QueryEscape(fmt.Sprintf(`members eq %q`, user)), "/scim/v2/Groups?filter="+url.QueryEscape(fmt.Sprintf(`members eq %q`, nobodyID)), "", "")
	member := operation(fmt.Sprintf(`{"op":"add","path":"members","value":[{"value":%q}]}`, user))
	a.same("PATCH", "/scim/v2/Groups/"+a.group["okta"], "/scim/v2/Groups/"+a.group["okta"], member, strings.ReplaceAll(member, user, nobodyID))
	manager := operation(fmt.Sprintf(`{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":%q}`, user))
	path := "/scim/v2/Users/" + a.user["okta"] + "?attributes=userName"
	a.same("PATCH", path, path, manager, strings.ReplaceAll(manager, user, nobodyID))
	got := a.directory("okta")
	for _, dn := range append(got["member"], got["manager"]...) {
		if strings.Contains(dn, "OU=entra") {
			t.Errorf("%s was made a member or manager of another connection's", dn)
		}
	}
	for _, name := range []string{"okta", "entra"} {
		if x, err := a.ask(name, "GET", "/scim/v2/Users/"+a.user[name], ""); err != nil || x.status != 200 || !strings.Contains(string(x.text), "secret of "+name) {
			t.Errorf("%s has lost its user: %d %s", name, x.status, x.text)
		}
	}
}

// directory returns the values of what connects entries, below a connection's container.
func (a *apart) directory(connection string) map[string][]string {
	a.t.Helper()
	found := a.search("OU="+connection+","+a.ou, "(|(objectClass=user)(objectClass=group))", "member", "manager")
	out := map[string][]string{}
	for _, e := range found {
		for _, name := range []string{"member", "manager"} {
			out[name] = append(out[name], e.GetAttributeValues(name)...)
		}
	}
	return out
}

// A name that another connection's account has is taken, and nothing is said of
// who has it.
func TestNothingIsSaidOfWhoHasAName(t *testing.T) {
	a := newApart(t)
	for _, body := range []string{`"userName":"entra@example.com"`, `"userName":"other@example.com","emails":[{"type":"work","value":"entra@example.com"}]`} {
		x, err := a.ask("okta", "POST", "/scim/v2/Users", fmt.Sprintf(`{"schemas":[%q],%s}`, userURN, body))
		a.must(err)
		if flaw := wellSaid(x); x.status == 409 && (flaw != "" || strings.Contains(string(x.text), a.user["entra"]) || strings.Contains(string(x.text), "okta/")) {
			t.Errorf("%s is answered with %s: %s", body, x.text, flaw)
		} else if x.status != 409 && x.status != 201 {
			t.Errorf("%s is answered with %d %s", body, x.status, x.text)
		}
	}
}

// A token opens the paths of its own connection, and no answer tells a
// connection that there is from one that there is not.
func TestATokenIsForOneConnection(t *testing.T) {
	a := newApart(t)
	var refused []string
	for _, connection := range []string{"entra", "nobody", "%6fkt%61x", "okta%00", "OKTA"} {
		x, err := a.ask("okta", "GET", "/scim/"+connection+"/v2/Users", "")
		a.must(err)
		if x.status != 403 || wellSaid(x) != "" {
			t.Errorf("%s: the answer is %d %s", connection, x.status, x.text)
		}
		refused = append(refused, string(x.text))
	}
	for _, text := range refused {
		if text != refused[0] {
			t.Errorf("connections are told apart: %s, %s", text, refused[0])
		}
	}
	for _, token := range []string{"", "x", a.tokens["okta"] + "x", a.tokens["okta"][1:], strings.ToUpper(a.tokens["okta"]), a.tokens["okta"] + " " + a.tokens["entra"], strings.Repeat("x", 50_000)} {
		x, err := a.ask("okta", "GET", "/scim/v2/Users", "", "Authorization", "Bearer "+token)
		a.must(err)
		if x.status != 401 && x.status != 429 || x.header.Get("WWW-Authenticate") == "" && x.status == 401 || wellSaid(x) != "" {
			t.Errorf("%.80q opens: %d %s", token, x.status, x.text)
		}
	}
}

// Who is no trusted proxy says nothing about where a request came from.
func TestForwardedHeadersOfStrangersAreNotBelieved(t *testing.T) {
	a := newApart(t)
	for _, headers := range [][]string{{"X-Forwarded-Host", "evil.example.com"}, {"X-Forwarded-Proto", "https"}, {"Forwarded", "host=evil.example.com;proto=https"}, {"X-Original-URL", "/scim/entra/v2/Users"}} {
		x, err := a.ask("okta", "GET", "/scim/v2/Users/"+a.user["okta"], "", headers...)
		a.must(err)
		if location := x.header.Get("Location"); x.status != 200 || !strings.HasPrefix(location, a.url+"/scim/v2/Users/") || strings.Contains(string(x.text), "evil") {
			t.Errorf("%v: the answer is %d at %s: %s", headers, x.status, location, x.text)
		}
	}
}

// A password that is pushed is in no log, however much is logged, and nothing
// that a client sends makes a line of its own there.
func TestTheLogHasNoSecretsAndNoLinesOfClients(t *testing.T) {
	a := newApart(t)
	const password = "Correct-Horse-7-Battery"
	x, err := a.ask("okta", "POST", "/scim/v2/Users", fmt.Sprintf(`{"schemas":[%q],"userName":"p@example.com","password":%q,"x\nlevel=ERROR msg=forged":1}`, userURN, password))
	a.must(err)
	if x.status != 201 || strings.Contains(string(x.text), password) {
		t.Errorf("the answer is %d %s", x.status, x.text)
	}
	for _, request := range []string{"GET /scim/v2/Users/a%0Alevel=ERROR%20msg=forged", "GET /scim/v2/Users?filter=password%20eq%20%22" + password + "%22", "PATCH /scim/v2/Users/" + a.user["okta"], "GET /scim/a%0Alevel=ERROR/v2/Users"} {
		method, path, _ := strings.Cut(request, " ")
		body := ""
		if method == "PATCH" {
			body = operation(fmt.Sprintf(`{"op":"replace","path":"password","value":%q},{"op":"replace","path":"title","value":[1]}`, password))
		}
		_, err := a.ask("okta", method, path, body, "User-Agent", "x level=ERROR msg=forged")
		a.must(err)
	}
	log := a.log.String()
	for _, forbidden := range []string{password, "\nlevel=ERROR", a.tokens["okta"], "secret of"} {
		if strings.Contains(log, forbidden) {
			t.Errorf("the log has %q", forbidden)
		}
	}
	if strings.Count(log, "msg=scim ") < 5 {
		t.Errorf("the log lacks requests:\n%s", log)
	}
}

// Clients that send nothing, or slowly, or hang up, do not keep others from
// being answered.
func TestIdleAndSlowClientsDoNotKeepOthersOut(t *testing.T) {
	a := newApart(t)
	address := strings.TrimPrefix(a.url, "http://")
	for i := range 300 {
		conn, err := net.Dial("tcp", address)
		a.must(err)
		defer conn.Close()
		if i%3 == 0 {
			continue // says nothing
		}
		fmt.Fprintf(conn, "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\n{", a.tokens["okta"])
	}
	began := time.Now()
	for range 20 {
		if x, err := a.ask("entra", "GET", "/scim/v2/Users/"+a.user["entra"], ""); err != nil || x.status != 200 {
			t.Fatalf("%d %s, %v", x.status, x.text, err)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("20 requests took %s", took)
	}
}

// A body that ends early is refused, and so are lines that smuggle a request.
func TestBodiesThatEndEarlyAreRefused(t *testing.T) {
	a := newApart(t)
	for _, framing := range []string{"Content-Length: 100\r\n\r\n{", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
		a.must(err)
		fmt.Fprintf(conn, "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s", a.tokens["okta"], framing)
		a.must(conn.(*net.TCPConn).CloseWrite())
		status, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(status, " 400 ") {
			t.Errorf("%q is answered with %q, %v", framing, status, err)
		}
		_, err = io.Copy(io.Discard, conn)
		a.must(err)
		a.must(conn.Close())
	}
	var list struct{ TotalResults int }
	x, err := a.ask("okta", "GET", "/scim/v2/Users", "")
	a.must(err)
	if json.Unmarshal(x.text, &list) != nil || list.TotalResults != 1 {
		t.Errorf("there are %s", x.text)
	}
}

// Who was deleted, whose account somebody removed and made anew, and whom the
// client has found by name since, comes back with the id that it had.
func TestALeaverWhoseAccountWasMadeAnewComesBack(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	g.client.Timeout = 20 * time.Second
	body := strings.Replace(plainUser, "x@", "back@", 1) + `,"displayName":"Back"}`
	id := g.made("okta", "/scim/v2/Users", body)
	x, err := g.ask("okta", "DELETE", "/scim/v2/Users/"+id, "")
	g.must(err)
	conn := servers.Connect(t, g.server)
	g.must(conn.Del(goldap.NewDelRequest(g.search(g.ou, "(cn=Back)")[0].DN, nil)))
	add := goldap.NewAddRequest("CN=Back again,OU=okta,"+g.ou, nil)
	add.Attribute("objectClass", []string{"top", "person", "organizationalPerson", "user"})
	add.Attribute("sAMAccountName", []string{"backagain"})
	add.Attribute("userPrincipalName", []string{"back@example.com"})
	g.must(conn.Add(add))
	found, err := g.ask("okta", "GET", "/scim/v2/Users?filter=userName+eq+%22back@example.com%22", "")
	g.must(err)
	if again := g.made("okta", "/scim/v2/Users", body); again != id || x.status != 204 || !strings.Contains(string(found.text), `"totalResults":1,`) {
		t.Errorf("%s came back as %s, after %d and %s", id, again, x.status, found.text)
	}
	if accounts := g.search(g.ou, "(userPrincipalName=back@example.com)", "cn"); len(accounts) != 1 || accounts[0].GetAttributeValue("cn") != "Back" {
		t.Errorf("there are %d accounts, %v", len(accounts), accounts)
	}
}
