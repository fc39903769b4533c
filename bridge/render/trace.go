package render

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// TraceText writes how one record came to its plan: read, selected, matched,
// each attribute with its source value, expression and result, and the plan.
func TraceText(ctx context.Context, w io.Writer, t *bridge.Trace, o Options) error {
	p := newPage(w, o)
	p.step(1, "Read", visible(t.Record.Where))
	p.row(t)
	p.step(2, "Selected", map[bool]string{true: "yes", false: "no: the job's where does not select this record"}[t.Selected])
	p.step(3, "Matched", matchText(t))
	if t.Entry != nil {
		p.printf("     %s", visible(t.Entry.DN))
	}
	p.step(4, "Attributes", count(len(t.Rules), "rule", "rules"))
	for _, rule := range t.Rules {
		p.rule(rule)
	}
	p.step(5, "Plan", "")
	if err := p.out.Flush(); err != nil {
		return err
	}
	return Text(ctx, w, t.Plan, o)
}

func (p *page) step(n int, word, text string) {
	p.printf("%s %s", p.paint(bold, fmt.Sprintf("%d. %s", n, word)), text)
}

func (p *page) row(t *bridge.Trace) {
	hidden := sensitiveColumns(t.Rules)
	if t.Record.Row.Columns == nil {
		return
	}
	for i, column := range t.Record.Row.Columns.List() {
		p.printf("     %s = %s", visible(column.Name), cellText(t.Record.Row.Values[i], slices.Contains(hidden, column.Name)))
	}
}

// sensitiveColumns are the columns that a sensitive rule reads.
func sensitiveColumns(rules []mapping.Trace) []string {
	var names []string
	for _, rule := range rules {
		if rule.Attribute.Rule != nil && rule.Attribute.Rule.Sensitive {
			for _, s := range rule.Sources {
				names = append(names, s.Column)
			}
		}
	}
	return names
}

func cellText(value any, hidden bool) string {
	switch v := value.(type) {
	case nil:
		return "(empty)"
	case string:
		if hidden {
			return mask
		}
		return quote(v)
	case time.Time:
		if hidden {
			return mask
		}
		return v.Format(time.RFC3339)
	}
	if hidden {
		return mask
	}
	return visible(fmt.Sprint(value))
}

func matchText(t *bridge.Trace) string {
	switch t.Matched {
	case "link":
		return fmt.Sprintf("by its link, %s", t.Link.State)
	case "match":
		return "by a match attribute; not linked yet"
	}
	if t.Link != nil {
		return "no: its link is " + string(t.Link.State) + " and its entry was not found"
	}
	return "no: there is neither a link nor a matching entry"
}

func (p *page) rule(t mapping.Trace) {
	a := t.Attribute
	p.printf("     %s = %s", p.paint(bold, visible(a.Name)), ruleResult(a))
	var from []string
	for _, s := range t.Sources {
		value := quote(s.Value)
		if s.Null {
			value = "(empty)"
		}
		from = append(from, visible(s.Column)+" "+value)
	}
	line := visible(t.Expression)
	if len(from) > 0 {
		line += "   from " + strings.Join(from, ", ")
	}
	p.printf("         %s", line)
	for _, note := range a.Notes {
		p.printf("         note: %s", visible(note))
	}
	for _, f := range t.Faults {
		p.printf("         %s", p.paint(red, "fault: "+visible(f.Message)))
	}
}

// candidatesShown is how many candidates of unique(...) a trace shows.
const candidatesShown = 4

func ruleResult(a mapping.Attribute) string {
	quoted := func(list []string) string {
		out := make([]string, len(list))
		for i, v := range list {
			out[i] = quote(v)
		}
		return strings.Join(out, ", ")
	}
	switch {
	case a.Generate != nil:
		return "(generated at apply)"
	case len(a.Candidates) > candidatesShown:
		return fmt.Sprintf("the first that is free of %s and %s", quoted(a.Candidates[:candidatesShown]), count(len(a.Candidates)-candidatesShown, "more", "more"))
	case len(a.Candidates) > 0:
		return "the first that is free of " + quoted(a.Candidates)
	case len(a.References) > 0:
		return "the entry of record " + quoted(a.References)
	case len(a.Values) == 0:
		return "(nothing)"
	}
	return quoted(a.Values)
}

// traceJSON is the JSON form of a trace.
type traceJSON struct {
	Key      string            `json:"key"`
	Where    string            `json:"where,omitempty"`
	Row      map[string]string `json:"row"`
	Selected bool              `json:"selected"`
	Link     *bridge.Link      `json:"link,omitempty"`
	Matched  string            `json:"matched,omitempty"`
	DN       string            `json:"dn,omitempty"`
	Rules    []ruleJSON        `json:"rules"`
	Plan     json.RawMessage   `json:"plan"`
}

type ruleJSON struct {
	Attribute  string            `json:"attribute"`
	Expression string            `json:"expression"`
	Sources    map[string]string `json:"sources,omitempty"`
	Values     []string          `json:"values,omitempty"`
	Candidates []string          `json:"candidates,omitempty"`
	References []string          `json:"references,omitempty"`
	Generated  bool              `json:"generated,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	Faults     []mapping.Fault   `json:"faults,omitempty"`
}

// TraceJSON writes a trace as one JSON object.
func TraceJSON(ctx context.Context, w io.Writer, t *bridge.Trace, o Options) error {
	out := traceJSON{Key: t.Record.Key, Where: t.Record.Where, Row: map[string]string{}, Selected: t.Selected, Link: t.Link, Matched: t.Matched}
	if t.Entry != nil {
		out.DN = t.Entry.DN
	}
	hidden := sensitiveColumns(t.Rules)
	if t.Record.Row.Columns != nil {
		for i, column := range t.Record.Row.Columns.List() {
			if value := t.Record.Row.Values[i]; value != nil {
				out.Row[column.Name] = cellText(value, slices.Contains(hidden, column.Name))
			}
		}
	}
	for _, rule := range t.Rules {
		r := ruleJSON{Attribute: rule.Attribute.Name, Expression: rule.Expression, Values: rule.Attribute.Values, Candidates: rule.Attribute.Candidates,
			References: rule.Attribute.References, Generated: rule.Attribute.Generate != nil, Notes: rule.Attribute.Notes, Faults: rule.Faults, Sources: map[string]string{}}
		for _, s := range rule.Sources {
			r.Sources[s.Column] = s.Value
		}
		out.Rules = append(out.Rules, r)
	}
	var plan strings.Builder
	if err := JSON(ctx, &plan, t.Plan, o); err != nil {
		return err
	}
	out.Plan = json.RawMessage(plan.String())
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
