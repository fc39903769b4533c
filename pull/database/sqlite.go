package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

var sqliteDialect = dialect{
	label:    "SQLite",
	connect:  connectSQLite,
	restrict: restrictSQLite,
	version:  "SELECT sqlite_version()",
	datasets: datasetsOfSQLite,
	quote:    func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
	typeOf:   typeOfSQLite,
	explain:  explainSQLite,
	place:    func(s pull.Settings) string { return filepath.Base(s.Path) },
}

// connectSQLite opens the file for reading only, in two ways that do not depend
// on each other.
func connectSQLite(s pull.Settings) (driver.Connector, error) {
	path, err := filepath.Abs(s.Path)
	if err != nil {
		return nil, bridge.Wrap(bridge.Invalid, err, "%s: the path %q makes no sense", s.Label(), pull.Cut(s.Path))
	}
	if err := regular(s, path); err != nil {
		return nil, err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // file:///C:/hr.db
	}
	options := url.Values{
		"mode":      {"ro"},
		"_timezone": {s.Location().String()},
		"_pragma":   {"query_only(1)", "busy_timeout(5000)", "trusted_schema(0)"},
	}
	return sqlite.NewConnector((&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String())
}

func regular(s pull.Settings, path string) error {
	found, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return bridge.Wrap(bridge.NotFound, err, "%s: there is no file %s; check the path", s.Label(), path)
	case errors.Is(err, fs.ErrPermission):
		return bridge.Wrap(bridge.Forbidden, err, "%s: %s may not be read; give the account that runs Muster the right to read it", s.Label(), path)
	case err != nil:
		return bridge.Wrap(bridge.Unavailable, err, "%s: %s cannot be reached", s.Label(), path)
	case found.IsDir():
		return bridge.Errorf(bridge.Invalid, "%s: %s is a directory; name the database file", s.Label(), path)
	}
	return nil
}

// restrictSQLite forbids ATTACH, by which a query could reach other files.
func restrictSQLite(_ context.Context, conn *sql.Conn) error {
	_, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	return err
}

// typeOfSQLite follows the declared type: SQLite itself would let any column
// hold anything. A column that is an expression has no declared type and is
// text.
func typeOfSQLite(declared string) mapping.Type {
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(declared, part) {
				return true
			}
		}
		return false
	}
	switch {
	case has("BOOL"):
		return mapping.Boolean
	case has("INT") && !has("POINT", "INTERVAL"):
		return mapping.Integer
	case has("CHAR", "CLOB", "TEXT", "STRING"):
		return mapping.Text
	case has("DATE", "TIMESTAMP"):
		return mapping.Time
	case has("REAL", "FLOA", "DOUB", "DEC", "NUMERIC", "NUMBER"):
		return mapping.Number
	default:
		return mapping.Text
	}
}

func explainSQLite(s pull.Settings, err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	wrap := func(kind bridge.Kind, format string, args ...any) error {
		return bridge.Wrap(kind, err, s.Label()+": "+format, args...)
	}
	switch e.Code() & 0xff { // the rest says more than is needed
	case sqlite3.SQLITE_READONLY:
		return wrap(bridge.Invalid, "the query would write; a source is only read, so give a SELECT")
	case sqlite3.SQLITE_NOTADB:
		return wrap(bridge.Invalid, "%s is not a SQLite database, or it is encrypted", s.Path)
	case sqlite3.SQLITE_CORRUPT:
		return wrap(bridge.Invalid, "%s is damaged; restore it, or look at it with PRAGMA integrity_check", s.Path)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return wrap(bridge.Unavailable, "%s is locked by another program; try again when it has finished", s.Path)
	case sqlite3.SQLITE_CANTOPEN:
		return wrap(bridge.Unavailable, "%s cannot be opened; a database in WAL mode needs a directory in which its -shm file can be made", s.Path)
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return wrap(bridge.Forbidden, "%s may not be read; give the account that runs Muster the right to read it", s.Path)
	case sqlite3.SQLITE_ERROR:
		return bridge.Errorf(bridge.Invalid, "%s: the query is not understood: %s", s.Label(), reason(e))
	default:
		return wrap(bridge.Unavailable, "%s could not be read", s.Path)
	}
}

// reason is what SQLite says, without its frame: "SQL logic error: ... (1)".
func reason(err error) string {
	text := strings.TrimPrefix(err.Error(), "SQL logic error: ")
	return strings.TrimSuffix(text, " (1)")
}

func datasetsOfSQLite(ctx context.Context, tx *sql.Tx) ([]pull.Dataset, error) {
	rows, err := tx.QueryContext(ctx, `SELECT name, type FROM sqlite_schema
		WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []pull.Dataset
	for rows.Next() {
		var d pull.Dataset
		if err := rows.Scan(&d.Name, &d.Kind); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Fields, err = fieldsOfSQLite(ctx, tx, list[i].Name); err == nil {
			continue
		}
		if ctx.Err() != nil {
			return nil, err
		}
		list[i].Fault = reason(err) // a view over a table that is gone
	}
	return list, nil
}

func fieldsOfSQLite(ctx context.Context, tx *sql.Tx, table string) ([]pull.Field, error) {
	rows, err := tx.QueryContext(ctx, "SELECT name, upper(type), pk > 0 FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []pull.Field
	for rows.Next() {
		var f pull.Field
		if err := rows.Scan(&f.Name, &f.Declared, &f.Key); err != nil {
			return nil, err
		}
		f.Type = typeOfSQLite(f.Declared)
		list = append(list, f)
	}
	return list, rows.Err()
}
