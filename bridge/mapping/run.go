package mapping

import (
	"fmt"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// run is one row on its way through the rules. It is what CEL asks for the
// values of variables, and it is used again for the next row.
type run struct {
	mapping *Mapping
	row     Row
	places  []int // where the row has each column of the spec; nil = at the same place
	key     string
	now     time.Time
	spent   time.Duration // by the expressions of this row
	slots   []slot
	store   []string // backs the values of single-valued attributes
	faults  []Fault
}

// slot keeps the CEL value of a column for the other rules of the row.
type slot struct{ value ref.Val }

var _ cel.Activation = (*run)(nil)

// places says for another Columns where each column of the spec is, -1 = nowhere.
type places struct {
	of *Columns
	at []int
}

func (m *Mapping) placesIn(columns *Columns) []int {
	if columns == m.columns {
		return nil
	}
	if known := m.places.Load(); known != nil && known.of == columns {
		return known.at
	}
	at := make([]int, len(m.columns.list))
	for i, column := range m.columns.list {
		at[i] = -1
		if columns != nil {
			if j, ok := columns.Index(column.Name); ok {
				at[i] = j
			}
		}
	}
	m.places.Store(&places{of: columns, at: at})
	return at
}

func (m *Mapping) begin(row Row, key string, now time.Time) *run {
	r := m.runs.Get().(*run)
	r.row, r.key, r.now, r.spent = row, key, now, 0
	r.places = m.placesIn(row.Columns)
	r.store = make([]string, 0, len(m.rules))
	r.faults = nil
	clear(r.slots)
	return r
}

func (r *run) end() {
	m := r.mapping
	r.row, r.store, r.faults, r.places = Row{}, nil, nil, nil
	clear(r.slots)
	m.runs.Put(r)
}

// raw is the value of a column of the spec in this row, and what is wrong with it.
func (r *run) raw(i int) (value any, problem string) {
	at := i
	if r.places != nil {
		at = r.places[i]
	}
	if at < 0 || at >= len(r.row.Values) {
		return nil, "the source no longer has this column"
	}
	value = r.row.Values[at]
	if !typeAgrees(value, r.mapping.columns.list[i].Type) {
		return value, fmt.Sprintf("the column no longer holds %s", plainColumnType(r.mapping.columns.list[i].Type))
	}
	return value, ""
}

func typeAgrees(value any, t Type) bool {
	switch value.(type) {
	case nil:
		return true
	case string:
		return t == Text
	case int64:
		return t == Integer
	case float64:
		return t == Number
	case bool:
		return t == Boolean
	case time.Time:
		return t == Time
	case []string:
		return t == Texts
	}
	return false
}

func plainColumnType(t Type) string {
	switch t {
	case Integer:
		return "whole numbers"
	case Number:
		return "numbers"
	case Boolean:
		return "yes or no"
	case Time:
		return "dates"
	case Texts:
		return "lists of texts"
	}
	return "text"
}

// ResolveName gives CEL the value of a variable.
func (r *run) ResolveName(name string) (any, bool) {
	v, ok := r.mapping.variables[name]
	if !ok {
		return nil, false
	}
	switch v.kind {
	case ofNow:
		return types.Timestamp{Time: r.now}, true
	case ofToday:
		return types.Timestamp{Time: r.mapping.library.midnight(r.now)}, true
	case ofKey:
		return types.String(r.key), true
	case ofDomain:
		return types.String(r.mapping.library.domain), true
	case ofNull:
		value, _ := r.raw(v.index)
		return types.Bool(value == nil), true
	}
	return r.column(v.index), true
}

// Parent is nil: there are no other variables.
func (r *run) Parent() cel.Activation { return nil }

func (r *run) column(i int) ref.Val {
	s := &r.slots[i]
	if s.value == nil {
		value, problem := r.raw(i)
		if problem != "" {
			s.value = types.WrapErr(&valueError{message: problem})
		} else {
			s.value = celValue(value, r.mapping.columns.list[i].Type)
		}
	}
	return s.value
}

// celValue is what an expression sees: NULL text is "", a NULL list has no values.
func celValue(value any, t Type) ref.Val {
	switch v := value.(type) {
	case string:
		return types.String(v)
	case int64:
		return types.Int(v)
	case float64:
		return types.Double(v)
	case bool:
		return types.Bool(v)
	case time.Time:
		return types.Timestamp{Time: v}
	case []string:
		return types.NewStringList(types.DefaultTypeAdapter, v)
	}
	switch t {
	case Text:
		return types.String("")
	case Texts:
		return types.NewStringList(types.DefaultTypeAdapter, nil)
	}
	return types.NullValue
}
