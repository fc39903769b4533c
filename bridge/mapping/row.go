package mapping

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
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
	h := sha256.New()
	if r.Columns != nil {
		for i, column := range r.Columns.list {
			writeText(h, column.Name)
			writeValue(h, r.Values[i])
		}
	}
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return sum
}

func writeText(h hash.Hash, s string) {
	writeNumber(h, uint64(len(s)))
	h.Write([]byte(s))
}

func writeNumber(h hash.Hash, n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	h.Write(b[:])
}

func writeValue(h hash.Hash, value any) {
	switch v := value.(type) {
	case nil:
		h.Write([]byte{'0'})
	case string:
		h.Write([]byte{'s'})
		writeText(h, v)
	case int64:
		h.Write([]byte{'i'})
		writeNumber(h, uint64(v))
	case float64:
		h.Write([]byte{'f'})
		writeNumber(h, math.Float64bits(v))
	case bool:
		h.Write([]byte{'b', map[bool]byte{false: '0', true: '1'}[v]})
	case time.Time:
		h.Write([]byte{'t'})
		writeText(h, v.UTC().Format(time.RFC3339Nano))
	case []string:
		h.Write([]byte{'l'})
		writeNumber(h, uint64(len(v)))
		for _, s := range v {
			writeText(h, s)
		}
	default:
		h.Write([]byte{'?'})
		writeText(h, fmt.Sprint(v))
	}
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
