package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// PushedStore keeps what clients push.
type PushedStore interface {
	scim.Store
	Release(ctx context.Context, connection, reason string) error
}

func storePushed(key string) bridge.Pushed {
	at := time.Unix(1_700_000_000, 123).UTC()
	return bridge.Pushed{
		ID: key, Connection: storeConnection, State: bridge.PushedKept, Version: 1, Created: at, Modified: at, Account: bridge.Enabled,
		Body:  json.RawMessage(fmt.Sprintf(`{"userName":%q}`, key)),
		Terms: []bridge.Term{{Name: "displayName", Value: "ünal"}, {Name: "userName", Value: key, Unique: true}},
	}
}

// storePush is the intent of a push.
func storePush(p bridge.Pushed, entryID string) bridge.Intent {
	intent := storeIntent("request-"+p.ID, p.ID, entryID)
	intent.Record, intent.Quota = &p, &bridge.Quota{Connection: "okta"}
	return intent
}

func (s *storeCase) keep(t *testing.T, p bridge.Pushed) {
	t.Helper()
	s.must(t, s.Keep(s.ctx, bridge.Push{Request: "r", Record: p, Quota: bridge.Quota{Connection: "okta"}}))
}

// listing returns the ids of the stream's records.
func (s *storeCase) listing(t *testing.T) []string {
	t.Helper()
	page, total, next, err := s.Select(s.ctx, storeConnection, schema.User(), filter.Selection{Count: 100})
	s.must(t, err)
	if total != len(page) || next != "" {
		t.Fatalf("%d records of %d, cursor %q", len(page), total, next)
	}
	var ids []string
	for _, p := range page {
		ids = append(ids, p.ID)
	}
	return ids
}

func storePushedSaved(t *testing.T, s *storeCase) {
	want := storePushed("ada")
	intent := storePush(want, "")
	id, refused := s.intend(t, intent)
	s.must(t, refused)
	outcome := storeOutcome(intent, id, "guid-1")
	want.Account = bridge.Disabled // as the destination said
	outcome.Record = &want
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{outcome}))
	got, err := s.Pushed(s.ctx, storeConnection, "ada")
	s.must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	got, err = s.Named(s.ctx, storeConnection, "userName", "ada")
	s.must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	_, err = s.Pushed(s.ctx, "others", "ada")
	s.refused(t, err, bridge.NotFound, "ada", "others")

	failed := storePush(storePushed("bob"), "")
	id, refused = s.intend(t, failed)
	s.must(t, refused)
	outcome = storeOutcome(failed, id, "")
	outcome.Link, outcome.Record, outcome.Result.State = bridge.Link{}, nil, bridge.Failed
	s.must(t, s.Conclude(s.ctx, []bridge.Outcome{outcome}))
	_, err = s.Pushed(s.ctx, storeConnection, "bob")
	s.refused(t, err, bridge.NotFound, "bob")
}

func storeRevived(t *testing.T, s *storeCase) {
	for _, key := range []string{"ada", "bob", "cyd"} {
		s.keep(t, storePushed(key))
	}
	p := storePushed("ada")
	p.Version, p.State = 2, bridge.PushedGone
	s.keep(t, p)
	_, err := s.Pushed(s.ctx, storeConnection, "ada")
	s.refused(t, err, bridge.NotFound, "ada")
	found, err := s.Named(s.ctx, storeConnection, "userName", "ada")
	s.must(t, err)
	if found.State != bridge.PushedGone {
		t.Fatalf("%+v", found)
	}
	if diff := cmp.Diff([]string{"bob", "cyd"}, s.listing(t)); diff != "" {
		t.Fatal(diff)
	}
	p.Version, p.State = 3, bridge.PushedKept
	s.keep(t, p)
	if diff := cmp.Diff([]string{"ada", "bob", "cyd"}, s.listing(t)); diff != "" {
		t.Fatal(diff)
	}
}

func storeUniqueName(t *testing.T, s *storeCase) {
	var group sync.WaitGroup
	faults := make([]error, 8)
	for n := range faults {
		group.Go(func() {
			p := storePushed(fmt.Sprint("k", n))
			p.Terms[1].Value = "ada"
			if n%2 == 0 {
				faults[n] = s.Keep(s.ctx, bridge.Push{Record: p})
				return
			}
			_, refused, err := s.Intend(s.ctx, []bridge.Intent{storePush(p, "")})
			if faults[n] = err; err == nil {
				faults[n] = refused[0]
			}
		})
	}
	group.Wait()
	won := 0
	for _, err := range faults {
		if err == nil {
			won++
			continue
		}
		s.refused(t, err, bridge.Conflict, "userName", "ada")
	}
	if won != 1 {
		t.Fatalf("%d have a name that one may have", won)
	}
}

