package filter_test

import (
	"errors"
	"testing"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

const (
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	custom     = "urn:example:params:scim:schemas:extension:badge:1.0:User"
)

// user has attributes of every kind.
func user() *schema.Type {
	return schema.User(schema.Enterprise(), &schema.Schema{ID: custom, Attributes: []*schema.Attribute{
		{Name: "level", Kind: schema.Integer},
		{Name: "quota", Kind: schema.Decimal},
		{Name: "issued", Kind: schema.DateTime},
		{Name: "key", Kind: schema.Binary},
		{Name: "exact", Kind: schema.String, CaseExact: true},
		{Name: "tags", Kind: schema.String, Multi: true},
		{Name: "secrets", Kind: schema.Complex, Multi: true, Mutability: schema.WriteOnly, Sub: []*schema.Attribute{{Name: "value", Kind: schema.String}}},
		{Name: "badges", Kind: schema.Complex, Multi: true, Sub: []*schema.Attribute{
			{Name: "value", Kind: schema.String},
			{Name: "door", Kind: schema.Integer},
			{Name: "pin", Kind: schema.String, Returned: schema.Never},
		}},
	}})
}

// barbara is a resource as encoding/json makes it.
func barbara() map[string]any {
	return map[string]any{
		"schemas":    []any{"urn:ietf:params:scim:schemas:core:2.0:User", enterprise},
		"id":         "2819c223-7f76-453a-919d-413861904646",
		"externalId": "jyoung",
		"meta":       map[string]any{"resourceType": "User", "created": "2024-05-13T04:42:34Z"},
		"userName":   "BJensen@example.com",
		"name":       map[string]any{"givenName": "Barbara", "familyName": `O"Brien`},
		"title":      "",
		"active":     true,
		"emails": []any{
			map[string]any{"type": "work", "value": "bjensen@example.com", "primary": true},
			map[string]any{"type": "home", "value": "babs@jensen.org"},
		},
		"phoneNumbers": []any{},
		"groups":       []any{map[string]any{"value": "g1", "display": "Tour Guides"}},
		"profileUrl":   "https://login.example.com/bjensen",
		enterprise:     map[string]any{"department": "Tours", "manager": map[string]any{"value": "m1", "displayName": "Jo"}},
		custom: map[string]any{
			"level": int64(3), "quota": 1.5, "issued": "2024-05-13T06:42:34+02:00", "key": "QUJD", "exact": "Abc",
			"tags":   []any{"red", "Blue"},
			"badges": []any{map[string]any{"value": "b1", "door": int64(7)}, map[string]any{"value": "b2", "door": int64(9)}},
		},
	}
}

// parse reads a filter that must be one.
func parse(t testing.TB, text string) filter.Expression {
	t.Helper()
	e, err := filter.Parse(text, user())
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

// matches holds Barbara, changed as wanted, against filters.
func matches(t *testing.T, resource map[string]any, wanted bool, filters ...string) {
	t.Helper()
	for _, text := range filters {
		if got := parse(t, text).Match(resource); got != wanted {
			t.Errorf("%s: got %t, want %t", text, got, wanted)
		}
	}
}

// refuses wants filters to be refused as invalidFilter, with a sentence.
func refuses(t *testing.T, filters ...string) {
	t.Helper()
	for _, text := range filters {
		e, err := filter.Parse(text, user())
		var fault *filter.Error
		if !errors.As(err, &fault) {
			t.Errorf("%.80q: got %v and error %v, want an Error", text, e, err)
			continue
		}
		if fault.Type != filter.InvalidFilter || fault.Message == "" || len(fault.Message) > 400 || fault.Offset > len(text) {
			t.Errorf("%.80q: %+v", text, fault)
		}
	}
}

func with(change map[string]any) map[string]any {
	resource := barbara()
	for key, value := range change {
		resource[key] = value
	}
	return resource
}
