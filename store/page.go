package store

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"time"
)

const pageRows = 500

// paged yields what read returns, page by page: the rows after a key, and the
// key of the last of them. An empty page is the end.
func paged[T, K any](read func(after K) ([]T, K, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var after K
		for {
			rows, last, err := read(after)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			if len(rows) == 0 {
				return
			}
			after = last
		}
	}
}

// stamp is an instant in nanoseconds since 1970, and 0 for no instant.
type stamp time.Time

// Value returns what is written into the database.
func (s stamp) Value() (driver.Value, error) {
	if time.Time(s).IsZero() {
		return int64(0), nil
	}
	return time.Time(s).UnixNano(), nil
}

// Scan takes what was read from the database.
func (s *stamp) Scan(value any) error {
	n, ok := value.(int64)
	if !ok {
		return fmt.Errorf("an instant is stored as %T", value)
	}
	*s = stamp{}
	if n != 0 {
		*s = stamp(time.Unix(0, n).UTC())
	}
	return nil
}
