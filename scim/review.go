package scim

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
)

// A connection in review writes nothing by itself. Its pushes are kept, and
// planned together like a pull of everything that its client pushed; a person
// approves the plan, and the next round applies it.

// marks remembers when each stream was planned, until it changes.
type marks struct {
	mu    sync.Mutex
	clean map[string]time.Time
}

// planLasts is for how long a plan of what waits is not made again when nothing
// is pushed: accounts fall due, and the directory changes too.
const planLasts = 24 * time.Hour

func (m *marks) soil(stream string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.clean, stream)
}

// wash says whether the stream is to be planned, and takes it for planned.
func (m *marks) wash(stream string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.clean == nil {
		m.clean = map[string]time.Time{}
	}
	planned, clean := m.clean[stream]
	if clean && now.Before(planned.Add(planLasts)) {
		return false
	}
	m.clean[stream] = now
	return true
}

// await keeps a push for review, with a link that stands for its record until it
// has an entry. While it waits, active is what its client says.
func (rq *request) await(ctx context.Context, s *Stream, push bridge.Push) (bridge.Pushed, error) {
	push.Record.Account = bridge.NoAccount
	p := push.Record
	_, err := rq.Store.LinkOf(ctx, p.ID)
	if bridge.IsKind(err, bridge.NotFound) {
		err = rq.Store.SaveLink(ctx, bridge.Link{ID: p.ID, Destination: s.Connection.Destination, Connection: s.name(), Key: p.ID, State: bridge.Pending, Since: rq.Now()})
	}
	if err == nil {
		err = rq.save(ctx, push)
	}
	rq.reviews.soil(s.name()) // after it is kept: a plan that is just being made may have missed it
	return p, err
}

// review applies what was approved, and plans what changed since.
func (rq *request) review(ctx context.Context, s *Stream) error {
	approved, err := rq.Store.PlansIn(ctx, s.name(), bridge.PlanApproved)
	if err != nil {
		return err
	}
	if len(approved) > 0 {
		for _, stream := range rq.client.streams() {
			rq.reviews.soil(stream.name()) // members follow their users
		}
		if err := rq.applyApproved(ctx, s, approved[len(approved)-1]); err != nil {
			return err
		}
	}
	if !rq.reviews.wash(s.name(), rq.Now()) {
		return nil
	}
	if err := rq.planReview(ctx, s); err != nil {
		rq.reviews.soil(s.name())
		return err
	}
	return nil
}

func (rq *request) applyApproved(ctx context.Context, s *Stream, id string) error {
	plan, _, err := rq.Store.Plan(ctx, id)
	if err != nil {
		return err
	}
	if plan.Revision != s.Connection.Revision {
		return rq.Store.SetPlanState(ctx, id, bridge.PlanCancelled, "the connection was changed after the plan was made")
	}
	applier := *s.Applier
	applier.OverLimit = true // who approved it saw the limits
	run, err := applier.Apply(ctx, plan)
	if bridge.IsKind(err, bridge.Precondition) {
		return rq.Store.SetPlanState(ctx, id, bridge.PlanCancelled, err.Error()) // it would be refused again and again
	}
	if err == nil {
		rq.Log.InfoContext(ctx, "an approved plan was applied", "connection", s.name(), "plan", id, "run", run.ID, "state", run.State, "done", run.Done, "failed", run.Failed)
	}
	return err
}

// planReview plans everything that the client pushed. What agrees with the
// directory waits no longer; for the rest the plan waits for a person, in the
// place of an earlier one.
func (rq *request) planReview(ctx context.Context, s *Stream) error {
	versions := map[string]int64{}
	planner := &bridge.Planner{Connection: s.Connection, Identity: s.Applier.Identity, Reader: s.Reader, Memory: s.Memory, Now: rq.Now}
	plan, err := planner.All(ctx, rq.pushedRecords(ctx, s, versions), bridge.Full)
	if err != nil {
		return err
	}
	if err := rq.replaceReview(ctx, s, plan); err != nil {
		return err
	}
	for c, err := range plan.Changes.All(ctx) {
		if err != nil {
			return err
		}
		delete(versions, c.Key)
	}
	for _, f := range plan.Findings {
		if f.Severity == bridge.Fault {
			delete(versions, f.Key)
		}
	}
	return rq.agree(ctx, s, versions)
}

