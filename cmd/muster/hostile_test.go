package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// How much longer an answer to a hostile request may take than one to a valid
// request of its size, and under which no times are told apart.
const (
	hostileTimes = 10
	hostileFloor = 60 * time.Millisecond
	hostileRuns  = 3
)

// hostile is one request that no honest client sends.
type hostile struct {
	name, method, path, body string
	headers                  []string
	status                   int
	scimType                 string   // "" = none
	says                     []string // what is in the sentence
}

// fault is an error as SCIM has it (RFC 7644, section 3.12).
type fault struct {
	Schemas                  []string
	Status, ScimType, Detail string
}

// innards are words of the parts that Muster is made of, and of its directory.
var innards = regexp.MustCompile(`(?i)\bsql|sqlite|constraint failed|goroutine|runtime error|strconv\.|unmarshal|invalid character|LDAP result|\b0000[0-9A-F]{4}:|\bpanic|nil pointer|interface conversion|\w+\.go:\d|OU=|DC=|\*schema\.|%!|reflect\.`)

// errorTypes are those of RFC 7644, table 9, and of RFC 9865, section 2.
var errorTypes = []string{"invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget", "invalidValue", "invalidVers", "sensitive",
	"invalidCursor", "expiredCursor", "invalidCount"}

// wellSaid returns what is wrong with an answer as an error of SCIM.
func wellSaid(a reply) string {
	var f fault
	switch err := json.Unmarshal(a.text, &f); {
	case a.header.Get("Content-Type") != "application/scim+json":
		return "its type is " + a.header.Get("Content-Type")
	case err != nil:
		return err.Error()
	case !slices.Equal(f.Schemas, []string{"urn:ietf:params:scim:api:messages:2.0:Error"}), f.Status != fmt.Sprint(a.status):
		return "it is no error of SCIM"
	case a.status == 400 && !slices.Contains(errorTypes, f.ScimType), a.status == 409 && f.ScimType != "uniqueness":
		return "its scimType is " + f.ScimType
	case strings.TrimSpace(f.Detail) == "":
		return "it says nothing"
	case innards.MatchString(f.Detail):
		return "it shows innards"
	case len(f.Detail) > 1000:
		return "it says too much"
	case strings.ContainsAny(f.Detail, "\r\n\x00"):
		return "it has control characters"
	}
	return ""
}

