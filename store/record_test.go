package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/conformance/contract"
	"github.com/muster-idm/muster/store"
)

func TestARecordIsWrittenWhenItChanges(t *testing.T) {
	now := time.Unix(1_700_000_000, 0).UTC()
	s, err := store.Open(t.Context(), store.Settings{Path: filepath.Join(t.TempDir(), "muster.db"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	first := now
	for _, name := range []string{"Ada", "Ada", "Eve"} {
		if err := s.SaveRecords(t.Context(), "people", contract.StoreRecords(t, 1100, name)); err != nil {
			t.Fatal(err)
		}
		got, err := s.Record(t.Context(), "people", "k1099")
		if err != nil || string(got.Row) != fmt.Sprintf(`{"id":"k1099","name":%q}`, name) {
			t.Fatalf("%s %v", got.Row, err)
		}
		if wanted := map[bool]time.Time{true: first, false: now}[name == "Ada"]; !got.Seen.Equal(wanted) {
			t.Fatalf("seen %v, wanted %v", got.Seen, wanted)
		}
		now = now.Add(time.Hour)
	}
	if _, err := s.Record(t.Context(), "people", "nobody"); !bridge.IsKind(err, bridge.NotFound) {
		t.Fatal(err)
	}
}

func TestColumnsAndRowsMakeTheBaseline(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "muster.db"))
	if base, err := s.Baseline(t.Context(), "people"); err != nil || base.Rows != 0 || base.Columns != nil {
		t.Fatalf("%+v %v", base, err)
	}
	if err := s.SaveColumns(t.Context(), "people", []string{"id", "näme"}); err != nil {
		t.Fatal(err)
	}
	apply(t, s, savedPlan(t, s, "p1"), "done")
	base, err := s.Baseline(t.Context(), "people")
	if err != nil || base.Rows != 500 || len(base.Columns) != 2 || base.Columns[1] != "näme" {
		t.Fatalf("%+v %v", base, err)
	}
}

func savedPlan(t *testing.T, s *store.Store, id string) *bridge.Plan {
	t.Helper()
	change := benchIntent(1).Change
	change.Generate = []bridge.Generated{{Attribute: "unicodePwd", Kind: "password", Length: 20}}
	changes, err := bridge.NewChangeList(change)
	if err != nil {
		t.Fatal(err)
	}
	plan := &bridge.Plan{
		ID: id, Connection: "people", Destination: "corp", Changes: changes, Counts: bridge.Counts{Changes: 1},
		Source: bridge.SourceRead{Rows: 500, Digest: "d"},
	}
	if plan.Hash, err = bridge.HashPlan(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if err := s.SavePlan(t.Context(), plan, bridge.PlanWaiting); err != nil {
		t.Fatal(err)
	}
	return plan
}

// apply takes a plan from its approval to the end of its run.
func apply(t *testing.T, s *store.Store, plan *bridge.Plan, message string) {
	t.Helper()
	if err := s.Lock("test"); err != nil {
		t.Fatal(err)
	}
	if err := s.Approve(t.Context(), plan.ID, "looked at", false); err != nil {
		t.Fatal(err)
	}
	run := bridge.Run{ID: "run-of-" + plan.ID, Plan: plan.ID, Connection: plan.Connection, State: bridge.RunApplying, Started: time.Now(), Planned: 1}
	if err := s.Begin(t.Context(), run, plan); err != nil {
		t.Fatal(err)
	}
	intent := benchIntent(1)
	intent.Run = run.ID
	ids, refused, err := s.Intend(t.Context(), []bridge.Intent{intent})
	if err != nil || refused[0] != nil {
		t.Fatal(err, refused)
	}
	intent.ID = ids[0]
	outcome := bridge.Outcome{Intent: intent, Link: intent.Link, Result: bridge.Result{Seq: 1, Key: intent.Change.Key, State: bridge.Done, Message: message}}
	if err := s.Conclude(t.Context(), []bridge.Outcome{outcome}); err != nil {
		t.Fatal(err)
	}
	run.State, run.Done, run.Message = bridge.RunApplied, 1, message
	if err := s.Finish(t.Context(), run, plan); err != nil {
		t.Fatal(err)
	}
}

func TestNoSecretIsInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	s := open(t, path)
	secret := bridge.NewSecret("correct-horse-battery")
	plan := savedPlan(t, s, "p1")
	apply(t, s, plan, fmt.Sprintf("the password %v was set, %+v, %#v", secret, struct{ P bridge.Secret }{secret}, secret))
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	seen := false
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(secret.Reveal())) {
			t.Errorf("%s holds the secret", name)
		}
		seen = seen || bytes.Contains(text, []byte("the password *** was set"))
	}
	if !seen {
		t.Error("the files do not hold the message that was saved")
	}
}

func TestTheAuditNamesPeopleByTheirLinkOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	s := open(t, path)
	apply(t, s, savedPlan(t, s, "p1"), "done")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	lines := auditLines(t, path)
	intent := benchIntent(1)
	for _, word := range []string{intent.Change.Key, intent.Change.DN, "sn of"} {
		if bytes.Contains(lines, []byte(word)) {
			t.Errorf("the audit holds %q:\n%s", word, lines)
		}
	}
	for _, word := range []string{intent.Link.ID, "looked at", `"state":"approved"`, `"state":"applied"`} {
		if !bytes.Contains(lines, []byte(word)) {
			t.Errorf("the audit lacks %q:\n%s", word, lines)
		}
	}
}

func TestAPlanNobodyAppliedInTimeIsExpired(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s, err := store.Open(t.Context(), store.Settings{Path: filepath.Join(t.TempDir(), "muster.db"), PlanLife: time.Hour, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	savedPlan(t, s, "p1")
	now = now.Add(time.Hour)
	if _, state, err := s.Plan(t.Context(), "p1"); err != nil || state != bridge.PlanExpired {
		t.Fatal(state, err)
	}
	if err := s.Approve(t.Context(), "p1", "late", false); !bridge.IsKind(err, bridge.Precondition) {
		t.Fatal(err)
	}
	steps, err := s.PlanSteps(t.Context(), "p1")
	if err != nil || len(steps) != 1 || steps[0].State != bridge.PlanWaiting {
		t.Fatalf("%+v %v", steps, err)
	}
}
