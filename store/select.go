package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// Select returns a page of the records that are not gone, how many match in
// all, and the cursor of the next page, "" at the end. The error is of kind
// Invalid if the cursor is not one, or of another selection.
//
// A client that pages by index goes on where its last page ended, so that it
// misses nobody when records before that are deleted. The total then is at
// least the index of the last record it was given, and one more if there are more.
func (s *Store) Select(ctx context.Context, connection string, t *schema.Type, sel filter.Selection) (page []bridge.Pushed, total int, next string, err error) {
	l, err := s.listing(ctx, connection, t, sel)
	if err == nil {
		err = l.read(ctx)
	}
	if err != nil {
		return nil, 0, "", fault(err, "the records of connection %s cannot be listed", connection)
	}
	return l.answer(ctx)
}

// listing is a selection being read.
type listing struct {
	*Store
	stream string
	sel    filter.Selection
	name   string
	docs   documents
	from   position // the page begins after it, if from.Num is set
	skip   int      // otherwise, how many come before the page
	trail  bool     // from is where this client's last page ended

	page  []keptPushed
	last  position // of the page
	more  bool
	total int
}

func (s *Store) listing(ctx context.Context, stream string, t *schema.Type, sel filter.Selection) (*listing, error) {
	if sel.SortBy == nil {
		sel.Descending = false // nothing to turn round
	}
	l := &listing{Store: s, stream: stream, sel: sel, name: listingOf(stream, sel), docs: s.documents(t, sel)}
	var err error
	switch {
	case sel.Cursor != "":
		l.from, err = readCursor(sel.Cursor, l.name)
	case sel.Start > 1:
		l.skip = sel.Start - 1
		if l.from, l.trail = s.trails.find(ctx, l.name, l.skip); l.trail {
			l.skip = 0
		}
	}
	return l, err
}

// read chooses the way: by an index where one yields the records in their order,
// otherwise by looking at each.
func (l *listing) read(ctx context.Context) error {
	if l.sel.Where == nil && l.sel.SortBy == nil {
		return l.readAll(ctx)
	}
	if l.sel.Where == nil {
		if done, err := l.readSorted(ctx); done || err != nil {
			return err
		}
		return l.scan(ctx, set{query: `SELECT num FROM pushed WHERE connection = ? AND state <> 'gone'`, args: []any{l.stream}, exact: true})
	}
	found, ok := setOf(l.stream, l.sel.Where)
	switch {
	case !ok:
		return l.scan(ctx, set{query: `SELECT num FROM pushed WHERE connection = ? AND state <> 'gone'`, args: []any{l.stream}})
	case found.exact && l.sel.SortBy == nil:
		return l.readSet(ctx, found)
	}
	return l.scan(ctx, found)
}

// answer makes of what was read what Select returns.
func (l *listing) answer(ctx context.Context) (page []bridge.Pushed, total int, next string, err error) {
	total = l.total
	if len(l.page) == 0 {
		return nil, total, "", nil
	}
	if l.sel.Cursor == "" {
		end := max(l.sel.Start, 1) - 1 + len(l.page)
		if l.more { // else nobody goes on from here
			l.trails.leave(ctx, l.name, end, l.last)
			end++
		}
		if l.trail {
			total = max(total, end)
		}
	}
	if l.more {
		next, err = writeCursor(l.name, l.last)
	}
	return bare(l.page), total, next, err
}

// take keeps a page of what a query yields in order, which may be one more.
func (l *listing) take(rows *sql.Rows) error {
	defer rows.Close()
	for rows.Next() {
		if len(l.page) == l.sel.Count {
			l.more = true
			break
		}
		one, err := scanPushed(rows)
		if err != nil {
			return err
		}
		l.page = append(l.page, one)
		l.last = position{Num: one.num}
	}
	return rows.Err()
}

// readAll reads a page of all records. The record at an index is found by the
// totals of the blocks before it.
func (l *listing) readAll(ctx context.Context) error {
	const query = `SELECT ` + pushedColumns + ` FROM pushed p WHERE p.connection = ? AND p.num > ? AND p.state <> 'gone' ORDER BY p.num LIMIT ? OFFSET ?`
	after, skip, err := l.blocks(ctx)
	if err != nil || l.sel.Count == 0 || l.skip >= l.total {
		return err
	}
	if l.from.Num > 0 {
		after, skip = l.from.Num, 0
	}
	rows, err := l.query(ctx, query, l.stream, after, l.sel.Count+1, skip)
	if err != nil {
		return err
	}
	return l.take(rows)
}

// blocks sums up the stream. It returns the number before the block in which the
// page begins, and how many records of that block come before it.
func (l *listing) blocks(ctx context.Context) (after int64, skip int, err error) {
	rows, err := l.query(ctx, `SELECT block, total FROM pushed_blocks WHERE connection = ? ORDER BY block`, l.stream)
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var block int64
		var total int
		if err := rows.Scan(&block, &total); err != nil {
			return 0, 0, err
		}
		if l.total <= l.skip {
			after, skip = block<<blockBits-1, l.skip-l.total
		}
		l.total += total
	}
	return after, skip, rows.Err()
}

