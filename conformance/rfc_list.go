package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// five makes some users whom one filter selects.
func five(s *Session) (users []*Resource, filter string) {
	mark := s.Name()
	for i := range 5 {
		// The order of creation is not the order of the alphabet.
		users = append(users, s.User(Attrs{"displayName": fmt.Sprintf("%s %d", mark, (i*2)%5)}))
	}
	return users, `displayName sw "` + mark + `"`
}

var listChecks = []Check{
	{
		ID:     "rfc7644-3.4.2-list",
		Title:  "GET /Users is answered with a ListResponse",
		Source: `RFC 7644 section 3.4.2: "Responses MUST be identified using the following URI: "urn:ietf:params:scim:api:messages:2.0:ListResponse""`,
		Grade:  Must,
		Run: func(s *Session) {
			s.User()
			a := s.GET("/Users", "count", "1").WantStatus(200).WantIn("schemas", ListURN).WantLen("Resources", 1)
			if n := a.Number("totalResults"); n < 1 {
				a.Fail("expected totalResults of at least 1, got %d", n)
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2-list-groups",
		Title:  "GET /Groups is answered with a ListResponse",
		Source: `RFC 7644 section 3.4.2: "Responses MUST be identified using the following URI: "urn:ietf:params:scim:api:messages:2.0:ListResponse""`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			s.Group()
			s.GET("/Groups", "count", "1").WantStatus(200).WantIn("schemas", ListURN).WantLen("Resources", 1).WantIn("Resources.0.schemas", GroupURN)
		},
	},
	{
		ID:     "rfc7644-3.4.2-total",
		Title:  "totalResults counts all matches, not those on the page",
		Source: `RFC 7644 Table 5: totalResults is "the total number of results matching the client query"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "count", "2").WantStatus(200).Want("totalResults", 5)
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-count",
		Title:  "no more than count resources are returned",
		Source: `RFC 7644 section 3.4.2.4: count: "Specifies the desired maximum number of query results per page"; "the service provider MUST NOT return more results than specified"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "count", "2").WantStatus(200).WantLen("Resources", 2)
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-count-zero",
		Title:  "count=0 returns totalResults and no resource",
		Source: `RFC 7644 Table 6: "A value of "0" indicates that no resource results are to be returned except for "totalResults""`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "count", "0").WantStatus(200).Want("totalResults", 5).WantLen("Resources", 0)
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-count-negative",
		Title:  "a negative count means 0",
		Source: `RFC 7644 Table 6: "A negative value SHALL be interpreted as "0""`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "count", "-3").WantStatus(200).Want("totalResults", 5).WantLen("Resources", 0)
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-start-below-one",
		Title:  "a startIndex below 1 means 1",
		Source: `RFC 7644 Table 6: "A value less than 1 SHALL be interpreted as 1"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			for _, start := range []string{"0", "-7"} {
				s.Find("/Users", filter, "startIndex", start, "count", "2").WantStatus(200).WantLen("Resources", 2).Want("startIndex", 1)
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-start-index",
		Title:  "startIndex is the place of the first resource, and is answered",
		Source: `RFC 7644 Table 5: startIndex is "The 1-based index of the first result in the current set of list results. REQUIRED when partial results are returned due to pagination"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "startIndex", "4", "count", "10").WantStatus(200).Want("startIndex", 4).WantLen("Resources", 2)
		},
	},
	{
		ID:     "rfc7644-3.4.2-items-per-page",
		Title:  "itemsPerPage is the number of resources on the page",
		Source: `RFC 7644 Table 5: itemsPerPage is "The number of resources returned in a list response page"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "startIndex", "3", "count", "10").WantStatus(200).WantLen("Resources", 3).Want("itemsPerPage", 3)
		},
	},
	{
		ID:     "rfc7644-3.4.2-past-the-end",
		Title:  "past the end there is an empty page, whose Resources is not null",
		Source: `RFC 7644 Table 5: Resources is "A multi-valued list of complex objects"; RFC 7643 section 2.4: JSON array`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			a := s.Find("/Users", filter, "startIndex", "6", "count", "10").WantStatus(200).Want("totalResults", 5).WantLen("Resources", 0)
			if v, ok := a.Value("Resources"); ok && v == nil {
				a.Fail("expected Resources to be [] or absent, got null")
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-pages",
		Title:  "the pages together hold every user once",
		Source: `RFC 7644 section 3.4.2.4: "clients may retrieve ... by "paging" through"; startIndex + count`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			users, filter := five(s)
			var ids []string
			for start := 1; start <= 5; start += 2 {
				ids = append(ids, s.Find("/Users", filter, "startIndex", fmt.Sprint(start), "count", "2").WantStatus(200).IDs("Resources", "id")...)
			}
			s.wantSameIDs(ids, users, false)
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-stable-order",
		Title:  "two identical queries are answered in the same order",
		Source: `RFC 7644 section 3.4.2.4: index paging makes sense only in one order; Okta's import: "same ordering on every page"`,
		Grade:  Should,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			first := s.Find("/Users", filter).WantStatus(200).IDs("Resources", "id")
			for range 3 {
				if a := s.Find("/Users", filter).WantStatus(200); !slices.Equal(first, a.IDs("Resources", "id")) {
					a.Fail("expected the order %s again, got %s", show(first), show(a.IDs("Resources", "id")))
				}
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.4-invalid-number",
		Title:  "a count that is no number is refused: 400 invalidValue",
		Source: `RFC 7644 Table 6: "Non-negative integer"; Table 9: invalidValue "the value specified was not compatible with the operation or attribute type"`,
		Grade:  Should,
		Run: func(s *Session) {
			s.GET("/Users", "count", "ten").WantError(400, "invalidValue", "invalidSyntax")
			s.GET("/Users", "startIndex", "99999999999999999999999", "count", "1").WantError(400, "invalidValue", "invalidSyntax")
		},
	},
	{
		ID:     "rfc7644-3.4.2-complete-resources",
		Title:  "a user in a list is complete: schemas, id, meta",
		Source: `RFC 7643 section 3: "All representations of SCIM schemas MUST include a non-empty array"; section 3.1: id and meta "MUST be defined for all resources"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.Find("/Users", `userName eq "`+user.Name+`"`).WantStatus(200).WantLen("Resources", 1).
				WantIn("Resources.0.schemas", UserURN).Want("Resources.0.id", user.ID).Want("Resources.0.meta.resourceType", "User").WantSome("Resources.0.meta.location")
		},
	},
	{
		ID:     "rfc7644-3.4.2.1-root",
		Title:  "a query on the root is answered with a list, or refused in the form of SCIM",
		Source: `RFC 7644 section 3.4.2.1: "A query against a server root indicates that all resources within the server SHALL be included, subject to filtering"; 501 or tooMany if not`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			a := s.GET("/", "filter", `userName eq "`+user.Name+`"`)
			if a.Status == 200 {
				a.WantIn("schemas", ListURN).Want("totalResults", 1).Want("Resources.0.id", user.ID)
				return
			}
			a.WantStatus(400, 403, 404, 501).WantErrorBody()
		},
	},
}

// wantSameIDs expects the ids of users, in their order if that is asked for.
func (s *Session) wantSameIDs(got []string, users []*Resource, ordered bool) {
	want := make([]string, len(users))
	for i, u := range users {
		want[i] = u.ID
	}
	if !ordered {
		slices.Sort(want)
		got = slices.Sorted(slices.Values(got))
	}
	if !slices.Equal(got, want) {
		s.Fail("expected the ids %s, got %s", show(want), show(got))
	}
}

var sortChecks = []Check{
	{
		ID:     "rfc7644-3.4.2.3-ascending",
		Title:  "sortBy sorts, ascending by default",
		Source: `RFC 7644 section 3.4.2.3: "If a value for "sortBy" is provided and no "sortOrder" is specified, "sortOrder" SHALL default to ascending"`,
		Grade:  Must,
		Needs:  []Need{Filter, Sort},
		Run: func(s *Session) {
			users, filter := five(s)
			sorted := byDisplayName(users)
			s.wantSameIDs(s.Find("/Users", filter, "sortBy", "displayName").WantStatus(200).IDs("Resources", "id"), sorted, true)
		},
	},
	{
		ID:     "rfc7644-3.4.2.3-descending",
		Title:  "sortOrder=descending turns the order around",
		Source: `RFC 7644 section 3.4.2.3: sortOrder: "Allowed values are "ascending" and "descending""`,
		Grade:  Must,
		Needs:  []Need{Filter, Sort},
		Run: func(s *Session) {
			users, filter := five(s)
			sorted := byDisplayName(users)
			slices.Reverse(sorted)
			s.wantSameIDs(s.Find("/Users", filter, "sortBy", "displayName", "sortOrder", "descending").WantStatus(200).IDs("Resources", "id"), sorted, true)
		},
	},
	{
		ID:     "rfc7644-3.4.2.3-case",
		Title:  "texts that are not caseExact are sorted without regard to case",
		Source: `RFC 7644 section 3.4.2.3: "String type attributes are case insensitive by default, unless the attribute type is defined as a case-exact string"`,
		Grade:  Must,
		Needs:  []Need{Filter, Sort},
		Run: func(s *Session) {
			mark := s.Name()
			b := s.User(Attrs{"displayName": mark + " b"})
			c := s.User(Attrs{"displayName": mark + " C"})
			a := s.User(Attrs{"displayName": mark + " A"})
			s.wantSameIDs(s.Find("/Users", `displayName sw "`+mark+`"`, "sortBy", "displayName").WantStatus(200).IDs("Resources", "id"), []*Resource{a, b, c}, true)
		},
	},
	{
		ID:     "rfc7644-3.4.2.3-sub-attribute",
		Title:  "sortBy takes a sub-attribute",
		Source: `RFC 7644 section 3.4.2.3: "If the "sortBy" attribute ... is complex, the attribute name must be a path to a sub-attribute in standard attribute notation, e.g., "sortBy=name.givenName""`,
		Grade:  Must,
		Needs:  []Need{Filter, Sort},
		Run: func(s *Session) {
			mark := s.Name()
			named := func(given string) *Resource {
				return s.User(Attrs{"displayName": mark, "name": Attrs{"givenName": given, "familyName": "Check"}})
			}
			b, a := named("Beate"), named("Anna")
			s.wantSameIDs(s.Find("/Users", `displayName eq "`+mark+`"`, "sortBy", "name.givenName").WantStatus(200).IDs("Resources", "id"), []*Resource{a, b}, true)
		},
	},
	{
		ID:     "rfc7644-3.4.2.3-absent-last",
		Title:  "who has no value comes last, and first when descending",
		Source: `RFC 7644 section 3.4.2.3: "all SCIM resources that have no value for the attribute SHALL be returned last in ascending order, first in descending"`,
		Grade:  Should,
		Needs:  []Need{Filter, Sort, Attribute("User", "title")},
		Run: func(s *Session) {
			mark := s.Name()
			none := s.User(Attrs{"displayName": mark})
			some := s.User(Attrs{"displayName": mark, "title": "Guide"})
			filter := `displayName eq "` + mark + `"`
			s.wantSameIDs(s.Find("/Users", filter, "sortBy", "title").WantStatus(200).IDs("Resources", "id"), []*Resource{some, none}, true)
			s.wantSameIDs(s.Find("/Users", filter, "sortBy", "title", "sortOrder", "descending").WantStatus(200).IDs("Resources", "id"), []*Resource{none, some}, true)
		},
	},
	{
		ID:     "rfc7644-3.4.2.3-pages",
		Title:  "the order holds across pages",
		Source: `RFC 7644 section 3.4.2.3 and 3.4.2.4`,
		Grade:  Must,
		Needs:  []Need{Filter, Sort},
		Run: func(s *Session) {
			users, filter := five(s)
			var ids []string
			for start := 1; start <= 5; start += 2 {
				ids = append(ids, s.Find("/Users", filter, "sortBy", "displayName", "startIndex", fmt.Sprint(start), "count", "2").WantStatus(200).IDs("Resources", "id")...)
			}
			s.wantSameIDs(ids, byDisplayName(users), true)
		},
	},
}

func byDisplayName(users []*Resource) []*Resource {
	name := func(r *Resource) string { return textOf(r.Sent["displayName"]) }
	return slices.SortedFunc(slices.Values(users), func(a, b *Resource) int { return strings.Compare(name(a), name(b)) })
}

var cursorChecks = []Check{
	{
		ID:     "rfc9865-2-first-page",
		Title:  "cursor without a value asks for the first page, which names the next",
		Source: `RFC 9865 section 2: a request with an empty "cursor" asks for the first page; nextCursor is "REQUIRED" unless the page is the last`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			s.Find("/Users", filter, "cursor", "", "count", "2").WantStatus(200).WantLen("Resources", 2).WantSome("nextCursor")
		},
	},
	{
		ID:     "rfc9865-2-all-pages",
		Title:  "following nextCursor returns every user once, and ends",
		Source: `RFC 9865 section 2: the client follows nextCursor until a page has none`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			users, filter := five(s)
			var ids []string
			cursor := ""
			for range 10 {
				a := s.Find("/Users", filter, "cursor", cursor, "count", "2").WantStatus(200)
				ids = append(ids, a.IDs("Resources", "id")...)
				if cursor = a.Text("nextCursor"); cursor == "" {
					break
				}
			}
			s.wantSameIDs(ids, users, false)
		},
	},
	{
		ID:     "rfc9865-2-stable",
		Title:  "users that are deleted meanwhile cost no other user its place",
		Source: `RFC 9865 section 1: cursors serve where results change between the pages`,
		Grade:  Should,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			users, filter := five(s)
			a := s.Find("/Users", filter, "cursor", "", "count", "2").WantStatus(200)
			seen := a.IDs("Resources", "id")
			for _, id := range seen {
				s.DELETE("/Users/" + id)
			}
			for cursor := a.Text("nextCursor"); cursor != ""; cursor = a.Text("nextCursor") {
				a = s.Find("/Users", filter, "cursor", cursor, "count", "2").WantStatus(200)
				seen = append(seen, a.IDs("Resources", "id")...)
				if len(seen) > 2*len(users) {
					a.Fail("expected the pages to end, got %d resources", len(seen))
				}
			}
			s.wantSameIDs(seen, users, false)
		},
	},
	{
		ID:     "rfc9865-2.1-invalid-cursor",
		Title:  "a cursor that the server did not give is refused: 400 invalidCursor",
		Source: `RFC 9865 section 2.1, Table 2: invalidCursor "Cursor value is invalid", status 400`,
		Grade:  Must,
		Needs:  []Need{Cursor},
		Run: func(s *Session) {
			s.GET("/Users", "cursor", "no-such-"+s.Name()).WantError(400, "invalidCursor")
		},
	},
	{
		ID:     "rfc9865-2-last-page",
		Title:  "a page that is the last names no next",
		Source: `RFC 9865 Table 1: nextCursor "MUST be omitted" if there are no more results`,
		Grade:  Must,
		Needs:  []Need{Cursor, Filter},
		Run: func(s *Session) {
			user := s.User()
			a := s.Find("/Users", `userName eq "`+user.Name+`"`, "cursor", "", "count", "10").WantStatus(200).WantLen("Resources", 1)
			if v, ok := a.Value("nextCursor"); ok {
				a.Fail("expected no nextCursor, got %s", show(v))
			}
		},
	},
	{
		ID:     "rfc9865-4-config",
		Title:  "the ServiceProviderConfig says how pages are made",
		Source: `RFC 9865 section 4: pagination.cursor and pagination.index are "A Boolean value ... REQUIRED"`,
		Grade:  Must,
		Needs:  []Need{Cursor},
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200)
			for _, path := range []string{"pagination.cursor", "pagination.index"} {
				if _, ok := a.value(path).(bool); !ok {
					a.Fail("expected a boolean at %s, got %s", path, show(a.value(path)))
				}
			}
		},
	},
}

var searchChecks = []Check{
	{
		ID:     "rfc7644-3.4.3-search",
		Title:  "POST /Users/.search finds as GET does",
		Source: `RFC 7644 section 3.4.3: "Clients MAY execute queries without passing parameters on the URL by using the HTTP POST verb combined with the "/.search" path extension"`,
		Grade:  Must,
		Needs:  []Need{Search, Filter},
		Run: func(s *Session) {
			user := s.User()
			s.search("/Users", Attrs{"filter": `userName eq "` + user.Name + `"`}).WantStatus(200).WantIn("schemas", ListURN).WantLen("Resources", 1).Want("Resources.0.id", user.ID)
		},
	},
	{
		ID:     "rfc7644-3.4.3-search-common",
		Title:  ".search filters by id, externalId and meta too",
		Source: `RFC 7644 section 3.4.3: the filter is that of section 3.4.2.2; RFC 7643 section 3.1: common attributes`,
		Grade:  Must,
		Needs:  []Need{Search, Filter},
		Run: func(s *Session) {
			external := "Ext-" + s.Name()
			user := s.User(Attrs{"externalId": external})
			for _, filter := range []string{`id eq "` + user.ID + `"`, `externalId eq "` + external + `"`, `meta.created gt "2001-01-01T00:00:00Z" and userName eq "` + user.Name + `"`} {
				s.search("/Users", Attrs{"filter": filter}).WantStatus(200).WantLen("Resources", 1).Want("Resources.0.id", user.ID)
			}
		},
	},
	{
		ID:     "rfc7644-3.4.3-search-page",
		Title:  ".search takes startIndex, count, and attributes",
		Source: `RFC 7644 section 3.4.3: attributes, excludedAttributes, filter, sortBy, sortOrder, startIndex, count`,
		Grade:  Must,
		Needs:  []Need{Search, Filter},
		Run: func(s *Session) {
			_, filter := five(s)
			a := s.search("/Users", Attrs{"filter": filter, "startIndex": 2, "count": 2, "attributes": []string{"userName"}}).WantStatus(200)
			a.Want("totalResults", 5).Want("startIndex", 2).WantLen("Resources", 2).WantSome("Resources.0.userName").WantNo("Resources.0.displayName")
		},
	},
	{
		ID:     "rfc7644-3.4.3-search-schemas",
		Title:  ".search without the SearchRequest schema is refused: 400",
		Source: `RFC 7644 section 3.4.3: "The body of the request ... MUST be identified using ... "urn:ietf:params:scim:api:messages:2.0:SearchRequest""`,
		Grade:  Should,
		Needs:  []Need{Search},
		Run: func(s *Session) {
			s.POST("/Users/.search", Attrs{"count": 1}).WantError(400, "invalidSyntax", "invalidValue")
		},
	},
	{
		ID:     "rfc7644-3.4.3-search-root",
		Title:  "POST /.search is answered with a list, or refused in the form of SCIM",
		Source: `RFC 7644 section 3.4.3: "from the server root or within a resource endpoint"; section 3.4.2.1`,
		Grade:  Must,
		Needs:  []Need{Search, Filter},
		Run: func(s *Session) {
			user := s.User()
			a := s.search("", Attrs{"filter": `userName eq "` + user.Name + `"`})
			if a.Status == 200 {
				a.WantIn("schemas", ListURN).WantLen("Resources", 1).Want("Resources.0.id", user.ID)
				return
			}
			a.WantStatus(400, 403, 404, 501).WantErrorBody()
		},
	},
}

// search sends a SearchRequest.
func (s *Session) search(path string, request Attrs) *Answer {
	request["schemas"] = []string{SearchURN}
	body, err := json.Marshal(request)
	if err != nil {
		s.end(Broken, false, "the check's own body is no JSON: %s", err)
	}
	return s.POST(path+"/.search", body)
}
