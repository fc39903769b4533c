package patch_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// The cases that the library of the protocol refuses, passes on half read, or
// takes though it should not, one by one.

func TestTheEnvelope(t *testing.T) {
	const operations = `"Operations":[{"op":"add","path":"nickName","value":"A"}]`
	const done = `{"userName":"ada","nickName":"A"}`
	users(t, []scenario{
		{name: "the URN of the message may be in any case", after: done,
			body: `{"schemas":["URN:IETF:params:scim:api:messages:2.0:patchop"],` + operations + `}`},
		{name: "schemas may name more", after: done,
			body: `{"schemas":["urn:x","urn:ietf:params:scim:api:messages:2.0:PatchOp"],` + operations + `}`},
		{name: "keys may be in any case", after: done,
			body: `{"Schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"operations":[{"OP":"ADD","Path":"NICKNAME","Value":"A"}]}`},
		{name: "unknown keys of an operation are ignored", after: done,
			body: `[{"name":"addMember","op":"Add","path":"nickName","value":"A"}]`},
		{name: "schemas are wanted", fault: "invalidSyntax schemas", body: `{` + operations + `}`},
		{name: "schemas without the message", fault: "invalidSyntax PatchOp", body: `{"schemas":["urn:x"],` + operations + `}`},
		{name: "schemas that are no list", fault: "invalidSyntax PatchOp", body: `{"schemas":"urn:ietf:params:scim:api:messages:2.0:PatchOp",` + operations + `}`},
		{name: "a body that is a list", fault: "invalidSyntax object", body: ` null`},
		{name: "a body that is no JSON", fault: "invalidSyntax JSON", body: `{"schemas"`},
		{name: "a second document", fault: "invalidSyntax after", body: `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],` + operations + `}{}`, after: ""},
		{name: "no operations", fault: "invalidSyntax one or more", body: `[]`},
		{name: "one operation that is in no list", fault: "invalidSyntax list",
			body: `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{"op":"add","path":"nickName","value":"A"}}`},
		{name: "a thousand operations", after: done, body: `[` + strings.Repeat(`{"op":"add","path":"nickName","value":"A"},`, 999) + `{"op":"add","path":"nickName","value":"A"}]`},
		{name: "a thousand and one", fault: "invalidValue 1001", body: `[` + strings.Repeat(`{"op":"add","path":"nickName","value":"A"},`, 1000) + `{"op":"add","path":"nickName","value":"A"}]`},
		{name: "an operation that is none", fault: "invalidSyntax operation 2", body: `[{"op":"add","path":"nickName","value":"A"},5]`},
		{name: "an op that is a number", fault: "invalidSyntax not 5", body: `[{"op":5,"path":"nickName"}]`},
		{name: "an op that is missing", fault: "invalidSyntax not nothing", body: `[{"path":"nickName","value":"A"}]`},
		{name: "an op that is another", fault: `invalidSyntax "move"`, body: `[{"op":"move","path":"nickName"}]`},
		{name: "a path that is no string", fault: "invalidPath an object", body: `[{"op":"remove","path":{}}]`},
	})
}

