package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
)

// among narrows a filter to users of the check, so that what else the server
// holds costs nothing.
func among(filter string, users ...*Resource) string {
	names := make([]string, len(users))
	for i, u := range users {
		names[i] = `userName eq "` + u.Name + `"`
	}
	return "(" + strings.Join(names, " or ") + ") and (" + filter + ")"
}

var filterChecks = []Check{
	{
		ID:     "rfc7644-3.4.2.2-eq",
		Title:  "eq finds the one, and not a longer or shorter value",
		Source: `RFC 7644 Table 3: eq "The attribute and operator values must be identical for a match"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.Make("/Users", s.NewUser(Attrs{"userName": user.Name + "x"}))
			s.WantFound("/Users", `userName eq "`+user.Name+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-eq-in-any-case",
		Title:  "userName is found in any case, because it is not caseExact",
		Source: `RFC 7644 section 3.4.2.2: for strings "the comparison SHALL be case sensitive" if caseExact; RFC 7643 section 4.1.1: userName is case insensitive`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", `userName eq "`+strings.ToUpper(user.Name)+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-eq-case-exact",
		Title:  "id is found in its own case alone, because it is caseExact",
		Source: `RFC 7643 section 3.1: id: caseExact "true"; RFC 7644 section 3.4.2.2`,
		Grade:  Should,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", `id eq "`+user.ID+`"`, user)
			if other := strings.ToUpper(user.ID); other != user.ID {
				s.WantFound("/Users", `id eq "`+other+`"`)
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-ne",
		Title:  "ne finds all but the one",
		Source: `RFC 7644 Table 3: ne "The attribute and operator values are not identical"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			s.WantFound("/Users", among(`userName ne "`+a.Name+`"`, a, b), b)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-ne-absent",
		Title:  "ne finds who has no value",
		Source: `RFC 7644 Table 3: ne "The attribute and operator values are not identical": no value is not identical to one`,
		Grade:  Should,
		Needs:  []Need{Filter, Attribute("User", "nickName")},
		Run: func(s *Session) {
			with, without := s.User(Attrs{"nickName": "Babs"}), s.User()
			s.WantFound("/Users", among(`nickName ne "Babs"`, with, without), without)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-co",
		Title:  "co finds a part of the value",
		Source: `RFC 7644 Table 3: co "The entire operator value must be a substring of the attribute value for a match"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a := s.User(Attrs{"displayName": "one two three"})
			b := s.User(Attrs{"displayName": "one three"})
			s.WantFound("/Users", among(`displayName co "e two t"`, a, b), a)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-sw",
		Title:  "sw finds the beginning of the value",
		Source: `RFC 7644 Table 3: sw "The entire operator value must be a substring of the attribute value, starting at the beginning"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a := s.User(Attrs{"displayName": "one two"})
			b := s.User(Attrs{"displayName": "two one"})
			s.WantFound("/Users", among(`displayName sw "one"`, a, b), a)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-ew",
		Title:  "ew finds the end of the value",
		Source: `RFC 7644 Table 3: ew "The entire operator value must be a substring of the attribute value, matching at the end"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a := s.User(Attrs{"displayName": "one two"})
			b := s.User(Attrs{"displayName": "two one"})
			s.WantFound("/Users", among(`displayName ew "two"`, a, b), a)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-pr",
		Title:  "pr finds who has a value",
		Source: `RFC 7644 Table 3: pr "If the attribute has a non-empty or non-null value, or if it contains a non-empty node for complex attributes, there is a match"`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "title")},
		Run: func(s *Session) {
			with, without := s.User(Attrs{"title": "Guide"}), s.User()
			s.WantFound("/Users", among(`title pr`, with, without), with)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-pr-empty",
		Title:  "pr does not find an empty text or an empty list",
		Source: `RFC 7644 Table 3: pr "has a non-empty or non-null value"; RFC 7643 section 2.5`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "title"), Attribute("User", "phoneNumbers")},
		Run: func(s *Session) {
			text := s.User(Attrs{"title": ""})
			list := s.User(Attrs{"phoneNumbers": []Attrs{}})
			s.WantFound("/Users", among(`title pr`, text, list))
			s.WantFound("/Users", among(`phoneNumbers pr`, text, list))
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-gt-string",
		Title:  "gt, ge, lt and le compare texts by the alphabet",
		Source: `RFC 7644 Table 3: gt "For string attribute types, this is a lexicographical comparison"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a, b, c := s.User(Attrs{"displayName": "alpha"}), s.User(Attrs{"displayName": "beta"}), s.User(Attrs{"displayName": "gamma"})
			s.WantFound("/Users", among(`displayName gt "beta"`, a, b, c), c)
			s.WantFound("/Users", among(`displayName ge "beta"`, a, b, c), b, c)
			s.WantFound("/Users", among(`displayName lt "beta"`, a, b, c), a)
			s.WantFound("/Users", among(`displayName le "beta"`, a, b, c), a, b)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-boolean",
		Title:  "a boolean is compared with true and false",
		Source: `RFC 7644 figure 1: compValue = false / null / true / number / string`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "active")},
		Run: func(s *Session) {
			on, off := s.User(), s.User(Attrs{"active": false})
			s.WantFound("/Users", among(`active eq true`, on, off), on)
			s.WantFound("/Users", among(`active eq false`, on, off), off)
		},
	},
	{
		ID:       "entra-filter-quoted-boolean",
		Title:    "a boolean is found although its value is quoted",
		Source:   `Microsoft Entra, "customizing attribute mappings": filters carry values in quotation marks, whatever their type`,
		Grade:    Should,
		Profiles: []Profile{Entra},
		Needs:    []Need{Filter, Attribute("User", "active")},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", among(`active eq "true"`, user), user)
		},
	},
	{
		ID:       "entra-filter-unquoted",
		Title:    "a value without quotation marks is found",
		Source:   `Microsoft Entra, "Tutorial: develop a SCIM endpoint", example 1: GET /Users?filter=externalId eq jyoung`,
		Grade:    Should,
		Profiles: []Profile{Entra},
		Needs:    []Need{Filter},
		Run: func(s *Session) {
			external := "ext-" + s.Name()
			user := s.User(Attrs{"externalId": external})
			s.WantFound("/Users", `externalId eq `+external, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-boolean-order",
		Title:  "gt on a boolean is refused: 400 invalidFilter",
		Source: `RFC 7644 Table 3: "Boolean and Binary attributes SHALL cause a failed response (HTTP status code 400) with "scimType" of "invalidFilter""`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "active")},
		Run: func(s *Session) {
			s.Find("/Users", `active gt true`).WantError(400, "invalidFilter")
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-operators-in-any-case",
		Title:  "operators and names are taken in any case",
		Source: `RFC 7644 section 3.4.2.2: "Attribute names and attribute operators used in filters are case insensitive"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", `USERNAME Eq "`+user.Name+`" AND NOT (displayName EQ "x")`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-precedence",
		Title:  "and binds stronger than or",
		Source: `RFC 7644 section 3.4.2.2: "Filters MUST be evaluated using the following order of operations, in order of precedence": grouping, then not, and, or`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			s.WantFound("/Users", `userName eq "`+a.Name+`" or userName eq "`+b.Name+`" and displayName eq "no such"`, a)
			s.WantFound("/Users", `(userName eq "`+a.Name+`" or userName eq "`+b.Name+`") and displayName eq "no such"`)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-not",
		Title:  "not (...) turns the match around",
		Source: `RFC 7644 Table 4: not "The filter is a match if the expression evaluates to false"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a, b := s.User(), s.User()
			s.WantFound("/Users", among(`not (userName eq "`+a.Name+`")`, a, b), b)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-escapes",
		Title:  "a value is read as JSON: quotes, backslashes and \\u",
		Source: `RFC 7644 figure 1: compValue is a "string" as in RFC 7159, whose escapes are decoded`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			name := `O"Brien \ ` + s.Name()
			user := s.User(Attrs{"displayName": name})
			quoted, _ := json.Marshal(name)
			s.WantFound("/Users", `displayName eq `+string(quoted), user)
			s.WantFound("/Users", `displayName eq "\u004f`+string(quoted[2:]), user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-special-characters",
		Title:  "characters that LDAP and SQL know mean nothing in a value",
		Source: `RFC 7644 figure 1: compValue; section 7.3: values are compared, not interpreted`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			other := s.User()
			for _, text := range []string{`*`, `a*)(cn=*`, `' or '1'='1`, `%`, `_`, `a;--`} {
				name := text + " " + s.Name()
				user := s.User(Attrs{"displayName": name})
				quoted, _ := json.Marshal(name)
				s.WantFound("/Users", `displayName eq `+string(quoted), user)
				part, _ := json.Marshal(text)
				s.WantFound("/Users", among(`displayName co `+string(part), user, other), user)
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-unknown-attribute",
		Title:  "a filter on an attribute that does not exist is refused, or finds nobody",
		Source: `RFC 7644 section 3.4.2.1: "For filtered attributes that are not part of a particular resource type, the service provider SHALL treat the attribute as if there is no attribute value"; Table 9: invalidFilter`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			if a := s.Find("/Users", among(`favouriteCheese eq "Comte"`, user)); a.Status != 200 {
				a.WantError(400, "invalidFilter")
			} else {
				a.Want("totalResults", 0)
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-unknown-in-brackets",
		Title:  "an attribute that does not exist is treated alike, with and without brackets",
		Source: `RFC 7644 Table 9: invalidFilter "the specified attribute and filter comparison combination is not supported"`,
		Grade:  Should,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			plain := s.Find("/Users", `favouriteCheese eq "Comte"`)
			s.Find("/Users", `favouriteCheese[type eq "Comte"]`).WantStatus(plain.Status)
		},
	},
	{
		ID:     "rfc7644-3.12-invalid-filter",
		Title:  "a filter that cannot be read is refused: 400 invalidFilter",
		Source: `RFC 7644 Table 9: invalidFilter "The specified filter syntax was invalid (does not comply with Figure 1)"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			for _, filter := range []string{`userName eq`, `userName eq "x`, `eq "x"`, `userName = "x"`, `(userName eq "x"`, `userName eq "x" and`, `userName eq "x")`, `emails[type eq "work"`} {
				s.Find("/Users", filter).WantError(400, "invalidFilter")
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-complex",
		Title:  "comparing a complex attribute is refused or finds nobody, and never breaks",
		Source: `RFC 7644 Table 9: invalidFilter "the specified attribute and filter comparison combination is not supported"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			if a := s.Find("/Users", among(`name eq "x"`, user)); a.Status != 200 {
				a.WantError(400, "invalidFilter")
			}
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-no-match",
		Title:  "a filter that finds nobody is answered 200 with an empty list",
		Source: `RFC 7644 section 3.4.2: "A query that does not return any matches SHALL return success (HTTP status code 200) with "totalResults" set to a value of 0"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			s.Find("/Users", `userName eq "`+s.Name()+`"`).WantStatus(200).WantIn("schemas", ListURN).Want("totalResults", 0).WantLen("Resources", 0)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-integer",
		Title:  "an integer is compared with a number",
		Source: `RFC 7644 figure 1: compValue = false / null / true / number / string; Table 3: "For Integer attributes, it is a comparison by numeric value"`,
		Grade:  Must,
		Needs:  []Need{Filter, Integer},
		Run:    func(s *Session) { s.wantNumberFound(s.target.integer) },
	},
	{
		ID:     "rfc7644-3.4.2.2-decimal",
		Title:  "a decimal is compared with a number without a fraction",
		Source: `RFC 7644 figure 1: number as in RFC 7159, where 3 and 3.0 are the same; Table 3`,
		Grade:  Must,
		Needs:  []Need{Filter, Decimal},
		Run:    func(s *Session) { s.wantNumberFound(s.target.decimal) },
	},
	{
		ID:     "rfc7644-3.4.2.2-null",
		Title:  "eq null finds who has no value",
		Source: `RFC 7644 figure 1: compValue = false / null / true / number / string; RFC 7643 section 2.5: unassigned and null are "equivalent in state"`,
		Grade:  Should,
		Needs:  []Need{Filter, Attribute("User", "title")},
		Run: func(s *Session) {
			with, without := s.User(Attrs{"title": "Guide"}), s.User()
			s.WantFound("/Users", among(`title eq null`, with, without), without)
		},
	},
	{
		ID:     "rfc7644-7.5.2-password-filter",
		Title:  "no filter tells anything of a password",
		Source: `RFC 7644 Table 9: sensitive "The specified request cannot be completed, due to the passing of sensitive (e.g., personal) information in a request URI"; section 7.5.2`,
		Grade:  Should,
		Needs:  []Need{Filter, Attribute("User", "password")},
		Run: func(s *Session) {
			password := s.password()
			user := s.User(Attrs{"password": password})
			for _, filter := range []string{`password sw "` + password[:4] + `"`, `password eq "` + password + `"`} {
				if a := s.Find("/Users", among(filter, user)); a.Status != 200 {
					a.WantStatus(400, 403).WantErrorBody()
				} else {
					a.Want("totalResults", 0)
				}
			}
		},
	},
}

// wantNumberFound makes two users with numbers that nobody else has, and finds
// one by a literal without a fraction.
func (s *Session) wantNumberFound(at numeric) {
	n := 1_000_000_000 + int(s.target.names.Add(2))*1000 // the thousands leave room between two checks
	holding := func(v any) Attrs {
		if at.urn == UserURN {
			return Attrs{at.name: v}
		}
		return Attrs{at.urn: Attrs{at.name: v}, "schemas": []string{UserURN, at.urn}}
	}
	user, other := s.User(holding(n)), s.User(holding(n+1))
	path := at.name
	if at.urn != UserURN {
		path = at.urn + ":" + at.name
	}
	s.WantFound("/Users", fmt.Sprintf("%s eq %d", path, n), user)
	s.WantFound("/Users", fmt.Sprintf("%s gt %d and %s lt %d", path, n, path, n+2), other)
}
