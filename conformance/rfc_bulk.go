package conformance

import (
	"fmt"
	"strings"
)

// bulkOp is one operation of a bulk request.
func bulkOp(method, path, bulkID string, body any) Attrs {
	op := Attrs{"method": method, "path": path}
	if bulkID != "" {
		op["bulkId"] = bulkID
	}
	if body != nil {
		op["data"] = body
	}
	return op
}

func (s *Session) bulk(failOnErrors int, ops ...Attrs) *Answer {
	body := Attrs{"schemas": []string{BulkURN}, "Operations": ops}
	if failOnErrors > 0 {
		body["failOnErrors"] = failOnErrors
	}
	return s.POST("/Bulk", body)
}

// wantBulk expects a status, as text, of each operation.
func (a *Answer) wantBulk(statuses ...string) *Answer {
	a.WantStatus(200).WantIn("schemas", bulkResponseURN).WantLen("Operations", len(statuses))
	for i, status := range statuses {
		a.Want(fmt.Sprintf("Operations.%d.status", i), status)
	}
	return a
}

const bulkResponseURN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

// found is the one resource that a filter on a name finds.
func (s *Session) found(path, name, value string) *Answer {
	a := s.Find(path, name+` eq "`+value+`"`).WantStatus(200).WantLen("Resources", 1)
	return s.GET(path + "/" + textOf(a.value("Resources.0.id"))).WantStatus(200)
}