func TestThePaths(t *testing.T) {
	const work = `{"userName":"ada","emails":[{"type":"work","value":"a@w","primary":true},{"type":"home","value":"a@h"}]}`
	users(t, []scenario{
		{name: "an empty path is none", body: `[{"op":"add","path":"","value":{"nickName":"A"}}]`, after: `{"userName":"ada","nickName":"A"}`},
		{name: "a path that is null is none", body: `[{"op":"add","path":null,"value":{"nickName":"A"}}]`, after: `{"userName":"ada","nickName":"A"}`},
		{name: "the path of an extension's attribute may leave out the URN", body: `[{"op":"add","path":"department","value":"D"}]`,
			after: `{"userName":"ada","ENT":{"department":"D"}}`},
		{name: "the manager's path may leave out the URN", body: `[{"op":"add","path":"manager","value":{"value":"m1"}}]`,
			after: `{"userName":"ada","ENT":{"manager":{"value":"m1"}}}`},
		{name: "the URN may be in another case", body: `[{"op":"add","path":"URN:ietf:params:scim:schemas:Extension:Enterprise:2.0:USER:Department","value":"D"}]`,
			after: `{"userName":"ada","ENT":{"department":"D"}}`},
		{name: "the URN of the core schema may stand before a path", body: `[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName","value":"Ada"}]`,
			after: `{"userName":"ada","name":{"givenName":"Ada"}}`},
		{name: "a path may be the URN of an extension", body: `[{"op":"replace","path":"ENT","value":{"department":"D","manager":{"value":"m1"}}}]`,
			before: `{"userName":"ada","ENT":{"department":"C","division":"X"}}`,
			after:  `{"userName":"ada","ENT":{"department":"D","division":"X","manager":{"value":"m1"}}}`},
		{name: "an extension is removed by its URN", body: `[{"op":"remove","path":"ENT"}]`,
			before: `{"userName":"ada","ENT":{"department":"C","division":"X"}}`, after: `{"userName":"ada"}`},
		{name: "an extension is replaced by null", body: `[{"op":"replace","path":"ENT","value":null}]`,
			before: `{"userName":"ada","ENT":{"department":"C","division":"X"}}`, after: `{"userName":"ada"}`},
		{name: "a path may be the URN of the core schema", body: `[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"nickName":"A"}}]`,
			after: `{"userName":"ada","nickName":"A"}`},
		{name: "brackets with and", before: work, once: true, body: `[{"op":"replace","path":"emails[type eq \"work\" and value eq \"a@w\"].value","value":"b@w"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"b@w","primary":true},{"type":"home","value":"a@h"}]}`},
		{name: "brackets with three terms and parentheses", before: work,
			body:  `[{"op":"replace","path":"emails[(type eq \"work\" or type eq \"home\") and not (primary eq true)].value","value":"b@h"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"a@w","primary":true},{"type":"home","value":"b@h"}]}`},
		{name: "brackets with a boolean", before: work, body: `[{"op":"replace","path":"emails[primary eq true].value","value":"b@w"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"b@w","primary":true},{"type":"home","value":"a@h"}]}`},
		{name: "brackets with a boolean as a string", before: work, body: `[{"op":"replace","path":"emails[primary eq \"True\"].value","value":"b@w"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"b@w","primary":true},{"type":"home","value":"a@h"}]}`},
		{name: "without brackets a sub-attribute is that of each item", before: work, body: `[{"op":"replace","path":"emails.display","value":"Ada"}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"a@w","primary":true,"display":"Ada"},{"type":"home","value":"a@h","display":"Ada"}]}`},
		{name: "an index in brackets is no path", fault: "invalidPath operation 1", body: `[{"op":"replace","path":"emails[0].value","value":"x"}]`},
		{name: "a path that is not closed", fault: "invalidPath operation 1", body: `[{"op":"remove","path":"emails[type eq \"work\""}]`},
		{name: "an attribute that there is not", fault: "invalidPath shoeSize", body: `[{"op":"add","path":"shoeSize","value":44}]`},
		{name: "an attribute that there is not, in a value", fault: "invalidPath shoeSize", body: `[{"op":"add","value":{"shoeSize":44}}]`},
		{name: "a key without a name", fault: "invalidPath no name", body: `[{"op":"add","value":{"":{"":44}}}]`},
		{name: "remove without a path", fault: "noTarget needs a path", body: `[{"op":"remove"}]`},
	})
}

