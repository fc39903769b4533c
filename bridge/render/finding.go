package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// group holds the findings that are mended the same way.
type group struct {
	severity bridge.Severity
	code     string
	hint     string
	found    []bridge.Finding
}

// groupsOf puts findings together by severity and code: faults first, then what
// concerns the most records.
func groupsOf(findings []bridge.Finding) []*group {
	type name struct {
		severity bridge.Severity
		code     string
	}
	byName := map[name]*group{}
	var out []*group
	for _, f := range findings {
		n := name{f.Severity, f.Code}
		g := byName[n]
		if g == nil {
			g = &group{severity: f.Severity, code: f.Code}
			byName[n] = g
			out = append(out, g)
		}
		g.hint = cmp.Or(g.hint, f.Hint)
		g.found = append(g.found, f)
	}
	slices.SortFunc(out, func(a, b *group) int {
		return cmp.Or(cmp.Compare(weight(a.severity), weight(b.severity)), cmp.Compare(len(b.found), len(a.found)), cmp.Compare(a.code, b.code))
	})
	return out
}

func weight(s bridge.Severity) int {
	switch s {
	case bridge.Fault:
		return 1
	case bridge.Warning:
		return 2
	}
	return 3
}

// shown returns the examples of the group and how many more there are.
func (g *group) shown(o Options) (some []bridge.Finding, more int) {
	if o.AllFindings || len(g.found) <= examples {
		return g.found, 0
	}
	return g.found[:examples], len(g.found) - examples
}

func (p *page) findings(findings []bridge.Finding) {
	if len(findings) == 0 {
		return
	}
	p.printf("")
	p.printf("%s", p.paint(bold, "Findings: "+findingCounts(findings)))
	for _, g := range groupsOf(findings) {
		p.printf("  %s", p.paint(severityColor(g.severity), "! "+groupTitle(g)))
		if g.hint != "" && !p.o.Masked {
			p.printf("      what to do: %s", visible(g.hint))
		}
		some, more := g.shown(p.o)
		for _, f := range some {
			p.printf("      %s", findingText(f, p.o))
		}
		if more > 0 {
			p.printf("      ... and %s more", thousands(more))
		}
	}
}

func groupTitle(g *group) string {
	return visible(string(g.severity)) + " " + visible(g.code) + ": " + count(len(g.found), "time", "times")
}

func findingCounts(findings []bridge.Finding) string {
	n := map[bridge.Severity]int{}
	for _, f := range findings {
		n[f.Severity]++
	}
	var parts []string
	for _, s := range []bridge.Severity{bridge.Fault, bridge.Warning, bridge.Note} {
		if n[s] > 0 {
			parts = append(parts, count(n[s], string(s), string(s)+"s"))
		}
	}
	return strings.Join(parts, ", ")
}

func severityColor(s bridge.Severity) string {
	switch s {
	case bridge.Fault:
		return red
	case bridge.Warning:
		return yellow
	}
	return blue
}

// findingText says who, where, and what: `E17 (people.xlsx, row 3), mail "x y": not an address`.
func findingText(f bridge.Finding, o Options) string {
	var b strings.Builder
	b.WriteString(cmp.Or(visible(f.Key), "(no key)"))
	if f.Where != "" {
		b.WriteString(" (" + visible(f.Where) + ")")
	}
	if subject := cmp.Or(f.Attribute, f.Column); subject != "" {
		b.WriteString(", " + visible(subject))
	}
	if o.Masked {
		return b.String()
	}
	if f.Value != "" {
		b.WriteString(" " + short(f.Value, o.width()/2))
	}
	return b.String() + ": " + visible(f.Message)
}
