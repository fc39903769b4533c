package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/muster-idm/muster/bridge"
)

type runRow struct {
	ID          string
	Plan        string
	Connection  string
	Destination string
	Author      string
	State       bridge.RunState
	Started     stamp
	Ended       stamp
	Planned     int
	Done        int
	Failed      int
	Unknown     int
	NotTried    int `db:"not_tried"`
	Settled     int
	Actions     []byte
	Message     string
	Holder      string
}

func (r runRow) run() (bridge.Run, error) {
	run := bridge.Run{
		ID: r.ID, Plan: r.Plan, Connection: r.Connection, Author: r.Author, State: r.State,
		Started: time.Time(r.Started), Ended: time.Time(r.Ended), Planned: r.Planned, Done: r.Done, Failed: r.Failed,
		Unknown: r.Unknown, NotTried: r.NotTried, Settled: r.Settled, Message: r.Message,
	}
	if err := json.Unmarshal(r.Actions, &run.Actions); err != nil {
		return run, bridge.Wrap(bridge.Internal, err, "run %s is damaged", r.ID)
	}
	return run, nil
}

// Begin saves a new run and marks its plan as being applied; all other plans of
// the connection that could still be applied are superseded. Runs that a dead
// process left are marked as interrupted. The error is of kind Precondition if
// the plan is not what was saved and approved, or its state forbids to apply
// it, Refused if a limit does, and Conflict if another run holds the
// destination.
func (s *Store) Begin(ctx context.Context, run bridge.Run, plan *bridge.Plan) error {
	if err := s.working(); err != nil {
		return err
	}
	if err := s.unaltered(ctx, plan); err != nil {
		return err
	}
	if err := s.interrupt(ctx); err != nil {
		return err
	}
	return s.transact(ctx, func(t *transaction) error {
		if err := vacant(t, plan.Destination); err != nil {
			return err
		}
		if err := released(t, plan); err != nil {
			return err
		}
		if err := s.move(ctx, t, stepRow{Plan: plan.ID, State: bridge.PlanApplying}); err != nil {
			return err
		}
		if err := s.supersede(ctx, t, plan); err != nil {
			return err
		}
		if err := s.insertRun(t, run, plan); err != nil {
			return err
		}
		return s.audit(ctx, t, line{Event: "run", Run: run.ID, Plan: plan.ID, Connection: run.Connection, State: string(run.State)})
	})
}

// unaltered refuses a plan that is not, change by change, the one that was saved.
func (s *Store) unaltered(ctx context.Context, plan *bridge.Plan) error {
	var saved string
	err := s.get(ctx, &saved, `SELECT hash FROM plans WHERE id = ?`, plan.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Errorf(bridge.Precondition, "plan %s was not saved", plan.ID)
	}
	if err != nil {
		return fault(err, "plan %s cannot be read", plan.ID)
	}
	hash, err := bridge.HashPlan(ctx, plan)
	if err != nil {
		return err
	}
	if hash != saved || plan.Hash != saved {
		return bridge.Errorf(bridge.Precondition, "plan %s was altered after it was saved: make a new one", plan.ID)
	}
	return nil
}

func vacant(t *transaction, destination string) error {
	var other runRow
	err := t.get(&other, `SELECT * FROM runs WHERE destination = ? AND state = 'applying'`, destination)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return bridge.Errorf(bridge.Conflict, "destination %s is held by run %s of connection %s, which %s began", destination, other.ID, other.Connection, other.Author)
}

