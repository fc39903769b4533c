package bridge

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// Applier does the changes of a plan, exactly as they stand in it.
type Applier struct {
	Destination Destination
	Identity    string // what the destination says it is
	Journal     Journal
	Ledger      Ledger
	Handout     Handout  // takes generated secrets; nil: they are not kept
	Workers     int      // changes sent at the same time; at least 1
	OverLimit   bool     // a person released the plan from its limits
	Flights     *Flights // shared by all that apply to the destination at the same time
	Now         func() time.Time
	Progress    *Progress // counts changes; may be nil
}

// Handout takes secrets that were generated, once.
type Handout interface {
	// Hand returns when the secret cannot be lost any more.
	Hand(ctx context.Context, h Handed) error
}

// Handed is one generated secret with the entry it belongs to.
type Handed struct {
	Key       string
	DN        string
	Attribute string
	Secret    Secret
}

// batchSize is how many intents share one transaction at most.
const batchSize = 128

// Apply settles what earlier runs left open and then does the changes of the
// plan, stage by stage. It returns an error if it could not begin. Once begun
// it returns a Run, whatever became of it; a cancelled context stops it between
// two changes.
func (a *Applier) Apply(ctx context.Context, plan *Plan) (Run, error) {
	switch {
	case plan.Blocked() && !a.OverLimit:
		return Run{}, Errorf(Refused, "plan %s is blocked by a limit", plan.ID)
	case plan.Identity != a.Identity:
		return Run{}, Errorf(Precondition, "plan %s was made for another directory (%s) than the one named %s now (%s)", plan.ID, plan.Identity, plan.Destination, a.Identity)
	}
	settled, err := a.Settle(ctx, plan.Destination)
	if err != nil {
		return Run{}, err
	}
	run := Run{ID: newRunID(a.Now()), Plan: plan.ID, Connection: plan.Connection, Author: ActorFrom(ctx).Name, State: RunApplying,
		Started: a.Now(), Planned: plan.Changes.Len(), Settled: settled, Actions: map[Action]int{}}
	if err := a.Ledger.Begin(ctx, run, plan); err != nil {
		return Run{}, err
	}
	a.Progress.Expect(run.Planned)
	w := newWork(a, plan, &run)
	w.feed(ctx)
	w.close()
	w.conclude(ctx)
	return run, a.Ledger.Finish(context.WithoutCancel(ctx), run, plan)
}

func newRunID(now time.Time) string {
	return "r" + now.UTC().Format("060102-150405") + "-" + uuid.NewString()[:4]
}

// work is one plan being applied. One goroutine feeds intents, a.Workers send
// them to the destination, and one commits outcomes; each change passes through
// all three, and those of one record always through the same worker.
type work struct {
	*Applier
	plan *Plan
	run  *Run

	lanes    []chan Intent
	outcomes chan Outcome
	workers  sync.WaitGroup
	inFlight sync.WaitGroup
	afloat   atomic.Int64  // changes in flight, as a number
	ended    chan struct{} // closed when the last outcome is committed
	seed     maphash.Seed

	mu       sync.Mutex
	stop     error           // why nothing more is sent
	failed   map[string]bool // records with a change that was not done
	recorded bool            // of a push: the record stands with an earlier change
	asked    bool            // of a push: its quota is counted
	some     bool            // of a push: some members were not written
	kept     Pushed          // of a push: its record as it stands
	refused  error           // of a push: why the first of them was not
}

func newWork(a *Applier, plan *Plan, run *Run) *work {
	w := &work{Applier: a, plan: plan, run: run, lanes: make([]chan Intent, max(1, a.Workers)), outcomes: make(chan Outcome, 2*batchSize),
		ended: make(chan struct{}), seed: maphash.MakeSeed(), failed: map[string]bool{}}
	for i := range w.lanes {
		w.lanes[i] = make(chan Intent, batchSize)
		w.workers.Add(1)
		go w.send(w.lanes[i])
	}
	go w.commit()
	return w
}

// feed commits intents in batches and hands them to the workers. A new stage,
// or a second change of the same record, waits until all before it are done.
func (w *work) feed(ctx context.Context) {
	var batch []Change
	keys := map[string]bool{}
	for c, err := range w.plan.Changes.All(context.WithoutCancel(ctx)) {
		if err != nil {
			w.halt(err)
			break
		}
		waits := keys[c.Key] || (len(batch) > 0 && batch[0].Stage != c.Stage) || c.Stage == Containers
		if waits || len(batch) == batchSize {
			w.flush(ctx, batch)
			batch = batch[:0]
		}
		if waits {
			w.inFlight.Wait()
			clear(keys)
		}
		if w.halted(ctx) != nil {
			break
		}
		batch = append(batch, c)
		keys[c.Key] = true
	}
	w.flush(ctx, batch)
}

