package contract

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// storePlan makes a plan of n changes; its changes are made as they are asked for.
func storePlan(t *testing.T, id string, n int) *bridge.Plan {
	t.Helper()
	plan := &bridge.Plan{
		FormatVersion: bridge.FormatVersion, ID: id, Connection: storeConnection, Revision: "rev-1", Destination: storeDestination,
		Type: bridge.User, Now: time.Unix(1_700_000_000, 123).UTC(), Author: "tester", Compare: bridge.Full,
		Source: bridge.SourceRead{Rows: 77, Digest: "digest"}, Counts: bridge.Counts{Changes: n},
		Findings: []bridge.Finding{{Severity: bridge.Warning, Code: "odd", Message: "ß <&> 北京"}},
		Marks:    []bridge.Mark{{Key: "a", Digest: "00ff"}, {Key: "", Digest: ""}, {Key: "北京", Digest: "m2"}},
		Changes:  madeChanges(n),
	}
	hash, err := bridge.HashPlan(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	plan.Hash = hash
	return plan
}

// madeChanges are as many changes, each made when it is asked for.
type madeChanges int

// Len returns how many there are.
func (n madeChanges) Len() int { return int(n) }

// All yields the changes.
func (n madeChanges) All(context.Context) iter.Seq2[bridge.Change, error] {
	return func(yield func(bridge.Change, error) bool) {
		for i := range int(n) {
			if !yield(madeChange(i+1), nil) {
				return
			}
		}
	}
}

func madeChange(seq int) bridge.Change {
	key := fmt.Sprintf("key-%05d", seq)
	change := bridge.Change{
		Seq: seq, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Update, bridge.Move}, Key: key, Type: bridge.User, Reason: bridge.Differs,
		EntryID: "guid-" + key, DN: "CN=Ünal\\, " + key, NewDN: "CN=<&>" + key, State: bridge.Enabled, NewState: bridge.Disabled,
		Before: bridge.Attributes{"sn": {"ä", "\xff\xfe\x00"}, "cn": {}}, After: bridge.Attributes{"sn": {"北京", "e\u0301"}, "cn": {""}},
		Notes: map[string][]string{"sn": {"a < b && c"}}, Mark: "mark-" + key,
	}
	if seq%100 == 0 {
		change.Members = make([]bridge.MemberDelta, bridge.MaxMembers)
		for i := range change.Members {
			change.Members[i] = bridge.MemberDelta{EntryID: fmt.Sprintf("guid-of-member-%06d", i), Remove: i%2 == 0}
		}
	}
	return change
}

func storeRun(id string, plan *bridge.Plan) bridge.Run {
	return bridge.Run{
		ID: id, Plan: plan.ID, Connection: plan.Connection, Author: "tester", State: bridge.RunApplying,
		Started: time.Unix(1_700_000_100, 0).UTC(), Planned: plan.Changes.Len(),
	}
}

func (s *storeCase) standing(t *testing.T, in WorkingStore, id string, want bridge.PlanState) {
	t.Helper()
	_, state, err := in.Plan(s.ctx, id)
	s.must(t, err)
	if state != want {
		t.Fatalf("plan %s is %s, wanted %s", id, state, want)
	}
}

func storeRoundTrip(t *testing.T, s *storeCase) {
	plan := storePlan(t, "p-big", 10_000)
	s.must(t, s.SavePlan(s.ctx, plan, bridge.PlanReady))
	s.refused(t, s.SavePlan(s.ctx, plan, bridge.PlanReady), bridge.Conflict, "p-big")
	got, _, err := s.Plan(s.ctx, "p-big")
	s.must(t, err)
	if a, b := storeText(t, got), storeText(t, plan); a != b {
		t.Fatalf("the header is\n%s\nwanted\n%s", a, b)
	}
	if a, b := storeText(t, got.Marks), storeText(t, plan.Marks); a != b {
		t.Fatalf("the marks are %s, wanted %s", a, b)
	}
	n := 0
	for change, err := range got.Changes.All(s.ctx) {
		s.must(t, err)
		n++
		if a, b := storeText(t, change), storeText(t, madeChange(n)); a != b {
			t.Fatalf("change %d is\n%s\nwanted\n%s", n, a, b)
		}
	}
	if n != plan.Changes.Len() || got.Changes.Len() != n {
		t.Fatalf("%d changes came back, of %d", n, got.Changes.Len())
	}
	hash, err := bridge.HashPlan(s.ctx, got)
	s.must(t, err)
	if hash != plan.Hash {
		t.Fatalf("the hash is %s, wanted %s", hash, plan.Hash)
	}
}

