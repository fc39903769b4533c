package database

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// Source is a SQL database that is only read.
type Source struct {
	settings pull.Settings
	dialect  dialect
}

var _ pull.Source = (*Source)(nil)

// New returns the database of the settings. It does not connect. The error is
// of kind Unsupported when the kind of source is no database.
func New(settings pull.Settings) (*Source, error) {
	d, ok := dialects[settings.Kind]
	if !ok {
		return nil, bridge.Errorf(bridge.Unsupported, "%s: %q is no kind of database that can be read; sqlite is one", settings.Label(), pull.Cut(settings.Kind))
	}
	return &Source{settings: settings, dialect: d}, nil
}

// Columns returns the columns of the selected rows without reading them.
func (s *Source) Columns(ctx context.Context, sel pull.Selection) (*mapping.Columns, error) {
	ctx, session, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	defer session.close()
	rows, shape, err := s.query(ctx, session.tx, sel)
	if err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil { //nolint:sqlclosecheck // its error is the answer
		return nil, s.explained(ctx, err)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explained(ctx, err)
	}
	return shape.Columns, nil
}

// query runs the selection and finds the shape of its rows.
func (s *Source) query(ctx context.Context, tx *sql.Tx, sel pull.Selection) (*sql.Rows, *pull.Shape, error) {
	statement, place, err := s.statement(ctx, tx, sel)
	if err != nil {
		return nil, nil, err
	}
	rows, err := tx.QueryContext(ctx, statement)
	if err != nil {
		return nil, nil, s.explained(ctx, err)
	}
	shape, err := s.shape(rows, place, sel)
	if err != nil {
		_ = rows.Close() //nolint:sqlclosecheck // else the caller reads and closes them
		return nil, nil, s.explained(ctx, err)
	}
	return rows, shape, nil
}

func (s *Source) shape(rows *sql.Rows, place string, sel pull.Selection) (*pull.Shape, error) {
	list, err := s.columns(rows)
	if err != nil {
		return nil, err
	}
	return pull.NewShape(place, list, sel, s.settings)
}

func (s *Source) columns(rows *sql.Rows) ([]mapping.Column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	list := make([]mapping.Column, len(types))
	for i, t := range types {
		declared, _, _ := strings.Cut(strings.ToUpper(t.DatabaseTypeName()), "(")
		list[i] = mapping.Column{Name: t.Name(), Type: s.dialect.typeOf(declared)}
	}
	return list, nil
}

// Records streams the selected rows in one read-only transaction.
func (s *Source) Records(ctx context.Context, sel pull.Selection) iter.Seq2[bridge.Record, error] {
	return func(yield func(bridge.Record, error) bool) {
		if err := s.read(ctx, sel, yield); err != nil {
			yield(bridge.Record{}, err)
		}
	}
}

// slab is how many rows share one allocation for their values.
const slab = 16

// read yields the rows; it returns nil at their end and when nobody wants more.
func (s *Source) read(ctx context.Context, sel pull.Selection, yield func(bridge.Record, error) bool) error {
	ctx, session, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer session.close()
	rows, shape, err := s.query(ctx, session.tx, sel)
	if err != nil {
		return err
	}
	defer rows.Close()
	width := len(shape.Columns.List())
	targets := make([]any, width)
	var free []any
	for n := 1; rows.Next(); n++ {
		if len(free) < width {
			free = make([]any, width*slab)
		}
		values := free[:width:width]
		free = free[width:]
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return s.explained(ctx, err)
		}
		if !yield(shape.Record(n, values), nil) {
			return nil
		}
	}
	if err := rows.Err(); err != nil {
		return s.explained(ctx, err)
	}
	return nil
}

// Check connects, reads and counts.
func (s *Source) Check(ctx context.Context) (pull.Report, error) {
	list, version, err := s.survey(ctx)
	if err != nil {
		return pull.Report{}, err
	}
	report := pull.Report{Version: s.dialect.label + " " + version}
	report.Lines = append(report.Lines, fmt.Sprintf("%s can be read (%s)", s.dialect.place(s.settings), report.Version))
	if len(list) == 0 {
		report.Lines = append(report.Lines, "there are no tables or views; check that this is the right database")
	}
	for _, d := range list {
		if d.Fault != "" {
			report.Lines = append(report.Lines, fmt.Sprintf("%s %s cannot be read: %s", d.Kind, d.Name, d.Fault))
			continue
		}
		report.Rows += d.Rows
		report.Lines = append(report.Lines, fmt.Sprintf("%s %s: %d rows, %d columns", d.Kind, d.Name, d.Rows, len(d.Fields)))
	}
	return report, nil
}

// Discover lists the tables and views.
func (s *Source) Discover(ctx context.Context) ([]pull.Dataset, error) {
	list, _, err := s.survey(ctx)
	return list, err
}

func (s *Source) survey(ctx context.Context) (list []pull.Dataset, version string, err error) {
	ctx, session, err := s.open(ctx)
	if err != nil {
		return nil, "", err
	}
	defer session.close()
	if err := session.tx.QueryRowContext(ctx, s.dialect.version).Scan(&version); err != nil {
		return nil, "", s.explained(ctx, err)
	}
	list, err = s.dialect.datasets(ctx, session.tx)
	if err != nil {
		return nil, "", s.explained(ctx, err)
	}
	for i := range list {
		d := &list[i]
		d.Rows = -1
		if d.Fault != "" {
			continue
		}
		err := session.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+s.dialect.quote(d.Name)).Scan(&d.Rows)
		if err == nil {
			continue
		}
		if err = s.explained(ctx, err); ctx.Err() != nil {
			return nil, "", err
		}
		d.Rows, d.Fault = -1, err.Error()
	}
	return list, version, nil
}
