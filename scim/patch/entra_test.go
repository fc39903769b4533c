package patch_test

import "testing"

// What Entra sends, with and without aadOptscim062020, and what Microsoft's
// validators hold a server to.

func TestEntraWithoutTheFlag(t *testing.T) {
	const ada = `{"userName":"ada","active":true,"displayName":"Ada","externalId":"1","name":{"givenName":"Ada","familyName":"King"},
		"emails":[{"type":"work","value":"a@w","primary":true},{"type":"other","value":"a@o"}],"ENT":{"employeeNumber":"1"}}`
	users(t, []scenario{
		{name: "disables with a string", before: `{"userName":"ada","active":true}`, body: `[{"op":"Replace","path":"active","value":"False"}]`, after: `{"userName":"ada","active":false}`},
		{name: "restores with a string", before: `{"userName":"ada","active":false}`, body: `[{"op":"Replace","path":"active","value":"True"}]`, after: `{"userName":"ada","active":true}`},
		{name: "disables with a boolean", before: `{"userName":"ada","active":true}`, body: `[{"op":"Replace","path":"active","value":false}]`, after: `{"userName":"ada","active":false}`},
		{name: "adds a single value", body: `[{"op":"Add","path":"nickName","value":"Babs"}]`, after: `{"userName":"ada","nickName":"Babs"}`},
		{name: "replaces many, one by one", before: ada, body: `[
			{"op":"Replace","path":"displayName","value":"Ada L"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"l@w"},
			{"op":"Replace","path":"name.givenName","value":"A"},{"op":"Replace","path":"name.familyName","value":"L"},
			{"op":"Replace","path":"externalId","value":"2"},{"op":"Replace","path":"ENT:employeeNumber","value":"2"}]`,
			after: `{"userName":"ada","active":true,"displayName":"Ada L","externalId":"2","name":{"givenName":"A","familyName":"L"},
				"emails":[{"type":"work","value":"l@w","primary":true},{"type":"other","value":"a@o"}],"ENT":{"employeeNumber":"2"}}`},
		{name: "adds the manager as a list of one", body: `[{"op":"Add","path":"manager","value":[{"$ref":"http://x/scim/Users/m1","value":"m1"}]}]`,
			after: `{"userName":"ada","ENT":{"manager":{"value":"m1","$ref":"http://x/scim/Users/m1"}}}`},
		{name: "makes a work address where there is none, and leaves the others", before: `{"userName":"ada","emails":[{"type":"other","value":"a@o","primary":true}]}`,
			body:  `[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"a@w"}]`,
			after: `{"userName":"ada","emails":[{"type":"other","value":"a@o","primary":true},{"type":"work","value":"a@w"}]}`},
		{name: "adds a work address where there is none at all", body: `[{"op":"Add","path":"emails[type eq \"work\"].value","value":"a@w"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"a@w"}]}`},
		{name: "removes a work address with its value", before: ada, body: `[{"op":"Remove","path":"emails[type eq \"work\"].value","value":"a@w"}]`,
			after: `{"userName":"ada","active":true,"displayName":"Ada","externalId":"1","name":{"givenName":"Ada","familyName":"King"},
				"emails":[{"type":"other","value":"a@o"}],"ENT":{"employeeNumber":"1"}}`},
		{name: "removes a work address that is not there", body: `[{"op":"Remove","path":"emails[type eq \"work\"].value","value":"a@w"}]`},
		{name: "writes sub-attributes with a capital", body: `[{"op":"Add","path":"addresses[type eq \"other\"].Formatted","value":"Room 1"},{"op":"Add","path":"emails[type eq \"other\"].Value","value":"a@o"}]`,
			after: `{"userName":"ada","addresses":[{"type":"other","formatted":"Room 1"}],"emails":[{"type":"other","value":"a@o"}]}`},
		{name: "adds roles as JSON in a string", body: `[{"op":"Add","path":"roles","value":[{"value":"{\"id\":\"1\",\"value\":\"admin\"}"}]}]`,
			after: `{"userName":"ada","roles":[{"value":"{\"id\":\"1\",\"value\":\"admin\"}"}]}`},
		{name: "makes the primary role", body: `[{"op":"Add","path":"roles[primary eq \"True\"].value","value":"admin"},{"op":"Add","path":"roles[primary eq \"True\"].display","value":"Admin"}]`,
			after: `{"userName":"ada","roles":[{"primary":true,"value":"admin","display":"Admin"}]}`},
		{name: "replaces all roles", before: `{"userName":"ada","roles":[{"value":"a"},{"value":"b"}]}`, body: `[{"op":"Replace","path":"roles","value":[{"value":"c"}]}]`,
			after: `{"userName":"ada","roles":[{"value":"c"}]}`},
		{name: "writes a dot before an extension's attribute, in old jobs", body: `[{"op":"Add","path":"ENT.manager","value":"m1"}]`,
			after: `{"userName":"ada","ENT":{"manager":{"value":"m1"}}}`},
	})
	const staff = `{"displayName":"Staff","members":[{"value":"u1"},{"value":"u2"},{"value":"u3"}]}`
	groups(t, []scenario{
		{name: "adds members", before: staff, body: `[{"op":"Add","path":"members","value":[{"$ref":null,"value":"f648"},{"$ref":null,"value":"u1"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"u1"},{"value":"u2"},{"value":"u3"},{"value":"f648"}]}`},
		{name: "removes just the members it names", before: staff, body: `[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"u2"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"u1"},{"value":"u3"}]}`},
		{name: "removes a member that is none", before: staff, body: `[{"op":"Remove","path":"members","value":[{"value":"u9"}]}]`, after: staff},
		{name: "removes no members when it names none", before: staff, body: `[{"op":"Remove","path":"members","value":[]}]`, after: staff},
		{name: "names the members with the URN", before: staff, body: `[{"op":"Add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members","value":[{"value":"u4"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"u1"},{"value":"u2"},{"value":"u3"},{"value":"u4"}]}`},
	})
}

