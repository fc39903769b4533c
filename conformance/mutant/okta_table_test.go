package mutant_test

import "github.com/muster-idm/muster/conformance/mutant"

// oktaTable are the faults that the checks of Okta's requests must see.
func oktaTable() []mutant.Mutation {
	const lookup = `/Users\?filter=userName eq ".*startIndex=1&count=100$`
	const groupLookup = `/Groups\?filter=displayName eq ".*startIndex=1&count=100$`
	return []mutant.Mutation{
		answer("okta-spec-01-first-user", "GET", `/Users\?count=1&startIndex=1$`, "", mutant.Drop("Resources/0/emails")),
		only(answer("okta-spec-02-read-user", "GET", user, "", mutant.Drop("name/familyName"))),
		answer("okta-spec-03-unknown-name", "GET", `filter=userName eq "abcdefgh@atko`, "", mutant.Code(404)),
		answered("okta-spec-04-unknown-id", "GET", `/Users/mc-`, "404", mutant.Drop("detail")),
		answer("okta-spec-05-name-is-free", "GET", `/Users\?filter=userName eq "mc-`, "", mutant.IfEmpty(mutant.Drop("totalResults"))),
		answer("okta-spec-06-create", "POST", `/Users$`, "", mutant.Fold("userName")),
		answer("okta-spec-07-read-created", "GET", user, "", mutant.Fold("userName")),
		answered("okta-spec-08-create-twice", "POST", `/Users$`, "409", mutant.Code(400)),
		ask("okta-spec-09-upper-case", "GET", `filter=userName eq "MC-`, "", mutant.Refuse(400)),
		answer("okta-spec-10-groups", "GET", `/Groups$`, "", mutant.Drop("Resources")),
		answered("okta-spec-11-wrong-token", "", "", "401", mutant.Set("status", 401)),
		answer("okta-spec-12-unknown-number", "GET", `/Users/00919288221112222$`, "", mutant.Code(400)),

		refused("okta-user-placeholder-password", "POST", "", `"password":"1mz050nq"`),
		only(answer("okta-user-id-is-no-bulkid", "POST", `/Groups$`, "", mutant.Text(`"id": ?"`, `"id":"bulkId-`))),
		answer("okta-user-lookup-finds", "GET", lookup, "", empty()),
		ask("okta-user-lookup-plus", "GET", `filter=userName eq "a\+b`, "", mutant.AskPath(`a\+b`, "a b")),
		answer("okta-import-integers", "GET", `/Users\?startIndex=1&count=100$`, "", mutant.Quote("itemsPerPage")),
		ask("okta-import-pages", "GET", `/Users\?startIndex=\d+&count=2$`, "", mutant.AskPath(`startIndex=\d+`, "startIndex=1")),
		later(1, answer("okta-import-order", "GET", `/Users\?startIndex=1&count=100$`, "", mutant.Reverse("Resources"))),
		answer("okta-import-deactivated", "GET", lookup, "", mutant.IfText(`"active": ?false`, empty())),
		refused("okta-put-update", "PUT", user, `"display":"mc-`),
		only(ask("okta-put-rename", "PUT", user, "", mutant.AskMethod("GET"))),
		ask("okta-put-deactivate", "PUT", user, `"active":false`, mutant.AskText(`"active":false`, `"active":true`)),
		refused("okta-put-empty", "PUT", user, `"title":""`),
		answer("okta-put-password", "PUT", user, `"password":`, mutant.Add("", "password", "***")),
		lost("okta-patch-deactivate", `"op":"replace","value":\{"active":false\}`),
		lost("okta-patch-reactivate", `"op":"replace","value":\{"active":true\}`),
		refused("okta-patch-password", "PATCH", user, `"op":"replace","value":\{"password":`),
		ask("okta-user-all-attributes", "POST", `/Users$`, `"timezone":"America/Los_Angeles"`, mutant.AskDrop("timezone")),
		only(later(1, answer("okta-user-read-after-write", "GET", user, "", mutant.Stale()))),
		answered("okta-conflict-is-an-error", "POST", `/Users$`, "409", mutant.Drop("detail")),
		only(later(2, ask("okta-namesakes-at-once", "POST", `/Users$`, "", mutant.Refuse(409)))),

		refused("okta-group-push-create", "POST", `/Groups$`, `"members":\[\]`),
		answer("okta-group-push-link", "GET", groupLookup, "", mutant.IfFound(empty())),
		lost("okta-group-rename", `"value":\{"displayName":"[^"]+","id":`),
		answer("okta-group-rename-found", "GET", groupLookup, "", mutant.IfEmpty(mutant.Code(404))),
		refused("okta-group-add-display", "PATCH", group, `"op":"add","path":"members","value":\[\{"display":"mc-`),
		ask("okta-group-remove-path", "PATCH", group, `"op":"remove","path":"members\[value eq`, mutant.AskText(`"path":"members\[[^]]*\]"`, `"path":"members"`)),
		ask("okta-group-membership", "PATCH", group, `"op":"remove".*"op":"add","path":"members"`, mutant.AskDrop("Operations/1")),
		ask("okta-group-membership-rename", "PATCH", group, `"op":"replace","value":\{"displayName".*"op":"add","path":"members"`, mutant.AskDrop("Operations/1")),
		ask("okta-group-push-now", "PATCH", group, `"op":"replace","path":"members","value":\[\{"display"`, mutant.AskText(`"op":"replace"`, `"op":"add"`)),
		lost("okta-group-push-empty", `"op":"replace","path":"members","value":\[\]`),
		ask("okta-group-replace-keeps-members", "PATCH", group, `"externalId":"00g`, mutant.AskText(`"externalId":"00g`, `"members":[],"externalId":"00g`)),
		only(ask("okta-group-add-twice", "PATCH", group, "", mutant.Refuse(409))),
		ask("okta-group-put-members", "PUT", group, `"displayName":"[^"]*","members":\[\{"display"`, mutant.AskDrop("members")),
		ask("okta-group-put-rename", "PUT", group, `"id":"[^"]*","members":\[\{"display"`, mutant.AskText(`"displayName":"mc-`, `"displayName":"x-mc-`)),
		answered("okta-group-delete", "DELETE", group, "204", mutant.Code(200)),
		ask("okta-group-import", "GET", `/Groups\?startIndex=\d+&count=2$`, "", mutant.AskPath(`startIndex=\d+`, "startIndex=1")),
		ask("okta-group-many-members", "PATCH", group, `"op":"add","path":"members"`, mutant.Cut("Operations/*/value", 10)),
		only(answer("okta-group-deactivated-member", "GET", group, "", mutant.Drop("members/0"))),
	}
}