// readSet reads a page of a set that is exact. When the page holds all of it,
// nothing is left to count.
func (l *listing) readSet(ctx context.Context, of set) error {
	query := `SELECT ` + pushedColumns + ` FROM (` + of.query + `) found CROSS JOIN pushed p WHERE p.num = found.num AND found.num > ? ORDER BY found.num LIMIT ? OFFSET ?`
	if l.sel.Count > 0 {
		rows, err := l.query(ctx, query, append(of.args[:len(of.args):len(of.args)], l.from.Num, l.sel.Count+1, l.skip)...)
		if err != nil {
			return err
		}
		if err := l.take(rows); err != nil {
			return err
		}
		if whole := l.from.Num == 0 && l.skip == 0 && !l.more; whole {
			l.total = len(l.page)
			return nil
		}
	}
	rows, err := l.query(ctx, `SELECT count(*) FROM (`+of.query+`) found`, of.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&l.total); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readSorted reads a page of all records in the order of a term. It says false
// if there is no such term.
func (l *listing) readSorted(ctx context.Context) (done bool, err error) {
	place, ok := filter.Leaf(*l.sel.SortBy)
	term := termOf(place)
	if !ok || term == "" || place.Attribute.Multi {
		return false, nil
	}
	if _, _, err := l.blocks(ctx); err != nil || l.sel.Count == 0 || l.skip >= l.total {
		return true, err
	}
	var with int
	if err := l.get(ctx, &with, `SELECT count(*) FROM pushed_terms WHERE connection = ? AND name = ? AND NOT gone`, l.stream, term); err != nil {
		return true, err
	}
	of := sorting{listing: l, order: `value, seq`, args: []any{l.stream, term},
		query: `SELECT record AS seq, value, 0 AS lacking FROM pushed_terms WHERE connection = ? AND name = ? AND NOT gone`}
	of.turned = strings.NewReplacer("value", "value DESC", "lacking", "lacking DESC").Replace
	if with < l.total {
		of.lacking(term)
	}
	return true, of.read(ctx)
}

// sorting reads a listing by a term. Records with the same value come in the
// order in which they were created, also when values descend; those without one
// come last, or first when values descend.
type sorting struct {
	*listing
	query  string // seq, value and lacking of each record
	args   []any
	order  string
	mixed  bool // some lack a value
	turned func(order string) string
}

// lacking adds the records that do not have the term. They are not in its
// index, so that all have to be put in order.
func (o *sorting) lacking(term string) {
	o.query += ` UNION ALL SELECT num, '', 1 FROM (SELECT num FROM pushed WHERE connection = ? AND state <> 'gone'
		EXCEPT SELECT record FROM pushed_terms WHERE connection = ? AND name = ? AND NOT gone) without`
	o.args = append(o.args, o.stream, o.stream, term)
	o.order = `lacking, value, seq`
	o.mixed = true
}

// past appends what comes after the position.
func (o *sorting) past() {
	value, has := o.from.Value.(string)
	lacking := 0
	if !has {
		lacking = 1
	}
	after, args := ` WHERE lacking >= ? AND (lacking > ? OR value >= ? AND (value > ? OR seq > ?))`, []any{lacking, lacking, value, value, o.from.Num}
	switch {
	case o.from.Num == 0:
		return
	case !o.mixed && has: // in a form that the index takes
		after, args = ` WHERE value >= ? AND (value > ? OR seq > ?)`, args[2:]
	}
	if o.sel.Descending {
		after = strings.NewReplacer("lacking >", "lacking <", "value >", "value <").Replace(after)
	}
	o.query = `SELECT seq, value, lacking FROM (` + o.query + `) every` + after
	o.args = append(o.args, args...)
}

func (o *sorting) read(ctx context.Context) error {
	o.past()
	order := o.order
	if o.sel.Descending {
		order = o.turned(order)
	}
	query := `SELECT found.value, found.lacking, ` + pushedColumns + ` FROM (` + o.query + ` ORDER BY ` + order + ` LIMIT ? OFFSET ?) found
		CROSS JOIN pushed p WHERE p.num = found.seq ORDER BY ` + order
	rows, err := o.listing.query(ctx, query, append(o.args, o.sel.Count+1, o.skip)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if len(o.page) == o.sel.Count {
			o.more = true
			break
		}
		var value string
		var lacking bool
		one, err := scanPushed(prefixed{rows, []any{&value, &lacking}})
		if err != nil {
			return err
		}
		o.page, o.last = append(o.page, one), position{Num: one.num}
		if !lacking {
			o.last.Value = value
		}
	}
	return rows.Err()
}

// prefixed is a row with columns before those that are asked for.
type prefixed struct {
	rows  *sql.Rows
	first []any
}

// Scan reads the row.
func (p prefixed) Scan(into ...any) error { return p.rows.Scan(append(p.first, into...)...) }
