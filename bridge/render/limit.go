package render

import (
	"github.com/muster-idm/muster/bridge"
)

// limits writes the table of limits: what was measured, what it is held
// against, and the verdict.
func (p *page) limits(verdicts []bridge.Verdict) {
	if len(verdicts) == 0 {
		return
	}
	p.printf("")
	p.printf("%s", p.paint(bold, "Limits"))
	rows := [][]string{{"limit", "measured", "bound", "verdict"}}
	for _, v := range verdicts {
		rows = append(rows, limitRow(v))
	}
	wide := make([]int, 3)
	for _, row := range rows {
		for i := range wide {
			wide[i] = max(wide[i], columnsOf(cells(row[i], false)))
		}
	}
	for i, row := range rows {
		verdict := row[3]
		switch {
		case i > 0 && verdicts[i-1].Blocked:
			verdict = p.paint(red, verdict) + ": " + visible(verdicts[i-1].Message)
		case i > 0:
			verdict = p.paint(green, verdict)
		}
		p.printf("  %s  %s  %s  %s", pad(row[0], wide[0]), pad(row[1], wide[1]), pad(row[2], wide[2]), verdict)
	}
}

func limitRow(v bridge.Verdict) []string {
	verdict := "ok"
	switch {
	case v.Blocked:
		verdict = "BLOCKED"
	case v.Percent && v.Limit != "rows" && v.Measured > 0 && v.Measured >= v.Bound:
		verdict += ": " + visible(v.Message) // why so much is no fault
	}
	return []string{visible(v.Limit), measuredText(v), boundText(v), verdict}
}

func measuredText(v bridge.Verdict) string {
	text := decimal(v.Measured)
	if v.Percent {
		text += " %"
	}
	if v.Of > 0 {
		text += " of " + thousands(v.Of)
	}
	return text
}

func boundText(v bridge.Verdict) string {
	text := decimal(v.Bound)
	if v.Percent {
		text += " %"
	}
	switch {
	case v.Limit == "rows":
		return "at least " + text
	case v.Bound == 0:
		return "none"
	}
	return "fewer than " + text
}
