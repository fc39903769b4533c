package bridge

import (
	"context"
	"fmt"
	"strings"

	"github.com/muster-idm/muster/bridge/mapping"
)

// unique picks the value of an attribute from its candidates: the one that the
// entry has already, else the first that neither the directory nor this plan
// has given to anybody.
func (g *planning) unique(ctx context.Context, d *draft, a *mapping.Attribute, current Values) (string, bool, error) {
	rules := g.Reader.Rules()
	if len(current) == 1 {
		for _, candidate := range a.Candidates {
			if rules.Fold(a.Name, candidate) == rules.Fold(a.Name, current[0]) {
				return candidate, true, nil
			}
		}
	}
	for _, candidate := range a.Candidates {
		holder, err := g.holder(ctx, d, a.Name, candidate)
		if err != nil {
			return "", false, g.refused(d, a.Name, err)
		}
		if holder == "" {
			return candidate, true, nil
		}
	}
	g.dropped[d.record.Key] = true
	g.fault(d.record, "no-free-name", a.Name, fmt.Sprintf("all %d candidates for %s are taken: %s", len(a.Candidates), a.Name, strings.Join(first(a.Candidates, 5), ", ")),
		"add another candidate to unique(...), for example with unique_number")
	return "", false, nil
}

// free says whether plain values of a unique attribute may be taken.
func (g *planning) free(ctx context.Context, d *draft, attribute string, values, current Values) (bool, error) {
	rules := g.Reader.Rules()
	mine := map[string]bool{}
	for _, v := range current {
		mine[rules.Fold(attribute, v)] = true
	}
	for _, v := range values {
		if mine[rules.Fold(attribute, v)] {
			continue
		}
		holder, err := g.holder(ctx, d, attribute, v)
		if err != nil {
			return false, g.refused(d, attribute, err)
		}
		if holder != "" {
			g.dropped[d.record.Key] = true
			g.fault(d.record, "name-taken", attribute, fmt.Sprintf("%s %q is already used by %s", attribute, v, holder), "correct the value in the source, or let unique(...) choose among several")
			return false, nil
		}
	}
	return true, nil
}

// refused turns the destination's word that it does not take a name or knows no
// such attribute into a fault of the record; other errors end the plan.
func (g *planning) refused(d *draft, attribute string, err error) error {
	if !IsKind(err, Invalid) {
		return err
	}
	g.dropped[d.record.Key] = true
	g.fault(d.record, "refused-name", attribute, sentence(err), "correct the value in the source, or the rule of "+attribute)
	return nil
}

// holder says who has a value of a unique attribute: another entry, or another
// record of this plan. It is "" when the value is free.
func (g *planning) holder(ctx context.Context, d *draft, attribute, value string) (string, error) {
	if key, taken := g.names[Reservation{attribute, g.Reader.Rules().Fold(attribute, value)}]; taken && key != d.record.Key {
		return fmt.Sprintf("record %q of this plan", key), nil
	}
	found, err := g.find(ctx, question{false, attribute, value})
	if err != nil {
		return "", err
	}
	for _, e := range found {
		if e.ID != d.entry.ID {
			return e.DN, nil
		}
	}
	return "", nil
}

// reserve notes unique values as taken by the change.
func (g *planning) reserve(c *Change, t TemplateAttribute, attribute string, values Values) {
	if !t.Unique {
		return
	}
	for _, v := range values {
		r := Reservation{attribute, g.Reader.Rules().Fold(attribute, v)}
		g.names[r] = c.Key
		c.Reserve = append(c.Reserve, r)
	}
}

// freeName picks the name of an entry within its container. It returns "" after
// a finding.
func (g *planning) freeName(ctx context.Context, d *draft, a *mapping.Attribute, container string) (string, error) {
	rules := g.Reader.Rules()
	candidates := a.Candidates
	if len(candidates) == 0 {
		candidates = a.Values[:1]
	}
	if d.entry.ID != "" {
		for _, candidate := range candidates {
			if rules.CanonicalDN(rules.DN(g.Connection.Type, candidate, container)) == rules.CanonicalDN(rules.DN(g.Connection.Type, d.entry.Name, container)) {
				candidates = []string{candidate} // keep the name, perhaps in another spelling
			}
		}
	}
	for _, candidate := range candidates {
		taken, err := g.placeTaken(ctx, d, candidate, container)
		if err != nil {
			return "", g.refused(d, a.Name, err)
		}
		if !taken {
			return candidate, nil
		}
	}
	g.dropped[d.record.Key] = true
	g.fault(d.record, "name-taken", a.Name, fmt.Sprintf("there is already an entry named %q in %s", candidates[0], container), "give the name a second candidate with unique(...), for example one with the key in it")
	return "", nil
}

// spot is a name in a container, folded as the destination lets names clash:
// it may refuse two that differ in less than their DNs.
type spot struct{ container, name string }

func (g *planning) spot(name, container string) spot {
	rules := g.Reader.Rules()
	return spot{rules.CanonicalDN(container), rules.Fold(g.Connection.Template.RDN, name)}
}

func (g *planning) placeTaken(ctx context.Context, d *draft, name, container string) (bool, error) {
	rules := g.Reader.Rules()
	dn := rules.DN(g.Connection.Type, name, container)
	if d.entry.ID != "" && rules.CanonicalDN(dn) == rules.CanonicalDN(d.entry.DN) {
		return false, nil
	}
	if key, taken := g.places[g.spot(name, container)]; taken && key != d.record.Key {
		return true, nil
	}
	if g.Trusting && d.entry.ID == "" {
		return false, nil
	}
	e, err := g.Reader.Get(ctx, Ref{DN: dn}, Query{})
	if IsKind(err, NotFound) {
		return false, nil
	}
	return err == nil && e.ID != d.entry.ID, err
}

func first(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(list[:n:n], "...")
}
