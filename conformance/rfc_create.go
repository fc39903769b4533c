package conformance

import (
	"crypto/rand"
	"net/url"
	"strings"
	"time"
)

var createChecks = []Check{
	{
		ID:     "rfc7644-3.3-create-status",
		Title:  "creating a user is answered 201",
		Source: `RFC 7644 section 3.3: "an HTTP response SHALL be returned with HTTP status code 201 (Created)"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users", s.NewUser()).WantStatus(201)
		},
	},
	{
		ID:     "rfc7644-3.3-create-body",
		Title:  "the answer to a create holds the new resource",
		Source: `RFC 7644 section 3.3: "The response body SHOULD contain the service provider's representation of the newly created resource"`,
		Grade:  Should,
		Run: func(s *Session) {
			user := s.NewUser()
			s.POST("/Users", user).Want("userName", user["userName"]).WantSome("id").WantSome("meta")
		},
	},
	{
		ID:     "rfc7644-3.3-create-location",
		Title:  "the Location header of a create leads to the new user",
		Source: `RFC 7644 section 3.3: "The URI of the created resource SHALL include, in the HTTP "Location" header"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser())
			at := a.Header.Get("Location")
			if at == "" {
				a.Fail("expected a Location header, got none")
			}
			s.GET(a.absolute(at)).WantStatus(200).Want("id", a.Text("id"))
		},
	},
	{
		ID:     "rfc7644-3.3-location-is-meta-location",
		Title:  "the Location header of a create is meta.location of its body",
		Source: `RFC 7644 section 3.3: "in the HTTP "Location" header and the HTTP body, a JSON representation with the attribute "meta.location""`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser())
			a.Want("meta.location", a.Header.Get("Location"))
		},
	},
	{
		ID:     "rfc7643-3.1-location-absolute",
		Title:  "meta.location is an absolute URI",
		Source: `RFC 7643 section 3.1: meta.location is "The URI of the resource being returned"; RFC 3986 section 4.3`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.Read(s.User())
			if u, err := url.Parse(a.Text("meta.location")); err != nil || !u.IsAbs() || u.Host == "" {
				a.Fail("expected an absolute URI as meta.location, got %q", a.Text("meta.location"))
			}
		},
	},
	{
		ID:     "rfc7644-3.4.1-location-names-id",
		Title:  "meta.location ends in the endpoint and the id, escaped once",
		Source: `RFC 7644 section 3.4.1: resources are read "from the resource endpoint, e.g., "/Users/{id}""; RFC 3986 section 2.4: "must not percent-encode or decode the same string more than once"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			a := s.Read(user)
			u, err := url.Parse(a.Text("meta.location"))
			if err != nil || !strings.HasSuffix(u.Path, "Users/"+user.ID) {
				a.Fail("expected a meta.location whose decoded path ends in %q, got %q", "Users/"+user.ID, a.Text("meta.location"))
			}
		},
	},
	{
		ID:     "rfc7643-3.1-id-given-by-server",
		Title:  "an id in the body of a create is ignored",
		Source: `RFC 7643 section 3.1: id "is always issued by the service provider and MUST NOT be specified by the client"; RFC 7644 section 3.3: readOnly attributes "SHALL be ignored"`,
		Grade:  Must,
		Run: func(s *Session) {
			mine := s.Name()
			a := s.POST("/Users", s.NewUser(Attrs{"id": mine})).WantStatus(201)
			if a.Text("id") == mine {
				a.Fail("expected an id of the server's own, got the client's %q", mine)
			}
		},
	},
	{
		ID:     "rfc7643-3.1-id-unique",
		Title:  "two users have two ids",
		Source: `RFC 7643 section 3.1: id is "unique across the SCIM service provider's entire set of resources"`,
		Grade:  Must,
		Run: func(s *Session) {
			if a, b := s.User(), s.User(); a.ID == b.ID {
				b.Got.Fail("expected another id than that of the first user, got %q again", b.ID)
			}
		},
	},
	{
		ID:     "rfc7643-3.1-id-not-bulkid",
		Title:  "an id does not contain bulkId",
		Source: `RFC 7643 section 3.1: "The string "bulkId" is a reserved keyword and MUST NOT be used within any unique identifier value"`,
		Grade:  Must,
		Run: func(s *Session) {
			if user := s.User(); strings.Contains(user.ID, "bulkId") {
				user.Got.Fail("expected an id without bulkId, got %q", user.ID)
			}
		},
	},
	{
		ID:     "rfc7643-3.1-id-stable",
		Title:  "a user keeps its id when it is renamed",
		Source: `RFC 7643 section 3.1: id "MUST be a stable, non-reassignable identifier"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			user.Sent["userName"] = s.Name()
			s.PUT(user.Path, user.Sent).WantStatus(200)
			s.Read(user).Want("id", user.ID).Want("userName", user.Sent["userName"])
		},
	},
	{
		ID:     "rfc7643-3.1-meta-complete",
		Title:  "meta has resourceType, created, lastModified and location",
		Source: `RFC 7643 section 3.1: "With the exception of ... these attributes MUST be defined for all resources"; created and lastModified "MUST be a DateTime"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.Read(s.User()).Want("meta.resourceType", "User").WantSome("meta.location")
			for _, path := range []string{"meta.created", "meta.lastModified"} {
				if _, err := time.Parse(time.RFC3339Nano, a.Text(path)); err != nil {
					a.Fail("expected a DateTime such as 2008-01-23T04:56:22Z as %s, got %q", path, a.Text(path))
				}
			}
		},
	},
	{
		ID:     "rfc7643-3.1-meta-of-group",
		Title:  "meta.resourceType of a group is Group",
		Source: `RFC 7643 section 3.1: meta.resourceType is "The name of the resource type of the resource"`,
		Grade:  Must,
		Needs:  []Need{Groups},
		Run: func(s *Session) {
			s.Read(s.Group()).Want("meta.resourceType", "Group")
		},
	},
	{
		ID:     "rfc7643-3.1-meta-ignored",
		Title:  "meta in the body of a create is ignored",
		Source: `RFC 7643 section 3.1: "This attribute SHALL be ignored when provided by clients"`,
		Grade:  Must,
		Run: func(s *Session) {
			long := "1999-01-01T00:00:00Z"
			a := s.POST("/Users", s.NewUser(Attrs{"meta": Attrs{"resourceType": "Group", "created": long, "location": "https://elsewhere.example/1"}})).WantStatus(201)
			a.Want("meta.resourceType", "User")
			if a.Text("meta.created") == long || strings.Contains(a.Text("meta.location"), "elsewhere") {
				a.Fail("expected the server's own meta, got %s", show(a.value("meta")))
			}
		},
	},
	{
		ID:     "rfc7643-3.1-external-id",
		Title:  "externalId comes back as it was sent",
		Source: `RFC 7643 section 3.1: externalId is "A String that is an identifier for the resource as defined by the provisioning client"`,
		Grade:  Must,
		Run: func(s *Session) {
			external := "Ext-" + s.Name()
			s.Read(s.User(Attrs{"externalId": external})).Want("externalId", external)
		},
	},
	{
		ID:     "rfc7643-3-schemas-present",
		Title:  "a user says that it is one: schemas holds the User URN",
		Source: `RFC 7643 section 3: "All representations of SCIM schemas MUST include a non-empty array with value(s) of the URIs supported by that representation"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.Read(s.User()).WantIn("schemas", UserURN)
		},
	},
	{
		ID:     "rfc7643-3-schemas-without-extension",
		Title:  "schemas does not name an extension of which the user has nothing",
		Source: `RFC 7643 section 3: schemas is "used to indicate the namespaces of the SCIM schemas that define the attributes present in the current JSON structure"`,
		Grade:  Must,
		Needs:  []Need{Enterprise},
		Run: func(s *Session) {
			a := s.Read(s.User())
			if v, ok := a.Value(EnterpriseURN); !ok || unassigned(v) {
				a.WantNotIn("schemas", EnterpriseURN)
			}
		},
	},
	{
		ID:     "rfc7643-3-schemas-with-extension",
		Title:  "schemas names the extension of which the user has attributes",
		Source: `RFC 7643 section 3: schemas is "used to indicate the namespaces of the SCIM schemas that define the attributes present in the current JSON structure"`,
		Grade:  Must,
		Needs:  []Need{Enterprise, Attribute("EnterpriseUser", "department")},
		Run: func(s *Session) {
			s.Read(s.User(Attrs{EnterpriseURN: Attrs{"department": "Tests"}})).WantIn("schemas", EnterpriseURN)
		},
	},
	{
		ID:     "rfc7644-3.3-duplicate",
		Title:  "a second user of the same userName is refused: 409 uniqueness",
		Source: `RFC 7644 section 3.3: on a conflict "the service provider MUST return HTTP status code 409 (Conflict) with a "scimType" error code of "uniqueness""`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.POST("/Users", s.NewUser(Attrs{"userName": user.Name})).WantError(409, "uniqueness")
		},
	},
	{
		ID:     "rfc7643-4.1.1-duplicate-in-other-case",
		Title:  "the same userName in capitals is the same userName",
		Source: `RFC 7643 section 4.1.1: userName "is REQUIRED and is case insensitive", "MUST be unique across the service provider's entire set of Users"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.User()
			s.POST("/Users", s.NewUser(Attrs{"userName": strings.ToUpper(user.Name)})).WantError(409, "uniqueness")
		},
	},
	{
		ID:     "rfc7643-4.1.1-username-required",
		Title:  "a user without userName is refused: 400 invalidValue",
		Source: `RFC 7643 section 4.1.1: "Each User MUST include a non-empty userName value"; RFC 7644 section 3.12 Table 9: invalidValue "A required value was missing"`,
		Grade:  Must,
		Run: func(s *Session) {
			user := s.NewUser()
			delete(user, "userName")
			s.POST("/Users", user).WantError(400, "invalidValue")
		},
	},
	{
		ID:     "rfc7643-4.1.1-username-not-empty",
		Title:  "a user with an empty userName is refused: 400 invalidValue",
		Source: `RFC 7643 section 4.1.1: "Each User MUST include a non-empty userName value"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.POST("/Users", s.NewUser(Attrs{"userName": ""})).WantError(400, "invalidValue")
		},
	},
	{
		ID:     "rfc7644-3.3-readonly-ignored",
		Title:  "groups in the body of a create is ignored, because it is readOnly",
		Source: `RFC 7644 section 3.3: "attributes whose mutability is "readOnly" ... SHALL be ignored"; RFC 7643 section 4.1.2: groups is readOnly`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "groups")},
		Run: func(s *Session) {
			a := s.POST("/Users", s.NewUser(Attrs{"groups": []Attrs{{"value": "e9e30dba-f08f-4109-8486-d5c6a331660a"}}})).WantStatus(201).WantNo("groups")
			s.GET("/Users/" + url.PathEscape(a.Text("id"))).WantNo("groups")
		},
	},
	{
		ID:     "rfc7643-4.1.1-password-not-in-create",
		Title:  "the answer to a create does not hold the password",
		Source: `RFC 7643 section 4.1.1: "The cleartext value or the hashed value of a password MUST NOT be returnable by a service provider"`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "password")},
		Run: func(s *Session) {
			password := s.password()
			s.POST("/Users", s.NewUser(Attrs{"password": password})).WantStatus(201).wantNoPassword(password)
		},
	},
	{
		ID:     "rfc7643-4.1.1-password-not-in-read",
		Title:  "the password cannot be read, not even when asked for",
		Source: `RFC 7643 section 7: returned "never: The attribute is never returned"; RFC 7644 section 3.9`,
		Grade:  Must,
		Needs:  []Need{Attribute("User", "password")},
		Run: func(s *Session) {
			password := s.password()
			user := s.User(Attrs{"password": password})
			s.Read(user).wantNoPassword(password)
			s.GET(user.Path, "attributes", "password").wantNoPassword(password)
			s.Find("/Users", `userName eq "`+user.Name+`"`).wantNoPassword(password)
		},
	},
	{
		ID:     "rfc7643-4.1.1-password-not-in-patch",
		Title:  "the answer to a PATCH does not hold the password",
		Source: `RFC 7643 section 7: returned "never: The attribute is never returned"`,
		Grade:  Must,
		Needs:  []Need{Patch, Attribute("User", "password")},
		Run: func(s *Session) {
			user, password := s.User(), s.password()
			s.PATCH(user.Path, Op{Op: "replace", Path: "password", Value: password}).WantStatus(200, 204).wantNoPassword(password)
			s.Read(user).wantNoPassword(password)
		},
	},
}

// password returns a new password that satisfies the usual rules; it holds no
// part of a name, which directories refuse.
func (s *Session) password() string { return "wq2!" + rand.Text()[:12] }

func (a *Answer) wantNoPassword(password string) *Answer {
	if _, ok := a.Value("password"); ok || strings.Contains(string(a.Body), password) {
		a.Fail("expected no password in the answer, but it is there")
	}
	return a
}