// took is the median time of a request, and its last answer.
func (g *gatehouse) took(method, path, body string, headers ...string) (reply, time.Duration) {
	g.t.Helper()
	var times []time.Duration
	var a reply
	for range hostileRuns {
		began := time.Now()
		var err error
		a, err = g.ask("okta", method, path, body, headers...)
		g.must(err)
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return a, times[hostileRuns/2]
}

// honest is the time of a valid request of the same size.
func (g *gatehouse) honest(user string, x hostile) time.Duration {
	g.t.Helper()
	const largest = 7 << 20 // more is refused
	if x.body == "" {
		a, took := g.took("GET", "/scim/v2/Users?filter=userName+eq+%22nobody%22&pad="+strings.Repeat("x", len(x.path)), "")
		if a.status != 200 {
			g.t.Fatalf("a valid request is answered with %d %s", a.status, a.text)
		}
		return took
	}
	const item = `,{"value":"babs@example.com","type":"work","display":"Babs","primary":false}`
	items := strings.Repeat(item, min(len(x.body), largest)/len(item))
	body := strings.Replace(plainUser, "x@", "victim@", 1) + `,"unknown":[` + strings.TrimPrefix(items, ",") + `]}`
	a, took := g.took("PUT", "/scim/v2/Users/"+user, body)
	if a.status != 200 {
		g.t.Fatalf("a valid request is answered with %d %.300s", a.status, a.text)
	}
	return took
}

const plainUser = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@example.com"`

func operation(op string) string {
	return fmt.Sprintf(`{"schemas":[%q],"Operations":[%s]}`, patchURN, op)
}

// hostileBodies are those that are no user.
func hostileBodies() []hostile {
	deep := strings.Repeat("[", 100_000)
	bodies := []hostile{
		{name: "cut off", body: plainUser},
		{name: "no value", body: plainUser + `,"title":}`},
		{name: "trailing garbage", body: plainUser + `} x`},
		{name: "a second document", body: plainUser + `}` + plainUser + `}`},
		{name: "lists in lists", body: deep},
		{name: "lists in lists, closed", body: deep + strings.Repeat("]", 100_000)},
		{name: "lists in lists as a value", body: plainUser + `,"title":` + deep + strings.Repeat("]", 100_000) + `}`},
		{name: "objects in objects", body: strings.Repeat(`{"a":`, 100_000)},
		{name: "objects in an unknown attribute", body: plainUser + `,"x":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_001)},
		{name: "a key twice", body: plainUser + `,"userName":"y@example.com"}`, says: []string{"userName"}},
		{name: "a key twice in another case", body: plainUser + `,"USERNAME":"y@example.com"}`, says: []string{"USERNAME"}},
		{name: "a key twice below", body: plainUser + `,"name":{"givenName":"a","givenname":"b"}}`, says: []string{"givenname"}},
		{name: "100,000 keys and one twice", body: plainUser + manyKeys(100_000) + `,"k7":1}`, says: []string{"k7"}},
		{name: "no UTF-8", body: plainUser + ",\"title\":\"\xff\xfe\"}"},
		{name: "overlong UTF-8", body: plainUser + ",\"title\":\"\xc0\xaf\"}"},
		{name: "NUL", body: plainUser + ",\"title\":\"a\x00b\"}"},
		{name: "escaped NUL", body: plainUser + `,"title":"a\u0000b"}`},
		{name: "half a surrogate pair", body: plainUser + `,"title":"\ud800"}`},
		{name: "a byte order mark", body: "\xef\xbb\xbf" + plainUser + `}`},
		{name: "blanks", body: strings.Repeat(" ", 1000)},
		{name: "a number out of range", body: plainUser + `,"title":1e99999}`},
		{name: "a number of a megabyte", body: plainUser + `,"title":` + strings.Repeat("9", 1<<20) + `}`},
		{name: "a list", body: `[` + plainUser + `}]`},
		{name: "null", body: `null`},
		{name: "a text", body: `"user"`},
	}
	for i := range bodies {
		bodies[i].method, bodies[i].path, bodies[i].status, bodies[i].scimType = "POST", "/Users", 400, "invalidSyntax"
	}
	return bodies
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":1`, i)
	}
	return b.String()
}

