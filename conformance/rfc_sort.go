package conformance

import (
	"fmt"
	"slices"
	"strings"
)

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
		Source: `RFC 7644 section 3.4.2.3: "if there is no data for the specified "sortBy" value, they are sorted via the "sortOrder" parameter, i.e., they are ordered last if ascending and first if descending"`,
		Grade:  Must,
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
	{
		ID:     "rfc7644-3.4.2.3-multi-valued",
		Title:  "a list is sorted by its primary value",
		Source: `RFC 7644 section 3.4.2.3: "if it's a multi-valued attribute, resources are sorted by the value of the primary attribute (see Section 2.4 of [RFC7643]), if any, or else the first value in the list, if any"`,
		Grade:  Must,
		Needs:  []Need{Filter, Sort, Attribute("User", "emails.primary")},
		Run: func(s *Session) {
			mark := s.Name()
			mailed := func(first, primary string) *Resource {
				return s.User(Attrs{"displayName": mark, "emails": []Attrs{{"value": first + s.Mail(), "type": "home"}, {"value": primary + s.Mail(), "type": "work", "primary": true}}})
			}
			b, a := mailed("a", "y"), mailed("z", "x")
			s.wantSameIDs(s.Find("/Users", `displayName eq "`+mark+`"`, "sortBy", "emails").WantStatus(200).IDs("Resources", "id"), []*Resource{a, b}, true)
		},
	},
}

func byDisplayName(users []*Resource) []*Resource {
	name := func(r *Resource) string { return textOf(r.Sent["displayName"]) }
	return slices.SortedFunc(slices.Values(users), func(a, b *Resource) int { return strings.Compare(name(a), name(b)) })
}
