package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// Baseline is the last complete read of a connection that was applied: what the
// next read is measured by.
type Baseline struct {
	Rows    int       `json:"rows"`
	Columns []string  `json:"columns,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Baseline returns the baseline of a connection, the zero one if nothing was
// applied yet.
func (s *Store) Baseline(ctx context.Context, connection string) (Baseline, error) {
	var row struct {
		Total   int
		Columns []byte
		At      stamp
	}
	err := s.get(ctx, &row, `SELECT total, columns, at FROM baselines WHERE connection = ?`, connection)
	if errors.Is(err, sql.ErrNoRows) {
		return Baseline{}, nil
	}
	if err != nil {
		return Baseline{}, fault(err, "the baseline of connection %s cannot be read", connection)
	}
	base := Baseline{Rows: row.Total, At: time.Time(row.At)}
	if err := json.Unmarshal(row.Columns, &base.Columns); err != nil {
		return Baseline{}, bridge.Wrap(bridge.Internal, err, "the baseline of connection %s is damaged", connection)
	}
	return base, nil
}

// LastRows returns the rows of the connection's last applied complete read, 0
// if there was none.
func (s *Store) LastRows(ctx context.Context, connection string) (int, error) {
	base, err := s.Baseline(ctx, connection)
	return base.Rows, err
}

// SaveColumns remembers the columns of the read that was applied, so that the
// next read notices when they change.
func (s *Store) SaveColumns(ctx context.Context, connection string, columns []string) error {
	const query = `INSERT INTO baselines (connection, total, columns, at) VALUES (?, 0, ?, ?)
		ON CONFLICT (connection) DO UPDATE SET columns = excluded.columns`
	names, err := json.Marshal(columns)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "the columns of connection %s cannot be written as JSON", connection)
	}
	return s.transact(ctx, func(t *transaction) error {
		_, err := t.exec(query, connection, string(names), stamp(s.settings.Now()))
		return err
	})
}

// saveTotal remembers the rows of the plan's read. The plan of one pushed
// record read no source.
func (s *Store) saveTotal(t *transaction, plan *bridge.Plan) error {
	const query = `INSERT INTO baselines (connection, total, columns, at) VALUES (?, ?, 'null', ?)
		ON CONFLICT (connection) DO UPDATE SET total = excluded.total, at = excluded.at`
	if plan.Source.Rows == 0 || plan.Source.Digest == "" {
		return nil
	}
	_, err := t.exec(query, plan.Connection, plan.Source.Rows, stamp(s.settings.Now()))
	return err
}
