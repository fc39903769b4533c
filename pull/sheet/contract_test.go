package sheet_test

import (
	"bytes"
	"encoding/csv"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/muster-idm/muster/conformance/contract"
	"github.com/muster-idm/muster/pull"
	"github.com/muster-idm/muster/pull/sheet"
)

func TestWorkbook(t *testing.T) { contract.Source(t, writeWorkbook) }

func TestText(t *testing.T) { contract.Source(t, writeText) }

func open(t testing.TB, s pull.Settings) *sheet.Source {
	t.Helper()
	source, err := sheet.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func writeWorkbook(t testing.TB, columns []string, rows iter.Seq[[]any]) contract.Written {
	path := filepath.Join(t.TempDir(), "people.xlsx")
	book := excelize.NewFile()
	defer book.Close()
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	header := make([]any, len(columns))
	for i, name := range columns {
		header[i] = name
	}
	n := 1
	if err := w.SetRow("A1", header); err != nil {
		t.Fatal(err)
	}
	for row := range rows {
		n++
		at, err := excelize.CoordinatesToCellName(1, n)
		if err == nil {
			err = w.SetRow(at, row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	s := open(t, pull.Settings{Name: "people", Kind: pull.XLSX, Path: path})
	return contract.Written{Source: s, Where: "people.xlsx, sheet Sheet1, row ", First: 2, Break: func() { damage(t, path) }}
}

// damage overwrites a little in the middle of the file.
func damage(t testing.TB, path string) {
	t.Helper()
	b := read(t, path)
	copy(b[len(b)*6/10:], bytes.Repeat([]byte{0xAA}, 64))
	save(t, path, b)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func save(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeText(t testing.TB, columns []string, rows iter.Seq[[]any]) contract.Written {
	path := filepath.Join(t.TempDir(), "people.csv")
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	write := func(record []string) {
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	write(columns)
	for row := range rows {
		record := make([]string, len(row))
		for i, value := range row {
			record[i], _ = value.(string)
		}
		write(record)
	}
	w.Flush()
	save(t, path, b.Bytes())
	s := open(t, pull.Settings{Name: "people", Kind: pull.CSV, Path: path})
	return contract.Written{Source: s, Where: "people.csv, line ", First: 2, Break: func() {
		b := read(t, path)
		copy(b[len(b)/2:], `;"`)
		save(t, path, b)
	}}
}
