package contract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// WorkingStore is what the contract asks of a store.
type WorkingStore interface {
	bridge.Journal
	bridge.Ledger
	PlanStore
	RunStore
	PushedStore
	Lock(holder string) error
	Close() error
}

// PlanStore keeps plans.
type PlanStore interface {
	SavePlan(ctx context.Context, plan *bridge.Plan, state bridge.PlanState) error
	Plan(ctx context.Context, id string) (*bridge.Plan, bridge.PlanState, error)
	SetPlanState(ctx context.Context, id string, state bridge.PlanState, reason string) error
	Approve(ctx context.Context, id, reason string, overLimit bool) error
}

// RunStore keeps runs.
type RunStore interface {
	Run(ctx context.Context, id string) (bridge.Run, error)
	Runs(ctx context.Context, connection string, limit int) ([]bridge.Run, error)
}

// Store holds a store to what bridge expects of it. open opens the store at a
// place, which is a folder of the test; the same place opened twice is the same
// store, as if by another process.
func Store(t *testing.T, open func(t *testing.T, place string) WorkingStore) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s *storeCase)
	}{
		{"links are found by record, entry and destination", storeLinks},
		{"a deleted link is never used again", storeDeletedLink},
		{"a claim keeps others from a record", storeClaimRecord},
		{"a claim keeps others from an entry", storeClaimEntry},
		{"a reserved name is refused to others until the outcome", storeReservations},
		{"what one intent is refused does not hinder the others", storeGroup},
		{"an open outcome keeps its claims", storeOpenOutcome},
		{"a second process is told who works", storeLock},
		{"what was intended outlives the process", storeSurvival},
		{"ten thousand changes come back byte for byte", storeRoundTrip},
		{"an id may be shortened as long as it is clear", storePrefix},
		{"a plan goes only where its state allows", storeStates},
		{"a blocked plan is applied only when released", storeBlocked},
		{"an altered plan is not applied", storeAltered},
		{"one run at a time over a destination", storeOneRun},
		{"applying a plan supersedes the others", storeSupersede},
		{"the end of a run is remembered", storeFinish},
		{"many at once lose nothing", storeMany},
		{"a pushed record is kept with its outcome", storePushedSaved},
		{"a revived record keeps its id and its place", storeRevived},
		{"one of many gets a unique name", storeUniqueName},
		{"a push settled later saves its record", storeSettledPush},
		{"a used up quota holds the connection until it is released", storeHold},
		{"an entry that was found has one link", storeFound},
		{"random histories do what the model does", storeLikeModel},
	} {
		t.Run(c.name, func(t *testing.T) {
			place := t.TempDir()
			s := &storeCase{ctx: t.Context(), place: place, open: open, WorkingStore: open(t, place)}
			t.Cleanup(func() { s.Close() })
			s.must(t, s.Lock("the contract"))
			c.test(t, s)
		})
	}
}

// storeCase is a store under test.
type storeCase struct {
	WorkingStore
	ctx   context.Context //nolint:containedctx // of the test, which is as long as the case
	place string
	open  func(t *testing.T, place string) WorkingStore
}

func (s *storeCase) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *storeCase) refused(t *testing.T, err error, kind bridge.Kind, words ...string) {
	t.Helper()
	if !bridge.IsKind(err, kind) {
		t.Fatalf("error %v is not of kind %q", err, kind)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Fatalf("error %q does not name %q", err, word)
		}
	}
}

const storeConnection, storeDestination = "people", "corp"

func storeIntent(run, key, entryID string, reserve ...string) bridge.Intent {
	change := bridge.Change{
		Seq: 1, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Create}, Key: key, Type: bridge.User, EntryID: entryID,
		DN: "CN=" + key, After: bridge.Attributes{"sn": {"Ünal", "\xff\x00"}}, Mark: "m-" + key,
	}
	for _, name := range reserve {
		change.Reserve = append(change.Reserve, bridge.Reservation{Attribute: "sAMAccountName", Folded: name})
	}
	return bridge.Intent{Run: run, Change: change, At: time.Unix(5, 7).UTC(), Link: bridge.Link{
		ID: "link-" + storeConnection + "-" + key, Destination: storeDestination, Connection: storeConnection, Key: key,
		EntryID: entryID, DN: "CN=" + key, State: bridge.Live, Created: true, Mark: "m-" + key,
	}}
}

