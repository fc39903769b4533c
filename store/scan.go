package store

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"

	"github.com/muster-idm/muster/scim/filter"
)

// scans is how many listings look at each record at the same time: they take
// long, and each needs a second reader for the members of groups.
const scans = readers / 2

// ranked is a record that matches, with what it is sorted by.
type ranked struct {
	at  position
	row keptPushed // the zero one when it is read later
}

// scan looks at the records of a set one after the other. It holds those of the
// page, or, when it sorts, the keys of as many as come before its end.
func (l *listing) scan(ctx context.Context, of set) error {
	select {
	case l.scans <- struct{}{}:
		defer func() { <-l.scans }()
	case <-ctx.Done():
		return ctx.Err()
	}
	query := `SELECT ` + pushedColumns + ` FROM (` + of.query + `) found CROSS JOIN pushed p WHERE p.num = found.num ORDER BY found.num`
	rows, err := l.query(ctx, query, of.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	best := newRanking(l)
	for rows.Next() {
		one, err := scanPushed(rows)
		if err != nil {
			return err
		}
		value, ok, err := l.match(ctx, one, of.exact)
		if err != nil {
			return err
		}
		if ok {
			l.total++
			best.offer(position{one.num, value}, one)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return l.cut(ctx, best.page())
}

// match says whether a record matches and returns what it is sorted by.
func (l *listing) match(ctx context.Context, one keptPushed, certain bool) (value any, ok bool, err error) {
	if certain && l.sel.SortBy == nil {
		return nil, true, nil
	}
	doc, err := l.docs.of(ctx, one.Pushed)
	if err != nil {
		return nil, false, err
	}
	if !certain && l.sel.Where != nil && !l.sel.Where.Match(doc) {
		return nil, false, nil
	}
	if l.sel.SortBy != nil {
		value = filter.First(*l.sel.SortBy, doc)
	}
	return value, true, nil
}

// cut keeps the page and reads its records, if their keys alone were held.
func (l *listing) cut(ctx context.Context, found []ranked) error {
	if len(found) > l.sel.Count {
		found, l.more = found[:l.sel.Count], true
	}
	for _, f := range found {
		if l.sel.SortBy != nil {
			row, err := l.onePushed(ctx, `SELECT `+pushedColumns+` FROM pushed p WHERE p.num = ?`, f.at.Num)
			if err != nil {
				return err
			}
			f.row = row
		}
		l.page, l.last = append(l.page, f.row), f.at
	}
	return nil
}

// ranking holds those of the records that it is offered which come after a
// position, first the ones to skip: with an order, their keys in a heap with the
// last of them on top; without one, only the page, because they come in order.
type ranking struct {
	sel  filter.Selection
	from position
	skip int
	most int // how many are held: the page, and one to say that there are more
	held []ranked
}

func newRanking(l *listing) *ranking {
	r := &ranking{sel: l.sel, from: l.from, skip: l.skip}
	switch {
	case l.sel.Count == 0:
	case l.sel.SortBy == nil:
		r.most = l.sel.Count + 1
	default:
		r.most = min(l.skip, math.MaxInt-l.sel.Count-1) + l.sel.Count + 1
	}
	return r
}

// compare orders positions: by value, and those of one value as they were created.
func (r *ranking) compare(a, b position) int {
	order := 0
	if r.sel.SortBy != nil {
		order = filter.Order(*r.sel.SortBy, a.Value, b.Value)
		if r.sel.Descending {
			order = -order
		}
	}
	return cmp.Or(order, cmp.Compare(a.Num, b.Num))
}

// offer takes a record if it is among those that are wanted.
func (r *ranking) offer(at position, row keptPushed) {
	switch {
	case r.most == 0 || (r.from.Num > 0 && r.compare(at, r.from) <= 0):
	case r.sel.SortBy == nil && r.skip > 0:
		r.skip--
	case r.sel.SortBy == nil && len(r.held) < r.most:
		r.held = append(r.held, ranked{at, row})
	case r.sel.SortBy == nil:
	case len(r.held) < r.most:
		heap.Push(r, ranked{at: at})
	case r.compare(at, r.held[0].at) < 0:
		r.held[0].at = at
		heap.Fix(r, 0)
	}
}

// page returns what is held without what is to be skipped.
func (r *ranking) page() []ranked {
	slices.SortFunc(r.held, func(a, b ranked) int { return r.compare(a.at, b.at) })
	return r.held[min(r.skip, len(r.held)):]
}

// Len, Less, Swap, Push and Pop make it a heap.
func (r *ranking) Len() int           { return len(r.held) }
func (r *ranking) Less(i, j int) bool { return r.compare(r.held[i].at, r.held[j].at) > 0 }
func (r *ranking) Swap(i, j int)      { r.held[i], r.held[j] = r.held[j], r.held[i] }

// Push appends an element of the heap.
func (r *ranking) Push(x any) {
	if one, ok := x.(ranked); ok {
		r.held = append(r.held, one)
	}
}

// Pop removes the last one.
func (r *ranking) Pop() any {
	last := r.held[len(r.held)-1]
	r.held = r.held[:len(r.held)-1]
	return last
}
