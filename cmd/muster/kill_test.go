package main

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// Each version of the source has so many people, of whom so many are new: as
// many people as there are changes in a plan.
const (
	people = 500
	joined = 125
)

// A process that is killed at any moment of an apply loses nothing and doubles
// nothing: whoever reads the source and the directory afterwards finds every
// person once, as the source says, and every write made once.
func TestKillingAnApplyLosesAndDoublesNothing(t *testing.T) {
	program := build(t)
	var lanes sync.WaitGroup // side by side, on however few cores: each mostly waits for its server
	for lane := range 2 {
		lanes.Go(func() {
			t.Run(fmt.Sprintf("samba-%d", lane), func(t *testing.T) { killOften(t, program, servers.Samba(t), 100, lane) })
		})
	}
	lanes.Go(func() {
		t.Run("openldap", func(t *testing.T) { killOften(t, program, servers.OpenLDAP(t), 200, 0) })
	})
	lanes.Wait()
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

// victim is a job whose process is killed.
type victim struct {
	t       *testing.T
	program string
	config  string
	source  string
	log     *sql.DB // Muster's store, to see when an apply begins and whether it ended
	ou      string
	lane    int
	server  servers.Server
	version int
	faults  int           // found by the oracle
	startup time.Duration // until an apply begins
	span    time.Duration // of an apply in which it may be killed
}

func killOften(t *testing.T, program string, s servers.Server, kills, lane int) {
	dir := t.TempDir()
	v := &victim{t: t, program: program, server: s, lane: lane, ou: servers.Container(t, s, "kill"), source: filepath.Join(dir, "people.csv"), config: filepath.Join(dir, "muster.yaml")}
	v.write(v.config, killConfig(v, filepath.Join(dir, "muster.db")))
	connector, err := sqlite.NewConnector("file:" + filepath.Join(dir, "muster.db") + "?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	v.log = sql.OpenDB(connector)
	t.Cleanup(func() { _ = v.log.Close() })
	began := time.Now()
	v.measure()
	inside, late := 0, 0
	for killed := 0; killed < kills; {
		if time.Since(began) > 8*time.Minute {
			t.Fatalf("only %d kills in eight minutes", killed)
		}
		switch v.kill(killed) {
		case endedWell:
			v.inspect()
			v.next()
		case endedLate:
			late++ // the next run settles it
		case killedApplying:
			inside++
			killed++
		case killedElsewhere:
			killed++
		}
	}
	v.finish()
	v.inspect()
	v.count()
	if inside*2 < kills {
		t.Errorf("only %d of %d kills left an apply unfinished: the test proves nothing", inside, kills)
	}
	t.Logf("%d kills, %d of them in the middle of an apply, %d versions of the source in %v: 0 lost, 0 doubled", kills, inside, v.version, time.Since(began).Round(time.Second))
	t.Logf("%d runs met a write of the process killed before that the server carried out after it had been looked for", late)
}

func killConfig(v *victim, store string) string {
	kind, rules := "active-directory", `      sAMAccountName: {value: 'unique("k" + id, "k" + id + "b")', when: create}
      cn: {value: '"K " + id', when: always}
      userPrincipalName: none
      unicodePwd: none
      employeeID: id
    enabled: 'false'
    match: employeeID
`
	if v.server.Kind == servers.KindOpenLDAP {
		kind, rules = "ldap", `      uid: {value: '"k" + id', when: always}
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
    policy: {leavers: create-update, adopt: false}
    mapping:
      sn: name
      mail: none
      givenName: none
      displayName: none
      description: {value: '"version " + version'}
%s`, store, kind, v.server.URL, v.server.CAFile, v.server.Base, v.server.BindDN, v.source, v.ou, rules)
}

func (v *victim) write(path, text string) {
	v.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// first is the key of the first person of a version; the others follow it. Each
// lane has keys of its own, because account names are unique in a domain.
func (v *victim) first(version int) int { return (v.lane+1)*100_000 + version*joined }

// next is the source with new people at its end, as many gone at its
// beginning, and one change for everybody else.
func (v *victim) next() {
	v.version++
	var b strings.Builder
	b.WriteString("id,name,version\n")
	for i := range people {
		id := v.first(v.version) + i
		fmt.Fprintf(&b, "%d,Person %d,%d\n", id, id, v.version)
	}
	v.write(v.source, b.String())
}

// measure runs the job twice without killing it: the first plan holds 500
// creates, the second is like all that follow.
func (v *victim) measure() {
	v.next()
	v.finish()
	v.inspect()
	v.next()
	start := time.Now()
	process := v.begin()
	v.await(process, 2)
	v.startup = time.Since(start)
	if ended := <-process.ended; ended != nil {
		v.t.Fatalf("the job failed by itself: %v\n%s", ended, process.out)
	}
	v.span = min((time.Since(start)-v.startup)/10, 700*time.Millisecond) // a plan is killed a dozen times before it is done
	v.t.Logf("an apply begins after %v; it is killed within %v of that", v.startup, v.span)
	v.inspect()
	v.next()
}

// running is a job's process.
type running struct {
	*exec.Cmd
	out   *strings.Builder
	ended chan error
}

func (v *victim) begin() *running {
	v.t.Helper()
	r := &running{Cmd: exec.CommandContext(v.t.Context(), v.program, "-c", v.config, "run", "people"), out: &strings.Builder{}, ended: make(chan error, 1)}
	r.Env = append(os.Environ(), "KILL_PASSWORD="+v.server.Password)
	r.Stdout, r.Stderr = r.out, r.out
	if err := r.Start(); err != nil {
		v.t.Fatal(err)
	}
	go func() { r.ended <- r.Wait() }()
	return r
}

// fate is what became of a process that was to be killed.
type fate int

const (
	endedWell fate = iota // before it was killed
	endedLate             // with failures, because the server still worked for the one killed before
	killedApplying
	killedElsewhere
)

// kill runs the job and kills it at a random moment of its apply; one time in
// five at any moment, be it while it settles what the last one left, or while
// it plans.
func (v *victim) kill(n int) fate {
	v.t.Helper()
	before := v.runs("")
	process := v.begin()
	wait := time.Duration(rand.Int64N(int64(v.span)))
	if n%5 == 0 {
		wait = time.Duration(rand.Int64N(int64(v.startup + v.span)))
	} else {
		v.await(process, before+1)
	}
	select {
	case err := <-process.ended:
		process.ended <- err
	case <-time.After(wait): // the moment is random, nothing is waited for
		_ = process.Process.Kill() // it may have ended just now
	}
	err := <-process.ended
	var exited *exec.ExitError
	switch {
	case err == nil:
		return endedWell
	case errors.As(err, &exited) && exited.ExitCode() == exitFailures:
		v.t.Logf("%s", process.out)
		return endedLate
	case exited == nil || exited.Exited():
		v.t.Fatalf("the job failed by itself: %v\n%s", err, process.out)
	case v.runs("") > before && v.runs(" WHERE state = 'applying'") == 1:
		return killedApplying
	}
	return killedElsewhere
}

// await waits until so many applies have begun, or the process has ended.
func (v *victim) await(process *running, runs int) {
	for tick := time.NewTicker(3 * time.Millisecond); v.runs("") < runs; {
		select {
		case err := <-process.ended:
			process.ended <- err
			return
		case <-tick.C:
		}
	}
}

// runs is how many runs the store knows.
func (v *victim) runs(which string) (n int) {
	v.t.Helper()
	if err := v.log.QueryRowContext(v.t.Context(), "SELECT count(*) FROM runs"+which).Scan(&n); err != nil {
		v.t.Fatal(err)
	}
	return n
}

// finish runs the job to its end; a second time, if the server still worked for
// a process killed before.
func (v *victim) finish() {
	v.t.Helper()
	for tries := 0; ; tries++ {
		process := v.begin()
		err := <-process.ended
		var exited *exec.ExitError
		if err == nil {
			return
		}
		if tries > 0 || !errors.As(err, &exited) || exited.ExitCode() != exitFailures {
			v.t.Fatalf("the job failed by itself: %v\n%s", err, process.out)
		}
	}
}
