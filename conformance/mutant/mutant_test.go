package mutant_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/muster-idm/muster/conformance"
	"github.com/muster-idm/muster/conformance/mutant"
)

var (
	address = flag.String("scim", "", "URL of a server to mutate, instead of the door")
	secret  = flag.String("token", "", "token of the server of -scim")
	update  = flag.Bool("update", false, "write down which checks each mutation breaks")
)

// dependants is the file that says which other checks each mutation breaks:
// those that rest on the altered behaviour as well.
const dependants = "testdata/dependants.txt"

// shards is how many doors share the work; beside is how many checks run at once.
const (
	shards = 2
	beside = 8
)

// baseline is a run of all checks against the good server: how each ended, and
// what it sent.
type baseline struct {
	url, token string
	checks     []conformance.Check
	results    map[string]conformance.Result
}

func good(t *testing.T) *baseline {
	t.Helper()
	b := &baseline{url: *address, token: *secret, checks: conformance.Checks(), results: map[string]conformance.Result{}}
	if b.url == "" {
		b.url, b.token = door(t)
	}
	for _, r := range b.run(t, http.DefaultTransport, b.checks, func() {}) {
		b.results[r.ID] = r
	}
	return b
}

// run runs checks through a transport; ready is called when the server has been
// asked what it can do.
func (b *baseline) run(t *testing.T, through http.RoundTripper, checks []conformance.Check, ready func()) []conformance.Result {
	t.Helper()
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	target, err := conformance.Open(t.Context(), b.url, b.token, &http.Client{Transport: through, CheckRedirect: stay})
	if err != nil {
		t.Fatal(err)
	}
	ready()
	run := func(checks ...conformance.Check) []conformance.Result {
		return conformance.Run(context.WithoutCancel(t.Context()), target, checks, conformance.Options{Parallel: beside}).Results
	}
	results := run(checks...)
	for i, r := range results {
		if r.Outcome == conformance.Fail && len(checks) > 1 {
			results[i] = run(checks[i])[0] // it may have failed for what stood beside it
		}
	}
	return results
}

// mutate runs checks against a mutant.
func (b *baseline) mutate(t *testing.T, m *mutant.Mutation, checks ...conformance.Check) []conformance.Result {
	t.Helper()
	if len(checks) == 0 {
		return nil
	}
	bad, err := mutant.New(http.DefaultTransport, m)
	if err != nil {
		t.Fatal(err)
	}
	return b.run(t, bad, checks, bad.Arm)
}

// concerned returns the checks, without the one that the mutation is for, with
// an exchange that it alters. All others see the good server.
func (b *baseline) concerned(t *testing.T, m *mutant.Mutation) []conformance.Check {
	t.Helper()
	alters := func(x conformance.Exchange) bool {
		r, err := http.NewRequest(x.Method, x.URL, nil)
		if err != nil {
			return true // no request that Go knows: let it be tried
		}
		altered, err := m.Alters(mutant.Exchange{Request: r, Sent: []byte(x.Body), Status: x.Status, Header: x.Answer, Body: []byte(x.Text)})
		if err != nil {
			t.Fatal(err)
		}
		return altered
	}
	var found []conformance.Check
	for _, c := range b.checks {
		if r := b.results[c.ID]; c.ID != m.Check && r.Outcome == conformance.Pass && slices.ContainsFunc(r.Exchanges, alters) {
			found = append(found, c)
		}
	}
	return found
}

// others returns the other checks that fail against the mutant. A fault that
// only one check sees leaves the others a good server.
func (b *baseline) others(t *testing.T, m *mutant.Mutation) (failed []string) {
	t.Helper()
	if m.Scoped {
		return nil
	}
	for _, r := range b.mutate(t, m, b.concerned(t, m)...) {
		if r.Outcome == conformance.Pass {
			continue
		}
		failed = append(failed, r.ID)
		if !*update && !slices.Contains(m.Breaks, r.ID) {
			t.Errorf("the mutant of %s breaks %s, which does not depend on it: %s", m.Check, r.ID, r.Message)
		}
	}
	return failed
}

func TestEveryCheckFailsAgainstItsMutant(t *testing.T) {
	rows := mutations(t)
	found := &breaks{of: map[string][]string{}}
	t.Run("doors", func(t *testing.T) {
		for shard := range shards {
			t.Run(fmt.Sprint(shard+1), func(t *testing.T) {
				t.Parallel()
				b := good(t)
				for i, c := range b.checks {
					if m, ok := rows[c.ID]; ok && i%shards == shard {
						b.one(t, c, &m)
						found.add(c.ID, b.others(t, &m))
					}
				}
			})
		}
	})
	if *update && found.tried == len(rows) {
		found.write(t)
	}
}

// one expects that a check passes against the good server and fails against its mutant.
func (b *baseline) one(t *testing.T, c conformance.Check, m *mutant.Mutation) {
	t.Helper()
	if r := b.results[c.ID]; r.Outcome != conformance.Pass {
		t.Errorf("%s does not pass against the good server: %s: %s", c.ID, r.Outcome, r.Message)
		return
	}
	if r := b.mutate(t, m, c)[0]; r.Outcome != conformance.Fail {
		t.Errorf("%s: expected its mutant to be found out, got %s: %s", c.ID, r.Outcome, r.Message)
	}
}

// mutations is the table by check, with what each mutation breaks. Every check
// has one row.
func mutations(t *testing.T) map[string]mutant.Mutation {
	t.Helper()
	rows, broken := map[string]mutant.Mutation{}, readBreaks(t)
	for _, m := range table() {
		if _, twice := rows[m.Check]; twice {
			t.Errorf("%s has two mutations", m.Check)
		}
		m.Breaks = broken[m.Check]
		rows[m.Check] = m
	}
	known := map[string]bool{}
	for _, c := range conformance.Checks() {
		known[c.ID] = true
		if _, ok := rows[c.ID]; !ok {
			t.Errorf("%s has no mutation", c.ID)
		}
	}
	for id := range rows {
		if !known[id] {
			t.Errorf("the table has a mutation of %s, which is no check", id)
		}
	}
	return rows
}

// breaks are the checks that each mutation breaks besides its own.
type breaks struct {
	mu    sync.Mutex
	of    map[string][]string
	tried int // mutations
}

func (b *breaks) add(check string, failed []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tried++
	if len(failed) > 0 {
		b.of[check] = failed
	}
}

func (b *breaks) write(t *testing.T) {
	t.Helper()
	text := "# Which other checks the mutation of a check breaks, because they rest on the\n# altered behaviour too. Written by: go test ./conformance/mutant -update\n"
	for _, c := range conformance.Checks() {
		if failed := b.of[c.ID]; len(failed) > 0 {
			text += c.ID + ": " + strings.Join(failed, " ") + "\n"
		}
	}
	if err := os.WriteFile(dependants, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readBreaks(t *testing.T) map[string][]string {
	t.Helper()
	file, err := os.Open(dependants)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	found := map[string][]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if check, failed, ok := strings.Cut(lines.Text(), ": "); ok && !strings.HasPrefix(check, "#") {
			found[check] = strings.Fields(failed)
		}
	}
	return found
}
