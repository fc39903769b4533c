package bridge

import (
	"context"
	"fmt"

	"github.com/muster-idm/muster/bridge/mapping"
)

// joiner plans to create the entry of a record that has none.
func (g *planning) joiner(ctx context.Context, d *draft) error {
	c := Change{Stage: Entries, Actions: []Action{Create}, Key: d.record.Key, Type: g.Connection.Type, Reason: Joiner, Mark: d.mark, After: Attributes{}}
	if d.link != nil && d.link.State == Departed {
		c.Reason = Rehire
	}
	d.reason = c.Reason
	name := rdn(g.Connection.Template, d.result)
	if name == nil {
		g.fault(d.record, "no-name", g.Connection.Template.RDN, "there is no name for its entry", "give "+g.Connection.Template.RDN+" a rule")
		return nil
	}
	container := g.container(d, &c)
	if ok, err := g.containerThere(ctx, d, container); !ok || err != nil {
		return err
	}
	value, err := g.freeName(ctx, d, name, container)
	if err != nil || value == "" {
		return err
	}
	c.DN = g.Reader.Rules().DN(c.Type, value, container)
	for i := range d.result.Attributes {
		if ok, err := g.initial(ctx, d, &c, &d.result.Attributes[i]); !ok || err != nil {
			return err
		}
	}
	if g.Connection.Template.Account {
		c.NewState = Enabled
		if d.result.Enabled != nil && !*d.result.Enabled {
			c.NewState = Disabled
		}
	}
	c.Secrets = d.record.Secrets
	judged := Entry{Type: c.Type, Name: value, Container: container, DN: c.DN, State: c.NewState, Attributes: c.After}
	if !g.check(d, g.withGenerated(judged, c), true) {
		return nil
	}
	g.places[g.spot(value, container)] = d.record.Key
	g.planned[d.record.Key] = plannedEntry{dn: c.DN}
	if err := g.groupMembers(ctx, d, &c); err != nil {
		return err
	}
	return g.changes.add(c)
}

// withGenerated shows the rules that a secret will be there: with no values,
// because nobody knows it yet.
func (g *planning) withGenerated(e Entry, c Change) Entry {
	if len(c.Generate)+len(c.Secrets) == 0 {
		return e
	}
	shown := make(Attributes, len(e.Attributes)+len(c.Generate)+len(c.Secrets))
	for name, values := range e.Attributes {
		shown[name] = values
	}
	for _, s := range c.Generate {
		shown[s.Attribute] = Values{}
	}
	for _, name := range c.Secrets {
		shown[name] = Values{}
	}
	e.Attributes = shown
	return e
}

// initial adds one attribute to a create.
func (g *planning) initial(ctx context.Context, d *draft, c *Change, a *mapping.Attribute) (bool, error) {
	t, _ := g.Connection.Template.Attribute(a.Name)
	switch {
	case a.Name == g.Connection.Template.RDN:
		g.describe(c, a, t)
		return true, nil
	case a.Generate != nil:
		c.Generate = append(c.Generate, Generated{Attribute: a.Name, Kind: a.Generate.Kind, Length: a.Generate.Length})
		return true, nil
	case a.References != nil:
		return true, g.references(ctx, d, c, a, nil)
	}
	values := Values(a.Values)
	if len(a.Candidates) > 0 {
		value, ok, err := g.unique(ctx, d, a, nil)
		if !ok || err != nil {
			return false, err
		}
		values = Values{value}
	} else if t.Unique && len(values) > 0 {
		if ok, err := g.free(ctx, d, a.Name, values, nil); !ok || err != nil {
			return false, err
		}
	}
	if len(values) == 0 {
		return true, nil
	}
	c.After[a.Name] = values
	g.describe(c, a, t)
	g.reserve(c, t, a.Name, values)
	return true, nil
}

// rdn returns the outcome of the rule that names the entry.
func rdn(t *Template, result mapping.Result) *mapping.Attribute {
	for i := range result.Attributes {
		a := &result.Attributes[i]
		if a.Name == t.RDN && (len(a.Values) > 0 || len(a.Candidates) > 0) {
			return a
		}
	}
	return nil
}

// containerThere says whether the container exists and may be written to. What
// is missing is noted, and each container is looked up once.
func (g *planning) containerThere(ctx context.Context, d *draft, dn string) (bool, error) {
	if dn == "" {
		g.fault(d.record, "no-container", "", "nothing says where its entry belongs", "give the job a container, or a scope with one DN")
		return false, nil
	}
	if !g.inScope(dn) && !g.inLeavers(dn) {
		g.fault(d.record, "out-of-scope", "", fmt.Sprintf("its entry would belong to %s, outside the scope of the job", dn), "correct the container, or widen the scope")
		return false, nil
	}
	there, err := g.there(ctx, dn)
	if err != nil {
		return false, g.refused(d, "container", err)
	}
	if !there && g.Connection.Policy.AddContainers && g.inScope(dn) {
		g.missing[g.Reader.Rules().CanonicalDN(dn)] = dn
		return true, nil
	}
	if !there {
		g.fault(d.record, "no-container", "", fmt.Sprintf("the container %s does not exist", dn), "create it in the directory, set policy.add_containers: true, or correct the container in the job")
	}
	return there, nil
}
