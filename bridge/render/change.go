package render

import (
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// change writes one change: what, who, where, why, and each attribute.
func (p *page) change(c *bridge.Change) {
	color := plain
	if len(c.Actions) > 0 {
		color = lookOf(c.Actions[0]).color
	}
	p.printf("")
	p.printf("%s  %s", p.paint(color, signed(c.Actions)), p.paint(bold, p.column(keyText(c), p.o.width()/2)))
	p.place(c)
	p.printf("    %s", reasonText(c))
	if switches(c) {
		p.printf("    account: %s", stateChange(c))
	}
	lines := linesOf(c, p.o)
	indent := 0
	for _, l := range lines {
		indent = max(indent, columnsOf(cells(l.attribute, false)))
	}
	for _, l := range lines {
		p.attribute(l, indent, c.Has(bridge.Create))
	}
	p.members(c.Members)
	if c.Unchanged > 0 {
		p.printf("    (%s)", count(c.Unchanged, "unchanged attribute hidden", "unchanged attributes hidden"))
	}
}

// column writes a text that no value surrounds, cut to the columns given.
func (p *page) column(s string, limit int) string { return join(cut(cells(s, false), limit)) }

func (p *page) place(c *bridge.Change) {
	room := p.o.width() - 6
	switch {
	case p.o.Masked:
		return
	case c.NewDN == "" || c.NewDN == c.DN:
		p.printf("    %s", p.column(c.DN, room))
	default:
		p.printf("    %s", p.column(c.DN, room))
		p.printf("    » %s", p.column(c.NewDN, room))
	}
}

// switches says whether the change touches the state of the account: one that
// does not names no new state, unless it deletes the entry.
func switches(c *bridge.Change) bool {
	return c.NewState != c.State && (c.NewState != bridge.NoAccount || c.Has(bridge.DeleteEntry))
}

func stateChange(c *bridge.Change) string {
	switch {
	case c.State == bridge.NoAccount:
		return visible(string(c.NewState))
	case c.NewState == bridge.NoAccount:
		return visible(string(c.State)) + " -> none"
	}
	return visible(string(c.State)) + " -> " + visible(string(c.NewState))
}

func (p *page) attribute(l line, indent int, created bool) {
	name := pad(visible(l.attribute), indent)
	switch {
	case l.listed():
		p.list(l)
	case len(l.after) == 0 && len(l.before) == 0:
		p.printf("    %s  (no value)", name)
	case len(l.before) == 0:
		p.set(name, l.after[0], created)
	case len(l.after) == 0:
		p.printf("    %s  %s -> (removed)", name, p.paint(red, p.fit(l.before[0], p.room(indent)-13)))
	default:
		p.replace(name, l.before[0], l.after[0], p.room(indent))
	}
	notes := l.notes
	if l.hides() {
		notes = nil
	}
	if text := originText(l.origin, notes); p.o.Origins && text != "" {
		p.printf("    %s  %s", strings.Repeat(" ", indent), text)
	}
}

// hides says whether the line keeps its values to itself; then a note about
// what was corrected in them must not tell them either.
func (l line) hides() bool {
	for _, v := range append(append([]value{}, l.before...), l.after...) {
		if v.said == "(sensitive)" || v.said == "(masked)" {
			return true
		}
	}
	return false
}

func (p *page) room(indent int) int { return max(p.o.width()-indent-6, 16) }

func (p *page) fit(v value, limit int) string {
	if v.said != "" {
		return p.column(v.said, limit)
	}
	return short(v.raw, limit)
}

func (p *page) set(name string, v value, created bool) {
	room := p.room(columnsOf(cells(name, false)))
	if created {
		p.printf("    %s  %s", name, p.paint(green, p.fit(v, room)))
		return
	}
	p.printf("    %s  (not set) -> %s", name, p.paint(green, p.fit(v, room-13)))
}

// replace writes both values on one line where they fit and are written from
// left to right; else one below the other.
func (p *page) replace(name string, before, after value, room int) {
	a, b := p.pair(before, after, room-3)
	if columnsOf(cells(a, false))+columnsOf(cells(b, false))+4 <= room && !turns(a) && !turns(b) {
		p.printf("    %s  %s -> %s", name, p.paint(red, a), p.paint(green, b))
		return
	}
	p.printf("    %s  %s", name, p.paint(red, "- "+a))
	p.printf("    %s  %s", strings.Repeat(" ", columnsOf(cells(name, false))), p.paint(green, "+ "+b))
}

func (p *page) pair(before, after value, limit int) (string, string) {
	if before.said == "" && after.said == "" {
		return pair(before.raw, after.raw, limit)
	}
	return p.fit(before, limit), p.fit(after, limit)
}

func (p *page) list(l line) {
	gone, come, stay := l.difference()
	tail := ""
	if stay > 0 {
		tail = " (" + count(stay, "value", "values") + " the same)"
	}
	p.printf("    %s%s", visible(l.attribute), tail)
	for _, v := range gone {
		p.printf("      %s", p.paint(red, "- "+p.fit(v, p.o.width()-8)))
	}
	for _, v := range come {
		p.printf("      %s", p.paint(green, "+ "+p.fit(v, p.o.width()-8)))
	}
}

func (p *page) members(deltas []bridge.MemberDelta) {
	for i, m := range deltas {
		if p.o.Max > 0 && i == membersShown {
			p.printf("      ... and %s", count(len(deltas)-i, "more member", "more members"))
			return
		}
		sign, color := "+", green
		if m.Remove {
			sign, color = "-", red
		}
		p.printf("      %s", p.paint(color, sign+" "+p.column(memberText(m, p.o), p.o.width()-8)))
	}
}

func memberText(m bridge.MemberDelta, o Options) string {
	var parts []string
	if m.Key != "" {
		parts = append(parts, "record "+quote(m.Key))
	}
	if m.Connection != "" {
		parts = append(parts, "of "+visible(m.Connection))
	}
	if m.DN != "" && !o.Masked {
		parts = append(parts, visible(m.DN))
	}
	if len(parts) == 0 {
		return "(a member without a record)"
	}
	return strings.Join(parts, " ")
}