func TestEntraWithTheFlag(t *testing.T) {
	users(t, []scenario{
		{name: "disables", before: `{"userName":"ada","active":true}`, body: `[{"op":"replace","path":"active","value":false}]`, after: `{"userName":"ada","active":false}`},
		{name: "adds a single value", body: `[{"op":"add","path":"nickName","value":"Babs"}]`, after: `{"userName":"ada","nickName":"Babs"}`},
		{name: "replaces many, at once",
			before: `{"userName":"ada","displayName":"Ada","name":{"givenName":"Ada","familyName":"King","formatted":"Ada King"},"emails":[{"type":"work","value":"a@w"}],"ENT":{"employeeNumber":"1","department":"D"}}`,
			body: `[{"op":"replace","path":"emails[type eq \"work\"].value","value":"l@w"},
				{"op":"replace","value":{"displayName":"Ada L","name.givenName":"A","name.familyName":"L","ENT:employeeNumber":"2"}}]`,
			after: `{"userName":"ada","displayName":"Ada L","name":{"givenName":"A","familyName":"L","formatted":"Ada King"},"emails":[{"type":"work","value":"l@w"}],"ENT":{"employeeNumber":"2","department":"D"}}`},
	})
	groups(t, []scenario{
		{name: "adds members", body: `[{"op":"add","path":"members","value":[{"$ref":null,"value":"f648"}]}]`, after: `{"displayName":"Staff","members":[{"value":"f648"}]}`},
		{name: "removes a member by a filter", before: `{"displayName":"Staff","members":[{"value":"7f4bc1a3"},{"value":"b"}]}`,
			body: `[{"op":"remove","path":"members[value eq \"7f4bc1a3\"]"}]`, after: `{"displayName":"Staff","members":[{"value":"b"}]}`},
		{name: "removes members by one filter", before: `{"displayName":"Staff","members":[{"value":"a"},{"value":"b"},{"value":"c"}]}`,
			body: `[{"op":"remove","path":"members[value eq \"a\" or value eq \"b\" or value eq \"x\"]"}]`, after: `{"displayName":"Staff","members":[{"value":"c"}]}`},
	})
}

