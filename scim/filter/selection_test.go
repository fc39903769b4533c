package filter_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

func sortBy(t *testing.T, text string) *schema.Place {
	t.Helper()
	place, err := filter.ParseSort(text, user())
	if err != nil {
		t.Fatal(err)
	}
	return &place
}

func TestResourcesAreSorted(t *testing.T) {
	primary := func(v any) map[string]any {
		return map[string]any{"emails": []any{map[string]any{"value": "zzz"}, map[string]any{"value": v, "primary": true}}}
	}
	email := func(v any) map[string]any { return map[string]any{"emails": []any{map[string]any{"value": v}}} }
	badge := func(attribute string, v any) map[string]any {
		return map[string]any{custom: map[string]any{attribute: v}}
	}
	absent := map[string]any{}
	cases := map[string][]map[string]any{
		"userName":              {{"userName": "Anna"}, {"userName": "bob"}, {"userName": "Émile"}, {"userName": ""}},
		"id":                    {{"id": "B"}, {"id": "a"}, absent},
		"emails":                {email("a"), primary("B"), email("c"), {"emails": []any{}}},
		"emails.value":          {email("a"), primary("B"), email("c"), absent},
		"name.familyName":       {{"name": map[string]any{"familyName": "a"}}, {"name": map[string]any{"familyName": "b"}}, {"name": map[string]any{}}},
		"meta.created":          {{"meta": map[string]any{"created": "2024-05-13T06:00:00+02:00"}}, {"meta": map[string]any{"created": "2024-05-13T04:30:00Z"}}, absent},
		"active":                {{"active": false}, {"active": true}, absent},
		custom + ":level":       {badge("level", int64(2)), badge("level", 10.0), badge("level", int64(math.MaxInt64-1)), badge("level", int64(math.MaxInt64)), badge("level", "x")},
		custom + ":quota":       {badge("quota", 1.5), badge("quota", int64(2)), badge("quota", math.NaN())},
		custom + ":tags":        {badge("tags", []any{"a", "z"}), badge("tags", []any{"", "b"}), absent},
		custom + ":exact":       {badge("exact", "B"), badge("exact", "a"), absent},
		enterprise + ":manager": {{enterprise: map[string]any{"manager": map[string]any{"value": "m1"}}}, {enterprise: map[string]any{"manager": map[string]any{"value": "m2"}}}, absent},
	}
	for by, want := range cases {
		for _, descending := range []bool{false, true} {
			s := filter.Selection{SortBy: sortBy(t, by), Descending: descending}
			for i, a := range want {
				for j, b := range want {
					if got := s.Order(a, b); sign(got) != sign(i-j)*map[bool]int{false: 1, true: -1}[descending] {
						t.Errorf("%s, descending %t: %v before %v: got %d", by, descending, a, b, got)
					}
				}
			}
		}
	}
	if (filter.Selection{}).Order(email("a"), email("b")) != 0 {
		t.Error("an order without sortBy")
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestASortIsByAnAttributeWithAnOrder(t *testing.T) {
	for _, text := range []string{"", "name", "addresses", "foo", enterprise, coreUser, "userName title", `emails[type eq "work"]`, `emails[type eq "work"].value`, "password", "\x00"} {
		place, err := filter.ParseSort(text, user())
		var fault *filter.Error
		if !errors.As(err, &fault) || fault.Type != filter.InvalidValue {
			t.Errorf("%q: got %s, %v", text, place, err)
		}
	}
}

func TestADigestBindsACursorToItsListing(t *testing.T) {
	seen := map[string]int{}
	for i, s := range []filter.Selection{
		{}, {Descending: true}, {SortBy: sortBy(t, "userName")}, {SortBy: sortBy(t, "id")}, {Where: parse(t, `id eq "a"`)}, {Where: parse(t, `id eq "b"`)},
		{Where: parse(t, `id eq "a"`), SortBy: sortBy(t, "id")}, {Where: parse(t, `id eq "a"`), SortBy: sortBy(t, "id"), Descending: true},
	} {
		if j, twice := seen[s.Digest()]; twice {
			t.Errorf("selections %d and %d have the same digest", i, j)
		}
		seen[s.Digest()] = i
		s.Start, s.Cursor, s.Count = 7, "x", 9
		if seen[s.Digest()] != i {
			t.Errorf("the digest of %d depends on the page", i)
		}
	}
	same := []string{`ID eq "a" and (title pr and userName pr)`, `id EQ a and title pr and userName pr`}
	digests := []string{filter.Selection{Where: parse(t, same[0])}.Digest(), filter.Selection{Where: parse(t, same[1])}.Digest()}
	if len(slices.Compact(digests)) != 1 || len(digests[0]) != 32 {
		t.Errorf("got %v", digests)
	}
	// Cursors outlive the program: a digest must not change from one version to the next.
	if got := (filter.Selection{Where: parse(t, `userName eq "a"`)}).Digest(); got != "6c74f2ccd933448e2653161e603b3cff" {
		t.Errorf("got %s", got)
	}
}
