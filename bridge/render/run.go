package render

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// maxTroubles is how many kinds of failures a run's summary keeps apart.
const maxTroubles = 50

// trouble holds the results that were not done for the same cause.
type trouble struct {
	state   bridge.ResultState
	message string
	count   int
	some    []bridge.Result
}

// RunText writes what a run did: one sentence, the changes that were not done
// by their cause, and what to do next. results are those of the run in any
// order, nil when there are none; they are read one by one.
func RunText(ctx context.Context, w io.Writer, run *bridge.Run, results iter.Seq2[bridge.Result, error], o Options) error {
	troubles, rest, err := troublesOf(ctx, results)
	if err != nil {
		return err
	}
	p := newPage(w, o)
	color := bold + green
	if run.Failed+run.Unknown+run.NotTried > 0 {
		color = bold + red
	}
	p.printf("%s", p.paint(color, runSentence(run)))
	p.printf("%s", runAbout(run, o))
	if done := runActions(run); done != "" {
		p.printf("%s", done)
	}
	if run.Message != "" && !o.Masked {
		p.printf("It ended early: %s", visible(run.Message))
	}
	for _, t := range troubles {
		p.trouble(t)
	}
	if rest > 0 {
		p.printf("  ... and %s for other causes", count(rest, "change", "changes"))
	}
	if step := runNext(run); step != "" {
		p.printf("")
		p.printf("%s", step)
	}
	return p.out.Flush()
}

// RunJSON writes a run as one JSON object with its "results", one a line.
func RunJSON(ctx context.Context, w io.Writer, run *bridge.Run, results iter.Seq2[bridge.Result, error], o Options) error {
	header := *run
	if o.Masked && header.Message != "" {
		header.Message = mask
	}
	out := bufio.NewWriter(w)
	if err := openObject(out, &header, "results"); err != nil {
		return err
	}
	if results == nil {
		return closeObject(out)
	}
	first := true
	for r, err := range results {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if err := writeItem(out, maskResult(r, o), first); err != nil {
			return err
		}
		first = false
	}
	return closeObject(out)
}

func maskResult(r bridge.Result, o Options) bridge.Result {
	if !o.Masked {
		return r
	}
	r.DN = mask
	if r.Message != "" {
		r.Message = mask
	}
	r.Members = slices.Clone(r.Members)
	for i := range r.Members {
		r.Members[i].DN, r.Members[i].Message = mask, mask
	}
	return r
}

// runSentence says it in one line: "Run R of plan P: 498 of 500 applied, 1
// failed, outcome of 1 unknown."
func runSentence(run *bridge.Run) string {
	head := "Run " + visible(run.ID) + " of plan " + visible(run.Plan) + ": "
	if run.Planned == 0 {
		return head + "the plan held no changes, nothing was written."
	}
	text := head + thousands(run.Done) + " of " + thousands(run.Planned) + " applied"
	if run.Done == run.Planned {
		text = head + "all " + count(run.Planned, "change", "changes") + " applied"
		if run.Planned == 1 {
			text = head + "its 1 change applied"
		}
	}
	if run.Failed > 0 {
		text += ", " + thousands(run.Failed) + " failed"
	}
	if run.Unknown > 0 {
		text += ", outcome of " + thousands(run.Unknown) + " unknown"
	}
	if run.NotTried > 0 {
		text += ", " + thousands(run.NotTried) + " not tried"
	}
	return text + "."
}

