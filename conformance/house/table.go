package house

import (
	"path"
	"regexp"
	"strings"
)

// row is one line of the table of rooms in ARCHITECTURE.md.
type row struct {
	rooms    []string // "scim", or "pull/*" for all below pull
	may      []string // rooms it may import
	anything bool     // it may import any room
	testOnly bool     // only _test.go files may import it
	nobody   bool     // nothing may import it
}

var inParentheses = regexp.MustCompile(`\([^)]*\)`)

// table reads the table of rooms: the rows between its heading and the next
// line that is not a row.
func table(markdown string) []row {
	_, rest, _ := strings.Cut(markdown, "| room | may import (ours) |\n|---|---|\n")
	var rows []row
	for line := range strings.Lines(rest) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "|") || len(cells) != 2 {
			break
		}
		may, note, _ := strings.Cut(inParentheses.ReplaceAllString(cells[1], ""), ";")
		r := row{rooms: list(cells[0]), may: list(may)}
		r.anything = strings.TrimSpace(may) == "anything"
		r.testOnly = strings.Contains(note, "imported by `_test.go` only")
		r.nobody = strings.Contains(note, "imported by nobody")
		rows = append(rows, r)
	}
	return rows
}

func list(cell string) []string {
	var names []string
	for name := range strings.SplitSeq(cell, ",") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

// find returns the row of a room. A folder below conformance/contract is part
// of that room; elsewhere each package is a room of its own or below a "/*".
func find(rows []row, dir string) (row, bool) {
	if strings.HasPrefix(dir, "conformance/contract/") {
		dir = "conformance/contract"
	}
	for _, exact := range []bool{true, false} {
		for _, r := range rows {
			for _, room := range r.rooms {
				if room == dir || !exact && below(room, dir) {
					return r, true
				}
			}
		}
	}
	return row{}, false
}

// below says whether the pattern "x/*" covers the folder.
func below(pattern, dir string) bool {
	parent, star := strings.CutSuffix(pattern, "/*")
	return star && strings.HasPrefix(dir, parent+"/")
}

// allows says whether the row lets one of its rooms import the folder.
func (r row) allows(dir string) bool {
	if r.anything {
		return true
	}
	for _, room := range r.may {
		if room == dir || below(room, dir) {
			return true
		}
	}
	return false
}

// inside says whether the folder is the same as, or below, the other.
func inside(dir, parent string) bool {
	return dir == parent || strings.HasPrefix(dir, path.Clean(parent)+"/")
}