// replaceReview saves a plan for approval, unless it is the one that waits already.
func (rq *request) replaceReview(ctx context.Context, s *Stream, plan *bridge.Plan) error {
	waiting, err := rq.Store.PlansIn(ctx, s.name(), bridge.PlanWaiting, bridge.PlanBlocked, bridge.PlanReady)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		before, _, err := rq.Store.Plan(ctx, id)
		if err != nil {
			return err
		}
		if before.Hash == plan.Hash {
			return nil
		}
		if err := rq.Store.SetPlanState(ctx, id, bridge.PlanCancelled, "the client pushed more since"); err != nil {
			return err
		}
	}
	if rejected, err := rq.rejected(ctx, s, plan); plan.Changes.Len() == 0 || rejected || err != nil {
		return err
	}
	rq.Log.InfoContext(ctx, "pushes wait for approval", "connection", s.name(), "plan", plan.ID, "changes", plan.Changes.Len())
	return rq.Store.SavePlan(ctx, plan, plan.FirstState(s.Connection))
}

// rejected says whether a person rejected just this, and nothing changed since.
func (rq *request) rejected(ctx context.Context, s *Stream, plan *bridge.Plan) (bool, error) {
	ids, err := rq.Store.PlansIn(ctx, s.name(), bridge.PlanRejected)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	last, _, err := rq.Store.Plan(ctx, ids[len(ids)-1])
	return err == nil && last.Hash == plan.Hash, err
}

// pushedRecords yields every record of the stream, and notes its version.
func (rq *request) pushedRecords(ctx context.Context, s *Stream, versions map[string]int64) iter.Seq2[bridge.Record, error] {
	const page = 500
	return func(yield func(bridge.Record, error) bool) {
		for cursor := ""; ; {
			found, _, next, err := rq.Store.Select(ctx, s.name(), s.Type, filter.Selection{Start: 1, Count: page, Cursor: cursor})
			if err != nil {
				yield(bridge.Record{}, err)
				return
			}
			for _, p := range found {
				attributes, err := decoded(p)
				var record bridge.Record
				if err == nil {
					record, err = rq.recordAgain(ctx, s, p, attributes, nil)
				}
				versions[p.ID] = p.Version
				if !yield(record, err) || err != nil {
					return
				}
			}
			if cursor = next; next == "" {
				return
			}
		}
	}
}

// agree marks records that the directory agrees with, if they did not change
// meanwhile.
func (rq *request) agree(ctx context.Context, s *Stream, versions map[string]int64) error {
	var faults []error
	for p, err := range rq.Store.Waiting(ctx, s.name()) {
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		if version, agrees := versions[p.ID]; agrees && version == p.Version {
			faults = append(faults, rq.agreeOne(ctx, s, p))
		}
	}
	return errors.Join(faults...)
}

func (rq *request) agreeOne(ctx context.Context, s *Stream, p bridge.Pushed) error {
	give, err := rq.turns.take(ctx, s.name()+" "+p.ID)
	if err != nil {
		return err
	}
	defer give()
	now, err := rq.Store.Pushed(ctx, s.name(), p.ID)
	if bridge.IsKind(err, bridge.NotFound) || err == nil && now.Version != p.Version {
		return nil
	}
	if err != nil {
		return err
	}
	now.State = bridge.PushedKept
	return rq.save(ctx, bridge.Push{Request: rq.id + "+" + p.ID, Record: now, Quota: rq.client.Quota})
}
