package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// SeenRecord is a record as its source last stated it.
type SeenRecord struct {
	Digest string          `json:"digest"`
	Row    json.RawMessage `json:"row"`
	Seen   time.Time       `json:"seen"` // when it was first read like this
}

type recordRow struct {
	Key    string
	Digest string
	Body   []byte
	Seen   stamp
}

// SaveRecords remembers the records of a connection as they are now. Those that
// did not change are not written, those without a key are passed over.
func (s *Store) SaveRecords(ctx context.Context, connection string, records iter.Seq2[bridge.Record, error]) error {
	page := make([]recordRow, 0, pageRows)
	for record, err := range records {
		if err != nil {
			return err
		}
		if record.Key == "" {
			continue
		}
		body, err := json.Marshal(record.Row)
		if err != nil {
			return bridge.Wrap(bridge.Internal, err, "record %q of connection %s cannot be written as JSON", record.Key, connection)
		}
		digest := record.Row.Digest()
		page = append(page, recordRow{Key: record.Key, Digest: hex.EncodeToString(digest[:]), Body: body})
		if len(page) < pageRows {
			continue
		}
		if err := s.saveRecords(ctx, connection, page); err != nil {
			return err
		}
		page = page[:0]
	}
	return s.saveRecords(ctx, connection, page)
}

func (s *Store) saveRecords(ctx context.Context, connection string, page []recordRow) error {
	const query = `INSERT INTO records (connection, key, digest, body, seen) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (connection, key) DO UPDATE SET digest = excluded.digest, body = excluded.body, seen = excluded.seen
		WHERE records.digest <> excluded.digest`
	if len(page) == 0 {
		return nil
	}
	return s.transact(ctx, func(t *transaction) error {
		for _, r := range page {
			if _, err := t.exec(query, connection, r.Key, r.Digest, string(r.Body), stamp(s.settings.Now())); err != nil {
				return fault(err, "record %q of connection %s cannot be saved", r.Key, connection)
			}
		}
		return nil
	})
}

// Record returns a record as it was last saved; the error is of kind NotFound
// if it never was.
func (s *Store) Record(ctx context.Context, connection, key string) (SeenRecord, error) {
	var row recordRow
	err := s.get(ctx, &row, `SELECT key, digest, body, seen FROM records WHERE connection = ? AND key = ?`, connection, key)
	if errors.Is(err, sql.ErrNoRows) {
		return SeenRecord{}, bridge.Errorf(bridge.NotFound, "record %q of connection %s was never saved", key, connection)
	}
	if err != nil {
		return SeenRecord{}, fault(err, "record %q of connection %s cannot be read", key, connection)
	}
	return SeenRecord{Digest: row.Digest, Row: row.Body, Seen: time.Time(row.Seen)}, nil
}
