package patch_test

import (
	"fmt"

	"github.com/muster-idm/muster/scim/patch"
	"github.com/muster-idm/muster/scim/schema"
)

// Entra disables a person with a string and clears the manager with an empty one.
func Example() {
	t := schema.User(schema.Enterprise())
	operations, err := patch.Parse([]byte(`{
		"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
		"Operations": [
			{"op": "Replace", "path": "active", "value": "False"},
			{"op": "Replace", "path": "manager", "value": ""},
			{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@example.com"}
		]
	}`), t)
	if err != nil {
		fmt.Println(err)
		return
	}
	before := map[string]any{
		"userName": "ada", "active": true,
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": map[string]any{"manager": map[string]any{"value": "m1"}},
	}
	after, err := patch.Apply(before, operations, t)
	fmt.Println(after, err)
	// Output: map[active:false emails:[map[type:work value:ada@example.com]] userName:ada] <nil>
}

// A group of any size: who else is a member is never read.
func ExampleSplit() {
	t := schema.Group()
	operations, err := patch.Parse([]byte(`{
		"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
		"Operations": [
			{"op": "remove", "path": "members[value eq \"a\"]"},
			{"op": "add", "path": "members", "value": [{"value": "b"}]},
			{"op": "replace", "value": {"displayName": "Staff"}}
		]
	}`), t)
	if err != nil {
		fmt.Println(err)
		return
	}
	rest, edit, ok := patch.Split(operations, t)
	fmt.Println(len(rest), edit.Remove, edit.Add, ok)
	// Output: 1 [a] [map[value:b]] true
}
