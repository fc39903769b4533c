package sheet

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// Source is a workbook or a file of delimited text.
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

// open opens the selected sheet.
func (s *Source) open(ctx context.Context, name string) (grid, error) {
	f, err := openFile(s.settings, s.now())
	if err != nil {
		return nil, err
	}
	g, err := s.grid(ctx, f, name)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return g, nil
}

func (s *Source) grid(ctx context.Context, f *file, name string) (grid, error) {
	if s.settings.Kind == pull.CSV {
		return openDelimited(ctx, f)
	}
	w, err := openWorkbook(ctx, f)
	if err != nil {
		return nil, err
	}
	part, err := w.sheet(name)
	if err != nil {
		return nil, err
	}
	return w.rows(part)
}

// sheet returns the sheet of that name; without a name the first that is not
// hidden. A hidden one is read when it is named.
func (w *workbook) sheet(name string) (sheetPart, error) {
	var names []string
	for _, part := range w.sheets {
		if part.name == name || (name == "" && !part.hidden) {
			return part, nil
		}
		names = append(names, part.name)
	}
	if name == "" {
		return sheetPart{}, w.errorf(bridge.NotFound, "all sheets are hidden; name one of %s", strings.Join(names, ", "))
	}
	return sheetPart{}, w.errorf(bridge.NotFound, "there is no sheet %q; there is %s", pull.Cut(name), strings.Join(names, ", "))
}

// Columns returns the columns of the selected sheet.
func (s *Source) Columns(ctx context.Context, sel pull.Selection) (*mapping.Columns, error) {
	g, err := s.open(ctx, sel.Table)
	if err != nil {
		return nil, err
	}
	defer g.Close()
	t, err := newTable(g, sel, s.settings)
	if err != nil {
		return nil, err
	}
	return t.shape.Columns, nil
}

// Records streams the rows of the selected sheet.
func (s *Source) Records(ctx context.Context, sel pull.Selection) iter.Seq2[bridge.Record, error] {
	return func(yield func(bridge.Record, error) bool) {
		g, err := s.open(ctx, sel.Table)
		if err != nil {
			yield(bridge.Record{}, err)
			return
		}
		defer g.Close()
		t, err := newTable(g, sel, s.settings)
		if err != nil {
			yield(bridge.Record{}, err)
			return
		}
		if more, err := t.records(yield); more && err != nil {
			yield(bridge.Record{}, err)
		}
	}
}

// Check opens the file and reads all of it.
func (s *Source) Check(ctx context.Context) (pull.Report, error) {
	list, err := s.Discover(ctx)
	if err != nil {
		return pull.Report{}, err
	}
	report := pull.Report{Version: map[string]string{pull.XLSX: "Excel workbook (.xlsx)", pull.CSV: "delimited text"}[s.settings.Kind]}
	report.Lines = append(report.Lines, fmt.Sprintf("%s can be read (%s)", s.settings.Label(), report.Version))
	for _, d := range list {
		if d.Fault != "" {
			report.Lines = append(report.Lines, fmt.Sprintf("%s %s cannot be read: %s", d.Kind, d.Name, d.Fault))
			continue
		}
		if !d.Hidden {
			report.Rows += d.Rows
		}
		report.Lines = append(report.Lines, fmt.Sprintf("%s %s: %d rows, %d columns", d.Kind, d.Name, d.Rows, len(d.Fields)))
	}
	return report, nil
}

// Discover lists the sheets, with what the values of each column would convert to.
func (s *Source) Discover(ctx context.Context) ([]pull.Dataset, error) {
	if s.settings.Kind == pull.CSV {
		d := s.look(ctx, pull.Dataset{Kind: "file"}, "")
		d.Name = s.settings.Path
		return []pull.Dataset{d}, faultOf(d)
	}
	f, err := openFile(s.settings, s.now())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w, err := openWorkbook(ctx, f)
	if err != nil {
		return nil, err
	}
	var list []pull.Dataset
	for _, part := range w.sheets {
		list = append(list, s.look(ctx, pull.Dataset{Name: part.name, Kind: "sheet", Hidden: part.hidden}, part.name))
	}
	return list, nil
}

// faultOf is an error when the only dataset cannot be read.
func faultOf(d pull.Dataset) error {
	if d.Fault == "" {
		return nil
	}
	return bridge.Errorf(bridge.Invalid, "%s", d.Fault)
}

// look reads one sheet for its columns and rows.
func (s *Source) look(ctx context.Context, d pull.Dataset, name string) pull.Dataset {
	d.Rows = -1
	g, err := s.open(ctx, name)
	if err != nil {
		d.Fault = err.Error()
		return d
	}
	defer g.Close()
	t, err := newTable(g, pull.Selection{}, s.settings)
	if err != nil {
		d.Fault = err.Error()
		return d
	}
	for _, column := range t.list {
		d.Fields = append(d.Fields, pull.Field{Column: column, Declared: "text"})
	}
	rows := int64(0)
	_, err = t.records(func(bridge.Record, error) bool {
		rows++
		return true
	})
	if err != nil {
		d.Fault = err.Error()
		return d
	}
	d.Rows = rows
	return d
}
