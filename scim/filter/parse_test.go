package filter_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

func TestNotBindsCloserThanAndThanOr(t *testing.T) {
	forms := map[string]string{
		`title pr or userName pr and active eq true`:                 `title pr or userName pr and active eq true`,
		`(title pr or userName pr) and active eq true`:               `(title pr or userName pr) and active eq true`,
		`(title pr and userName pr) or active eq true`:               `title pr and userName pr or active eq true`,
		`not (title pr) and userName pr`:                             `not (title pr) and userName pr`,
		`NOT(title PR)AND(userName pr)`:                              `not (title pr) and userName pr`,
		`title pr or (userName pr or id pr)`:                         `title pr or userName pr or id pr`,
		`((title pr and (userName pr and id pr)))`:                   `title pr and userName pr and id pr`,
		"  title\tpr  OR  USERNAME Eq   \"x\" ":                      `title pr or userName eq "x"`,
		`title eq null or title NE NULL`:                             `not (title pr) or title pr`,
		`emails[type eq "a" or primary eq TRUE].VALUE eq x`:          `emails[(type eq "a" or primary eq true) and value eq "x"]`,
		`meta.created gt "2024-05-13T06:42:34.120+02:00"`:            `meta.created gt "2024-05-13T04:42:34.12Z"`,
		custom + `:level eq "3.0" and ` + custom + `:quota eq "1e2"`: custom + `:level eq 3 and ` + custom + `:quota eq 100`,
		custom + `:TAGS[VALUE eq "red"]`:                             custom + `:tags[value eq "red"]`,
		`manager eq "m"`:                                             enterprise + `:manager.value eq "m"`,
	}
	for text, want := range forms {
		if got := parse(t, text).String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	matches(t, barbara(), true, `emails[type eq "work"] and userName pr`, strings.Repeat(`(id pr) and `, 2*filter.MaxDepth)+`emails[type pr] and emails[value pr]`)
	matches(t, barbara(), true, `userName pr or title pr and title pr`)
	matches(t, barbara(), false, `(userName pr or title pr) and title pr`, `not (userName pr) and title pr or title pr`)
}

func TestAnOperatorMustGoWithTheType(t *testing.T) {
	refuses(t, `active gt true`, `active co "t"`, `active le true`, `name gt "x"`, `name pr "x"`, custom+`:key gt "x"`, custom+`:level co 3`, custom+`:level sw "3"`,
		`meta.created co "2024"`, `title gt null`, `title co null`, enterprise+` eq "x"`, custom+`:level eq "x"`, custom+`:level eq 0x10`, custom+`:quota eq NaN`,
		custom+`:quota eq 1_0`, custom+`:quota eq 1e999`, `active eq maybe`)
	matches(t, barbara(), true, custom+`:key co "UJ"`, custom+`:key eq "QUJD"`, `profileUrl sw "https:"`, `userName gt "a"`, `userName le "BJENSEN@EXAMPLE.COM"`,
		custom+`:tags co "lu"`, custom+`:tags[value eq "blue"]`, `name[givenName eq "barbara"]`)
	matches(t, barbara(), false, custom+`:key eq "qujd"`, custom+`:exact eq "abc"`, custom+`:exact co "A" and `+custom+`:exact ew "C"`)
}

func TestWhatNobodyMayReadIsInNoFilter(t *testing.T) {
	refuses(t, `password eq "x"`, `password pr`, `password sw "a"`, custom+`:badges.pin eq "1"`, custom+`:badges[pin sw "1"]`, custom+`:badges[door eq 7].pin sw "1"`,
		custom+`:secrets pr`, custom+`:secrets eq "x"`, custom+`:secrets[value eq "x"]`, custom+`:secrets.value eq "x"`)
	if _, err := filter.ParseSort("password", user()); err == nil {
		t.Error("a listing was sorted by the password")
	}
}

func TestMalformedFiltersAreRefused(t *testing.T) {
	refuses(t, ``, ` `, `)`, `()`, `(userName pr`, `userName pr)`, `userName`, `userName is "x"`, `userName eq "x" "y"`, `userName eq "x" and`, `and userName pr`, `not userName pr`,
		`not`, `not (`, `userName eq 'x y'`, `emails[`, `emails[]`, `emails[type eq "work"`, `emails[type eq "work")`, `emails[type eq "work"]]`, `emails[type eq "work"] eq "x"`,
		`emails[type eq "work"].value`, `emails[type eq "work"].`, `emails[emails[type eq "x"]]`, `emails[type[value eq "x"]]`, `name.givenName[value eq "x"]`,
		`emails [type eq "work"]`, `emails[urn:ietf:params:scim:schemas:core:2.0:User:emails.type eq "x"]`,
		`urn:ietf:params:scim:schemas:core:2.0:User pr`, `urn:ietf:params:scim:schemas:core:2.0:User: pr`, enterprise+`[department eq "x"]`, `"userName" eq "x"`, `userName eq ["x"]`)
}

func TestTextThatIsNoTextIsRefused(t *testing.T) {
	refuses(t, "userName eq \"a\x00b\"", "userName eq \"a\xffb\"", "\xc3(", "userName eq \"a\nb\"", "userName\x00pr", "userName eq \"a\x7f\xc3\"")
	matches(t, with(map[string]any{"userName": "�"}), true, "userName eq \"�\"")
}

func TestMetacharactersOfOtherLanguagesAreOnlyText(t *testing.T) {
	for _, text := range []string{`*)(uid=*))(|(uid=*`, `' OR '1'='1`, `'; DROP TABLE users; --`, `%_`, `\2a`, `a*`, `$(id)`, `<x>&amp;`, `{{.}}`, `../..`} {
		quoted := strings.ReplaceAll(text, `\`, `\\`)
		matches(t, with(map[string]any{"userName": text}), true, `userName eq "`+quoted+`"`, `userName co "`+quoted+`"`)
		matches(t, barbara(), false, `userName eq "`+quoted+`"`, `userName co "`+quoted+`"`, `userName sw "`+quoted+`"`)
		if got := parse(t, `userName eq "`+quoted+`"`).String(); got != `userName eq "`+quoted+`"` {
			t.Errorf("got %s", got)
		}
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	terms := func(n int) string { return strings.TrimSuffix(strings.Repeat("id pr or ", n), " or ") }
	refuses(t, terms(filter.MaxTerms+1), strings.ReplaceAll(terms(1000), "or", "and"), `userName eq "`+strings.Repeat("a", filter.MaxLength)+`"`,
		strings.Repeat("ä", filter.MaxLength), strings.Repeat("(id pr) or ", 1000), `emails[`+strings.ReplaceAll(terms(201), "id", "type")+`]`)
	parse(t, terms(filter.MaxTerms))
	exactly := `userName eq "`
	parse(t, exactly+strings.Repeat("a", filter.MaxLength-len(exactly)-1)+`"`)
}

func TestAFaultIsNamedWithItsPlace(t *testing.T) {
	cases := []struct {
		text, message string
		offset        int
	}{
		{`userName is "x"`, `expected an operator such as eq at character 10 of the filter, found "is \"x\""`, 9},
		{`userName`, `expected an operator such as eq at character 9 of the filter, found the end`, 8},
		{`title eq "ä" and foo pr`, `expected an attribute of User at character 18 of the filter, found "foo pr"`, 18},
		{`active gt true`, `expected an operator that goes with active, of type boolean, at character 8 of the filter, found "gt true"`, 7},
		{`name eq "x"`, `expected one of the attributes of name, which has no value of its own, at character 1 of the filter, found "name eq \"x\""`, 0},
		{`title eq "abc`, `expected a value that ends with a quote at character 10 of the filter, found "\"abc"`, 9},
		{`emails[type eq "work"`, `expected and, or, or ] at character 22 of the filter, found the end`, 21},
		{`foo eq "a value that is long, secret and ends here"`, `expected an attribute of User at character 1 of the filter, found "foo eq \"a value that is ..."`, 0},
	}
	for _, c := range cases {
		_, err := filter.Parse(c.text, user())
		var fault *filter.Error
		if !errors.As(err, &fault) || fault.Message != c.message || fault.Offset != c.offset || !utf8.ValidString(fault.Text) {
			t.Errorf("%s: got %+v", c.text, fault)
		}
	}
}

// Parsing twice as much takes about twice the time: the rates are compared, so
// that the speed of the machine does not matter.
func TestParsingTakesTimeInProportion(t *testing.T) {
	of := user()
	shapes := map[string]func(n int) string{
		"one long value":         func(n int) string { return `userName eq "` + strings.Repeat("a", 40*n) + `"` },
		"one value of escapes":   func(n int) string { return `userName eq "` + strings.Repeat(`\u0061`, 7*n) + `"` },
		"many terms":             func(n int) string { return strings.Repeat("(id pr) or ", n-1) + "id pr" },
		"a long name":            func(n int) string { return strings.Repeat("a", 40*n) + " pr" },
		"a long name with a URN": func(n int) string { return "urn:" + strings.Repeat("a:", 20*n) + " pr" },
		"spaces":                 func(n int) string { return strings.Repeat(" ", 40*n) + "id pr" },
		"brackets left open":     func(n int) string { return "emails[" + strings.Repeat("type pr or ", n) },
	}
	for name, shape := range shapes {
		small, large := fastest(shape(10), of), fastest(shape(190), of)
		if ratio := float64(large) / float64(small+2*time.Microsecond); ratio > 19*4 {
			t.Errorf("%s: 19 times the text took %.0f times as long (%v, %v)", name, ratio, small, large)
		}
	}
	if open, plain := fastest(strings.Repeat("(", 100_000), of), fastest(strings.Repeat("id pr or ", 199)+"id pr", of); open > 10*plain {
		t.Errorf("100,000 parentheses took %v, a valid filter %v", open, plain)
	}
}

func fastest(text string, of *schema.Type) time.Duration {
	best := time.Hour
	for range 30 {
		start := time.Now()
		_, _ = filter.Parse(text, of) // refused or not
		best = min(best, time.Since(start))
	}
	return best
}