// flush commits the intents of a batch in one transaction and sends them on.
func (w *work) flush(ctx context.Context, batch []Change) {
	if len(batch) == 0 || w.halted(ctx) != nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	intents := make([]Intent, 0, len(batch))
	for _, c := range batch {
		intent, err := w.intent(ctx, c)
		w.Flights.begin(intent.Link.Connection, intent.Change.Key)
		if err != nil {
			w.launch()
			w.outcomes <- w.outcome(intent, Applied{}, err)
			continue
		}
		intents = append(intents, intent)
	}
	ids, refused, err := w.Journal.Intend(ctx, intents)
	if err != nil {
		for _, intent := range intents {
			w.Flights.end(intent.Link.Connection, intent.Change.Key, false)
		}
		w.halt(err)
		return
	}
	for i, intent := range intents {
		w.launch()
		if refused[i] != nil {
			w.outcomes <- w.outcome(intent, Applied{}, refused[i])
			continue
		}
		intent.ID = ids[i]
		w.lanes[maphash.String(w.seed, intent.Change.Key)%uint64(len(w.lanes))] <- intent
	}
}

// launch counts a change that will have an outcome.
func (w *work) launch() {
	w.inFlight.Add(1)
	w.afloat.Add(1)
}

// intent completes a change with what earlier changes brought about: the Link
// of its record, the entry of a record created by this plan, and the entries
// that its references name.
func (w *work) intent(ctx context.Context, c Change) (Intent, error) {
	intent := Intent{Run: w.run.ID, Change: c, At: w.Now(), Link: Link{Destination: w.plan.Destination, Connection: w.plan.Connection, Key: c.Key}}
	if c.Type == OrgUnit {
		return intent, nil
	}
	link, err := w.Journal.Link(ctx, w.plan.Connection, c.Key)
	switch {
	case err == nil && link.State != Deleted:
		intent.Link = link
	case err != nil && !IsKind(err, NotFound):
		return intent, err
	}
	intent.Link.ID = cmp.Or(intent.Link.ID, uuid.NewString())
	if c.EntryID == "" && !c.Has(Create) {
		if intent.Link.EntryID == "" {
			return intent, Errorf(NotFound, "record %q has no entry, because it was not created", c.Key)
		}
		intent.Change.EntryID, intent.Change.DN = intent.Link.EntryID, cmp.Or(intent.Link.DN, c.DN)
	}
	if c.EntryID != "" {
		intent.Link.EntryID = c.EntryID
	}
	return intent, w.resolve(ctx, &intent.Change)
}

// resolve fills in the entries of references whose targets this plan created.
func (w *work) resolve(ctx context.Context, c *Change) error {
	for i, r := range c.References {
		if r.EntryID != "" {
			continue
		}
		link, err := w.Journal.Link(ctx, r.Connection, r.Key)
		if err != nil && !IsKind(err, NotFound) {
			return err
		}
		if err != nil || link.EntryID == "" {
			return Errorf(NotFound, "%s names record %q, which has no entry, because it was not created", r.Attribute, r.Key)
		}
		c.References[i].EntryID, c.References[i].DN = link.EntryID, link.DN
	}
	return nil
}

// send sends the changes of one lane to the destination, one after the other.
func (w *work) send(lane <-chan Intent) {
	defer w.workers.Done()
	ctx := context.Background() // a change that was begun is finished; the destination has deadlines of its own
	for intent := range lane {
		if err := w.stopped(); err != nil {
			w.outcomes <- w.outcome(intent, Applied{}, &notSent{err})
			continue
		}
		applied, err := w.Destination.Apply(ctx, intent.Change, nil)
		if err == nil && intent.Change.Reason == Late {
			err = w.renew(ctx, intent.Change, &applied)
		}
		if err == nil {
			err = w.hand(ctx, intent.Change, applied)
		}
		if stops(err) {
			w.halt(err)
		}
		w.outcomes <- w.outcome(intent, applied, err)
	}
}

// hand gives generated secrets to whoever takes them. An account whose password
// nobody got is no use, so a failure stops the run.
func (a *Applier) hand(ctx context.Context, c Change, applied Applied) error {
	if a.Handout == nil {
		return nil
	}
	for _, g := range c.Generate {
		secret, made := applied.Secrets[g.Attribute]
		if !made {
			continue
		}
		if err := a.Handout.Hand(ctx, Handed{Key: c.Key, DN: applied.DN, Attribute: g.Attribute, Secret: secret}); err != nil {
			return &notHanded{err}
		}
	}
	return nil
}

// stops says whether an error makes it useless to send anything more.
func stops(err error) bool {
	var lost *notHanded
	return errors.As(err, &lost) || IsKind(err, Unavailable) || IsKind(err, Unauthenticated)
}

// notSent marks a change that was never sent because the run had stopped.
type notSent struct{ err error }

func (e *notSent) Error() string { return "not sent: " + e.err.Error() }
func (e *notSent) Unwrap() error { return e.err }

// notHanded marks an entry that was created and whose secret got lost.
type notHanded struct{ err error }

func (e *notHanded) Error() string {
	return "the entry was created, but its password could not be handed out; reset it: " + e.err.Error()
}
func (e *notHanded) Unwrap() error { return e.err }

func (w *work) halt(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop == nil {
		w.stop = err
	}
}

func (w *work) stopped() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stop
}

func (w *work) halted(ctx context.Context) error {
	if err := w.stopped(); err != nil {
		return err
	}
	return ctx.Err()
}

func (w *work) close() {
	for _, lane := range w.lanes {
		close(lane)
	}
	w.workers.Wait()
	close(w.outcomes)
	<-w.ended
}
