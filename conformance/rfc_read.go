package conformance

import (
	"fmt"
	"net/url"
	"strings"
)

var readChecks = []Check{
	{
		ID:     "rfc7644-3.4.1-read",
		Title:  "a user is read at /Users/{id}",
		Source: `RFC 7644 section 3.4.1: "If the resource exists, the server responds with HTTP status code 200 (OK) and includes the result in the body of the response"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path).WantStatus(200).Want("id", user.ID).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc7644-3.4.1-read-group",
		Title:  "a group is read at /Groups/{id}, with its members",
		Source: `RFC 7644 section 3.4.1; RFC 7643 section 4.2: members is "A list of members of the Group"`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			user := s.User()
			group := s.Group(user)
			s.GET(group.Path).WantStatus(200).Want("displayName", group.Name).WantMembers(user)
		},
	},
	{
		ID:     "rfc7644-3.12-unknown-id",
		Title:  "an id that does not exist is answered 404 with a SCIM error",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Users/7a0a9f0e-1111-4222-8333-" + s.target.run + s.target.run).WantError(404)
		},
	},
	{
		ID:     "rfc7644-3.12-error-form",
		Title:  "an error has schemas, and status as text",
		Source: `RFC 7644 section 3.12: status is "The HTTP status code ... expressed as a JSON string. REQUIRED"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/Users/no-such-"+s.Name()).WantStatus(404).WantIn("schemas", ErrorURN)
			if v, ok := a.value("status").(string); !ok || v != "404" {
				a.Fail(`expected status "404" as text, got %s`, show(a.value("status")))
			}
		},
	},
	{
		ID:     "rfc7644-3.12-error-detail",
		Title:  "an error says in words what is wrong",
		Source: `RFC 7644 section 3.12: detail is "A detailed human-readable message. OPTIONAL"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.NewUser()
			delete(user, "userName")
			s.POST("/Users", user).WantRefused().WantSome("detail")
		},
	},
	{
		ID:     "rfc7644-3.12-error-type",
		Title:  "an error has the media type of SCIM",
		Source: `RFC 7644 section 3.12: errors are returned "in the body of the response as JSON"; section 8.1: application/scim+json`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Users/no-such-"+s.Name()).WantStatus(404).WantType("application/scim+json", "application/json")
		},
	},
	{
		ID:     "rfc7644-3.12-unknown-endpoint",
		Title:  "an endpoint that does not exist is answered 404 with a SCIM error",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Printers/1").WantError(404)
		},
	},
	{
		ID:     "rfc3986-2.4-id-decoded-once",
		Title:  "an id that was escaped twice is another id",
		Source: `RFC 3986 section 2.4: "Implementations must not percent-encode or decode the same string more than once"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			twice := fmt.Sprintf("%%25%02X", user.ID[0]) + url.PathEscape(user.ID[1:])
			a := s.GET("/Users/" + twice)
			if a.Status == 200 {
				a.Fail("expected 404 for the id %q, got the user with id %q", "%"+fmt.Sprintf("%02X", user.ID[0])+user.ID[1:], a.Text("id"))
			}
		},
	},
	{
		ID:     "rfc3986-2.4-id-decoded",
		Title:  "an id may be escaped in the URL",
		Source: `RFC 3986 section 2.4: percent-encoded octets are decoded when the components are separated`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET("/Users/"+fmt.Sprintf("%%%02X", user.ID[0])+url.PathEscape(user.ID[1:])).WantStatus(200).Want("id", user.ID)
		},
	},
	{
		ID:     "rfc7644-8.1-media-type",
		Title:  "answers are application/scim+json",
		Source: `RFC 7644 section 3.1: "the media type "application/scim+json"" (section 8.1); section 3.8: "The format defaults to "application/scim+json""`,
		Grade:  Must,
		Run: func(s *Session) {
			s.Read(s.User()).WantType("application/scim+json")
		},
	},
	{
		ID:     "rfc7644-3.8-accept-json",
		Title:  "Accept: application/json is served",
		Source: `RFC 7644 section 3.8: service providers "SHOULD support header "Accept: application/json""`,
		Grade:  Should,
		Run: func(s *Session) {
			s.With("Accept", "application/json").GET(s.User().Path).WantStatus(200).WantType("application/scim+json", "application/json")
		},
	},
	{
		ID:     "rfc7644-3.8-accept-default",
		Title:  "a request without Accept is served",
		Source: `RFC 7644 section 3.8: "The format defaults to "application/scim+json" if no format is specified"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Accept", "").GET(s.User().Path).WantStatus(200)
		},
	},
	{
		ID:     "rfc7644-3.1-content-json",
		Title:  "a body of type application/json is taken",
		Source: `RFC 7644 section 3.8 and 8.1: "recognize the content as equivalent to "application/json""; Okta creates with it`,
		Grade:  Should,
		Run: func(s *Session) {
			s.With("Content-Type", "application/json").POST("/Users", s.NewUser()).WantStatus(201)
		},
	},
	{
		ID:     "rfc7644-3.1-content-charset",
		Title:  "a body of type application/scim+json; charset=utf-8 is taken",
		Source: `RFC 7644 section 3.1: the media type; RFC 9110 section 8.3.1: parameters are part of it; Okta and Entra send this one`,
		Grade:  Must,
		Run: func(s *Session) {
			s.With("Content-Type", "application/scim+json; charset=utf-8").POST("/Users", s.NewUser()).WantStatus(201)
		},
	},
	{
		ID:     "rfc9110-15.5.16-content-text",
		Title:  "a body of type text/plain is refused: 415",
		Source: `RFC 9110 section 15.5.16: 415 "the content is in a format not supported by this method on the target resource"`,
		Grade:  Should,
		Run: func(s *Session) {
			s.With("Content-Type", "text/plain").POST("/Users", s.NewUser()).WantError(415)
		},
	},
	{
		ID:     "rfc7644-3.9-attributes",
		Title:  "attributes=userName returns that, id and schemas, and no more",
		Source: `RFC 7644 section 3.9: attributes is "a multi-valued list of strings indicating the names of resource attributes to return in the response, overriding the set of attributes that would be returned by default"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "attributes", "userName").WantStatus(200).Want("userName", user.Name).Want("id", user.ID).
				WantNo("displayName").WantNo("name").WantNo("emails")
		},
	},
	{
		ID:     "rfc7644-3.9-attributes-in-any-case",
		Title:  "attributes=USERNAME means userName",
		Source: `RFC 7643 section 2.1: "Attribute names are case insensitive"; RFC 7644 section 3.10`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "attributes", "USERNAME").WantStatus(200).Want("userName", user.Name).WantNo("displayName")
		},
	},
	{
		ID:     "rfc7644-3.10-attributes-sub",
		Title:  "attributes=name.familyName returns that part of name alone",
		Source: `RFC 7644 section 3.10: "Complex attributes' sub-attributes are referenced via nested, dot ('.') notation"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "attributes", "name.familyName").WantStatus(200).Want("name.familyName", user.Name).WantNo("name.givenName")
		},
	},
	{
		ID:     "rfc7644-3.10-attributes-urn",
		Title:  "attributes takes names with the URN of their schema",
		Source: `RFC 7644 section 3.10: "All facets (URN, attribute, and sub-attribute name) of the fully encoded attribute name are case insensitive"`,
		Grade:  Must,
		Needs:  []Need{Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			user := s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests", "division": "Checks"}})
			s.GET(user.Path, "attributes", strings.ToLower(EnterpriseURN)+":department").WantStatus(200).
				Want(EnterpriseURN+".department", "Tests").WantNo(EnterpriseURN + ".division").WantNo("userName")
		},
	},
	{
		ID:     "rfc7644-3.9-excluded",
		Title:  "excludedAttributes=displayName,emails leaves those out",
		Source: `RFC 7644 section 3.9: excludedAttributes is "a multi-valued list of strings indicating the names of resource attributes to be removed from the default set of attributes to return"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "excludedAttributes", "displayName,emails").WantStatus(200).Want("userName", user.Name).WantNo("displayName").WantNo("emails")
		},
	},
	{
		ID:     "rfc7644-3.9-excluded-id",
		Title:  "id is returned whatever is excluded",
		Source: `RFC 7644 section 3.9: "This parameter SHALL have no effect on attributes whose schema "returned" setting is "always""; RFC 7643 section 3.1: id is always`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.GET(user.Path, "excludedAttributes", "id,displayName").WantStatus(200).Want("id", user.ID)
		},
	},
	{
		ID:     "rfc7644-3.9-attributes-in-list",
		Title:  "attributes is honoured in lists",
		Source: `RFC 7644 section 3.4.2: queries "MAY request ... attributes"; section 3.9 for "any operation that returns a resource"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			user := s.User()
			a := s.Find("/Users", `userName eq "`+user.Name+`"`, "attributes", "userName").WantStatus(200).WantLen("Resources", 1)
			a.Want("Resources.0.id", user.ID).WantNo("Resources.0.displayName")
		},
	},
	{
		ID:     "rfc7644-3.9-attributes-in-create",
		Title:  "attributes is honoured in the answer to a create",
		Source: `RFC 7644 section 3.9: "Clients MAY request a partial resource representation on any operation that returns a resource within the response"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users?attributes=userName", s.NewUser()).WantStatus(201).WantSome("id").WantSome("userName").WantNo("displayName")
		},
	},
	{
		ID:     "rfc7644-3.9-excluded-members",
		Title:  "excludedAttributes=members spares a group's members",
		Source: `RFC 7644 section 3.9; Entra reads groups in this way`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			group := s.Group(s.User())
			s.GET(group.Path, "excludedAttributes", "members").WantStatus(200).Want("displayName", group.Name).WantNo("members")
		},
	},
	{
		ID:     "rfc7644-3.11-me",
		Title:  "/Me is an alias, or honestly not implemented",
		Source: `RFC 7644 section 3.11: "A service provider MAY ... respond with HTTP status code 501 (Not Implemented)", use an alias, or redirect with 308`,
		Grade:  Must,
		Run: func(s *Session) {
			if a := s.GET("/Me").WantStatus(200, 308, 403, 404, 501); a.Status == 200 {
				a.WantIn("schemas", UserURN)
			} else if a.Status != 308 {
				a.WantErrorBody()
			}
		},
	},
}

