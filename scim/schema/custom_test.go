package schema_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/scim/schema"
)

func TestAnExtensionThatCannotBeIsRefused(t *testing.T) {
	one := []*schema.Attribute{{Name: "a"}}
	for name, c := range map[string]struct {
		id, name   string
		attributes []*schema.Attribute
		says       string
	}{
		"no URN":                         {"", "X", one, `"" is no URN`},
		"a URL":                          {"https://example.com", "X", one, "is no URN"},
		"a URN with a blank":             {"urn:x y:z", "X", one, "is no URN"},
		"a URN of the protocol":          {strings.ToUpper(userURN), "X", one, "is that of a schema of the protocol"},
		"a misspelling of one":           {"urn:scim:schemas:core:2.0", "X", one, "is that of a schema of the protocol"},
		"no name":                        {badgeURN, "", one, "has no name"},
		"no attributes":                  {badgeURN, "X", nil, "has no attributes"},
		"a name with a dot":              {badgeURN, "X", []*schema.Attribute{{Name: "a.b"}}, `attribute "a.b": a name is a letter`},
		"no name of an attribute":        {badgeURN, "X", []*schema.Attribute{{}}, "a name is a letter"},
		"$ref outside a complex one":     {badgeURN, "X", []*schema.Attribute{{Name: "$ref"}}, "a name is a letter"},
		"a name that is common":          {badgeURN, "X", []*schema.Attribute{{Name: "ID"}}, "every resource has an attribute of this name"},
		"a name twice":                   {badgeURN, "X", []*schema.Attribute{{Name: "a"}, {Name: "A"}}, "the name is used twice"},
		"a sub-attribute twice":          {badgeURN, "X", []*schema.Attribute{{Name: "a", Sub: []*schema.Attribute{{Name: "b"}, {Name: "B"}}}}, `attribute "a.B": the name is used twice`},
		"an unknown kind":                {badgeURN, "X", []*schema.Attribute{{Name: "a", Kind: "text"}}, `"text" is none of [string`},
		"an unknown mutability":          {badgeURN, "X", []*schema.Attribute{{Name: "a", Mutability: "x"}}, `"x" is none of [readWrite`},
		"an unknown returned":            {badgeURN, "X", []*schema.Attribute{{Name: "a", Returned: "x"}}, `"x" is none of [always`},
		"an unknown uniqueness":          {badgeURN, "X", []*schema.Attribute{{Name: "a", Uniqueness: "x"}}, `"x" is none of [none`},
		"complex in complex":             {badgeURN, "X", []*schema.Attribute{{Name: "a", Sub: []*schema.Attribute{{Name: "b", Sub: one}}}}, "a sub-attribute cannot be complex"},
		"complex without sub-attributes": {badgeURN, "X", []*schema.Attribute{{Name: "a", Kind: schema.Complex}}, "needs sub-attributes"},
		"a string with sub-attributes":   {badgeURN, "X", []*schema.Attribute{{Name: "a", Kind: schema.String, Sub: one}}, "one of kind string has no sub-attributes"},
		"writeOnly, yet returned":        {badgeURN, "X", []*schema.Attribute{{Name: "a", Mutability: schema.WriteOnly, Returned: schema.Always}}, "what is writeOnly is never returned"},
		"references of a string":         {badgeURN, "X", []*schema.Attribute{{Name: "a", References: []string{"User"}}}, "one of kind string refers to nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := schema.Custom(c.id, c.name, "", c.attributes)
			if err == nil || s != nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, %v; want an error that says %q", s, err, c.says)
			}
		})
	}
}

func TestAllFaultsOfAnExtensionAreReportedAtOnce(t *testing.T) {
	_, err := schema.Custom("x", "", "", []*schema.Attribute{{Name: "1"}, {Name: "a", Kind: "text", Mutability: "x"}})
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("want five faults, got %v", err)
	}
}

func TestAnExtensionGetsDefaults(t *testing.T) {
	declared := []*schema.Attribute{{Name: "a"}, {Name: "pin", Mutability: schema.WriteOnly}, {Name: "c", Multi: true, Sub: []*schema.Attribute{{Name: "$ref", Kind: schema.Reference, References: []string{"User"}}}}}
	s, err := schema.Custom(badgeURN, "Badge", "d", declared)
	if err != nil {
		t.Fatal(err)
	}
	want := []*schema.Attribute{
		{Name: "a", Kind: schema.String, Mutability: schema.ReadWrite, Returned: schema.Default, Uniqueness: schema.None},
		{Name: "pin", Kind: schema.String, Mutability: schema.WriteOnly, Returned: schema.Never, Uniqueness: schema.None},
		{Name: "c", Kind: schema.Complex, Multi: true, Mutability: schema.ReadWrite, Returned: schema.Default, Uniqueness: schema.None, Sub: []*schema.Attribute{
			{Name: "$ref", Kind: schema.Reference, References: []string{"User"}, Mutability: schema.ReadWrite, Returned: schema.Default, Uniqueness: schema.None}}},
	}
	if diff := cmp.Diff(want, s.Attributes); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if declared[0].Kind != "" {
		t.Error("the declaration was changed")
	}
}
