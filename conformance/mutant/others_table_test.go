package mutant_test

import "github.com/muster-idm/muster/conformance/mutant"

// othersTable are the faults that the checks of other clients' habits must see.
func othersTable() []mutant.Mutation {
	return []mutant.Mutation{
		refused("onelogin-schemas", "POST", `/Users$`, `urn:scim:schemas:core:2\.0`),
		refused("onelogin-query-end", "GET", `&$`, ""),
		refused("google-schemas", "POST", `/Users$`, `core:1\.0`),
		answer("google-probe", "GET", `/Users\?count=1$`, "", mutant.Drop("totalResults")),
		only(ask("jumpcloud-activation", "DELETE", user, "", mutant.Refuse(405))),
		ask("jumpcloud-members", "PATCH", group, `"op":"remove","path":"members","value":\[\{"value":"[^"]*"\},\{`, mutant.AskDrop("Operations/*/value")),
		refused("ping-filter-emails", "GET", `filter=emails eq`, ""),
		ask("pingone-put-only", "PUT", user, `"active":true,"displayName":"Written"`, mutant.AskText(`"active":true`, `"active":false`)),
		refused("sailpoint-discovery", "GET", `/ResourceTypes/Group`, ""),
		answer("sailpoint-list-schemas", "GET", `filter=id eq "[^"]*"$`, "", mutant.Drop("Resources/0/schemas")),
		ask("sailpoint-replace-merges", "PATCH", user, `"path":"name","value":\{"givenName":"Changed"`, mutant.AskText(`"givenName":"Changed"`, `"givenName":"Changed","familyName":""`)),
		refused("authentik-replace-group", "PATCH", group, `"schemas":\["urn:ietf:params:scim:schemas:core:2\.0:Group"`),
		ask("authentik-add-each", "PATCH", group, `"op":"add","path":"members".*"op":"add","path":"members"`, mutant.AskDrop("Operations/1")),
		refused("authentik-remove-list", "PATCH", group, `"op":"remove","path":"members","value".*"op":"remove","path":"members","value"`),
		answered("authentik-conflict", "POST", `/Groups$`, "409", mutant.Code(400)),
		ask("authentik-pages", "GET", `/Groups\?startIndex=\d+$`, "", mutant.AskPath(`\?.*`, "?startIndex=1&count=2")),
		ask("keycloak-full-list", "PATCH", group, `"op":"replace","path":"members","value":\[(\{"value":"[^"]*"\},?){8}`, mutant.Cut("Operations/*/value", 5)),
		refused("wso2-add-without-path", "PATCH", group, `"op":"add","value":\{"members"`),
		ask("auth0-external-id", "GET", `filter=externalId eq "auth0`, "", empty()),
		ask("sentry-both-deactivations", "PATCH", user, `"op":"replace".*"active":false`, mutant.Refuse(500)),
	}
}
