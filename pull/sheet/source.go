package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// Source is a file of sheets that is only read.
type Source struct {
	settings pull.Settings
	now      func() time.Time
}

var _ pull.Source = (*Source)(nil)

// New returns the file of the settings. It does not open it. The error is of
// kind Unsupported when the kind of source is no sheet.
func New(settings pull.Settings) (*Source, error) {
	if settings.Kind != pull.XLSX && settings.Kind != pull.CSV {
		return nil, bridge.Errorf(bridge.Unsupported, "%s: %q is no kind of sheet that can be read; xlsx and csv are", settings.Label(), pull.Cut(settings.Kind))
	}
	return &Source{settings: settings, now: time.Now}, nil
}

// Columns returns the columns of the selected sheet.
func (s *Source) Columns(ctx context.Context, sel pull.Selection) (*mapping.Columns, error) {
	t, err := s.table(ctx, sel)
	if err != nil {
		return nil, err
	}
	return t.shape.Columns, t.Close()
}

// Records streams the rows of the selected sheet.
func (s *Source) Records(ctx context.Context, sel pull.Selection) iter.Seq2[bridge.Record, error] {
	return func(yield func(bridge.Record, error) bool) {
		t, err := s.table(ctx, sel)
		if err != nil {
			yield(bridge.Record{}, err)
			return
		}
		defer t.Close()
		if more, err := t.records(yield); more && err != nil {
			yield(bridge.Record{}, err)
		}
	}
}

// table opens the file and the selected sheet, and reads its header.
func (s *Source) table(ctx context.Context, sel pull.Selection) (*table, error) {
	g, err := s.grid(ctx, sel.Table)
	if err != nil {
		return nil, err
	}
	t, err := newTable(g, sel, s.settings)
	if err != nil {
		_ = g.Close()
		return nil, err
	}
	return t, nil
}

// grid opens the file and one sheet of it.
func (s *Source) grid(ctx context.Context, name string) (grid, error) {
	f, err := openFile(s.settings, s.now())
	if err != nil {
		return nil, err
	}
	var g grid
	if s.settings.Kind == pull.CSV {
		g, err = s.text(ctx, f, name)
	} else {
		g, err = s.sheet(ctx, f, name)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return g, nil
}

func (s *Source) text(ctx context.Context, f *file, name string) (grid, error) {
	if name != "" {
		return nil, f.errorf(bridge.Invalid, "a csv file has no sheets; leave %q out", pull.Cut(name))
	}
	return openDelimited(ctx, f)
}

func (s *Source) sheet(ctx context.Context, f *file, name string) (grid, error) {
	w, err := openWorkbook(ctx, f)
	if err != nil {
		return nil, err
	}
	part, err := w.find(name)
	if err != nil {
		return nil, err
	}
	return w.rows(part)
}

// find returns the sheet of the name, without one the first that is not hidden.
// The names of two sheets differ by more than case.
func (w *workbook) find(name string) (sheetPart, error) {
	var names []string
	for _, part := range w.sheets {
		if name == "" && !part.hidden || name != "" && strings.EqualFold(part.name, name) {
			return part, nil
		}
		names = append(names, part.name)
	}
	if name == "" {
		return sheetPart{}, w.errorf(bridge.NotFound, "all sheets are hidden; name the one to read: %s", strings.Join(names, ", "))
	}
	return sheetPart{}, w.errorf(bridge.NotFound, "there is no sheet %q; the sheets are %s", pull.Cut(name), strings.Join(names, ", "))
}

// Check opens the file and reads all sheets that are not hidden.
func (s *Source) Check(ctx context.Context) (pull.Report, error) {
	list, err := s.Discover(ctx)
	if err != nil {
		return pull.Report{}, err
	}
	report := pull.Report{Version: map[string]string{pull.XLSX: "Excel workbook (.xlsx)", pull.CSV: "delimited text"}[s.settings.Kind]}
	report.Lines = append(report.Lines, fmt.Sprintf("%s can be read (%s)", s.settings.Label(), report.Version))
	for _, d := range list {
		switch {
		case d.Hidden:
			report.Lines = append(report.Lines, fmt.Sprintf("%s %s is hidden; it is read only when a job names it", d.Kind, d.Name))
		case d.Fault != "":
			report.Lines = append(report.Lines, fmt.Sprintf("%s %s cannot be read as it is: %s", d.Kind, d.Name, d.Fault))
		default:
			report.Rows += d.Rows
			report.Lines = append(report.Lines, fmt.Sprintf("%s %s: %d rows, %d columns", d.Kind, d.Name, d.Rows, len(d.Fields)))
		}
	}
	return report, nil
}

// Discover lists the sheets. What is wrong with one sheet is told beside it;
// what is wrong with the file is the error.
func (s *Source) Discover(ctx context.Context) ([]pull.Dataset, error) {
	f, err := openFile(s.settings, s.now())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if s.settings.Kind == pull.CSV {
		d := pull.Dataset{Name: f.name, Kind: "file"}
		g, err := openDelimited(ctx, f)
		if err != nil {
			return nil, err
		}
		return []pull.Dataset{s.survey(g, d)}, context.Cause(ctx)
	}
	w, err := openWorkbook(ctx, f)
	if err != nil {
		return nil, err
	}
	var list []pull.Dataset
	for _, part := range w.sheets {
		d := pull.Dataset{Name: part.name, Kind: "sheet", Hidden: part.hidden}
		r, err := w.rows(part)
		if err != nil {
			d.Rows, d.Fault = -1, err.Error()
		} else {
			d = s.survey(r, d)
			_ = r.in.Close()
		}
		if err := context.Cause(ctx); err != nil {
			return nil, f.broken(err)
		}
		list = append(list, d)
	}
	return list, nil
}

// survey reads a whole sheet.
func (s *Source) survey(g grid, d pull.Dataset) pull.Dataset {
	t, err := newTable(g, pull.Selection{}, s.settings)
	if err != nil {
		d.Rows, d.Fault = -1, err.Error()
		return d
	}
	holds := newHolding(t.list, s.settings)
	for {
		l, err := t.next()
		switch {
		case errors.Is(err, io.EOF):
			d.Fields = holds.fields()
			return d
		case err != nil:
			d.Rows, d.Fault = -1, err.Error()
			return d
		case !l.blank():
			d.Rows++
			holds.look(l.values)
		}
	}
}
