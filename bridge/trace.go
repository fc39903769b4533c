package bridge

import (
	"context"

	"github.com/muster-idm/muster/bridge/mapping"
)

// Trace follows one record through planning, step by step, and writes nothing.
type Trace struct {
	Record   Record
	Selected bool            // the connection selects the record
	Link     *Link           // nil: the record has none yet
	Matched  string          // how the entry was found: "link", "match", or "" when there is none
	Entry    *Entry          // as it is; nil: there is none
	Rules    []mapping.Trace // one per rule
	Plan     *Plan           // what would be done, with findings
}

// Trace plans a single record and says how it came to the result.
func (p *Planner) Trace(ctx context.Context, record Record) (*Trace, error) {
	t := &Trace{Record: record}
	link, err := p.Memory.Link(ctx, p.Connection.Name, record.Key)
	switch {
	case err == nil:
		t.Link = &link
	case !IsKind(err, NotFound):
		return nil, err
	}
	result, rules := p.Connection.Mapping.Explain(record.Row, record.Key, p.Now())
	t.Selected, t.Rules = result.Selected, rules
	if t.Plan, err = p.One(ctx, record); err != nil {
		return nil, err
	}
	return t, p.traceEntry(ctx, t, result)
}

// traceEntry shows the entry that the record was compared with.
func (p *Planner) traceEntry(ctx context.Context, t *Trace, result mapping.Result) error {
	g := p.begin(ctx, Full)
	g.view = &liveView{planning: g}
	if t.Link != nil && t.Link.EntryID != "" {
		e, there, err := g.view.entry(ctx, t.Link.EntryID)
		if err != nil {
			return err
		}
		if there {
			t.Entry, t.Matched = &e, "link"
			return nil
		}
	}
	found, err := g.matching(ctx, &draft{record: t.Record, result: result})
	if err != nil {
		return err
	}
	if len(found) == 1 {
		t.Entry, t.Matched = &found[0], "match"
	}
	return nil
}