// runActions says what was done, by action: "Done: 12 created, 3 disabled."
func runActions(run *bridge.Run) string {
	var parts []string
	for _, a := range bridge.AllActions() {
		switch n, l := run.Actions[a], lookOf(a); {
		case n == 0:
		case l.members:
			parts = append(parts, count(n, "member", "members")+" "+l.next)
		default:
			parts = append(parts, thousands(n)+" "+l.next)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Done: " + strings.Join(parts, ", ") + "."
}

func runAbout(run *bridge.Run, o Options) string {
	text := "Job " + visible(run.Connection) + ", started " + o.instant(run.Started)
	if run.Author != "" {
		text += " by " + visible(run.Author)
	}
	if run.Ended.IsZero() {
		text += ", " + runStateText(run.State)
	} else {
		text += ", " + runStateText(run.State) + " after " + lasting(run.Ended.Sub(run.Started))
	}
	if run.Settled > 0 {
		text += "; " + count(run.Settled, "outcome", "outcomes") + " of earlier runs settled first"
	}
	return text + "."
}

func runStateText(s bridge.RunState) string {
	switch s {
	case bridge.RunApplying:
		return "still applying"
	case bridge.RunApplied, bridge.RunFailures:
		return "ended"
	}
	return visible(string(s))
}

// runNext says what to do now; "" when nothing is left to do.
func runNext(run *bridge.Run) string {
	again := "muster run " + visible(run.Connection)
	switch {
	case run.State == bridge.RunApplying:
		return "It is not finished; look again: muster show " + visible(run.ID)
	case run.Unknown > 0:
		return "Run it again: the unknown outcomes are settled first by reading the directory, and nothing is done twice: " + again
	case run.State == bridge.RunStopped, run.State == bridge.RunInterrupted:
		return "Once the cause is mended, run it again; what is done stays done: " + again
	case run.State == bridge.RunCancelled && run.NotTried > 0:
		return "The rest was left undone on request; to go on: " + again
	case run.Failed > 0:
		return "Mend the causes above, then run it again; only what is left is planned: " + again
	}
	return ""
}

// troublesOf groups the results that were not done, and counts those of causes
// beyond maxTroubles.
func troublesOf(ctx context.Context, results iter.Seq2[bridge.Result, error]) ([]*trouble, int, error) {
	if results == nil {
		return nil, 0, nil
	}
	byCause := map[string]*trouble{}
	var out []*trouble
	rest := 0
	for r, err := range results {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return nil, 0, err
		}
		if r.State == bridge.Done {
			continue
		}
		cause := string(r.State) + " " + causeOf(r)
		t := byCause[cause]
		switch {
		case t == nil && len(out) == maxTroubles:
			rest++
			continue
		case t == nil:
			t = &trouble{state: r.State, message: r.Message}
			byCause[cause] = t
			out = append(out, t)
		}
		t.add(r)
	}
	slices.SortStableFunc(out, func(a, b *trouble) int { return cmp.Compare(b.count, a.count) })
	return out, rest, nil
}

func (t *trouble) add(r bridge.Result) {
	t.count++
	if len(t.some) < examples {
		t.some = append(t.some, r)
	}
}

var quotedText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// causeOf is a result's message without what is particular to its entry, so
// that "userName \"a\" is taken" and "userName \"b\" is taken" are one cause.
func causeOf(r bridge.Result) string {
	cause := quotedText.ReplaceAllString(r.Message, ellipsis)
	for _, particular := range []string{r.DN, r.EntryID, r.Key} {
		if particular != "" {
			cause = strings.ReplaceAll(cause, particular, ellipsis)
		}
	}
	return cause
}

func (p *page) trouble(t *trouble) {
	p.printf("")
	title := "! " + resultText(t.state) + ", " + count(t.count, "change", "changes")
	if t.message != "" && !p.o.Masked {
		title += ": " + visible(t.message)
	}
	p.printf("  %s", p.paint(red, title))
	for _, r := range t.some {
		where := ""
		if r.DN != "" && !p.o.Masked {
			where = "  " + p.column(r.DN, p.o.width()/2)
		}
		p.printf("      %s  %s%s", signed(r.Actions), visible(r.Key), where)
		p.memberTroubles(r)
	}
	if more := t.count - len(t.some); more > 0 {
		p.printf("      ... and %s more", thousands(more))
	}
}

func (p *page) memberTroubles(r bridge.Result) {
	for i, m := range r.Members {
		if i == examples {
			p.printf("        ... and %s", count(len(r.Members)-i, "more member", "more members"))
			return
		}
		text := "member " + cmp.Or(visible(m.Key), "without a record")
		if !p.o.Masked {
			text += ": " + visible(m.Message)
		}
		p.printf("        %s", text)
	}
}

func resultText(s bridge.ResultState) string {
	switch s {
	case bridge.Failed:
		return "failed"
	case bridge.Outdated:
		return "stale, nothing written"
	case bridge.Clash:
		return "clash, nothing written"
	case bridge.Unsure:
		return "outcome unknown"
	case bridge.Partial:
		return "done in part"
	}
	return visible(string(s))
}
