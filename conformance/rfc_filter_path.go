package conformance

import (
	"strings"
	"time"
)

var filterPathChecks = []Check{
	{
		ID:     "rfc7644-3.4.2.2-sub-attribute",
		Title:  "name.familyName is compared",
		Source: `RFC 7644 section 3.4.2.2: "filter=name.familyName co "O'Malley""`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", `name.familyName eq "`+user.Name+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-multi-valued",
		Title:  "emails eq compares the value of each e-mail address",
		Source: `RFC 7644 section 3.4.2.2, example: filter=userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "emails")},
		Run: func(s *Session) {
			mail := s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": s.Mail(), "type": "home"}, {"value": mail, "type": "work"}}})
			s.User()
			s.WantFound("/Users", `emails eq "`+mail+`"`, user)
			s.WantFound("/Users", `emails co "`+mail[:len(mail)-3]+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-multi-valued-sub",
		Title:  "emails.value matches if any of the values does",
		Source: `RFC 7644 section 3.4.2.2: "If the specified attribute in a filter expression is a multi-valued attribute, the filter matches if any of the values of the specified attribute match the specified criterion"`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "emails")},
		Run: func(s *Session) {
			mail := s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": s.Mail(), "type": "home"}, {"value": mail, "type": "work"}}})
			s.User()
			s.WantFound("/Users", `emails.value eq "`+mail+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-multi-valued-type",
		Title:  "emails.type and emails.value pr match if any of the values does",
		Source: `RFC 7644 section 3.4.2.2: "the filter matches if any of the values of the specified attribute match"; example: userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "emails")},
		Run: func(s *Session) {
			home := s.User(Attrs{"emails": []Attrs{{"value": s.Mail(), "type": "work"}, {"value": s.Mail(), "type": "home"}}})
			work := s.User()
			s.WantFound("/Users", among(`emails.type eq "home"`, home, work), home)
			s.WantFound("/Users", among(`emails.value pr`, home, work), home, work)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-brackets",
		Title:  "conditions in brackets hold of one and the same value",
		Source: `RFC 7644 section 3.4.2.2: "[ ]" "Service providers MAY support complex filters where expressions MUST be applied to the same value of a parent attribute"`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "emails")},
		Run: func(s *Session) {
			mail := s.Name()
			a := s.User(Attrs{"emails": []Attrs{{"value": mail + "@a.example", "type": "work"}, {"value": s.Mail(), "type": "home"}}})
			b := s.User(Attrs{"emails": []Attrs{{"value": mail + "@b.example", "type": "home"}, {"value": s.Mail(), "type": "work"}}})
			s.WantFound("/Users", among(`emails[type eq "work" and value sw "`+mail+`"]`, a, b), a)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-brackets-three-terms",
		Title:  "brackets take parentheses, not, and three terms",
		Source: `RFC 7644 figure 1: valFilter = attrExp / logExp / *1"not" "(" valFilter ")"`,
		Grade:  Must,
		Needs:  []Need{Filter, Attribute("User", "emails")},
		Run: func(s *Session) {
			mail := s.Name()
			a := s.User(Attrs{"emails": []Attrs{{"value": mail + "@a.example", "type": "work", "primary": true}}})
			b := s.User(Attrs{"emails": []Attrs{{"value": mail + "@b.example", "type": "home"}}})
			s.WantFound("/Users", among(`emails[(type eq "work") and (value co "`+mail+`")]`, a, b), a)
			s.WantFound("/Users", among(`emails[type eq "work" and value co "`+mail+`" and value ew "a.example"]`, a, b), a)
			s.WantFound("/Users", among(`emails[not (type eq "work") and value co "`+mail+`"]`, a, b), b)
		},
	},
	{
		ID:       "entra-filter-value-path",
		Title:    `emails[type eq "work"].value eq "..." finds the user`,
		Source:   `Microsoft Entra, "Tutorial: develop a SCIM endpoint": GET /Users?filter=emails[type eq "work"].value eq "user@contoso.com"`,
		Grade:    Client,
		Profiles: []Profile{Entra},
		Needs:    []Need{Filter, Attribute("User", "emails")},
		Run: func(s *Session) {
			work, home := s.Mail(), s.Mail()
			user := s.User(Attrs{"emails": []Attrs{{"value": home, "type": "home"}, {"value": work, "type": "work"}}})
			s.WantFound("/Users", `emails[type eq "work"].value eq "`+work+`"`, user)
			s.WantFound("/Users", `emails[type eq "work"].value eq "`+home+`"`)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-extension",
		Title:  "an attribute of an extension is found by its URN",
		Source: `RFC 7644 section 3.10: extension attributes are named "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"`,
		Grade:  Must,
		Needs:  []Need{Filter, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			department := s.Name()
			user := s.User(Attrs{EnterpriseURN: Attrs{"department": department}})
			s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests"}})
			s.WantFound("/Users", EnterpriseURN+`:department eq "`+department+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-extension-and-core",
		Title:  "one filter may name attributes of the core and of an extension",
		Source: `RFC 7644 figure 1: attrPath = [URI ":"] ATTRNAME *1subAttr, in each term of a logical expression`,
		Grade:  Must,
		Needs:  []Need{Filter, Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			a := s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests"}})
			b := s.User(Attrs{EnterpriseURN: Attrs{"department": "Other"}})
			s.WantFound("/Users", among(EnterpriseURN+`:department eq "Tests"`, a, b), a)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-urn-in-any-case",
		Title:  "the URN in a filter is taken in any case",
		Source: `RFC 7644 section 3.10: "All facets (URN, attribute, and sub-attribute name) of the fully encoded attribute name are case insensitive"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", strings.ToUpper(UserURN[:4])+strings.ToLower(UserURN[4:])+`:username eq "`+user.Name+`"`, user)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-external-id",
		Title:  "externalId is found, in its own case alone",
		Source: `RFC 7643 section 3.1: externalId "caseExact" is true; it is for the client to find the resource`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			external := "Ext-" + s.Name()
			user := s.User(Attrs{"externalId": external})
			s.WantFound("/Users", `externalId eq "`+external+`"`, user)
			s.WantFound("/Users", `externalId eq "`+strings.ToUpper(external)+`"`)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-meta",
		Title:  "meta.created and meta.lastModified are compared as moments",
		Source: `RFC 7644 section 3.4.2.2: example: meta.lastModified gt "2011-05-13T04:42:34Z"; Table 3: "For DateTime types, this is a chronological comparison"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			at := s.Read(user).moment("meta.lastModified")
			earlier := at.Add(-time.Hour).In(time.FixedZone("", 5*3600)).Format(time.RFC3339) // the same moment, another zone
			s.WantFound("/Users", among(`meta.lastModified gt "`+earlier+`" and meta.created ge "`+earlier+`"`, user), user)
			s.WantFound("/Users", among(`meta.lastModified gt "`+at.Add(time.Hour).UTC().Format(time.RFC3339)+`"`, user))
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-schemas",
		Title:  "schemas eq finds the users of an extension",
		Source: `RFC 7644 section 3.4.2.2: example: schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			s.WantFound("/Users", among(`schemas eq "`+UserURN+`"`, user), user)
			s.WantFound("/Users", among(`schemas eq "urn:example:no-such"`, user))
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-members",
		Title:  "a group is found by its members",
		Source: `RFC 7644 section 3.4.2.2: "the filter matches if any of the values of the specified attribute match"`,
		Grade:  Must,
		Needs:  []Need{Filter, Groups},
		Run: func(s *Session) {
			user := s.User()
			group := s.Group(user)
			s.Group()
			s.WantFound("/Groups", `members.value eq "`+user.ID+`"`, group)
			s.WantFound("/Groups", `members[value eq "`+user.ID+`"]`, group)
		},
	},
	{
		ID:     "rfc7644-3.4.2.2-group-name",
		Title:  "a group is found by its displayName",
		Source: `RFC 7644 section 3.4.2.2; RFC 7643 section 4.2: displayName "A human-readable name for the Group"`,
		Grade:  Must,
		Needs:  []Need{Filter, Groups},
		Run: func(s *Session) {
			group := s.Group()
			s.WantFound("/Groups", `displayName eq "`+group.Name+`"`, group)
		},
	},
}
