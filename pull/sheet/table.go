package sheet

import (
	"errors"
	"fmt"
	"io"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// table is a grid below its header.
type table struct {
	grid
	list  []mapping.Column
	shape *pull.Shape
	key   int
	free  []any
}

// slab is how many rows share one allocation for their values.
const slab = 16

const shiftedHint = "put values that contain the delimiter or a quote in quotes, and double the quotes inside"

// newTable reads the header.
func newTable(g grid, sel pull.Selection, settings pull.Settings) (*table, error) {
	if sel.Query != "" {
		return nil, bridge.Errorf(bridge.Invalid, "%s: a sheet knows no queries; name the sheet instead", g.place())
	}
	list, err := header(g, sel.HeaderRow)
	if err != nil {
		return nil, err
	}
	shape, err := pull.NewShape(g.place(), list, sel, settings)
	if bridge.IsKind(err, bridge.NotFound) && sel.HeaderRow == 0 {
		return nil, bridge.Errorf(bridge.NotFound, "%v. If these are not the column names, give the number of their row as header_row", err)
	}
	if err != nil {
		return nil, err
	}
	t := &table{grid: g, list: list, shape: shape}
	t.key, _ = shape.Columns.Index(sel.Key)
	return t, nil
}

// record returns the next row that is not empty; io.EOF after the last.
func (t *table) record() (bridge.Record, error) {
	for {
		l, err := t.next()
		if err != nil {
			return bridge.Record{}, err
		}
		if l.blank() {
			continue
		}
		return t.turn(l), nil
	}
}

func (t *table) turn(l line) bridge.Record {
	width := len(t.list)
	if len(t.free) < width {
		t.free = make([]any, width*slab)
	}
	values := t.free[:width:width]
	t.free = t.free[width:]
	copy(values, l.values)
	if l.broken != "" && t.key > 0 {
		values[t.key] = pull.Unreadable{Code: "shifted-row", Text: pull.Written(values[t.key]), Message: l.broken + "; the key may stand in another column", Hint: shiftedHint}
		return t.shape.Record(l.row, values)
	}
	r := t.shape.Record(l.row, values)
	if l.broken != "" {
		r.Findings = append(r.Findings, bridge.Finding{Severity: bridge.Fault, Code: "shifted-row", Key: r.Key, Where: r.Where, Message: l.broken, Hint: shiftedHint})
		return r
	}
	return t.outside(r, l, width)
}

// outside tells of values to the right of the last column name.
func (t *table) outside(r bridge.Record, l line, width int) bridge.Record {
	for i := width; i < len(l.values); i++ {
		if empty(l.values[i]) {
			continue
		}
		r.Findings = append(r.Findings, bridge.Finding{Severity: bridge.Warning, Code: "outside", Key: r.Key, Where: r.Where, Value: pull.Cut(pull.Written(l.values[i])),
			Message: fmt.Sprintf("column %s has a value here but no name, and is not read", letters(i)), Hint: "name the column, or remove what stands in it"})
		break
	}
	return r
}

// records yields all records and then what was wrong with the end.
func (t *table) records(yield func(bridge.Record, error) bool) (more bool, err error) {
	for {
		r, err := t.record()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return true, err
		}
		if !yield(r, nil) {
			return false, nil
		}
	}
}
