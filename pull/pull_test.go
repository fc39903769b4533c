package pull_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// tables is a source in memory: the rows of each table, the first its columns.
type tables map[string][][]any

func (s tables) shape(sel pull.Selection) (*pull.Shape, error) {
	var list []mapping.Column
	for _, name := range s[sel.Table][0] {
		list = append(list, mapping.Column{Name: name.(string), Type: mapping.Text})
	}
	return pull.NewShape(sel.Table, list, sel, pull.Settings{})
}

func (s tables) Check(context.Context) (pull.Report, error) { return pull.Report{}, nil }

func (s tables) Discover(context.Context) ([]pull.Dataset, error) { return nil, nil }

func (s tables) Columns(_ context.Context, sel pull.Selection) (*mapping.Columns, error) {
	shape, err := s.shape(sel)
	if err != nil {
		return nil, err
	}
	return shape.Columns, nil
}

func (s tables) Records(_ context.Context, sel pull.Selection) iter.Seq2[bridge.Record, error] {
	return func(yield func(bridge.Record, error) bool) {
		shape, err := s.shape(sel)
		if err != nil {
			yield(bridge.Record{}, err)
			return
		}
		for i, row := range s[sel.Table][1:] {
			if broken, ok := row[0].(error); ok {
				yield(bridge.Record{}, broken)
				return
			}
			if !yield(shape.Record(i+1, slices.Clone(row)), nil) {
				return
			}
		}
	}
}

func read(s pull.Source, sel pull.Selection) (list []bridge.Record, err error) {
	for r, err := range pull.Guarded(s).Records(context.Background(), sel) {
		if err != nil {
			return list, err
		}
		list = append(list, r)
	}
	return list, nil
}

func codes(r bridge.Record) string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.Code)
	}
	return strings.Join(list, " ")
}

var groups = pull.Selection{Table: "groups", Key: "name", Members: &pull.Members{Table: "memberships", Group: "group", Member: "person"}}

func TestMembersAreSortedOnceAndTrimmed(t *testing.T) {
	list, err := read(tables{
		"groups":      {{"name"}, {"staff"}, {"empty"}},
		"memberships": {{"group", "person"}, {"staff", "7"}, {"staff", "12"}, {"other", "1"}, {" staff", " 7 "}},
	}, groups)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"12", "7"}, {}}
	for i, r := range list {
		members, _ := r.Row.Get(pull.MembersColumn)
		if diff := cmp.Diff(any(want[i]), members); diff != "" {
			t.Errorf("%s: %s", r.Key, diff)
		}
	}
}

func TestAGroupWithAnUnreadableMemberIsLeftUntouched(t *testing.T) {
	list, err := read(tables{
		"groups":      {{"name"}, {"staff"}, {"board"}},
		"memberships": {{"group", "person"}, {"staff", "7"}, {"staff", nil}, {"board", "1"}},
	}, groups)
	if err != nil || codes(list[0]) != "no-member" || codes(list[1]) != "" {
		t.Errorf("the records are %+v, %v", list, err)
	}
}

func TestHalfAMembershipIsNoMembership(t *testing.T) {
	for name, rows := range map[string][][]any{
		"empty":             {{"group", "person"}},
		"cut short":         {{"group", "person"}, {"staff", "7"}, {errors.New("cut"), nil}},
		"without a group":   {{"group", "person"}, {"staff", "7"}, {nil, "8"}},
		"of another column": {{"team", "person"}, {"staff", "7"}},
	} {
		list, err := read(tables{"groups": {{"name"}, {"staff"}}, "memberships": rows}, groups)
		if err == nil || len(list) > 0 {
			t.Errorf("a membership %s gives %+v", name, list)
		}
	}
}

func TestColumnsOfGroupsHaveMembers(t *testing.T) {
	columns, err := pull.Guarded(tables{"groups": {{"name"}}}).Columns(t.Context(), groups)
	if err != nil {
		t.Fatal(err)
	}
	if i, ok := columns.Index(pull.MembersColumn); !ok || columns.List()[i].Type != mapping.Texts {
		t.Errorf("the columns are %v", columns.List())
	}
	if _, err := pull.Guarded(tables{"groups": {{"name", "members"}}}).Columns(t.Context(), groups); !bridge.IsKind(err, bridge.Invalid) {
		t.Errorf("a second column of members gives %v", err)
	}
}

func TestNothingFollowsAnError(t *testing.T) {
	list, err := read(tables{"p": {{"id"}, {"1"}, {errors.New("cut")}, {"2"}}}, pull.Selection{Table: "p", Key: "id"})
	if len(list) != 1 || err == nil {
		t.Errorf("the read gives %+v, %v", list, err)
	}
}

func TestLostZerosAreDoubted(t *testing.T) {
	rows := [][]any{{"id"}}
	for i := range 150 {
		rows = append(rows, []any{fmt.Sprint(10000 + i)})
	}
	rows = append(rows, []any{"123"}, []any{"124"})
	list, err := read(tables{"p": rows}, pull.Selection{Table: "p", Key: "id"})
	if err != nil {
		t.Fatal(err)
	}
	if got := codes(list[150]); got != "leading-zeros" || list[150].Findings[0].Severity != bridge.Warning {
		t.Errorf("the first short key has %q", got)
	}
	if got := codes(list[151]); got != "" {
		t.Errorf("the same doubt is told again: %q", got)
	}
	list, err = read(tables{"p": rows}, pull.Selection{Table: "p", Key: "id", Types: map[string]mapping.Type{"id": mapping.Integer}})
	if err != nil || codes(list[150]) != "" {
		t.Errorf("numbers have no leading zeros to lose: %v, %v", list[150].Findings, err)
	}
}

