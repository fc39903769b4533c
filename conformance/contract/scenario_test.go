package contract_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/conformance/contract/servers"
	"github.com/muster-idm/muster/store"
)

// A scenario is a story in testdata/scenarios: its comment is the script, its
// files are the job, the sources, what is wanted of each plan and of the
// directory. {ou} stands for the container of the story. The verbs:
//
//	job OLD => NEW       the job differs from testdata/job.yaml in this
//	source FILE          the source is this CSV from now on
//	ldif FILE            somebody else writes to the directory
//	now DURATION         time passes
//	plan FILE [changed]  plan, and compare with the file
//	apply WANT           apply the plan, and compare its counts
//	killed               a process that sent the plan's changes died, and no change is to be seen
//	directory FILE       compare the entries of the container with the file
//	quiet                plan again: nothing is left to do
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Run("devdir", func(t *testing.T) { play(t, file, devdirStage(t)) })
			t.Run("samba", func(t *testing.T) { play(t, file, sambaStage(t)) })
		})
	}
}

// stage is a directory on which a scenario is played.
type stage struct {
	settings ldap.Settings
	ou       string
	admin    *goldap.Conn
}

func devdirStage(t *testing.T) stage {
	_, server := startDevdir(t)
	return stageOn(t, server)
}

// startDevdir serves an embedded directory until the test ends.
func startDevdir(t *testing.T) (*devdir.Directory, servers.Server) {
	t.Helper()
	d, err := devdir.New(devdir.Options{Base: "DC=corp,DC=example,DC=com", AdminPassword: "Passw0rd-for-tests"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Serve(context.Background(), devdir.Listen{LDAPS: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, d.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, servers.Server{URL: s.URL(), Base: d.Base(), BindDN: d.AdminDN(), Password: "Passw0rd-for-tests", CAFile: ca}
}

func settingsOf(s servers.Server) ldap.Settings {
	return ldap.Settings{URLs: []string{s.URL}, CAFile: s.CAFile, BindDN: s.BindDN, Password: bridge.NewSecret(s.Password), Base: s.Base, Connections: 3}
}

func sambaStage(t *testing.T) stage { return stageOn(t, servers.Samba(t)) }

func stageOn(t *testing.T, s servers.Server) stage {
	return stage{settings: settingsOf(s), ou: servers.Container(t, s, "scenario"), admin: servers.Connect(t, s)}
}

// player plays one scenario.
type player struct {
	t *testing.T
	stage
	files     map[string]string
	yaml      string
	source    string
	store     *store.Store
	directory *ad.Directory
	now       time.Time
	plan      *bridge.Plan
	job       *bridge.Connection
	state     bridge.PlanState
}

func play(t *testing.T, file string, s stage) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, stage: s, files: map[string]string{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	for _, f := range archive.Files {
		p.files[f.Name] = p.at(string(f.Data))
	}
	yaml, err := os.ReadFile("testdata/job.yaml")
	p.must(err)
	p.yaml = p.at(string(yaml))
	if p.store, err = store.Open(t.Context(), store.Settings{Path: filepath.Join(t.TempDir(), "muster.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.must(p.store.Close()) })
	p.must(p.store.Lock("a scenario"))
	if p.directory, err = ad.Open(t.Context(), s.settings); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.directory.Close)
	steps := 0
	for line := range strings.Lines(string(archive.Comment)) {
		if p.step(line) {
			steps++
		}
	}
	if steps < 3 {
		t.Fatalf("the script of %s has %d steps", file, steps)
	}
}

// at puts the container of the story into a text; {OU} is its canonical form.
func (p *player) at(text string) string {
	return strings.NewReplacer("{ou}", p.ou, "{OU}", ldap.CanonicalDN(p.ou)).Replace(text)
}

func (p *player) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// step does one line of the script; a line that begins with no verb is story.
func (p *player) step(line string) bool {
	words := strings.Fields(line)
	if len(words) == 0 {
		return false
	}
	switch words[0] {
	case "job":
		old, wanted, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "job ")), " => ")
		if !strings.Contains(p.yaml, p.at(old)) {
			p.t.Fatalf("the job has no %q", old)
		}
		p.yaml = strings.Replace(p.yaml, p.at(old), strings.ReplaceAll(p.at(wanted), `\n`, "\n"), 1)
	case "source":
		p.source = p.file(words[1])
	case "ldif":
		p.tamper(p.file(words[1]))
	case "now":
		d, err := time.ParseDuration(words[1])
		p.must(err)
		p.now = p.now.Add(d)
	case "plan":
		compare := bridge.Full
		if len(words) > 2 {
			compare = bridge.Compare(words[2])
		}
		p.think(compare)
		p.same("plan "+words[1], p.file(words[1]), planText(p.t, p.plan))
	case "apply":
		p.apply(strings.Join(words[1:], " "))
	case "killed":
		p.killed()
	case "directory":
		p.same("directory "+words[1], p.file(words[1]), p.entries())
	case "quiet":
		p.think(bridge.Full)
		p.same("a quiet plan", "", planText(p.t, p.plan))
	default:
		return false
	}
	return true
}

func (p *player) file(name string) string {
	p.t.Helper()
	text, ok := p.files[name]
	if !ok {
		p.t.Fatalf("the scenario has no file %s", name)
	}
	return text
}

func (p *player) same(what, want, got string) {
	p.t.Helper()
	want, got = strings.ReplaceAll(strings.TrimSpace(want), p.ou, "{ou}"), strings.ReplaceAll(strings.TrimSpace(got), p.ou, "{ou}")
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		p.t.Errorf("%s is not as wanted (-want +got):\n%s\nthe whole of it:\n%s", what, diff, got)
	}
}

// think plans the source as it is now.
func (p *player) think(compare bridge.Compare) {
	p.t.Helper()
	path := "people.csv"
	text := fmt.Sprintf("version: 1\ndestinations:\n  - {name: corp, type: active-directory, url: 'ldaps://localhost', base: %q, bind: x, password: '${env:P}'}\nsources:\n  - {name: people, type: csv, path: %q}\njobs:\n  - name: staff\n    source: people\n    destination: corp\n%s",
		p.settings.Base, path, indented(p.yaml))
	file, err := config.Parse("scenario.yaml", []byte(text), config.Environment{Lookup: func(string) (string, bool) { return "secret", true }, Read: os.ReadFile})
	p.must(err)
	job, _ := file.Job("staff")
	columns, records := p.read()
	templates := ad.Templates()
	i := slices.IndexFunc(templates, func(t bridge.Template) bool { return t.Type == job.ObjectType() })
	p.job, err = file.Connection("staff", &templates[i], columns)
	p.must(err)
	planner := &bridge.Planner{Connection: p.job, Identity: p.directory.Identity(), Reader: p.directory, Memory: p.store, Now: p.clock}
	p.plan, err = planner.All(p.t.Context(), records, compare)
	if err != nil {
		p.plan = nil
		p.t.Logf("no plan: %v", err)
	}
}

// read reads the source; a broken line ends it with an error.
func (p *player) read() (*mapping.Columns, iter.Seq2[bridge.Record, error]) {
	p.t.Helper()
	lines := csv.NewReader(strings.NewReader(p.source))
	lines.Comma = ';'
	header, err := lines.Read()
	p.must(err)
	list := make([]mapping.Column, len(header))
	for i, name := range header {
		list[i] = mapping.Column{Name: name, Type: mapping.Text}
	}
	columns, err := mapping.NewColumns(list...)
	p.must(err)
	return columns, func(yield func(bridge.Record, error) bool) {
		for {
			cells, err := lines.Read()
			if err == io.EOF {
				return
			}
			values := make([]any, len(cells))
			for i, cell := range cells {
				values[i] = cell
			}
			key := ""
			if len(cells) > 0 {
				key = cells[0]
			}
			if !yield(bridge.Record{Key: key, Row: mapping.Row{Columns: columns, Values: values}}, err) || err != nil {
				return
			}
		}
	}
}

func (p *player) clock() time.Time { return p.now }

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}

// apply saves and applies the plan and compares what became of it.
func (p *player) apply(want string) {
	p.t.Helper()
	p.state = p.plan.FirstState(p.job)
	p.must(p.store.SavePlan(p.t.Context(), p.plan, p.state))
	saved, _, err := p.store.Plan(p.t.Context(), p.plan.ID)
	p.must(err)
	a := &bridge.Applier{Destination: p.directory, Identity: p.directory.Identity(), Journal: p.store, Ledger: p.store, Workers: 3, Now: p.clock}
	run, err := a.Apply(p.t.Context(), saved)
	got := fmt.Sprintf("%d done, %d failed, %d unknown", run.Done, run.Failed, run.Unknown)
	if err != nil {
		got = string(bridge.KindOf(err))
	}
	if got != want {
		p.t.Errorf("apply: %s (%v), want %s", got, err, want)
		for r, err := range p.store.Results(p.t.Context(), run.ID) {
			p.t.Logf("%d %s %v %s: %s %v", r.Seq, r.Key, r.Actions, r.State, r.Message, err)
		}
	}
}

// killed leaves the plan as a process does that dies after it sent everything:
// with intents and no outcome. The next process looks for what became of them.
func (p *player) killed() {
	p.t.Helper()
	var intents []bridge.Intent
	for c, err := range p.plan.Changes.All(p.t.Context()) {
		p.must(err)
		link := bridge.Link{ID: "link-" + c.Key, Destination: p.plan.Destination, Connection: p.plan.Connection, Key: c.Key}
		intents = append(intents, bridge.Intent{Run: "r-killed", Change: c, Link: link, At: time.Now()}) // the directory has the real time
	}
	_, refused, err := p.store.Intend(p.t.Context(), intents)
	p.must(errors.Join(append(refused, err)...))
	a := &bridge.Applier{Destination: p.directory, Identity: p.directory.Identity(), Journal: p.store, Ledger: p.store, Now: p.clock}
	n, err := a.Settle(p.t.Context(), p.plan.Destination)
	if err != nil || n != len(intents) {
		p.t.Errorf("%d of %d intents settled, %v", n, len(intents), err)
	}
}

// planText is a plan in the form that scenarios state.
func planText(t *testing.T, plan *bridge.Plan) string {
	t.Helper()
	if plan == nil {
		return "no plan"
	}
	var b strings.Builder
	for c, err := range plan.Changes.All(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s: %s", join(c.Actions), c.Key, c.DN)
		if c.NewDN != "" {
			fmt.Fprintf(&b, " -> %s", c.NewDN)
		}
		b.WriteString("\n")
		for _, name := range slices.Sorted(maps.Keys(c.After)) {
			if !c.Has(bridge.Create) {
				fmt.Fprintf(&b, "  %s: %q -> %q\n", name, c.Before[name], c.After[name])
			}
		}
		for _, r := range c.References {
			fmt.Fprintf(&b, "  %s: record %s\n", r.Attribute, r.Key)
		}
		for _, m := range c.Members {
			fmt.Fprintf(&b, "  %s %s\n", map[bool]string{false: "+", true: "-"}[m.Remove], m.Key)
		}
	}
	for _, f := range plan.Findings {
		if f.Severity != bridge.Note {
			fmt.Fprintf(&b, "%s %s: %s\n", f.Severity, f.Code, f.Key)
		}
	}
	for _, v := range plan.Verdicts {
		if v.Blocked {
			fmt.Fprintf(&b, "blocked by %s\n", v.Limit)
		}
	}
	return b.String()
}

func join(actions []bridge.Action) string {
	words := make([]string, len(actions))
	for i, a := range actions {
		words[i] = string(a)
	}
	return strings.Join(words, ", ")
}

// shown are the attributes by which scenarios state entries.
var shown = []string{"sAMAccountName", "userPrincipalName", "givenName", "sn", "displayName", "title", "department", "employeeID", "mail", "manager", "member", "description"}

// entries are the entries below the container, read by LDAP and nothing of ours.
func (p *player) entries() string {
	p.t.Helper()
	found, err := p.admin.Search(goldap.NewSearchRequest(p.ou, goldap.ScopeWholeSubtree, 0, 0, 0, false,
		"(|(objectClass=user)(objectClass=contact)(objectClass=group))", append([]string{"userAccountControl", "pwdLastSet"}, shown...), nil))
	p.must(err)
	var lines []string
	for _, e := range found.Entries {
		line := e.DN
		switch uac := e.GetEqualFoldAttributeValue("userAccountControl"); uac {
		case "":
		case "512":
			line += " enabled"
		case "514":
			line += " disabled"
		default:
			line += " uac=" + uac
		}
		for _, name := range shown {
			values := e.GetEqualFoldAttributeValues(name)
			slices.Sort(values)
			for _, v := range values {
				line += fmt.Sprintf("\n  %s: %s", name, v)
			}
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// tamper writes to the directory as somebody else would: "add DN", "modify DN",
// "rename DN -> DN" or "delete DN", then attributes.
func (p *player) tamper(text string) {
	p.t.Helper()
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(block, "\n")
		verb, dn, _ := strings.Cut(lines[0], " ")
		values := map[string][]string{}
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ": ")
			if value == "" {
				values[name] = []string{}
				continue
			}
			values[name] = append(values[name], value)
		}
		p.must(p.write(verb, dn, values))
	}
}

func (p *player) write(verb, dn string, values map[string][]string) error {
	switch verb {
	case "add":
		r := goldap.NewAddRequest(dn, nil)
		for name, v := range values {
			r.Attribute(name, v)
		}
		return p.admin.Add(r)
	case "modify":
		r := goldap.NewModifyRequest(dn, nil)
		for name, v := range values {
			r.Replace(name, v)
		}
		return p.admin.Modify(r)
	case "rename":
		from, to, _ := strings.Cut(dn, " -> ")
		rdn, container, _ := strings.Cut(to, ",")
		return p.admin.ModifyDN(goldap.NewModifyDNRequest(from, rdn, true, container))
	case "delete":
		return p.admin.Del(goldap.NewDelRequest(dn, nil))
	}
	return fmt.Errorf("scenarios cannot %q", verb)
}
