package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/muster-idm/muster/bridge"
)

const (
	dialect       = goose.DialectSQLite3
	migrationsDir = "migrations/sqlite"
)

// openHandle opens the SQLite file: with WAL, readers and the writer do not
// wait for each other; with synchronous=FULL, what is committed survives a
// power cut; immediate transactions never fail half-way for want of the lock.
func openHandle(path string, write bool) (*sqlx.DB, error) {
	connector, err := sqlite.NewConnector(fileName(path, write))
	if err != nil {
		return nil, bridge.Wrap(bridge.Invalid, err, "the store %s has a path that SQLite does not take", path)
	}
	return sqlx.NewDb(sql.OpenDB(connector), "sqlite3"), nil // the name tells sqlx how placeholders look
}

func fileName(path string, write bool) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/... becomes file:///C:/...
	}
	options := url.Values{
		"_busy_timeout": {"10000"},
		"_foreign_keys": {"on"},
		"_dqs":          {"0"},
		"_pragma":       {"cache_size(-16000)"}, // kilobytes: the upper levels of the indexes over 100,000 records
	}
	if write {
		options.Set("_journal_mode", "WAL")
		options.Set("_synchronous", "FULL")
		options.Set("_txlock", "immediate")
		options.Add("_pragma", "wal_autocheckpoint(4000)") // pages; each checkpoint holds up whoever commits
	} else {
		options.Set("_query_only", "on")
		options.Add("_pragma", "cache_size(-16384)") // KiB of pages that a reader keeps
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	return name.String()
}

// fault turns an error of the database into one of the bridge; errors that are
// already one stay as they are.
func fault(err error, format string, args ...any) error {
	var own *bridge.Error
	if err == nil || errors.As(err, &own) {
		return err
	}
	return bridge.Wrap(kindOf(err), err, format, args...)
}

func kindOf(err error) bridge.Kind {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return bridge.Unavailable
	}
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return bridge.Internal
	}
	switch refused.Code() & 0xff { // the low byte is the primary result code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return bridge.Unavailable
	case sqlite3.SQLITE_NOTADB:
		return bridge.Invalid
	case sqlite3.SQLITE_CONSTRAINT:
		return bridge.Conflict
	}
	return bridge.Internal
}
