package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/muster-idm/muster/bridge"
)

type intentRow struct {
	ID          int64
	Run         string
	Destination string
	Connection  string
	Key         string
	EntryID     string `db:"entry_id"`
	Body        []byte
	At          stamp
}

// intentBody is what of an intent is needed to settle it.
type intentBody struct {
	Change bridge.Change `json:"change"`
	Link   bridge.Link   `json:"link"`
}

func (r intentRow) intent() (bridge.Intent, error) {
	var body intentBody
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return bridge.Intent{}, bridge.Wrap(bridge.Internal, err, "intent %d of run %s is damaged", r.ID, r.Run)
	}
	return bridge.Intent{ID: r.ID, Run: r.Run, Change: body.Change, Link: body.Link, At: time.Time(r.At)}, nil
}

// Intend commits the intents with their claims and reservations, all that can
// be taken in one transaction. Per intent it returns the id, or an error of
// kind Conflict that names who holds the record, the entry or a reserved name.
// The error is of kind Precondition without the working lock.
func (s *Store) Intend(ctx context.Context, intents []bridge.Intent) (ids []int64, refused []error, err error) {
	if err := s.working(); err != nil {
		return nil, nil, err
	}
	rows := make([]intentRow, len(intents))
	for i, intent := range intents {
		if rows[i], err = newIntentRow(intent); err != nil {
			return nil, nil, err
		}
	}
	if err := ctx.Err(); err != nil || len(intents) == 0 {
		return nil, nil, fault(err, "nothing was intended")
	}
	ids, refused = make([]int64, len(intents)), make([]error, len(intents))
	err = s.transact(context.WithoutCancel(ctx), func(t *transaction) error {
		for i, intent := range intents {
			var err error
			if ids[i], refused[i], err = intend(t, intent, rows[i]); err != nil {
				return fault(err, "the intent for record %q of connection %s cannot be saved", rows[i].Key, rows[i].Connection)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return ids, refused, nil
}

func newIntentRow(intent bridge.Intent) (intentRow, error) {
	body, err := json.Marshal(intentBody{Change: intent.Change, Link: intent.Link})
	if err != nil {
		return intentRow{}, bridge.Wrap(bridge.Internal, err, "the change of record %q cannot be written as JSON", intent.Change.Key)
	}
	row := intentRow{
		Run: intent.Run, Destination: intent.Link.Destination, Connection: intent.Link.Connection, Key: intent.Change.Key,
		EntryID: intent.Change.EntryID, Body: body, At: stamp(intent.At),
	}
	if row.EntryID == "" {
		row.EntryID = intent.Link.EntryID
	}
	return row, nil
}

// intend takes one intent: it is inserted unless a link or another intent
// holds its record or its entry. refused says who does.
func intend(t *transaction, intent bridge.Intent, row intentRow) (id int64, refused, err error) {
	const query = `INSERT INTO intents (run, destination, connection, key, entry_id, body, at)
		SELECT ?, ?, ?, ?, ?, ?, ?
		WHERE NOT EXISTS (SELECT 1 FROM links WHERE connection = ? AND key = ? AND state <> 'deleted' AND id <> ?)
		AND NOT EXISTS (SELECT 1 FROM links WHERE destination = ? AND entry_id = ? AND ` + owning + ` AND id <> ?)
		ON CONFLICT DO NOTHING RETURNING id`
	err = t.get(&id, query, row.Run, row.Destination, row.Connection, row.Key, row.EntryID, string(row.Body), row.At,
		row.Connection, row.Key, intent.Link.ID, row.Destination, row.EntryID, intent.Link.ID)
	if errors.Is(err, sql.ErrNoRows) {
		refused, err = holder(t, intent, row)
		return 0, refused, err
	}
	if err != nil {
		return 0, nil, err
	}
	refused, err = reserve(t, id, row, intent.Change.Reserve)
	if refused == nil || err != nil {
		return id, nil, err
	}
	_, err = t.exec(`DELETE FROM intents WHERE id = ?`, id)
	return 0, refused, err
}

// reserve takes the unique values of a change for as long as its intent is open.
func reserve(t *transaction, id int64, row intentRow, values []bridge.Reservation) (refused, err error) {
	const insert = `INSERT INTO reservations (destination, attribute, folded, intent) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	const taken = `SELECT i.* FROM reservations r JOIN intents i ON i.id = r.intent
		WHERE r.destination = ? AND r.attribute = ? AND r.folded = ?`
	for _, v := range values {
		n, err := t.exec(insert, row.Destination, v.Attribute, v.Folded, id)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			continue
		}
		var other intentRow
		if err := t.get(&other, taken, row.Destination, v.Attribute, v.Folded); err != nil {
			return nil, err
		}
		if other.ID != id { // a change may name a value twice
			return bridge.Errorf(bridge.Conflict, "%s %q is reserved for record %q of connection %s by run %s",
				v.Attribute, v.Folded, other.Key, other.Connection, other.Run), nil
		}
	}
	return nil, nil
}

// holder returns the refusal, which names the intent or the link in the way.
func holder(t *transaction, intent bridge.Intent, row intentRow) (refused, err error) {
	const claims = `SELECT * FROM intents WHERE (connection = ? AND key = ?) OR (destination = ? AND entry_id = ? AND entry_id <> '') ORDER BY id LIMIT 1`
	var other intentRow
	err = t.get(&other, claims, row.Connection, row.Key, row.Destination, row.EntryID)
	if err == nil {
		return bridge.Errorf(bridge.Conflict, "record %q of connection %s waits for run %s, which changes record %q of connection %s",
			row.Key, row.Connection, other.Run, other.Key, other.Connection), nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	const owners = `SELECT ` + linkColumns + ` FROM links WHERE id <> ? AND
		((connection = ? AND key = ? AND state <> 'deleted') OR (destination = ? AND entry_id = ? AND ` + owning + `)) ORDER BY id LIMIT 1`
	var owner linkRow
	if err := t.get(&owner, owners, intent.Link.ID, row.Connection, row.Key, row.Destination, row.EntryID); err != nil {
		return nil, err
	}
	if owner.Connection == row.Connection && owner.Key == row.Key {
		return bridge.Errorf(bridge.Conflict, "record %q of connection %s already has link %s", row.Key, row.Connection, owner.ID), nil
	}
	return bridge.Errorf(bridge.Conflict, "entry %s belongs to record %q of connection %s", row.EntryID, owner.Key, owner.Connection), nil
}

// Unsettled yields the intents of a destination that have no outcome, oldest
// first. Those of a run that this process is just applying are on their way and
// not among them.
func (s *Store) Unsettled(ctx context.Context, destination string) iter.Seq2[bridge.Intent, error] {
	const query = `SELECT * FROM intents WHERE destination = ? AND id > ?
		AND run NOT IN (SELECT id FROM runs WHERE state = 'applying' AND holder = ?) ORDER BY id LIMIT ?`
	return paged(func(after int64) ([]bridge.Intent, int64, error) {
		var rows []intentRow
		if err := s.list(ctx, &rows, query, destination, after, s.token, pageRows); err != nil {
			return nil, 0, fault(err, "the open intents of destination %s cannot be read", destination)
		}
		intents := make([]bridge.Intent, len(rows))
		for i, row := range rows {
			var err error
			if intents[i], err = row.intent(); err != nil {
				return nil, 0, err
			}
			after = row.ID
		}
		return intents, after, nil
	})
}
