package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// mask stands for a value that may be neither shown nor written.
const mask = "***"

// line is what a change does to one attribute. A value is either raw, and
// quoted where it is shown, or said: a remark in place of a value.
type line struct {
	attribute string
	before    []value
	after     []value
	origin    bridge.Origin
	notes     []string
}

type value struct {
	raw  string
	said string
}

func said(text string) []value { return []value{{said: text}} }

func (v value) quoted() string {
	if v.said != "" {
		return v.said
	}
	return quote(v.raw)
}

// bare is the value without quotes, for a cell of its own.
func (v value) bare() string {
	if v.said != "" {
		return v.said
	}
	return visible(v.raw)
}

// linesOf returns what the change does to each attribute, in the order of their
// names. A sensitive value is never in it.
func linesOf(c *bridge.Change, o Options) []line {
	byName := map[string]*line{}
	at := func(name string) *line {
		if byName[name] == nil {
			byName[name] = &line{attribute: name}
		}
		return byName[name]
	}
	for name, values := range c.Before {
		at(name).before = shown(c, name, values, o)
	}
	for name, values := range c.After {
		at(name).after = shown(c, name, values, o)
	}
	for _, r := range c.References {
		l := at(r.Attribute)
		l.after = append(l.after, referred(c, r, o))
	}
	for _, g := range c.Generate {
		at(g.Attribute).after = said("(generated at apply: " + visible(g.Kind) + " of " + count(g.Length, "character", "characters") + ")")
	}
	for name, l := range byName {
		l.origin, l.notes = o.origins[name], c.Notes[name]
	}
	out := make([]line, 0, len(byName))
	for _, name := range slices.SortedFunc(maps.Keys(byName), byFoldedName) {
		out = append(out, *byName[name])
	}
	return out
}

func byFoldedName(a, b string) int {
	if n := strings.Compare(strings.ToLower(a), strings.ToLower(b)); n != 0 {
		return n
	}
	return strings.Compare(a, b)
}

func shown(c *bridge.Change, name string, values bridge.Values, o Options) []value {
	switch {
	case len(values) == 0:
		return nil
	case sensitive(c, name):
		return said("(sensitive)")
	case o.Masked:
		return said("(masked)")
	}
	out := make([]value, len(values))
	for i, v := range values {
		out[i] = value{raw: v}
	}
	return out
}

func sensitive(c *bridge.Change, name string) bool {
	return slices.ContainsFunc(c.Sensitive, func(s string) bool { return strings.EqualFold(s, name) })
}

func referred(c *bridge.Change, r bridge.Reference, o Options) value {
	switch {
	case sensitive(c, r.Attribute):
		return value{said: "(sensitive)"}
	case o.Masked:
		return value{said: "(masked)"}
	}
	text := "record " + quote(r.Key)
	if r.Connection != "" {
		text += " of " + visible(r.Connection)
	}
	switch {
	case r.DN != "":
		text += " (" + visible(r.DN) + ")"
	case r.EntryID == "":
		text += " (created by this plan)"
	}
	return value{said: text}
}

// listed says whether the values are shown one by one.
func (l line) listed() bool { return len(l.before) > 1 || len(l.after) > 1 }

// difference returns the values that go, those that come, and how many stay.
func (l line) difference() (gone, come []value, stay int) {
	had := map[value]int{}
	for _, v := range l.before {
		had[v]++
	}
	for _, v := range l.after {
		if had[v] > 0 {
			had[v]--
			stay++
			continue
		}
		come = append(come, v)
	}
	for _, v := range l.before {
		if had[v] > 0 {
			had[v]--
			gone = append(gone, v)
		}
	}
	return gone, come, stay
}

func originText(from bridge.Origin, notes []string) string {
	var parts []string
	if len(from.Columns) > 0 {
		parts = append(parts, "from "+visible(strings.Join(from.Columns, ", ")))
	}
	if from.Expression != "" {
		parts = append(parts, "by "+visible(from.Expression))
	}
	for _, note := range notes {
		parts = append(parts, visible(note))
	}
	return strings.Join(parts, "; ")
}
