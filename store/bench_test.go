package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

// BenchmarkJournal measures intents with their outcomes, a group of them per
// transaction, each on a new link with one reserved name.
func BenchmarkJournal(b *testing.B) {
	for _, group := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("group=%d", group), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "muster.db"))
			if err := s.Lock("benchmark"); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for n := 0; n < b.N; n += group {
				journal(b, s, n, min(group, b.N-n))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

func journal(b *testing.B, s *store.Store, from, n int) {
	b.Helper()
	intents := make([]bridge.Intent, n)
	for i := range intents {
		intents[i] = benchIntent(from + i)
	}
	ids, _, err := s.Intend(b.Context(), intents)
	if err != nil {
		b.Fatal(err)
	}
	outcomes := make([]bridge.Outcome, n)
	for i, intent := range intents {
		intent.ID, intent.Link.EntryID = ids[i], fmt.Sprintf("8f9c2d1e-0000-4000-8000-%012d", from+i)
		outcomes[i] = bridge.Outcome{Intent: intent, Link: intent.Link, Result: bridge.Result{
			Seq: from + i, Key: intent.Change.Key, Actions: intent.Change.Actions, State: bridge.Done,
			EntryID: intent.Link.EntryID, DN: intent.Change.DN, Sent: intent.At, Applied: intent.At,
		}}
	}
	if err := s.Conclude(b.Context(), outcomes); err != nil {
		b.Fatal(err)
	}
}

func benchIntent(n int) bridge.Intent {
	key := fmt.Sprintf("employee-%07d", n)
	dn := "CN=Person " + key + ",OU=People,DC=corp,DC=example,DC=com"
	change := bridge.Change{
		Seq: n, Stage: bridge.Entries, Actions: []bridge.Action{bridge.Create}, Key: key, Type: bridge.User, DN: dn,
		Reserve: []bridge.Reservation{{Attribute: "sAMAccountName", Folded: key}}, Mark: "0123456789abcdef0123456789abcdef",
		After: bridge.Attributes{},
	}
	for _, name := range []string{"givenName", "sn", "displayName", "mail", "userPrincipalName", "department", "title", "telephoneNumber", "l", "company"} {
		change.After[name] = bridge.Values{name + " of " + key}
	}
	return bridge.Intent{Run: "run-1", Change: change, At: time.Unix(1_700_000_000, 0), Link: bridge.Link{
		ID: fmt.Sprintf("%08x-0000-7000-8000-%012d", n*2654435761%(1<<32), n), Destination: "corp", Connection: "people", Key: key, DN: dn,
		State: bridge.Live, Created: true, Mark: change.Mark,
	}}
}

// BenchmarkPlan measures saving a plan of 10,000 changes and reading it back.
func BenchmarkPlan(b *testing.B) {
	changes := make([]bridge.Change, 10_000)
	for i := range changes {
		changes[i] = benchIntent(i).Change
	}
	list, err := bridge.NewChangeList(changes...)
	if err != nil {
		b.Fatal(err)
	}
	s := open(b, filepath.Join(b.TempDir(), "muster.db"))
	for n := 0; b.Loop(); n++ {
		plan := &bridge.Plan{ID: fmt.Sprint("p", n), Connection: "people", Destination: "corp", Changes: list}
		if err := s.SavePlan(b.Context(), plan, bridge.PlanReady); err != nil {
			b.Fatal(err)
		}
		saved, _, err := s.Plan(b.Context(), plan.ID)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range saved.Changes.All(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(changes))/b.Elapsed().Seconds(), "changes/s")
}

// BenchmarkLinks measures listing the links of a destination.
func BenchmarkLinks(b *testing.B) {
	const links = 100_000
	s := open(b, filepath.Join(b.TempDir(), "muster.db"))
	if err := s.Lock("benchmark"); err != nil {
		b.Fatal(err)
	}
	for n := 0; n < links; n += 250 {
		journal(b, s, n, 250)
	}
	for b.Loop() {
		for _, err := range s.Links(b.Context(), "corp") {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*links)/b.Elapsed().Seconds(), "links/s")
}
