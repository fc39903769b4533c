package mutant_test

import (
	"strings"

	"github.com/muster-idm/muster/conformance/mutant"
)

const bulk = `/Bulk$`

func bulkTable() []mutant.Mutation {
	const one = `"bulkId":"b"`
	return []mutant.Mutation{
		answer("rfc7644-3.7-bulk", "POST", bulk, `"method":"DELETE".*"method":"PUT"|"method":"PUT".*"method":"DELETE"`, mutant.Drop("Operations/0/location")),
		ask("rfc7644-3.7-bulk-patch", "POST", bulk, `"method":"PATCH"`, mutant.AskText(`"value":"Bulk"`, `"value":"Other"`)),
		ask("rfc7644-3.7.2-bulk-id", "POST", bulk, `"type":"User","value":"bulkId:qwerty"`, mutant.AskText(`"value":"bulkId:qwerty"`, `"value":"qwerty"`)),
		ask("rfc7644-3.7.2-bulk-id-before", "POST", bulk, `"members":\[\{"value":"bulkId:qwerty"`, mutant.AskText(`"value":"bulkId:qwerty"`, `"value":"qwerty"`)),
		ask("rfc7644-3.7.1-bulk-circular", "POST", bulk, `"value":"bulkId:[ab]"`, mutant.Refuse(400)),
		ask("rfc7644-3.7.2-bulk-unresolved", "POST", bulk, `"value":"bulkId:nobody"`, mutant.AskText(`"value":"bulkId:nobody"`, `"value":"nobody"`)),
		ask("rfc7644-3.7.3-fail-on-errors", "POST", bulk, `"failOnErrors":1`, mutant.AskDrop("failOnErrors")),
		ask("rfc7644-3.7.3-go-on", "POST", bulk, one+`.*"method":"POST"`, mutant.AskText(`^\{`, `{"failOnErrors":1,`)),
		ask("rfc7644-3.7.4-too-many", "POST", bulk, strings.Repeat(`.{250}`, 2)+`"path":"/Users/0"`, mutant.Refuse(400)),
		stored("rfc7644-3.7-bulk-method", "POST", bulk, `"method":"OPTIONS"`),
		stored("rfc7644-3.7-bulk-post-without-id", "POST", bulk, `"Operations":\[\{"data":\{[^}]*.*\},"method":"POST","path":"/Users"\}\]`),

		answer("rfc7643-4.2-display-name-required", "POST", `/Groups$`, `^\{"schemas":\[[^]]*\]\}$`, mutant.Set("scimType", "invalidSyntax")),
		answered("rfc7644-3.3-create-group", "POST", `/Groups$`, "201", mutant.Head("Location", "/Groups/0")),
		answer("rfc7643-4.1.2-groups-of-user", "GET", `\?attributes=groups$`, "", mutant.Drop("groups")),
		only(answer("rfc7643-4.2-deleted-member", "GET", group, "", mutant.Drop("members"))),
		ask("rfc7643-4.2-nested", "POST", `/Groups$`, `"members":\[\{"type":"Group"`, mutant.AskDrop("members")),
		only(later(0, ask("rfc7644-3.5.2-concurrent-members", "PATCH", group, "", mutant.AskText(`"op":"add"`, `"op":"replace"`)))),
		lost("rfc7644-3.5.2-concurrent-attributes", `"path":"userType","value":"Together"`),
		only(answered("rfc7644-3.3-concurrent-duplicate", "POST", `/Users$`, "409", mutant.Code(201))),
	}
}

