package schema_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/muster-idm/muster/scim/schema"
)

// sent generates values out of the words that clients use, right and wrong.
func sent(depth int) *rapid.Generator[any] {
	plain := rapid.SampledFrom([]any{nil, "", "x", "y", " ", "True", "work", "AQI", "2026-11-24T03:00:00Z", true, false, int64(7), 1.5, 2.0, list{}, object{}})
	if depth == 0 {
		return plain
	}
	return rapid.OneOf(plain, rapid.Map(members(depth-1), func(m object) any { return m }),
		rapid.Map(rapid.SliceOfN(sent(depth-1), 0, 3), func(l []any) any { return l }))
}

func members(depth int) *rapid.Generator[object] {
	key := rapid.SampledFrom([]string{"value", "VALUE", "type", "primary", "$ref", "display", "displayName", "name", "name.givenName", "givenName", "userName",
		"active", "emails", "roles", "addresses", "formatted", "manager", "manager.value", "department", "level", "height", "issued", "photo", "visitor", "doors",
		"sponsor", "note", "groups", "x509Certificates", enterpriseURN, enterpriseURN + ":department", enterpriseURN + ".manager", badgeURN, userURN, "foo"})
	return rapid.MapOfN(key, sent(depth), 0, 5)
}

// What was normalised stays as it is when it is normalised again, as a whole and
// at each place; and it has no null, no empty text and nothing empty.
func TestNormalisingTwiceIsNormalisingOnce(t *testing.T) {
	user := schema.User(schema.Enterprise(), badgeWithoutDepartment(t))
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		body := members(3).Draw(t, "body")
		body["schemas"], body["userName"] = list{userURN}, "ada"
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		once, _, err := user.Normalize(text)
		if err != nil {
			return
		}
		taken++
		if empty(once) {
			t.Fatalf("%s became %v, in which something is empty", text, once)
		}
		again := maps.Clone(once)
		again["schemas"] = user.Present(once)
		if text, err = json.Marshal(again); err != nil {
			t.Fatal(err)
		}
		twice, dropped, err := user.Normalize(text)
		if err != nil || len(dropped) > 0 || !reflect.DeepEqual(once, twice) {
			t.Fatalf("%s became %v, dropped %v, %v", text, twice, dropped, err)
		}
		for name, value := range once {
			p, ok := user.Locate(name)
			if !ok {
				t.Fatalf("%s is not found", name)
			}
			got, err := user.NormalizeValue(p, value)
			if err != nil || !reflect.DeepEqual(got, value) {
				t.Fatalf("%s: %v became %v, %v", name, value, got, err)
			}
		}
	})
	if taken == 0 {
		t.Error("no body was taken")
	}
}

func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		for _, item := range v {
			if empty(item) {
				return true
			}
		}
		return len(v) == 0
	case map[string]any:
		for _, sub := range v {
			if empty(sub) {
				return true
			}
		}
		return len(v) == 0
	}
	return false
}
