package mapping

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Type is the type of a source column.
type Type string

// The column types. A value of any type may be absent (nil).
const (
	Text    Type = "text"    // string, valid UTF-8
	Integer Type = "integer" // int64
	Number  Type = "number"  // float64
	Boolean Type = "boolean" // bool
	Time    Type = "time"    // time.Time
	Texts   Type = "texts"   // []string
)

// Column is one named, typed column of a source.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Columns are the columns of a source in their order. They are shared by all
// rows of one read and never change.
type Columns struct {
	list  []Column
	index map[string]int
}

// NewColumns returns the columns in the given order. A name that occurs twice
// is an error, because a rule could not say which one it means.
func NewColumns(list ...Column) (*Columns, error) {
	c := &Columns{list: list, index: make(map[string]int, len(list))}
	for i, column := range list {
		if _, twice := c.index[column.Name]; twice {
			return nil, fmt.Errorf("the column %q occurs twice", column.Name)
		}
		c.index[column.Name] = i
	}
	return c, nil
}

// List returns the columns in order; the caller must not change it.
func (c *Columns) List() []Column { return c.list }

// Index returns the place of a column by its exact name.
func (c *Columns) Index(name string) (int, bool) {
	i, ok := c.index[name]
	return i, ok
}

// Row is one source row: a value per column, nil for NULL, else a string,
// int64, float64, bool, time.Time or []string as the column's type says.
type Row struct {
	Columns *Columns
	Values  []any
}

// Get returns the value of the named column, nil for NULL, and whether the
// source has such a column.
func (r Row) Get(name string) (any, bool) {
	if r.Columns == nil {
		return nil, false
	}
	i, ok := r.Columns.index[name]
	if !ok {
		return nil, false
	}
	return r.Values[i], true
}

// Digest identifies the content of a row: two rows with the same columns and
// values have the same digest, and NULL differs from an empty text.
func (r Row) Digest() [sha256.Size]byte {
	var start [1024]byte // enough for most rows, so that they cost no memory
	b := start[:0]
	if r.Columns != nil {
		for i, column := range r.Columns.list {
			b = appendText(b, column.Name)
			b = appendValue(b, r.Values[i])
		}
	}
	return sha256.Sum256(b)
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...)
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, '0')
	case string:
		return appendText(append(b, 's'), v)
	case int64:
		return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
	case bool:
		return append(b, 'b', map[bool]byte{false: '0', true: '1'}[v])
	case time.Time:
		return appendText(append(b, 't'), v.UTC().Format(time.RFC3339Nano))
	case []string:
		b = binary.BigEndian.AppendUint64(append(b, 'l'), uint64(len(v)))
		for _, s := range v {
			b = appendText(b, s)
		}
		return b
	}
	return appendText(append(b, '?'), fmt.Sprint(value))
}

// MarshalJSON writes the row as an object in column order.
func (r Row) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	if r.Columns != nil {
		for i, column := range r.Columns.list {
			if i > 0 {
				b.WriteByte(',')
			}
			name, err := json.Marshal(column.Name)
			if err != nil {
				return nil, err
			}
			value, err := json.Marshal(r.Values[i])
			if err != nil {
				return nil, fmt.Errorf("column %q: %w", column.Name, err)
			}
			b.Write(name)
			b.WriteByte(':')
			b.Write(value)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
