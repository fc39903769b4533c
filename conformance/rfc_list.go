package conformance

import (
	"fmt"
	"slices"
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
		Source: `RFC 7644 section 3.4.2: totalResults is "The total number of results returned by the list or query operation. The value may be larger than the number of resources returned"`,
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
		Source: `RFC 7644 section 3.4.2: startIndex is "The 1-based index of the first result in the current set of list results. REQUIRED when partial results are returned due to pagination"`,
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
		Source: `RFC 7644 section 3.4.2: itemsPerPage is "The number of resources returned in a list response page"`,
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
		Source: `RFC 7644 section 3.4.2: Resources is "A multi-valued list of complex objects"; RFC 7643 section 2.4: JSON array`,
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
	{
		ID:     "rfc7643-5-max-results-kept",
		Title:  "no more than filter.maxResults resources are returned, whatever count says",
		Source: `RFC 7643 section 5: filter.maxResults is "the maximum number of resources returned in a response"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			most := s.GET("/ServiceProviderConfig").WantStatus(200).Number("filter.maxResults")
			a := s.GET("/Users", "count", "1000000", "attributes", "id").WantStatus(200)
			if n := len(a.List("Resources")); n > most && most > 0 {
				a.Fail("expected at most %d resources, got %d", most, n)
			}
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