func TestTheManagerAsEntraAndItsTestsSendIt(t *testing.T) {
	const led = `{"userName":"ada","ENT":{"manager":{"value":"m1","$ref":"http://x/Users/m1","displayName":"Boss"}}}`
	users(t, []scenario{
		{name: "added as a string", body: `[{"op":"add","path":"ENT:manager","value":"m1"}]`, after: `{"userName":"ada","ENT":{"manager":{"value":"m1"}}}`},
		{name: "replaced as a string, with what described the old one", before: led, body: `[{"op":"replace","path":"ENT:manager","value":"m2"}]`,
			after: `{"userName":"ada","ENT":{"manager":{"value":"m2"}}}`},
		{name: "replaced by the same", before: led, body: `[{"op":"replace","path":"ENT:manager","value":"m1"}]`, after: led},
		{name: "replaced by its value", before: led, body: `[{"op":"replace","path":"ENT:manager.value","value":"m2"}]`,
			after: `{"userName":"ada","ENT":{"manager":{"value":"m2"}}}`},
		{name: "replaced as an object", before: led, body: `[{"op":"replace","path":"ENT:manager","value":{"value":"m2","$ref":"http://x/Users/m2","displayName":"ignored"}}]`,
			after: `{"userName":"ada","ENT":{"manager":{"value":"m2","$ref":"http://x/Users/m2"}}}`},
		{name: "replaced by the same, with a name that is not the client's to write", before: led, body: `[{"op":"replace","path":"ENT:manager","value":{"value":"m1","displayName":""}}]`, after: led},
		{name: "removed by an empty string", before: led, body: `[{"op":"replace","path":"ENT:manager","value":""}]`},
		{name: "removed by an empty value", before: led, body: `[{"op":"replace","path":"ENT:manager","value":{"value":""}}]`},
		{name: "removed by an empty list", before: led, body: `[{"op":"replace","path":"ENT:manager","value":[]}]`},
		{name: "removed by null", before: led, body: `[{"op":"replace","path":"ENT:manager","value":null}]`},
		{name: "removed", before: led, body: `[{"op":"remove","path":"ENT:manager"}]`},
		{name: "removed with the value it has", before: led, body: `[{"op":"Remove","path":"manager","value":[{"value":"m1"}]}]`},
		{name: "removed by its value", before: led, body: `[{"op":"remove","path":"ENT:manager.value"}]`},
		{name: "removed though there is none", body: `[{"op":"replace","path":"ENT:manager","value":{"value":""}}]`},
		{name: "two at once", before: led, body: `[{"op":"replace","path":"ENT:manager","value":[{"value":"m2"},{"value":"m3"}]}]`, fault: "invalidValue manager"},
	})
}

func TestTheValidatorReplacesByNothing(t *testing.T) {
	const full = `{"userName":"ada","displayName":"Ada","title":"Dr","active":true,"name":{"givenName":"A","familyName":"K"},
		"emails":[{"type":"work","value":"a@w","primary":true}],"phoneNumbers":[{"type":"mobile","value":"1"},{"type":"work","value":"2"}],
		"addresses":[{"type":"work","postalCode":"1","country":"Sierra Leone"}],"roles":[{"primary":true,"value":"r","display":"R"}],
		"ENT":{"department":"D","manager":{"value":"m1"}}}`
	var scenarios []scenario
	for _, nothing := range []string{`""`, `null`} {
		scenarios = append(scenarios,
			scenario{name: nothing + ", one operation for each path", before: full, after: `{"userName":"ada","addresses":[{"type":"work","country":"Sierra Leone"}]}`, body: `[
				{"op":"replace","path":"displayName","value":` + nothing + `},{"op":"replace","path":"title","value":` + nothing + `},{"op":"replace","path":"active","value":` + nothing + `},
				{"op":"replace","path":"name.givenName","value":` + nothing + `},{"op":"replace","path":"name.familyName","value":` + nothing + `},
				{"op":"replace","path":"emails[type eq \"work\"].value","value":` + nothing + `},{"op":"replace","path":"phoneNumbers[type eq \"mobile\"].value","value":` + nothing + `},
				{"op":"replace","path":"phoneNumbers[type eq \"work\"].value","value":` + nothing + `},{"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":` + nothing + `},
				{"op":"replace","path":"addresses[type eq \"work\"].postalCode","value":` + nothing + `},
				{"op":"replace","path":"roles[primary eq \"True\"].value","value":` + nothing + `},{"op":"replace","path":"roles[primary eq \"True\"].display","value":` + nothing + `},
				{"op":"replace","path":"ENT:department","value":` + nothing + `},{"op":"replace","path":"ENT:manager","value":` + nothing + `}]`},
			scenario{name: nothing + ", in one operation", before: full, after: `{"userName":"ada","addresses":[{"type":"work","country":"Sierra Leone"}]}`, body: `[{"op":"replace","value":{
				"displayName":` + nothing + `,"title":` + nothing + `,"active":` + nothing + `,"name.givenName":` + nothing + `,"name.familyName":` + nothing + `,
				"emails[type eq \"work\"].value":` + nothing + `,"phoneNumbers[type eq \"mobile\"].value":` + nothing + `,"phoneNumbers[type eq \"work\"].value":` + nothing + `,
				"phoneNumbers[type eq \"fax\"].value":` + nothing + `,"addresses[type eq \"work\"].postalCode":` + nothing + `,
				"roles[primary eq \"True\"].value":` + nothing + `,"roles[primary eq \"True\"].display":` + nothing + `,
				"ENT:department":` + nothing + `,"ENT:manager":` + nothing + `}}]`})
	}
	users(t, scenarios)
}

