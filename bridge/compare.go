package bridge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge/mapping"
)

// existing plans what has to change in an entry that is there.
func (g *planning) existing(ctx context.Context, d *draft) error {
	e := d.entry
	switch {
	case e.Protected != "":
		g.fault(d.record, "protected", "", fmt.Sprintf("%s is protected: %s", e.DN, e.Protected), "protected entries are never changed; take the record out of the selection")
		return nil
	case !g.inScope(e.DN) && !g.inLeavers(e.DN):
		g.fault(d.record, "out-of-scope", "", fmt.Sprintf("its entry is at %s, outside the scope of the job", e.DN), "move the entry back or widen the scope; until then it is left alone")
		return nil
	case !g.claim(d):
		return nil
	}
	c := Change{Stage: Entries, Key: d.record.Key, Type: g.Connection.Type, Reason: d.reason, EntryID: e.ID, DN: e.DN, State: e.State, Mark: d.mark}
	if d.adopt {
		c.Actions = append(c.Actions, Adopt)
	}
	if d.reason == Late {
		c.Generate = secrets(d.result.Attributes) // nobody has those that the interrupted run made
	}
	if g.allows(CreateUpdate) {
		if ok, err := g.update(ctx, d, &c); !ok || err != nil {
			return err
		}
	}
	g.handedIn(d, &c)
	if err := g.groupMembers(ctx, d, &c); err != nil {
		return err
	}
	if len(c.Actions) > 0 {
		return g.changes.add(c)
	}
	g.agree(d)
	return nil
}

// handedIn notes the secrets that are set from values handed in beside the plan;
// none is generated for them.
func (g *planning) handedIn(d *draft, c *Change) {
	if len(d.record.Secrets) == 0 || !g.allows(CreateUpdate) {
		return
	}
	c.Secrets = d.record.Secrets
	c.Generate = slices.DeleteFunc(c.Generate, func(x Generated) bool { return slices.Contains(c.Secrets, x.Attribute) })
	if !c.Has(Update) {
		c.Actions = append(c.Actions, Update)
	}
}

// agree notes a record whose entry needs no change of its own.
func (g *planning) agree(d *draft) {
	g.plan.Counts.Same++
	if g.single {
		g.plan.Account = d.entry.State
	}
	if d.mark != "" && (d.link == nil || d.link.Mark != d.mark) {
		g.plan.Marks = append(g.plan.Marks, Mark{Key: d.record.Key, Digest: d.mark})
	}
}

// allows says whether the policy goes as far as the departure.
func (g *planning) allows(d Departure) bool {
	order := []Departure{CreateOnly, CreateUpdate, Disable, Delete}
	return slices.Index(order, g.Connection.Policy.Leavers) >= slices.Index(order, d)
}

// update fills the change with everything in which entry and record differ. It
// returns false when a finding forbids to touch the entry.
func (g *planning) update(ctx context.Context, d *draft, c *Change) (bool, error) {
	c.Before, c.After = Attributes{}, Attributes{}
	for i := range d.result.Attributes {
		if ok, err := g.attribute(ctx, d, c, &d.result.Attributes[i]); !ok || err != nil {
			return false, err
		}
	}
	if len(c.After) > 0 || len(c.References) > 0 {
		c.Actions = append(c.Actions, Update)
	}
	if ok, err := g.place(ctx, d, c); !ok || err != nil {
		return false, err
	}
	g.state(d, c)
	slices.SortFunc(c.Actions, func(x, y Action) int {
		return slices.Index(AllActions(), x) - slices.Index(AllActions(), y)
	})
	return g.check(d, Entry{ID: d.entry.ID, Type: c.Type, DN: c.DN, State: c.NewState, Attributes: c.After}, false), nil
}

// attribute compares one attribute and adds it to the change if it differs.
func (g *planning) attribute(ctx context.Context, d *draft, c *Change, a *mapping.Attribute) (bool, error) {
	t, _ := g.Connection.Template.Attribute(a.Name)
	if a.Name == g.Connection.Template.RDN || a.Generate != nil || t.WriteOnly {
		return true, nil
	}
	current := d.entry.Attributes[a.Name]
	if !g.writes(d, a, current) {
		return true, nil
	}
	if a.References != nil {
		return true, g.references(ctx, d, c, a, current)
	}
	wanted := Values(a.Values)
	if len(a.Candidates) > 0 {
		value, ok, err := g.unique(ctx, d, a, current)
		if !ok || err != nil {
			return false, err
		}
		wanted = Values{value}
	}
	if len(wanted) == 0 && (a.Rule.Empty != mapping.Clear || len(current) == 0) {
		return true, nil
	}
	rules := g.Reader.Rules()
	if a.Rule.Multi == mapping.Add {
		wanted = merge(rules, a.Name, current, wanted)
	}
	if slices.Equal(rules.Canonical(a.Name, current), rules.Canonical(a.Name, wanted)) {
		c.Unchanged++
		return true, nil
	}
	if t.Unique && len(a.Candidates) == 0 {
		if ok, err := g.free(ctx, d, a.Name, wanted, current); !ok || err != nil {
			return false, err
		}
	}
	if len(current) > 0 {
		c.Before[a.Name] = current
	}
	c.After[a.Name] = wanted
	g.describe(c, a, t)
	g.reserve(c, t, a.Name, wanted)
	return true, nil
}

