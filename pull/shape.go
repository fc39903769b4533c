package pull

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Unreadable is a raw value that the source itself could not make sense of: an
// error cell, a formula without a result.
type Unreadable struct {
	Code    string // of the finding
	Text    string // what stands there
	Message string
	Hint    string
}

// Shape turns the raw values of one read into Records: each value becomes what
// its column's type says, or nil and a finding.
type Shape struct {
	Columns *mapping.Columns

	list    []mapping.Column
	key     int
	place   string // "people.xlsx, sheet Staff, row "
	convert converter
}

// NewShape returns the shape of a read. Place names the table for people,
// "people.xlsx, sheet Staff"; list are the columns as the source has them. The
// error is of kind NotFound when the selection names a column that is not there
// and Invalid when a name occurs twice.
func NewShape(place string, list []mapping.Column, sel Selection, settings Settings) (*Shape, error) {
	list, err := typed(place, list, sel.Types)
	if err != nil {
		return nil, err
	}
	columns, err := mapping.NewColumns(list...)
	if err != nil {
		return nil, bridge.Errorf(bridge.Invalid, "%s: %v; give each column a name of its own", place, err)
	}
	s := &Shape{Columns: columns, list: list, key: -1, place: place + ", row "}
	if settings.Kind == CSV {
		s.place = place + ", line " // a record may begin anywhere, but editors count lines
	}
	if s.convert, err = newConverter(settings); err != nil {
		return nil, err
	}
	if sel.Key == "" {
		return s, nil
	}
	key, ok := columns.Index(sel.Key)
	if !ok {
		return nil, missing(place, "key column", sel.Key, list)
	}
	s.key = key
	return s, nil
}

// known are the types that a selection may give a column.
var known = [...]mapping.Type{mapping.Text, mapping.Integer, mapping.Number, mapping.Boolean, mapping.Time}

func typed(place string, list []mapping.Column, types map[string]mapping.Type) ([]mapping.Column, error) {
	list = slices.Clone(list)
	for name, to := range types {
		i := slices.IndexFunc(list, func(c mapping.Column) bool { return c.Name == name })
		if i < 0 {
			return nil, missing(place, "column", name, list)
		}
		if !slices.Contains(known[:], to) {
			return nil, bridge.Errorf(bridge.Invalid, "%s: column %q: there is no type %q; the types are text, integer, number, boolean and time", place, name, Cut(string(to)))
		}
		list[i].Type = to
	}
	return list, nil
}

func missing(place, what, name string, list []mapping.Column) error {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Name
		if strings.EqualFold(c.Name, name) {
			return bridge.Errorf(bridge.NotFound, "%s: the %s %q is not there; it is written %q", place, what, Cut(name), Cut(c.Name))
		}
	}
	return bridge.Errorf(bridge.NotFound, "%s: the %s %q is not there; the columns are %s", place, what, Cut(name), strings.Join(names, ", "))
}

// Record returns the row as a Record. Values are the raw ones, in the order of
// the columns: nil, string, []byte, int64, float64, bool, time.Time, []string
// or Unreadable. They become the Record's own.
func (s *Shape) Record(row int, values []any) bridge.Record {
	r := bridge.Record{Where: s.where(row), Row: mapping.Row{Columns: s.Columns, Values: values}}
	if s.key >= 0 {
		s.takeKey(&r, values[s.key])
	}
	for i, value := range values {
		switch v := value.(type) {
		case nil:
			continue
		case string:
			if s.list[i].Type == mapping.Text && utf8.ValidString(v) {
				continue // the common case costs nothing
			}
		}
		values[i] = s.value(&r, i, value)
	}
	for i := range r.Findings {
		r.Findings[i].Key, r.Findings[i].Where = r.Key, r.Where
	}
	return r
}

// where names a row with one allocation.
func (s *Shape) where(row int) string {
	var space [96]byte
	return string(strconv.AppendInt(append(space[:0], s.place...), int64(row), 10))
}

// value converts one value; what is wrong with it becomes a finding.
func (s *Shape) value(r *bridge.Record, i int, value any) any {
	column := s.list[i]
	if bad, ok := value.(Unreadable); ok {
		r.Findings = append(r.Findings, bridge.Finding{Severity: bridge.Fault, Code: bad.Code, Column: column.Name, Value: Cut(bad.Text),
			Message: fmt.Sprintf("column %q: %s", column.Name, bad.Message), Hint: bad.Hint})
		return nil
	}
	converted, problem := s.convert.convert(column.Type, value)
	if problem == "" {
		return converted
	}
	text, valid := Valid(Written(value))
	f := bridge.Finding{Severity: bridge.Fault, Code: "bad-value", Column: column.Name, Value: Cut(text), Message: fmt.Sprintf("column %q: %s", column.Name, problem),
		Hint: "correct the value in the source, or give the column the type text"}
	if !valid {
		f.Code, f.Hint = "bad-text", "correct the text in the source; it was stored in another encoding"
	}
	r.Findings = append(r.Findings, f)
	return converted
}

// digits is how many digits a floating number keeps.
const digits = 1e15

// takeKey reads the key as the source has it, only trimmed. What cannot be read
// leaves the key empty, and the finding says so.
func (s *Shape) takeKey(r *bridge.Record, value any) {
	text, problem := "", ""
	switch v := value.(type) {
	case nil:
		problem = "is empty"
	case Unreadable:
		problem = "cannot be read"
	case float64:
		if text, _ = written(v); v >= digits || v <= -digits {
			text, problem = "", "is a number with more digits than the source keeps"
		}
	default:
		var ok bool
		if text, ok = written(v); !ok || !utf8.ValidString(text) {
			text, problem = "", "cannot be read as text"
		}
	}
	text = strings.TrimSpace(text)
	if problem == "" && text == "" {
		problem = "is blank"
	}
	if problem != "" {
		r.Findings = append(r.Findings, noKey(s.list[s.key].Name, problem))
		return
	}
	r.Key = text
}

func noKey(column, problem string) bridge.Finding {
	return bridge.Finding{Severity: bridge.Fault, Code: "no-key", Column: column, Message: fmt.Sprintf("the key in column %q %s", column, problem),
		Hint: "give the row a key, or leave the row out; until then nobody of this source is disabled or deleted"}
}
