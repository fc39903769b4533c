package database_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
	"github.com/muster-idm/muster/pull/database"
)

func records(t *testing.T, s pull.Source, sel pull.Selection) (list []bridge.Record, err error) {
	t.Helper()
	for r, err := range pull.Guarded(s).Records(t.Context(), sel) {
		if err != nil {
			return list, err
		}
		list = append(list, r)
	}
	return list, nil
}

const typed = `CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40), active BOOLEAN, pay DECIMAL(10,2), hired DATE, seen TIMESTAMP, photo BLOB, code STRING)`

func TestTypesAreThoseDeclared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	create(t, path, typed,
		`INSERT INTO people VALUES (1, 'Zoë', 1, 10.5, '2026-03-01', '2026-03-01 12:30:00', x'c3a4', 'a'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, 'x', 'perhaps', 'much', '1.3.2026', 12, x'ff', 'b')`)
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s, err := database.New(pull.Settings{Kind: pull.SQLite, Path: path, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	list, err := records(t, s, pull.Selection{Query: "SELECT *, id * 2, upper(name) AS loud FROM people", Key: "id"})
	if err != nil {
		t.Fatal(err)
	}
	first := list[0].Row
	want := []any{int64(1), "Zoë", true, 10.5, time.Date(2026, 3, 1, 0, 0, 0, 0, zone), time.Date(2026, 3, 1, 12, 30, 0, 0, zone), "ä", "a", "2", "ZOë"}
	if diff := cmp.Diff(want, first.Values); diff != "" {
		t.Error(diff)
	}
	types := ""
	for _, c := range first.Columns.List() {
		types += " " + string(c.Type)
	}
	if types != " integer text boolean number time time text text text text" {
		t.Errorf("the types are%s", types)
	}
	for i, v := range list[1].Row.Values[1:8] {
		if v != nil {
			t.Errorf("NULL in column %d is %#v", i+1, v)
		}
	}
	bad := list[2]
	columns := ""
	for _, f := range bad.Findings {
		columns += " " + f.Column + "=" + f.Value
	}
	if columns != " active=perhaps pay=much hired=1.3.2026 seen=12 photo=\uFFFD" || bad.Key != "3" || bad.Where != "hr.db, query, row 3" {
		t.Errorf("the findings are%s of %s", columns, bad.Where)
	}
}

func TestATextInTheWrongEncodingIsAFinding(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	create(t, path, "CREATE TABLE p (id TEXT, name TEXT)", "INSERT INTO p VALUES ('1', CAST(x'4dfc6c6c6572' AS TEXT))")
	list, err := records(t, source(t, path), pull.Selection{Key: "id"})
	if err != nil || len(list[0].Findings) != 1 || list[0].Findings[0].Code != "bad-text" || list[0].Findings[0].Column != "name" {
		t.Errorf("the record is %+v, %v", list, err)
	}
}

func TestAQueryThatWritesIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	db := create(t, path, "CREATE TABLE p (id TEXT)", "INSERT INTO p VALUES ('1')")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		"DELETE FROM p RETURNING id", "-- SELECT\nDELETE FROM p", "/* SELECT */ INSERT INTO p VALUES ('2') RETURNING id", "WITH x AS (SELECT 1) DELETE FROM p RETURNING id",
		"SELECT id FROM p; DELETE FROM p", "SELECT id FROM p; PRAGMA query_only = 0; DELETE FROM p", "PRAGMA query_only = 0", "VACUUM INTO 'copy.db'",
		"SELECT 1; VACUUM INTO '" + path + ".copy'", "SELECT 1; ATTACH '" + path + ".other' AS other", "CREATE TABLE q (id)", "DROP TABLE p", "",
	} {
		sel := pull.Selection{Query: query, Table: "", Key: "id"}
		if query == "" {
			sel = pull.Selection{Query: " ", Key: "id"}
		}
		if _, err := records(t, source(t, path), sel); !bridge.IsKind(err, bridge.Invalid) {
			t.Errorf("%q gives %v", query, err)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database was changed, %v", err)
	}
	if found, _ := filepath.Glob(path + ".*"); len(found) > 0 {
		t.Errorf("files were made: %v", found)
	}
}

func TestTheTableIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	create(t, path, `CREATE TABLE "odd ""name" (id TEXT)`, `INSERT INTO "odd ""name" VALUES ('1')`)
	s := source(t, path)
	for _, table := range []string{"", `odd "name`, `ODD "NAME`} {
		if list, err := records(t, s, pull.Selection{Table: table, Key: "id"}); err != nil || len(list) != 1 {
			t.Errorf("table %q gives %v, %v", table, list, err)
		}
	}
	create(t, path, "CREATE VIEW v AS SELECT id FROM gone")
	for table, want := range map[string]string{"": "no table is given", "w": `the tables and views are odd "name, v`, "v": "gone"} {
		if _, err := records(t, s, pull.Selection{Table: table, Key: "id"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("table %q gives %v", table, err)
		}
	}
	list, err := s.Discover(t.Context())
	if err != nil || len(list) != 2 || list[0].Rows != 1 || list[1].Fault == "" || list[1].Rows != -1 {
		t.Errorf("the database lists %+v, %v", list, err)
	}
}

func TestWhatIsNoDatabaseIsAnError(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("id;name\n", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]bridge.Kind{filepath.Join(folder, "none.db"): bridge.NotFound, folder: bridge.Invalid, text: bridge.Invalid} {
		_, err := records(t, source(t, path), pull.Selection{Query: "SELECT 1 AS id", Key: "id"})
		if _, second := source(t, path).Check(t.Context()); path != folder && second == nil {
			t.Errorf("the check of %s finds nothing wrong", path)
		}
		if path == text && err == nil {
			continue // a query without a table never looks at the file
		}
		if !bridge.IsKind(err, kind) {
			t.Errorf("%s gives %v", path, err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "none.db")); err == nil {
		t.Error("the missing file was made")
	}
	if _, err := database.New(pull.Settings{Kind: "dbase"}); !bridge.IsKind(err, bridge.Unsupported) {
		t.Errorf("dBase gives %v", err)
	}
}

func TestABadQueryIsExplained(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	create(t, path, "CREATE TABLE p (id TEXT)", "INSERT INTO p VALUES ('1')")
	for query, want := range map[string]string{
		"SELECT name FROM p": "no such column", "SELECT id FROM q": "no such table", "SELECT id FROM p WHERE": "incomplete input",
		"SELECT id, id FROM p": "occurs twice", "SELECT id AS nr FROM p": "the columns are nr",
	} {
		_, err := records(t, source(t, path), pull.Selection{Query: query, Key: "id"})
		if err == nil || !strings.Contains(err.Error(), want) || bridge.IsKind(err, bridge.Internal) {
			t.Errorf("%s gives %v", query, err)
		}
	}
}

func TestALongQueryIsStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	create(t, path, "CREATE TABLE p (id TEXT)")
	endless := pull.Selection{Query: "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n WHERE id < 0", Key: "id"}
	s, err := database.New(pull.Settings{Kind: pull.SQLite, Path: path, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := records(t, s, endless); !bridge.IsKind(err, bridge.Unavailable) || !strings.Contains(err.Error(), "longer than 50ms") {
		t.Errorf("the timeout gives %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, err := range source(t, path).Records(ctx, endless) {
		if !bridge.IsKind(err, bridge.Unavailable) {
			t.Errorf("the end of the context gives %v", err)
		}
	}
}

func TestAReadSeesOneMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	db := create(t, path, "PRAGMA journal_mode = WAL", "CREATE TABLE p (id TEXT)", "INSERT INTO p VALUES ('1'), ('2'), ('3')")
	n := 0
	for r, err := range source(t, path).Records(t.Context(), pull.Selection{Query: "SELECT id FROM p", Key: "id"}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if _, err := db.Exec(fmt.Sprintf("INSERT INTO p VALUES ('%s0')", r.Key)); err != nil {
			t.Fatal(err)
		}
	}
	if n != 3 {
		t.Errorf("the read saw %d rows, want the 3 of its beginning", n)
	}
}

func TestDiscoverTellsTypesAndKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	create(t, path, typed, "CREATE VIEW names AS SELECT name FROM people", "INSERT INTO people (id) VALUES (1), (2)")
	list, err := source(t, path).Discover(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if d := list[0]; d.Name != "names" || d.Kind != "view" || d.Rows != 2 {
		t.Errorf("the view is %+v", d)
	}
	want := pull.Field{Column: mapping.Column{Name: "id", Type: mapping.Integer}, Declared: "INTEGER", Key: true}
	if d := list[1]; d.Kind != "table" || d.Rows != 2 || len(d.Fields) != 8 || d.Fields[0] != want || d.Fields[3].Type != mapping.Number {
		t.Errorf("the table is %+v", d)
	}
}