func storePrefix(t *testing.T, s *storeCase) {
	for _, id := range []string{"abc1", "abc2", "abc", "xyz1"} {
		s.must(t, s.SavePlan(s.ctx, storePlan(t, id, 1), bridge.PlanReady))
	}
	for prefix, want := range map[string]string{"abc": "abc", "abc2": "abc2", "x": "xyz1"} {
		plan, _, err := s.Plan(s.ctx, prefix)
		s.must(t, err)
		if plan.ID != want {
			t.Fatalf("%s is plan %s, wanted %s", prefix, plan.ID, want)
		}
	}
	_, _, err := s.Plan(s.ctx, "ab")
	s.refused(t, err, bridge.Conflict, "abc1")
	_, _, err = s.Plan(s.ctx, "abd")
	s.refused(t, err, bridge.NotFound, "abd")
	_, _, err = s.Plan(s.ctx, "%")
	s.refused(t, err, bridge.NotFound)
	_, _, err = s.Plan(s.ctx, "")
	s.refused(t, err, bridge.Invalid)
}

func storeStates(t *testing.T, s *storeCase) {
	waiting := storePlan(t, "waits", 1)
	s.refused(t, s.SavePlan(s.ctx, waiting, bridge.PlanApproved), bridge.Invalid)
	s.must(t, s.SavePlan(s.ctx, waiting, bridge.PlanWaiting))
	s.refused(t, s.Begin(s.ctx, storeRun("r1", waiting), waiting), bridge.Precondition, "approved first")
	s.refused(t, s.Approve(s.ctx, "waits", " ", false), bridge.Invalid, "reason")
	s.refused(t, s.SetPlanState(s.ctx, "waits", bridge.PlanApplied, "no"), bridge.Invalid)
	s.must(t, s.Approve(s.ctx, "waits", "looked at", false))
	s.standing(t, s, "waits", bridge.PlanApproved)
	s.must(t, s.SetPlanState(s.ctx, "waits", bridge.PlanRejected, "thought again"))
	s.refused(t, s.Begin(s.ctx, storeRun("r1", waiting), waiting), bridge.Precondition, "rejected")
	s.refused(t, s.Approve(s.ctx, "waits", "and again", false), bridge.Precondition, "rejected")

	unsaved := storePlan(t, "nowhere", 1)
	s.refused(t, s.Begin(s.ctx, storeRun("r2", unsaved), unsaved), bridge.Precondition, "nowhere")
}

func storeBlocked(t *testing.T, s *storeCase) {
	plan := storePlan(t, "big", 2)
	plan.Verdicts = []bridge.Verdict{{Limit: "delete", Measured: 2, Bound: 1, Blocked: true, Message: "too many"}}
	s.must(t, s.SavePlan(s.ctx, plan, bridge.PlanBlocked))
	s.refused(t, s.Begin(s.ctx, storeRun("r1", plan), plan), bridge.Refused)
	s.refused(t, s.Approve(s.ctx, "big", "go", false), bridge.Refused, "big")
	s.must(t, s.Approve(s.ctx, "big", "meant so", true))
	s.must(t, s.Begin(s.ctx, storeRun("r1", plan), plan))
}