func TestTheValues(t *testing.T) {
	const named = `{"userName":"ada","displayName":"Ada","name":{"givenName":"Ada","familyName":"King"},"emails":[{"value":"a@w"}]}`
	users(t, []scenario{
		{name: "replace with null unassigns", before: named, body: `[{"op":"replace","path":"displayName","value":null}]`,
			after: `{"userName":"ada","name":{"givenName":"Ada","familyName":"King"},"emails":[{"value":"a@w"}]}`},
		{name: "replace without a value unassigns", before: named, body: `[{"op":"replace","path":"emails"}]`,
			after: `{"userName":"ada","displayName":"Ada","name":{"givenName":"Ada","familyName":"King"}}`},
		{name: "null in a value without a path unassigns", before: named, body: `[{"op":"replace","value":{"displayName":null,"emails":null}}]`,
			after: `{"userName":"ada","name":{"givenName":"Ada","familyName":"King"}}`},
		{name: "null within a complex value unassigns the sub-attribute", before: named, body: `[{"op":"replace","value":{"name":{"givenName":null,"middleName":"L"}}}]`,
			after: `{"userName":"ada","displayName":"Ada","name":{"familyName":"King","middleName":"L"},"emails":[{"value":"a@w"}]}`},
		{name: "an empty string unassigns", before: named, body: `[{"op":"replace","path":"displayName","value":""},{"op":"replace","path":"name.givenName","value":""}]`,
			after: `{"userName":"ada","name":{"familyName":"King"},"emails":[{"value":"a@w"}]}`},
		{name: "an empty list unassigns", before: named, body: `[{"op":"replace","path":"emails","value":[]}]`,
			after: `{"userName":"ada","displayName":"Ada","name":{"givenName":"Ada","familyName":"King"}}`},
		{name: "add of null changes nothing in a list", before: named, body: `[{"op":"add","path":"emails","value":null}]`, after: named},
		{name: "add without a value", fault: "invalidValue needs a value", body: `[{"op":"add","path":"nickName"}]`},
		{name: "a boolean may be a string", before: `{"userName":"ada","active":true}`, body: `[{"op":"Replace","path":"active","value":"False"}]`,
			after: `{"userName":"ada","active":false}`},
		{name: "a boolean in a value without a path may be a string", body: `[{"op":"Replace","value":{"active":"True"}}]`, after: `{"userName":"ada","active":true}`},
		{name: "a string is no boolean otherwise", fault: "invalidValue active", body: `[{"op":"Replace","path":"active","value":"perhaps"}]`},
		{name: "keys may be paths", body: `[{"op":"replace","value":{"name.givenName":"Ada","emails[type eq \"work\"].value":"a@w","ENT:department":"D","ENT:manager.value":"m1"}}]`,
			after: `{"userName":"ada","name":{"givenName":"Ada"},"emails":[{"type":"work","value":"a@w"}],"ENT":{"department":"D","manager":{"value":"m1"}}}`},
		{name: "a key may be an extension", body: `[{"op":"add","value":{"ENT":{"department":"D","manager":"m1"}}}]`,
			after: `{"userName":"ada","ENT":{"department":"D","manager":{"value":"m1"}}}`},
		{name: "a value without a path may be in a list", body: `[{"op":"add","value":[{"nickName":"A"}]}]`, after: `{"userName":"ada","nickName":"A"}`},
		{name: "a value without a path that is a string", fault: `invalidValue object`, body: `[{"op":"add","value":"secret"}]`},
		{name: "schemas, id and meta in a value are ignored", body: `[{"op":"replace","value":{"schemas":["urn:x"],"ID":"9","meta":{"location":"x"},"nickName":"A"}}]`,
			after: `{"userName":"ada","nickName":"A"}`},
		{name: "a password is replaced", body: `[{"op":"replace","path":"password","value":"s3cret"}]`, after: `{"userName":"ada","password":"s3cret"}`},
		{name: "a password of the wrong kind is not shown", fault: "invalidValue ***", body: `[{"op":"replace","path":"password","value":123456}]`},
		{name: "unknown sub-attributes are left out", body: `[{"op":"add","path":"name","value":{"givenName":"Ada","shoeSize":44}}]`, after: `{"userName":"ada","name":{"givenName":"Ada"}}`},
		{name: "an item may be replaced by a list of one", before: `{"userName":"ada","emails":[{"type":"work","value":"a@w"}]}`,
			body: `[{"op":"replace","path":"emails[type eq \"work\"]","value":[{"value":"b@w","display":"B"}]}]`, after: `{"userName":"ada","emails":[{"type":"work","value":"b@w","display":"B"}]}`},
		{name: "an item cannot be replaced by two", fault: "invalidValue one value", before: `{"userName":"ada","emails":[{"type":"work","value":"a@w"}]}`,
			body: `[{"op":"replace","path":"emails[type eq \"work\"]","value":[{"value":"b@w"},{"value":"c@w"}]}]`},
	})
}