// thirtySix are the operations with which the validator adds all attributes to
// a user that has only a userName.
const thirtySix = `[
	{"op":"add","path":"active","value":true},{"op":"add","path":"displayName","value":"Ada"},{"op":"add","path":"title","value":"Dr"},
	{"op":"add","path":"preferredLanguage","value":"hi"},{"op":"add","path":"userType","value":"U"},{"op":"add","path":"nickName","value":"N"},
	{"op":"add","path":"locale","value":"RJWNTUNNOHNZ"},{"op":"add","path":"timezone","value":"Africa/Tunis"},{"op":"add","path":"profileUrl","value":"SCJXBDPTXDLC"},
	{"op":"add","path":"emails[type eq \"work\"].value","value":"a@w"},{"op":"add","path":"emails[type eq \"work\"].primary","value":true},
	{"op":"add","path":"name.givenName","value":"G"},{"op":"add","path":"name.familyName","value":"F"},{"op":"add","path":"name.formatted","value":"G F"},
	{"op":"add","path":"name.middleName","value":"M"},{"op":"add","path":"name.honorificPrefix","value":"P"},{"op":"add","path":"name.honorificSuffix","value":"S"},
	{"op":"add","path":"addresses[type eq \"work\"].formatted","value":"AF"},{"op":"add","path":"addresses[type eq \"work\"].streetAddress","value":"AS"},
	{"op":"add","path":"addresses[type eq \"work\"].locality","value":"AL"},{"op":"add","path":"addresses[type eq \"work\"].region","value":"AR"},
	{"op":"add","path":"addresses[type eq \"work\"].postalCode","value":"AP"},{"op":"add","path":"addresses[type eq \"work\"].primary","value":true},
	{"op":"add","path":"addresses[type eq \"work\"].country","value":"Sierra Leone"},
	{"op":"add","path":"phoneNumbers[type eq \"work\"].value","value":"1"},{"op":"add","path":"phoneNumbers[type eq \"work\"].primary","value":true},
	{"op":"add","path":"phoneNumbers[type eq \"mobile\"].value","value":"2"},{"op":"add","path":"phoneNumbers[type eq \"fax\"].value","value":"3"},
	{"op":"add","path":"roles[primary eq \"True\"].display","value":"RD"},{"op":"add","path":"roles[primary eq \"True\"].value","value":"RV"},
	{"op":"add","path":"roles[primary eq \"True\"].type","value":"RT"},
	{"op":"add","path":"ENT:employeeNumber","value":"E"},{"op":"add","path":"ENT:department","value":"D"},{"op":"add","path":"ENT:costCenter","value":"C"},
	{"op":"add","path":"ENT:organization","value":"O"},{"op":"add","path":"ENT:division","value":"V"}]`

