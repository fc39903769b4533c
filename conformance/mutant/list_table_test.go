package mutant_test

import "github.com/muster-idm/muster/conformance/mutant"

// fiveOf is a filter that finds the five users of a check of lists.
const fiveOf = `/Users\?filter=displayName sw "mc-[^"]*"`

func discoveryTable() []mutant.Mutation {
	const config, schemas, types = `/ServiceProviderConfig$`, `/Schemas$`, `/ResourceTypes$`
	const userSchema = `/Schemas/urn:ietf:params:scim:schemas:core:2\.0:User$`
	return []mutant.Mutation{
		answer("rfc7643-5-config-complete", "GET", config, "", mutant.Drop("changePassword/supported")),
		answer("rfc7643-5-max-results", "GET", config, "", mutant.Set("filter/maxResults", 0)),
		answer("rfc7643-5-documentation-uri", "GET", config, "", mutant.Add("", "documentationUri", "")),
		answer("rfc7643-5-authentication-schemes", "GET", config, "", mutant.Drop("authenticationSchemes/*/description")),
		answer("rfc7643-3.1-discovery-meta", "GET", `/ResourceTypes/User$`, "", mutant.Drop("meta")),
		answer("rfc7644-4-schemas", "GET", schemas, "", mutant.Drop("schemas")),
		refused("rfc7644-4-schema-by-id", "GET", `/Schemas/urn:ietf:params:scim:schemas:extension`, ""),
		answer("rfc7644-4-schema-unknown", "GET", `/Schemas/urn:example:no-such-schema$`, "", mutant.Code(400)),
		answer("rfc7643-7-attribute-definitions", "GET", schemas, "", mutant.Set("Resources/*/attributes/0/mutability", "writeMany")),
		answer("rfc7643-8.7.1-user-schema", "GET", userSchema, "", mutant.Set("attributes/*/caseExact", true)),
		answer("rfc7644-4-resource-types", "GET", types, "", mutant.Set("Resources/*/endpoint", "Users")),
		answer("rfc7644-4-resource-type-by-name", "GET", `/ResourceTypes/User$`, "", mutant.Set("name", "Person")),
		answer("rfc7643-6-schemas-exist", "GET", types, "", mutant.Drop("Resources/*/schemaExtensions/*/required")),
		ask("rfc7644-4-filter-forbidden", "GET", `/ResourceTypes\?filter=`, "", mutant.AskPath(`\?.*`, "")),
		answer("rfc7644-4-paging-ignored", "GET", `/ResourceTypes\?count=1`, "", mutant.Drop("Resources/0")),
		answer("rfc7644-4-total", "GET", types, "", mutant.Set("totalResults", 7)),
	}
}