func storeOutcome(intent bridge.Intent, id int64, entryID string) bridge.Outcome {
	intent.ID = id
	link := intent.Link
	link.EntryID = entryID
	return bridge.Outcome{Intent: intent, Link: link, Record: intent.Record, Result: bridge.Result{
		Seq: intent.Change.Seq, Key: intent.Change.Key, Actions: intent.Change.Actions, State: bridge.Done, EntryID: entryID,
	}}
}

// intend intends one change and returns why it was refused.
func (s *storeCase) intend(t *testing.T, intent bridge.Intent) (int64, error) {
	t.Helper()
	ids, refused, err := s.Intend(s.ctx, []bridge.Intent{intent})
	s.must(t, err)
	return ids[0], refused[0]
}

// done intends and concludes one change.
func (s *storeCase) done(t *testing.T, intent bridge.Intent, entryID string) bridge.Link {
	t.Helper()
	id, refused := s.intend(t, intent)
	s.must(t, refused)
	outcome := storeOutcome(intent, id, entryID)
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{outcome}))
	return outcome.Link
}

func storeLinks(t *testing.T, s *storeCase) {
	var want []bridge.Link
	for i := range 1200 {
		key := fmt.Sprintf("k%04d", i)
		want = append(want, s.done(t, storeIntent("r1", key, ""), "guid-"+key))
	}
	n := 0
	for link, err := range s.Links(s.ctx, storeDestination) {
		s.must(t, err)
		if link != want[n] {
			t.Fatalf("link %d is %+v, wanted %+v", n, link, want[n])
		}
		if _, err := s.Link(s.ctx, storeConnection, link.Key); n%100 == 0 && err != nil {
			t.Fatal("a link cannot be read while others are listed:", err)
		}
		n++
	}
	if n != len(want) {
		t.Fatalf("%d links, wanted %d", n, len(want))
	}
	owner, err := s.Owner(s.ctx, storeDestination, "guid-k0007")
	s.must(t, err)
	if owner != want[7] {
		t.Fatalf("the owner is %+v", owner)
	}
	_, err = s.Owner(s.ctx, storeDestination, "nobody")
	s.refused(t, err, bridge.NotFound, "nobody")
	_, err = s.Link(s.ctx, "others", "k0007")
	s.refused(t, err, bridge.NotFound, "k0007", "others")
}

func storeDeletedLink(t *testing.T, s *storeCase) {
	first := s.done(t, storeIntent("r1", "ada", ""), "guid-1")
	gone := storeIntent("r2", "ada", "guid-1")
	gone.Link = first
	gone.Link.State = bridge.Deleted
	s.done(t, gone, "guid-1")
	_, err := s.Link(s.ctx, storeConnection, "ada")
	s.refused(t, err, bridge.NotFound)

	back := storeIntent("r3", "ada", "")
	id, refused := s.intend(t, back)
	s.must(t, refused)
	s.refused(t, s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(back, id, "guid-2")}), bridge.Conflict, first.ID)
	outcome := storeOutcome(back, id, "guid-2")
	outcome.Link.ID = "another-link"
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{outcome}))
	link, err := s.Link(s.ctx, storeConnection, "ada")
	s.must(t, err)
	if link != outcome.Link {
		t.Fatalf("the link is %+v", link)
	}
}