const thirtySixAfter = `{"userName":"ada","active":true,"displayName":"Ada","title":"Dr","preferredLanguage":"hi","userType":"U","nickName":"N",
	"locale":"RJWNTUNNOHNZ","timezone":"Africa/Tunis","profileUrl":"SCJXBDPTXDLC","emails":[{"type":"work","value":"a@w","primary":true}],
	"name":{"givenName":"G","familyName":"F","formatted":"G F","middleName":"M","honorificPrefix":"P","honorificSuffix":"S"},
	"addresses":[{"type":"work","formatted":"AF","streetAddress":"AS","locality":"AL","region":"AR","postalCode":"AP","primary":true,"country":"Sierra Leone"}],
	"phoneNumbers":[{"type":"work","value":"1","primary":true},{"type":"mobile","value":"2"},{"type":"fax","value":"3"}],
	"roles":[{"primary":true,"display":"RD","value":"RV","type":"RT"}],
	"ENT":{"employeeNumber":"E","department":"D","costCenter":"C","organization":"O","division":"V"}}`

func TestMicrosoftsValidator(t *testing.T) {
	users(t, []scenario{
		{name: "adds 36 attributes", body: thirtySix, after: thirtySixAfter},
		{name: "adds 36 attributes again", before: thirtySixAfter, body: thirtySix, after: thirtySixAfter},
		{name: "updates the userName", body: `[{"op":"replace","value":{"userName":"lovelace"}}]`, after: `{"userName":"lovelace"}`},
		{name: "several operations, each on another attribute", before: `{"userName":"ada","displayName":"A","preferredLanguage":"hi"}`,
			body:  `[{"op":"add","path":"title","value":"Dr"},{"op":"replace","path":"displayName","value":"B"},{"op":"remove","path":"preferredLanguage"}]`,
			after: `{"userName":"ada","displayName":"B","title":"Dr"}`},
		{name: "several operations on one attribute", before: `{"userName":"ada","displayName":"A"}`,
			body:  `[{"op":"remove","path":"displayName"},{"op":"add","path":"displayName","value":"B"},{"op":"replace","path":"displayName","value":"C"}]`,
			after: `{"userName":"ada","displayName":"C"}`},
		{name: "several operations on one address", before: `{"userName":"ada","emails":[{"type":"work","value":"a@w"}]}`,
			body:  `[{"op":"remove","path":"emails[type eq \"work\"].value"},{"op":"add","path":"emails[type eq \"work\"].value","value":"b@w"},{"op":"replace","path":"emails[type eq \"work\"].value","value":"c@w"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"c@w"}]}`},
		{name: "a manager who does not exist", body: `[{"op":"add","path":"ENT:manager","value":{"value":"XYMKVVRYDIOO"}}]`, after: `{"userName":"ada","ENT":{"manager":{"value":"XYMKVVRYDIOO"}}}`},
	})
	groups(t, []scenario{
		{name: "replaces attributes", body: `[{"op":"replace","value":{"externalId":"e1"}}]`, after: `{"displayName":"Staff","externalId":"e1"}`},
		{name: "updates the displayName", body: `[{"op":"replace","value":{"displayName":"All"}}]`, after: `{"displayName":"All"}`},
		{name: "adds a member by replace", body: `[{"op":"replace","path":"members","value":[{"value":"a"}]}]`, after: `{"displayName":"Staff","members":[{"value":"a"}]}`},
		{name: "removes a member", before: `{"displayName":"Staff","members":[{"value":"a"}]}`, body: `[{"op":"remove","path":"members[value eq \"a\"]"}]`},
		{name: "adds a member and removes it", body: `[{"op":"add","path":"members","value":[{"value":"a"}]},{"op":"remove","path":"members[value eq \"a\"]"}]`},
		{name: "removes a member and adds it", before: `{"displayName":"Staff","members":[{"value":"a","display":"old"},{"value":"b"}]}`,
			body:  `[{"op":"remove","path":"members[value eq \"a\"]"},{"op":"add","path":"members","value":[{"value":"a","display":"new"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"b"},{"value":"a","display":"new"}]}`},
	})
}
