package store_test

import (
	"path/filepath"
	"testing"

	"github.com/muster-idm/muster/conformance/contract"
	"github.com/muster-idm/muster/store"
)

func TestContract(t *testing.T) {
	contract.Store(t, func(t *testing.T, place string) contract.WorkingStore {
		return open(t, filepath.Join(place, "state", "muster.db"))
	})
}

func open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Settings{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