func storeClaimRecord(t *testing.T, s *storeCase) {
	first := storeIntent("run-one", "ada", "")
	id, refused := s.intend(t, first)
	s.must(t, refused)
	_, refused = s.intend(t, storeIntent("run-two", "ada", ""))
	s.refused(t, refused, bridge.Conflict, "run-one", "ada")
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(first, id, "guid-1")}))

	second := storeIntent("run-three", "ada", "")
	second.Link.ID = "a-second-link"
	_, refused = s.intend(t, second)
	s.refused(t, refused, bridge.Conflict, "ada", first.Link.ID)
}

func storeClaimEntry(t *testing.T, s *storeCase) {
	first := storeIntent("run-one", "ada", "guid-1")
	id, refused := s.intend(t, first)
	s.must(t, refused)
	other := storeIntent("run-two", "bob", "guid-1")
	_, refused = s.intend(t, other)
	s.refused(t, refused, bridge.Conflict, "run-one", "ada")
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(first, id, "guid-1")}))
	_, refused = s.intend(t, other)
	s.refused(t, refused, bridge.Conflict, "guid-1", "ada", storeConnection)
	s.done(t, storeIntent("run-three", "ada", "guid-1"), "guid-1") // its own entry
}

func storeReservations(t *testing.T, s *storeCase) {
	first := storeIntent("run-one", "ada", "", "ada", "ada", "lovelace")
	id, refused := s.intend(t, first)
	s.must(t, refused)
	other := storeIntent("run-two", "bob", "", "bob", "lovelace")
	_, refused = s.intend(t, other)
	s.refused(t, refused, bridge.Conflict, "lovelace", "run-one", "ada")
	_, refused = s.intend(t, storeIntent("run-two", "cyd", "", "bob"))
	s.must(t, refused) // what was refused holds nothing
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(first, id, "guid-1")}))
	other.Change.Reserve = other.Change.Reserve[1:]
	_, refused = s.intend(t, other)
	s.must(t, refused)
}

func storeGroup(t *testing.T, s *storeCase) {
	intents := []bridge.Intent{
		storeIntent("r1", "a", ""), storeIntent("r1", "a", ""), storeIntent("r1", "b", "", "x"), storeIntent("r1", "c", "", "x"), storeIntent("r1", "d", ""),
	}
	ids, refused, err := s.Intend(s.ctx, intents)
	s.must(t, err)
	for i, taken := range []bool{true, false, true, false, true} {
		if taken != (refused[i] == nil) || taken != (ids[i] != 0) {
			t.Fatalf("intent %d: id %d, refused: %v", i, ids[i], refused[i])
		}
	}
	s.refused(t, errors.Join(refused[1]), bridge.Conflict)
	var outcomes []bridge.Outcome
	for i, id := range ids {
		outcome := storeOutcome(intents[i], id, "guid-"+intents[i].Change.Key)
		outcome.Result.Seq = i + 1
		if id == 0 {
			outcome.Link, outcome.Result.State = bridge.Link{}, bridge.Clash
		}
		outcomes = append(outcomes, outcome)
	}
	s.must(t, s.Conclude(s.ctx, outcomes))
	if left := s.unsettled(t); len(left) != 0 {
		t.Fatalf("%d intents are still open", len(left))
	}
}

func (s *storeCase) unsettled(t *testing.T) []bridge.Intent {
	t.Helper()
	var open []bridge.Intent
	for intent, err := range s.Unsettled(s.ctx, storeDestination) {
		s.must(t, err)
		open = append(open, intent)
	}
	return open
}

func storeOpenOutcome(t *testing.T, s *storeCase) {
	intent := storeIntent("r1", "ada", "", "ada")
	id, refused := s.intend(t, intent)
	s.must(t, refused)
	outcome := storeOutcome(intent, id, "")
	outcome.Open, outcome.Link, outcome.Result.State = true, bridge.Link{}, bridge.Unsure
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{outcome}))
	_, refused = s.intend(t, intent)
	s.refused(t, refused, bridge.Conflict, "r1")
	open := s.unsettled(t)
	if len(open) != 1 {
		t.Fatalf("%d intents are open, wanted 1", len(open))
	}
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(open[0], open[0].ID, "guid-1")}))
	if open = s.unsettled(t); len(open) != 0 {
		t.Fatalf("%d intents are open, wanted none", len(open))
	}
	_, err := s.Link(s.ctx, storeConnection, "ada")
	s.must(t, err)
}