func listTable() []mutant.Mutation {
	return []mutant.Mutation{
		answer("rfc7644-3.4.2-list", "GET", `/Users\?count=1$`, "", mutant.Set("totalResults", 0)),
		answer("rfc7644-3.4.2-list-groups", "GET", `/Groups\?count=1$`, "", mutant.Drop("Resources/0/schemas")),
		answer("rfc7644-3.4.2-total", "GET", fiveOf+`&count=2$`, "", mutant.Set("totalResults", 2)),
		ask("rfc7644-3.4.2.4-count", "GET", fiveOf+`&count=2$`, "", mutant.AskPath(`&count=2`, "")),
		ask("rfc7644-3.4.2.4-count-zero", "GET", fiveOf+`&count=0$`, "", mutant.AskPath(`&count=0`, "")),
		refused("rfc7644-3.4.2.4-count-negative", "GET", fiveOf+`&count=-3$`, ""),
		refused("rfc7644-3.4.2.4-start-below-one", "GET", fiveOf+`&startIndex=-7`, ""),
		ask("rfc7644-3.4.2.4-start-index", "GET", fiveOf+`&startIndex=4`, "", mutant.AskPath(`startIndex=4`, "startIndex=5")),
		answer("rfc7644-3.4.2-items-per-page", "GET", fiveOf+`&startIndex=3&count=10$`, "", mutant.Set("itemsPerPage", 10)),
		answer("rfc7644-3.4.2-past-the-end", "GET", fiveOf+`&startIndex=6`, "", mutant.Set("Resources", nil)),
		ask("rfc7644-3.4.2.4-pages", "GET", fiveOf+`&startIndex=\d&count=2$`, "", mutant.AskPath(`startIndex=\d`, "startIndex=1")),
		later(1, answer("rfc7644-3.4.2.4-stable-order", "GET", fiveOf+`$`, "", mutant.Reverse("Resources"))),
		ask("rfc7644-3.4.2.4-invalid-number", "GET", `/Users\?count=ten$`, "", empty()),
		answer("rfc7644-3.4.2-complete-resources", "GET", `/Users\?filter=userName eq "[^"@]*"$`, "", mutant.Drop("Resources/0/meta/location")),
		ask("rfc7644-3.4.2.1-root", "GET", `/v2/?\?filter=userName`, "", empty()),

		ask("rfc7644-3.4.2.3-ascending", "GET", fiveOf+`&sortBy=displayName$`, "", mutant.AskPath(`&sortBy=displayName`, "")),
		ask("rfc7644-3.4.2.3-descending", "GET", fiveOf+`&sortBy=displayName&sortOrder=descending$`, "", mutant.AskPath(`&sortOrder=descending`, "")),
		only(answer("rfc7644-3.4.2.3-case", "GET", `sortBy=displayName$`, "", mutant.Reverse("Resources"))),
		ask("rfc7644-3.4.2.3-sub-attribute", "GET", `sortBy=name\.givenName`, "", mutant.AskPath(`name\.givenName`, "meta.created")),
		answer("rfc7644-3.4.2.3-absent-last", "GET", `sortBy=title$`, "", mutant.Reverse("Resources")),
		ask("rfc7644-3.4.2.3-pages", "GET", fiveOf+`&sortBy=displayName&startIndex=\d`, "", mutant.AskPath(`&sortBy=displayName`, "")),

		answer("rfc9865-2-first-page", "GET", fiveOf+`&cursor=&count=2$`, "", mutant.Drop("nextCursor")),
		later(0, answer("rfc9865-2-all-pages", "GET", fiveOf+`&cursor=[^&]+&count=2$`, "", mutant.Drop("Resources/0"))),
		only(answer("rfc9865-2-stable", "GET", fiveOf+`&cursor=[^&]+&count=2$`, "", mutant.Drop("Resources/0"))),
		answer("rfc9865-2.1-invalid-cursor", "GET", `cursor=no-such-`, "", mutant.Set("scimType", "invalidValue")),
		answer("rfc9865-2-last-page", "GET", `userName eq "[^"]*"&cursor=&count=10$`, "", mutant.Add("", "nextCursor", "")),
		answer("rfc9865-4-config", "GET", `/ServiceProviderConfig$`, "", mutant.Drop("pagination/index")),

		only(answer("rfc9865-2-method-unspecified", "GET", fiveOf+`&count=2$`, "", mutant.Drop("Resources/1"))),
		answer("rfc9865-3-search", "POST", `/Users/\.search$`, `"cursor":""`, mutant.Drop("nextCursor")),

		ask("rfc7644-3.4.3-search", "POST", `/Users/\.search$`, `"filter":"userName eq`, empty()),
		ask("rfc7644-3.4.3-search-common", "POST", `/Users/\.search$`, `"filter":"(externalId|meta)`, mutant.Refuse(400)),
		ask("rfc7644-3.4.3-search-page", "POST", `/Users/\.search$`, `"startIndex":2`, mutant.AskText(`"startIndex":2`, `"startIndex":1`)),
		ask("rfc7644-3.4.3-search-schemas", "POST", `/Users/\.search$`, `^\{"count":1\}$`, empty()),
		ask("rfc7644-3.4.3-search-root", "POST", `/v2/\.search$`, "", empty()),

		answer("rfc7644-3.14-etag", "GET", user, "", mutant.Head("ETag", "")),
		answer("rfc7644-3.14-etag-changes", "GET", user, "", mutant.Set("meta/version", `W/"1"`)),
		answered("rfc7644-3.14-not-modified", "GET", user, "304", mutant.Code(200)),
		only(ask("rfc7644-3.14-precondition", "PUT", user, "", mutant.AskHead("If-Match", ""))),
		only(ask("rfc7644-3.14-precondition-patch", "PATCH", user, "", mutant.AskHead("If-Match", ""))),
		only(ask("rfc7644-3.14-precondition-met", "PUT", user, "", mutant.Refuse(412))),
	}
}
