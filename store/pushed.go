package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/muster-idm/muster/bridge"
)

const pushedColumns = `p.num, p.id, p.connection, p.state, p.version, p.created, p.modified, p.account, p.terms, p.body,
	EXISTS (SELECT 1 FROM pushed_members named WHERE named.member = p.id)`

// keptPushed is a pushed record with its place in the order of creation.
type keptPushed struct {
	bridge.Pushed
	num int64
}

// scanner is a row of the database.
type scanner interface{ Scan(into ...any) error }

// scanPushed reads pushedColumns, by hand, because each request reads some.
func scanPushed(row scanner) (keptPushed, error) {
	var k keptPushed
	var created, modified int64
	var terms []byte
	err := row.Scan(&k.num, &k.ID, &k.Connection, (*string)(&k.State), &k.Version, &created, &modified, (*string)(&k.Account), &terms, (*[]byte)(&k.Body), &k.Grouped)
	if err != nil {
		return k, err
	}
	k.Created, k.Modified = instant(created), instant(modified)
	if k.Terms, err = unpackTerms(terms); err != nil {
		return k, bridge.Wrap(bridge.Internal, err, "the terms of record %s are damaged", k.ID)
	}
	return k, nil
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// Pushed returns a record by its id. The error is of kind NotFound if the
// connection has none, or it is gone.
func (s *Store) Pushed(ctx context.Context, connection, id string) (bridge.Pushed, error) {
	const query = `SELECT ` + pushedColumns + ` FROM pushed p WHERE p.id = ?`
	kept, err := s.onePushed(ctx, query, id)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && (kept.Connection != connection || kept.State == bridge.PushedGone)) {
		return bridge.Pushed{}, bridge.Errorf(bridge.NotFound, "connection %s has no record %s", connection, id)
	}
	return kept.Pushed, fault(err, "record %s of connection %s cannot be read", id, connection)
}

// Named returns the record with a value of a unique term, one that is not gone
// before one that is. The error is of kind NotFound if there is none.
func (s *Store) Named(ctx context.Context, connection, term, value string) (bridge.Pushed, error) {
	const query = `SELECT ` + pushedColumns + ` FROM pushed_terms t JOIN pushed p ON p.num = t.record
		WHERE t.connection = ? AND t.name = ? AND t.value = ? AND t.sole ORDER BY t.gone, t.record DESC LIMIT 1`
	kept, err := s.onePushed(ctx, query, connection, term, value)
	if errors.Is(err, sql.ErrNoRows) {
		return bridge.Pushed{}, bridge.Errorf(bridge.NotFound, "connection %s has no record with %s %q", connection, term, value)
	}
	return kept.Pushed, fault(err, "the record of connection %s with %s %q cannot be read", connection, term, value)
}

// onePushed reads one record; the error is sql.ErrNoRows if there is none.
func (s *Store) onePushed(ctx context.Context, query string, args ...any) (keptPushed, error) {
	row, err := s.row(ctx, query, args...)
	if err != nil {
		return keptPushed{}, err
	}
	return scanPushed(row)
}

// listPushed reads records that are few enough to be held.
func (s *Store) listPushed(ctx context.Context, query string, args ...any) ([]keptPushed, error) {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []keptPushed
	for rows.Next() {
		one, err := scanPushed(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func bare(kept []keptPushed) []bridge.Pushed {
	all := make([]bridge.Pushed, len(kept))
	for i, k := range kept {
		all[i] = k.Pushed
	}
	return all
}

// Waiting yields the records of a stream that are not wholly written yet:
// those in state half, which are to be tried again, and waiting.
func (s *Store) Waiting(ctx context.Context, connection string) iter.Seq2[bridge.Pushed, error] {
	const query = `SELECT ` + pushedColumns + ` FROM pushed p
		WHERE p.connection = ? AND p.num > ? AND p.state IN ('half', 'waiting') ORDER BY p.num LIMIT ?`
	return paged(func(after int64) ([]bridge.Pushed, int64, error) {
		kept, err := s.listPushed(ctx, query, connection, after, pageRows)
		if len(kept) > 0 {
			after = kept[len(kept)-1].num
		}
		return bare(kept), after, fault(err, "the waiting records of connection %s cannot be read", connection)
	})
}

// Naming returns the records of a stream, not gone, that have any of the values
// in a term, in the order in which they were created: who waits for a manager.
func (s *Store) Naming(ctx context.Context, connection, term string, values ...string) ([]bridge.Pushed, error) {
	if len(values) == 0 {
		return nil, nil
	}
	query := `SELECT ` + pushedColumns + ` FROM (SELECT DISTINCT record FROM pushed_terms
		WHERE connection = ? AND name = ? AND NOT gone AND value IN (` + marks(len(values)) + `)) found
		CROSS JOIN pushed p WHERE p.num = found.record ORDER BY p.num`
	kept, err := s.listPushed(ctx, query, append([]any{connection, term}, anys(values)...)...)
	return bare(kept), fault(err, "the records of connection %s that name a %s cannot be read", connection, term)
}

// orderTerms sorts terms and drops those that are there twice.
func orderTerms(terms []bridge.Term) []bridge.Term {
	terms = slices.SortedFunc(slices.Values(terms), func(a, b bridge.Term) int {
		sole := 0
		if a.Unique != b.Unique {
			sole = map[bool]int{true: -1, false: 1}[a.Unique]
		}
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value), sole)
	})
	return slices.CompactFunc(terms, func(a, b bridge.Term) bool { return a.Name == b.Name && a.Value == b.Value })
}

// packTerms writes terms as lengths and texts.
func packTerms(terms []bridge.Term) []byte {
	packed := []byte{}
	for _, t := range terms {
		for _, text := range []string{t.Name, t.Value} {
			packed = append(binary.AppendUvarint(packed, uint64(len(text))), text...)
		}
		sole := byte(0)
		if t.Unique {
			sole = 1
		}
		packed = append(packed, sole)
	}
	return packed
}

// errTerms says that packed terms end too early.
var errTerms = errors.New("the terms are cut off")

// unpackTerms reads what packTerms wrote. All values share one text.
func unpackTerms(packed []byte) ([]bridge.Term, error) {
	terms := make([]bridge.Term, 0, 8)
	for text, at := string(packed), 0; at < len(text); {
		var t bridge.Term
		for _, part := range []*string{&t.Name, &t.Value} {
			n, width := binary.Uvarint(packed[at:])
			at += max(width, 0)
			if width <= 0 || n > uint64(len(text)-at) {
				return nil, errTerms
			}
			*part = text[at : at+int(n)]
			at += int(n)
		}
		if at == len(text) {
			return nil, errTerms
		}
		t.Unique = text[at] == 1
		at++
		terms = append(terms, t)
	}
	return terms, nil
}