var bulkChecks = []Check{
	{
		ID:     "rfc7644-3.7-bulk",
		Title:  "a bulk request creates, changes and deletes",
		Source: `RFC 7644 section 3.7: "The SCIM bulk operation is an optional server feature that enables clients to send a potentially large collection of resource operations in a single request"`,
		Grade:  Must,
		Needs:  []Need{Bulk, Filter},
		Run: func(s *Session) {
			kept, gone := s.User(), s.User()
			created := s.NewUser()
			kept.Sent["displayName"] = "Bulk"
			a := s.bulk(0, bulkOp("POST", "/Users", "qwerty", created), bulkOp("PUT", kept.Path, "", kept.Sent), bulkOp("DELETE", gone.Path, "", nil))
			a.wantBulk("201", "200", "204").Want("Operations.0.bulkId", "qwerty").WantSome("Operations.0.location")
			s.found("/Users", "userName", textOf(created["userName"]))
			s.Read(kept).Want("displayName", "Bulk")
			s.GET(gone.Path).WantStatus(404)
		},
	},
	{
		ID:     "rfc7644-3.7-bulk-patch",
		Title:  "a bulk request patches",
		Source: `RFC 7644 section 3.7: method is one of POST, PUT, PATCH, or DELETE`,
		Grade:  Must,
		Needs:  []Need{Bulk, Patch},
		Run: func(s *Session) {
			user := s.User()
			a := s.bulk(0, bulkOp("PATCH", user.Path, "", Ops(Op{"replace", "displayName", "Bulk"}))).WantStatus(200).WantLen("Operations", 1)
			if status := a.Text("Operations.0.status"); status != "200" && status != "204" {
				a.Fail("expected the status 200 or 204 of the operation, got %q", status)
			}
			s.Read(user).Want("displayName", "Bulk")
		},
	},
	{
		ID:     "rfc7644-3.7.2-bulk-id",
		Title:  "bulkId stands for the id of what the same request creates",
		Source: `RFC 7644 section 3.7.2: "The service provider MUST replace the string "bulkId:qwerty" with the permanent resource id once created"`,
		Grade:  Must,
		Needs:  []Need{Bulk, Groups, Filter},
		Run: func(s *Session) {
			user := s.NewUser()
			group := s.NewGroup(Attrs{"members": []Attrs{{"type": "User", "value": "bulkId:qwerty"}}})
			s.bulk(0, bulkOp("POST", "/Users", "qwerty", user), bulkOp("POST", "/Groups", "ytrewq", group)).wantBulk("201", "201")
			id := s.found("/Users", "userName", textOf(user["userName"])).Text("id")
			s.found("/Groups", "displayName", textOf(group["displayName"])).WantLen("members", 1).Want("members.0.value", id)
		},
	},
	{
		ID:     "rfc7644-3.7.2-bulk-id-before",
		Title:  "bulkId may be used before the operation that creates it",
		Source: `RFC 7644 section 3.7: "The service provider MAY elect to optimize the sequence of operations received"`,
		Grade:  Should,
		Needs:  []Need{Bulk, Groups, Filter},
		Run: func(s *Session) {
			user := s.NewUser()
			group := s.NewGroup(Attrs{"members": []Attrs{{"value": "bulkId:qwerty"}}})
			s.bulk(0, bulkOp("POST", "/Groups", "ytrewq", group), bulkOp("POST", "/Users", "qwerty", user)).wantBulk("201", "201")
			id := s.found("/Users", "userName", textOf(user["userName"])).Text("id")
			s.found("/Groups", "displayName", textOf(group["displayName"])).Want("members.0.value", id)
		},
	},
	{
		ID:     "rfc7644-3.7.1-bulk-circular",
		Title:  "two groups that are members of each other are created, or refused with 409",
		Source: `RFC 7644 section 3.7.1: "The service provider MUST try to resolve circular cross-references between resources in a single bulk job but MAY stop after a failed attempt and instead return HTTP status code 409 (Conflict)"`,
		Grade:  Must,
		Needs:  []Need{Bulk, Groups, Filter},
		Run: func(s *Session) {
			a := s.NewGroup(Attrs{"members": []Attrs{{"type": "Group", "value": "bulkId:b"}}})
			b := s.NewGroup(Attrs{"members": []Attrs{{"type": "Group", "value": "bulkId:a"}}})
			answer := s.bulk(0, bulkOp("POST", "/Groups", "a", a), bulkOp("POST", "/Groups", "b", b))
			if answer.Status == 409 || answer.Text("Operations.0.status") == "409" || answer.Text("Operations.1.status") == "409" {
				return
			}
			answer.wantBulk("201", "201")
			first := s.found("/Groups", "displayName", textOf(a["displayName"]))
			second := s.found("/Groups", "displayName", textOf(b["displayName"]))
			first.Want("members.0.value", second.Text("id"))
			second.Want("members.0.value", first.Text("id"))
		},
	},
	{
		ID:     "rfc7644-3.7.2-bulk-unresolved",
		Title:  "a bulkId that nothing creates fails its operation",
		Source: `RFC 7644 section 3.7.3: an operation that cannot be resolved is answered with its own error`,
		Grade:  Must,
		Needs:  []Need{Bulk, Groups},
		Run: func(s *Session) {
			a := s.bulk(0, bulkOp("POST", "/Groups", "a", s.NewGroup(Attrs{"members": []Attrs{{"value": "bulkId:nobody"}}}))).WantStatus(200, 400, 409)
			if status := a.Text("Operations.0.status"); a.Status == 200 && !strings.HasPrefix(status, "4") {
				a.Fail("expected the operation to fail with 4xx, got %q", status)
			}
		},
	},
	{
		ID:     "rfc7644-3.7.3-fail-on-errors",
		Title:  "after failOnErrors errors no more operation is done",
		Source: `RFC 7644 section 3.7: failOnErrors is "the number of errors that the service provider will accept before the operation is terminated and an error response is returned"`,
		Grade:  Must,
		Needs:  []Need{Bulk, Filter},
		Run: func(s *Session) {
			last := s.NewUser()
			bad := s.NewUser()
			delete(bad, "userName")
			s.bulk(1, bulkOp("POST", "/Users", "a", bad), bulkOp("POST", "/Users", "b", last)).WantStatus(200)
			s.Find("/Users", `userName eq "`+textOf(last["userName"])+`"`).WantStatus(200).Want("totalResults", 0)
		},
	},
	{
		ID:     "rfc7644-3.7.3-go-on",
		Title:  "without failOnErrors an error stops nothing, and is told in its place",
		Source: `RFC 7644 section 3.7.3: "the service provider MUST continue performing as many changes as possible and disregard partial failures"`,
		Grade:  Must,
		Needs:  []Need{Bulk, Filter},
		Run: func(s *Session) {
			last := s.NewUser()
			bad := s.NewUser()
			delete(bad, "userName")
			a := s.bulk(0, bulkOp("POST", "/Users", "a", bad), bulkOp("POST", "/Users", "b", last)).wantBulk("400", "201")
			a.WantIn("Operations.0.response.schemas", ErrorURN)
			s.found("/Users", "userName", textOf(last["userName"]))
		},
	},
	{
		ID:     "rfc7644-3.7.4-too-many",
		Title:  "more operations than maxOperations are refused: 413",
		Source: `RFC 7644 section 3.7.4: "If either limit is exceeded, the service provider MUST return HTTP response code 413 (Payload Too Large)"`,
		Grade:  Must,
		Needs:  []Need{Bulk},
		Run: func(s *Session) {
			most := s.GET("/ServiceProviderConfig").WantStatus(200).Number("bulk.maxOperations")
			if most > 100000 {
				s.Skip("bulk.maxOperations is %d, and as many would meet another limit first", most)
			}
			ops := make([]Attrs, most+1)
			for i := range ops {
				ops[i] = bulkOp("DELETE", "/Users/0", "", nil)
			}
			s.bulk(0, ops...).WantError(413)
		},
	},
	{
		ID:     "rfc7644-3.7-bulk-method",
		Title:  "an operation of another method is refused: 400 or 405",
		Source: `RFC 7644 section 3.7: method: "Possible values are "POST", "PUT", "PATCH", or "DELETE""`,
		Grade:  Must,
		Needs:  []Need{Bulk},
		Run: func(s *Session) {
			user := s.User()
			a := s.bulk(0, bulkOp("OPTIONS", user.Path, "", nil))
			if a.Status != 200 {
				a.WantError(400, "invalidSyntax", "invalidValue")
			} else if status := a.Text("Operations.0.status"); !strings.HasPrefix(status, "4") && status != "501" {
				a.Fail("expected the operation to fail, got %q", status)
			}
		},
	},
	{
		ID:     "rfc7644-3.7-bulk-post-without-id",
		Title:  "a POST in a bulk request without bulkId is refused",
		Source: `RFC 7644 section 3.7: bulkId: "REQUIRED when "method" is "POST""`,
		Grade:  Should,
		Needs:  []Need{Bulk},
		Run: func(s *Session) {
			a := s.bulk(0, bulkOp("POST", "/Users", "", s.NewUser()))
			if a.Status != 200 {
				a.WantError(400, "invalidSyntax", "invalidValue")
			} else if status := a.Text("Operations.0.status"); !strings.HasPrefix(status, "4") {
				a.Fail("expected the operation to fail with 4xx, got %q", status)
			}
		},
	},
	{
		ID:     "rfc7644-3.7.4-too-large",
		Title:  "a bulk request of more than maxPayloadSize bytes is refused: 413",
		Source: `RFC 7644 section 3.7.4: "If either limit is exceeded, the service provider MUST return HTTP response code 413 (Payload Too Large)"`,
		Grade:  Must,
		Needs:  []Need{Bulk},
		Run: func(s *Session) {
			most := s.GET("/ServiceProviderConfig").WantStatus(200).Number("bulk.maxPayloadSize")
			if most > answerLimit {
				s.Skip("bulk.maxPayloadSize is %d, and more would try the network rather than the server", most)
			}
			s.POST("/Bulk", `{`+strings.Repeat(" ", most)+`"schemas":["`+BulkURN+`"],"Operations":[]}`).WantError(413)
		},
	},
	{
		ID:     "rfc7644-3.7.3-bulk-error",
		Title:  "an operation that fails is told with its method, its status and an Error",
		Source: `RFC 7644 section 3.7.3: response: "When indicating a response with an HTTP status other than a 200-series response, the response body MUST be included"`,
		Grade:  Must,
		Needs:  []Need{Bulk},
		Run: func(s *Session) {
			a := s.bulk(0, bulkOp("DELETE", "/Users/no-such-"+s.Name(), "", nil)).wantBulk("404")
			a.Want("Operations.0.method", "DELETE").WantIn("Operations.0.response.schemas", ErrorURN).Want("Operations.0.response.status", "404")
		},
	},
}
