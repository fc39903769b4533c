package contract

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// Written is a source under test, filled with the rows it was asked for.
type Written struct {
	pull.Source
	Where string // what Record.Where begins with: "people.csv, line "
	First int    // the number of the first row below the header
	Break func() // damages what was written, so that it cannot be read to its end
}

// WriteSource fills a new source with one table of text columns. A value is a
// string, or nil where there is none.
type WriteSource func(t testing.TB, columns []string, rows iter.Seq[[]any]) Written

// Source holds a kind of source to what pull promises of each: the same table
// gives the same records whatever it is kept in, and half a read is an error.
func Source(t *testing.T, write WriteSource) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, write WriteSource)
	}{
		{"the same people give the same records", sourceSame},
		{"the columns are those of the records", sourceColumns},
		{"a record may be kept", sourceKept},
		{"check counts and discover lists", sourceSurvey},
		{"two may read at once", sourceTwice},
		{"reading may stop anywhere", sourceStop},
		{"an empty table is an error", sourceEmpty},
		{"half a read is an error", sourceHalf},
		{"a cancelled read is an error", sourceCancelled},
		{"a column that is not there is an error", sourceMissing},
		{"a key that occurs twice arrives twice", sourceDuplicate},
		{"a blank key is a record without a key", sourceBlankKey},
		{"a key that lost its zeros is doubted", sourceZeros},
		{"a value that does not convert is a finding", sourceConvert},
		{"a hundred thousand rows take no more memory than ten thousand", sourceMemory},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, write) })
	}
}

// sourceFields are the columns of the contract's people.
var sourceFields = []string{"id", "given", "family", "mail", "notes"}

// sourcePeople are written as they would be on a bad day.
var sourcePeople = [][]any{
	{"00017", "Zoë", "Müller-Lüdenscheidt", "zoe@example.com", nil},
	{"00018", "Zoe\u0308", "Mu\u0308ller", "zoe2@example.com", "decomposed, as macOS writes it"},
	{"00019", "小明", "王", "wang@example.com", "欢迎"},
	{"00020", "محمد", "الفاتح", "m@example.com", nil},
	{"00021", "Smith, John", `O"Brien; = <Jr.> & Sons`, nil, "two\nlines"},
	{" 00022 ", "Anna", strings.Repeat("Wolfeschlegelstein", 3), "a@example.com", " blanks "},
	{"X-1", "𝒜da", "Lovelace 👩‍💻", "ada@example.com", "1E+11"},
	{"00024", "true", "2026-03-01", "12,50", "#N/A"},
}

func listed(rows [][]any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
}

// all reads a source under the guards.
func all(t *testing.T, s pull.Source, sel pull.Selection) ([]bridge.Record, error) {
	t.Helper()
	var list []bridge.Record
	var failed error
	for r, err := range pull.Guarded(s).Records(t.Context(), sel) {
		switch {
		case failed != nil:
			t.Fatal("something follows the error")
		case err != nil:
			failed = err
		default:
			list = append(list, r)
		}
	}
	return list, failed
}

func whole(t *testing.T, s pull.Source, sel pull.Selection) []bridge.Record {
	t.Helper()
	list, err := all(t, s, sel)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func byID() pull.Selection { return pull.Selection{Key: "id"} }

func sourceSame(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, listed(sourcePeople))
	got := whole(t, s, byID())
	if len(got) != len(sourcePeople) {
		t.Fatalf("there are %d records, want %d", len(got), len(sourcePeople))
	}
	for i, want := range sourcePeople {
		if diff := cmp.Diff(want, got[i].Row.Values); diff != "" {
			t.Errorf("record %d: (-want +got)\n%s", i, diff)
		}
		if key := strings.TrimSpace(want[0].(string)); got[i].Key != key {
			t.Errorf("the key is %q, want %q", got[i].Key, key)
		}
		if len(got[i].Findings) > 0 {
			t.Errorf("record %d has findings: %v", i, got[i].Findings)
		}
	}
	if want := s.Where + number(s.First); got[0].Where != want {
		t.Errorf("the first record is from %q, want %q", got[0].Where, want)
	}
}

func sourceColumns(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, listed(sourcePeople))
	sel := byID()
	sel.Types = map[string]mapping.Type{"notes": mapping.Text}
	columns, err := s.Columns(t.Context(), sel)
	if err != nil {
		t.Fatal(err)
	}
	var want []mapping.Column
	for _, name := range sourceFields {
		want = append(want, mapping.Column{Name: name, Type: mapping.Text})
	}
	if diff := cmp.Diff(want, columns.List()); diff != "" {
		t.Error(diff)
	}
	list := whole(t, s, sel)
	if diff := cmp.Diff(want, list[0].Row.Columns.List()); diff != "" {
		t.Error(diff)
	}
	if list[0].Row.Columns != list[len(list)-1].Row.Columns {
		t.Error("the records of one read do not share their columns")
	}
}

func sourceKept(t *testing.T, write WriteSource) {
	list := whole(t, write(t, sourceFields, many(1000)), byID())
	i := 0
	for want := range many(1000) {
		if diff := cmp.Diff(want, list[i].Row.Values); diff != "" {
			t.Fatalf("record %d changed after it was handed out: %s", i, diff)
		}
		i++
	}
}

func sourceSurvey(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, listed(sourcePeople))
	report, err := s.Check(t.Context())
	if err != nil || report.Rows != int64(len(sourcePeople)) || len(report.Lines) == 0 || report.Version == "" {
		t.Errorf("the report is %+v, %v", report, err)
	}
	list, err := s.Discover(t.Context())
	if err != nil || len(list) != 1 || list[0].Rows != int64(len(sourcePeople)) || list[0].Fault != "" {
		t.Fatalf("the source lists %+v, %v", list, err)
	}
	for i, f := range list[0].Fields {
		if f.Name != sourceFields[i] {
			t.Errorf("column %d is %q", i, f.Name)
		}
	}
}

func sourceTwice(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, many(500))
	next, stop := iter.Pull2(pull.Guarded(s).Records(t.Context(), byID()))
	defer stop()
	if _, err, _ := next(); err != nil {
		t.Fatal(err)
	}
	if n := len(whole(t, s, byID())); n != 500 {
		t.Errorf("the second reader saw %d rows", n)
	}
	n := 1
	for _, err, more := next(); more; _, err, more = next() {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 500 {
		t.Errorf("the first reader saw %d rows", n)
	}
}

func sourceStop(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, many(2000))
	for range 20 {
		n := 0
		for _, err := range pull.Guarded(s).Records(context.Background(), byID()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 3 {
				break
			}
		}
	}
	if n := len(whole(t, s, byID())); n != 2000 {
		t.Errorf("there are %d rows", n)
	}
}
