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

// terms are names of attributes with operators and values that go with them.
type terms struct{ names, ops, values []string }

var (
	words  = []string{`"x"`, `"X"`, `"\u00e9\"\\\n"`, `""`, `"babs@jensen.org"`, `word`, `true`, `3`, `null`}
	equal  = []string{"eq", "NE"}
	order  = []string{"eq", "ne", "gt", "Ge", "lt", "le"}
	all    = append([]string{"co", "sw", "EW"}, order...)
	number = []string{`3`, `-1.5e3`, `"2.5"`, `9007199254740993`, `1e30`, `-0`, `007`}
	outer  = []terms{
		{[]string{"userName", "id", "TITLE", "name.givenName", "emails", "emails.type", "profileUrl", "department", "manager", custom + ":tags"}, all, words},
		{[]string{"active", "emails.primary"}, equal, []string{`true`, `"False"`, `null`}},
		{[]string{"meta.created", custom + ":issued"}, order, []string{`"2024-05-13T06:42:34.5+02:00"`, `2024-05-13T04:42:34`}},
		{[]string{custom + ":level", custom + ":quota", custom + ":badges.door"}, order, number},
	}
	inner = []terms{
		{[]string{"type", "VALUE", "display"}, all, words},
		{[]string{"primary"}, equal, []string{`TRUE`, `"false"`}},
	}
)

// text draws a filter. Few are refused: co null, say.
func text(t *rapid.T, depth int, of []terms) string {
	if depth == 0 || rapid.IntRange(0, 4).Draw(t, "term") == 0 {
		kind := rapid.SampledFrom(of).Draw(t, "kind")
		name := rapid.SampledFrom(kind.names).Draw(t, "name")
		if rapid.IntRange(0, 4).Draw(t, "present") == 0 {
			return name + " pr"
		}
		return name + " " + rapid.SampledFrom(kind.ops).Draw(t, "op") + " " + rapid.SampledFrom(kind.values).Draw(t, "value")
	}
	switch rapid.IntRange(0, 5).Draw(t, "shape") {
	case 0:
		return "not (" + text(t, depth-1, of) + ")"
	case 1:
		return "(" + text(t, depth-1, of) + ")"
	case 2:
		if len(of) == len(outer) {
			items := "emails[" + text(t, depth-1, inner) + "]"
			if rapid.Bool().Draw(t, "sub") {
				items += `.value eq "x"`
			}
			return items
		}
	case 3, 4:
		return text(t, depth-1, of) + " and " + text(t, depth-1, of)
	}
	return text(t, depth-1, of) + " or " + text(t, depth-1, of)
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
	if read < 50 { // of a hundred; a few are refused, such as co null
		t.Errorf("only %d filters were read", read)
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
		b = rapid.SampledFrom([]string{b, a, strings.ToUpper(a), strings.ToLower(a)}).Draw(t, "or of a")
		have, ok := value(p, a)
		want, also := value(p, b)
		if !ok || !also {
			return
		}
		same := (&filter.Compare{Place: schema.Place{Attribute: &schema.Attribute{Name: "v", Kind: p.Kind(), CaseExact: p.CaseExact()}}, Op: filter.Equal, Value: want}).
			Match(map[string]any{"v": have})
		if folded := filter.Fold(p, a) == filter.Fold(p, b); folded != same {
			t.Fatalf("%s: %q and %q: equal %t, folded the same %t", name, a, b, same, folded)
		}
		if twice := filter.Fold(p, filter.Fold(p, a)); twice != filter.Fold(p, a) {
			t.Fatalf("%q folds to %q, and that to %q", a, filter.Fold(p, a), twice)
		}
		if p.Kind() == schema.String && !p.CaseExact() && same != strings.EqualFold(a, b) {
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