func storeLock(t *testing.T, s *storeCase) {
	other := s.open(t, s.place)
	defer other.Close()
	s.refused(t, other.Lock("second"), bridge.Conflict, "the contract")
	_, _, err := other.Intend(s.ctx, []bridge.Intent{storeIntent("r1", "ada", "")})
	s.refused(t, err, bridge.Precondition, "lock")
	s.must(t, other.SavePlan(s.ctx, storePlan(t, "p-other", 1), bridge.PlanReady)) // saving needs no lock
	s.must(t, s.Close())
	s.must(t, other.Lock("second"))
}

func storeSurvival(t *testing.T, s *storeCase) {
	plan := storePlan(t, "p1", 3)
	s.must(t, s.SavePlan(s.ctx, plan, bridge.PlanReady))
	s.must(t, s.Begin(s.ctx, storeRun("r1", plan), plan))
	intents := []bridge.Intent{storeIntent("r1", "a", "", "name-a"), storeIntent("r1", "b", "")}
	intents[1].Change.Seq = 2
	ids, _, err := s.Intend(s.ctx, intents)
	s.must(t, err)
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(intents[0], ids[0], "guid-a")}))

	if open := s.unsettled(t); len(open) != 0 {
		t.Fatalf("%d intents on their way are called unsettled", len(open))
	}
	next := &storeCase{WorkingStore: s.open(t, s.place), ctx: s.ctx}
	defer next.Close()
	open := next.unsettled(t)
	intents[1].ID = ids[1]
	if got, want := storeText(t, open), storeText(t, intents[1:]); got != want {
		t.Fatalf("open intents\n%s\nwanted\n%s", got, want)
	}
	s.must(t, s.Close()) // gives back the lock; nothing else is told
	s.must(t, next.Lock("next"))
	again := storePlan(t, "p2", 1)
	s.must(t, next.SavePlan(s.ctx, again, bridge.PlanReady))
	s.must(t, next.Begin(s.ctx, storeRun("r2", again), again))
	run, err := next.Run(s.ctx, "r1")
	s.must(t, err)
	if run.State != bridge.RunInterrupted || run.Done != 1 || run.Unknown != 1 || run.NotTried != 1 {
		t.Fatalf("the run of the dead process is %+v", run)
	}
	s.standing(t, next, "p1", bridge.PlanPartly)
}

func storeText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func storeMany(t *testing.T, s *storeCase) {
	const workers, each = 8, 40
	var group sync.WaitGroup
	faults := make(chan error, workers*each)
	for w := range workers {
		group.Go(func() {
			for i := range each {
				faults <- s.oneOfMany(w, i)
			}
		})
	}
	group.Wait()
	close(faults)
	for err := range faults {
		s.must(t, err)
	}
	n := 0
	for _, err := range s.Links(s.ctx, storeDestination) {
		s.must(t, err)
		n++
	}
	if n != workers*each || len(s.unsettled(t)) != 0 {
		t.Fatalf("%d links, wanted %d", n, workers*each)
	}
}

func (s *storeCase) oneOfMany(worker, i int) error {
	intent := storeIntent("r1", fmt.Sprintf("k-%d-%d", worker, i), "", fmt.Sprintf("name-%d-%d", worker, i))
	intent.Change.Seq = 1 + worker*1000 + i
	ids, refused, err := s.Intend(s.ctx, []bridge.Intent{intent})
	if err = errors.Join(err, errors.Join(refused...)); err != nil {
		return err
	}
	if err := s.Conclude(s.ctx, []bridge.Outcome{storeOutcome(intent, ids[0], "guid-"+intent.Change.Key)}); err != nil {
		return err
	}
	_, err = s.Owner(s.ctx, storeDestination, "guid-"+intent.Change.Key)
	return err
}
