package bridge

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// outcome says what became of an intent.
func (w *work) outcome(intent Intent, applied Applied, err error) Outcome {
	c := intent.Change
	o := Outcome{Intent: intent, Result: Result{Seq: c.Seq, Key: c.Key, Actions: c.Actions, EntryID: cmp.Or(applied.EntryID, c.EntryID),
		DN: cmp.Or(applied.DN, c.DN), Planned: w.plan.Now, Sent: intent.At, Applied: w.Now()}}
	o.Result.State, o.Open = stateOf(err)
	var lost *notHanded
	if err == nil || errors.As(err, &lost) {
		o.Result.Members = memberResults(c, applied)
		if len(o.Result.Members) > 0 {
			o.Result.State = Partial
		}
		o.Link = linkAfter(intent.Link, c, applied, w.Now())
		o.Record = intent.Record.after(applied)
	}
	o.Result.Message = applied.Note
	if err != nil {
		o.Result.Kind, o.Result.Message = KindOf(err), sentence(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if o.Result.State != Done {
		w.failed[c.Key] = true
	}
	if w.failed[c.Key] && o.Link.ID != "" {
		o.Link.Mark = "" // some change of the record is missing: look at it again
	}
	return o
}

// stateOf says what an error means for the change, and whether its outcome has
// to be found out later.
func stateOf(err error) (state ResultState, open bool) {
	var unknown *Unknown
	var unsent *notSent
	var lost *notHanded
	switch {
	case err == nil:
		return Done, false
	case errors.As(err, &unsent): // before unknown, which is why the run stopped and no news of this change
		return NotTried, false
	case errors.As(err, &unknown):
		return Unsure, true
	case errors.As(err, &lost):
		return Partial, false
	case IsKind(err, Stale):
		return Outdated, false
	case IsKind(err, Conflict):
		return Clash, false
	case IsKind(err, Unavailable), IsKind(err, Unauthenticated):
		return NotTried, false
	}
	return Failed, false
}

// sentence is what may be shown of an error.
func sentence(err error) string {
	var lost *notHanded
	if errors.As(err, &lost) {
		return lost.Error()
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Msg
	}
	return err.Error()
}

func memberResults(c Change, applied Applied) []MemberResult {
	var out []MemberResult
	for i, err := range applied.Members {
		if err != nil && i < len(c.Members) {
			m := c.Members[i]
			out = append(out, MemberResult{Key: m.Key, DN: m.DN, Remove: m.Remove, Message: sentence(err)})
		}
	}
	return out
}

// gathering is how long outcomes wait for others on their way, to share a
// commit with them: each commit makes the disk write, and often it is the
// directory's disk too.
const gathering = 20 * time.Millisecond

// commit commits outcomes in groups.
func (w *work) commit() {
	defer close(w.ended)
	for first := range w.outcomes {
		batch := w.gather(first)
		err := w.Journal.Conclude(context.Background(), batch)
		if err != nil {
			w.halt(err) // the intents stay open and are settled by the next run
		}
		for _, o := range batch {
			w.Flights.end(o.Intent.Link.Connection, o.Intent.Change.Key, err != nil || o.Open)
			w.tally(o)
			w.Progress.Add(1)
			w.inFlight.Done()
		}
		w.afloat.Add(-int64(len(batch)))
	}
}

// gather returns the outcome with those that come in shortly after it. It does
// not wait when no other change is on its way.
func (w *work) gather(first Outcome) []Outcome {
	batch := []Outcome{first}
	late := time.NewTimer(gathering)
	defer late.Stop()
	for len(batch) < batchSize && int64(len(batch)) < w.afloat.Load() {
		select {
		case o, open := <-w.outcomes:
			if !open {
				return batch
			}
			batch = append(batch, o)
		case <-late.C:
			return batch
		}
	}
	return batch
}

// tally counts an outcome. Only the committing goroutine calls it.
func (w *work) tally(o Outcome) {
	switch o.Result.State {
	case Done:
		w.run.Done++
		if o.Intent.Change.completes() {
			return
		}
		for _, a := range o.Result.Actions {
			w.run.Actions[a] += o.Intent.Change.Weight(a)
		}
	case Unsure:
		w.run.Unknown++
	case NotTried:
		w.run.NotTried++
	default:
		w.run.Failed++
	}
}

// conclude decides how the run ended.
func (w *work) conclude(ctx context.Context) {
	r := w.run
	r.Ended = w.Now()
	r.NotTried = r.Planned - r.Done - r.Failed - r.Unknown
	maps.DeleteFunc(r.Actions, func(_ Action, n int) bool { return n == 0 })
	switch stop := w.stopped(); {
	case stop != nil:
		r.State, r.Message = RunStopped, sentence(stop)
	case ctx.Err() != nil && r.NotTried > 0:
		r.State, r.Message = RunCancelled, "cancelled between two changes"
	case r.Done == r.Planned:
		r.State = RunApplied
	default:
		r.State = RunFailures
	}
}

// linkAfter returns the link of a record once its change is done; the zero Link
// when the change belongs to no record.
func linkAfter(link Link, c Change, applied Applied, now time.Time) Link {
	if link.ID == "" {
		return Link{}
	}
	link.EntryID, link.DN = cmp.Or(applied.EntryID, link.EntryID), cmp.Or(applied.DN, link.DN)
	leaving := c.Reason == Leaver || c.Reason == Unselected
	switch {
	case c.Has(Create), c.Reason == Late:
		link.Created, link.State = true, Live
	case c.Has(DeleteEntry):
		link.State = Deleted
	case leaving:
		link.State, link.Since = Departed, now
	case link.State != Departed || slices.Contains([]Reason{Rehire, Matched}, c.Reason):
		link.State = Live
	}
	if link.State == Live {
		link.Since = time.Time{}
	}
	if leaving {
		link.Mark = ""
	} else if c.Mark != "" {
		link.Mark = c.Mark
	}
	return link
}
