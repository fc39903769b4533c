package pull

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// membership is what the rows of Members say, by the key of the group.
type membership struct {
	members map[string][]string
	faults  map[string][]bridge.Finding
}

// grouped adds the members to each group. The membership is read first and held
// in memory.
func (g guarded) grouped(ctx context.Context, sel Selection, groups iter.Seq2[bridge.Record, error]) iter.Seq2[bridge.Record, error] {
	return func(yield func(bridge.Record, error) bool) {
		m, err := g.membership(ctx, *sel.Members)
		if err != nil {
			yield(bridge.Record{}, err)
			return
		}
		var columns *mapping.Columns // of all records of this read
		for r, err := range groups {
			if err == nil && columns == nil {
				columns, err = withMembers(r.Row.Columns)
			}
			if err != nil {
				yield(bridge.Record{}, err)
				return
			}
			if !yield(m.join(r, columns), nil) {
				return
			}
		}
	}
}

func withMembers(columns *mapping.Columns) (*mapping.Columns, error) {
	list := append(slices.Clone(columns.List()), mapping.Column{Name: MembersColumn, Type: mapping.Texts})
	both, err := mapping.NewColumns(list...)
	if err != nil {
		return nil, bridge.Errorf(bridge.Invalid, "the groups have a column %q already; rename it in the query, or leave out the separate membership", MembersColumn)
	}
	return both, nil
}

func (m membership) join(r bridge.Record, columns *mapping.Columns) bridge.Record {
	list := m.members[r.Key]
	if list == nil {
		list = []string{} // known to be empty, which is not the same as not known
	}
	r.Row = mapping.Row{Columns: columns, Values: append(slices.Clip(r.Row.Values), list)}
	for _, f := range m.faults[r.Key] {
		f.Key = r.Key
		r.Findings = append(r.Findings, f)
	}
	return r
}

// membership reads all rows. A row without a group belongs to nobody knows
// whom, so that no group's list could be trusted: it is an error. A row without
// a member is a fault of its group.
func (g guarded) membership(ctx context.Context, from Members) (membership, error) {
	m := membership{members: map[string][]string{}, faults: map[string][]bridge.Finding{}}
	sel := from.selection()
	for r, err := range (guarded{g.source}).Records(ctx, sel) {
		if err != nil {
			return m, err
		}
		if r.Key == "" {
			return m, bridge.Errorf(bridge.Precondition, "%s: the group in column %q is empty or cannot be read; leave rows without a group out of the membership", r.Where, from.Group)
		}
		if member, fault := memberOf(r, from); fault != nil {
			m.faults[r.Key] = append(m.faults[r.Key], *fault)
		} else {
			m.members[r.Key] = append(m.members[r.Key], member)
		}
	}
	for key, list := range m.members {
		slices.Sort(list) // the order of the rows means nothing and must not look like a change
		m.members[key] = slices.Compact(list)
	}
	return m, nil
}

func memberOf(r bridge.Record, from Members) (string, *bridge.Finding) {
	for _, f := range r.Findings {
		if f.Severity == bridge.Fault && f.Column == from.Member {
			return "", &f
		}
	}
	value, there := r.Row.Get(from.Member)
	text, _ := value.(string)
	if text = strings.TrimSpace(text); text != "" {
		return text, nil
	}
	problem := "is empty"
	if !there {
		problem = "is not there"
	}
	f := noKey(from.Member, problem)
	f.Where, f.Code, f.Hint = r.Where, "no-member", "name the member, or leave the row out; until then the group is left untouched"
	return "", &f
}
