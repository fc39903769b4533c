package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// TestResult is what became of one test of a job or stream.
type TestResult struct {
	Job         string       `json:"job"` // or stream: "okta/users"
	Test        string       `json:"test"`
	Differences []Difference `json:"differences,omitempty"` // empty: the test passed
}

// Difference is where the mapping makes something else of a row than the test
// wants. Attribute is an attribute or one of row, selected, container, enabled,
// members and faults.
type Difference struct {
	Attribute string `json:"attribute"`
	Want      string `json:"want"`
	Got       string `json:"got"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
}

// String returns "file:line:column: attribute: want ..., got ...".
func (d Difference) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: want %s, got %s", d.File, d.Line, d.Column, d.Attribute, d.Want, d.Got)
}

// RunTests maps the row of every test of a job and compares the outcome with
// what the test wants. The error is that of Connection.
func (f *File) RunTests(job string, template *bridge.Template, columns *mapping.Columns) ([]TestResult, error) {
	m, err := f.merge(job, template, columns)
	if err != nil {
		return nil, err
	}
	return m.runTests()
}

func (m *merger) runTests() ([]TestResult, error) {
	c, err := m.connection()
	if err != nil {
		return nil, err
	}
	results := make([]TestResult, 0, len(m.job.Tests))
	for n := range m.job.Tests {
		t := trial{reader: m.file.reader, path: fmt.Sprintf("%s.tests[%d]", m.path, n), test: &m.job.Tests[n]}
		t.run(c.Mapping, m.job.Key, m.columns)
		results = append(results, TestResult{Job: m.job.Name, Test: t.test.Name, Differences: t.differences})
	}
	return results, nil
}

// trial is one test on its way through the mapping.
type trial struct {
	reader      *reader
	path        string
	test        *Test
	differences []Difference
}

func (t *trial) differ(key, attribute, want, got string) {
	line, column := t.reader.position(t.path + key)
	t.differences = append(t.differences, Difference{Attribute: attribute, Want: want, Got: got, File: t.reader.text.name, Line: line, Column: column})
}

func (t *trial) run(m *mapping.Mapping, keyColumn string, columns *mapping.Columns) {
	row := t.row(columns)
	now, err := instant(t.test.Now)
	if err != nil || len(t.differences) > 0 {
		return // Parse refuses an instant that cannot be read
	}
	key := ""
	if cell, ok := t.test.Row[keyColumn]; ok && len(cell.Texts) == 1 {
		key = cell.Texts[0]
	}
	result := m.Map(row, key, now)
	t.faults(result)
	if wanted := t.test.Selected == nil || *t.test.Selected; wanted != result.Selected {
		t.differ(".selected", "selected", strconv.FormatBool(wanted), strconv.FormatBool(result.Selected))
		return
	}
	t.parts(result)
	for name, want := range t.test.Want {
		t.attribute(name, want, result)
	}
	slices.SortFunc(t.differences, func(a, b Difference) int {
		return (a.Line-b.Line)*1_000_000 + (a.Column - b.Column)
	})
}

// row makes the row of the test; columns that it does not name are NULL.
func (t *trial) row(columns *mapping.Columns) mapping.Row {
	row := mapping.Row{Columns: columns, Values: make([]any, len(columns.List()))}
	for name, cell := range t.test.Row {
		i, ok := columns.Index(name)
		if !ok {
			t.differ(child(".row", name), "row", "a column of the source", fmt.Sprintf("%q; %s", name, didYouMean(name, columnNames(columns))))
			continue
		}
		value, ok := cellValue(cell, columns.List()[i].Type)
		if !ok {
			t.differ(child(".row", name), "row", fmt.Sprintf("a value of type %s for %s", columns.List()[i].Type, name), quoteAll(cell.Texts))
		}
		row.Values[i] = value
	}
	return row
}

// cellValue is the value of a cell in the type of its column.
func cellValue(cell Cell, kind mapping.Type) (any, bool) {
	switch {
	case cell.Null:
		return nil, true
	case kind == mapping.Texts:
		return cell.Texts, true
	case cell.IsList || len(cell.Texts) != 1:
		return nil, false
	}
	text := cell.Texts[0]
	var value any = text
	var err error
	switch kind {
	case mapping.Integer:
		value, err = strconv.ParseInt(text, 10, 64)
	case mapping.Number:
		value, err = strconv.ParseFloat(text, 64)
	case mapping.Boolean:
		value, err = strconv.ParseBool(text)
	case mapping.Time:
		value, err = instantOf(text)
	}
	return value, err == nil
}

func instantOf(text string) (time.Time, error) {
	for _, form := range []string{time.DateOnly, time.DateTime, time.RFC3339} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date", text)
}

// faults wants each fault that the test names, and no other.
func (t *trial) faults(result mapping.Result) {
	left := slices.Clone(result.Faults)
	for i, part := range t.test.Faults {
		at := slices.IndexFunc(left, func(f mapping.Fault) bool { return strings.Contains(f.String(), part) })
		if at < 0 {
			t.differ(fmt.Sprintf(".faults[%d]", i), "faults", strconv.Quote(part), "no such fault")
			continue
		}
		left = slices.Delete(left, at, at+1)
	}
	for _, f := range left {
		t.differ("", "faults", "none", f.String())
	}
}

func (t *trial) parts(result mapping.Result) {
	if want := t.test.Container; want != nil && foldDN(*want) != foldDN(result.Container) {
		t.differ(".container", "container", *want, result.Container)
	}
	if want := t.test.Enabled; want != nil && (result.Enabled == nil || *result.Enabled != *want) {
		got := "nothing said"
		if result.Enabled != nil {
			got = strconv.FormatBool(*result.Enabled)
		}
		t.differ(".enabled", "enabled", strconv.FormatBool(*want), got)
	}
	if want := t.test.Members; len(want) > 0 && !slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(result.Members))) {
		t.differ(".members", "members", quoteAll(want), quoteAll(result.Members))
	}
}

func (t *trial) attribute(name string, want Cell, result mapping.Result) {
	path := child(".want", name)
	at := slices.IndexFunc(result.Attributes, func(a mapping.Attribute) bool { return strings.EqualFold(a.Name, name) })
	if at < 0 {
		t.differ(path, name, quoteAll(want.Texts), "no rule for it")
		return
	}
	a := result.Attributes[at]
	got := outcome(a)
	if slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want.Texts))) {
		return
	}
	shown := quoteAll(got)
	if a.Rule.Sensitive && len(got) > 0 {
		shown = "another value (sensitive)"
	}
	t.differ(path, a.Name, quoteAll(want.Texts), shown)
}

// outcome is what a test compares: the values, the first candidate, the keys
// referred to, or the kind of secret that is generated.
func outcome(a mapping.Attribute) []string {
	switch {
	case len(a.Candidates) > 0:
		return a.Candidates[:1]
	case len(a.References) > 0:
		return a.References
	case a.Generate != nil:
		return []string{a.Generate.Kind}
	}
	return a.Values
}

func quoteAll(texts []string) string {
	if len(texts) == 0 {
		return "no value"
	}
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = strconv.Quote(text)
	}
	return strings.Join(quoted, ", ")
}
