package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// readmeBlock is a file to write, text to append to one, or lines to type.
var readmeBlock = regexp.MustCompile("(?s)(?:<!-- (?:file|append): (\\S+) -->\n)?```(csv|yaml|console)\n(.*?)```")

// What the README tells a new user to do with a table of their own works as it
// stands there: its files and its lines, in their order. Only the address of the
// directory differs, and the test runs the program itself.
func TestTheReadmeWorksAsItStands(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, own, found := strings.Cut(string(text), "\n## Your own table\n")
	own, _, ended := strings.Cut(own, "\n## Identity providers\n")
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

// What the README tells whoever connects an identity provider works as it stands
// there too. The lines of the second terminal go into a shell just as they are,
// but for the program's address.
func TestTheReadmesIdentityProviderWorksAsItStands(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, chapter, found := strings.Cut(string(text), "\n## Identity providers\n")
	chapter, _, ended := strings.Cut(chapter, "\n## Commands\n")
	blocks := readmeBlock.FindAllStringSubmatch(chapter, -1)
	if !found || !ended || len(blocks) != 3 {
		t.Fatalf("README.md has another chapter on identity providers: %d blocks", len(blocks))
	}
	program := build(t)
	r := newReader(t)
	files := map[string]string{}
	for _, block := range readmeBlock.FindAllStringSubmatch(before, -1) {
		files[block[1]] = block[3]
	}
	r.write("people.csv", files["people.csv"])
	r.write("muster.yaml", files["muster.yaml"]+blocks[0][3])
	t.Setenv("MUSTER_AD_PASSWORD", adminPassword)
	address := r.serve(program, blocks[1][3])
	pasted := paste(t, r.dir, strings.ReplaceAll(prompt.ReplaceAllString(blocks[2][3], ""), "127.0.0.1:8080", address))
	for _, want := range []string{`"userName":"ada@example.com"`, `"totalResults":1`, `"displayName":"Analysts"`, `"active":false`, "It is not shown again"} {
		if !strings.Contains(pasted, want) {
			t.Errorf("there is no %s in\n%s", want, pasted)
		}
	}
	e := r.entry("(sAMAccountName=ada)")
	if e.GetAttributeValue("userAccountControl") != "514" || !strings.HasSuffix(e.DN, ",OU=Partners,DC=corp,DC=example,DC=com") ||
		!strings.HasPrefix(e.GetAttributeValue("memberOf"), "CN=Analysts,OU=Groups,") {
		t.Errorf("Ada is %v", e)
	}
	if code := run(t.Context(), []string{"healthy", "--ready", "--listen", address}, strings.NewReader(""), &r.out, &r.out); code != exitDone {
		t.Errorf("the server is not ready: %d:\n%s", code, r.out.String())
	}
	if code := run(t.Context(), []string{"run", "staff"}, strings.NewReader(""), &r.out, &r.out); code != exitError || !strings.Contains(r.out.String(), "(muster serve, since") {
		t.Errorf("while a server runs, run ended with %d:\n%s", code, r.out.String())
	}
}

var prompt = regexp.MustCompile(`(?m)^\$ `)

// serve types the lines that start the server, and returns where it listens.
func (r *reader) serve(program, lines string) string {
	r.t.Helper()
	if lines != "$ ./muster check\n$ ./muster serve\n" {
		r.t.Fatalf("the server is started by other lines:\n%s", lines)
	}
	if err := os.Symlink(program, filepath.Join(r.dir, "muster")); err != nil {
		r.t.Fatal(err)
	}
	check := exec.CommandContext(r.t.Context(), program, "check")
	if out, err := check.CombinedOutput(); err != nil {
		r.t.Fatalf("%v\n%s", err, out)
	}
	server := exec.CommandContext(r.t.Context(), program, "serve", "--listen", "127.0.0.1:0")
	said, err := server.StderrPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = server.Wait() }) // killed with the context
	lines = ""
	for s := bufio.NewScanner(said); s.Scan(); {
		lines += s.Text() + "\n"
		if m := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/scim/okta/v2$`).FindStringSubmatch(s.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return m[1]
		}
	}
	r.t.Fatalf("the server does not say where it listens:\n%s", lines)
	return ""
}

// entry is the one entry of the directory that the filter finds.
func (r *reader) entry(filter string) *goldap.Entry {
	r.t.Helper()
	s := servers.Server{URL: r.site.server.URL(), CAFile: r.site.ca, Base: r.site.directory.Base(), BindDN: r.site.directory.AdminDN(), Password: adminPassword}
	found, err := servers.Connect(r.t, s).Search(goldap.NewSearchRequest(s.Base, goldap.ScopeWholeSubtree, 0, 0, 0, false, filter, []string{"*", "memberOf"}, nil))
	if err != nil || len(found.Entries) != 1 {
		r.t.Fatalf("%s: %v, %v", filter, found, err)
	}
	return found.Entries[0]
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
	for _, ou := range []string{"OU=Partners,", "OU=Groups,"} { // as "muster devdir" has them
		if err := r.site.directory.AddContainer(ou + r.site.directory.Base()); err != nil {
			t.Fatal(err)
		}
	}
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
