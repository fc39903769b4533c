package sheet

import (
	"errors"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// header finds the row with the names of the columns.
func header(g grid, row int) ([]mapping.Column, error) {
	for {
		l, err := g.next()
		switch {
		case errors.Is(err, io.EOF) && row > 0:
			return nil, bridge.Errorf(bridge.Precondition, "%s: there is no row %d for the column names", g.place(), row)
		case errors.Is(err, io.EOF):
			return nil, bridge.Errorf(bridge.Precondition, "%s: there is nothing in it, not even column names; nothing is planned from it", g.place())
		case err != nil:
			return nil, err
		case row > 0 && l.row > row:
			return nil, bridge.Errorf(bridge.Precondition, "%s: row %d, which should hold the column names, is empty", g.place(), row)
		case row == l.row, row == 0 && !l.blank():
			return names(g, l)
		}
	}
}

func names(g grid, l line) ([]mapping.Column, error) {
	if l.broken != "" {
		return nil, bridge.Errorf(bridge.Invalid, "%s, row %d: the column names cannot be read: %s", g.place(), l.row, l.broken)
	}
	width := len(l.values)
	for width > 0 && empty(l.values[width-1]) {
		width--
	}
	list := make([]mapping.Column, width)
	seen := make(map[string]int, width)
	for i := range list {
		name, err := columnName(l.values[i])
		if err != "" {
			return nil, bridge.Errorf(bridge.Invalid, "%s, row %d: column %s %s", g.place(), l.row, letters(i), err)
		}
		if first, twice := seen[name]; twice {
			return nil, bridge.Errorf(bridge.Invalid, "%s, row %d: the columns %s and %s are both called %q; give each a name of its own", g.place(), l.row, letters(first), letters(i), pull.Cut(name))
		}
		seen[name] = i
		list[i] = mapping.Column{Name: name, Type: mapping.Text}
	}
	if width == 0 {
		return nil, bridge.Errorf(bridge.Precondition, "%s: row %d, which should hold the column names, is empty", g.place(), l.row)
	}
	return list, nil
}

// columnName is the text of a header cell in one line and composed form, so
// that it can be typed in a configuration.
func columnName(value any) (name, problem string) {
	if bad, ok := value.(pull.Unreadable); ok {
		return "", "has no name that can be read: " + bad.Message + ". If the names stand in another row, give its number as header_row"
	}
	name, valid := pull.Valid(pull.Written(value))
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	switch {
	case name == "":
		return "", "has no name, but columns to its right have one; name it or delete the column. If the names stand in another row, give its number as header_row"
	case !valid:
		return "", "has a name that is not valid UTF-8; give the file's encoding"
	}
	return name, ""
}
