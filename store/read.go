package store

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// statementMost bounds the statements kept for queries that are made of
// filters, of which there are many.
const statementMost = 512

// statement returns a statement for reading, which is prepared once and stays
// open as long as the store.
func (s *Store) statement(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if ready, _ := s.kept(query); ready != nil { //nolint:sqlclosecheck // kept
		return ready, nil
	}
	ready, err := s.read.PreparexContext(ctx, s.read.Rebind(query))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.prepared[query]; other != nil {
		return other, ready.Close() //nolint:sqlclosecheck // only when another was first
	}
	s.prepared[query] = ready
	return ready, nil
}

// kept returns a prepared statement, or nil, and how many there are.
func (s *Store) kept(query string) (*sqlx.Stmt, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prepared[query], len(s.prepared)
}

// row reads one row. It is read to its end whatever becomes of ctx: watching ctx
// takes longer than reading.
func (s *Store) row(ctx context.Context, query string, args ...any) (*sql.Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ready, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept
	if err != nil {
		return nil, err
	}
	return ready.QueryRowContext(context.WithoutCancel(ctx), args...), nil
}

// query reads rows, also with a query that was made for the occasion.
func (s *Store) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if ready, n := s.kept(query); ready == nil && n >= statementMost { //nolint:sqlclosecheck // kept
		return s.read.QueryContext(ctx, s.read.Rebind(query), args...)
	}
	ready, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept
	if err != nil {
		return nil, err
	}
	return ready.QueryContext(ctx, args...)
}

func (s *Store) get(ctx context.Context, into any, query string, args ...any) error {
	ready, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept
	if err != nil {
		return err
	}
	return ready.GetContext(ctx, into, args...)
}

func (s *Store) list(ctx context.Context, into any, query string, args ...any) error {
	ready, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept
	if err != nil {
		return err
	}
	return ready.SelectContext(ctx, into, args...)
}
