package render

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// Text writes a plan for people at a terminal: what it would do in one
// sentence, every change, the findings by what mends them, the limits, and what
// to do next. Changes are read one by one and written as they come. The error
// is that of the writer or of plan.Changes.
func Text(ctx context.Context, w io.Writer, plan *bridge.Plan, o Options) error {
	t, err := tallyOf(ctx, plan)
	if err != nil {
		return err
	}
	o.origins = plan.Origins
	p := newPage(w, o)
	p.head(plan, t)
	if plan.Counts.Changes == 0 {
		p.printf("")
		p.printf("%s", nothing(plan))
	} else if err := p.changes(ctx, plan); err != nil {
		return err
	}
	p.findings(plan.Findings)
	p.limits(plan.Verdicts)
	p.foot(plan, t)
	return p.out.Flush()
}

func (p *page) head(plan *bridge.Plan, t tally) {
	color := bold
	if plan.Blocked() {
		color = bold + red
	}
	p.printf("%s", p.paint(color, t.headline(plan, p.o.State)))
	p.printf("%s", about(plan, p.o))
	signs := legend(plan)
	if signs == "" {
		return
	}
	p.printf("")
	p.printf("  %s", signs)
}

func about(plan *bridge.Plan, o Options) string {
	parts := []string{"made " + o.instant(plan.Now)}
	if plan.ID != "" {
		parts[0] = "Plan " + visible(plan.ID) + ", " + parts[0]
	} else {
		parts[0] = "Made " + o.instant(plan.Now)
	}
	if plan.Author != "" {
		parts[0] += " by " + visible(plan.Author)
	}
	parts = append(parts, count(plan.Source.Rows, "row", "rows")+" read")
	if plan.Destination != "" {
		parts = append(parts, "directory "+visible(plan.Destination))
	}
	if plan.Revision != "" {
		parts = append(parts, "revision "+join(cut(cells(plan.Revision, false), 12)))
	}
	return strings.Join(parts, "; ") + "."
}

// legend explains the signs that the plan uses.
func legend(plan *bridge.Plan) string {
	var signs []string
	words := map[string][]string{}
	for _, a := range bridge.AllActions() {
		if plan.Counts.Actions[a] == 0 {
			continue
		}
		sign := lookOf(a).sign
		if !slices.Contains(signs, sign) {
			signs = append(signs, sign)
		}
		words[sign] = append(words[sign], string(a))
	}
	for i, sign := range signs {
		signs[i] = sign + " " + strings.Join(words[sign], " or ")
	}
	return strings.Join(signs, "   ")
}

func (p *page) changes(ctx context.Context, plan *bridge.Plan) error {
	var stage bridge.Stage
	written := 0
	for c, err := range plan.Changes.All(ctx) {
		if err != nil {
			return err
		}
		if p.o.Max > 0 && written == p.o.Max {
			p.printf("")
			p.printf("... and %s.", count(plan.Changes.Len()-written, "more change", "more changes"))
			return nil
		}
		if c.Stage != stage {
			stage = c.Stage
			p.printf("")
			p.printf("%s", p.paint(bold, stageText(stage)))
		}
		p.change(&c)
		written++
		if err := p.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) foot(plan *bridge.Plan, t tally) {
	p.printf("")
	p.printf("%s", p.paint(bold, t.summary(plan)))
	if why, command := next(plan, p.o.State); why != "" {
		p.printf("%s: %s", why, command)
	}
}
