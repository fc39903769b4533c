package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// Excel's own bounds.
const (
	maxColumns = 16_384
	maxRows    = 1_048_576
)

// rows is the grid of one sheet of a workbook.
type rows struct {
	*workbook
	part   sheetPart
	in     io.ReadCloser
	scan   *scanner
	merged []area
	row    int
	cell   cell
	values []any
	ended  bool
}

var _ grid = (*rows)(nil)

func (w *workbook) rows(part sheetPart) (*rows, error) {
	merged, err := w.mergedAreas(part.path)
	if err != nil {
		return nil, err
	}
	in, err := w.open(part.path)
	if err != nil {
		return nil, err
	}
	return &rows{workbook: w, part: part, in: in, scan: newScanner(in), merged: merged}, nil
}

func (r *rows) place() string { return r.name + ", sheet " + r.part.name }

// Close closes the sheet and the file.
func (r *rows) Close() error { return errors.Join(r.in.Close(), r.file.Close()) }

// next returns the next row that the sheet states.
func (r *rows) next() (line, error) {
	for !r.ended {
		if err := r.scan.next(); err != nil {
			if errors.Is(err, io.EOF) {
				err = errCutShort
			}
			return line{}, r.damaged(r.place(), err)
		}
		switch string(r.scan.tag) {
		case "row":
			return r.readRow()
		case "/sheetData":
			r.ended = true
		case "sheetData":
			r.ended = r.scan.self
		}
	}
	return line{}, r.end()
}

// end reads to the end of the part, where its checksum is, and makes sure that
// it was the whole file.
func (r *rows) end() error {
	if _, err := io.Copy(io.Discard, r.scan.in); err != nil {
		return r.damaged(r.place(), err)
	}
	if err := r.unchanged(); err != nil {
		return err
	}
	return io.EOF
}

func (r *rows) readRow() (line, error) {
	before := r.row
	r.row = r.scan.number("r", before+1)
	if r.row <= before || r.row > maxRows {
		return line{}, r.damaged(r.place(), bridge.Errorf(bridge.Invalid, "%s: row %d follows row %d; the file is damaged", r.place(), r.row, before))
	}
	r.values = r.values[:0]
	if !r.scan.self {
		if err := r.readCells(); err != nil {
			return line{}, r.damaged(r.place(), err)
		}
	}
	if err := r.cover(); err != nil {
		return line{}, r.damaged(r.place(), err)
	}
	return line{row: r.row, values: r.values}, nil
}

func (r *rows) readCells() error {
	column := -1
	for {
		if err := r.scan.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return errCutShort
			}
			return err
		}
		switch string(r.scan.tag) {
		case "/row":
			return nil
		case "c":
			c := &r.cell
			c.column, c.kind, c.style = columnOf(r.scan.attribute("r"), column+1), kindOf(r.scan.attribute("t")), r.scan.number("s", 0)
			if c.column <= column || c.column >= maxColumns {
				return errMarkup
			}
			column = c.column
			if err := r.readCell(); err != nil {
				return err
			}
		}
	}
}

// readCell reads to the end of the current cell and keeps its value.
func (r *rows) readCell() error {
	c := &r.cell
	c.formula, c.stated, c.text = false, false, c.text[:0]
	phonetic := false
	for end := r.scan.self; !end; {
		if err := r.scan.next(); err != nil {
			return err
		}
		switch string(r.scan.tag) {
		case "f":
			c.formula = true
		case "v":
			c.stated = true
		case "is":
			c.stated = true
		case "rPh":
			phonetic = !r.scan.self
		case "/rPh":
			phonetic = false
		case "/v":
			c.text = append(c.text, r.scan.text...)
		case "/t":
			if !phonetic {
				c.text = append(c.text, r.scan.text...)
			}
		case "/c":
			end = true
		case "/row", "/sheetData":
			return errMarkup
		}
		if len(c.text) > longest {
			return errTooLong
		}
	}
	if value := r.value(c); value != nil {
		r.put(c.column, value)
	}
	return nil
}

func (r *rows) put(column int, value any) {
	for len(r.values) <= column {
		r.values = append(r.values, nil)
	}
	r.values[column] = value
}

// kindOf keeps the common kinds from being allocated anew.
func kindOf(t []byte) string {
	switch string(t) {
	case "", "n":
		return ""
	case "s":
		return "s"
	case "str":
		return "str"
	case "inlineStr":
		return "inlineStr"
	case "b":
		return "b"
	case "e":
		return "e"
	default:
		return string(t)
	}
}

// columnOf reads the column of a reference such as AB12, the first being 0.
func columnOf(reference []byte, without int) int {
	n, i := 0, 0
	for ; i < len(reference) && reference[i] >= 'A' && reference[i] <= 'Z' && n <= maxColumns; i++ {
		n = n*26 + int(reference[i]-'A') + 1
	}
	if i == 0 {
		return without
	}
	return n - 1
}

// area is a block of merged cells; its value stands in the first cell.
type area struct{ top, left, bottom, right int }

// cover marks the cells that a merged area hides: nobody can say whether the
// value is meant for them too.
func (r *rows) cover() error {
	r.merged = slices.DeleteFunc(r.merged, func(a area) bool { return a.bottom < r.row })
	covered := 0
	for _, a := range r.merged {
		if a.top > r.row {
			break // they are in order
		}
		if covered += a.right - a.left + 1; covered > maxColumns {
			return errMarkup // areas do not overlap
		}
		for column := a.left; column <= a.right; column++ {
			if r.row > a.top || column > a.left {
				r.put(column, pull.Unreadable{Code: "merged-cell", Message: "the cell is merged with others and has no value of its own", Hint: "unmerge the cells and give each its value"})
			}
		}
	}
	return nil
}

// maxMerged bounds how many merged areas are kept.
const maxMerged = 10_000

// mergedAreas looks for the merged areas, which stand behind all rows. It only
// searches for the word, which is many times faster than reading the sheet.
func (w *workbook) mergedAreas(name string) ([]area, error) {
	in, err := w.open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	before := w.unread
	rest, err := seek(in, []byte("</sheetData"))
	if err != nil {
		return nil, w.damaged(name, err)
	}
	list, err := w.readMerged(rest)
	if err != nil {
		return nil, w.damaged(name, err)
	}
	w.unread = before // the same bytes are read once more
	return list, nil
}

func (w *workbook) readMerged(rest io.Reader) ([]area, error) {
	var list []area
	s := w.scanner(rest)
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			slices.SortFunc(list, func(a, b area) int { return a.top - b.top })
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if string(s.tag) != "mergeCell" {
			continue
		}
		from, to, _ := bytes.Cut(s.attribute("ref"), []byte(":"))
		if to == nil {
			to = from
		}
		a := area{top: rowOf(from), left: columnOf(from, 0), bottom: rowOf(to), right: min(columnOf(to, 0), maxColumns-1)}
		if list = append(list, a); len(list) > maxMerged {
			return nil, w.errorf(bridge.Unsupported, "there are more than %d merged areas; unmerge the cells of the table", maxMerged)
		}
	}
}

func rowOf(reference []byte) int {
	n := 0
	for _, b := range reference {
		if b >= '0' && b <= '9' && n <= maxRows {
			n = n*10 + int(b-'0')
		}
	}
	return n
}
