package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const bulkURN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"

func bulkOf(operations ...string) string {
	return fmt.Sprintf(`{"schemas":[%q],"Operations":[%s]}`, bulkURN, strings.Join(operations, ","))
}

// hostileBulks are bulk requests that are refused as a whole.
func hostileBulks(user string) []hostile {
	remove := fmt.Sprintf(`{"method":"DELETE","path":"/Users/%s0"}`, user)
	made := func(id string) string {
		return fmt.Sprintf(`{"method":"POST","path":"/Users","bulkId":%q,"data":%s}}`, id, plainUser)
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = remove
	}
	bulks := []hostile{
		{name: "10,000 operations", body: bulkOf(many...), status: 413, says: []string{"10000"}},
		{name: "2 MB of operations", body: bulkOf(`{"method":"POST","path":"/Users","bulkId":"a","data":"` + strings.Repeat("x", 2<<20) + `"}`), status: 413},
		{name: "no operations", body: bulkOf(), status: 400, scimType: "invalidValue"},
		{name: "a bulkId twice", body: bulkOf(made("a"), made("a")), status: 400, scimType: "invalidValue", says: []string{"bulkId"}},
		{name: "operations that are a number", body: fmt.Sprintf(`{"schemas":[%q],"Operations":5}`, bulkURN), status: 400, scimType: "invalidSyntax"},
		{name: "failing on text", body: fmt.Sprintf(`{"schemas":[%q],"failOnErrors":"x","Operations":[%s]}`, bulkURN, remove), status: 400, scimType: "invalidSyntax"},
		{name: "a deep operation", body: bulkOf(`{"method":"POST","path":"/Users","bulkId":"a","data":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`), status: 400, scimType: "invalidSyntax"},
		{name: "another message", body: strings.Replace(bulkOf(remove), "Bulk", "Bulky", 1), status: 400, scimType: "invalidSyntax", says: []string{"schemas"}},
	}
	for i := range bulks {
		bulks[i].method, bulks[i].path, bulks[i].name = "POST", "/Bulk", "bulk: "+bulks[i].name
	}
	return bulks
}

// bulked sends operations and returns the status of each.
func (g *gatehouse) bulked(operations ...string) (statuses []string, faults []fault) {
	g.t.Helper()
	a, err := g.ask("okta", "POST", "/scim/v2/Bulk", bulkOf(operations...))
	g.must(err)
	var out struct {
		Operations []struct {
			Status   string
			Response fault
		}
	}
	if a.status != 200 || json.Unmarshal(a.text, &out) != nil {
		g.t.Fatalf("the answer is %d %.500s", a.status, a.text)
	}
	for _, o := range out.Operations {
		statuses, faults = append(statuses, o.Status), append(faults, o.Response)
	}
	return statuses, faults
}

// An operation of a bulk request that makes no sense is refused by itself, and
// the others are done.
func TestBadOperationsOfABulkRequestAreRefusedOneByOne(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	named := func(name string) string { return strings.Replace(plainUser, "x@", name+"@", 1) + `}` }
	for i, x := range []struct{ operation, status, scimType string }{
		{`{"method":"EXPLODE","path":"/Users"}`, "400", "invalidValue"},
		{`{"method":"POST","path":"/Users","data":` + named("a") + `}`, "400", "invalidValue"}, // no bulkId
		{`{"method":"POST","path":"/Nothing","bulkId":"b","data":{}}`, "404", ""},
		{`{"method":"PATCH","path":"/Users/../Groups","data":{}}`, "404", ""},
		{`{"method":"DELETE","path":"/Users/'; DROP TABLE pushed; --"}`, "404", ""},
		{`{"method":"DELETE","path":"/Users/bulkId:nobody"}`, "400", "invalidValue"},
		{`{"method":"POST","path":"/Users","bulkId":"c"}`, "400", "invalidSyntax"},
		{`{"method":"POST","path":"/Users","bulkId":"d","data":"text"}`, "400", "invalidSyntax"},
		{`{"method":"POST","path":"/Groups","bulkId":"e","data":{"schemas":["` + groupURN + `"],"displayName":"e","members":[{"value":"bulkId:nobody"}]}}`, "400", "invalidValue"},
		{`{}`, "404", ""},
	} {
		statuses, faults := g.bulked(x.operation, `{"method":"POST","path":"/Users","bulkId":"z","data":`+named(fmt.Sprintf("z%d", i))+`}`)
		if len(statuses) != 2 || statuses[0] != x.status || faults[0].ScimType != x.scimType || faults[0].Detail == "" || innards.MatchString(faults[0].Detail) || statuses[1] != "201" {
			t.Errorf("%s: %v %+v", x.operation, statuses, faults)
		}
	}
}

// Users each of whom is the next one's superior, and the last of them
// the first one's: ids are given before anybody is made.
func TestBulkReferencesInACircleAreResolved(t *testing.T) {
	g := newGatehouse(t, inMemory(t), "active-directory", nil, "okta")
	const n = 300
	operations := make([]string, n)
	for i := range operations {
		operations[i] = fmt.Sprintf(`{"method":"POST","path":"/Users","bulkId":"u%d","data":{"schemas":[%q],"userName":"circle%d@example.com",`+
			`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"bulkId:u%d"}}}}`, i, userURN, i, (i+1)%n)
	}
	statuses, faults := g.bulked(operations...)
	for i, status := range statuses {
		if status != "201" {
			t.Fatalf("operation %d: %s %+v", i, status, faults[i])
		}
	}
	if len(statuses) != n {
		t.Errorf("%d operations are answered", len(statuses))
	}
}
