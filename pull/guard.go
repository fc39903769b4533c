package pull

import (
	"context"
	"iter"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Guarded returns the source with the rules that hold for all of them: no rows
// at all is an error, nothing follows an error, a Record without a key carries
// a fault, a key that seems to have lost leading zeros carries a warning, and
// the membership of groups is added.
func Guarded(source Source) Source { return guarded{source} }

type guarded struct{ source Source }

var _ Source = guarded{}

// Check asks the source.
func (g guarded) Check(ctx context.Context) (Report, error) { return g.source.Check(ctx) }

// Discover asks the source.
func (g guarded) Discover(ctx context.Context) ([]Dataset, error) { return g.source.Discover(ctx) }

// Columns returns the source's columns, and the members of group jobs.
func (g guarded) Columns(ctx context.Context, sel Selection) (*mapping.Columns, error) {
	columns, err := g.source.Columns(ctx, sel)
	if err != nil || sel.Members == nil {
		return columns, err
	}
	return withMembers(columns)
}

// Records yields the source's records under the guards.
func (g guarded) Records(ctx context.Context, sel Selection) iter.Seq2[bridge.Record, error] {
	return func(yield func(bridge.Record, error) bool) {
		if sel.Key == "" {
			yield(bridge.Record{}, bridge.Errorf(bridge.Invalid, "no key column is given; name the column that identifies a record"))
			return
		}
		records := g.source.Records(ctx, sel)
		if sel.Members != nil {
			records = g.grouped(ctx, sel, records)
		}
		g.watch(ctx, sel, records, yield)
	}
}

// watch passes the records on.
func (g guarded) watch(ctx context.Context, sel Selection, records iter.Seq2[bridge.Record, error], yield func(bridge.Record, error) bool) {
	rows, zeros := 0, zeros{column: sel.Key}
	for r, err := range records {
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			yield(bridge.Record{}, err)
			return
		}
		rows++
		if r.Key == "" && len(r.Findings) == 0 {
			r.Findings = append(r.Findings, noKey(sel.Key, "is empty"))
		}
		zeros.look(&r)
		if !yield(r, nil) {
			return
		}
	}
	if err := context.Cause(ctx); err != nil {
		yield(bridge.Record{}, err)
		return
	}
	if rows == 0 {
		yield(bridge.Record{}, bridge.Errorf(bridge.Precondition, "the source has no rows%s; an empty source is taken for a broken one, so nothing is planned. Look at the table, the sheet or the query's conditions", named(sel)))
	}
}

func named(sel Selection) string {
	switch {
	case sel.Query != "":
		return " for the query"
	case sel.Table != "":
		return " in " + sel.Table
	default:
		return ""
	}
}