func storeSettledPush(t *testing.T, s *storeCase) {
	p := storePushed("ada")
	p.Edit = &bridge.MemberEdit{Add: []bridge.Member{{Value: "m1"}}}
	_, refused := s.intend(t, storePush(p, ""))
	s.must(t, refused)
	if open := s.unsettled(t); len(open) != 0 {
		t.Fatalf("%d pushes on their way are called unsettled", len(open))
	}
	s.must(t, s.Close())
	next := &storeCase{WorkingStore: s.open(t, s.place), ctx: s.ctx}
	defer next.Close()
	s.must(t, next.Lock("next"))
	open := next.unsettled(t)
	if len(open) != 1 {
		t.Fatalf("%d intents are open, wanted 1", len(open))
	}
	s.must(t, next.Conclude(s.ctx, []bridge.Outcome{storeOutcome(open[0], open[0].ID, "guid-1")}))
	got, err := next.Pushed(s.ctx, storeConnection, "ada")
	s.must(t, err)
	p.Edit = nil
	if diff := cmp.Diff(p, got); diff != "" {
		t.Fatal(diff)
	}
	is, err := next.IsMember(s.ctx, "ada", "m1", "m2")
	if err != nil || !is["m1"] || is["m2"] {
		t.Fatal(is, err)
	}
}

func storeHold(t *testing.T, s *storeCase) {
	create := func(key string) error {
		intent := storePush(storePushed(key), "")
		intent.Quota.PerHour = map[bridge.Action]int{bridge.Create: 2}
		_, refused := s.intend(t, intent)
		return refused
	}
	s.must(t, create("a"))
	s.must(t, create("b"))
	s.refused(t, create("c"), bridge.Refused, "okta", "create", "2", "muster release okta")
	s.refused(t, s.Keep(s.ctx, bridge.Push{Record: storePushed("d"), Quota: bridge.Quota{Connection: "okta"}}), bridge.Refused, "okta")
	_, refused := s.intend(t, storeIntent("a run", "e", "")) // which has limits of its own
	s.must(t, refused)
	s.refused(t, s.Release(s.ctx, "okta", ""), bridge.Invalid)
	s.must(t, s.Release(s.ctx, "okta", "meant"))
	s.must(t, create("c"))
	s.refused(t, s.Release(s.ctx, "okta", "meant"), bridge.NotFound, "okta")
}

func storeFound(t *testing.T, s *storeCase) {
	link := storeIntent("r", "guid-1", "guid-1").Link
	link.State, link.Created = bridge.Found, false
	s.must(t, s.SaveLink(s.ctx, link))
	s.must(t, s.SaveLink(s.ctx, link))
	for name, read := range map[string]func() (bridge.Link, error){
		"by id":    func() (bridge.Link, error) { return s.LinkOf(s.ctx, link.ID) },
		"by entry": func() (bridge.Link, error) { return s.FoundLink(s.ctx, storeConnection, "guid-1") },
	} {
		if got, err := read(); err != nil || got != link {
			t.Fatalf("%s: %+v %v", name, got, err)
		}
	}
	_, err := s.Owner(s.ctx, storeDestination, "guid-1")
	s.refused(t, err, bridge.NotFound)
	_, err = s.FoundLink(s.ctx, "others", "guid-1")
	s.refused(t, err, bridge.NotFound, "others")
	twice := link
	twice.ID, twice.Key = "another", "another"
	s.refused(t, s.SaveLink(s.ctx, twice), bridge.Conflict)
	live := link
	live.State = bridge.Live
	s.refused(t, s.SaveLink(s.ctx, live), bridge.Invalid)

	adopt := storeIntent("r", link.Key, "guid-1")
	adopt.Link.ID = link.ID
	s.done(t, adopt, "guid-1")
	s.refused(t, s.SaveLink(s.ctx, link), bridge.Conflict, link.ID)
	_, err = s.FoundLink(s.ctx, storeConnection, "guid-1")
	s.refused(t, err, bridge.NotFound)
}
