package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/muster-idm/muster/pull"
)

// cell is one cell as the sheet's XML states it.
type cell struct {
	column  int
	kind    string // the attribute t: "" or n, s, str, inlineStr, b, e, d
	style   int
	formula bool
	stated  bool   // there is a value, though it may be empty
	text    []byte // its text, entities unresolved
}

// value returns the raw value of a cell: nil, string, int64, float64, bool,
// time.Time or pull.Unreadable.
func (w *workbook) value(c *cell) any {
	if c.formula && (!c.stated || len(c.text) == 0 && c.kind != "str") {
		return pull.Unreadable{Code: "no-result", Message: "the formula has no stored result", Hint: "open the workbook in Excel and save it, so that its formulas are calculated"}
	}
	if !c.stated {
		return nil
	}
	switch c.kind {
	case "s":
		return w.sharedText(c.text)
	case "str", "inlineStr":
		return excelText(c.text)
	case "b":
		return string(c.text) == "1" || string(c.text) == "true"
	case "e":
		return pull.Unreadable{Code: "error-cell", Text: string(plain(c.text)), Message: "the cell shows the error " + pull.Cut(string(plain(c.text))), Hint: "correct the formula or the value in the workbook"}
	case "d":
		return string(c.text) // ISO 8601
	}
	var f format
	if c.style >= 0 && c.style < len(w.formats) {
		f = w.formats[c.style]
	}
	return w.number(c.text, f)
}

func (w *workbook) sharedText(text []byte) any {
	i, err := strconv.Atoi(string(text))
	if err != nil || i < 0 || i >= len(w.shared) {
		return pull.Unreadable{Code: "damaged-cell", Text: string(text), Message: "the cell refers to a text that the workbook does not have", Hint: "open the workbook in Excel and save it again"}
	}
	return w.shared[i]
}

// precise is from where on numbers have lost their last digits.
const precise = 1e15

// number reads a number as its format means it. Excel keeps 15 digits; what a
// number has beyond them is noise.
func (w *workbook) number(text []byte, f format) any {
	if len(text) == 0 {
		return nil
	}
	if len(text) <= 15 && f.kind == asNumber {
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			return n
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return pull.Unreadable{Code: "damaged-cell", Text: string(text), Message: "the cell holds a number that cannot be read", Hint: "enter the value again"}
	}
	if f.kind == asDate {
		return w.date(n)
	}
	if n == math.Trunc(n) && math.Abs(n) < precise {
		if f.kind == asPadded && n >= 0 {
			digits := strconv.FormatInt(int64(n), 10)
			return strings.Repeat("0", max(0, f.zeros-len(digits))) + digits
		}
		return int64(n)
	}
	if short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64); err == nil {
		return short
	}
	return n
}

// date reads a number of days since the epoch of the workbook. Less than a day
// is a time of day, as text.
func (w *workbook) date(serial float64) any {
	zone := w.settings.Location()
	days, part := math.Modf(serial)
	seconds := int(math.Round(part * 86400))
	first := time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	if w.epoch == 1900 {
		first = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		if days < 60 {
			first = first.AddDate(0, 0, 1) // Excel counts a 29 February 1900
		}
	}
	switch {
	case serial < 0 || serial >= 2958466 || w.epoch == 1900 && days == 60:
		return pull.Unreadable{Code: "bad-date", Text: strconv.FormatFloat(serial, 'f', -1, 64), Message: "the number has the format of a date but is none", Hint: "enter the date again"}
	case serial < 1 && (serial > 0 || w.epoch == 1900):
		return time.Date(2000, 1, 1, 0, 0, seconds, 0, time.UTC).Format(time.TimeOnly)
	}
	day := first.AddDate(0, 0, int(days))
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, seconds, 0, zone)
}
