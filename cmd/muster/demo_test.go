package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/conformance/contract/servers"
)

// The demonstration does what its plans say and nothing else: it is taken step
// by step, and between the steps its directory is read over LDAP from here,
// another process, and compared with the plans as a third one shows them.
func TestTheDemonstrationDoesWhatItsPlansSay(t *testing.T) {
	p := startDemo(t, "--once", "--step")
	before := p.entries()
	if len(before) != 0 {
		t.Fatalf("there are %d entries before the first plan", len(before))
	}
	plans, changes := 0, 0
	for n, step := range demoSteps {
		p.enter()
		shown := p.output()
		if !strings.Contains(shown, "$ muster "+step) {
			t.Fatalf("step %d is not %q:\n%s", n, step, shown)
		}
		now := before
		if n < len(demoSteps)-1 { // after the last, the directory is gone
			now = p.entries()
		}
		switch {
		case strings.HasPrefix(step, "apply "):
			changes += p.compare(before, now)
			plans++
		case len(now) != len(before):
			t.Errorf("%s changed the directory", step)
		case !strings.HasSuffix(step, "--save") && !strings.Contains(shown, "No differences"):
			t.Errorf("after all was applied:\n%s", shown)
		}
		if m := saved.FindStringSubmatch(shown); m != nil {
			p.plan = m[1]
		}
		before = now
	}
	if err := <-p.ended; err != nil || plans != 4 || changes < 500 {
		t.Errorf("the demonstration ended with %v after %d plans with %d changes", err, plans, changes)
	}
}

// demoSteps are the commands of both days.
var demoSteps = []string{
	"preview staff --save", "apply ", "preview partners --save", "apply ", "preview staff", "preview partners",
	"preview staff --save", "apply ", "preview partners --save", "apply ", "preview staff", "preview partners",
}

// What somebody changes behind the demonstration's back is in the next preview.
func TestAValueChangedBehindTheBackShowsInTheNextPreview(t *testing.T) {
	p := startDemo(t, "--once", "--step")
	for range 5 { // the first day, but for its last step: then the sources change
		p.enter()
		p.output()
	}
	victim := p.person("E1033")
	m := goldap.NewModifyRequest(victim.DN, nil)
	m.Replace("sn", []string{"Tampered with"})
	if err := p.conn.Modify(m); err != nil || p.person("E1033").GetAttributeValue("sn") != "Tampered with" {
		t.Fatal(err)
	}
	out, code := p.muster("preview", "staff")
	if code != exitChanges || !strings.Contains(out, `"Tampered with" -> "`+victim.GetAttributeValue("sn")+`"`) || !strings.Contains(out, "0 to create, 1 to update") {
		t.Errorf("the preview ended with %d:\n%s", code, out)
	}
}