func TestKeysAreReadAsTheyStand(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{"00017", "00017"}, {"\u00a0A \t", "A"}, {int64(17), "17"}, {int64(-3), "-3"}, {17.0, "17"}, {1e11, "100000000000"}, {1.5, "1.5"},
		{[]byte("x"), "x"}, {nil, ""}, {"", ""}, {"\xff", ""}, {1e15, ""}, {pull.Unreadable{Code: "error-cell"}, ""}, {[]string{"a"}, ""},
		{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01"}, {true, "true"}, {"e\u0301", "e\u0301"},
	} {
		shape, err := pull.NewShape("p", []mapping.Column{{Name: "id", Type: mapping.Text}}, pull.Selection{Key: "id"}, pull.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		r := shape.Record(1, []any{c.value})
		if r.Key != c.want || (c.want == "") != slices.ContainsFunc(r.Findings, func(f bridge.Finding) bool { return f.Code == "no-key" }) {
			t.Errorf("%#v gives the key %q and %v", c.value, r.Key, r.Findings)
		}
	}
}

func TestValuesConvert(t *testing.T) {
	berlin := time.FixedZone("Berlin", 3600)
	settings := pull.Settings{Decimal: ",", DateForm: "d.M.yyyy", Zone: berlin}
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, berlin)
	for _, c := range []struct {
		to          mapping.Type
		value, want any // nil = a fault
	}{
		{mapping.Text, int64(5), "5"}, {mapping.Text, 1e20, "100000000000000000000"}, {mapping.Text, 0.1, "0.1"}, {mapping.Text, true, "true"},
		{mapping.Text, march, "2026-03-01"}, {mapping.Text, march.Add(90 * time.Minute), "2026-03-01T01:30:00"}, {mapping.Text, []byte("ä"), "ä"},
		{mapping.Integer, "17", int64(17)}, {mapping.Integer, " 17 ", int64(17)}, {mapping.Integer, 17.0, int64(17)}, {mapping.Integer, 17.5, nil}, {mapping.Integer, "0x11", nil},
		{mapping.Number, "1,5", 1.5}, {mapping.Number, "1.5", nil}, {mapping.Number, "1.234,5", nil}, {mapping.Number, "NaN", nil}, {mapping.Number, "1,5,5", nil}, {mapping.Number, int64(3), 3.0},
		{mapping.Boolean, "Yes", true}, {mapping.Boolean, int64(0), false}, {mapping.Boolean, int64(2), nil}, {mapping.Boolean, "ja", nil},
		{mapping.Time, "1.3.2026", march}, {mapping.Time, "2026-03-01", march}, {mapping.Time, "2026-03-01T00:00:00+01:00", march}, {mapping.Time, "31.2.2026", nil}, {mapping.Time, "03/01/2026", nil}, {mapping.Time, int64(1), nil},
	} {
		shape, err := pull.NewShape("p", []mapping.Column{{Name: "x", Type: mapping.Text}}, pull.Selection{Types: map[string]mapping.Type{"x": c.to}}, settings)
		if err != nil {
			t.Fatal(err)
		}
		r := shape.Record(1, []any{c.value})
		if c.want == nil {
			if codes(r) != "bad-value" {
				t.Errorf("%#v as %s gives %#v without a fault", c.value, c.to, r.Row.Values[0])
			}
			continue
		}
		got := r.Row.Values[0]
		if at, ok := got.(time.Time); ok && at.Equal(march) {
			got = march
		}
		if got != c.want || len(r.Findings) > 0 {
			t.Errorf("%#v as %s gives %#v, %v; want %#v", c.value, c.to, got, r.Findings, c.want)
		}
	}
}

func TestBadTextIsNamed(t *testing.T) {
	shape, err := pull.NewShape("p", []mapping.Column{{Name: "x", Type: mapping.Text}}, pull.Selection{}, pull.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r := shape.Record(4, []any{"M\xfcller " + strings.Repeat("ü", 60)})
	f := r.Findings[0]
	if f.Code != "bad-text" || f.Column != "x" || f.Where != "p, row 4" || len([]rune(f.Value)) != 41 {
		t.Errorf("the finding is %+v", f)
	}
	if text := r.Row.Values[0].(string); !strings.HasPrefix(text, "M\uFFFDller") {
		t.Errorf("the text is %q", text)
	}
}

func TestSettingsThatMakeNoSenseAreErrors(t *testing.T) {
	one := []mapping.Column{{Name: "x", Type: mapping.Text}}
	for _, c := range []struct {
		list     []mapping.Column
		sel      pull.Selection
		settings pull.Settings
	}{
		{list: one, settings: pull.Settings{Decimal: "'"}},
		{list: one, settings: pull.Settings{DateForm: "02.01.2006"}},
		{list: one, sel: pull.Selection{Types: map[string]mapping.Type{"x": "date"}}},
		{list: append(one, one...)},
	} {
		if _, err := pull.NewShape("p", c.list, c.sel, c.settings); !bridge.IsKind(err, bridge.Invalid) {
			t.Errorf("%+v gives %v", c, err)
		}
	}
}