// writes says whether the rule applies to an entry that exists.
func (g *planning) writes(d *draft, a *mapping.Attribute, current Values) bool {
	switch a.Rule.When {
	case mapping.Create:
		return false
	case mapping.IfEmpty:
		return len(current) == 0
	case mapping.Changed:
		return d.link == nil || d.link.Mark != d.mark
	}
	return true
}

// merge returns the current values and those wanted that are not among them.
func merge(rules Rules, attribute string, current, wanted Values) Values {
	out := slices.Clone(current)
	for _, v := range wanted {
		if more := append(slices.Clip(out), v); len(rules.Canonical(attribute, more)) > len(rules.Canonical(attribute, out)) {
			out = more
		}
	}
	return out
}

// describe notes where the values of an attribute come from and whether they
// may be shown.
func (g *planning) describe(c *Change, a *mapping.Attribute, t TemplateAttribute) {
	if _, told := g.plan.Origins[a.Name]; !told {
		g.plan.Origins[a.Name] = Origin{Columns: a.Columns, Expression: expression(a.Rule)}
	}
	if len(a.Notes) > 0 {
		if c.Notes == nil {
			c.Notes = map[string][]string{}
		}
		c.Notes[a.Name] = a.Notes
	}
	if t.Sensitive || a.Rule.Sensitive {
		c.Sensitive = append(c.Sensitive, a.Name)
	}
}

// expression is the rule as it was written.
func expression(r *mapping.Rule) string {
	text := r.Value
	switch {
	case r.Column != "":
		text = r.Column
	case r.Text != "":
		text = r.Text
	}
	if len(r.Steps) > 0 {
		text += " | " + strings.Join(r.Steps, " | ")
	}
	return text
}

// place plans a rename or a move. The name of an entry is the value of the
// template's RDN attribute.
func (g *planning) place(ctx context.Context, d *draft, c *Change) (bool, error) {
	rules, e := g.Reader.Rules(), d.entry
	name, container := e.Name, e.Container
	if a := rdn(g.Connection.Template, d.result); a != nil && g.writes(d, a, Values{e.Name}) {
		wanted, err := g.freeName(ctx, d, a, g.container(d, c))
		if err != nil || wanted == "" {
			return false, err
		}
		name = wanted
	}
	if wanted := g.container(d, c); rules.CanonicalDN(wanted) != rules.CanonicalDN(container) {
		if ok, err := g.containerThere(ctx, d, wanted); !ok || err != nil {
			return false, err
		}
		container = wanted
		c.Actions = append(c.Actions, Move)
	}
	if name != e.Name {
		c.Actions = append(c.Actions, Rename)
	}
	if name != e.Name || container != e.Container {
		c.NewDN = rules.DN(c.Type, name, container)
		g.places[g.spot(name, container)] = d.record.Key
		for i := range g.pending { // they are written once the entry is there
			if g.pending[i].record.Key == c.Key {
				g.pending[i].change.DN = c.NewDN
			}
		}
	}
	return true, nil
}

// container says where the entry of the record belongs. An entry that is to be
// disabled belongs where the policy keeps such entries; without a rule an entry
// stays where it is, unless its person comes back.
func (g *planning) container(d *draft, c *Change) string {
	off := d.result.Enabled != nil && !*d.result.Enabled
	switch {
	case off && g.Connection.Policy.MoveTo != "" && g.allows(Disable):
		return g.Connection.Policy.MoveTo
	case d.result.Container != "":
		return d.result.Container
	case d.entry.ID != "" && c.Reason != Rehire:
		return d.entry.Container
	case len(g.Connection.Scope) > 0:
		return g.Connection.Scope[0]
	}
	return ""
}

// state plans to enable or disable the account. What no rule decides stays as
// it is, except that a person who comes back is enabled again.
func (g *planning) state(d *draft, c *Change) {
	if d.entry.State == NoAccount {
		if c.Reason == Rehire {
			c.Actions = append(c.Actions, Enable)
		}
		return
	}
	wanted := d.entry.State
	switch {
	case d.result.Enabled != nil && *d.result.Enabled, d.result.Enabled == nil && c.Reason == Rehire:
		wanted = Enabled
	case d.result.Enabled != nil && g.allows(Disable):
		wanted = Disabled
	case d.result.Enabled != nil:
		g.plan.Counts.Kept++
	}
	if wanted == d.entry.State && c.Reason != Rehire {
		return
	}
	c.NewState = wanted
	if wanted == Enabled {
		c.Actions = append(c.Actions, Enable)
	} else {
		c.Actions = append(c.Actions, DisableEntry)
	}
}

// check asks the destination's rules before it is asked itself, and says
// whether the record may be planned.
func (g *planning) check(d *draft, e Entry, create bool) bool {
	faulty := false
	for _, f := range g.Reader.Rules().Check(e, create) {
		g.finding(d.record, f)
		faulty = faulty || f.Severity == Fault
	}
	if faulty {
		g.plan.Counts.Faulty++
		g.dropped[d.record.Key] = true
	}
	return !faulty
}
