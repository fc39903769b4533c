package bridge

import (
	"context"
	"fmt"

	"github.com/muster-idm/muster/bridge/mapping"
)

// record plans one record: it finds the entry and compares the two. A record
// that the connection does not select is the same as an absent one.
func (g *planning) record(ctx context.Context, r Record, row digest) error {
	if r.Key == "" {
		g.keyless = true
		g.sourceFindings(r)
		if len(r.Findings) == 0 {
			g.fault(r, "no-key", "", "the record has no key", "every record needs a value in the key column; until then nobody is disabled or deleted")
		}
		return nil
	}
	link, err := g.view.link(ctx, r.Key)
	if err != nil {
		return err
	}
	if g.sourceFindings(r) {
		g.repeated(r, link)
		return nil
	}
	mark := g.mark(row)
	if g.compare == ChangedOnly && link != nil && link.State == Live && link.Mark == mark {
		if !g.repeated(r, link) {
			g.plan.Counts.Skipped++
		}
		return nil
	}
	result := g.Connection.Mapping.Map(r.Row, r.Key, g.now)
	if !result.Selected && len(result.Faults) == 0 {
		g.plan.Counts.Excluded++
		if link != nil {
			link.excluded = true
		}
		return nil
	}
	if g.repeated(r, link) || g.mappingFaults(r, result) {
		return nil
	}
	g.plan.Counts.Compared++
	return g.draft(ctx, &draft{record: r, result: result, link: link, mark: mark})
}

// repeated notes the record as present, and says whether its key occurred before:
// then nothing is planned for that key at all.
func (g *planning) repeated(r Record, link *linkNote) bool {
	_, before := g.planned[r.Key]
	if link != nil {
		before = before || link.present
		link.present = true
	}
	if before {
		g.dropped[r.Key] = true
		g.fault(r, "duplicate-key", "", fmt.Sprintf("the key %q occurs more than once", r.Key), "leave one record with this key; until then neither is touched")
		return true
	}
	if link == nil {
		g.planned[r.Key] = plannedEntry{} // seen; what becomes of it is not known yet
	}
	return false
}

// sourceFindings takes over what the source said about the record, and says
// whether any of it forbids to plan it.
func (g *planning) sourceFindings(r Record) bool {
	faulty := false
	for _, f := range r.Findings {
		g.finding(r, f)
		faulty = faulty || f.Severity == Fault
	}
	if faulty {
		g.plan.Counts.Faulty++
	}
	return faulty
}

func (g *planning) mappingFaults(r Record, result mapping.Result) bool {
	for _, f := range result.Faults {
		g.finding(r, Finding{Severity: Fault, Code: "mapping", Attribute: f.Attribute, Column: f.Column, Value: f.Value, Message: f.Message, Hint: f.Hint})
	}
	if len(result.Faults) > 0 {
		g.plan.Counts.Faulty++
	}
	return len(result.Faults) > 0
}

// draft is one record on its way to a change.
type draft struct {
	record Record
	result mapping.Result
	link   *linkNote
	mark   string
	entry  Entry // the entry as it is; zero for a joiner
	reason Reason
	adopt  bool
}

// draft finds the entry of the record: by its Link, else by the match
// attributes, else there is none and it is a joiner.
func (g *planning) draft(ctx context.Context, d *draft) error {
	if d.link != nil && d.link.EntryID != "" {
		e, there, err := g.view.entry(ctx, d.link.EntryID)
		if err != nil {
			return err
		}
		if there && d.link.State == Found {
			return g.adoption(ctx, d, e)
		}
		if there {
			d.entry, d.reason = e, Differs
			if d.link.State == Departed {
				d.reason = Rehire
			}
			return g.existing(ctx, d)
		}
		g.finding(d.record, Finding{Severity: Warning, Code: "entry-gone", Message: "its entry was deleted outside Muster",
			Hint: "it is matched or created again; exclude the record if that is not wanted"})
	}
	if late, err := g.late(ctx, d); late || err != nil {
		return err
	}
	if g.single {
		g.foresee(ctx, d)
	}
	found, err := g.matching(ctx, d)
	if err != nil {
		return err
	}
	switch len(found) {
	case 0:
		return g.joiner(ctx, d)
	case 1:
		return g.adoption(ctx, d, found[0])
	}
	g.fault(d.record, "ambiguous-match", "", fmt.Sprintf("it matches several entries: %s and %s", found[0].DN, found[1].DN),
		"make the match attribute unique, or correct it in one of the entries")
	return nil
}

// matching looks for the entry by each match attribute in turn. The first
// attribute with a hit decides.
func (g *planning) matching(ctx context.Context, d *draft) ([]Entry, error) {
	for _, name := range g.Connection.Match {
		for _, a := range d.result.Attributes {
			if a.Name != name || len(a.Values) == 0 {
				continue
			}
			found, err := g.view.match(ctx, name, a.Values[0])
			if err != nil || len(found) > 0 {
				return found, err
			}
		}
	}
	return nil, nil
}

// adoption plans to take over an entry that exists already, unless it is
// somebody else's.
func (g *planning) adoption(ctx context.Context, d *draft, e Entry) error {
	owner, owned, err := g.view.owner(ctx, e.ID)
	switch {
	case err != nil:
		return err
	case owned && (owner.connection != g.Connection.Name || owner.key != d.record.Key):
		g.fault(d.record, "owned-elsewhere", "", fmt.Sprintf("it matches %s, which belongs to record %q of %s", e.DN, owner.key, owner.connection),
			"one entry has one owner: correct the match, or take the record out of one of the two")
		return nil
	case !g.Connection.Policy.Adopt:
		g.fault(d.record, "adopt-off", "", fmt.Sprintf("it matches %s, and the policy does not adopt entries", e.DN), "set policy.adopt: true to take over entries that match")
		return nil
	}
	d.entry, d.reason, d.adopt = e, Matched, true
	return g.existing(ctx, d)
}

// claim reserves an entry for the record; a second record for the same entry
// means that neither is touched.
func (g *planning) claim(d *draft) bool {
	first, twice := g.taken[d.entry.ID]
	if !twice {
		g.taken[d.entry.ID] = d.record.Key
		g.planned[d.record.Key] = plannedEntry{entryID: d.entry.ID, dn: d.entry.DN}
		return true
	}
	g.dropped[first], g.dropped[d.record.Key] = true, true
	g.fault(d.record, "same-entry", "", fmt.Sprintf("records %q and %q both match %s", first, d.record.Key, d.entry.DN), "one entry has one record: correct the match attribute in one of them")
	return false
}
