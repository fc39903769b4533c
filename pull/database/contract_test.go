package database_test

import (
	"database/sql"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"github.com/muster-idm/muster/conformance/contract"
	"github.com/muster-idm/muster/pull"
	"github.com/muster-idm/muster/pull/database"
)

func TestSQLite(t *testing.T) { contract.Source(t, writeSQLite) }

func writeSQLite(t testing.TB, columns []string, rows iter.Seq[[]any]) contract.Written {
	path := filepath.Join(t.TempDir(), "hr # 100%.db")
	db := create(t, path, "CREATE TABLE people ("+strings.Join(columns, " TEXT, ")+" TEXT)")
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	insert := "INSERT INTO people VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ")"
	for row := range rows {
		if _, err := tx.Exec(insert, row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return contract.Written{Source: source(t, path), Where: filepath.Base(path) + ", table people, row ", First: 1, Break: func() { damage(t, path) }}
}

func source(t testing.TB, path string) *database.Source {
	t.Helper()
	s, err := database.New(pull.Settings{Name: "hr", Kind: pull.SQLite, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// create makes a database with the statements in it.
func create(t testing.TB, path string, statements ...string) *sql.DB {
	t.Helper()
	connector, err := sqlite.NewConnector("file:" + strings.NewReplacer("%", "%25", "#", "%23", " ", "%20").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return db
}

// damage overwrites some pages in the middle of the file.
func damage(t testing.TB, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	middle := b[len(b)*6/10 : len(b)*7/10]
	for i := range middle {
		middle[i] = 0xFF
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
