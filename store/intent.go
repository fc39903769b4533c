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

	Record *bridge.Pushed `json:"record,omitempty"`
}

func (r intentRow) intent() (bridge.Intent, error) {
	var body intentBody
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return bridge.Intent{}, bridge.Wrap(bridge.Internal, err, "intent %d of run %s is damaged", r.ID, r.Run)
	}
	return bridge.Intent{ID: r.ID, Run: r.Run, Change: body.Change, Link: body.Link, At: time.Time(r.At), Record: body.Record}, nil
}

// Intend commits the intents with their claims and reservations, all that can
// be taken in one transaction. Per intent it returns the id, or an error of
// kind Conflict that names who holds the record, the entry or a reserved name,
// or Refused when the client's quota is used up. The error is of kind
// Precondition without the working lock.
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
			if ids[i], refused[i], err = s.intend(ctx, t, intent, rows[i]); err != nil {
				return fault(err, "the intent for record %q of connection %s cannot be saved", rows[i].Key, rows[i].Connection)
			}
		}
		s.embark(intents, ids) // before anybody can read them
		return nil
	})
	if err != nil {
		s.arrive(ids...)
		return nil, nil, err
	}
	return ids, refused, nil
}

func newIntentRow(intent bridge.Intent) (intentRow, error) {
	body, err := json.Marshal(intentBody{Change: intent.Change, Link: intent.Link, Record: intent.Record})
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

// intend takes one intent, unless something is in its way: refused says what.
// Then nothing is left of it.
func (s *Store) intend(ctx context.Context, t *transaction, intent bridge.Intent, row intentRow) (id int64, refused, err error) {
	if intent.Quota != nil {
		if refused, err = refuseHeld(t, intent.Quota.Connection); refused != nil || err != nil {
			return 0, refused, err
		}
	}
	if id, refused, err = insertIntent(t, intent, row); refused != nil || err != nil {
		return 0, refused, err
	}
	refused, err = reserve(t, id, row, intent.Change.Reserve)
	if refused == nil && err == nil {
		refused, err = claim(t, id, intent.Record)
	}
	if refused == nil && err == nil {
		refused, err = s.spend(ctx, t, intent)
	}
	if refused == nil || err != nil {
		return id, nil, err
	}
	_, err = t.exec(`DELETE FROM intents WHERE id = ?`, id)
	return 0, refused, err
}

// insertIntent inserts an intent unless a link or another intent holds its
// record or its entry. refused says who does.
func insertIntent(t *transaction, intent bridge.Intent, row intentRow) (id int64, refused, err error) {
	const query = `INSERT INTO intents (run, destination, connection, key, entry_id, body, at)
		SELECT ?, ?, ?, ?, ?, ?, ?
		WHERE NOT EXISTS (SELECT 1 FROM links WHERE connection = ? AND key = ? AND state <> 'deleted' AND id <> ?)
		AND NOT EXISTS (SELECT 1 FROM links WHERE destination = ? AND entry_id = ? AND ` + owning + ` AND id <> ?)
		ON CONFLICT DO NOTHING RETURNING id`
	err = t.scan(query, []any{row.Run, row.Destination, row.Connection, row.Key, row.EntryID, string(row.Body), row.At,
		row.Connection, row.Key, intent.Link.ID, row.Destination, row.EntryID, intent.Link.ID}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		refused, err = holder(t, intent, row)
		return 0, refused, err
	}
	return id, nil, err
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
// first. Those of a run that this process is just applying, and those of pushes
// that it is just sending, are on their way and not among them.
func (s *Store) Unsettled(ctx context.Context, destination string) iter.Seq2[bridge.Intent, error] {
	const query = `SELECT * FROM intents WHERE destination = ? AND id > ?
		AND run NOT IN (SELECT id FROM runs WHERE state = 'applying' AND holder = ?) ORDER BY id LIMIT ?`
	return paged(func(after int64) (intents []bridge.Intent, last int64, err error) {
		for len(intents) == 0 { // a page of intents on their way is not the end
			var rows []intentRow
			if err = s.list(ctx, &rows, query, destination, after, s.token, pageRows); err != nil || len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].ID
			if intents, err = s.left(ctx, rows); err != nil {
				break
			}
		}
		return intents, after, fault(err, "the open intents of destination %s cannot be read", destination)
	})
}

// left returns the intents that are not on their way. It looks again whether
// one is open, because its outcome may have come since the rows were read.
func (s *Store) left(ctx context.Context, rows []intentRow) ([]bridge.Intent, error) {
	var intents []bridge.Intent
	for _, row := range rows {
		if s.onItsWay(row.ID) {
			continue
		}
		var open bool
		if err := s.get(ctx, &open, `SELECT EXISTS (SELECT 1 FROM intents WHERE id = ?)`, row.ID); err != nil {
			return nil, err
		}
		if !open {
			continue
		}
		intent, err := row.intent()
		if err != nil {
			return nil, err
		}
		intents = append(intents, intent)
	}
	return intents, nil
}

// embark remembers the intents of pushes: they are on their way until this
// process says what became of them.
func (s *Store) embark(intents []bridge.Intent, ids []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, intent := range intents {
		if ids[i] != 0 && (intent.Record != nil || intent.Quota != nil) {
			s.afloat[ids[i]] = true
		}
	}
}

// arrive forgets what was on its way.
func (s *Store) arrive(ids ...int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(s.afloat, id)
	}
}

func (s *Store) onItsWay(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.afloat[id]
}
