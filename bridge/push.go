package bridge

import "context"

// Push does the changes of the plan of one pushed record, one after the other,
// and keeps the record with the first that is done. It returns the record as it
// stands and the first error: of kind Refused when the quota is used up, Stale
// when the entry changed since it was planned or somebody else is just at it,
// Conflict when the destination has such an entry, Unavailable when it does not
// answer. What was done before an error stays done; the record then stands as
// half written, and the same push again completes it.
//
// Members that the destination refuses keep no others out. The record stands as
// half written then too, and the error is that of the first of them, unless its
// entry is gone: that is a member who is not there yet.
//
// The caller serialises the pushes of one record, planning included.
func (a *Applier) Push(ctx context.Context, plan *Plan, push Push) (Pushed, error) {
	switch {
	case plan.Blocked():
		return push.Record, Errorf(Refused, "the change of record %q is blocked by a limit", push.Record.ID)
	case plan.Identity != a.Identity:
		return push.Record, Errorf(Precondition, "the plan was made for another directory (%s) than the one named %s now (%s)", plan.Identity, plan.Destination, a.Identity)
	}
	w := &work{Applier: a, plan: plan, run: &Run{ID: push.Request}, failed: map[string]bool{}, kept: push.Record}
	for c, err := range plan.Changes.All(ctx) {
		if err == nil {
			err = w.push(ctx, c, push)
		}
		if err != nil {
			return w.kept, err
		}
	}
	return w.kept, w.refused
}

// push does one change of a pushed record.
func (w *work) push(ctx context.Context, c Change, push Push) error {
	intent, err := w.intent(ctx, c)
	if err != nil {
		return err
	}
	if c.Type != OrgUnit {
		intent.Link.ID = push.Record.ID
		intent.Record = w.part(c, push.Record)
	}
	if !w.asked { // all changes of a push are counted with the first, so that a limit stops none halfway
		w.asked, push.Quota.Asked = true, w.plan.Counts.Actions
		intent.Quota = &push.Quota
	}
	lost := false
	w.Flights.begin(intent.Link.Connection, c.Key)
	defer func() { w.Flights.end(intent.Link.Connection, c.Key, lost) }()
	ids, refused, err := w.Journal.Intend(ctx, []Intent{intent})
	switch {
	case err != nil:
		return err
	case IsKind(refused[0], Conflict):
		return Wrap(Stale, refused[0], "another change of this record, its entry or its name is on its way")
	case refused[0] != nil:
		return refused[0]
	}
	intent.ID = ids[0]
	applied, sent := w.Destination.Apply(context.WithoutCancel(ctx), intent.Change, push.handed(c))
	if sent == nil && c.Reason == Late {
		sent = w.renew(ctx, intent.Change, &applied)
	}
	o := w.outcome(intent, applied, sent)
	w.refusedMembers(&o, applied)
	if err := w.Journal.Conclude(context.WithoutCancel(ctx), []Outcome{o}); err != nil {
		lost = true
		return err
	}
	if o.Record != nil {
		w.kept = *o.Record
	}
	lost = o.Open
	return sent
}

// refusedMembers notes that not all members of a change were written.
func (w *work) refusedMembers(o *Outcome, applied Applied) {
	for _, err := range applied.Members {
		if err == nil {
			continue
		}
		w.some = true
		if o.Record != nil && o.Record.State == PushedKept {
			o.Record.State = PushedHalf
		}
		if w.refused == nil && !IsKind(err, NotFound) {
			w.refused = err
		}
	}
}

// part is what of the record is kept with a change: all of it with the first,
// as half written when more follow, and with the last that it is whole.
func (w *work) part(c Change, record Pushed) *Pushed {
	if record.Body == nil {
		return nil // only its entry changes
	}
	if (c.Seq < w.plan.Changes.Len() || w.some) && record.State == PushedKept {
		record.State = PushedHalf
	}
	if w.recorded {
		record.Edit = nil // the first change took it
	}
	w.recorded = true
	return &record
}

// handed are the secrets of a change.
func (p *Push) handed(c Change) map[string]Secret {
	out := make(map[string]Secret, len(c.Secrets))
	for _, name := range c.Secrets {
		out[name] = p.Secrets[name]
	}
	return out
}
