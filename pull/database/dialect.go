package database

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// dialect is what differs between databases.
type dialect struct {
	label    string                                                 // "SQLite"
	connect  func(pull.Settings) (driver.Connector, error)          // must not be able to write
	restrict func(context.Context, *sql.Conn) error                 // further limits of one connection
	version  string                                                 // a query with one row and column
	datasets func(context.Context, *sql.Tx) ([]pull.Dataset, error) // tables and views, without row counts
	quote    func(name string) string                               // a name in a statement
	typeOf   func(declared string) mapping.Type                     // of a declared type in upper case, without lengths
	explain  func(pull.Settings, error) error                       // what to do about it; nil when the error is not the database's own
	place    func(pull.Settings) string                             // the database for people: "hr.db"
}

// dialects are the databases that can be read, by kind of source.
var dialects = map[string]dialect{
	pull.SQLite: sqliteDialect,
}
