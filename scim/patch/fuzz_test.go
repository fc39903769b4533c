package patch_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/scim/patch"
)

// FuzzPatch holds that no body panics, that a resource given is never changed,
// that an error has a scimType, and that nothing in a result is empty or
// primary twice.
func FuzzPatch(f *testing.F) {
	for _, body := range []string{
		thirtySix,
		`[{"op":"Replace","path":"active","value":"False"},{"op":"remove","path":"emails","value":[{"value":"a@w"}]}]`,
		`[{"op":"replace","value":{"name.givenName":"","ENT":{"manager":[{"value":""}]},"emails[type eq \"work\" or primary eq true].value":null}}]`,
		`[{"op":"add","path":"emails[type eq \"work\"]","value":{"value":"x","primary":"True"}},{"op":"remove","path":"doors[value sw \"N\"]"}]`,
		`[{"op":"add","path":"members","value":["a",{"value":"b","$ref":null}]},{"op":"remove","path":"members[value eq \"a\" or value eq \"b\"]"}]`,
		`[{"op":"remove","path":"ENT"},{"op":"replace","path":"addresses","value":[{"type":"work","locality":"L"}]},{"op":"remove","value":{"members":[]}}]`,
	} {
		f.Add([]byte(message(body)), false)
		f.Add([]byte(message(body)), true)
	}
	const person = `{"userName":"ada","active":true,"name":{"givenName":"A"},"emails":[{"type":"work","value":"a@w","primary":true},{"value":"b"}],
		"addresses":[{"type":"work","locality":"L"}],"ENT":{"manager":{"value":"m1"}},"urn:example:badges:1.0:User":{"doors":["North"],"number":"7","level":1}}`
	f.Fuzz(func(t *testing.T, body []byte, ofGroup bool) {
		of, text := user, person
		if ofGroup {
			of, text = group, `{"displayName":"Staff","members":[{"value":"a","type":"User"},{"value":"b"}]}`
		}
		before := decode(t, text)
		after, err := do(of, before, string(body))
		if diff := cmp.Diff(decode(t, text), before); diff != "" {
			t.Fatalf("the resource given was changed:\n%s", diff)
		}
		var e *patch.Error
		if err != nil {
			if !errors.As(err, &e) || e.Type == "" || e.Message == "" {
				t.Fatalf("the error has no scimType or no sentence: %#v", err)
			}
			return
		}
		if fault := faultIn(after); fault != "" {
			t.Fatalf("%s in %v", fault, after)
		}
		split(t, of, before, string(body), after)
	})
}

// faultIn says what a resource must not have.
func faultIn(value any) string {
	switch v := value.(type) {
	case nil, string:
		if v == nil || v == "" {
			return "an empty value"
		}
	case []any:
		primary := 0
		for _, item := range v {
			if whole, ok := item.(map[string]any); ok && whole["primary"] == true {
				primary++
			}
			if fault := faultIn(item); fault != "" {
				return fault
			}
		}
		if len(v) == 0 || primary > 1 {
			return fmt.Sprintf("%d items, %d primary", len(v), primary)
		}
	case map[string]any:
		for name, part := range v {
			if fault := faultIn(part); fault != "" {
				return name + ": " + fault
			}
		}
		if len(v) == 0 {
			return "an empty object"
		}
	}
	return ""
}

func TestHostileRequestsAreAnsweredInTime(t *testing.T) {
	many := func(n int, each func(int) string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = each(i)
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	mail := func(i int) string { return fmt.Sprintf(`{"value":"a@b","type":"t%d"}`, i) }
	address := func(i int) string { return fmt.Sprintf(`{"locality":"%d"}`, i) }
	display := func(int) string { return `{"op":"replace","path":"emails.display","value":"A"}` }
	terms := `{"op":"remove","path":"emails[` + strings.Repeat(`type eq \"x\" or `, 150) + `not (type pr)]"}`
	for name, hostile := range map[string]struct{ body, fault string }{
		"an address of 50,000 types":    {`[{"op":"add","path":"emails","value":` + many(50_000, mail) + `},{"op":"remove","path":"emails","value":` + many(50_000, mail) + `}]`, ""},
		"50,000 places":                 {`[{"op":"add","path":"addresses","value":` + many(50_000, address) + `},{"op":"remove","path":"addresses","value":` + many(50_000, address) + `}]`, ""},
		"a value in itself":             {`[{"op":"add","value":` + strings.Repeat(`{"urn:ietf:params:scim:schemas:core:2.0:User":`, 25) + `{}` + strings.Repeat("}", 25) + `}]`, ""},
		"50,000 addresses, 999 times":   {`[{"op":"add","path":"emails","value":` + many(50_000, mail) + `},` + many(999, display)[1:], "invalidValue more than 2000000"},
		"50,000 addresses by 151 terms": {`[{"op":"add","path":"emails","value":` + many(50_000, mail) + `},` + terms + `]`, "invalidValue more than 2000000"},
		"100,000 parentheses":           {`[{"op":"remove","path":"emails[` + strings.Repeat("(", 100_000) + `]"}]`, "invalidPath operation 1"},
		"a path of a megabyte":          {`[{"op":"remove","path":"` + strings.Repeat("a", 1<<20) + `"}]`, "invalidPath operation 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := do(user, map[string]any{"userName": "ada"}, message(hostile.body))
			switch {
			case hostile.fault != "":
				refused(t, err, hostile.fault)
			case err != nil:
				t.Error(err)
			}
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("the error has %d characters", len(err.Error()))
			}
		})
	}
}

func BenchmarkPatchOf40Operations(b *testing.B) {
	body := []byte(message(strings.TrimSuffix(thirtySix, "]") + `,
		{"op":"replace","value":{"displayName":"B","name.givenName":"C","ENT:employeeNumber":"2"}},
		{"op":"replace","path":"ENT:manager","value":"m1"},{"op":"remove","path":"preferredLanguage"},{"op":"Replace","path":"active","value":"False"}]`))
	resource := decode(b, thirtySixAfter)
	b.ReportAllocs()
	for b.Loop() {
		operations, err := patch.Parse(body, user)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := patch.Apply(resource, operations, user); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMemberAddedWithoutTheOthers(b *testing.B) {
	body := []byte(message(`[{"op":"add","path":"members","value":[{"value":"u1"}]}]`))
	b.ReportAllocs()
	for b.Loop() {
		operations, err := patch.Parse(body, group)
		if err != nil {
			b.Fatal(err)
		}
		if _, edit, ok := patch.Split(operations, group); !ok || len(edit.Add) != 1 {
			b.Fatal("no edit")
		}
	}
}
