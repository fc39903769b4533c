package bridge

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// clockSkew is how far the clocks of Muster and the destination may differ when
// it is decided whether an entry was created after an intent.
const clockSkew = 10 * time.Minute

// Settle finds out, by reading the destination, what became of intents that
// have no outcome, and commits it. It returns how many there were. An error
// means that some are still open: nothing may be applied before they are settled.
//
// Changes that are in flight elsewhere in this process are left to those who
// sent them.
func (a *Applier) Settle(ctx context.Context, destination string) (int, error) {
	defer a.Flights.settle()()
	var open []Intent
	for intent, err := range a.Journal.Unsettled(ctx, destination) {
		if err != nil {
			return 0, err
		}
		if !a.Flights.has(intent.Link.Connection, intent.Change.Key) {
			open = append(open, intent) // as many as were in flight when a run ended
		}
	}
	var outcomes []Outcome
	for _, intent := range open {
		o, err := a.settle(ctx, intent)
		if err != nil {
			return 0, err
		}
		outcomes = append(outcomes, o)
	}
	for batch := range slices.Chunk(outcomes, batchSize) {
		if err := a.Journal.Conclude(ctx, batch); err != nil {
			return 0, err
		}
	}
	a.Flights.settled()
	return len(outcomes), nil
}

func (a *Applier) settle(ctx context.Context, intent Intent) (Outcome, error) {
	c := intent.Change
	o := Outcome{Intent: intent, Result: Result{Seq: c.Seq, Key: c.Key, Actions: c.Actions, EntryID: c.EntryID, DN: c.DN, Sent: intent.At, Applied: a.Now()}}
	if c.Has(Create) {
		return a.settleCreate(ctx, o)
	}
	e, err := a.Destination.Get(ctx, Ref{ID: c.EntryID}, Query{Type: c.Type, Attributes: touched(c)})
	gone := IsKind(err, NotFound)
	switch {
	case err != nil && !gone:
		return o, err
	case gone && c.Has(DeleteEntry):
		o.done(a.Now(), Applied{})
		return o, nil
	case gone || c.Has(DeleteEntry):
		o.undone("found not to have been done")
		return o, nil
	}
	agrees, err := a.agrees(ctx, c, e)
	if err != nil {
		return o, err
	}
	if !agrees {
		o.undone("found not to have been done, or not all of it; the next plan holds what is missing")
		return o, nil
	}
	applied := Applied{EntryID: e.ID, DN: e.DN}
	if c.Reason == Late {
		if err := errors.Join(a.renew(ctx, c, &applied), a.hand(ctx, c, applied)); err != nil {
			return o, err
		}
	}
	o.done(a.Now(), applied)
	return o, nil
}

// settleCreate looks for the entry where the intent would have put it. One that
// has the intended unique attributes and was created after the intent is ours.
// The secret made for it is lost with the process that made it, so it gets a new one.
func (a *Applier) settleCreate(ctx context.Context, o Outcome) (Outcome, error) {
	c := o.Intent.Change
	names := keyAttributes(c)
	e, err := a.Destination.Get(ctx, Ref{DN: c.DN}, Query{Type: c.Type, Attributes: names})
	if IsKind(err, NotFound) {
		o.undone("found not to have been done")
		o.Link = awaited(o.Intent)
		if o.Record = o.Intent.Record.after(Applied{}); o.Record != nil {
			o.Record.State = PushedGone // the same push again comes back to this link
		}
		return o, nil
	}
	if err != nil {
		return o, err
	}
	ours := !e.Created.Before(o.Intent.At.Add(-clockSkew)) && a.holds(e, c.After, names)
	if !ours {
		o.undone("another entry is at " + c.DN)
		o.Result.State = Clash
		return o, nil
	}
	applied := Applied{EntryID: e.ID, DN: e.DN}
	if err := a.renew(ctx, c, &applied); err != nil {
		return o, err
	}
	if err := a.hand(ctx, c, applied); err != nil {
		return o, err
	}
	o.done(a.Now(), applied)
	return o, nil
}

// renew makes the secrets of an entry that was created by a process that is gone.
func (a *Applier) renew(ctx context.Context, c Change, applied *Applied) (err error) {
	applied.Secrets = map[string]Secret{}
	for _, g := range c.Generate {
		if applied.Secrets[g.Attribute], err = a.Destination.Reset(ctx, Ref{ID: applied.EntryID, DN: applied.DN}, g); err != nil {
			return err
		}
	}
	return nil
}

