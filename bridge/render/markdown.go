package render

import (
	"cmp"
	"context"
	"io"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// markdownColumns is how much of one value a ticket gets.
const markdownColumns = 200

// Markdown writes a plan as GitHub-flavoured Markdown, for a ticket: the same
// content as Text in tables. Everything that comes from outside stands in code
// spans, so that it can neither become markup nor call anybody by name.
func Markdown(ctx context.Context, w io.Writer, plan *bridge.Plan, o Options) error {
	t, err := tallyOf(ctx, plan)
	if err != nil {
		return err
	}
	o.Color, o.origins = false, plan.Origins
	p := newPage(w, o)
	p.printf("## %s of job %s", titleWord(o.State), code(plan.Connection))
	p.printf("")
	p.printf("**%s %s**", t.whatSentence(plan), stateSentence(plan, o.State))
	p.printf("")
	p.printf("%s", code(about(plan, o)))
	p.printf("")
	p.printf("%s", t.summary(plan))
	p.markdownLimits(plan.Verdicts)
	p.markdownFindings(plan.Findings)
	if plan.Counts.Changes == 0 {
		p.printf("")
		p.printf("%s", nothingMarkdown(plan))
	} else if err := p.markdownChanges(ctx, plan); err != nil {
		return err
	}
	if why, command := next(plan, o.State); why != "" {
		p.printf("")
		p.printf("%s: %s", why, code(command))
	}
	return p.out.Flush()
}

// nothingMarkdown is the sentence of nothing, which names a plan at most by an
// id of ours.
func nothingMarkdown(plan *bridge.Plan) string {
	if plan.Parent != "" {
		return code(nothing(plan))
	}
	return nothing(plan)
}

// code writes a text as a code span. A bar would end the cell of a table, even
// in a code span, and a backtick the span: both become escapes.
func code(s string) string {
	s = visible(s)
	s = strings.NewReplacer("|", `\x7c`, "`", `\x60`).Replace(s)
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return "`" + s + "`"
}

func (p *page) markdownLimits(verdicts []bridge.Verdict) {
	if len(verdicts) == 0 {
		return
	}
	p.printf("")
	p.printf("| limit | measured | bound | verdict |")
	p.printf("|---|---|---|---|")
	for _, v := range verdicts {
		row := limitRow(v)
		verdict := row[3]
		if v.Blocked {
			verdict = "**BLOCKED** " + code(v.Message)
		}
		p.printf("| %s | %s | %s | %s |", code(row[0]), row[1], row[2], verdict)
	}
}

func (p *page) markdownFindings(findings []bridge.Finding) {
	if len(findings) == 0 {
		return
	}
	p.printf("")
	p.printf("| finding | times | what to do | for example |")
	p.printf("|---|---|---|---|")
	for _, g := range groupsOf(findings) {
		some, more := g.shown(p.o)
		lines := make([]string, 0, len(some)+1)
		for _, f := range some {
			lines = append(lines, code(findingText(f, p.o)))
		}
		if more > 0 {
			lines = append(lines, "... and "+thousands(more)+" more")
		}
		hint := g.hint
		if p.o.Masked {
			hint = ""
		}
		p.printf("| %s %s | %s | %s | %s |", code(string(g.severity)), code(g.code), thousands(len(g.found)), code(hint), strings.Join(lines, "<br>"))
	}
}

func (p *page) markdownChanges(ctx context.Context, plan *bridge.Plan) error {
	p.printf("")
	p.printf("| # | change | record | entry | attributes |")
	p.printf("|--:|---|---|---|---|")
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
		p.printf("| %d | %s<br>%s | %s | %s | %s |", c.Seq, code(signed(c.Actions)), code(string(c.Reason)), code(keyText(&c)),
			p.markdownPlace(&c), strings.Join(p.markdownLines(&c), "<br>"))
		written++
		if err := p.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) markdownPlace(c *bridge.Change) string {
	switch {
	case p.o.Masked:
		return ""
	case c.NewDN == "" || c.NewDN == c.DN:
		return code(c.DN)
	}
	return code(c.DN) + "<br>» " + code(c.NewDN)
}

func (p *page) markdownLines(c *bridge.Change) []string {
	var out []string
	if switches(c) {
		out = append(out, "account: "+code(stateChange(c)))
	}
	for _, l := range linesOf(c, p.o) {
		out = append(out, code(l.attribute)+": "+markdownValues(l))
	}
	for i, m := range c.Members {
		if p.o.Max > 0 && i == membersShown {
			out = append(out, "... and "+count(len(c.Members)-i, "more member", "more members"))
			break
		}
		sign := "+ "
		if m.Remove {
			sign = "- "
		}
		out = append(out, code(sign+memberText(m, p.o)))
	}
	if c.Unchanged > 0 {
		out = append(out, "("+count(c.Unchanged, "unchanged attribute", "unchanged attributes")+")")
	}
	return out
}

func markdownValues(l line) string {
	if !l.listed() && len(l.before) == 1 && len(l.after) == 1 {
		before, after := l.before[0], l.after[0]
		if before.said == "" && after.said == "" {
			a, b := pair(before.raw, after.raw, markdownColumns)
			return code(a) + " -> " + code(b)
		}
		return code(before.quoted()) + " -> " + code(after.quoted())
	}
	gone, come, stay := l.difference()
	var out []string
	for _, v := range gone {
		out = append(out, code("- "+markdownValue(v)))
	}
	for _, v := range come {
		out = append(out, code(plus(l)+markdownValue(v)))
	}
	if stay > 0 {
		out = append(out, "("+count(stay, "value", "values")+" the same)")
	}
	return cmp.Or(strings.Join(out, " "), "(no value)")
}

func plus(l line) string {
	if len(l.before) == 0 && len(l.after) == 1 {
		return ""
	}
	return "+ "
}

func markdownValue(v value) string {
	if v.said != "" {
		return v.said
	}
	return short(v.raw, markdownColumns)
}
