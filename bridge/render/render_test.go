package render_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
)

// counting yields changes without holding them and counts how many were asked for.
type counting struct {
	n, asked int
	fail     error
}

func (c *counting) Len() int { return c.n }

func (c *counting) All(context.Context) iter.Seq2[bridge.Change, error] {
	return func(yield func(bridge.Change, error) bool) {
		for i := 1; i <= c.n; i++ {
			c.asked++
			if c.fail != nil && i == 3 {
				yield(bridge.Change{}, c.fail)
				return
			}
			if !yield(bridge.Change{Seq: i, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Create}, Key: "K"}, nil) {
				return
			}
		}
	}
}

func bigPlan(list *counting) *bridge.Plan {
	return &bridge.Plan{FormatVersion: bridge.FormatVersion, Connection: "staff", Type: bridge.User,
		Counts: bridge.Counts{Changes: list.n, Actions: map[bridge.Action]int{bridge.Create: list.n}}, Changes: list}
}

func TestMaxReadsNoMoreThanItShows(t *testing.T) {
	list := &counting{n: 100_000}
	if err := render.Text(t.Context(), &bytes.Buffer{}, bigPlan(list), render.Options{Max: 5}); err != nil {
		t.Fatal(err)
	}
	if list.asked > 7 {
		t.Errorf("%d changes were read for 5", list.asked)
	}
}

func TestAnErrorOfTheChangesEndsEveryForm(t *testing.T) {
	away := errors.New("the store is away")
	for _, show := range []func(*bridge.Plan) error{
		func(p *bridge.Plan) error { return render.Text(t.Context(), &bytes.Buffer{}, p, render.Options{}) },
		func(p *bridge.Plan) error {
			return render.Markdown(t.Context(), &bytes.Buffer{}, p, render.Options{})
		},
		func(p *bridge.Plan) error { return render.CSV(t.Context(), &bytes.Buffer{}, p, render.Options{}) },
		func(p *bridge.Plan) error { return render.JSON(t.Context(), &bytes.Buffer{}, p, render.Options{}) },
	} {
		if err := show(bigPlan(&counting{n: 10, fail: away})); !errors.Is(err, away) {
			t.Errorf("got %v", err)
		}
	}
}

// closed is a writer whose reader went away.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAClosedWriterStopsReadingChanges(t *testing.T) {
	list := &counting{n: 100_000}
	if err := render.Text(t.Context(), closed{}, bigPlan(list), render.Options{}); err == nil || list.asked > 2 {
		t.Errorf("%d changes were read, error %v", list.asked, err)
	}
}

func TestNoFormHoldsASensitiveValue(t *testing.T) {
	const secret = "Geheim-4711"
	change := bridge.Change{
		Seq: 1, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Update}, Key: "E1", Sensitive: []string{"pay", "chief"},
		Before: bridge.Attributes{"Pay": {secret, "x"}}, After: bridge.Attributes{"Pay": {secret + "2"}},
		References: []bridge.Reference{{Attribute: "chief", Key: secret, DN: secret, EntryID: secret}},
		Reserve:    []bridge.Reservation{{Attribute: "PAY", Folded: secret}},
		Notes:      map[string][]string{"Pay": {"was " + secret}},
	}
	list, err := bridge.NewChangeList(change)
	if err != nil {
		t.Fatal(err)
	}
	plan := &bridge.Plan{FormatVersion: bridge.FormatVersion, Counts: bridge.Counts{Changes: 1}, Changes: list}
	var b bytes.Buffer
	o := render.Options{Origins: true}
	err = errors.Join(render.Text(t.Context(), &b, plan, o), render.Markdown(t.Context(), &b, plan, o),
		render.CSV(t.Context(), &b, plan, o), render.JSON(t.Context(), &b, plan, o))
	if err != nil || strings.Contains(b.String(), secret) {
		t.Errorf("error %v in\n%s", err, b.String())
	}
}