func TestWhatMayNotBeChanged(t *testing.T) {
	const numbered = `{"userName":"ada","urn:example:badges:1.0:User":{"number":"7"}}`
	users(t, []scenario{
		{name: "groups", fault: "mutability groups", body: `[{"op":"add","path":"groups","value":[{"value":"g1"}]}]`},
		{name: "groups, by remove", fault: "mutability groups", body: `[{"op":"remove","path":"groups[value eq \"g1\"]"}]`},
		{name: "the manager's displayName, by remove", fault: "mutability displayName", body: `[{"op":"remove","path":"ENT:manager.displayName"}]`},
		{name: "the manager's displayName", fault: "mutability displayName", body: `[{"op":"add","path":"ENT:manager.displayName","value":"Boss"}]`},
		{name: "the id", fault: "mutability id", body: `[{"op":"replace","path":"id","value":"x"}]`},
		{name: "meta", fault: "mutability meta", body: `[{"op":"replace","path":"meta.created","value":"x"}]`},
		{name: "schemas", fault: "mutability schemas", body: `[{"op":"add","path":"schemas","value":["urn:x"]}]`},
		{name: "a required attribute is not removed", fault: "mutability userName", body: `[{"op":"remove","path":"userName"}]`},
		{name: "a required attribute is not unassigned", fault: "invalidValue userName", body: `[{"op":"replace","path":"userName","value":null}]`},
		{name: "a required attribute is not made empty", fault: "invalidValue userName", body: `[{"op":"replace","value":{"userName":""}}]`},
		{name: "a required attribute is not made blank", fault: "invalidValue userName", body: `[{"op":"replace","value":{"userName":"  "}}]`},
		{name: "an immutable attribute can be given", body: `[{"op":"add","path":"urn:example:badges:1.0:User:number","value":"7"}]`, after: numbered},
		{name: "an immutable attribute can be given again", before: numbered, body: `[{"op":"replace","path":"number","value":"7"}]`, after: numbered},
		{name: "an immutable attribute is not changed", fault: "mutability number", before: numbered, body: `[{"op":"replace","path":"number","value":"8"}]`},
		{name: "the operation that cannot be done is named", fault: "mutability operation 3", before: numbered,
			body: `[{"op":"add","path":"nickName","value":"A"},{"op":"add","value":{"title":"T","userType":"U"}},{"op":"replace","path":"number","value":"8"}]`},
		{name: "an immutable attribute is not removed", fault: "mutability number", before: numbered, body: `[{"op":"remove","path":"number"}]`},
		{name: "nothing is done if the last operation cannot be", fault: "mutability operation 2", body: `[{"op":"add","path":"nickName","value":"A"},{"op":"remove","path":"userName"}]`},
	})
	groups(t, []scenario{
		{name: "the name of a group is not removed", fault: "mutability displayName", body: `[{"op":"remove","path":"displayName"}]`},
		{name: "the name of a group is not unassigned", fault: "invalidValue displayName", body: `[{"op":"replace","path":"displayName","value":null}]`},
		{name: "a member does not become another", fault: "mutability value", before: `{"displayName":"Staff","members":[{"value":"a"}]}`,
			body: `[{"op":"replace","path":"members[value eq \"a\"].value","value":"b"}]`},
	})
}

func TestARequiredListKeepsItsLastItem(t *testing.T) {
	sites, err := schema.Custom("urn:example:sites:1.0:User", "Sites", "where people work", []*schema.Attribute{{Name: "sites", Multi: true, Required: true}})
	if err != nil {
		t.Fatal(err)
	}
	const both = `{"userName":"ada","urn:example:sites:1.0:User":{"sites":["North","South"]}}`
	const one = `{"userName":"ada","urn:example:sites:1.0:User":{"sites":["South"]}}`
	run(t, schema.User(sites), one, []scenario{
		{name: "one of two goes", before: both, body: `[{"op":"remove","path":"sites[value eq \"North\"]"}]`, after: one},
		{name: "one of two becomes another", before: both, body: `[{"op":"replace","path":"sites[value eq \"North\"].value","value":"West"}]`, once: true,
			after: `{"userName":"ada","urn:example:sites:1.0:User":{"sites":["West","South"]}}`},
		{name: "one of two becomes nothing", before: both, body: `[{"op":"replace","path":"sites[value eq \"North\"].value","value":null}]`, after: one},
		{name: "both go", before: both, body: `[{"op":"remove","path":"sites"}]`, fault: "mutability sites"},
		{name: "the last one goes by a filter", body: `[{"op":"remove","path":"sites[value eq \"South\"]"}]`, fault: "mutability sites"},
		{name: "the last one goes by a list", body: `[{"op":"remove","path":"sites","value":["South"]}]`, fault: "mutability sites"},
		{name: "it is replaced by nothing", body: `[{"op":"replace","path":"sites","value":[]}]`, fault: "invalidValue sites"},
	})
}

func TestAResourceThatLacksWhatItsTypeRequires(t *testing.T) {
	run(t, user, `{"userName":"ada"}`, []scenario{
		{name: "is not patched to another that does", before: `{"displayName":"Ada"}`, body: `[{"op":"add","path":"nickName","value":"A"}]`, fault: "invalidValue userName"},
		{name: "is patched to one that has it", before: `{"displayName":"Ada"}`, body: `[{"op":"add","path":"userName","value":"ada"}]`, after: `{"userName":"ada","displayName":"Ada"}`},
	})
}

func TestTheFaultOfAValueOrAPathIsWithinTheError(t *testing.T) {
	_, err := do(user, map[string]any{"userName": "ada"}, message(`[{"op":"add","path":"active","value":"perhaps"}]`))
	var value *schema.Error
	if !errors.As(err, &value) || value.Attribute != "active" {
		t.Errorf("no fault of a value in %v", err)
	}
	_, err = do(user, map[string]any{"userName": "ada"}, message(`[{"op":"add","path":"emails[type eq","value":"x"}]`))
	var path *filter.Error
	if !errors.As(err, &path) || path.Offset == 0 {
		t.Errorf("no fault of a path in %v", err)
	}
}
