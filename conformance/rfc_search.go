package conformance

import "encoding/json"

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
		Source: `RFC 7644 section 3.4.3: "Search requests MUST be identified using the following URI: "urn:ietf:params:scim:api:messages:2.0:SearchRequest""`,
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