// awaited is the Link of a record whose create was sent and is not to be seen.
// The directory may still be at it, because nobody can call a request back; the
// next plan knows the entry by this Link if it comes late.
func awaited(intent Intent) Link {
	link := intent.Link
	if link.State != Pending {
		link.Since = intent.At
	}
	link.State, link.EntryID, link.DN, link.Mark = Pending, "", intent.Change.DN, ""
	return link
}

// keyAttributes are those by which an entry is recognised as the one intended:
// the unique ones, or all if none is.
func keyAttributes(c Change) []string {
	var names []string
	for _, r := range c.Reserve {
		names = append(names, r.Attribute)
	}
	if len(names) == 0 {
		names = slices.Collect(maps.Keys(c.After))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// touched are the attributes that a change writes.
func touched(c Change) []string {
	names := slices.Collect(maps.Keys(c.After))
	for _, r := range c.References {
		names = append(names, r.Attribute)
	}
	if c.MemberAttribute != "" {
		names = append(names, c.MemberAttribute)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// holds says whether the entry has the values, as far as the destination tells
// them apart.
func (a *Applier) holds(e Entry, want Attributes, names []string) bool {
	rules := a.Destination.Rules()
	for _, name := range names {
		if !slices.Equal(rules.Canonical(name, e.Attributes[name]), rules.Canonical(name, want[name])) {
			return false
		}
	}
	return true
}

// agrees says whether an entry is as the change wanted it.
func (a *Applier) agrees(ctx context.Context, c Change, e Entry) (bool, error) {
	rules := a.Destination.Rules()
	if c.NewDN != "" && rules.CanonicalDN(e.DN) != rules.CanonicalDN(c.NewDN) {
		return false, nil
	}
	if c.NewState != "" && e.State != c.NewState {
		return false, nil
	}
	if !a.holds(e, c.After, slices.Collect(maps.Keys(c.After))) {
		return false, nil
	}
	wanted := Attributes{}
	for _, r := range c.References {
		target, err := a.Destination.Get(ctx, Ref{ID: r.EntryID}, Query{})
		if IsKind(err, NotFound) {
			return false, nil // whom it names is gone; an error would keep everything else from being settled
		}
		if err != nil {
			return false, err
		}
		wanted[r.Attribute] = append(wanted[r.Attribute], target.DN)
	}
	if !a.holds(e, wanted, slices.Collect(maps.Keys(wanted))) {
		return false, nil
	}
	return a.hasMembers(ctx, c, e)
}

// hasMembers says whether every delta of a member change is done. A member is
// looked for where it is now: it may have been renamed since the plan was made.
func (a *Applier) hasMembers(ctx context.Context, c Change, e Entry) (bool, error) {
	rules := a.Destination.Rules()
	have := map[string]bool{}
	for _, dn := range e.Attributes[c.MemberAttribute] {
		have[rules.CanonicalDN(dn)] = true
	}
	for _, m := range c.Members {
		dn := m.DN
		if m.EntryID != "" {
			now, err := a.Destination.Get(ctx, Ref{ID: m.EntryID}, Query{})
			if err != nil && !IsKind(err, NotFound) {
				return false, err
			}
			dn = now.DN
		}
		if have[rules.CanonicalDN(dn)] == m.Remove {
			return false, nil
		}
	}
	return true, nil
}

func (o *Outcome) done(now time.Time, applied Applied) {
	o.Result.State, o.Result.EntryID, o.Result.DN = Done, cmp.Or(applied.EntryID, o.Result.EntryID), cmp.Or(applied.DN, o.Result.DN)
	o.Result.Message = "settled by reading the directory"
	o.Link = linkAfter(o.Intent.Link, o.Intent.Change, applied, now)
	o.Link.Mark = "" // what else the record needed is looked at again
	if o.Record = o.Intent.Record.after(applied); o.Record != nil && o.Record.State == PushedKept {
		o.Record.State = PushedHalf
	}
}

func (o *Outcome) undone(message string) {
	o.Result.State, o.Result.Message = NotTried, message
}
