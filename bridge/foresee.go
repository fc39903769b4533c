package bridge

import (
	"context"
	"slices"
	"sync"
)

// question is a value that a plan looks for in the destination.
type question struct {
	scoped           bool // among the entries of the connection, else among all
	attribute, value string
}

type reply struct {
	entries []Entry
	err     error
}

// foresee asks at once what the plan of a single new record is going to ask one
// after another: who matches it, and who has its unique values.
func (g *planning) foresee(ctx context.Context, d *draft) {
	var all []question
	for i := range d.result.Attributes {
		a := &d.result.Attributes[i]
		t, _ := g.Connection.Template.Attribute(a.Name)
		if slices.Contains(g.Connection.Match, a.Name) && len(a.Values) > 0 {
			all = append(all, question{true, a.Name, a.Values[0]})
		}
		if t.Unique && a.Name != g.Connection.Template.RDN {
			for _, v := range a.Values {
				all = append(all, question{false, a.Name, v})
			}
		}
	}
	if len(all) < 2 {
		return
	}
	replies := make([]reply, len(all))
	var asked sync.WaitGroup
	for i, q := range all {
		asked.Go(func() {
			replies[i].entries, replies[i].err = g.Reader.Find(ctx, g.about(q.scoped), q.attribute, q.value)
		})
	}
	asked.Wait()
	g.foreseen = make(map[question]reply, len(all))
	for i, q := range all {
		g.foreseen[q] = replies[i]
	}
}

// find returns at most two entries that have the value, as they were foreseen or
// are found now.
func (g *planning) find(ctx context.Context, q question) ([]Entry, error) {
	if r, known := g.foreseen[q]; known {
		return r.entries, r.err
	}
	return g.Reader.Find(ctx, g.about(q.scoped), q.attribute, q.value)
}

func (g *planning) about(scoped bool) Query {
	if scoped {
		return g.query
	}
	return Query{}
}
