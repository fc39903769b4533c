package filter_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

var (
	outer = []string{"userName", "id", "TITLE", "name.givenName", "emails", "emails.type", "active", "meta.created", "profileUrl", enterprise + ":department", "manager",
		custom + ":level", custom + ":quota", custom + ":issued", custom + ":key", custom + ":tags", custom + ":badges.door"}
	inner  = []string{"type", "VALUE", "display", "primary"}
	values = []string{`"x"`, `"X"`, `true`, `"False"`, `3`, `-1.5e3`, `"2024-05-13T06:42:34.5+02:00"`, `null`, `word`, `"\u00e9\"\\\n"`, `""`, `9007199254740993`, `1e30`, `-0`}
	ops    = []string{"eq", "NE", "co", "sw", "ew", "gt", "Ge", "lt", "le"}
)

// text draws a filter; some are refused, for their operator or value.
func text(t *rapid.T, depth int, names []string) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "term") == 0 {
		name := rapid.SampledFrom(names).Draw(t, "name")
		if rapid.IntRange(0, 4).Draw(t, "present") == 0 {
			return name + " pr"
		}
		return name + " " + rapid.SampledFrom(ops).Draw(t, "op") + " " + rapid.SampledFrom(values).Draw(t, "value")
	}
	switch rapid.IntRange(0, 5).Draw(t, "shape") {
	case 0:
		return "not (" + text(t, depth-1, names) + ")"
	case 1:
		return "(" + text(t, depth-1, names) + ")"
	case 2:
		if len(names) == len(outer) {
			of := "emails[" + text(t, depth-1, inner) + "]"
			if rapid.Bool().Draw(t, "sub") {
				of += `.value eq "x"`
			}
			return of
		}
	case 3, 4:
		return text(t, depth-1, names) + " and " + text(t, depth-1, names)
	}
	return text(t, depth-1, names) + " or " + text(t, depth-1, names)
}

func TestTheNormalFormReadsAsTheSameFilter(t *testing.T) {
	of, read := user(), 0
	rapid.Check(t, func(t *rapid.T) {
		e, err := filter.Parse(text(t, 5, outer), of)
		if err != nil {
			return
		}
		read++
		again, err := filter.Parse(e.String(), of)
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		if diff := cmp.Diff(e, again, cmp.Comparer(func(a, b schema.Place) bool { return a.String() == b.String() })); diff != "" || e.String() != again.String() {
			t.Fatalf("%s reads as %s: %s", e, again, diff)
		}
	})
	if read == 0 {
		t.Error("no filter was read")
	}
}

func TestNotTurnsEachMatch(t *testing.T) {
	of := user()
	rapid.Check(t, func(t *rapid.T) {
		a, b := text(t, 3, outer), text(t, 3, outer)
		e, err := filter.Parse("("+a+") and ("+b+")", of)
		if err != nil {
			return
		}
		turned, err := filter.Parse("not (not ("+a+") or not ("+b+"))", of)
		if err != nil {
			t.Fatal(err)
		}
		if e.Match(barbara()) != turned.Match(barbara()) {
			t.Fatalf("%s and %s differ", e, turned)
		}
	})
}

func TestValuesFoldTheSameIfAndOnlyIfTheyAreEqual(t *testing.T) {
	places := map[string]schema.Place{}
	for _, name := range []string{"userName", "id", "emails", "active", "meta.created", custom + ":level", custom + ":quota", custom + ":key"} {
		places[name] = *sortBy(&testing.T{}, name)
	}
	letters := rapid.SampledFrom([]rune("aAkK\u212AsSſßẞéÉiIİıσςΣµμǅǆǄ 1Ⅷⅷ"))
	drawn := map[schema.Kind]*rapid.Generator[string]{
		schema.String:   rapid.OneOf(rapid.StringOfN(letters, 0, 2, -1), rapid.String()),
		schema.Binary:   rapid.StringOfN(letters, 0, 2, -1),
		schema.Boolean:  rapid.SampledFrom([]string{"true", "True", "false", "FALSE"}),
		schema.DateTime: rapid.SampledFrom([]string{"2024-05-13T04:42:34Z", "2024-05-13T04:42:34", "2024-05-13T06:42:34.0+02:00", "2024-05-13T04:42:35Z"}),
		schema.Integer:  rapid.SampledFrom([]string{"1", "1.0", "01", "1e0", "2", "1.5"}),
		schema.Decimal:  rapid.SampledFrom([]string{"1", "1.0", "01", "1e0", "2", "1.5", "0.15e1"}),
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"userName", "id", "emails", "active", "meta.created", custom + ":level", custom + ":quota", custom + ":key"}).Draw(t, "name")
		p := places[name]
		a, b := drawn[p.Kind()].Draw(t, "a"), drawn[p.Kind()].Draw(t, "b")
		have, ok := value(p, a)
		want, also := value(p, b)
		if !ok || !also {
			return
		}
		equal := (&filter.Compare{Place: schema.Place{Attribute: &schema.Attribute{Name: "v", Kind: p.Kind(), CaseExact: p.CaseExact()}}, Op: filter.Equal, Value: want}).
			Match(map[string]any{"v": have})
		if folded := filter.Fold(p, a) == filter.Fold(p, b); folded != equal {
			t.Fatalf("%s: %q and %q: equal %t, folded the same %t", name, a, b, equal, folded)
		}
		if twice := filter.Fold(p, filter.Fold(p, a)); twice != filter.Fold(p, a) {
			t.Fatalf("%q folds to %q, and that to %q", a, filter.Fold(p, a), twice)
		}
		if p.Kind() == schema.String && !p.CaseExact() && equal != strings.EqualFold(a, b) {
			t.Fatalf("%q and %q: not as Unicode folds", a, b)
		}
	})
}

// value converts a text to the kind of a place, as a filter would.
func value(p schema.Place, s string) (any, bool) {
	if p.Kind() == schema.String || p.Kind() == schema.Binary {
		return s, true
	}
	e, err := filter.Parse(p.String()+` eq "`+s+`"`, user())
	if err != nil {
		return nil, false
	}
	return e.(*filter.Compare).Value, true
}

func TestEachLetterFoldsToOneOfItsOwnForms(t *testing.T) {
	p := *sortBy(t, "userName")
	for r := rune(0); r <= unicode.MaxRune; r++ {
		form := []rune(filter.Fold(p, string(r)))
		if len(form) != 1 || !strings.EqualFold(string(form), string(r)) {
			if unicode.Is(unicode.Cs, r) { // a surrogate alone is no character
				continue
			}
			t.Fatalf("%U folds to %U", r, form)
		}
		if next := unicode.SimpleFold(r); filter.Fold(p, string(next)) != string(form) {
			t.Fatalf("%U and %U fold apart", r, next)
		}
	}
}
