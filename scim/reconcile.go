package scim

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/muster-idm/muster/bridge"
)

// Reconcile does what no request asks for: it finds out what became of changes of
// which no outcome is known, writes what an earlier push left half written, plans
// and applies what waits for review, and deletes the entries of people who left
// as long ago as the policy keeps them. One record that cannot be written does
// not stop the others, unless the directory does not answer or the client is held.
// The error names nobody.
func (s *Server) Reconcile(ctx context.Context) error {
	var faults []error
	for _, c := range s.Clients {
		rq := &request{Server: s, id: "round-" + uuid.NewString(), client: c}
		ctx := bridge.WithActor(ctx, bridge.Actor{Name: "reconciliation", Kind: "schedule", Connection: c.Name})
		for _, stream := range c.streams() {
			faults = append(faults, rq.round(ctx, stream))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nameless{err}
	}
	return nil
}

func (rq *request) round(ctx context.Context, s *Stream) error {
	if _, err := s.Applier.Settle(ctx, s.Connection.Destination); err != nil {
		return err
	}
	if rq.client.Ways.Review {
		return rq.review(ctx, s)
	}
	return errors.Join(rq.finishHalf(ctx, s), rq.deleteDue(ctx, s))
}

// hopeless says that the next record would fare no better.
func hopeless(err error) bool {
	return bridge.IsKind(err, bridge.Unavailable) || bridge.IsKind(err, bridge.Unauthenticated) || bridge.IsKind(err, bridge.Refused)
}

// finishHalf writes what is missing of records that are half written, and what
// waited for them.
func (rq *request) finishHalf(ctx context.Context, s *Stream) error {
	var faults []error
	for p, err := range rq.Store.Waiting(ctx, s.name()) {
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		if p.State != bridge.PushedHalf {
			continue
		}
		w, err := rq.again(ctx, s, p, nil)
		if err == nil && w.awaited {
			err = rq.arrive(ctx, s, w.Pushed)
		}
		faults = append(faults, err)
		if hopeless(err) {
			break
		}
	}
	return errors.Join(faults...)
}

// deleteDue deletes the entries that the policy has kept long enough.
func (rq *request) deleteDue(ctx context.Context, s *Stream) error {
	policy := s.Connection.Policy
	if policy.Leavers != bridge.Delete || policy.DeleteAfter == 0 {
		return nil
	}
	var faults []error
	for link, err := range s.Memory.Links(ctx, s.Connection.Destination) {
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		due := link.Connection == s.name() && link.State == bridge.Departed && !link.Since.IsZero() && !rq.Now().Before(link.Since.Add(policy.DeleteAfter))
		if !due {
			continue
		}
		if !rq.paces.more(rq.client, rq.Now(), 0) {
			break // the rest in an hour
		}
		err := rq.deleteOne(ctx, s, link.Key)
		faults = append(faults, err)
		if hopeless(err) {
			break
		}
	}
	return errors.Join(faults...)
}

// deleteOne deletes the entry of a record that its client deleted. One that came
// back since, or that is only not selected any more, keeps its entry.
func (rq *request) deleteOne(ctx context.Context, s *Stream, id string) error {
	ctx, give, err := rq.turn(ctx, s, id)
	if err != nil {
		return err
	}
	defer give()
	if _, err := rq.Store.Pushed(ctx, s.name(), id); !bridge.IsKind(err, bridge.NotFound) {
		return err
	}
	plan, err := rq.plan(ctx, s, bridge.Record{Key: id, Gone: true}, false)
	if err != nil || plan.Changes.Len() == 0 {
		return err
	}
	rq.paces.more(rq.client, rq.Now(), 1)
	held := bridge.Quota{Connection: rq.client.Quota.Connection}
	_, err = s.Applier.Push(ctx, plan, bridge.Push{Request: rq.id + "+" + id, Record: bridge.Pushed{ID: id}, Quota: held})
	return err
}

// paces let no more entries that fell due be deleted in an hour than a client may
// delete. They wait and do not count as its own: people who left on one day, long
// ago, are no reason to hold it.
type paces struct {
	mu    sync.Mutex
	hours map[string]hour
}

type hour struct {
	since time.Time
	steps int
}

// more says whether another step is due in this hour, after those just made.
func (p *paces) more(c *Client, now time.Time, made int) bool {
	bound, bounded := c.Quota.PerHour[bridge.DeleteEntry]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hours == nil {
		p.hours = map[string]hour{}
	}
	h := p.hours[c.Name]
	if now.Sub(h.since) >= time.Hour {
		h = hour{since: now}
	}
	h.steps += made
	p.hours[c.Name] = h
	return !bounded || h.steps < bound
}
