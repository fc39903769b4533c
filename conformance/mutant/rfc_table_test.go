package mutant_test

import (
	"fmt"
	"regexp"

	"github.com/muster-idm/muster/conformance/mutant"
)

const (
	created = `{"id":"00000000-0000-4000-8000-000000000000"}`
	// nameless is the end of a body without userName: its names are in order.
	nameless = `"schemas":\[[^]]*\]\}$`
)

// stored is a request that is taken where it should be refused.
func stored(check, method, path, sent string) mutant.Mutation {
	if method == "PATCH" || method == "DELETE" {
		return ask(check, method, path, sent, mutant.Instead(204, ""))
	}
	return ask(check, method, path, sent, mutant.Instead(201, created))
}

// rewritten is a filter that is understood as another.
func rewritten(check, filter, as string) mutant.Mutation {
	return ask(check, "GET", "filter=.*"+filter, "", mutant.AskPath(filter, as))
}

// unfound is a filter that finds nothing.
func unfound(check, filter string) mutant.Mutation {
	return answer(check, "GET", "filter="+filter, "", mutant.IfFound(empty()))
}

// scimType is a refusal for another reason.
func scimType(check, method, path, sent, reason string) mutant.Mutation {
	return answer(check, method, path, sent, mutant.Set("scimType", reason))
}

// echoID answers the id that the client sent as its own.
func echoID(x *mutant.Exchange) error {
	sent := regexp.MustCompile(`"id":"([^"]*)"`).FindSubmatch(x.Sent)
	if sent == nil {
		return fmt.Errorf("no id was sent")
	}
	return mutant.Set("id", string(sent[1]))(x)
}

func createTable() []mutant.Mutation {
	return []mutant.Mutation{
		only(answered("rfc7644-3.3-create-status", "POST", `/Users$`, "201", mutant.Code(200))),
		answered("rfc7644-3.3-create-body", "POST", `/Users$`, "201", mutant.Drop("meta")),
		answered("rfc7644-3.3-create-location", "POST", `/Users$`, "201", mutant.Head("Location", "")),
		answered("rfc7644-3.3-location-is-meta-location", "POST", `/Users$`, "201", mutant.Set("meta/location", "https://other.example/1")),
		answer("rfc7643-3.1-location-absolute", "GET", user, "", mutant.Text(`"location": ?"[^"]*/Users`, `"location":"Users`)),
		answer("rfc7644-3.4.1-location-names-id", "GET", user, "", mutant.Text(`("location": ?"[^"]*/Users/)`, "${1}%2541")),
		answer("rfc7643-3.1-id-given-by-server", "POST", `/Users$`, `"id":"mc-`, echoID),
		only(answered("rfc7643-3.1-id-unique", "POST", `/Users$`, "201", mutant.Set("id", "1"))),
		only(answered("rfc7643-3.1-id-not-bulkid", "POST", `/Users$`, "201", mutant.Text(`"id": ?"`, `"id":"bulkId:`))),
		only(answer("rfc7643-3.1-id-stable", "GET", user, "", mutant.Set("id", "1"))),
		answer("rfc7643-3.1-meta-complete", "GET", user, "", mutant.Set("meta/created", "yesterday")),
		answer("rfc7643-3.1-meta-of-group", "GET", group, "", mutant.Set("meta/resourceType", "User")),
		answer("rfc7643-3.1-meta-ignored", "POST", `/Users$`, `"created":"1999`, mutant.Set("meta/created", "1999-01-01T00:00:00Z")),
		answer("rfc7643-3.1-external-id", "GET", user, "", mutant.Text(`"externalId": ?"Ext-`, `"externalId":"ext-`)),
		answer("rfc7643-3-schemas-present", "GET", user, "", mutant.Drop("schemas")),
		answer("rfc7643-3-schemas-without-extension", "GET", user, "", mutant.Text(`"schemas": ?\[`, `"schemas":["`+enterprise+`",`)),
		answer("rfc7643-3-schemas-with-extension", "GET", user, "", mutant.Set("schemas", []string{"urn:ietf:params:scim:schemas:core:2.0:User"})),
		answered("rfc7644-3.3-duplicate", "POST", `/Users$`, "409", mutant.Set("scimType", "invalidValue")),
		ask("rfc7643-4.1.1-duplicate-in-other-case", "POST", `/Users$`, `"userName":"MC-`, mutant.AskText(`"userName":"MC-`, `"userName":"X-`)),
		scimType("rfc7643-4.1.1-username-required", "POST", `/Users$`, nameless, "invalidSyntax"),
		stored("rfc7643-4.1.1-username-not-empty", "POST", `/Users$`, `"userName":""`),
		answer("rfc7644-3.3-readonly-ignored", "POST", `/Users$`, `"groups":\[\{"value":"e9e30dba`, mutant.Add("", "groups", []any{map[string]any{"value": "1"}})),
		answer("rfc7643-4.1.1-password-not-in-create", "POST", `/Users$`, `"password":"`, mutant.Add("", "password", "***")),
		answer("rfc7643-4.1.1-password-not-in-read", "GET", `/Users/[^?]*\?attributes=password$`, "", mutant.Add("", "password", "***")),
		ask("rfc7643-4.1.1-password-not-in-patch", "PATCH", user, `"path":"password"`, mutant.Instead(200, `{"id":"1","password":"***"}`)),

		refused("rfc7643-2.5-null-is-unassigned", "POST", `/Users$`, `"nickName":null`),
		answer("rfc7643-2.5-empty-list-is-unassigned", "POST", `/Users$`, `"emails":\[\]`, mutant.Add("", "emails", nil)),
		ask("rfc7643-2.4-single-value-no-list", "POST", `/Users$`, `"emails":\{`, mutant.Refuse(500)),
		refused("rfc7643-2.1-names-in-any-case", "POST", `/Users$`, `"USERNAME":`),
		answer("rfc7643-2.1-names-as-in-schema", "GET", user, "", mutant.Text(`"displayName"`, `"DISPLAYNAME"`)),
		ask("rfc7643-2.1-urn-in-any-case", "POST", `/Users$`, `enterprise:2\.0:user":`, mutant.AskDrop("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user")),
		refused("rfc7643-2-unknown-ignored", "POST", `/Users$`, `"favouriteCheese"`),
		stored("rfc7643-2.3.2-boolean", "POST", `/Users$`, `"active":"perhaps"`),
		stored("rfc7643-2.3.1-string", "POST", `/Users$`, `"displayName":\{`),
		ask("rfc7643-2.4-primary-once", "POST", `/Users$`, `"primary":true.*"primary":true`, mutant.Refuse(500)),
		answer("rfc7643-4.3-enterprise", "GET", user, "", mutant.Text("Tour Operations", "Tours")),
		answer("rfc7643-4.3-manager", "GET", user, "", mutant.Drop(enterprise+"/manager")),
		answer("rfc7643-8.2-full-user", "GET", user, "", mutant.Drop("name/honorificSuffix")),
		ask("rfc7643-2.3.1-unicode", "POST", `/Users$`, "Ångström", mutant.AskText("Ångström", "Angstrom")),
		answer("rfc7643-4.1.1-username-case-kept", "GET", user, "", mutant.Text(`"Mixed-`, `"mixed-`)),
		ask("rfc7643-4.1.1-active-false", "POST", `/Users$`, `"active":false`, mutant.AskText(`"active":false`, `"active":true`)),
	}
}

