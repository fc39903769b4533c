package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// next holds the states into which a plan may go from each state. A plan that
// was applied, even in part, is over: its changes no longer fit.
var next = map[bridge.PlanState][]bridge.PlanState{
	bridge.PlanReady:    {bridge.PlanApplying, bridge.PlanApproved, bridge.PlanRejected, bridge.PlanExpired, bridge.PlanSuperseded, bridge.PlanCancelled},
	bridge.PlanWaiting:  {bridge.PlanApproved, bridge.PlanRejected, bridge.PlanExpired, bridge.PlanSuperseded, bridge.PlanCancelled},
	bridge.PlanBlocked:  {bridge.PlanApproved, bridge.PlanRejected, bridge.PlanExpired, bridge.PlanSuperseded, bridge.PlanCancelled},
	bridge.PlanApproved: {bridge.PlanApplying, bridge.PlanRejected, bridge.PlanExpired, bridge.PlanSuperseded, bridge.PlanCancelled},
	bridge.PlanApplying: {bridge.PlanApplied, bridge.PlanPartly, bridge.PlanCancelled},
}

// unapplied says whether a plan in this state could still be applied some day.
func unapplied(state bridge.PlanState) bool {
	return slices.Contains(next[state], bridge.PlanSuperseded)
}

// PlanStep is one state that a plan took.
type PlanStep struct {
	At        time.Time        `json:"at"`
	State     bridge.PlanState `json:"state"`
	Author    string           `json:"author,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	OverLimit bool             `json:"over_limit,omitempty"` // approved although it exceeds its limits
}

type stepRow struct {
	ID        int64
	Plan      string
	At        stamp
	State     bridge.PlanState
	Author    string
	Reason    string
	Hash      string // of what was approved
	OverLimit bool   `db:"over_limit"`
}

// step appends a state to the plan's history and to the audit.
func (s *Store) step(ctx context.Context, t *transaction, p stepRow) error {
	const query = `INSERT INTO plan_steps (plan, at, state, author, reason, hash, over_limit) VALUES (?, ?, ?, ?, ?, ?, ?)`
	author := bridge.ActorFrom(ctx).Name
	if _, err := t.exec(query, p.Plan, stamp(s.settings.Now()), p.State, author, p.Reason, p.Hash, p.OverLimit); err != nil {
		return err
	}
	return s.audit(ctx, t, line{Event: "plan", Plan: p.Plan, State: string(p.State), Reason: p.Reason, OverLimit: p.OverLimit})
}

// move takes a plan from the state it is in to another. The error is of kind
// Precondition if it may not go there.
func (s *Store) move(ctx context.Context, t *transaction, to stepRow) error {
	var row planRow
	err := t.get(&row, `SELECT * FROM plans WHERE id = ?`, to.Plan)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Errorf(bridge.NotFound, "there is no plan %s", to.Plan)
	}
	if err != nil {
		return err
	}
	from := row.stateAt(s.settings.Now())
	if !slices.Contains(next[from], to.State) && (from != bridge.PlanExpired || to.State != bridge.PlanExpired) {
		return refusal(row, from, to.State)
	}
	if _, err := t.exec(`UPDATE plans SET state = ? WHERE id = ?`, to.State, to.Plan); err != nil {
		return err
	}
	return s.step(ctx, t, to)
}

func refusal(row planRow, from, to bridge.PlanState) error {
	kind, hint := bridge.Precondition, ""
	switch from {
	case bridge.PlanWaiting:
		hint = ": it must be approved first"
	case bridge.PlanBlocked:
		kind, hint = bridge.Refused, ": it exceeds a limit and must be released first"
	case bridge.PlanExpired:
		hint = " since " + time.Time(row.Expires).Format(time.RFC3339) + ": make a new one"
	case bridge.PlanSuperseded, bridge.PlanApplied, bridge.PlanPartly, bridge.PlanRejected, bridge.PlanCancelled:
		hint = ": make a new one"
	}
	return bridge.Errorf(kind, "plan %s cannot become %s, because it is %s%s", row.ID, to, from, hint)
}

// SetPlanState rejects, cancels or expires a plan, with who and why. The other
// states have their own ways: Approve, Begin and Finish. The error is of kind
// Precondition if the plan's state does not allow it.
func (s *Store) SetPlanState(ctx context.Context, id string, state bridge.PlanState, reason string) error {
	if !slices.Contains([]bridge.PlanState{bridge.PlanRejected, bridge.PlanCancelled, bridge.PlanExpired}, state) {
		return bridge.Errorf(bridge.Invalid, "a plan is not made %s this way", state)
	}
	row, err := s.planRow(ctx, id)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *transaction) error {
		var from bridge.PlanState
		if err := t.get(&from, `SELECT state FROM plans WHERE id = ?`, row.ID); err != nil {
			return err
		}
		if from == bridge.PlanApplying { // only the end of its run takes it from there
			return bridge.Errorf(bridge.Precondition, "plan %s cannot become %s, because it is being applied", row.ID, state)
		}
		return s.move(ctx, t, stepRow{Plan: row.ID, State: state, Reason: reason})
	})
}

// Approve approves a plan by its hash. A plan that exceeds a limit is approved
// only with overLimit, which releases this plan and not the setting. The error
// is of kind Invalid without a reason, Refused if a limit forbids it, and
// Precondition if the plan's state does.
func (s *Store) Approve(ctx context.Context, id, reason string, overLimit bool) error {
	if strings.TrimSpace(reason) == "" {
		return bridge.Errorf(bridge.Invalid, "an approval needs a reason")
	}
	row, err := s.planRow(ctx, id)
	if err != nil {
		return err
	}
	if row.State == bridge.PlanBlocked && !overLimit {
		return bridge.Errorf(bridge.Refused, "plan %s exceeds a limit: approve it over the limit if that is meant", row.ID)
	}
	return s.transact(ctx, func(t *transaction) error {
		return s.move(ctx, t, stepRow{Plan: row.ID, State: bridge.PlanApproved, Reason: reason, Hash: row.Hash, OverLimit: overLimit})
	})
}

// PlanSteps returns the states that a plan took, oldest first.
func (s *Store) PlanSteps(ctx context.Context, id string) ([]PlanStep, error) {
	row, err := s.planRow(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows []stepRow
	if err := s.list(ctx, &rows, `SELECT * FROM plan_steps WHERE plan = ? ORDER BY id`, row.ID); err != nil {
		return nil, fault(err, "the history of plan %s cannot be read", row.ID)
	}
	steps := make([]PlanStep, len(rows))
	for i, r := range rows {
		steps[i] = PlanStep{At: time.Time(r.At), State: r.State, Author: r.Author, Reason: r.Reason, OverLimit: r.OverLimit}
	}
	return steps, nil
}
