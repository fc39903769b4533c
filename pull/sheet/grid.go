package sheet

import (
	"io"
	"strings"
)

// grid is the rows of one sheet, read one after another.
type grid interface {
	// next returns the next row that was written: its number, and its raw values
	// from column A on, valid until the next call. The error is io.EOF after the
	// last one; any other means that the sheet could not be read to its end.
	next() (line, error)

	// place names the sheet for people: "people.xlsx, sheet Staff".
	place() string

	io.Closer
}

// line is one row of a grid.
type line struct {
	row    int
	values []any
	broken string // why the values may stand in the wrong columns, "" = they do not
}

// blank says whether nothing stands in the row.
func (l line) blank() bool {
	for _, v := range l.values {
		if !empty(v) {
			return false
		}
	}
	return l.broken == ""
}

func empty(value any) bool {
	text, isText := value.(string)
	return value == nil || isText && strings.TrimSpace(text) == ""
}

// letters names a column as spreadsheets do; the first is 0.
func letters(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
