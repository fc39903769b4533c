package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeBlock is a file to write, or lines to type.
var readmeBlock = regexp.MustCompile("(?s)(?:<!-- file: (\\S+) -->\n)?```(csv|yaml|console)\n(.*?)```")

// What the README tells a new user to do with a table of their own works as it
// stands there: its files and its lines, in their order. Only the address of the
// directory differs, and the test runs the program itself.
func TestTheReadmeWorksAsItStands(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, own, found := strings.Cut(string(text), "\n## Your own table\n")
	own, _, ended := strings.Cut(own, "\n## Commands\n")
	if !found || !ended {
		t.Fatal("README.md has no chapter on the reader's own table")
	}
	r := newReader(t)
	for _, block := range readmeBlock.FindAllStringSubmatch(own, -1) {
		if name := block[1]; name != "" {
			r.write(name, block[3])
			continue
		}
		for line := range strings.Lines(block[3]) {
			r.do(strings.TrimSpace(strings.TrimPrefix(line, "$ ")))
		}
	}
	want := "check 0, preview 2, run 0, preview 0, trace 0, preview 2, approve 0, apply 0"
	if got := strings.Join(r.done, ", "); got != want {
		t.Errorf("the README does %s, want %s", got, want)
	}
	r.deleteTwoLines()
	before := len(r.site.directory.Log())
	r.do("./muster run staff")
	if last := r.done[len(r.done)-1]; last != "run 3" || !strings.Contains(r.out.String(), "BLOCKED") || len(r.site.directory.Log()) != before {
		t.Errorf("after two lines were deleted: %s\n%s", last, r.out.String())
	}
}

// reader does what it reads.
type reader struct {
	t    *testing.T
	dir  string
	site *site
	done []string // commands with their exit codes
	out  bytes.Buffer
	plan string // the last one saved
}

func newReader(t *testing.T) *reader {
	r := &reader{t: t, dir: t.TempDir()}
	var err error
	if r.site, err = newSite(r.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.site.server.Close() })
	t.Chdir(r.dir)
	return r
}

func (r *reader) write(name, text string) {
	r.t.Helper()
	text = strings.ReplaceAll(text, "ldaps://127.0.0.1:3636", r.site.server.URL())
	text = strings.ReplaceAll(text, "devdir-ca.pem", filepath.Base(r.site.ca))
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// saved finds the id of a plan in what preview --save said.
var saved = regexp.MustCompile(`Saved as (\S+)\.`)

func (r *reader) do(line string) {
	r.t.Helper()
	if name, value, assigns := strings.Cut(strings.TrimPrefix(line, "export "), "="); assigns && strings.HasPrefix(line, "export ") {
		r.t.Setenv(name, value)
		return
	}
	if !strings.HasPrefix(line, "./muster ") || line == "./muster devdir" {
		return // go build, and the directory: the test has both
	}
	words := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(line, "PLAN", r.plan), `"checked with HR"`, "checked-with-HR"))[1:]
	if len(r.done) == 5 { // the walk-through saves a plan of what the reader changed meanwhile
		r.change()
	}
	r.out.Reset()
	code := run(r.t.Context(), words, strings.NewReader(""), &r.out, &r.out)
	r.done = append(r.done, words[0]+" "+string(rune('0'+code)))
	if m := saved.FindStringSubmatch(r.out.String()); m != nil {
		r.plan = m[1]
	}
	if len(r.done) == 4 && !strings.Contains(r.out.String(), "No differences: 3 people compared") {
		r.t.Errorf("the preview after the run:\n%s", r.out.String())
	}
	r.t.Logf("$ %s\n%s", line, r.out.String())
}

func (r *reader) change() {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "people.csv"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.write("people.csv", strings.Replace(string(text), "Accountant", "Controller", 1))
}

func (r *reader) deleteTwoLines() {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "people.csv"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.write("people.csv", strings.Join(strings.SplitAfter(string(text), "\n")[:2], ""))
}
