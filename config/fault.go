package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong with a file. Line and Column count from 1;
// Column counts characters.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`   // what to do
	Source  string `json:"source,omitempty"` // the line as it is written, or what stands around the column; secrets are masked
	shift   int    // characters of the line that Source leaves out on its left
}

// String returns "file:line:column: message".
func (f Fault) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// Detail returns the fault with the source line, a caret below the column and
// the hint, one per line.
func (f Fault) Detail() string {
	var b strings.Builder
	b.WriteString(f.String())
	if f.Source != "" {
		fmt.Fprintf(&b, "\n    %s\n    %s^", f.Source, blank(f.Source, f.Column-1-f.shift))
	}
	if f.Hint != "" {
		b.WriteString("\n    " + f.Hint)
	}
	return b.String()
}

// blank is as wide as the first n characters of the line, tabs included.
func blank(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n--; n < 0 {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Faults are all that is wrong with a file, in the order of the file.
type Faults []Fault

// Error returns every fault with its source line and hint.
func (f Faults) Error() string {
	details := make([]string, len(f))
	for i, fault := range f {
		details[i] = fault.Detail()
	}
	return strings.Join(details, "\n")
}

// maxFaults is how many faults are told apart. A file with more of them is not
// what it was meant to be.
const maxFaults = 100

// err is nil when there is no fault, else the faults in order, each once, with
// their source lines.
func (t text) err(f Faults) error {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	f = slices.CompactFunc(f, func(a, b Fault) bool { return a == b })
	if more := len(f) - maxFaults; more > 0 {
		last := f[maxFaults]
		last.Message, last.Hint = fmt.Sprintf("and %d more faults from here on", more), ""
		f = append(f[:maxFaults:maxFaults], last)
	}
	for i := range f {
		f[i].Source, f[i].shift = t.around(f[i].Line, f[i].Column)
	}
	return f
}

// maxWidth is how much of a line is shown.
const maxWidth = 240

// around shows a line, or what stands around the column of a very long one, and
// how many characters are left out on its left.
func (t text) around(line, column int) (string, int) {
	runes := []rune(t.line(line))
	if len(runes) <= maxWidth {
		return string(runes), 0
	}
	from := min(max(column-maxWidth/2, 0), len(runes))
	return string(runes[from:min(from+maxWidth, len(runes))]), from
}

// text is a file as it was written, for showing lines of it.
type text struct {
	name  string
	lines []string
}

func newText(name string, content []byte) text {
	whole := strings.TrimPrefix(string(content), "\ufeff")
	lines := strings.Split(strings.ReplaceAll(whole, "\r\n", "\n"), "\n")
	return text{name: name, lines: lines}
}

var (
	keyed     = regexp.MustCompile(`^\s*(?:[-{\[]\s*)*["']?[\w.-]+["']?\s*:`)
	sensitive = regexp.MustCompile(`(?i)(password|secret|token)(["']?\s*:\s*)`)
	login     = regexp.MustCompile(`://[^/@\s]*@`)
	reference = regexp.MustCompile(`^["']?\$\{(env|file):[^}]*\}["']?\s*([,}#].*)?$`)
)

// line shows a line with what follows "password:" masked. A line that goes on
// from a masked one is masked as a whole.
func (t text) line(n int) string {
	if n < 1 || n > len(t.lines) {
		return ""
	}
	line := t.lines[n-1]
	if !utf8.ValidString(line) {
		return ""
	}
	if t.secretAbove(n) {
		return "***"
	}
	line = login.ReplaceAllString(line, "://***@")
	at := sensitive.FindStringIndex(line)
	if at == nil || reference.MatchString(strings.TrimSpace(line[at[1]:])) {
		return line
	}
	return line[:at[1]] + "***"
}

// secretAbove says whether line n belongs to a secret that began above it: by
// its indentation, or because it has no key of its own.
func (t text) secretAbove(n int) bool {
	indent, keyless := indentOf(t.lines[n-1]), !keyed.MatchString(t.lines[n-1])
	for i := n - 1; i >= 1; i-- {
		line := t.lines[i-1]
		inner := strings.TrimSpace(line) != "" && indentOf(line) < indent
		if (inner || keyless) && keyed.MatchString(line) {
			if sensitive.MatchString(line) && !reference.MatchString(strings.TrimSpace(line[sensitive.FindStringIndex(line)[1]:])) {
				return true
			}
			keyless = false
		}
		if inner {
			indent = indentOf(line)
		}
	}
	return false
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// fault makes a fault at a place of the text; err shows its line.
func (t text) fault(line, column int, message, hint string) Fault {
	return Fault{File: t.name, Line: line, Column: column, Message: message, Hint: hint}
}