// What the demonstration prints for another terminal does there what it says,
// and Enter lets the reader's own commands write.
func TestTheDemonstrationsLinesWorkAsPasted(t *testing.T) {
	p := startDemo(t, "--step") // the first step waits until the test has read the directory's address
	for range 5 {
		p.enter()
		p.output()
	}
	p.enter()
	_, lines, found := strings.Cut(p.until("Enter opens it again."), "In another terminal:\n")
	lines, closing, cut := strings.Cut(lines, "\nOne process at a time writes")
	if !found || !cut {
		t.Fatalf("nothing to paste:\n%s", lines)
	}
	pasted := paste(t, "", lines)
	for _, want := range []string{`"userName":"ada@example.com"`, `"totalResults":1`, `"displayName":"Analysts"`, `"active":false`, "MUST ", "The audit is whole", "Saved as"} {
		if !strings.Contains(pasted, want) {
			t.Errorf("there is no %s in\n%s", want, pasted)
		}
	}
	if failed := regexp.MustCompile(`(?m)^(MUST|CLIENT) .* [1-9]\d* (failed|broken).*`).FindString(pasted); failed != "" {
		t.Errorf("the door does not conform: %s in\n%s", failed, pasted)
	}
	ada := p.account("ada")
	if ada.GetAttributeValue("userAccountControl") != "514" || !strings.Contains(ada.DN, "OU=Cloud,") || !strings.HasPrefix(ada.GetAttributeValue("memberOf"), "CN=Analysts,OU=Groups,") {
		t.Errorf("Ada is %v", ada)
	}
	if out, code := p.muster("run", "partners"); code != exitError {
		t.Errorf("while the door is open, run ended with %d:\n%s", code, out)
	}
	p.enter()
	p.until("The door is closed")
	if out, code := p.muster("apply", saved.FindStringSubmatch(pasted)[1]); code != exitDone || !strings.Contains(closing, " apply PLAN\n") {
		t.Errorf("after %s, apply ended with %d:\n%s", closing, code, out)
	}
	p.enter()
	p.until("The door is open again")
	found = strings.Contains(paste(t, "", strings.Join(strings.SplitAfter(lines, "\n")[:4], "")+"curl -sS --oauth2-bearer $TOKEN $URL/Users"), `"totalResults":1`)
	if !found {
		t.Error("Ada is not found when the door is open again")
	}
}

// paste runs lines in a shell, as a reader would who pastes them, and returns
// what was printed.
func paste(t *testing.T, dir, lines string) string {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "sh", "-u", "-c", lines)
	shell.Dir = dir
	out, err := shell.CombinedOutput()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		t.Fatalf("this test needs sh and curl: %v", err)
	}
	return string(out)
}

// presented is a demonstration in a process of its own.
type presented struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.Writer
	lines  chan string
	dir    string
	conn   *goldap.Conn
	server servers.Server
	plan   string // the last one saved
	ended  chan error
}

func startDemo(t *testing.T, flags ...string) *presented {
	t.Helper()
	p := &presented{t: t, dir: filepath.Join(t.TempDir(), "demo"), lines: make(chan string, 100)}
	p.cmd = exec.CommandContext(t.Context(), build(t), append([]string{"demo", "--dir", p.dir}, flags...)...)
	reader, writer := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = writer, writer
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(reader); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	p.ended = make(chan error, 1)
	go func() {
		p.ended <- p.cmd.Wait()
		_ = writer.Close()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // it may have ended
	hello := p.output()
	url := regexp.MustCompile(`ldaps://[0-9.:]+\d`).FindString(hello)
	password, err := os.ReadFile(filepath.Join(p.dir, "password"))
	if err != nil {
		t.Fatal(err)
	}
	const base = "DC=corp,DC=example,DC=com"
	p.server = servers.Server{URL: url, CAFile: filepath.Join(p.dir, "ca.pem"), Base: base, BindDN: "CN=Administrator,CN=Users," + base, Password: string(password)}
	p.conn = servers.Connect(t, p.server)
	return p
}

func (p *presented) enter() {
	p.t.Helper()
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		p.t.Fatal(err)
	}
}

// output is what was printed until the demonstration waits again, or ends.
func (p *presented) output() string { return p.until("[Enter]") }

// until is what was printed before a line that begins so, or before the end.
func (p *presented) until(begin string) string {
	p.t.Helper()
	var b strings.Builder
	for {
		select {
		case line, more := <-p.lines:
			if !more || strings.HasPrefix(line, begin) {
				return b.String()
			}
			b.WriteString(line + "\n")
		case <-time.After(time.Minute):
			p.t.Fatalf("for a minute nothing was printed, and no %q:\n%s", begin, b.String())
		}
	}
}

