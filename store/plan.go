package store

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/muster-idm/muster/bridge"
)

const (
	changePage  = 256     // changes read at once
	changeBytes = 4 << 20 // or fewer, when a group's many members make them long
)

type planRow struct {
	ID          string
	Connection  string
	Destination string
	Hash        string
	State       bridge.PlanState
	Header      []byte
	Marks       []byte
	Changes     int
	Saved       stamp
	Expires     stamp
}

// header is a plan without its changes and marks, which are stored beside it.
type header bridge.Plan

// SavePlan stores a plan in the state in which it begins: ready, waiting or
// blocked. The changes are read from the plan one by one, within one
// transaction. The error is of kind Conflict if there is a plan of that id.
func (s *Store) SavePlan(ctx context.Context, plan *bridge.Plan, state bridge.PlanState) error {
	if !slices.Contains([]bridge.PlanState{bridge.PlanReady, bridge.PlanWaiting, bridge.PlanBlocked}, state) {
		return bridge.Errorf(bridge.Invalid, "a plan begins ready, waiting or blocked, not %s", state)
	}
	head, err := json.Marshal((*header)(plan))
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "plan %s cannot be written as JSON", plan.ID)
	}
	marks, err := packMarks(plan.Marks)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "the marks of plan %s cannot be packed", plan.ID)
	}
	return s.transact(ctx, func(t *transaction) error {
		const query = `INSERT INTO plans (id, connection, destination, hash, state, header, marks, changes, saved, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
		now := s.settings.Now()
		_, err := t.exec(query, plan.ID, plan.Connection, plan.Destination, plan.Hash, state, string(head), marks,
			plan.Changes.Len(), stamp(now), stamp(now.Add(s.settings.PlanLife)))
		if err != nil {
			return fault(err, "plan %s cannot be saved: is there one of that id?", plan.ID)
		}
		if err := saveChanges(ctx, t, plan); err != nil {
			return err
		}
		return s.step(ctx, t, stepRow{Plan: plan.ID, State: state})
	})
}

func saveChanges(ctx context.Context, t *transaction, plan *bridge.Plan) error {
	const query = `INSERT INTO plan_changes (plan, seq, stage, key, actions, body) VALUES (?, ?, ?, ?, ?, ?)`
	for change, err := range plan.Changes.All(ctx) {
		if err != nil {
			return err
		}
		body, err := json.Marshal(change)
		if err != nil {
			return bridge.Wrap(bridge.Internal, err, "change %d of plan %s cannot be written as JSON", change.Seq, plan.ID)
		}
		if _, err := t.exec(query, plan.ID, change.Seq, change.Stage, change.Key, joinActions(change.Actions), string(body)); err != nil {
			return fault(err, "change %d of plan %s cannot be saved", change.Seq, plan.ID)
		}
	}
	return nil
}

func joinActions(actions []bridge.Action) string {
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = string(a)
	}
	return strings.Join(names, ",")
}

// Plan returns a saved plan and its state. id may be the beginning of one: the
// error is of kind NotFound if no plan has it and Conflict if several have. The
// changes are read from the store whenever they are asked for.
func (s *Store) Plan(ctx context.Context, id string) (*bridge.Plan, bridge.PlanState, error) {
	row, err := s.planRow(ctx, id)
	if err != nil {
		return nil, "", err
	}
	plan := &bridge.Plan{}
	if err := json.Unmarshal(row.Header, (*header)(plan)); err != nil {
		return nil, "", bridge.Wrap(bridge.Internal, err, "plan %s is damaged", row.ID)
	}
	if plan.Marks, err = unpackMarks(row.Marks); err != nil {
		return nil, "", bridge.Wrap(bridge.Internal, err, "the marks of plan %s are damaged", row.ID)
	}
	plan.Changes = storedChanges{store: s, plan: row.ID, length: row.Changes}
	return plan, row.stateAt(s.settings.Now()), nil
}

func (s *Store) planRow(ctx context.Context, prefix string) (planRow, error) {
	id, err := s.complete(ctx, "plan", `SELECT id FROM plans WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 3`, prefix)
	if err != nil {
		return planRow{}, err
	}
	var row planRow
	err = s.get(ctx, &row, `SELECT * FROM plans WHERE id = ?`, id)
	return row, fault(err, "plan %s cannot be read", id)
}

// complete returns the one id that begins like this. query takes the length of
// the beginning and the beginning, and returns up to three ids in order.
func (s *Store) complete(ctx context.Context, kind, query, prefix string) (string, error) {
	if prefix == "" {
		return "", bridge.Errorf(bridge.Invalid, "the id of a %s is wanted", kind)
	}
	var ids []string
	if err := s.list(ctx, &ids, query, utf8.RuneCountInString(prefix), prefix); err != nil {
		return "", fault(err, "%s %s cannot be read", kind, prefix)
	}
	switch {
	case len(ids) == 0:
		return "", bridge.Errorf(bridge.NotFound, "there is no %s %s", kind, prefix)
	case len(ids) == 1 || ids[0] == prefix:
		return ids[0], nil
	}
	return "", bridge.Errorf(bridge.Conflict, "several %ss begin with %s: %s", kind, prefix, strings.Join(ids, ", "))
}

// storedChanges are the changes of a saved plan.
type storedChanges struct {
	store  *Store
	plan   string
	length int
}

var _ bridge.ChangeList = storedChanges{}

// Len returns how many there are.
func (c storedChanges) Len() int { return c.length }

// All yields the changes in the order of their Seq, reading a page at a time.
// The error is of kind Internal when some are missing.
func (c storedChanges) All(ctx context.Context) iter.Seq2[bridge.Change, error] {
	return func(yield func(bridge.Change, error) bool) {
		n := 0
		for change, err := range paged(func(after int) ([]bridge.Change, int, error) { return c.page(ctx, after) }) {
			if !yield(change, err) || err != nil {
				return
			}
			n++
		}
		if n != c.length {
			yield(bridge.Change{}, bridge.Errorf(bridge.Internal, "plan %s has %d changes in the store and should have %d", c.plan, n, c.length))
		}
	}
}

func (c storedChanges) page(ctx context.Context, after int) ([]bridge.Change, int, error) {
	const query = `SELECT body FROM plan_changes WHERE plan = ? AND seq > ? ORDER BY seq LIMIT ?`
	rows, err := c.store.read.QueryxContext(ctx, c.store.read.Rebind(query), c.plan, after, changePage)
	if err != nil {
		return nil, 0, fault(err, "the changes of plan %s cannot be read", c.plan)
	}
	defer rows.Close()
	var changes []bridge.Change
	for size := 0; size < changeBytes && rows.Next(); {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, 0, fault(err, "the changes of plan %s cannot be read", c.plan)
		}
		var change bridge.Change
		if err := json.Unmarshal(body, &change); err != nil {
			return nil, 0, bridge.Wrap(bridge.Internal, err, "the change after %d of plan %s is damaged", after, c.plan)
		}
		changes = append(changes, change)
		size, after = size+len(body), change.Seq
	}
	return changes, after, fault(rows.Err(), "the changes of plan %s cannot be read", c.plan)
}

// stateAt returns the state at an instant: a plan that nobody applied in time is expired.
func (r planRow) stateAt(now time.Time) bridge.PlanState {
	if unapplied(r.State) && !now.Before(time.Time(r.Expires)) {
		return bridge.PlanExpired
	}
	return r.State
}

// PlansIn returns the ids of a connection's plans in any of the states, oldest
// first. One that nobody applied in time is expired and in no other state.
func (s *Store) PlansIn(ctx context.Context, connection string, states ...bridge.PlanState) ([]string, error) {
	const query = `SELECT id, state, expires FROM plans WHERE connection = ? ORDER BY saved, id`
	var rows []planRow
	if err := s.list(ctx, &rows, query, connection); err != nil {
		return nil, fault(err, "the plans of connection %s cannot be read", connection)
	}
	var ids []string
	for _, row := range rows {
		if slices.Contains(states, row.stateAt(s.settings.Now())) {
			ids = append(ids, row.ID)
		}
	}
	return ids, nil
}
