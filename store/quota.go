package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// Hold says that a client's connection writes nothing until a person releases it.
type Hold struct {
	Connection string    `json:"connection"`
	Since      time.Time `json:"since"`
	Reason     string    `json:"reason"`  // which bound was reached
	Request    string    `json:"request"` // the request that asked for more
}

type holdRow struct {
	Connection string
	Since      stamp
	Reason     string
	Request    string
}

// spend counts what an intent does against the quota of its client, in the
// intent's transaction. What would exceed a bound is refused, and the
// connection is held from then on.
func (s *Store) spend(ctx context.Context, t *transaction, intent bridge.Intent) (refused, err error) {
	if intent.Quota == nil {
		return nil, nil
	}
	q, minute := intent.Quota, s.settings.Now().Unix()/60
	asked := asks(intent)
	for _, action := range slices.Sorted(maps.Keys(asked)) {
		used, err := spent(t, q.Connection, action, minute)
		if err != nil {
			return nil, err
		}
		if used+asked[action] > q.PerHour[action] {
			return s.hold(ctx, t, intent, action, used, asked[action])
		}
	}
	for action, n := range asked {
		if err := addSpent(t, q.Connection, action, minute, n); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// asks says how much of what its quota bounds an intent asks for.
func asks(intent bridge.Intent) map[bridge.Action]int {
	asked := maps.Clone(intent.Quota.Asked)
	if asked == nil {
		asked = map[bridge.Action]int{}
		for _, action := range intent.Change.Actions {
			asked[action] = intent.Change.Weight(action)
		}
	}
	maps.DeleteFunc(asked, func(action bridge.Action, n int) bool {
		_, bounded := intent.Quota.PerHour[action]
		return !bounded || n == 0
	})
	return asked
}

// spent sums up an hour. The oldest minute counts as a whole, so that no hour
// has more than its bound.
func spent(t *transaction, connection string, action bridge.Action, minute int64) (used int, err error) {
	const query = `SELECT coalesce(sum(total), 0) FROM quota_used WHERE connection = ? AND action = ? AND minute >= ?`
	err = t.scan(query, []any{connection, string(action), minute - 60}, &used)
	return used, err
}

func addSpent(t *transaction, connection string, action bridge.Action, minute int64, n int) error {
	const forget = `DELETE FROM quota_used WHERE connection = ? AND action = ? AND minute < ?`
	const add = `INSERT INTO quota_used (connection, action, minute, total) VALUES (?, ?, ?, ?)
		ON CONFLICT (connection, action, minute) DO UPDATE SET total = quota_used.total + excluded.total`
	if _, err := t.exec(forget, connection, string(action), minute-60); err != nil {
		return err
	}
	_, err := t.exec(add, connection, string(action), minute, n)
	return err
}

// hold holds a connection and returns the refusal.
func (s *Store) hold(ctx context.Context, t *transaction, intent bridge.Intent, action bridge.Action, used, n int) (refused, err error) {
	const query = `INSERT INTO holds (connection, since, reason, request) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	q := intent.Quota
	refused = bridge.Errorf(bridge.Refused, "connection %s may %s at most %d in an hour, did %d and asks for %d more: it writes nothing until a person allows it with muster release %s --reason ...",
		q.Connection, action, q.PerHour[action], used, n, q.Connection)
	if _, err := t.exec(query, q.Connection, stamp(s.settings.Now()), refused.Error(), intent.Run); err != nil {
		return nil, err
	}
	return refused, s.audit(ctx, t, line{Event: "held", Connection: q.Connection, Run: intent.Run, Actions: []bridge.Action{action}, Reason: refused.Error()})
}

// refuseHeld refuses what a connection on hold asks for.
func refuseHeld(t *transaction, connection string) (refused, err error) {
	var since stamp
	var reason string
	err = t.scan(`SELECT since, reason FROM holds WHERE connection = ?`, []any{connection}, &since, &reason)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return bridge.Errorf(bridge.Refused, "connection %s is held since %s: %s", connection, time.Time(since).Format(time.RFC3339), reason), nil
}

// Held says whether a client's connection is on hold, and why.
func (s *Store) Held(ctx context.Context, connection string) (Hold, bool, error) {
	var row holdRow
	err := s.get(ctx, &row, `SELECT * FROM holds WHERE connection = ?`, connection)
	if errors.Is(err, sql.ErrNoRows) {
		return Hold{}, false, nil
	}
	return row.hold(), err == nil, fault(err, "the hold of connection %s cannot be read", connection)
}

// Holds returns the connections on hold, by name.
func (s *Store) Holds(ctx context.Context) ([]Hold, error) {
	var rows []holdRow
	if err := s.list(ctx, &rows, `SELECT * FROM holds ORDER BY connection`); err != nil {
		return nil, fault(err, "the holds cannot be read")
	}
	holds := make([]Hold, len(rows))
	for i, row := range rows {
		holds[i] = row.hold()
	}
	return holds, nil
}

func (r holdRow) hold() Hold {
	return Hold{Connection: r.Connection, Since: time.Time(r.Since), Reason: r.Reason, Request: r.Request}
}

// Release ends the hold of a connection and forgets what was counted, with an
// audit line that says who and why. The error is of kind Invalid without a
// reason and NotFound if the connection is not held.
func (s *Store) Release(ctx context.Context, connection, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return bridge.Errorf(bridge.Invalid, "a release needs a reason")
	}
	return s.transact(ctx, func(t *transaction) error {
		n, err := t.exec(`DELETE FROM holds WHERE connection = ?`, connection)
		if err != nil {
			return err
		}
		if n == 0 {
			return bridge.Errorf(bridge.NotFound, "connection %s is not held", connection)
		}
		if _, err := t.exec(`DELETE FROM quota_used WHERE connection = ?`, connection); err != nil {
			return err
		}
		return s.audit(ctx, t, line{Event: "released", Connection: connection, Reason: reason})
	})
}