// muster runs a command on the demonstration's files in another process.
func (p *presented) muster(args ...string) (string, int) {
	p.t.Helper()
	command := exec.CommandContext(p.t.Context(), p.cmd.Path, args...)
	command.Env = append(command.Environ(), "MUSTER_CONFIG="+filepath.Join(p.dir, "muster.yaml"))
	out, err := command.Output()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		p.t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// entries are the people in the directory by DN, in lower case.
func (p *presented) entries() map[string]*goldap.Entry {
	p.t.Helper()
	request := goldap.NewSearchRequest(p.server.Base, goldap.ScopeWholeSubtree, 0, 0, 0, false,
		"(&(|(objectClass=user)(objectClass=contact))(|(employeeID=*)(mail=*)))", []string{"*"}, nil)
	found, err := p.conn.SearchWithPaging(request, 500)
	if err != nil {
		p.t.Fatal(err)
	}
	entries := map[string]*goldap.Entry{}
	for _, e := range found.Entries {
		entries[p.place(e.DN)] = e
	}
	return entries
}

// place is a DN in one spelling of its escapes.
func (p *presented) place(dn string) string {
	p.t.Helper()
	parsed, err := goldap.ParseDN(dn)
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.ToLower(parsed.String())
}

func (p *presented) person(id string) *goldap.Entry {
	p.t.Helper()
	for _, e := range p.entries() {
		if e.GetAttributeValue("employeeID") == id {
			return e
		}
	}
	p.t.Fatalf("%s is not in the directory", id)
	return nil
}

func (p *presented) account(name string) *goldap.Entry {
	p.t.Helper()
	found, err := p.conn.Search(goldap.NewSearchRequest(p.server.Base, goldap.ScopeWholeSubtree, 0, 0, 0, false, "(sAMAccountName="+name+")", []string{"*", "memberOf"}, nil))
	if err != nil || len(found.Entries) != 1 {
		p.t.Fatalf("account %s: %v, %v", name, found, err)
	}
	return found.Entries[0]
}

// compare holds what became of the directory against the plan: everything that
// it names is there, and nothing else has come or gone. It returns how many
// changes there were.
func (p *presented) compare(before, now map[string]*goldap.Entry) int {
	p.t.Helper()
	out, code := p.muster("show", p.plan, "-o", "json")
	var plan struct{ Changes []bridge.Change }
	if err := json.Unmarshal([]byte(out), &plan); err != nil || code != exitDone {
		p.t.Fatalf("plan %q: code %d, %v, %d changes", p.plan, code, err, len(plan.Changes))
	}
	expected := len(before)
	for _, c := range plan.Changes {
		if c.Type == bridge.OrgUnit {
			continue
		}
		if c.Has(bridge.Create) {
			expected++
		}
		dn := c.DN
		if c.NewDN != "" {
			dn = c.NewDN
		}
		e := now[p.place(dn)]
		if e == nil {
			p.t.Errorf("plan %s: there is no %s", p.plan, dn)
			continue
		}
		p.holds(e, c)
	}
	if len(now) != expected {
		p.t.Errorf("plan %s: there are %d entries, want %d", p.plan, len(now), expected)
	}
	return len(plan.Changes)
}

func (p *presented) holds(e *goldap.Entry, c bridge.Change) {
	p.t.Helper()
	for name, want := range c.After {
		got := e.GetEqualFoldAttributeValues(name)
		slices.Sort(got)
		if wanted := slices.Sorted(slices.Values(want)); !slices.Equal(got, wanted) {
			p.t.Errorf("%s: %s is %q, and the plan says %q", e.DN, name, got, wanted)
		}
	}
	for _, r := range c.References {
		if e.GetEqualFoldAttributeValue(r.Attribute) == "" {
			p.t.Errorf("%s has no %s, and the plan names record %s", e.DN, r.Attribute, r.Key)
		}
	}
	uac := e.GetAttributeValue("userAccountControl")
	if want := map[bridge.AccountState]string{bridge.Enabled: "512", bridge.Disabled: "514"}[c.NewState]; want != "" && c.Type == bridge.User && uac != want {
		p.t.Errorf("%s has userAccountControl %s, and the plan says %s", e.DN, uac, c.NewState)
	}
}