// hostileEnvelopes are requests that are wrong around their resource.
func hostileEnvelopes(user string) []hostile {
	bracket := strings.Repeat("(", 100_000)
	patch := func(op string) hostile {
		return hostile{method: "PATCH", path: "/Users/" + user, body: operation(op), status: 400}
	}
	with := func(x hostile, name, scimType string, says ...string) hostile {
		x.name, x.scimType, x.says = name, scimType, says
		return x
	}
	return []hostile{
		{name: "10 MB", method: "POST", path: "/Users", body: plainUser + `,"title":"` + strings.Repeat("x", 10<<20) + `"}`, status: 413},
		{name: "no type", method: "POST", path: "/Users", body: plainUser + `}`, headers: []string{"Content-Type", "text/html"}, status: 415, says: []string{"text/html"}},
		{name: "a type that is none", method: "POST", path: "/Users", body: plainUser + `}`, headers: []string{"Content-Type", ";;;"}, status: 415},
		{name: "only pages", method: "GET", path: "/Users", headers: []string{"Accept", "text/html"}, status: 406, says: []string{"text/html"}},
		{name: "schemas of nobody", method: "POST", path: "/Users", body: `{"schemas":["urn:nobody:knows"],"userName":"x"}`, status: 400, scimType: "invalidValue", says: []string{"schemas", "urn:nobody:knows"}},
		{name: "another type's schema", method: "POST", path: "/Users", body: fmt.Sprintf(`{"schemas":[%q],"userName":"x"}`, groupURN), status: 400, scimType: "invalidValue", says: []string{"schemas"}},
		{name: "parentheses in a search", method: "POST", path: "/Users/.search",
			body: fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":%q}`, bracket), status: 400, scimType: "invalidFilter"},
		{name: "not not not", method: "POST", path: "/Users/.search",
			body: fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":%q}`, strings.Repeat("not (", 1000)), status: 400, scimType: "invalidFilter"},
		with(patch(fmt.Sprintf(`{"op":"replace","path":%q,"value":"x"}`, bracket)), "parentheses in a path", "invalidPath"),
		with(patch(fmt.Sprintf(`{"op":"replace","path":"emails[%s","value":"x"}`, bracket)), "parentheses in brackets", "invalidPath"),
		with(patch(`{"op":"explode","path":"title","value":"x"}`), "an operation that is none", "invalidSyntax", "explode"),
		with(patch(`{"op":"replace","path":"nothing","value":"x"}`), "a path to nothing", "invalidPath", "nothing"),
		with(patch(`{"op":"replace","path":"id","value":"x"}`), "another id", "mutability", "id"),
		with(patch(`{"op":"remove"}`), "remove everything", "noTarget"),
		with(patch(`{"op":"remove","path":"userName"}`), "remove the name", "mutability", "userName"),
		with(patch(`{"op":"replace","path":"active","value":"perhaps"}`), "perhaps", "invalidValue", "active", "perhaps"),
		with(patch(strings.TrimSuffix(strings.Repeat(`{"op":"add","path":"title","value":[[]]},`, 100_000), ",")), "100,000 operations", "invalidValue"),
		with(patch(`5`), "a number as an operation", "invalidSyntax"),
		with(patch(`{"op":"add","path":"emails","value":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+`}`), "a deep value", "invalidSyntax"),
		{name: "if the version is what it never was", method: "DELETE", path: "/Users/" + user, headers: []string{"If-Match", strings.Repeat(`W/"7",`, 5000)}, status: 412},
	}
}

// hostileAddresses are wrong in their address.
func hostileAddresses() []hostile {
	get := func(name, path string, status int, scimType string, says ...string) hostile {
		return hostile{name: name, method: "GET", path: path, status: status, scimType: scimType, says: says}
	}
	filter := func(name, text string, says ...string) hostile {
		return get(name, "/Users?filter="+url.QueryEscape(text), 400, "invalidFilter", says...)
	}
	return []hostile{
		filter("parentheses", strings.Repeat("(", 20_000)),
		filter("brackets", strings.Repeat("emails[", 5_000)),
		filter("a filter that is too long", `userName eq "`+strings.Repeat("x", 20_000)+`"`),
		filter("an attribute of nobody", `nobody eq "x"`, "nobody"),
		filter("an operator that is none", `userName like "x"`, "like"),
		filter("NUL", "userName eq \"a\x00b\""),
		filter("no UTF-8", "userName eq \"\xff\""),
		filter("no end", `userName eq "x`),
		filter("a password", `password eq "secret"`, "password"),
		filter("too many terms", strings.Repeat(`id pr or `, 500)+"id pr"),
		filter("SQL", `userName eq "x"' OR 1=1 --`),
		filter("LDAP", `(&(userName=*)(objectClass=*))`),
		get("a start that is no number", "/Users?startIndex=one", 400, "invalidValue", "startIndex", "one"),
		get("a start out of range", "/Users?startIndex="+strings.Repeat("9", 100), 400, "invalidValue", "startIndex"),
		get("a count out of range", "/Users?count=-"+strings.Repeat("9", 100), 400, "invalidValue", "count"),
		get("a cursor that is none", "/Users?cursor=zzz", 400, "invalidCursor"),
		get("a long cursor", "/Users?cursor="+strings.Repeat("A", 40_000), 400, "invalidCursor"),
		get("a cursor of characters", "/Users?cursor=%00%ff%27", 400, "invalidCursor"),
		get("an order that is none", "/Users?sortBy=userName&sortOrder=sideways", 400, "invalidValue", "sortOrder", "sideways"),
		get("sorted by nothing", "/Users?sortBy=nobody%27%3B--", 400, "invalidValue", "nobody"),
		get("sorted by a password", "/Users?sortBy=password", 400, "invalidValue", "password"),
		get("filtered discovery", "/Schemas?filter=id+pr", 403, "", "filter"),
		get("nobody", "/Users/nobody", 404, "", "nobody"),
		get("an id of SQL", "/Users/%27%20OR%201=1%20--", 404, ""),
		get("an id of LDAP", "/Users/%2a%29%28objectClass=%2a", 404, ""),
		get("an id with NUL", "/Users/%00", 404, ""),
		get("an id without UTF-8", "/Users/%ff%fe", 404, ""),
		get("an id that leads elsewhere", "/Users/..%2f..%2fhealthz", 404, ""),
		get("an id with lines", "/Users/a%0d%0aSet-Cookie:%20x=y", 404, ""),
		get("a long id", "/Users/"+strings.Repeat("x", 40_000), 404, ""),
		get("nothing", "/Nothing", 404, ""),
		get("a person", "/Me", 501, ""),
		{name: "a method that is none", method: "EXPLODE", path: "/Users", status: 405, says: []string{"EXPLODE"}},
		{name: "DELETE of everybody", method: "DELETE", path: "/Users", status: 405},
	}
}

// Whatever a client sends that makes no sense, it gets an error of SCIM that
// says what is wrong and nothing of Muster's innards, in a time like that of a
// valid request of its size, and the next request is answered.
func TestBadInputIsRefusedInASentence(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	user := g.made("okta", "/scim/v2/Users", strings.Replace(plainUser, "x@", "victim@", 1)+"}")
	for _, x := range slices.Concat(hostileBodies(), hostileEnvelopes(user), hostileAddresses(), hostileBulks(user)) {
		t.Run(x.name, func(t *testing.T) {
			g := &gatehouse{t: t, url: g.url, tokens: g.tokens, client: g.client}
			a, took := g.took(x.method, "/scim/v2"+x.path, x.body, x.headers...)
			var f fault
			_ = json.Unmarshal(a.text, &f) // wellSaid says it
			if flaw := wellSaid(a); flaw != "" || a.status != x.status || f.ScimType != x.scimType {
				t.Errorf("the answer is %d %.500s: %s; wanted is %d %s", a.status, a.text, flaw, x.status, x.scimType)
			}
			for _, word := range x.says {
				if !strings.Contains(f.Detail, word) {
					t.Errorf("the sentence does not name %s: %s", word, f.Detail)
				}
			}
			if limit := max(hostileTimes*g.honest(user, x), hostileFloor); took > limit {
				t.Errorf("it took %s, of %s", took, limit)
			}
		})
	}
}

// What is strange but right is answered.
func TestStrangeInputThatMakesSenseIsTaken(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	user := g.made("okta", "/scim/v2/Users", strings.Replace(plainUser, "x@", "victim@", 1)+"}")
	var parameters strings.Builder
	for i := range 4_000 {
		fmt.Fprintf(&parameters, "&p%d=%d", i, i)
	}
	for _, path := range []string{"?startIndex=-5", "?startIndex=0", "?startIndex=9223372036854775807", "?count=-1", "?count=0", "?count=2147483648",
		"?count=9223372036854775807&startIndex=9223372036854775807", "?x=1" + parameters.String(), "?" + strings.Repeat("&", 20_000), "?attributes=" + strings.Repeat("userName,", 5_000),
		"?cursor=", "?filter=", "?filter=" + url.QueryEscape(strings.Repeat("(", 30)+"id pr"+strings.Repeat(")", 30)), "?sortBy=", "/?filter=userName+eq+%22%2a%22", "/" + user + "?attributes=nobody"} {
		x := hostile{method: "GET", path: "/Users" + path}
		a, took := g.took(x.method, "/scim/v2"+x.path, "")
		if a.status != 200 || !json.Valid(a.text) {
			t.Errorf("%.60s is answered with %d %.300s", path, a.status, a.text)
		}
		if limit := max(hostileTimes*g.honest(user, x), hostileFloor); took > limit {
			t.Errorf("%.60s took %s, of %s", path, took, limit)
		}
	}
}
