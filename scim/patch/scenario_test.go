package patch_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/muster-idm/muster/scim/patch"
	"github.com/muster-idm/muster/scim/schema"
)

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

var (
	badges, errBadges = schema.Custom("urn:example:badges:1.0:User", "Badges", "what opens doors", []*schema.Attribute{
		{Name: "number", Mutability: schema.Immutable},
		{Name: "doors", Multi: true},
		{Name: "level", Kind: schema.Integer},
	})
	user  = schema.User(schema.Enterprise(), badges)
	group = schema.Group()
)

func TestTheExtensionOfTheScenariosIsOne(t *testing.T) {
	if errBadges != nil {
		t.Fatal(errBadges)
	}
}

// scenario is one request and what it does. In its texts ENT stands for the URN
// of the enterprise extension.
type scenario struct {
	name   string
	before string // the resource; "" = only what its type requires
	body   string // the Operations alone, or the whole body
	after  string // the resource, or "" if there is a fault
	once   bool   // sent again, its filter finds nothing
	fault  string // the scimType and a part of the sentence, with a blank between
}

func users(t *testing.T, scenarios []scenario) {
	t.Helper()
	run(t, user, `{"userName":"ada"}`, scenarios)
}
func groups(t *testing.T, scenarios []scenario) {
	t.Helper()
	run(t, group, `{"displayName":"Staff"}`, scenarios)
}

func run(t *testing.T, of *schema.Type, least string, scenarios []scenario) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			before := s.before
			if before == "" {
				before = least
			}
			if s.fault == "" && s.after == "" {
				s.after = least
			}
			resource := decode(t, before)
			after, err := do(of, resource, message(s.body))
			if diff := cmp.Diff(decode(t, before), resource); diff != "" {
				t.Fatalf("the resource given was changed (-before +after):\n%s", diff)
			}
			if s.fault != "" {
				refused(t, err, s.fault)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decode(t, s.after), after); diff != "" {
				t.Errorf("the resource (-want +got):\n%s", diff)
			}
			split(t, of, resource, message(s.body), after)
			if s.once {
				return
			}
			again, err := do(of, after, message(s.body))
			if diff := cmp.Diff(after, again, unordered); diff != "" || err != nil {
				t.Errorf("the request sent again changes the resource (-once +twice): %v\n%s", err, diff)
			}
		})
	}
}

// split holds that what is done without knowing the members comes to the same.
func split(t *testing.T, of *schema.Type, resource map[string]any, body string, want map[string]any) {
	t.Helper()
	operations, err := patch.Parse([]byte(body), of)
	if err != nil {
		t.Fatal(err)
	}
	rest, edit, ok := patch.Split(operations, of)
	if !ok || edit == nil {
		return
	}
	known := maps.Clone(resource)
	delete(known, "members")
	after, err := patch.Apply(known, rest, of)
	if err != nil {
		t.Fatal(err)
	}
	members, _ := resource["members"].([]any)
	if members = edit.Apply(members); len(members) > 0 {
		after["members"] = members
	}
	if diff := cmp.Diff(want, after, unordered); diff != "" {
		t.Errorf("the resource when its members are edited apart (-want +got):\n%s", diff)
	}
}

// unordered compares lists of items by their values: SCIM promises no order.
var unordered = cmpopts.SortSlices(func(a, b any) bool { return valueOf(a) < valueOf(b) })

func valueOf(item any) string {
	whole, _ := item.(map[string]any)
	value, _ := whole["value"].(string)
	return value
}

func do(of *schema.Type, resource map[string]any, body string) (map[string]any, error) {
	operations, err := patch.Parse([]byte(body), of)
	if err != nil {
		return nil, err
	}
	return patch.Apply(resource, operations, of)
}

func refused(t *testing.T, err error, fault string) {
	t.Helper()
	scimType, part, _ := strings.Cut(fault, " ")
	var e *patch.Error
	if !errors.As(err, &e) || e.Type != scimType || !strings.Contains(e.Error(), part) {
		t.Errorf("the error is %v, not %s with %q", err, scimType, part)
	}
}

func message(operations string) string {
	operations = strings.ReplaceAll(operations, "ENT", enterprise)
	if strings.HasPrefix(strings.TrimSpace(operations), "[") {
		return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":` + operations + `}`
	}
	return operations
}

func decode(t testing.TB, text string) map[string]any {
	t.Helper()
	value, err := schema.Decode([]byte(strings.ReplaceAll(text, "ENT", enterprise)))
	if err != nil {
		t.Fatal(err, text)
	}
	return value.(map[string]any)
}
