package demo_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
	"modernc.org/sqlite"

	"github.com/muster-idm/muster/cmd/muster/demo"
)

func TestTheDatabaseHoldsTheEmployeesOfTheDay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	for _, day := range []demo.Day{demo.Start, demo.Changed, demo.Mended, demo.Start} {
		if err := demo.WriteDatabase(t.Context(), path, day); err != nil {
			t.Fatal(err)
		}
		got := read(t, path)
		want := 0
		for _, p := range demo.People(day) {
			if !p.Employee {
				continue
			}
			want++
			if s := p.Spelled; got[p.Key] != [4]string{s.Given, s.Family, s.Began, s.Phone} {
				t.Errorf("day %d: %s is %q", day, p.Key, got[p.Key])
			}
		}
		if len(got) != want {
			t.Errorf("day %d: %d rows for %d people", day, len(got), want)
		}
	}
}

func read(t *testing.T, path string) map[string][4]string {
	t.Helper()
	connector, err := sqlite.NewConnector("file:" + path + "?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT id, coalesce(given, ''), family, began, coalesce(phone, '') FROM staff WHERE department IS NOT NULL`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string][4]string{}
	for rows.Next() {
		var key string
		var texts [4]string
		if err := rows.Scan(&key, &texts[0], &texts[1], &texts[2], &texts[3]); err != nil {
			t.Fatal(err)
		}
		out[key] = texts
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheDatabaseHoldsBothKindsOfNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hr.db")
	if err := demo.WriteDatabase(t.Context(), path, demo.Start); err != nil {
		t.Fatal(err)
	}
	connector, err := sqlite.NewConnector("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var null, empty, members int
	err = db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM person WHERE phone IS NULL),
		(SELECT count(*) FROM person WHERE phone = ''), (SELECT count(*) FROM membership)`).Scan(&null, &empty, &members)
	if err != nil || null == 0 || empty == 0 || members != demo.Employees {
		t.Errorf("%d null, %d empty, %d members, %v", null, empty, members, err)
	}
}

func TestTheSheetHoldsThePartnersOfTheDay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "partners.xlsx")
	for _, day := range []demo.Day{demo.Start, demo.Changed} {
		if err := demo.WriteSheet(path, day); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(demo.SheetName)
		if err != nil {
			t.Fatal(err)
		}
		rows = rows[1:]
		for _, p := range demo.People(day) {
			times := 0
			for _, row := range rows {
				if row[0] == p.Key && row[1] == p.Spelled.Given && row[2] == p.Spelled.Family {
					times++
				}
			}
			if times != wantedRows(p) {
				t.Errorf("day %d: %s stands %d times in the sheet", day, p.Key, times)
			}
		}
	}
}

func wantedRows(p demo.Person) int {
	switch {
	case p.Employee:
		return 0
	case p.Doubled:
		return 2
	}
	return 1
}

// A folder may have any name: what means something in an address means nothing here.
func TestADatabaseIsWrittenWhereItWasAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "50% #1?.db")
	if err := demo.WriteDatabase(t.Context(), path, demo.Start); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
