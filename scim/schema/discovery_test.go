package schema_test

import (
	"encoding/json"
	"testing"

	library "github.com/elimity-com/scim/schema"
	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/scim/schema"
)

func TestASchemaIsDescribedCompletely(t *testing.T) {
	for _, s := range []*schema.Schema{schema.User().Core, schema.Group().Core, schema.Enterprise(), badge(t)} {
		j := s.JSON("https://scim.example.com/v2")
		want := object{"resourceType": "Schema", "location": "https://scim.example.com/v2/Schemas/" + s.ID}
		if diff := cmp.Diff(want, j["meta"]); diff != "" {
			t.Errorf("%s: meta: want -, got +\n%s", s.ID, diff)
		}
		for _, key := range []string{"id", "name", "description"} {
			if text, ok := j[key].(string); !ok || text == "" {
				t.Errorf("%s has no %s", s.ID, key)
			}
		}
		described(t, s.ID, j["attributes"], s.ID != badgeURN)
		text, err := json.Marshal(j)
		if err != nil {
			t.Fatal(err)
		}
		var read library.Schema
		if err := json.Unmarshal(text, &read); err != nil || len(read.Attributes) != len(s.Attributes) {
			t.Errorf("%s is not read as a schema: %d attributes, %v", s.ID, len(read.Attributes), err)
		}
	}
}

// described looks for each characteristic of each attribute.
func described(t *testing.T, path string, attributes any, withText bool) {
	t.Helper()
	all, ok := attributes.(list)
	if !ok || len(all) == 0 {
		t.Errorf("%s has no list of attributes", path)
	}
	for _, each := range all {
		a := each.(object)
		at := path + " " + a["name"].(string)
		for _, key := range []string{"name", "type", "mutability", "returned", "uniqueness"} {
			if text, ok := a[key].(string); !ok || text == "" {
				t.Errorf("%s has no %s", at, key)
			}
		}
		for _, key := range []string{"multiValued", "required", "caseExact"} {
			if _, ok := a[key].(bool); !ok {
				t.Errorf("%s has no %s", at, key)
			}
		}
		if text, ok := a["description"].(string); !ok || withText && text == "" {
			t.Errorf("%s has no description", at)
		}
		for key, v := range a {
			if v == nil {
				t.Errorf("%s: %s is null", at, key)
			}
		}
		if sub, ok := a["subAttributes"]; ok != (a["type"] == "complex") {
			t.Errorf("%s has sub-attributes %v", at, sub)
		} else if ok {
			described(t, at, sub, withText)
		}
	}
}

func TestAnAttributeIsDescribed(t *testing.T) {
	group := schema.Group().Core.JSON("")
	members := group["attributes"].(list)[1].(object)
	var kind object
	for _, sub := range members["subAttributes"].(list) {
		if sub.(object)["name"] == "$ref" {
			kind = sub.(object)
		}
	}
	want := object{
		"name": "$ref", "type": "reference", "referenceTypes": list{"User", "Group"}, "multiValued": false, "required": false, "caseExact": true,
		"mutability": "immutable", "returned": "default", "uniqueness": "none", "description": kind["description"],
	}
	if diff := cmp.Diff(want, kind); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestAResourceTypeIsDescribed(t *testing.T) {
	required := badge(t)
	required.Required = true
	for _, c := range []struct {
		in   *schema.Type
		want object
	}{
		{schema.User(schema.Enterprise(), required), object{
			"schemas": list{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}, "id": "User", "name": "User", "endpoint": "/Users",
			"description": "User Account", "schema": userURN,
			"schemaExtensions": list{object{"schema": enterpriseURN, "required": false}, object{"schema": badgeURN, "required": true}},
			"meta":             object{"resourceType": "ResourceType", "location": "https://x/v2/ResourceTypes/User"},
		}},
		{schema.Group(), object{
			"schemas": list{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}, "id": "Group", "name": "Group", "endpoint": "/Groups",
			"description": "Group", "schema": groupURN, "schemaExtensions": list{},
			"meta": object{"resourceType": "ResourceType", "location": "https://x/v2/ResourceTypes/Group"},
		}},
	} {
		if diff := cmp.Diff(c.want, c.in.JSON("https://x/v2")); diff != "" {
			t.Errorf("want -, got +\n%s", diff)
		}
	}
}
