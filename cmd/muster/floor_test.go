//go:build bench

package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	goldap "github.com/go-ldap/ldap/v3"
	"modernc.org/sqlite"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/conformance/contract/servers"
)

// The floors: what is measured and what counts is in docs/performance.md. Each
// is a ratio of two measurements of the same run, or a bound on memory; no
// time is asserted.
const (
	floorConnections = 4 // the default of a destination
	floorRounds      = 3 // the best of so many counts
	floorReads       = 9 // the same for what takes less than a second
	floorJoiners     = 2_000
	floorPeople      = 100_000

	wantedCreates = 0.8 // of the rate of raw adds
	wantedChanged = 1.5 // times only reading the rows
	wantedMemory  = 400 // megabytes
)

const floorConfig = `version: 1
muster: {store: %q}
destinations:
  - {name: d, type: %s, url: %q, ca_file: %q, base: %q, bind: %q, password: "${env:FLOOR_PASSWORD}", connections: %d}
sources:
  - {name: s, type: sqlite, path: %q}
jobs:
  - name: people
    source: s
    table: people
    key: id
    type: User
    destination: d
    scope: %q
    policy: {leavers: disable, adopt: true}
    match: %s
    limits: {create: unlimited, adopt: unlimited, update: unlimited}
    mapping: {title: {value: trim(title)}}
`

// floorSite is a job over a SQLite table and a directory.
type floorSite struct {
	config string
	table  string // file of the source
}

// newFloorSite writes the source, with so many people whose keys begin with the
// prefix, and the configuration.
func newFloorSite(t *testing.T, kind string, s servers.Server, container, prefix string, rows int) floorSite {
	t.Helper()
	dir := t.TempDir()
	x := floorSite{config: filepath.Join(dir, "muster.yaml"), table: filepath.Join(dir, "hr.db")}
	t.Setenv("FLOOR_PASSWORD", s.Password)
	match := map[string]string{"ldap": "employeeNumber", "active-directory": "employeeID"}[kind]
	text := fmt.Sprintf(floorConfig, filepath.Join(dir, "muster.db"), kind, s.URL, s.CAFile, s.Base, s.BindDN, floorConnections, x.table, container, match)
	if err := os.WriteFile(x.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	db := x.database(t)
	defer db.Close()
	_, err := db.Exec(`CREATE TABLE people (id TEXT PRIMARY KEY, given TEXT, family TEXT, mail TEXT, title TEXT, department TEXT, company TEXT,
		phone TEXT, office TEXT, city TEXT, postcode TEXT, hired DATE);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO people SELECT ? || printf('%06d', i), 'Given' || (i % 977), 'Family' || i, 'given.family' || i || '@' || ? || '.example.com',
			'Engineer ' || (i % 40), 'Department ' || (i % 200), 'Example Ltd', '+49 30 ' || (1000000 + i), 'Room ' || (i % 500), 'Berlin',
			printf('%05d', 10000 + i % 5000), date('2000-01-01', (i % 9000) || ' days') FROM n`, rows, prefix, prefix)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (x floorSite) database(t *testing.T) *sql.DB {
	t.Helper()
	connector, err := sqlite.NewConnector(x.table)
	if err != nil {
		t.Fatal(err)
	}
	return sql.OpenDB(connector)
}

// open opens the job as the commands do.
func (x floorSite) open(t *testing.T) *openJob {
	t.Helper()
	j, err := (&cli{Config: x.config}).open(t.Context(), "people")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.close() })
	return j
}

