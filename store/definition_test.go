package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

func TestANameHasOneOrigin(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "muster.db"))
	ctx := bridge.WithActor(t.Context(), bridge.Actor{Name: "ada", Kind: "person"})
	fromFile := store.Definition{Kind: "job", Name: "people", Origin: store.FromFile, Place: "muster.yaml:12", Text: "key: id\n"}
	first, err := s.Define(ctx, fromFile)
	if err != nil {
		t.Fatal(err)
	}
	fromStore := store.Definition{Kind: "job", Name: "people", Origin: store.FromStore, Place: "the store", Text: "key: mail\n"}
	_, err = s.Define(ctx, fromStore)
	if !bridge.IsKind(err, bridge.Conflict) || !strings.Contains(err.Error(), "muster.yaml:12") || !strings.Contains(err.Error(), "the store") {
		t.Fatal(err)
	}
	source := fromStore
	source.Kind = "source" // a source may have the name of a job
	if _, err := s.Define(ctx, source); err != nil {
		t.Fatal(err)
	}
	if err := s.Withdraw(ctx, "job", "people", store.FromStore); !bridge.IsKind(err, bridge.NotFound) {
		t.Fatal(err)
	}
	if err := s.Withdraw(ctx, "job", "people", store.FromFile); err != nil {
		t.Fatal(err)
	}
	second, err := s.Define(ctx, fromStore)
	if err != nil || first == second {
		t.Fatal(err)
	}
	got, err := s.Definition(ctx, "job", "people")
	if err != nil || got.Text != fromStore.Text || got.Revision != second || got.Author != "ada" || got.At.IsZero() {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestTheSameTextIsTheSameRevision(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "muster.db"))
	d := store.Definition{Kind: "job", Name: "people", Origin: store.FromFile, Place: "muster.yaml:12", Text: "key: id\n"}
	for _, name := range []string{"people", "people", "contacts"} {
		d.Name = name
		if _, err := s.Define(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Definitions(t.Context(), "job")
	if err != nil || len(all) != 2 || all[0].Name != "contacts" || all[1].Revision != all[0].Revision {
		t.Fatalf("%+v %v", all, err)
	}
	report, err := s.VerifyAudit(t.Context())
	if err != nil || report.Open+report.Sealed != 2 {
		t.Fatalf("saying the same again is no event: %+v %v", report, err)
	}
	if _, err := s.Definition(t.Context(), "job", "nobody"); !bridge.IsKind(err, bridge.NotFound) {
		t.Fatal(err)
	}
}
