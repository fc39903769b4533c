package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// kills is how often the process is killed on each directory, and people how
// many changes each plan has.
const (
	kills  = 200
	people = 500
)

// A process that is killed at any moment of an apply loses nothing and doubles
// nothing: whoever reads the source and the directory afterwards finds every
// person once, as the source says. When all is applied before it was killed
// often enough, the source changes and the next plan has 500 updates.
func TestKillingAnApplyLosesAndDoublesNothing(t *testing.T) {
	program := build(t)
	t.Run("samba", func(t *testing.T) { killOften(t, program, servers.Samba(t), "active-directory") })
	t.Run("openldap", func(t *testing.T) { killOften(t, program, servers.OpenLDAP(t), "ldap") })
}

// build builds the program as a user would have it.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "muster")
	out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

type victim struct {
	t       *testing.T
	program string
	config  string
	source  string
	ou      string
	server  servers.Server
	version int
	startup time.Duration // until the first change is sent
}

func killOften(t *testing.T, program string, s servers.Server, kind string) {
	v := &victim{t: t, program: program, server: s, ou: servers.Container(t, s, "kill")}
	v.source = filepath.Join(t.TempDir(), "people.csv")
	v.config = filepath.Join(t.TempDir(), "muster.yaml")
	v.write(v.config, killConfig(v, kind))
	v.next()
	v.measure()
	killed := 0
	for began := time.Now(); killed < kills; {
		if time.Since(began) > 6*time.Minute {
			t.Fatalf("only %d kills in six minutes", killed)
		}
		if v.run(v.startup*3/4 + time.Duration(rand.Int64N(int64(v.startup)))) {
			v.inspect()
			v.next()
			continue
		}
		killed++
	}
	for tries := 0; !v.run(time.Minute); tries++ {
		if tries == 3 {
			t.Fatal("it does not come to an end")
		}
	}
	v.inspect()
	t.Logf("%d kills, %d versions of the source: 0 lost, 0 doubled", killed, v.version)
}

func killConfig(v *victim, kind string) string {
	rules := `      sAMAccountName: {value: 'unique("k" + id, "k" + id + "b")', when: create}
      cn: {value: '"K " + id', when: always}
      userPrincipalName: none
      employeeID: id
    match: employeeID
`
	if kind == "ldap" {
		rules = `      uid: {value: '"k" + id', when: always}
      cn: {value: '"K " + id'}
      employeeNumber: id
    match: employeeNumber
`
	}
	return fmt.Sprintf(`version: 1
muster: {store: %q}
destinations:
  - {name: d, type: %s, url: %q, ca_file: %q, base: %q, bind: %q, password: "${env:KILL_PASSWORD}", connections: 4}
sources:
  - {name: s, type: csv, path: %q}
jobs:
  - name: people
    source: s
    key: id
    type: User
    destination: d
    scope: %q
    policy: {leavers: disable, adopt: false}
    limits: {floor: 1000}
    mapping:
      sn: name
      mail: none
      givenName: none
      displayName: none
      description: {value: '"version " + version'}
%s`, v.t.TempDir()+"/muster.db", kind, v.server.URL, v.server.CAFile, v.server.Base, v.server.BindDN, v.source, v.ou, rules)
}

func (v *victim) write(path, text string) {
	v.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// next is the source with one more change for everybody.
func (v *victim) next() {
	v.version++
	var b strings.Builder
	b.WriteString("id,name,version\n")
	for i := range people {
		fmt.Fprintf(&b, "%d,Person %d,%d\n", 1000+i, i, v.version)
	}
	v.write(v.source, b.String())
}

// measure takes the time of a preview, which is what a run does before it writes.
func (v *victim) measure() {
	v.t.Helper()
	began := time.Now()
	out, err := v.command(v.t.Context(), "preview", "people").CombinedOutput()
	var exited *exec.ExitError
	if !errors.As(err, &exited) || exited.ExitCode() != exitChanges {
		v.t.Fatalf("the preview ended with %v\n%s", err, out)
	}
	v.startup = time.Since(began)
}

func (v *victim) command(ctx context.Context, words ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, v.program, append([]string{"-c", v.config}, words...)...) // a deadline is SIGKILL
	command.Env = append(os.Environ(), "KILL_PASSWORD="+v.server.Password)
	return command
}

// run runs the job and kills it after a while; it says whether the job ended by
// itself before.
func (v *victim) run(after time.Duration) bool {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), after)
	defer cancel()
	out, err := v.command(ctx, "run", "people").CombinedOutput()
	if err == nil {
		return true
	}
	var exited *exec.ExitError
	if !errors.As(err, &exited) || exited.Exited() {
		v.t.Fatalf("the job failed by itself: %v\n%s", err, out)
	}
	return false
}

// inspect is the oracle: it reads the directory and knows nothing of Muster.
func (v *victim) inspect() {
	v.t.Helper()
	key := "employeeID"
	if v.server.Kind == servers.KindOpenLDAP {
		key = "employeeNumber"
	}
	request := goldap.NewSearchRequest(v.ou, goldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=person)", []string{key, "sn", "description"}, nil)
	found, err := servers.Connect(v.t, v.server).SearchWithPaging(request, 500)
	if err != nil {
		v.t.Fatal(err)
	}
	seen := map[string]int{}
	for _, e := range found.Entries {
		id := e.GetAttributeValue(key)
		seen[id]++
		var i int
		if _, err := fmt.Sscan(id, &i); err != nil {
			v.t.Errorf("%s has the key %q", e.DN, id)
		}
		if sn, d := e.GetAttributeValue("sn"), e.GetAttributeValue("description"); sn != fmt.Sprintf("Person %d", i-1000) || d != fmt.Sprintf("version %d", v.version) {
			v.t.Errorf("%s has sn %q and description %q in version %d", e.DN, sn, d, v.version)
		}
	}
	for i := range people {
		if n := seen[fmt.Sprint(1000+i)]; n != 1 {
			v.t.Errorf("person %d is there %d times", 1000+i, n)
		}
	}
	if len(found.Entries) != people {
		v.t.Errorf("there are %d entries, want %d", len(found.Entries), people)
	}
}
