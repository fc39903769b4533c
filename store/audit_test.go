package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

// ledger makes a closed store with sealed lines and returns its path.
func ledger(t *testing.T, approvals int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "muster.db")
	s := open(t, path)
	ctx := bridge.WithActor(t.Context(), bridge.Actor{Name: "ada", Kind: "person"})
	for range approvals {
		if _, err := s.Define(ctx, store.Definition{Kind: "job", Name: "people", Origin: store.FromStore, Place: "the store", Text: strings.Repeat("x", approvals)}); err != nil {
			t.Fatal(err)
		}
		if err := s.Withdraw(ctx, "job", "people", store.FromStore); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// behind opens the file behind the store's back.
func behind(t *testing.T, path string) *sql.DB {
	t.Helper()
	connector, err := sqlite.NewConnector(path)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	return db
}

func tamper(t *testing.T, path string, statements ...string) error {
	t.Helper()
	db := behind(t, path)
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			return err
		}
	}
	return db.Close()
}

func auditLines(t *testing.T, path string) []byte {
	t.Helper()
	var lines []byte
	if err := behind(t, path).QueryRow(`SELECT group_concat(body, char(10)) FROM audit`).Scan(&lines); err != nil {
		t.Fatal(err)
	}
	return lines
}

func verify(t *testing.T, path string) store.Report {
	t.Helper()
	report, err := open(t, path).VerifyAudit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAnUntouchedAuditFits(t *testing.T) {
	report := verify(t, ledger(t, 1200))
	if report.Bad != 0 || report.Sealed != 2400 || report.Open != 0 || len(report.Hash) != 64 {
		t.Fatalf("%+v", report)
	}
}

func TestTheAuditIsAppendOnly(t *testing.T) {
	path := ledger(t, 2)
	for _, statement := range []string{
		`UPDATE audit SET body = '{}' WHERE id = 1`, `DELETE FROM audit WHERE id = 1`, `UPDATE seals SET hash = x'00'`, `DELETE FROM seals`, `DELETE FROM audit_head`,
	} {
		if err := tamper(t, path, statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestATamperedAuditIsFound(t *testing.T) {
	free := []string{`DROP TRIGGER audit_update`, `DROP TRIGGER audit_delete`, `DROP TRIGGER seals_update`, `DROP TRIGGER seals_delete`}
	for name, c := range map[string]struct {
		bad        int64
		statements []string
	}{
		"a changed letter":                      {4, []string{`UPDATE audit SET body = replace(body, 'ada', 'eve') WHERE id = 4`}},
		"a line removed":                        {5, []string{`DELETE FROM audit WHERE id = 5`}},
		"a line and its seal removed":           {6, []string{`DELETE FROM audit WHERE id = 5`, `DELETE FROM seals WHERE line = 5`}},
		"the last line removed":                 {20, []string{`DELETE FROM audit WHERE id = 20`}},
		"the last line and its seal removed":    {20, []string{`DELETE FROM audit WHERE id = 20`, `DELETE FROM seals WHERE line = 20`}},
		"everything removed":                    {20, []string{`DELETE FROM audit`, `DELETE FROM seals`}},
		"two lines exchanged":                   {3, []string{`UPDATE audit SET id = -1 WHERE id = 3`, `UPDATE audit SET id = 3 WHERE id = 8`, `UPDATE audit SET id = 8 WHERE id = -1`}},
		"a line put before the others":          {-7, []string{`INSERT INTO audit (id, body) VALUES (-7, '{"event":"x"}')`}},
		"a seal removed":                        {8, []string{`DELETE FROM seals WHERE line = 7`}},
		"a changed line with a seal of its own": {9, []string{`UPDATE audit SET body = '{"event":"x"}' WHERE id = 9`, `UPDATE seals SET hash = zeroblob(32) WHERE line = 9`}},
		"the record of the end set back":        {19, []string{`UPDATE audit_head SET total = 19, line = 19`}},
	} {
		t.Run(name, func(t *testing.T) {
			path := ledger(t, 10)
			if err := tamper(t, path, append(free, c.statements...)...); err != nil {
				t.Fatal(err)
			}
			if report := verify(t, path); report.Bad != c.bad {
				t.Fatalf("%+v, wanted line %d", report, c.bad)
			}
		})
	}
}

func TestOneByteChangedInTheFileIsFound(t *testing.T) {
	path := ledger(t, 10)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(file, []byte(`"actor":"ada"`))
	if at < 0 {
		t.Fatal("the file holds no line of the audit")
	}
	file[at+len(`"actor":"`)] ^= 4
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	report := verify(t, path)
	if report.Bad == 0 || report.Message == "" {
		t.Fatalf("%+v", report)
	}
	t.Logf("found: line %d: %s", report.Bad, report.Message)
}
