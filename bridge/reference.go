package bridge

import (
	"context"
	"fmt"
	"slices"

	"github.com/muster-idm/muster/bridge/mapping"
)

// pendingReferences are references of one record that could not be resolved
// while it was planned, because a target may come later in the source.
type pendingReferences struct {
	record    Record
	attribute string
	keys      []string
	current   Values
	change    Change // to complete: entry, DN, reason, origins, mark
}

// references compares an attribute that points to other records. Targets that
// are known are compared at once; the rest waits for the end of the source.
func (g *planning) references(ctx context.Context, d *draft, c *Change, a *mapping.Attribute, current Values) error {
	t, _ := g.Connection.Template.Attribute(a.Name)
	keys := slices.DeleteFunc(slices.Clone(a.References), func(key string) bool { return key == "" || key == d.record.Key })
	if len(keys) < len(a.References) && slices.Contains(a.References, d.record.Key) {
		g.finding(d.record, Finding{Severity: Warning, Code: "self-reference", Attribute: a.Name, Message: a.Name + " names the record itself", Hint: "leave it empty in the source"})
	}
	if len(keys) == 0 {
		if a.Rule.Empty == mapping.Clear && len(current) > 0 {
			c.Before[a.Name], c.After[a.Name] = current, Values{}
			g.describe(c, a, t)
		}
		return nil
	}
	targets, missing, err := g.targets(ctx, a.Name, keys)
	if err != nil {
		return err
	}
	if missing != "" {
		later := Change{Stage: References, Actions: []Action{Update}, Key: c.Key, Type: c.Type, Reason: c.Reason, EntryID: c.EntryID, DN: c.DN, Mark: c.Mark}
		g.describe(&later, a, t)
		g.pending = append(g.pending, pendingReferences{record: d.record, attribute: a.Name, keys: keys, current: current, change: later})
		c.Mark, d.mark = "", "" // not in agreement before its references are
		return nil
	}
	if g.refersTo(a.Name, current, targets) {
		c.Unchanged++
		return nil
	}
	c.References = append(c.References, targets...)
	if len(current) > 0 {
		c.Before[a.Name] = current
	}
	g.describe(c, a, t)
	return nil
}

// targets resolves record keys of this connection to entries. missing is the
// first key that has no entry yet.
func (g *planning) targets(ctx context.Context, attribute string, keys []string) (out []Reference, missing string, err error) {
	for _, key := range keys {
		id := ""
		if p, ok := g.planned[key]; ok {
			id = p.entryID
		}
		if id == "" {
			link, err := g.view.link(ctx, key)
			if err != nil {
				return nil, "", err
			}
			if link != nil && link.State != Found { // what was only found is nobody's yet
				id = link.EntryID
			}
		}
		if id == "" {
			return nil, key, nil
		}
		e, there, err := g.view.entry(ctx, id)
		if err != nil {
			return nil, "", err
		}
		if !there {
			return nil, key, nil
		}
		out = append(out, Reference{Attribute: attribute, Connection: g.Connection.Name, Key: key, EntryID: id, DN: e.DN})
	}
	return out, "", nil
}

// refersTo says whether the values name exactly the targets.
func (g *planning) refersTo(attribute string, values Values, targets []Reference) bool {
	wanted := make(Values, len(targets))
	for i, t := range targets {
		if t.DN == "" {
			return false
		}
		wanted[i] = t.DN
	}
	rules := g.Reader.Rules()
	return slices.Equal(rules.Canonical(attribute, values), rules.Canonical(attribute, wanted))
}

// settleReferences plans the references whose targets became known by the end
// of the source. What is still unknown is kept for the next plan.
func (g *planning) settleReferences(ctx context.Context) error {
	for _, p := range g.pending {
		c := p.change
		targets, missing, err := g.targets(ctx, p.attribute, p.keys)
		if err != nil {
			return err
		}
		if missing != "" {
			targets, missing = g.future(p)
		}
		if missing != "" {
			g.plan.Counts.Waiting++
			g.finding(p.record, Finding{Severity: Warning, Code: "unresolved-reference", Attribute: p.attribute, Value: missing,
				Message: fmt.Sprintf("%s names record %q, which has no entry", p.attribute, missing),
				Hint:    "nothing is written for it now; it is tried again at every plan until the record appears"})
			continue
		}
		if c.EntryID != "" && g.refersTo(p.attribute, p.current, targets) {
			if c.Mark != "" {
				g.plan.Marks = append(g.plan.Marks, Mark{Key: c.Key, Digest: c.Mark})
			}
			continue
		}
		c.References = targets
		if len(p.current) > 0 {
			c.Before = Attributes{p.attribute: p.current}
		}
		if err := g.changes.add(c); err != nil {
			return err
		}
	}
	return nil
}

// future resolves references to entries that this plan creates.
func (g *planning) future(p pendingReferences) (out []Reference, missing string) {
	for _, key := range p.keys {
		target, ok := g.planned[key]
		if !ok || target.dn == "" || g.dropped[key] {
			return nil, key
		}
		out = append(out, Reference{Attribute: p.attribute, Connection: g.Connection.Name, Key: key, EntryID: target.entryID, DN: target.dn})
	}
	return out, ""
}
