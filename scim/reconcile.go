package scim

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/muster-idm/muster/bridge"
)

// Reconcile does what no request asks for: it writes what an earlier push left
// half written, plans and applies what waits for review, and deletes the entries of people who left as long ago as the
// policy keeps them. One record that cannot be written does not stop the others.
func (s *Server) Reconcile(ctx context.Context) error {
	var faults []error
	for _, c := range s.Clients {
		rq := &request{Server: s, id: "round-" + uuid.NewString(), client: c}
		ctx := bridge.WithActor(ctx, bridge.Actor{Name: "reconciliation", Kind: "schedule", Connection: c.Name})
		for _, stream := range c.streams() {
			if c.Ways.Review {
				faults = append(faults, rq.review(ctx, stream))
				continue
			}
			faults = append(faults, rq.finishHalf(ctx, stream), rq.deleteDue(ctx, stream))
		}
	}
	return errors.Join(faults...)
}

// finishHalf writes what is missing of records that are half written.
func (rq *request) finishHalf(ctx context.Context, s *Stream) error {
	var faults []error
	for p, err := range rq.Store.Waiting(ctx, s.name()) {
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		if p.State == bridge.PushedHalf {
			faults = append(faults, rq.again(ctx, s, p, nil))
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
		if due {
			faults = append(faults, rq.deleteOne(ctx, s, link.Key))
		}
	}
	return errors.Join(faults...)
}

func (rq *request) deleteOne(ctx context.Context, s *Stream, id string) error {
	give, err := rq.turns.take(ctx, s.name()+" "+id)
	if err != nil {
		return err
	}
	defer give()
	plan, err := rq.plan(ctx, s, bridge.Record{Key: id, Gone: true})
	if err != nil || plan.Changes.Len() == 0 {
		return err
	}
	_, err = s.Applier.Push(ctx, plan, bridge.Push{Request: rq.id + "+" + id, Record: bridge.Pushed{ID: id}, Quota: rq.client.Quota})
	return err
}
