package filter_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/muster-idm/muster/scim/filter"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`userName eq "x"`, `emails[type eq "work" and not (value co "\u00e9")].value eq x`, `(id pr or title gt "a") and active eq "True"`,
		enterprise + `:manager eq null`, custom + `:level ge -1.5e3`, `meta.created lt 2024-05-13T04:42:34`, strings.Repeat("(", 40), "\xff\x00", `title eq "\ud83d\ude00"`} {
		f.Add(seed)
	}
	of, resource := user(), barbara()
	f.Fuzz(func(t *testing.T, text string) {
		e, err := filter.Parse(text, of)
		if err != nil {
			proper(t, err, text)
			return
		}
		matched := e.Match(resource)
		if len(e.String()) > filter.MaxLength { // a normal form may be longer than what was sent
			return
		}
		again, err := filter.Parse(e.String(), of)
		if err != nil {
			t.Fatalf("%q: the normal form %q: %v", text, e, err)
		}
		if again.String() != e.String() || again.Match(resource) != matched {
			t.Fatalf("%q: the normal form %q reads as %q", text, e, again)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{`emails[type eq "work"].value`, enterprise, coreUser + `:name.givenName`, `manager`, `emails[0].value`, custom + `:tags[value eq "x"]`, `[`, "\x80"} {
		f.Add(seed)
	}
	of := user()
	f.Fuzz(func(t *testing.T, text string) {
		path, err := filter.ParsePath(text, of)
		if err != nil {
			proper(t, err, text)
			return
		}
		path.Selects("x")
		path.Selects(map[string]any{"type": "work"})
		if again, err := filter.ParsePath(path.String(), of); len(path.String()) <= filter.MaxLength && (err != nil || again.String() != path.String()) {
			t.Fatalf("%q: the normal form %q reads as %q: %v", text, path, again, err)
		}
	})
}

// proper holds an error to its promise.
func proper(t *testing.T, err error, text string) {
	var fault *filter.Error
	if !errors.As(err, &fault) {
		t.Fatalf("%q: %T", text, err)
	}
	if fault.Offset < 0 || fault.Offset > len(text) || len(fault.Text) > 200 || len(fault.Message) > 1000 || !utf8.ValidString(fault.Message) || !utf8.ValidString(fault.Text) {
		t.Fatalf("%q: %+v", text, fault)
	}
}