func readTable() []mutant.Mutation {
	return []mutant.Mutation{
		answered("rfc7644-2-no-token", "GET", "", "401", mutant.Code(403)),
		answered("rfc7644-2-wrong-token", "GET", "", "401", mutant.Drop("schemas")),
		answered("rfc7644-2-challenge", "GET", "", "401", mutant.Head("WWW-Authenticate", "")),
		answered("rfc7644-2-no-write-without-token", "POST", "", "401", mutant.Code(201)),

		only(answer("rfc7644-3.4.1-read", "GET", user, "", mutant.Set("userName", "somebody"))),
		only(answer("rfc7644-3.4.1-read-group", "GET", group, "", mutant.Drop("members"))),
		answer("rfc7644-3.12-unknown-id", "GET", `/Users/7a0a9f0e-1111`, "", mutant.Code(400)),
		answer("rfc7644-3.12-error-form", "GET", `/Users/no-such-`, "", mutant.Set("status", 404)),
		answer("rfc7644-3.12-error-detail", "POST", `/Users$`, nameless, mutant.Drop("detail")),
		answer("rfc7644-3.12-error-type", "GET", `/Users/no-such-`, "", mutant.Head("Content-Type", "text/html")),
		ask("rfc7644-3.12-unknown-endpoint", "GET", `/Printers/1`, "", mutant.Instead(404, "404 page not found")),
		ask("rfc3986-2.4-id-decoded-once", "GET", `/Users/%[0-9A-F]{2}`, "", mutant.Instead(200, created)),
		only(ask("rfc3986-2.4-id-decoded", "GET", user, "", mutant.Refuse(404))),
		answered("rfc7644-8.1-media-type", "GET", user, "200", mutant.Head("Content-Type", "application/json")),
		only(ask("rfc7644-3.8-accept-json", "GET", user, "", mutant.Refuse(406))),
		only(ask("rfc7644-3.8-accept-default", "GET", user, "", mutant.Refuse(406))),
		only(ask("rfc7644-3.1-content-json", "POST", `/Users$`, "", mutant.Refuse(415))),
		only(ask("rfc7644-3.1-content-charset", "POST", `/Users$`, "", mutant.Refuse(415))),
		only(stored("rfc9110-15.5.16-content-text", "POST", `/Users$`, "")),
		ask("rfc7644-3.9-attributes", "GET", `/Users/[^?]*\?attributes=userName$`, "", mutant.AskPath(`\?.*`, "")),
		answer("rfc7644-3.9-attributes-in-any-case", "GET", `\?attributes=USERNAME$`, "", mutant.Drop("userName")),
		ask("rfc7644-3.10-attributes-sub", "GET", `attributes=name\.familyName$`, "", mutant.AskPath(`\.familyName`, "")),
		refused("rfc7644-3.10-attributes-urn", "GET", `attributes=urn:`, ""),
		ask("rfc7644-3.9-excluded", "GET", `excludedAttributes=displayName,emails$`, "", mutant.AskPath("displayName,", "")),
		answer("rfc7644-3.9-excluded-id", "GET", `excludedAttributes=id,`, "", mutant.Drop("id")),
		ask("rfc7644-3.9-attributes-in-list", "GET", `&attributes=userName$`, "", mutant.AskPath("&attributes=userName", "")),
		ask("rfc7644-3.9-attributes-in-create", "POST", `/Users\?attributes=userName$`, "", mutant.AskPath(`\?.*`, "")),
		answer("rfc7644-3.9-excluded-members", "GET", `/Groups/[^?]*\?excludedAttributes=members$`, "", mutant.Drop("displayName")),
		ask("rfc7644-3.11-me", "GET", `/Me$`, "", mutant.Instead(200, "{}")),

		answer("rfc9110-15.5.6-put-on-users", "PUT", `/Users$`, "", mutant.Code(404)),
		answer("rfc9110-15.5.6-post-on-user", "POST", user, "", mutant.Code(200)),
		answer("rfc9110-15.5.6-allow", "PUT", `/Users$`, "", mutant.Head("Allow", "")),
		answer("rfc9110-9.1-head", "HEAD", "", "", mutant.Code(405)),
		answer("rfc7644-4-config-read-only", "DELETE", `/ServiceProviderConfig$`, "", mutant.Code(200)),
		answer("rfc7644-4-schemas-read-only", "DELETE", `/Schemas/`, "", mutant.Code(204)),
		answer("rfc7644-3.13-trailing-slash", "GET", `/Users/\?`, "", mutant.Code(404)),
	}
}