func (x floorSite) plan(t *testing.T, j *openJob, compare bridge.Compare) *bridge.Plan {
	t.Helper()
	plan, err := j.planner(time.Now, nil).All(t.Context(), j.source.Records(t.Context(), j.config.Selection()), compare)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// line prints one line of the table, and fails the test below the floor.
func line(t *testing.T, what, ours, floor string, ratio float64, wanted string, met bool) {
	t.Helper()
	t.Logf("%-36s ours %s, floor %s, ratio %.2f, wanted %s", what, ours, floor, ratio, wanted)
	if !met {
		t.Errorf("%s: %.2f is not %s", what, ratio, wanted)
	}
}

func perSecond(n int, took time.Duration) string {
	return strconv.Itoa(int(float64(n)/took.Seconds())) + "/s"
}

// People are created in OpenLDAP at no less than 0.8 of the rate at which plain
// goroutines with go-ldap add the same entries over as many connections. Ours
// is Applier.Apply from its first line to its last: settling, the run, the
// intents on disk before the directory is touched, the adds, reading back the
// IDs, outcomes, links and audit on disk. The connections of the floor are open
// before its clock starts; of ours, one is.
func TestFloorOfCreates(t *testing.T) {
	s := servers.OpenLDAP(t)
	best := map[string]time.Duration{}
	keep := func(who string, took time.Duration) {
		if known, ok := best[who]; !ok || took < known {
			best[who] = took
		}
	}
	for round := range floorRounds {
		ours, raw := servers.Container(t, s, "floor-ours"), servers.Container(t, s, "floor-raw")
		x := newFloorSite(t, "ldap", s, ours, fmt.Sprintf("r%d-", round), floorJoiners)
		j := x.open(t)
		plan := x.plan(t, j, bridge.Full)
		adds := rawAdds(t, plan, ours, raw)
		apply := func() { keep("ours", applyPlan(t, j, plan)) }
		add := func() { keep("floor", addAll(t, s, adds)) }
		if round%2 == 0 {
			apply()
			add()
		} else {
			add()
			apply()
		}
	}
	ratio := best["floor"].Seconds() / best["ours"].Seconds()
	line(t, fmt.Sprintf("creates, %d connections", floorConnections), perSecond(floorJoiners, best["ours"]), perSecond(floorJoiners, best["floor"]),
		ratio, fmt.Sprintf("at least %.1f", wantedCreates), ratio >= wantedCreates)
}

// applyPlan saves the plan and takes the time of applying it.
func applyPlan(t *testing.T, j *openJob, plan *bridge.Plan) time.Duration {
	t.Helper()
	if err := j.store.Lock("floor"); err != nil {
		t.Fatal(err)
	}
	if err := j.store.SavePlan(t.Context(), plan, plan.FirstState(j.connection)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	run, err := j.applier(nil).Apply(t.Context(), plan)
	took := time.Since(began)
	if err != nil || run.Done != floorJoiners {
		t.Fatalf("the run ended with %+v, %v", run, err)
	}
	return took
}

// rawAdds are the creates of the plan as requests for another container.
func rawAdds(t *testing.T, plan *bridge.Plan, from, to string) []*goldap.AddRequest {
	t.Helper()
	var out []*goldap.AddRequest
	for c, err := range plan.Changes.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		add := goldap.NewAddRequest(strings.TrimSuffix(c.DN, from)+to, nil)
		add.Attribute("objectClass", []string{"top", "person", "organizationalPerson", "inetOrgPerson"})
		rdn, _, _ := strings.Cut(c.DN, ",")
		add.Attribute("uid", []string{strings.TrimPrefix(rdn, "uid=")})
		for name, values := range c.After {
			add.Attribute(name, values)
		}
		out = append(out, add)
	}
	if len(out) != floorJoiners {
		t.Fatalf("the plan has %d changes: %+v", len(out), plan.Findings)
	}
	return out
}

// addAll adds the entries over plain connections and takes the time.
func addAll(t *testing.T, s servers.Server, adds []*goldap.AddRequest) time.Duration {
	t.Helper()
	connections := make([]*goldap.Conn, floorConnections)
	for i := range connections {
		connections[i] = servers.Connect(t, s)
	}
	queue := make(chan *goldap.AddRequest)
	var workers sync.WaitGroup
	began := time.Now()
	for _, c := range connections {
		workers.Go(func() {
			for add := range queue {
				if err := c.Add(add); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, add := range adds {
		queue <- add
	}
	close(queue)
	workers.Wait()
	return time.Since(began)
}

// A hundred thousand people in the embedded directory, which this process
// holds, so that its memory is not the program's. The program plans to create
// them all, which is printed and gates nothing; then they are put there, it
// adopts them, and its memory and its time over unchanged rows are measured.
func TestFloorOfAHundredThousand(t *testing.T) {
	d, s := embedded(t)
	x := newFloorSite(t, "active-directory", s, "OU=People,"+s.Base, "p", floorPeople)
	program := build(t)
	took, peak := x.measured(t, program, exitChanges, "preview", "people", "--max", "1")
	t.Logf("%-36s ours %s, %d MB", "planning 100,000 creates", perSecond(floorPeople, took), peak)
	x.fill(t, d)
	took, peak = x.measured(t, program, exitDone, "run", "people")
	t.Logf("%-36s ours %s, %d MB", "adopting 100,000 entries", perSecond(floorPeople, took), peak)

	t.Run("memory", func(t *testing.T) {
		took, peak := x.measured(t, program, exitDone, "preview", "people")
		t.Logf("%-36s ours %s", "compare: full", perSecond(floorPeople, took))
		line(t, "memory, compare: full", fmt.Sprintf("%d MB", peak), fmt.Sprintf("%d MB", wantedMemory), float64(peak)/wantedMemory, "below 1", peak < wantedMemory)
	})
	t.Run("changed", func(t *testing.T) { floorOfChanged(t, x) })
}

// nobody is a directory as it is before anybody is in it: nothing has to be asked.
type nobody struct{ directory }

func (n nobody) List(context.Context, bridge.Query) iter.Seq2[bridge.Entry, error] {
	return func(func(bridge.Entry, error) bool) {}
}

func (n nobody) Find(context.Context, bridge.Query, string, string) ([]bridge.Entry, error) {
	return nil, nil
}

func (n nobody) Get(ctx context.Context, ref bridge.Ref, q bridge.Query) (bridge.Entry, error) {
	if strings.HasPrefix(ref.DN, "OU=") {
		return n.directory.Get(ctx, ref, q)
	}
	return bridge.Entry{}, bridge.Errorf(bridge.NotFound, "nobody is there")
}

// fill puts everybody into the directory as the job wants them.
func (x floorSite) fill(t *testing.T, d *devdir.Directory) {
	t.Helper()
	j := x.open(t)
	j.directory = nobody{j.directory}
	password := utf16.Encode([]rune(`"Floor-Passw0rd"`))
	secret := make([]byte, 0, 2*len(password))
	for _, u := range password {
		secret = binary.LittleEndian.AppendUint16(secret, u)
	}
	for c, err := range x.plan(t, j, bridge.Full).Changes.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		c.After["objectClass"] = bridge.Values{"user"}
		c.After["userAccountControl"] = bridge.Values{"512"}
		c.After["unicodePwd"] = bridge.Values{string(secret)}
		attributes := map[string][]string{}
		for name, values := range c.After {
			attributes[name] = values
		}
		if err := d.Add(c.DN, attributes); err != nil {
			t.Fatal(err)
		}
	}
}

// embedded starts the embedded directory in this process.
func embedded(t *testing.T) (*devdir.Directory, servers.Server) {
	t.Helper()
	const password = "Floor-Passw0rd"
	d, err := devdir.New(devdir.Options{Base: "DC=corp,DC=example,DC=com", AdminPassword: password})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.AddContainer("OU=People," + d.Base()); err != nil {
		t.Fatal(err)
	}
	server, err := d.Serve(t.Context(), devdir.Listen{LDAPS: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, d.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, servers.Server{URL: server.URL(), Base: d.Base(), BindDN: d.AdminDN(), Password: password, CAFile: ca}
}

// measured runs the program and returns how long it took and the most memory,
// in megabytes, that it had resident.
func (x floorSite) measured(t *testing.T, program string, wanted int, words ...string) (took time.Duration, peak int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, append([]string{"-c", x.config}, words...)...)
	var out strings.Builder
	command.Stdout, command.Stderr = &out, &out
	began := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // its exit code is looked at below
	}()
	for running := true; running; {
		select {
		case <-ended:
			running = false
		case <-time.After(10 * time.Millisecond):
			peak = max(peak, highWater(command.Process.Pid))
		}
	}
	if code := command.ProcessState.ExitCode(); code != wanted || peak == 0 {
		t.Fatalf("muster %v ended with %d, want %d\n%s", words, code, wanted, out.String())
	}
	return time.Since(began), peak
}

var highWaterLine = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// highWater is the most memory that a running program ever had resident, as
// Linux counts it; 0 when it has ended.
func highWater(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	found := highWaterLine.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0
	}
	return kilobytes / 1024
}

// Planning 100,000 unchanged rows with compare: changed takes at most 1.5 times
// as long as only reading them. Ours is Planner.All: loading the links, reading,
// digesting, finding that nothing changed, and the hash of the empty plan. The
// floor that gates is our own reading of the same source; the same query through
// database/sql into []any is printed beside it and does not gate, because the
// links are as many rows again and take nearly as long to read.
func floorOfChanged(t *testing.T, x floorSite) {
	j := x.open(t)
	var ours, records, floor []time.Duration
	for range floorReads {
		floor = append(floor, clocked(func() { readPlainly(t, x) }))
		records = append(records, clocked(func() {
			for _, err := range j.source.Records(t.Context(), j.config.Selection()) {
				if err != nil {
					t.Fatal(err)
				}
			}
		}))
		ours = append(ours, clocked(func() {
			if plan := x.plan(t, j, bridge.ChangedOnly); plan.Counts.Skipped != floorPeople {
				t.Fatalf("not everybody is unchanged: %+v %+v", plan.Counts, plan.Findings[:min(3, len(plan.Findings))])
			}
		}))
	}
	least, ratio := slices.Min(ours).Seconds(), func(floor []time.Duration) float64 { return slices.Min(ours).Seconds() / slices.Min(floor).Seconds() }
	t.Logf("%-36s ours %.2f s, floor %.2f s, ratio %.2f", "unchanged rows, against database/sql", least, slices.Min(floor).Seconds(), ratio(floor))
	line(t, "unchanged rows, against reading", fmt.Sprintf("%.2f s", least), fmt.Sprintf("%.2f s", slices.Min(records).Seconds()), ratio(records),
		fmt.Sprintf("at most %.1f", wantedChanged), ratio(records) <= wantedChanged)
}

func clocked(work func()) time.Duration {
	began := time.Now()
	work()
	return time.Since(began)
}

// readPlainly reads every row and keeps none.
func readPlainly(t *testing.T, x floorSite) {
	t.Helper()
	db := x.database(t)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM people")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	values, targets := make([]any, 12), make([]any, 12)
	for i := range values {
		targets[i] = &values[i]
	}
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil || n != floorPeople {
		t.Fatalf("%d rows, %v", n, err)
	}
}
