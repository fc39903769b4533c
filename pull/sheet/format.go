package sheet

import (
	"strconv"
	"strings"
)

// format is what a number format makes of a number.
type format struct {
	kind  formatKind
	zeros int // of padded: how many digits at least
}

type formatKind int

const (
	asNumber formatKind = iota
	asDate              // a day, a time or both
	asPadded            // a code with leading zeros: 00123
)

// builtIn are the numbered formats that are dates (ECMA-376 part 1, 18.8.30);
// 27 to 36 and 50 to 58 are the dates of East Asian editions.
func builtIn(id int) format {
	if id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58 {
		return format{kind: asDate}
	}
	return format{}
}

// formatOf reads a format code such as `[$-407]d. mmmm yyyy` or `00000`.
func formatOf(code string) format {
	code, _, _ = strings.Cut(code, ";") // what follows is for negative numbers, zero and text
	if len(code) > 1 && strings.Trim(code, "0") == "" {
		return format{kind: asPadded, zeros: len(code)}
	}
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '\\', '_', '*': // the next character stands for itself
			i++
		case '[': // a colour, a condition, a language; or hours that go on counting
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return format{}
			}
			if strings.Trim(strings.ToLower(code[i+1:i+end]), "hms") == "" {
				return format{kind: asDate}
			}
			i += end
		case 'y', 'Y', 'd', 'D', 'h', 'H', 's', 'S', 'm', 'M':
			return format{kind: asDate}
		case 'E', 'e', 'G', 'g': // 0.00E+00, General; an era is always beside a year
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				i += len("general") - 1
			}
		}
	}
	return format{}
}

// readStyles fills the format of each cell style.
func (w *workbook) readStyles(name string) error {
	codes := map[int]format{}
	in := false // the formats of cells, not those of named styles
	return w.each(name, func(s *scanner) error {
		switch string(s.tag) {
		case "numFmt":
			if id, err := strconv.Atoi(string(s.attribute("numFmtId"))); err == nil && len(codes) < 1<<16 {
				codes[id] = formatOf(string(plain(s.attribute("formatCode"))))
			}
		case "cellXfs":
			in = !s.self
		case "/cellXfs":
			in = false
		case "xf":
			if !in {
				return nil
			}
			id := s.number("numFmtId", 0)
			f, custom := codes[id]
			if !custom {
				f = builtIn(id)
			}
			if w.formats = append(w.formats, f); len(w.formats) > 1<<20 {
				return errMarkup
			}
		}
		return nil
	})
}
