package conformance

import (
	"net/url"
	"slices"
)

var discoveryChecks = []Check{
	{
		ID:     "rfc7643-5-config-complete",
		Title:  "ServiceProviderConfig has every attribute that the RFC requires",
		Source: `RFC 7643 section 5: patch, bulk, filter, changePassword, sort, etag and authenticationSchemes are each "REQUIRED", as are their sub-attributes`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200).WantIn("schemas", "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig")
			for _, path := range []string{"patch.supported", "bulk.supported", "bulk.maxOperations", "bulk.maxPayloadSize",
				"filter.supported", "filter.maxResults", "changePassword.supported", "sort.supported", "etag.supported", "authenticationSchemes"} {
				if v, ok := a.Value(path); !ok || v == nil {
					a.Fail("expected %s, got none", path)
				}
			}
		},
	},
	{
		ID:     "rfc7643-5-max-results",
		Title:  "filter.maxResults is the number that holds",
		Source: `RFC 7643 section 5: filter.maxResults is "An integer value specifying the maximum number of resources returned in a response. REQUIRED"`,
		Grade:  Must,
		Needs:  []Need{Filter},
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200)
			if most := a.Number("filter.maxResults"); most < 1 {
				a.Fail("expected filter.maxResults of at least 1, got %d", most)
			}
		},
	},
	{
		ID:     "rfc7643-5-documentation-uri",
		Title:  "documentationUri is a URL, if there is one",
		Source: `RFC 7643 section 5: documentationUri is "An HTTP-addressable URL pointing to the service provider's human-consumable help documentation. OPTIONAL"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200)
			if v, ok := a.Value("documentationUri"); ok && v != nil {
				if u, err := url.Parse(textOf(v)); err != nil || u.Host == "" {
					a.Fail("expected documentationUri to be an absolute URL or absent, got %s", show(v))
				}
			}
		},
	},
	{
		ID:     "rfc7643-5-authentication-schemes",
		Title:  "each authentication scheme has type, name and description",
		Source: `RFC 7643 section 5: authenticationSchemes: type, name and description are "REQUIRED"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200)
			for _, scheme := range a.List("authenticationSchemes") {
				for _, name := range []string{"type", "name", "description"} {
					if v, _ := lookup(scheme, name); textOf(v) == "" {
						a.Fail("expected %s of each authentication scheme, got %s", name, show(scheme))
					}
				}
			}
		},
	},
	{
		ID:     "rfc7643-3.1-discovery-meta",
		Title:  "what discovery returns has meta.resourceType and meta.location",
		Source: `RFC 7643 section 3.1: meta "MUST be defined for all resources", but those of discovery; section 8.5 to 8.7 show it there`,
		Grade:  Should,
		Run: func(s *Session) {
			for path, name := range map[string]string{"/ServiceProviderConfig": "ServiceProviderConfig", "/ResourceTypes/User": "ResourceType", "/Schemas/" + UserURN: "Schema"} {
				s.GET(path).WantStatus(200).Want("meta.resourceType", name).WantSome("meta.location")
			}
		},
	},
	{
		ID:     "rfc7644-4-schemas",
		Title:  "/Schemas lists the schema of users",
		Source: `RFC 7644 section 4: "An HTTP GET to the endpoint "/Schemas" SHALL return all supported schemas in ListResponse format"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Schemas").WantStatus(200).WantIn("schemas", ListURN).Want("Resources[id="+UserURN+"].id", UserURN)
		},
	},
	{
		ID:     "rfc7644-4-schema-by-id",
		Title:  "each schema is read at /Schemas/{id}",
		Source: `RFC 7644 section 4: "Individual schema definitions can be returned by appending the schema URI to the /Schemas endpoint"`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, id := range s.GET("/Schemas").WantStatus(200).IDs("Resources", "id") {
				s.GET("/Schemas/"+id).WantStatus(200).Want("id", id).WantSome("attributes")
			}
		},
	},
	{
		ID:     "rfc7644-4-schema-unknown",
		Title:  "a schema that does not exist is answered 404",
		Source: `RFC 7644 section 3.12 Table 8: 404 "Specified resource (e.g., User) or endpoint does not exist"`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/Schemas/urn:example:no-such-schema").WantError(404)
		},
	},
	{
		ID:     "rfc7643-7-attribute-definitions",
		Title:  "each attribute of a schema has a name, a type, and characteristics that the RFC knows",
		Source: `RFC 7643 section 7: type, mutability, returned and uniqueness and their values`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/Schemas").WantStatus(200)
			for _, schema := range a.List("Resources") {
				attributes, _ := lookup(schema, "attributes")
				list, _ := attributes.([]any)
				a.wantDefinitions(list)
			}
		},
	},
	{
		ID:     "rfc7643-8.7.1-user-schema",
		Title:  "the schema of users says of userName and password what the RFC says",
		Source: `RFC 7643 section 4.1.1 and 8.7.1: userName required, caseExact false, uniqueness server; password writeOnly, returned never`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/Schemas/" + UserURN).WantStatus(200)
			a.Want("attributes[name=userName].required", true).Want("attributes[name=userName].uniqueness", "server").Want("attributes[name=userName].caseExact", false)
			if !s.Lacks(Attribute("User", "password")) {
				a.Want("attributes[name=password].mutability", "writeOnly").Want("attributes[name=password].returned", "never")
			}
		},
	},
	{
		ID:     "rfc7644-4-resource-types",
		Title:  "/ResourceTypes lists User with its endpoint and its schema",
		Source: `RFC 7644 section 4: "/ResourceTypes" "to discover the types of resources available"; RFC 7643 section 6: name, endpoint, schema "REQUIRED"`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/ResourceTypes").WantStatus(200).WantIn("schemas", ListURN)
			a.Want("Resources[name=User].schema", UserURN).Want("Resources[name=User].endpoint", "/Users")
		},
	},
	{
		ID:     "rfc7644-4-resource-type-by-name",
		Title:  "a resource type is read at /ResourceTypes/User",
		Source: `RFC 7643 section 8.6: "location": ".../v2/ResourceTypes/User"; RFC 7644 section 4`,
		Grade:  Must,
		Run: func(s *Session) {
			s.GET("/ResourceTypes/User").WantStatus(200).Want("name", "User").Want("schema", UserURN)
		},
	},
	{
		ID:     "rfc7643-6-schemas-exist",
		Title:  "each schema that a resource type names is among the schemas",
		Source: `RFC 7643 section 6: schemaExtensions.schema: "This MUST be equal to the "id" attribute of a "Schema" resource"`,
		Grade:  Must,
		Run: func(s *Session) {
			ids := s.GET("/Schemas").WantStatus(200).IDs("Resources", "id")
			a := s.GET("/ResourceTypes").WantStatus(200)
			for _, kind := range a.List("Resources") {
				named := []string{textOf(at(kind, "schema"))}
				extensions, _ := at(kind, "schemaExtensions").([]any)
				for _, e := range extensions {
					if _, ok := at(e, "required").(bool); !ok {
						a.Fail("expected required of each schema extension, got %s", show(e))
					}
					named = append(named, textOf(at(e, "schema")))
				}
				for _, urn := range named {
					if !slices.Contains(ids, urn) {
						a.Fail("expected the schema %q of a resource type to be among %s", urn, show(ids))
					}
				}
			}
		},
	},
	{
		ID:     "rfc7644-4-filter-forbidden",
		Title:  "a filter on discovery endpoints is refused: 403",
		Source: `RFC 7644 section 4: "If a "filter" is provided, the service provider SHOULD respond with HTTP status code 403 (Forbidden)"`,
		Grade:  Should,
		Run: func(s *Session) {
			s.Find("/Schemas", `id pr`).WantError(403)
			s.Find("/ResourceTypes", `name eq "User"`).WantError(403)
		},
	},
	{
		ID:     "rfc7644-4-paging-ignored",
		Title:  "count and startIndex are ignored on discovery endpoints",
		Source: `RFC 7644 section 4: "Query parameters described in Section 3.4.2, such as filtering, sorting, and pagination, SHALL be ignored"`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, path := range []string{"/Schemas", "/ResourceTypes"} {
				all := len(s.GET(path).WantStatus(200).List("Resources"))
				s.GET(path, "count", "1", "startIndex", "2").WantStatus(200).WantLen("Resources", all)
			}
		},
	},
	{
		ID:     "rfc7644-4-total",
		Title:  "totalResults of the discovery lists is right",
		Source: `RFC 7644 section 3.4.2: totalResults is "The total number of results returned by the list or query operation"`,
		Grade:  Must,
		Run: func(s *Session) {
			for _, path := range []string{"/Schemas", "/ResourceTypes"} {
				a := s.GET(path).WantStatus(200)
				a.Want("totalResults", len(a.List("Resources")))
			}
		},
	},
}

// at is the value at a path, nil if there is none.
func at(v any, path string) any {
	found, _ := lookup(v, path)
	return found
}

// wantDefinitions holds the attributes of a schema to section 7 of RFC 7643.
func (a *Answer) wantDefinitions(attributes []any) {
	allowed := map[string][]string{
		"type":       {"string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"},
		"mutability": {"readOnly", "readWrite", "immutable", "writeOnly"},
		"returned":   {"always", "never", "default", "request"},
		"uniqueness": {"none", "server", "global"},
	}
	for _, attribute := range attributes {
		if textOf(at(attribute, "name")) == "" || textOf(at(attribute, "type")) == "" {
			a.Fail("expected name and type of each attribute, got %s", show(attribute))
		}
		for name, values := range allowed {
			if v, ok := lookup(attribute, name); ok && !slices.Contains(values, textOf(v)) {
				a.Fail("expected %s of %s to be %s, got %s", name, show(at(attribute, "name")), alternatives(values), show(v))
			}
		}
		below, _ := at(attribute, "subAttributes").([]any)
		a.wantDefinitions(below)
	}
}