var methodChecks = []Check{
	{
		ID:     "rfc9110-15.5.6-put-on-users",
		Title:  "PUT on /Users is answered 405",
		Source: `RFC 9110 section 15.5.6: 405 "the method received in the request-line is known by the origin server but not supported by the target resource"`,
		Grade:  Should,
		Run:    func(s *Session) { s.PUT("/Users", s.NewUser()).WantError(405) },
	},
	{
		ID:     "rfc9110-15.5.6-post-on-user",
		Title:  "POST on one user is answered 405, and changes nothing",
		Source: `RFC 9110 section 15.5.6; RFC 7644 section 3.2 Table 1: POST creates, at the endpoint of a resource type`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.User()
			s.POST(user.Path, s.NewUser()).WantError(405)
			s.Read(user).Want("userName", user.Name)
		},
	},
	{
		ID:     "rfc9110-15.5.6-allow",
		Title:  "405 says which methods there are",
		Source: `RFC 9110 section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.Send("PUT", "/Users", s.NewUser())
			if a.Status == 405 && !strings.Contains(a.Header.Get("Allow"), "GET") {
				a.Fail("expected an Allow header with GET, got %q", a.Header.Get("Allow"))
			} else if a.Status/100 == 2 {
				a.Fail("expected PUT on a resource type to be refused, got %d", a.Status)
			}
		},
	},
	{
		ID:     "rfc9110-9.1-head",
		Title:  "HEAD is answered as GET, without a body",
		Source: `RFC 9110 section 9.1: "All general-purpose servers MUST support the methods GET and HEAD"`,
		Grade:  Should,
		Run: func(s *Session) {
			s.Send("HEAD", s.User().Path, nil).WantStatus(200)
		},
	},
	{
		ID:     "rfc7644-4-config-read-only",
		Title:  "the ServiceProviderConfig can only be read",
		Source: `RFC 7644 section 4: "An HTTP GET to this endpoint"; Table 2 has GET alone; RFC 9110 section 15.5.6`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
				a := s.Send(method, "/ServiceProviderConfig", Attrs{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"}})
				if a.Status != 405 && a.Status != 501 && a.Status != 403 && a.Status != 404 {
					a.Fail("expected %s to be refused with 405, got %d", method, a.Status)
				}
			}
		},
	},
	{
		ID:     "rfc7644-4-schemas-read-only",
		Title:  "a schema can only be read",
		Source: `RFC 7644 section 4: "An HTTP GET to this endpoint is used"; Table 2 has GET alone`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, method := range []string{"PUT", "DELETE"} {
				a := s.Send(method, "/Schemas/urn:example:no-such-schema", Attrs{"id": "urn:example:no-such-schema"})
				if a.Status/100 != 4 && a.Status != 501 {
					a.Fail("expected %s to be refused, got %d", method, a.Status)
				}
			}
		},
	},
	{
		ID:     "rfc7644-3.13-trailing-slash",
		Title:  "/Users/ means /Users",
		Source: `RFC 3986 section 6.2.3 leaves it to the scheme; Entra's and Okta's test collections ask /Users/?filter=`,
		Grade:  Should,
		Run: func(s *Session) {
			s.GET("/Users/", "count", "1").WantStatus(200).WantIn("schemas", ListURN)
		},
	},
}
