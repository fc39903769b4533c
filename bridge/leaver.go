package bridge

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// leavers plans what the policy wants for every Link whose record is not in the
// source, or is no longer selected.
func (g *planning) leavers(ctx context.Context) error {
	for _, key := range slices.Sorted(maps.Keys(g.links)) {
		link := g.links[key]
		if link.present || link.EntryID == "" || (link.State != Live && link.State != Departed) {
			continue
		}
		if err := g.leaver(ctx, link); err != nil {
			return err
		}
	}
	return nil
}

// gone plans a record whose source itself says that it left.
func (g *planning) gone(ctx context.Context, r Record) error {
	link, err := g.view.link(ctx, r.Key)
	if err != nil || link == nil || link.EntryID == "" || link.State == Found {
		return err // what was only found is nobody's to take away
	}
	return g.leaver(ctx, link)
}

func (g *planning) leaver(ctx context.Context, link *linkNote) error {
	due := g.due(link)
	if link.State == Departed && !due {
		return nil
	}
	if !g.allows(Disable) {
		g.plan.Counts.Kept++
		return nil
	}
	if g.keyless {
		g.plan.Counts.Withheld++ // any of the absent may be the one whose key could not be read
		return nil
	}
	e, there, err := g.view.entry(ctx, link.EntryID)
	if err != nil {
		return err
	}
	record := Record{Key: link.Key}
	switch {
	case !there:
		g.plan.Counts.Kept++ // somebody deleted it already
		return nil
	case e.Protected != "":
		g.fault(record, "protected", "", fmt.Sprintf("%s left, but %s is protected: %s", link.Key, e.DN, e.Protected), "disable it by hand if that is right")
		return nil
	case !g.inScope(e.DN) && !g.inLeavers(e.DN):
		g.fault(record, "out-of-scope", "", fmt.Sprintf("%s left, but its entry is at %s, outside the scope of the job", link.Key, e.DN), "disable it by hand, or widen the scope")
		return nil
	case due:
		return g.changes.add(g.deletion(link, e))
	}
	c, err := g.departure(ctx, link, e)
	if err != nil {
		return err
	}
	return g.changes.add(c)
}

// due says whether the policy deletes the entry: of somebody who departed, or
// at once when the source itself deleted the record (that it is not selected is
// another thing) and no delay is set. Muster
// deletes only what it created, unless the policy says otherwise.
func (g *planning) due(link *linkNote) bool {
	p := g.Connection.Policy
	if !g.allows(Delete) || !link.Created && !p.DeleteAdopted {
		return false
	}
	if link.State == Departed {
		return !link.Since.IsZero() && !g.now.Before(link.Since.Add(p.DeleteAfter))
	}
	return g.single && !link.excluded && p.DeleteAfter == 0
}

func (g *planning) inLeavers(dn string) bool {
	to := g.Connection.Policy.MoveTo
	return to != "" && g.Reader.Rules().Within(dn, to)
}

// departure disables an entry and moves it where the policy keeps such entries.
func (g *planning) departure(ctx context.Context, link *linkNote, e Entry) (Change, error) {
	c := Change{Stage: Entries, Key: link.Key, Type: g.Connection.Type, Reason: Leaver, EntryID: e.ID, DN: e.DN, State: e.State}
	if link.excluded {
		c.Reason = Unselected
	}
	rules := g.Reader.Rules()
	if to := g.Connection.Policy.MoveTo; to != "" && rules.CanonicalDN(to) != rules.CanonicalDN(e.Container) {
		name, err := g.nameAmongLeavers(ctx, link, e)
		if err != nil {
			return c, err
		}
		if name != e.Name {
			c.Actions = append(c.Actions, Rename)
		}
		c.Actions = append(c.Actions, Move)
		c.NewDN = rules.DN(g.Connection.Type, name, to)
		g.places[g.spot(name, to)] = link.Key
	}
	c.Actions = append(c.Actions, DisableEntry)
	if e.State != NoAccount {
		c.NewState = Disabled
	}
	return c, nil
}

// longestName is how many characters every directory takes as a name (X.520,
// ub-common-name).
const longestName = 64

// nameAmongLeavers is the entry's name, with the key of its record when somebody
// of that name left before.
func (g *planning) nameAmongLeavers(ctx context.Context, link *linkNote, e Entry) (string, error) {
	d := &draft{record: Record{Key: link.Key}, entry: e}
	taken, err := g.placeTaken(ctx, d, e.Name, g.Connection.Policy.MoveTo)
	if err != nil || !taken {
		return e.Name, err
	}
	name, mark := []rune(e.Name), []rune(" ("+link.Key+")")
	return string(name[:min(len(name), max(0, longestName-len(mark)))]) + string(mark), nil
}

func (g *planning) deletion(link *linkNote, e Entry) Change {
	return Change{Stage: Deletions, Actions: []Action{DeleteEntry}, Key: link.Key, Type: g.Connection.Type, Reason: Expired, EntryID: e.ID, DN: e.DN, State: e.State}
}
