package contract

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// many are people in any number.
func many(n int) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for i := range n {
			if !yield([]any{fmt.Sprintf("K%07d", i), "Given", fmt.Sprintf("Family %d", i%977), fmt.Sprintf("p%d@example.com", i), nil}) {
				return
			}
		}
	}
}

func number(n int) string { return strconv.Itoa(n) }

// codes are the codes of a record's findings.
func codes(r bridge.Record) []string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.Code)
	}
	return list
}

func sourceEmpty(t *testing.T, write WriteSource) {
	list, err := all(t, write(t, sourceFields, many(0)), byID())
	if !bridge.IsKind(err, bridge.Precondition) || len(list) > 0 {
		t.Errorf("an empty table gives %d records and %v", len(list), err)
	}
}

func sourceHalf(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, many(5000))
	s.Break()
	list, err := all(t, s, byID())
	if err == nil {
		t.Fatalf("half a source gives %d records and no error", len(list))
	}
	if kind := bridge.KindOf(err); kind == bridge.Internal {
		t.Errorf("the error has no kind: %v", err)
	}
}

func sourceCancelled(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, many(20_000))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var failed error
	for _, err := range pull.Guarded(s).Records(ctx, byID()) {
		if n++; n == 10 {
			cancel()
		}
		failed = err
	}
	if !errors.Is(failed, context.Canceled) {
		t.Errorf("after %d rows the read ended with %v", n, failed)
	}
	if _, err := s.Columns(ctx, byID()); err == nil {
		t.Error("columns are found after the end of the context")
	}
}

func sourceMissing(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, listed(sourcePeople))
	for _, sel := range []pull.Selection{{Key: "number"}, {Key: "id", Types: map[string]mapping.Type{"phone": mapping.Text}}} {
		_, err := all(t, s, sel)
		if !bridge.IsKind(err, bridge.NotFound) || !strings.Contains(err.Error(), "family") {
			t.Errorf("%+v gives %v, which does not name the columns there are", sel, err)
		}
	}
	if _, err := all(t, s, pull.Selection{}); !bridge.IsKind(err, bridge.Invalid) {
		t.Errorf("no key gives %v", err)
	}
}

func sourceDuplicate(t *testing.T, write WriteSource) {
	list := whole(t, write(t, sourceFields, listed([][]any{{"1", "a", "b", "c", nil}, {"1", "d", "e", "f", nil}})), byID())
	if len(list) != 2 || list[0].Key != "1" || list[1].Key != "1" {
		t.Errorf("the records are %+v", list)
	}
}

func sourceBlankKey(t *testing.T, write WriteSource) {
	list := whole(t, write(t, sourceFields, listed([][]any{
		{"1", "a", "b", "c", nil}, {nil, "no", "key", "c", nil}, {"   ", "blank", "key", "c", nil}, {"2", "d", "e", "f", nil},
	})), byID())
	if len(list) != 4 {
		t.Fatalf("there are %d records, want 4", len(list))
	}
	for _, r := range list[1:3] {
		if r.Key != "" || !slices.Equal(codes(r), []string{"no-key"}) || r.Findings[0].Severity != bridge.Fault || r.Findings[0].Where != r.Where {
			t.Errorf("a row without a key gives %+v", r)
		}
	}
}

func sourceZeros(t *testing.T, write WriteSource) {
	list := whole(t, write(t, sourceFields, listed([][]any{
		{"00123", "a", "b", "c", nil}, {"123", "d", "e", "f", nil}, {"45678", "g", "h", "i", nil}, {"A1", "j", "k", "l", nil},
	})), byID())
	for i, want := range [][]string{nil, {"leading-zeros"}, nil, nil} {
		if !slices.Equal(codes(list[i]), want) {
			t.Errorf("key %s has the findings %v, want %v", list[i].Key, codes(list[i]), want)
		}
	}
}

func sourceConvert(t *testing.T, write WriteSource) {
	s := write(t, sourceFields, listed([][]any{{"1", "17", "2026-03-01", "yes", "1.5"}, {"2", "many", "soon", "perhaps", "1.5.2"}, {"3", nil, nil, nil, nil}}))
	sel := byID()
	sel.Types = map[string]mapping.Type{"given": mapping.Integer, "family": mapping.Time, "mail": mapping.Boolean, "notes": mapping.Number}
	list := whole(t, s, sel)
	good := list[0].Row.Values
	if good[1] != int64(17) || fmt.Sprint(good[2]) != "2026-03-01 00:00:00 +0000 UTC" || good[3] != true || good[4] != 1.5 || len(list[0].Findings) > 0 {
		t.Errorf("the values are %v, %v", good, list[0].Findings)
	}
	bad := list[1]
	if bad.Key != "2" || !slices.Equal(codes(bad), []string{"bad-value", "bad-value", "bad-value", "bad-value"}) {
		t.Fatalf("the record is %+v", bad)
	}
	if f := bad.Findings[0]; f.Column != "given" || f.Value != "many" || f.Where != bad.Where || f.Key != "2" || f.Severity != bridge.Fault || f.Hint == "" {
		t.Errorf("the finding is %+v", f)
	}
	if len(list[2].Findings) > 0 || list[2].Row.Values[1] != nil {
		t.Errorf("nothing at all is %+v", list[2])
	}
}

// sourceMemory compares what is alive near the end of a short and a long read.
func sourceMemory(t *testing.T, write WriteSource) {
	alive := func(n int) int64 {
		s := write(t, sourceFields, many(n))
		before, rows, during := heap(), 0, int64(0)
		for _, err := range pull.Guarded(s).Records(t.Context(), byID()) {
			if err != nil {
				t.Fatal(err)
			}
			if rows++; rows == n-10 {
				during = heap()
			}
		}
		if rows != n {
			t.Fatalf("there are %d rows, want %d", rows, n)
		}
		return during - before
	}
	short, long := alive(10_000), alive(100_000)
	if more := long - short; more > 4<<20 {
		t.Errorf("ten times the rows hold %d KiB more: %d against %d", more>>10, long>>10, short>>10)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
