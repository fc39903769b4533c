package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// owning are the links whose entry nobody else may have; it is the condition of
// the index links_entry, word for word.
const owning = `state IN ('pending', 'live', 'departed') AND entry_id <> ''`

const linkPage = 2000

const linkColumns = `id, destination, connection, key, entry_id, dn, state, created, since, mark`

type linkRow struct {
	ID          string
	Destination string
	Connection  string
	Key         string
	EntryID     string `db:"entry_id"`
	DN          string
	State       bridge.LinkState
	Created     bool
	Since       stamp
	Mark        string
}

func (r linkRow) link() bridge.Link {
	return bridge.Link{
		ID: r.ID, Destination: r.Destination, Connection: r.Connection, Key: r.Key, EntryID: r.EntryID,
		DN: r.DN, State: r.State, Created: r.Created, Since: time.Time(r.Since), Mark: r.Mark,
	}
}

// Links yields the links of a destination, those of every connection, except
// those that are deleted: they stand for nothing any more.
func (s *Store) Links(ctx context.Context, destination string) iter.Seq2[bridge.Link, error] {
	return paged(func(after int64) ([]bridge.Link, int64, error) {
		links, last, err := s.linksAfter(ctx, destination, after)
		return links, last, fault(err, "the links of destination %s cannot be read", destination)
	})
}

// linksAfter reads a page. It scans by hand, because a plan reads every link.
func (s *Store) linksAfter(ctx context.Context, destination string, after int64) ([]bridge.Link, int64, error) {
	const query = `SELECT num, id, connection, key, entry_id, dn, state, created, since, mark FROM links
		WHERE destination = ? AND num > ? AND state <> 'deleted' ORDER BY num LIMIT ?`
	rows, err := s.read.QueryContext(ctx, s.read.Rebind(query), destination, after, linkPage)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	links := make([]bridge.Link, 0, linkPage)
	l := bridge.Link{Destination: destination}
	var connection, state string
	var since stamp
	columns := []any{&after, &l.ID, &connection, &l.Key, &l.EntryID, &l.DN, &state, &l.Created, &since, &l.Mark}
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return nil, 0, err
		}
		if connection != l.Connection {
			l.Connection = connection // held once for all links of a page
		}
		l.State, l.Since = bridge.LinkState(state), time.Time(since)
		links = append(links, l)
	}
	return links, after, rows.Err()
}

// Link returns the link of a record; the error is of kind NotFound if there is
// none that is not deleted.
func (s *Store) Link(ctx context.Context, connection, key string) (bridge.Link, error) {
	const query = `SELECT ` + linkColumns + ` FROM links WHERE connection = ? AND key = ? AND state <> 'deleted'`
	var row linkRow
	err := s.get(ctx, &row, query, connection, key)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Link{}, bridge.Errorf(bridge.NotFound, "record %q of connection %s has no link", key, connection)
	}
	return row.link(), fault(err, "the link of record %q of connection %s cannot be read", key, connection)
}

// Owner returns the link that owns an entry: one that is pending, live or
// departed. The error is of kind NotFound if there is none.
func (s *Store) Owner(ctx context.Context, destination, entryID string) (bridge.Link, error) {
	const query = `SELECT ` + linkColumns + ` FROM links WHERE destination = ? AND entry_id = ? AND ` + owning
	var row linkRow
	err := s.get(ctx, &row, query, destination, entryID)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Link{}, bridge.Errorf(bridge.NotFound, "entry %s of destination %s has no link", entryID, destination)
	}
	return row.link(), fault(err, "the link of entry %s of destination %s cannot be read", entryID, destination)
}

// saveLink writes a link. A link keeps its record for ever and a deleted one
// stays deleted.
func saveLink(t *transaction, l bridge.Link) error {
	const query = `INSERT INTO links (` + linkColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET entry_id = excluded.entry_id, dn = excluded.dn, state = excluded.state,
			created = excluded.created, since = excluded.since, mark = excluded.mark
		WHERE links.destination = excluded.destination AND links.connection = excluded.connection AND links.key = excluded.key
			AND (links.state <> 'deleted' OR excluded.state = 'deleted')`
	n, err := t.exec(query, l.ID, l.Destination, l.Connection, l.Key, l.EntryID, l.DN, l.State, l.Created, stamp(l.Since), l.Mark)
	if err != nil {
		return fault(err, "link %s of record %q of connection %s cannot be saved: the record or entry %s has another link", l.ID, l.Key, l.Connection, l.EntryID)
	}
	if n == 0 {
		return bridge.Errorf(bridge.Conflict, "link %s cannot be saved: it is deleted or belongs to another record than %q of connection %s", l.ID, l.Key, l.Connection)
	}
	return nil
}

// saveMark remembers that the record was applied, if it has a link.
func saveMark(t *transaction, connection, key, mark string) error {
	const query = `UPDATE links SET mark = ? WHERE connection = ? AND key = ? AND state <> 'deleted' AND mark <> ?`
	_, err := t.exec(query, mark, connection, key, mark)
	return err
}

// LinkOf returns a link by its id; the error is of kind NotFound if there is
// none, or it is deleted.
func (s *Store) LinkOf(ctx context.Context, id string) (bridge.Link, error) {
	const query = `SELECT ` + linkColumns + ` FROM links WHERE id = ? AND state <> 'deleted'`
	var row linkRow
	err := s.get(ctx, &row, query, id)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Link{}, bridge.Errorf(bridge.NotFound, "there is no link %s", id)
	}
	return row.link(), fault(err, "link %s cannot be read", id)
}

// FoundLink returns the link in state found that a stream has of an entry; the
// error is of kind NotFound if there is none.
func (s *Store) FoundLink(ctx context.Context, connection, entryID string) (bridge.Link, error) {
	const query = `SELECT ` + linkColumns + ` FROM links WHERE connection = ? AND entry_id = ? AND state = 'found'`
	var row linkRow
	err := s.get(ctx, &row, query, connection, entryID)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Link{}, bridge.Errorf(bridge.NotFound, "connection %s found no entry %s", connection, entryID)
	}
	return row.link(), fault(err, "the link that connection %s has of entry %s cannot be read", connection, entryID)
}

// SaveLink saves a link that no change was made through yet: in state found, or
// pending. The error is of kind Invalid if it is in another state, Conflict if the record or, in the same stream, the
// entry has another link, and Precondition without the working lock.
func (s *Store) SaveLink(ctx context.Context, link bridge.Link) error {
	if err := s.working(); err != nil {
		return err
	}
	if link.State != bridge.Found && link.State != bridge.Pending {
		return bridge.Errorf(bridge.Invalid, "link %s is %s, which only the outcome of a change makes it", link.ID, link.State)
	}
	return s.transact(ctx, func(t *transaction) error {
		var now bridge.LinkState
		err := t.scan(`SELECT state FROM links WHERE id = ?`, []any{link.ID}, (*string)(&now))
		if err == nil && now != bridge.Found && now != bridge.Pending {
			return bridge.Errorf(bridge.Conflict, "link %s is already %s", link.ID, now)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return saveLink(t, link)
	})
}
