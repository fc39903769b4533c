package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
)

var _ auth.Tokens = (*Store)(nil)

// maxLiveTokens is how many tokens of a connection are accepted at once: the one
// in use and, while a client is moved to it, the next.
const maxLiveTokens = 2

type tokenRow struct {
	ID         string
	Connection string
	Note       string
	Hash       []byte
	Scopes     string // with spaces between
	Created    stamp
	Expires    stamp
	Revoked    stamp
	LastUsed   stamp `db:"last_used"`
}

func (r tokenRow) token() auth.Token {
	t := auth.Token{ID: r.ID, Connection: r.Connection, Note: r.Note, Hash: r.Hash, Created: time.Time(r.Created),
		Expires: time.Time(r.Expires), Revoked: time.Time(r.Revoked), LastUsed: time.Time(r.LastUsed)}
	for scope := range strings.FieldsSeq(r.Scopes) {
		t.Scopes = append(t.Scopes, auth.Scope(scope))
	}
	return t
}

// SaveToken keeps a new token. The error is of kind Invalid if it has no
// connection, no hash or no scope, or would not expire; and Precondition, with
// what to revoke, if the connection has two live tokens.
func (s *Store) SaveToken(ctx context.Context, t auth.Token) error {
	if err := s.checkToken(t); err != nil {
		return err
	}
	words := make([]string, len(t.Scopes))
	for i, scope := range t.Scopes {
		words[i] = string(scope)
	}
	return s.transact(ctx, func(tx *transaction) error {
		var rows []tokenRow
		err := tx.list(&rows, `SELECT * FROM tokens WHERE connection = ? AND revoked = 0 AND expires > ? ORDER BY last_used, created, id`,
			t.Connection, stamp(s.settings.Now()))
		if err != nil {
			return err
		}
		if len(rows) >= maxLiveTokens {
			return tooManyTokens(rows)
		}
		_, err = tx.exec(`INSERT INTO tokens (id, connection, note, hash, scopes, created, expires, revoked, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
			t.ID, t.Connection, t.Note, t.Hash, strings.Join(words, " "), stamp(t.Created), stamp(t.Expires))
		if err != nil {
			return err
		}
		return s.audit(ctx, tx, line{Event: "token", State: "created", Name: t.ID, Connection: t.Connection, Reason: t.Note})
	})
}

func (s *Store) checkToken(t auth.Token) error {
	strange := slices.ContainsFunc(t.Scopes, func(scope auth.Scope) bool { return !slices.Contains(auth.Scopes(), scope) })
	switch {
	case t.ID == "" || t.Connection == "" || len(t.Hash) == 0:
		return bridge.Errorf(bridge.Invalid, "a token needs an id, a connection and a hash")
	case len(t.Scopes) == 0 || strange:
		return bridge.Errorf(bridge.Invalid, "a token needs scopes out of %v, not %v", auth.Scopes(), t.Scopes)
	case !t.Expires.After(s.settings.Now()):
		return bridge.Errorf(bridge.Invalid, "a token must expire, and not before it is made")
	}
	return nil
}

// tooManyTokens names the live tokens, the one that was not used for longest
// first: that is the one to revoke.
func tooManyTokens(live []tokenRow) error {
	names := make([]string, len(live))
	for i, r := range live {
		names[i] = r.ID + " (never used)"
		if used := time.Time(r.LastUsed); !used.IsZero() {
			names[i] = r.ID + " (last used " + used.Format(time.RFC3339) + ")"
		}
	}
	return bridge.Errorf(bridge.Precondition, "connection %s has two live tokens already, %s: revoke one first, most likely with: muster token revoke %s --reason \"...\"",
		live[0].Connection, strings.Join(names, " and "), live[0].ID)
}

// Token returns a token by its id, also one that expired or was revoked. The
// error is of kind NotFound, and wraps auth.ErrNoToken, if there is none.
func (s *Store) Token(ctx context.Context, id string) (auth.Token, error) {
	var row tokenRow
	err := s.get(ctx, &row, `SELECT * FROM tokens WHERE id = ?`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Token{}, noToken(id)
	}
	if err != nil {
		return auth.Token{}, fault(err, "token %q cannot be read", id)
	}
	return row.token(), nil
}

func noToken(id string) error {
	return bridge.Wrap(bridge.NotFound, auth.ErrNoToken, "token %q is not known", id)
}

// Tokens returns the tokens of a connection, of all if it is "", the oldest
// first.
func (s *Store) Tokens(ctx context.Context, connection string) ([]auth.Token, error) {
	var rows []tokenRow
	err := s.list(ctx, &rows, `SELECT * FROM tokens WHERE ? IN ('', connection) ORDER BY connection, created, id`, connection)
	if err != nil {
		return nil, fault(err, "the tokens cannot be read")
	}
	all := make([]auth.Token, len(rows))
	for i, row := range rows {
		all[i] = row.token()
	}
	return all, nil
}

// RevokeToken ends a token, with who and why in the audit; processes that serve
// refuse it within a second. The error is of kind Invalid without a reason,
// NotFound if there is no such token, and Precondition if it was revoked before.
func (s *Store) RevokeToken(ctx context.Context, id, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return bridge.Errorf(bridge.Invalid, "to revoke a token needs a reason")
	}
	return s.transact(ctx, func(tx *transaction) error {
		var row tokenRow
		err := tx.get(&row, `SELECT * FROM tokens WHERE id = ?`, id)
		if errors.Is(err, sql.ErrNoRows) {
			return noToken(id)
		}
		if err != nil {
			return err
		}
		if revoked := time.Time(row.Revoked); !revoked.IsZero() {
			return bridge.Errorf(bridge.Precondition, "token %s was revoked at %s", id, revoked.Format(time.RFC3339))
		}
		if _, err := tx.exec(`UPDATE tokens SET revoked = ? WHERE id = ?`, stamp(s.settings.Now()), id); err != nil {
			return err
		}
		return s.audit(ctx, tx, line{Event: "token", State: "revoked", Name: id, Connection: row.Connection, Reason: reason})
	})
}

// Used notes when a token was used last; an earlier instant than the one that
// is noted changes nothing. The error is of kind NotFound if there is none.
func (s *Store) Used(ctx context.Context, id string, at time.Time) error {
	return s.transact(ctx, func(tx *transaction) error {
		n, err := tx.exec(`UPDATE tokens SET last_used = CASE WHEN last_used < ? THEN ? ELSE last_used END WHERE id = ?`, stamp(at), stamp(at), id)
		if err == nil && n == 0 {
			return noToken(id)
		}
		return err
	})
}