func storeAltered(t *testing.T, s *storeCase) {
	plan := storePlan(t, "p1", 2)
	s.must(t, s.SavePlan(s.ctx, plan, bridge.PlanReady))
	altered := *plan
	altered.Changes = madeChanges(3)
	s.refused(t, s.Begin(s.ctx, storeRun("r1", plan), &altered), bridge.Precondition, "altered")
	rehashed := storePlan(t, "p1", 3)
	s.refused(t, s.Begin(s.ctx, storeRun("r1", plan), rehashed), bridge.Precondition, "altered")
	s.must(t, s.Begin(s.ctx, storeRun("r1", plan), plan))
}

func storeOneRun(t *testing.T, s *storeCase) {
	first := storePlan(t, "p1", 1)
	s.must(t, s.SavePlan(s.ctx, first, bridge.PlanReady))
	s.must(t, s.Begin(s.ctx, storeRun("r1", first), first))
	second := storePlan(t, "p2", 1)
	second.Connection = "others"
	hash, err := bridge.HashPlan(s.ctx, second)
	s.must(t, err)
	second.Hash = hash
	s.must(t, s.SavePlan(s.ctx, second, bridge.PlanReady))
	s.refused(t, s.Begin(s.ctx, storeRun("r2", second), second), bridge.Conflict, "r1", storeDestination)
	run := storeRun("r1", first)
	run.State = bridge.RunApplied
	s.must(t, s.Finish(s.ctx, run, first))
	s.must(t, s.Begin(s.ctx, storeRun("r2", second), second))
}

func storeSupersede(t *testing.T, s *storeCase) {
	for _, id := range []string{"p1", "p2", "p3"} {
		s.must(t, s.SavePlan(s.ctx, storePlan(t, id, 1), bridge.PlanReady))
	}
	s.must(t, s.SetPlanState(s.ctx, "p3", bridge.PlanCancelled, "not needed"))
	plan, _, err := s.Plan(s.ctx, "p1")
	s.must(t, err)
	s.must(t, s.Begin(s.ctx, storeRun("r1", plan), plan))
	s.standing(t, s, "p1", bridge.PlanApplying)
	s.refused(t, s.SetPlanState(s.ctx, "p1", bridge.PlanCancelled, "stop"), bridge.Precondition, "being applied")
	s.standing(t, s, "p2", bridge.PlanSuperseded)
	s.standing(t, s, "p3", bridge.PlanCancelled)
	other := storePlan(t, "p2", 1)
	run := storeRun("r1", plan)
	run.State = bridge.RunFailures
	s.must(t, s.Finish(s.ctx, run, plan))
	s.standing(t, s, "p1", bridge.PlanPartly)
	s.refused(t, s.Begin(s.ctx, storeRun("r2", other), other), bridge.Precondition, "superseded")
}

func storeFinish(t *testing.T, s *storeCase) {
	s.done(t, storeIntent("r0", "a", ""), "guid-a")
	plan := storePlan(t, "p1", 1)
	s.must(t, s.SavePlan(s.ctx, plan, bridge.PlanReady))
	run := storeRun("r1", plan)
	s.must(t, s.Begin(s.ctx, run, plan))
	run.State, run.Ended, run.Done, run.Actions = bridge.RunApplied, time.Unix(1_700_000_200, 5).UTC(), 1, map[bridge.Action]int{bridge.Update: 1}
	ended, cancel := context.WithCancel(s.ctx)
	cancel()
	s.must(t, s.Finish(ended, run, plan))
	runs, err := s.Runs(s.ctx, storeConnection, 5)
	s.must(t, err)
	if got, want := storeText(t, runs), storeText(t, []bridge.Run{run}); got != want {
		t.Fatalf("the runs are %s, wanted %s", got, want)
	}
	rows, err := s.LastRows(s.ctx, storeConnection)
	s.must(t, err)
	if rows != plan.Source.Rows {
		t.Fatalf("%d rows, wanted %d", rows, plan.Source.Rows)
	}
	link, err := s.Link(s.ctx, storeConnection, "a")
	s.must(t, err)
	if link.Mark != "00ff" {
		t.Fatalf("the mark is %q", link.Mark)
	}
	s.standing(t, s, "p1", bridge.PlanApplied)
}
