package patch_test

import "testing"

// What the other clients send.

func TestOkta(t *testing.T) {
	users(t, []scenario{
		{name: "deactivates without a path", before: `{"userName":"ada","active":true}`, body: `[{"op":"replace","value":{"active":false}}]`, after: `{"userName":"ada","active":false}`},
		{name: "reactivates without a path", before: `{"userName":"ada","active":false}`, body: `[{"op":"replace","value":{"active":true}}]`, after: `{"userName":"ada","active":true}`},
		{name: "sets a password without a path", body: `[{"op":"replace","value":{"password":"1mz050nq"}}]`, after: `{"userName":"ada","password":"1mz050nq"}`},
		{name: "pushes empty values", before: `{"userName":"ada","nickName":"A","name":{"givenName":"A","middleName":"M"}}`,
			body: `[{"op":"replace","value":{"nickName":"","name":{"givenName":"A","middleName":""}}}]`, after: `{"userName":"ada","name":{"givenName":"A"}}`},
	})
	const staff = `{"displayName":"Staff","members":[{"value":"89bb","display":"old@okta.local"},{"value":"7c"}]}`
	groups(t, []scenario{
		{name: "renames a group with its id", before: staff, body: `[{"op":"replace","value":{"id":"abf4dd94","displayName":"Test SCIMv2"}}]`,
			after: `{"displayName":"Test SCIMv2","members":[{"value":"89bb","display":"old@okta.local"},{"value":"7c"}]}`},
		{name: "removes and adds members at once", before: staff,
			body:  `[{"op":"remove","path":"members[value eq \"89bb\"]"},{"op":"add","path":"members","value":[{"value":"23a3","display":"test.user@okta.local"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"7c"},{"value":"23a3","display":"test.user@okta.local"}]}`},
		{name: "pushes all members", before: staff, body: `[{"op":"replace","path":"members","value":[{"value":"7c","display":"seven"},{"value":"23a3","display":"t"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"7c","display":"seven"},{"value":"23a3","display":"t"}]}`},
		{name: "pushes a group that is empty", before: staff, body: `[{"op":"replace","path":"members","value":[]}]`},
	})
}

func TestTheOtherClients(t *testing.T) {
	const staff = `{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"}]}`
	groups(t, []scenario{
		{name: "OneLogin adds and removes members", before: staff, body: `[{"op":"add","path":"members","value":[{"value":"c"}]},{"op":"remove","path":"members[value eq \"a\"]"}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"b"},{"value":"c"}]}`},
		{name: "JumpCloud removes members with a list", before: staff, body: `[{"op":"remove","path":"members","value":[{"value":"a"}]},{"op":"add","path":"members","value":[{"value":"c"}]}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"b"},{"value":"c"}]}`},
		{name: "PingFederate replaces all members", before: staff, body: `[{"op":"replace","path":"members","value":[{"value":"c"}]}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"c"}]}`},
		{name: "authentik sends the whole group, with schemas and id", before: staff,
			body:  `[{"op":"replace","path":null,"value":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"9","externalId":"2","displayName":"All"}}]`,
			after: `{"displayName":"All","externalId":"2","members":[{"value":"a"},{"value":"b"}]}`},
		{name: "authentik sends one operation for each new member", before: staff,
			body:  `[{"op":"add","path":"members","value":[{"value":"c"}]},{"op":"add","path":"members","value":[{"value":"d"}]},{"op":"add","path":"members","value":[{"value":"b"}]}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"},{"value":"c"},{"value":"d"}]}`},
		{name: "authentik removes members with a list", before: staff, body: `[{"op":"remove","path":"members","value":[{"value":"a"}]},{"op":"remove","path":"members","value":[{"value":"b"}]}]`,
			after: `{"displayName":"Staff","externalId":"1"}`},
		{name: "Keycloak sends all members for one more", before: staff,
			body:  `[{"op":"replace","value":{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"},{"value":"c"}]}}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"},{"value":"c"}]}`},
		{name: "WSO2 adds members without a path", before: staff, body: `[{"op":"add","value":{"members":[{"value":"c","display":"C"}]}}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"},{"value":"c","display":"C"}]}`},
		{name: "members are removed without a path", before: staff, body: `[{"op":"remove","value":{"members":[{"value":"a"}]}}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"b"}]}`},
		{name: "Postman's collection of Microsoft adds a member as a string", before: staff, body: `[{"op":"add","path":"members","value":"c"}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"},{"value":"c"}]}`},
		{name: "members are a list of strings", before: staff, body: `[{"op":"add","path":"members","value":["c","d"]},{"op":"remove","path":"members","value":["a"]}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"b"},{"value":"c"},{"value":"d"}]}`},
		{name: "a member is an object in no list", before: staff, body: `[{"op":"add","path":"members","value":{"value":"c","$ref":null}}]`,
			after: `{"displayName":"Staff","externalId":"1","members":[{"value":"a"},{"value":"b"},{"value":"c"}]}`},
		{name: "all members are removed by their path alone", before: staff, body: `[{"op":"remove","path":"members"}]`, after: `{"displayName":"Staff","externalId":"1"}`},
		{name: "a group is replaced without its members, which stay", before: staff, body: `[{"op":"replace","value":{"displayName":"All"}}]`,
			after: `{"displayName":"All","externalId":"1","members":[{"value":"a"},{"value":"b"}]}`},
		{name: "a replacement names a member twice", body: `[{"op":"replace","path":"members","value":[{"value":"a"},{"value":"a","type":"User"}]}]`,
			after: `{"displayName":"Staff","members":[{"value":"a","type":"User"}]}`},
	})
	users(t, []scenario{
		{name: "SailPoint replaces a part of the name", before: `{"userName":"ada","name":{"givenName":"Ada","familyName":"King"}}`,
			body: `[{"op":"replace","path":"name","value":{"givenName":"Augusta"}}]`, after: `{"userName":"ada","name":{"givenName":"Augusta","familyName":"King"}}`},
		{name: "OneLogin names the extension by the URN of a draft", body: `[{"op":"replace","value":{"urn:scim:schemas:extension:enterprise:2.0":{"department":"D"}}}]`,
			after: `{"userName":"ada","ENT":{"department":"D"}}`},
	})
}
