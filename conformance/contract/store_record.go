package contract

import (
	"fmt"
	"iter"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// StoreRecords yields n records with the keys k0, k1 ... and one name, and at
// the end one whose key could not be read.
func StoreRecords(t *testing.T, n int, name string) iter.Seq2[bridge.Record, error] {
	t.Helper()
	columns, err := mapping.NewColumns(mapping.Column{Name: "id", Type: mapping.Text}, mapping.Column{Name: "name", Type: mapping.Text})
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(bridge.Record, error) bool) {
		for i := range n {
			key := fmt.Sprint("k", i)
			if !yield(bridge.Record{Key: key, Row: mapping.Row{Columns: columns, Values: []any{key, name}}}, nil) {
				return
			}
		}
		yield(bridge.Record{}, nil)
	}
}
