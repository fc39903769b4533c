package database_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/muster-idm/muster/pull"
)

const (
	benchRows  = 20_000
	benchQuery = "SELECT * FROM people"
)

func benchTable(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "hr.db")
	columns := strings.Repeat(", c%d TEXT", 10)
	names := make([]any, 10)
	for i := range names {
		names[i] = i
	}
	db := create(b, path, "CREATE TABLE people (id INTEGER PRIMARY KEY, hired INTEGER"+fmt.Sprintf(columns, names...)+")",
		fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO people SELECT i, i %% 3650, 'Given' || i, 'Family' || (i %% 977), 'p' || i || '@example.com', 'Sales', NULL, '+49 30 1234' || i, 'Berlin', 'DE', 'x', 'Große Straße ' || i FROM n`, benchRows))
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkFloor is the least that reading rows through database/sql costs.
func BenchmarkFloor(b *testing.B) {
	db := create(b, benchTable(b))
	b.ReportAllocs()
	for b.Loop() {
		if n := scan(b, db); n != benchRows {
			b.Fatal(n)
		}
	}
}

func scan(b *testing.B, db *sql.DB) (n int) {
	rows, err := db.QueryContext(context.Background(), benchQuery)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(targets...); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkRecords reads the same rows as guarded records.
func BenchmarkRecords(b *testing.B) {
	s := pull.Guarded(source(b, benchTable(b)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range s.Records(context.Background(), pull.Selection{Query: benchQuery, Key: "id"}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != benchRows {
			b.Fatal(n)
		}
	}
}