// released refuses a plan over its limits that nobody released, and one that
// was approved by another hash.
func released(t *transaction, plan *bridge.Plan) error {
	var approval stepRow
	err := t.get(&approval, `SELECT * FROM plan_steps WHERE plan = ? AND state = 'approved' ORDER BY id DESC LIMIT 1`, plan.ID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err == nil && approval.Hash != plan.Hash {
		return bridge.Errorf(bridge.Precondition, "plan %s was approved by another hash", plan.ID)
	}
	if plan.Blocked() && !approval.OverLimit {
		return bridge.Errorf(bridge.Refused, "plan %s exceeds a limit and was not released", plan.ID)
	}
	return nil
}

func (s *Store) supersede(ctx context.Context, t *transaction, plan *bridge.Plan) error {
	const query = `SELECT id FROM plans WHERE connection = ? AND id <> ? AND state IN ('ready', 'waiting', 'blocked', 'approved') AND expires > ?`
	var ids []string
	if err := t.list(&ids, query, plan.Connection, plan.ID, stamp(s.settings.Now())); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.move(ctx, t, stepRow{Plan: id, State: bridge.PlanSuperseded, Reason: "plan " + plan.ID + " was applied"}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) insertRun(t *transaction, run bridge.Run, plan *bridge.Plan) error {
	const query = `INSERT INTO runs (id, plan, connection, destination, author, state, started, ended, planned, done, failed, unknown, not_tried, settled, actions, message, holder)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	actions, err := json.Marshal(run.Actions)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "run %s cannot be written as JSON", run.ID)
	}
	_, err = t.exec(query, run.ID, plan.ID, plan.Connection, plan.Destination, run.Author, bridge.RunApplying, stamp(run.Started), stamp(run.Ended),
		run.Planned, run.Done, run.Failed, run.Unknown, run.NotTried, run.Settled, string(actions), run.Message, s.token)
	return fault(err, "run %s cannot be saved: is there one of that id?", run.ID)
}

// interrupt ends the runs of processes that died: whoever holds the lock knows
// that nobody else applies. What they did is counted from their results.
func (s *Store) interrupt(ctx context.Context) error {
	return s.transact(ctx, func(t *transaction) error {
		var dead []runRow
		if err := t.list(&dead, `SELECT * FROM runs WHERE state = 'applying' AND holder <> ?`, s.token); err != nil {
			return err
		}
		for _, row := range dead {
			if err := s.interruptOne(ctx, t, row); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) interruptOne(ctx context.Context, t *transaction, row runRow) error {
	const query = `UPDATE runs SET state = 'interrupted', ended = ?, message = ?,
			done = (SELECT count(*) FROM results WHERE run = runs.id AND state = 'done'),
			failed = (SELECT count(*) FROM results WHERE run = runs.id AND state IN ('failed', 'stale', 'clash', 'partial')),
			unknown = (SELECT count(*) FROM intents WHERE run = runs.id)
		WHERE id = ?`
	if _, err := t.exec(query, stamp(s.settings.Now()), "the process ended in the middle", row.ID); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE runs SET not_tried = planned - done - failed - unknown WHERE id = ? AND planned > done + failed + unknown`, row.ID); err != nil {
		return err
	}
	err := s.move(ctx, t, stepRow{Plan: row.Plan, State: bridge.PlanPartly, Reason: "the process ended in the middle"})
	if err != nil && !bridge.IsKind(err, bridge.NotFound) {
		return err
	}
	return s.audit(ctx, t, line{Event: "run", Run: row.ID, Plan: row.Plan, Connection: row.Connection, State: string(bridge.RunInterrupted)})
}

// Finish saves the end of a run, the state of its plan, the marks of records
// found in agreement, and the rows of the read that it applied. The end of ctx
// does not stop it.
func (s *Store) Finish(ctx context.Context, run bridge.Run, plan *bridge.Plan) error {
	if err := s.working(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.saveMarks(ctx, plan); err != nil {
		return err
	}
	err := s.transact(ctx, func(t *transaction) error {
		if err := endRun(t, run); err != nil {
			return err
		}
		if err := s.move(ctx, t, stepRow{Plan: plan.ID, State: planAfter(run), Reason: run.Message}); err != nil {
			return err
		}
		if run.State == bridge.RunApplied || run.State == bridge.RunFailures {
			if err := s.saveTotal(t, plan); err != nil {
				return err
			}
		}
		return s.audit(ctx, t, line{Event: "run", Run: run.ID, Plan: plan.ID, Connection: run.Connection, State: string(run.State)})
	})
	if err != nil {
		return err
	}
	if err := s.Seal(ctx); err != nil { // the run is saved; the lines are sealed within a second
		s.settings.Log.Error("the audit cannot be sealed; it is tried again", "run", run.ID, "error", err)
	}
	return nil
}

func endRun(t *transaction, run bridge.Run) error {
	const query = `UPDATE runs SET state = ?, ended = ?, planned = ?, done = ?, failed = ?, unknown = ?, not_tried = ?, settled = ?, actions = ?, message = ? WHERE id = ?`
	actions, err := json.Marshal(run.Actions)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "run %s cannot be written as JSON", run.ID)
	}
	n, err := t.exec(query, run.State, stamp(run.Ended), run.Planned, run.Done, run.Failed, run.Unknown, run.NotTried, run.Settled, string(actions), run.Message, run.ID)
	if err == nil && n == 0 {
		return bridge.Errorf(bridge.NotFound, "there is no run %s", run.ID)
	}
	return err
}

func planAfter(run bridge.Run) bridge.PlanState {
	switch {
	case run.State == bridge.RunApplied:
		return bridge.PlanApplied
	case run.State == bridge.RunCancelled && run.Done == 0:
		return bridge.PlanCancelled
	}
	return bridge.PlanPartly
}

// saveMarks remembers the records that the plan found in agreement, a page per
// transaction, so that others may write in between.
func (s *Store) saveMarks(ctx context.Context, plan *bridge.Plan) error {
	for rest := plan.Marks; len(rest) > 0; {
		page := rest[:min(len(rest), pageRows)]
		rest = rest[len(page):]
		err := s.transact(ctx, func(t *transaction) error {
			for _, m := range page {
				if err := saveMark(t, plan.Connection, m.Key, m.Digest); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Run returns a run. id may be the beginning of one: the error is of kind
// NotFound if no run has it and Conflict if several have.
func (s *Store) Run(ctx context.Context, id string) (bridge.Run, error) {
	id, err := s.complete(ctx, "run", `SELECT id FROM runs WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 3`, id)
	if err != nil {
		return bridge.Run{}, err
	}
	var row runRow
	if err := s.get(ctx, &row, `SELECT * FROM runs WHERE id = ?`, id); err != nil {
		return bridge.Run{}, fault(err, "run %s cannot be read", id)
	}
	return row.run()
}

// Runs returns the latest runs of a connection, newest first, at most limit.
func (s *Store) Runs(ctx context.Context, connection string, limit int) ([]bridge.Run, error) {
	var rows []runRow
	err := s.list(ctx, &rows, `SELECT * FROM runs WHERE connection = ? ORDER BY started DESC, id LIMIT ?`, connection, limit)
	if err != nil {
		return nil, fault(err, "the runs of connection %s cannot be read", connection)
	}
	runs := make([]bridge.Run, len(rows))
	for i, row := range rows {
		if runs[i], err = row.run(); err != nil {
			return nil, err
		}
	}
	return runs, nil
}