// lateTable are the faults that the checks of what must stay as it was must see.
func lateTable() []mutant.Mutation {
	const foundOne = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"Resources":[{"id":"1"}]}`
	many := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"Resources":[` + strings.Repeat("{},", 20000) + `{}]}`
	return []mutant.Mutation{
		only(answered("rfc7644-3.4.1-other-type", "GET", user, "404", mutant.Code(200))),
		ask("rfc7644-3.12-strange-id", "GET", `/Users/x{900}`, "", mutant.Instead(200, created)),
		stored("rfc7644-3.5.2-readonly-meta", "PATCH", user, `"path":"meta\.created"`),
		stored("rfc7644-3.5.2-readonly-sub", "PATCH", user, `manager\.displayName"`),
		stored("rfc7644-3.5.2-immutable", "PATCH", group, `\]\.value","value"`),
		only(answer("rfc7644-3.5.2.2-remove-extension-whole", "GET", user, "", mutant.Text(`"schemas": ?\[`, `"schemas":["`+enterprise+`",`))),
		refused("rfc7644-3.4.2.2-null", "GET", `title eq null`, ""),
		ask("rfc7644-7.5.2-password-filter", "GET", `\(password sw`, "", mutant.Instead(200, foundOne)),
		ask("rfc7643-5-max-results-kept", "GET", `count=1000000&attributes=id$`, "", mutant.Instead(200, many)),
		answer("rfc7644-3.4.2.3-multi-valued", "GET", `sortBy=emails$`, "", mutant.Reverse("Resources")),
		only(ask("rfc7644-3.14-one-winner", "PATCH", user, "", mutant.AskHead("If-Match", ""))),
		answered("rfc7644-3.14-etag-of-create", "POST", `/Users$`, "201", mutant.Head("ETag", "")),
		ask("rfc7644-3.7.4-too-large", "POST", bulk, `^\{ {900}`, mutant.Refuse(400)),
		answer("rfc7644-3.7.3-bulk-error", "POST", bulk, `"method":"DELETE","path":"/Users/no-such-`, mutant.Drop("Operations/0/response")),
		answer("rfc7643-4.2-member-ref", "GET", group, "", mutant.Drop("members/*/$ref")),
	}
}

func robustTable() []mutant.Mutation {

	return []mutant.Mutation{
		stored("rfc7644-3.12-malformed", "POST", `/Users$`, `^\{'userName'`),
		stored("rfc7644-3.12-not-an-object", "POST", `/Users$`, `^(\[\]|null|true)$`),
		ask("rfc8259-2-trailing", "POST", `/Users$`, `\}garbage$`, mutant.AskText(`garbage$`, "")),
		ask("rfc8259-4-duplicate-names", "POST", `/Users$`, `"userName":"[^"]*".*"userName":"[^"]*"`, mutant.AskText(`^\{"userName":"[^"]*",`, `{`)),
		stored("rfc8259-8.1-invalid-utf8", "POST", `/Users$`, "a[^ -~]+b\""),
		ask("rfc7643-2.3.1-nul", "POST", `/Users$`, `a\\u0000b mc-`, mutant.Refuse(500)),
		ask("rfc7644-3.12-long-name", "POST", `/Users$`, `"userName":"mc-[^"]*x{900}`, mutant.Refuse(500)),
		ask("rfc7644-7-no-internals", "GET", `' or 1=1 --`, "", mutant.Instead(400, `{"detail":"SQLSTATE 42601"}`)),
		ask("rfc9110-15.5.14-too-large", "POST", `/Users$`, `^\{ {900}`, mutant.Refuse(400)),
		stored("rfc7644-7.8-deep-json", "POST", `/Users$`, `"emails":\[{900}`),
		ask("rfc7644-7.8-deep-filter", "GET", `filter=\({900}`, "", mutant.Refuse(500)),
		ask("rfc7644-7.8-long-filter", "GET", `filter=(userName eq "x" or ){200}`, "", mutant.Refuse(500)),
		ask("rfc7644-7.8-deep-path", "PATCH", user, `"path":"emails\[\({900}`, mutant.Refuse(500)),
		only(later(60, ask("rfc7644-3.12-too-fast", "GET", user, "", mutant.Refuse(500)))),
		only(later(60, ask("rfc9110-10.2.3-retry-after", "GET", user, "", mutant.Refuse(429)))),
		only(ask("entra-filter-unquoted", "GET", `externalId eq ext-`, "", mutant.Refuse(400))),
	}
}
