package patch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/muster-idm/muster/scim/patch"
)

func TestAnEditOfMembersIsWhatTheOperationsDoOneAfterAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := map[string]any{"displayName": "Staff"}
		if members := drawMembers(t, "before"); len(members) > 0 {
			before["members"] = members
		}
		drawn := rapid.SliceOfN(rapid.Custom(drawOperation), 1, 8).Draw(t, "operations")
		operations, err := patch.Parse([]byte(message("["+strings.Join(drawn, ",")+"]")), group)
		if err != nil {
			t.Fatal(err)
		}
		want, err := patch.Apply(before, operations, group)
		if err != nil {
			t.Fatal(err)
		}
		rest, edit, ok := patch.Split(operations, group)
		if !ok {
			t.Fatal("the operations cannot be reduced")
		}
		got, err := patch.Apply(map[string]any{"displayName": "Staff"}, rest, group)
		if err != nil {
			t.Fatal(err)
		}
		members, _ := before["members"].([]any)
		if edit != nil {
			disjoint(t, edit)
			members = edit.Apply(members)
		}
		if len(members) > 0 {
			got["members"] = members
		}
		if diff := cmp.Diff(want, got, unordered); diff != "" {
			t.Errorf("operations against edit %+v:\n%s", edit, diff)
		}
	})
}

// disjoint holds that an edit says one thing about each member.
func disjoint(t *rapid.T, edit *patch.Edit) {
	seen := map[string]bool{}
	for _, value := range edit.Remove {
		if seen[value] || edit.Replace {
			t.Errorf("the edit removes %q twice, or though it replaces all", value)
		}
		seen[value] = true
	}
	for _, m := range edit.Add {
		if seen[valueOf(m)] {
			t.Errorf("the edit names %q twice", valueOf(m))
		}
		seen[valueOf(m)] = true
	}
}

var (
	ids      = rapid.SampledFrom([]string{"a", "b", "c", "d", "A"})
	displays = rapid.SampledFrom([]string{"", "one", "two"})
)

func drawMembers(t *rapid.T, label string) []any {
	var members []any
	for _, id := range rapid.SliceOfNDistinct(ids, 0, 5, rapid.ID[string]).Draw(t, label) {
		m := map[string]any{"value": id}
		if display := displays.Draw(t, "display"); display != "" {
			m["display"] = display
		}
		members = append(members, m)
	}
	return members
}

func drawOperation(t *rapid.T) string {
	items := func() string {
		var drawn []string
		for _, id := range rapid.SliceOfN(ids, 0, 3).Draw(t, "ids") {
			drawn = append(drawn, fmt.Sprintf(`{"value":%q,"display":%q}`, id, displays.Draw(t, "display")))
		}
		return "[" + strings.Join(drawn, ",") + "]"
	}
	filter := func() string {
		var terms []string
		for _, id := range rapid.SliceOfN(ids, 1, 3).Draw(t, "ids") {
			terms = append(terms, fmt.Sprintf(`value eq \"%s\"`, id))
		}
		return strings.Join(terms, " or ")
	}
	switch rapid.IntRange(0, 8).Draw(t, "kind") {
	case 0:
		return `{"op":"replace","path":"members","value":` + items() + `}`
	case 1:
		return `{"op":"remove","path":"members"}`
	case 2:
		return `{"op":"remove","path":"members","value":` + items() + `}`
	case 3, 4:
		return `{"op":"remove","path":"members[` + filter() + `]"}`
	case 5:
		return `{"op":"replace","path":"members[` + filter() + `]","value":null}`
	case 6:
		return `{"op":"replace","value":{"displayName":"Staff"}}`
	}
	return `{"op":"add","path":"members","value":` + items() + `}`
}

func TestWhatCannotBeSaidWithoutTheMembers(t *testing.T) {
	for _, operation := range []string{
		`{"op":"remove","path":"members[type eq \"Group\"]"}`,
		`{"op":"remove","path":"members[value eq \"a\" and type eq \"Group\"]"}`,
		`{"op":"remove","path":"members[value eq \"a\" or display eq \"A\"]"}`,
		`{"op":"remove","path":"members[not (value eq \"a\")]"}`,
		`{"op":"remove","path":"members[value ne \"a\"]"}`,
		`{"op":"remove","path":"members.display"}`,
		`{"op":"replace","path":"members[value eq \"a\"].display","value":"A"}`,
		`{"op":"replace","path":"members[value eq \"a\"]","value":{"value":"b"}}`,
		`{"op":"add","path":"members","value":[{"display":"A"}]}`,
	} {
		t.Run(operation, func(t *testing.T) {
			operations, err := patch.Parse([]byte(message(`[{"op":"replace","path":"displayName","value":"All"},`+operation+`]`)), group)
			if err != nil {
				t.Fatal(err)
			}
			rest, edit, ok := patch.Split(operations, group)
			if ok || edit != nil || len(rest) != len(operations) {
				t.Errorf("split into %d operations and %+v, ok %t", len(rest), edit, ok)
			}
		})
	}
}

func TestAUserHasNoMembersToSplitOff(t *testing.T) {
	operations, err := patch.Parse([]byte(message(thirtySix)), user)
	if err != nil {
		t.Fatal(err)
	}
	rest, edit, ok := patch.Split(operations, user)
	if !ok || edit != nil || len(rest) != 36 {
		t.Errorf("split into %d operations and %+v, ok %t", len(rest), edit, ok)
	}
}