func TestAllFindingsAreShownWhenAsked(t *testing.T) {
	plan := &bridge.Plan{Type: bridge.User}
	for range 50 {
		plan.Findings = append(plan.Findings, bridge.Finding{Severity: bridge.Fault, Code: "too-long", Key: "E1", Message: "needle"})
	}
	for all, want := range map[bool]int{false: 3, true: 50} {
		var b bytes.Buffer
		if err := render.Text(t.Context(), &b, plan, render.Options{AllFindings: all}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "needle"); got != want {
			t.Errorf("%d findings are shown, wanted %d", got, want)
		}
	}
}

func TestReadJSONIsStrict(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":            ``,
		"no object":          `[]`,
		"another format":     `{"format_version":2,"changes":[]}`,
		"an unknown field":   `{"format_version":1,"colour":"red","changes":[]}`,
		"text after it":      `{"format_version":1,"changes":[]} {}`,
		"cut off":            `{"format_version":1,"changes":[`,
		"wrongly counted":    `{"format_version":1,"counts":{"changes":2},"changes":[{"seq":1}]}`,
		"out of order":       `{"format_version":1,"counts":{"changes":1},"changes":[{"seq":2}]}`,
		"nested without end": `{"format_version":1,"changes":[{"before":{"a":` + strings.Repeat("[", 20_000),
	} {
		if _, err := render.ReadJSON(strings.NewReader(text)); !bridge.IsKind(err, bridge.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// endless is a text that does not end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestReadJSONTakesNoEndlessText(t *testing.T) {
	if _, err := render.ReadJSON(endless{}); !bridge.IsKind(err, bridge.TooLarge) {
		t.Errorf("got %v", err)
	}
}

func FuzzPlanJSON(f *testing.F) {
	f.Add([]byte(`{"format_version":1,"now":"2026-11-20T08:14:05Z","counts":{"changes":1},"changes":[{"seq":1,"actions":["create"],"after":{"a":["x",{"base64":"/w=="}]}}]}`))
	f.Add([]byte(`{"format_version":1,"changes":[]}`))
	f.Add([]byte(`{"format_version":1,"counts":{"changes":1},"changes":[{"seq":1,"sensitive":["A"],"before":{"a":["x"]},"references":[{"attribute":"a","key":"k"}],"members":[{"dn":"d"}]}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		plan, err := render.ReadJSON(bytes.NewReader(in))
		if err != nil {
			return
		}
		first := written(t, plan)
		again, err := render.ReadJSON(bytes.NewReader(first))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("written once:\n%s\nand again:\n%s", first, second)
		}
		for _, o := range []render.Options{{}, {Max: 1, Width: 40, Masked: true, Origins: true}} {
			var b bytes.Buffer
			if err := errors.Join(render.Text(t.Context(), &b, plan, o), render.Markdown(t.Context(), &b, plan, o), render.CSV(t.Context(), &b, plan, o)); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b") {
				t.Errorf("a character that deceives is in\n%q", b.String())
			}
		}
	})
}

func written(t *testing.T, plan *bridge.Plan) []byte {
	var b bytes.Buffer
	if err := render.JSON(t.Context(), &b, plan, render.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestProgress(t *testing.T) {
	for _, c := range []struct {
		done, total int
		elapsed     time.Duration
		width       int
		want        string
	}{
		{0, 500, 0, 0, "0 of 500 (0 %)"},
		{312, 500, 3 * time.Second, 0, "312 of 500 (62 %), 104 a second, 2 s left"},
		{1, 1000, time.Minute, 0, "1 of 1,000 (0 %), 1 a minute, 16 h 39 min left"},
		{5, 10, 2 * time.Second, 0, "5 of 10 (50 %), 2.5 a second, 2 s left"},
		{10, 10, 2 * time.Second, 0, "10 of 10 (100 %), 5 a second"},
		{1234, 0, time.Second, 0, "1,234 done, 1,234 a second"},
		{312, 500, 3 * time.Second, 60, "[#########-------] 312 of 500 (62 %), 104 a second, 2 s left"},
		{500, 500, time.Second, 200, "[########################################] 500 of 500 (100 %), 500 a second"},
		{-1, -1, -1, -1, "-1 done"},
	} {
		got := render.Progress(c.done, c.total, c.elapsed, c.width)
		if got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
		if c.width > 0 && len(got) > c.width {
			t.Errorf("%q is wider than %d", got, c.width)
		}
	}
}