func writeTable() []mutant.Mutation {
	return []mutant.Mutation{
		answer("rfc7644-3.5.1-replace", "PUT", user, `"displayName":"Replaced"`, mutant.Drop("displayName")),
		ask("rfc7644-3.5.1-replace-kept", "PUT", user, `"givenName":"Other"`, mutant.AskText(`"Other"`, `"Check"`)),
		only(ask("rfc7644-3.5.1-replace-clears", "PUT", user, "", mutant.AskText(`^\{`, `{"nickName":"Babs",`))),
		ask("rfc7644-3.5.1-replace-list", "PUT", user, `"emails":\[\{"type":"home","value":"[^"]*"\}\]`,
			mutant.AskText(`("emails":\[)`, `$1{"type":"work","value":"kept@conformance.example"},`)),
		ask("rfc7644-3.5.1-replace-unknown", "PUT", `/Users/no-such-`, "", mutant.Instead(200, created)),
		only(answer("rfc7644-3.5.1-replace-id", "GET", user, "", mutant.Set("id", "1"))),
		answer("rfc7644-3.5.1-replace-readonly", "PUT", user, `"groups":\[\{"value":"e9e30dba`, mutant.Add("", "groups", []any{map[string]any{"value": "1"}})),
		ask("rfc7644-3.5.1-replace-required", "PUT", user, nameless, mutant.Instead(200, created)),
		answered("rfc7644-3.5.1-replace-taken", "PUT", user, "409", mutant.Set("scimType", "invalidValue")),
		only(later(1, answer("rfc7643-3.1-last-modified", "GET", user, "", mutant.Stale()))),
		ask("rfc7644-3.5.1-replace-inactive", "PUT", user, `"active":false`, mutant.AskMethod("GET")),
		ask("rfc7644-3.5.1-replace-members", "PUT", group, `"members":\[\{"value"`, mutant.AskDrop("members")),

		answered("rfc7644-3.6-delete", "DELETE", user, "204", mutant.Body("{}")),
		answered("rfc7644-3.6-deleted-is-gone", "PUT", user, "404", mutant.Code(410)),
		answer("rfc7644-3.6-deleted-not-listed", "GET", `/Users\?filter=userName eq "mc-[^"@]*"$`, "", mutant.IfEmpty(mutant.Set("totalResults", 1))),
		only(later(1, ask("rfc7644-3.6-deleted-name-free", "POST", `/Users$`, "", mutant.Refuse(409)))),
		stored("rfc7644-3.6-delete-unknown", "DELETE", `/Users/no-such-`, ""),
		answered("rfc7644-3.6-delete-group", "GET", group, "404", mutant.Set("status", "200")),
	}
}
