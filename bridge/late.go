package bridge

import (
	"context"
	"slices"

	"github.com/muster-idm/muster/bridge/mapping"
)

// late plans to take over the entry that an interrupted run created for the
// record, if it has appeared since: whatever the policy says of adopting, it is
// Muster's own. It says whether it is there.
func (g *planning) late(ctx context.Context, d *draft) (bool, error) {
	if d.link == nil || d.link.State != Pending || d.link.EntryID != "" || d.link.DN == "" {
		return false, nil
	}
	e, err := g.Reader.Get(ctx, Ref{DN: d.link.DN}, g.query)
	if IsKind(err, NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, owned, err := g.view.owner(ctx, e.ID)
	if err != nil || owned || e.Created.Before(d.link.Since.Add(-clockSkew)) || !g.bears(e, d.result.Attributes) {
		return false, err
	}
	d.entry, d.reason, d.adopt = e, Late, true
	return true, g.existing(ctx, d)
}

// bears says whether an entry has what the record would be known by: a value of
// each match attribute and of each unique one.
func (g *planning) bears(e Entry, attributes []mapping.Attribute) bool {
	rules := g.Reader.Rules()
	for _, a := range attributes {
		t, _ := g.Connection.Template.Attribute(a.Name)
		if a.Name == g.Connection.Template.RDN || !t.Unique && !slices.Contains(g.Connection.Match, a.Name) {
			continue
		}
		wanted := slices.Concat(a.Values, a.Candidates)
		fits := func(v string) bool {
			return slices.ContainsFunc(wanted, func(w string) bool { return rules.Fold(a.Name, v) == rules.Fold(a.Name, w) })
		}
		if len(wanted) > 0 && !slices.ContainsFunc(e.Attributes[a.Name], fits) {
			return false
		}
	}
	return true
}

// secrets are those that the rules generate for an entry.
func secrets(attributes []mapping.Attribute) []Generated {
	var out []Generated
	for _, a := range attributes {
		if a.Generate != nil {
			out = append(out, Generated{Attribute: a.Name, Kind: a.Generate.Kind, Length: a.Generate.Length})
		}
	}
	return out
}
