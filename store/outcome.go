package store

import (
	"context"
	"encoding/json"
	"errors"
	"iter"

	"github.com/muster-idm/muster/bridge"
)

// Conclude commits outcomes: result, link with its mark, the record that was
// pushed, claims released, and an audit line each. The end of ctx does not stop it, because what the directory did
// must not be forgotten. When one outcome cannot be saved, the others are
// saved all the same and the error, of kind Conflict, tells of the one.
func (s *Store) Conclude(ctx context.Context, outcomes []bridge.Outcome) error {
	if err := s.working(); err != nil {
		return err
	}
	defer s.landed(outcomes) // saved or not: this process has no more to say of them
	ctx = context.WithoutCancel(ctx)
	err := s.conclude(ctx, outcomes)
	if len(outcomes) == 1 || !bridge.IsKind(err, bridge.Conflict) {
		return err
	}
	var faults []error
	for i := range outcomes {
		faults = append(faults, s.conclude(ctx, outcomes[i:i+1]))
	}
	return errors.Join(faults...)
}

func (s *Store) landed(outcomes []bridge.Outcome) {
	for _, o := range outcomes {
		s.arrive(o.Intent.ID)
	}
}

func (s *Store) conclude(ctx context.Context, outcomes []bridge.Outcome) error {
	return s.transact(ctx, func(t *transaction) error {
		for _, o := range outcomes {
			if err := concludeOne(t, o); err != nil {
				return err
			}
			if err := s.audit(ctx, t, outcomeLine(o)); err != nil {
				return err
			}
		}
		return nil
	})
}

func concludeOne(t *transaction, o bridge.Outcome) error {
	if err := saveResult(t, o.Intent.Run, o.Result); err != nil {
		return err
	}
	if o.Link != (bridge.Link{}) {
		if err := saveLink(t, o.Link); err != nil {
			return err
		}
	}
	if o.Record != nil {
		if _, err := savePushed(t, *o.Record); err != nil { // an older version than what is kept is of no use any more
			return err
		}
	}
	if o.Open || o.Intent.ID == 0 { // without an id nothing was intended: clash, stale, not tried
		return nil
	}
	_, err := t.exec(`DELETE FROM intents WHERE id = ?`, o.Intent.ID) // and with it its claims and reservations
	return err
}

// outcomeLine says what was done, to whom by the id of the link, and never with
// which values.
func outcomeLine(o bridge.Outcome) line {
	return line{
		Event: "change", Connection: o.Intent.Link.Connection, Run: o.Intent.Run, Seq: o.Result.Seq,
		Link: o.Intent.Link.ID, Actions: o.Result.Actions, State: string(o.Result.State), Kind: o.Result.Kind,
	}
}

// saveResult keeps the latest result of a change.
func saveResult(t *transaction, run string, r bridge.Result) error {
	const query = `INSERT INTO results (run, seq, key, state, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (run, seq) DO UPDATE SET key = excluded.key, state = excluded.state, body = excluded.body`
	body, err := json.Marshal(r)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "the result of change %d of run %s cannot be written as JSON", r.Seq, run)
	}
	_, err = t.exec(query, run, r.Seq, r.Key, r.State, string(body))
	return err
}

// Results yields the results of a run in the order of its plan, the latest of
// each change.
func (s *Store) Results(ctx context.Context, run string) iter.Seq2[bridge.Result, error] {
	const query = `SELECT body FROM results WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`
	return paged(func(after int) ([]bridge.Result, int, error) {
		var bodies [][]byte
		if err := s.list(ctx, &bodies, query, run, after, pageRows); err != nil {
			return nil, 0, fault(err, "the results of run %s cannot be read", run)
		}
		results := make([]bridge.Result, len(bodies))
		for i, body := range bodies {
			if err := json.Unmarshal(body, &results[i]); err != nil {
				return nil, 0, bridge.Wrap(bridge.Internal, err, "a result of run %s after change %d is damaged", run, after)
			}
			after = results[i].Seq
		}
		return results, after, nil
	})
}
