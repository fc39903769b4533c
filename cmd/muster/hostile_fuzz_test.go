package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// answered sends a request to the door without a network between.
func (g *gatehouse) answered(method, path, query string, body []byte) (int, []byte) {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.URL.RawQuery = query
	r.Header.Set("Authorization", "Bearer "+g.tokens["okta"])
	w := httptest.NewRecorder()
	g.front.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

// unquoted is a sentence without what it repeats of a request.
func unquoted(sentence string) string {
	return regexp.MustCompile(`"(?:[^"\\]|\\.)*"`).ReplaceAllString(sentence, "")
}

// Whatever stands in a bulk request, it is answered, operation by operation, and
// no operation is a fault of the server.
func FuzzBulk(f *testing.F) {
	g := newGatehouse(f, inMemory(f), "active-directory", nil, "okta")
	user := g.made("okta", "/scim/v2/Users", strings.Replace(plainUser, "x@", "fuzz@", 1)+"}")
	group := g.made("okta", "/scim/v2/Groups", `{"schemas":["`+groupURN+`"],"displayName":"fuzz"}`)
	member := strings.ReplaceAll(operation(`{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}`), "\n", "")
	for _, seed := range []string{
		bulkOf(`{"method":"POST","path":"/Users","bulkId":"a","data":`+plainUser+`}}`, `{"method":"PATCH","path":"/Groups/`+group+`","data":`+member+`}`),
		bulkOf(`{"method":"PUT","path":"/Users/` + user + `","version":"W/\"1\"","data":` + plainUser + `,"active":false,"password":"Correct-Horse-7"}}`),
		bulkOf(`{"method":"DELETE","path":"/Users/bulkId:a"}`, `{"method":"POST","path":"/Users","bulkId":"a","data":`+plainUser+`,"manager":{"value":"bulkId:b"}}}`),
		bulkOf(`{"method":"POST","path":"/Groups","bulkId":"b","data":{"schemas":["` + groupURN + `"],"displayName":"g","members":[{"value":"bulkId:b"},{"value":"` + user + `"}]}}`),
		strings.Replace(bulkOf(`{"method":"delete","path":"/Groups/`+group+`"}`), `"Operations"`, `"failOnErrors":1,"operations"`, 1),
		`{"schemas":[],"Operations":null}`, bulkOf(`null`), bulkOf(`{"method":1}`), `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) { g.bulkAnswered(t, body) })
}

// bulkAnswered says that each operation of a bulk request is done or refused.
func (g *gatehouse) bulkAnswered(t *testing.T, body []byte) {
	t.Helper()
	status, text := g.answered(http.MethodPost, "/scim/v2/Bulk", "", body)
	var out struct {
		Operations []struct {
			Status   string
			Response fault
		}
	}
	if err := json.Unmarshal(text, &out); err != nil || status != 200 && status != 400 && status != 413 {
		t.Fatalf("the answer is %d %s: %v", status, text, err)
	}
	for _, o := range out.Operations {
		if len(o.Status) != 3 || o.Status[0] != '2' && o.Status[0] != '4' || innards.MatchString(unquoted(o.Response.Detail)) {
			t.Errorf("an operation is answered with %s %+v", o.Status, o.Response)
		}
	}
}

// An operation of any words, between two that name what it may have made, is
// done or refused, and so are they.
func FuzzBulkOperation(f *testing.F) {
	g := newGatehouse(f, inMemory(f), "active-directory", nil, "okta")
	group := g.made("okta", "/scim/v2/Groups", `{"schemas":["`+groupURN+`"],"displayName":"fuzz"}`)
	f.Add("POST", "/Users", "a", "", plainUser+`}`)
	f.Add("post", "/Groups", "a", "", `{"schemas":["`+groupURN+`"],"displayName":"bulkId:a","members":[{"value":"bulkId:a"}]}`)
	f.Add("PATCH", "/Groups/"+group, "", `W/"2"`, operation(`{"op":"remove","path":"members[value eq \"x\"]"},{"op":"add","value":{"externalId":"e"}}`))
	f.Add("PUT", "/Users/bulkId:b", "b", "*", plainUser+`,"active":"False","manager":{"value":"bulkId:b"}}`)
	f.Add("DELETE", "/Groups/bulkId:b", "", `W/"1",*`, `null`)
	f.Fuzz(func(t *testing.T, method, path, id, version, data string) {
		if !json.Valid([]byte(data)) {
			return
		}
		head, err := json.Marshal(map[string]string{"method": method, "path": path, "bulkId": id, "version": version})
		if err != nil {
			t.Fatal(err)
		}
		g.bulkAnswered(t, []byte(bulkOf(`{"method":"PATCH","path":"/Groups/`+group+`","data":`+operation(`{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}`)+`}`,
			strings.TrimSuffix(string(head), "}")+`,"data":`+data+`}`, `{"method":"DELETE","path":"/Users/bulkId:a"}`)))
	})
}

// Whatever stands in an address behind the question mark, the answer is a list
// or an error of SCIM.
func FuzzQuery(f *testing.F) {
	g := newGatehouse(f, inMemory(f), "active-directory", nil, "okta")
	user := g.made("okta", "/scim/v2/Users", strings.Replace(plainUser, "x@", "fuzz@", 1)+`,"emails":[{"type":"work","value":"f@example.com"}],"title":"t"}`)
	g.made("okta", "/scim/v2/Groups", `{"schemas":["`+groupURN+`"],"displayName":"fuzz","members":[{"value":"`+user+`"}]}`)
	for _, seed := range []string{
		"filter=" + url.QueryEscape(`userName eq "fuzz@example.com" and not (title pr or emails[type eq "work" and value co "@"].value sw "x")`),
		"filter=members+eq+%22" + user + "%22&excludedAttributes=members", "startIndex=2&count=1&sortBy=name.familyName&sortOrder=descending", "cursor=&count=1", "cursor=AAAA",
		"attributes=userName,emails.value&attributes=" + enterpriseURN, "filter=meta.lastModified+gt+%222011-05-13T04:42:34Z%22", "count=-1&startIndex=0&&;=%zz", "filter=%00%ff", "sortBy=members.value",
	} {
		f.Add(seed, uint8(len(seed)))
	}
	f.Fuzz(func(t *testing.T, query string, where uint8) {
		path := []string{"/scim/v2/Users", "/scim/v2/Groups", "/scim/v2/", "/scim/v2/Users/" + user}[where%4]
		status, text := g.answered(http.MethodGet, path, query, nil)
		var out struct {
			fault
			TotalResults, ItemsPerPage int
			Resources                  []json.RawMessage
		}
		if err := json.Unmarshal(text, &out); err != nil || status != 200 && status != 400 || innards.MatchString(unquoted(out.Detail)) {
			t.Fatalf("%s?%s is answered with %d %s: %v", path, query, status, text, err)
		}
		if out.ItemsPerPage != len(out.Resources) || out.TotalResults < len(out.Resources) {
			t.Errorf("%s?%s is answered with %d of %d resources, and says %d", path, query, len(out.Resources), out.TotalResults, out.ItemsPerPage)
		}
	})
}
