package sheet_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/muster-idm/muster/pull"
)

const benchRows = 20_000

func benchPeople(yield func([]any) bool) {
	for i := range benchRows {
		if !yield([]any{fmt.Sprintf("K%06d", i), "Given", fmt.Sprintf("Family%d", i%977), fmt.Sprintf("p%d@example.com", i), "Sales", nil, fmt.Sprintf("+49 30 1234%d", i), "Berlin", "DE", "x", "Große Straße 17", "2026-03-01"}) {
			return
		}
	}
}

func benchColumns() (list []string) {
	for i := range 12 {
		list = append(list, fmt.Sprintf("c%d", i))
	}
	return list
}

// benchBook is a workbook as Excel writes it, with shared strings.
func benchBook(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "people.xlsx")
	f := excelize.NewFile()
	defer f.Close()
	n := 1
	row := make([]any, 12)
	for i, name := range benchColumns() {
		row[i] = name
	}
	must(f.SetSheetRow("Sheet1", "A1", &row))
	for row := range iter.Seq[[]any](benchPeople) {
		n++
		must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", n), &row))
	}
	must(f.SaveAs(path))
	return path
}

func benchRead(b *testing.B, s pull.Source) {
	s = pull.Guarded(s)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range s.Records(context.Background(), pull.Selection{Key: "c0"}) {
			must(err)
			n++
		}
		if n != benchRows {
			b.Fatal(n)
		}
	}
}

func BenchmarkWorkbook(b *testing.B) {
	path := benchBook(b)
	b.Run("records", func(b *testing.B) { benchRead(b, xlsx(b, path)) })
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
			must(err)
			rows, err := f.Rows("Sheet1")
			must(err)
			for rows.Next() {
				_, err := rows.Columns()
				must(err)
			}
			must(rows.Close())
			must(f.Close())
		}
	})
}

func BenchmarkText(b *testing.B) {
	s := writeText(b, benchColumns(), benchPeople)
	b.Run("records", func(b *testing.B) { benchRead(b, s.Source) })
	path := filepath.Join(b.TempDir(), "people.csv")
	w, err := os.Create(path)
	must(err)
	c := csv.NewWriter(w)
	for row := range iter.Seq[[]any](benchPeople) {
		record := make([]string, len(row))
		for i, v := range row {
			record[i], _ = v.(string)
		}
		must(c.Write(record))
	}
	c.Flush()
	must(w.Close())
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := os.Open(path)
			must(err)
			r := csv.NewReader(f)
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				}
			}
			must(f.Close())
		}
	})
}
