package database

import (
	"context"
	"database/sql"
	"errors"

	"github.com/muster-idm/muster/bridge"
)

// session is one read-only transaction on a connection of its own.
type session struct {
	tx    *sql.Tx
	close func()
}

// open starts a session and the clock of the statement timeout.
func (s *Source) open(ctx context.Context) (context.Context, *session, error) {
	connector, err := s.dialect.connect(s.settings)
	if err != nil {
		return ctx, nil, s.explained(ctx, err)
	}
	end := func() {}
	if s.settings.Timeout > 0 {
		ctx, end = context.WithTimeoutCause(ctx, s.settings.Timeout, bridge.Errorf(bridge.Unavailable,
			"%s: reading took longer than %s and was stopped; raise the timeout or make the query faster", s.settings.Label(), s.settings.Timeout))
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err == nil {
		err = s.dialect.restrict(ctx, conn)
	}
	var tx *sql.Tx
	if err == nil {
		tx, err = conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	}
	if err != nil {
		err = s.explained(ctx, err)
		_ = db.Close()
		end()
		return ctx, nil, err
	}
	return ctx, &session{tx: tx, close: func() {
		_ = tx.Rollback() // nothing was written
		_ = conn.Close()
		_ = db.Close()
		end()
	}}, nil
}

// explained turns an error of the database into one that says what to do.
func (s *Source) explained(ctx context.Context, err error) error {
	var known *bridge.Error
	if cause := context.Cause(ctx); cause != nil {
		if errors.As(cause, &known) {
			return cause
		}
		return bridge.Wrap(bridge.Unavailable, cause, "%s: reading was stopped before its end", s.settings.Label())
	}
	if errors.As(err, &known) {
		return err
	}
	if plain := s.dialect.explain(s.settings, err); plain != nil {
		return plain
	}
	return bridge.Wrap(bridge.Unavailable, err, "%s: the database could not be read", s.settings.Label())
}
