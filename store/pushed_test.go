package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

const users, groups = "okta users", "okta groups"

// working opens a store that may write.
func working(t testing.TB) *store.Store {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "muster.db"))
	must(t, s.Lock("test"))
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind bridge.Kind) {
	t.Helper()
	if !bridge.IsKind(err, kind) {
		t.Fatalf("error %v is not of kind %q", err, kind)
	}
}

func userID(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012d", uint32(n)*2654435761, n) }

// pushedUser is a user as a client pushes it, with the terms that the door gives it.
func pushedUser(n int) bridge.Pushed {
	name := fmt.Sprintf("User%06d@Example.com", n)
	folded := fmt.Sprintf("user%06d@example.com", n)
	at := time.Unix(1_700_000_000+int64(n), 0).UTC()
	body := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":%q,"externalId":"00u%d","name":{"givenName":"Given%d","familyName":"Family"},`+
		`"displayName":"Given%d Family","emails":[{"value":%q,"type":"work","primary":true}],"active":true}`, name, n, n, n, name)
	return bridge.Pushed{
		ID: userID(n), Connection: users, State: bridge.PushedKept, Version: 1, Created: at, Modified: at, Body: json.RawMessage(body),
		Terms: []bridge.Term{
			{Name: "displayName", Value: fmt.Sprintf("given%d family", n)}, {Name: "emails.value", Value: folded},
			{Name: "externalId", Value: fmt.Sprint("00u", n)}, {Name: "userName", Value: folded, Unique: true},
		},
	}
}

func pushedGroup(n int) bridge.Pushed {
	at := time.Unix(1_700_000_000+int64(n), 0).UTC()
	return bridge.Pushed{
		ID: userID(1_000_000 + n), Connection: groups, State: bridge.PushedKept, Version: 1, Created: at, Modified: at,
		Body:  json.RawMessage(fmt.Sprintf(`{"displayName":"Group %d"}`, n)),
		Terms: []bridge.Term{{Name: "displayName", Value: fmt.Sprint("group ", n), Unique: true}},
	}
}

func keep(t testing.TB, s *store.Store, p bridge.Pushed) {
	t.Helper()
	must(t, s.Keep(t.Context(), bridge.Push{Request: "q1", Record: p, Quota: bridge.Quota{Connection: "okta"}}))
}

// pushIntent is the create that a pushed record leads to.
func pushIntent(n int, p bridge.Pushed) bridge.Intent {
	intent := benchIntent(n)
	intent.Run, intent.Record, intent.Quota = fmt.Sprint("q", n), &p, &bridge.Quota{Connection: "okta"}
	intent.Change.Key, intent.Link.Key, intent.Link.Connection, intent.Link.ID = p.ID, p.ID, p.Connection, p.ID
	return intent
}

func pushOutcome(intent bridge.Intent, state bridge.ResultState) bridge.Outcome {
	o := bridge.Outcome{Intent: intent, Result: bridge.Result{Seq: 1, Key: intent.Change.Key, Actions: intent.Change.Actions, State: state}}
	if state == bridge.Done {
		o.Link, o.Record = intent.Link, intent.Record
		o.Link.EntryID = "entry of " + intent.Change.Key
	}
	return o
}

// push intends and concludes.
func push(ctx context.Context, s *store.Store, intent bridge.Intent, state bridge.ResultState) error {
	ids, refused, err := s.Intend(ctx, []bridge.Intent{intent})
	if err != nil {
		return err
	}
	if refused[0] != nil {
		return refused[0]
	}
	intent.ID = ids[0]
	return s.Conclude(ctx, []bridge.Outcome{pushOutcome(intent, state)})
}

func TestWhatWasNotDoneIsNotKept(t *testing.T) {
	s := working(t)
	p := pushedUser(1)
	must(t, push(t.Context(), s, pushIntent(1, p), bridge.Failed))
	_, err := s.Pushed(t.Context(), users, p.ID)
	wantKind(t, err, bridge.NotFound)
	must(t, push(t.Context(), s, pushIntent(2, p), bridge.Done)) // its name is free again
}

func TestANameIsTakenFromTheIntentOn(t *testing.T) {
	s := working(t)
	first := pushIntent(1, pushedUser(1))
	ids, refused, err := s.Intend(t.Context(), []bridge.Intent{first})
	must(t, err)
	must(t, refused[0])
	first.ID = ids[0]
	second := pushedUser(2)
	second.Terms[3].Value = "user000001@example.com"
	wantKind(t, push(t.Context(), s, pushIntent(2, second), bridge.Done), bridge.Conflict)
	wantKind(t, s.Keep(t.Context(), bridge.Push{Record: second}), bridge.Conflict)
	wantKind(t, s.Keep(t.Context(), bridge.Push{Record: pushedUser(1)}), bridge.Conflict) // its own change is on its way
	must(t, s.Conclude(t.Context(), []bridge.Outcome{pushOutcome(first, bridge.Done)}))
	wantKind(t, s.Keep(t.Context(), bridge.Push{Record: second}), bridge.Conflict)
}

func TestAnUnknownOutcomeOfAPushIsUnsettled(t *testing.T) {
	s := working(t)
	intent := pushIntent(1, pushedUser(1))
	ids, _, err := s.Intend(t.Context(), []bridge.Intent{intent})
	must(t, err)
	intent.ID = ids[0]
	o := pushOutcome(intent, bridge.Unsure)
	o.Open = true
	must(t, s.Conclude(t.Context(), []bridge.Outcome{o}))
	n := 0
	for got, err := range s.Unsettled(t.Context(), "corp") {
		must(t, err)
		if got.Record == nil || got.Record.ID != intent.Record.ID {
			t.Fatalf("%+v", got)
		}
		n++
	}
	if n != 1 {
		t.Fatal(n)
	}
}

func TestMembersKeepTheirOrder(t *testing.T) {
	s := working(t)
	g := pushedGroup(1)
	edit := func(e bridge.MemberEdit) []string {
		g.Version++
		g.Edit = &e
		keep(t, s, g)
		var all []string
		for m, err := range s.Members(t.Context(), g.ID) {
			must(t, err)
			all = append(all, m.Value+string(m.Body))
		}
		return all
	}
	member := func(values ...string) (all []bridge.Member) {
		for _, v := range values {
			all = append(all, bridge.Member{Value: v})
		}
		return all
	}
	for _, c := range []struct {
		edit bridge.MemberEdit
		want []string
	}{
		{bridge.MemberEdit{Add: member("c", "a", "b", "a")}, []string{"c", "a", "b"}},
		{bridge.MemberEdit{Add: []bridge.Member{{Value: "a", Body: json.RawMessage(`{"display":"A"}`)}}, Remove: []string{"c", "nobody"}}, []string{`a{"display":"A"}`, "b"}},
		{bridge.MemberEdit{Replace: true, Add: member("d", "b")}, []string{"b", "d"}},
		{bridge.MemberEdit{Remove: []string{"d"}, Add: member("d")}, []string{"b", "d"}},
		{bridge.MemberEdit{Replace: true}, nil},
	} {
		if diff := cmp.Diff(c.want, edit(c.edit)); diff != "" {
			t.Fatalf("%+v: %s", c.edit, diff)
		}
	}
	edit(bridge.MemberEdit{Add: member("u1")})
	other := pushedGroup(2)
	other.Edit = &bridge.MemberEdit{Add: member("u1", "u2")}
	keep(t, s, other)
	for want, values := range map[int][]string{2: {"u1"}, 1: {"u2"}, 0: {"u3"}} {
		found, err := s.Groups(t.Context(), groups, values...)
		if err != nil || len(found) != want {
			t.Fatal(values, len(found), err)
		}
	}
	other.Version, other.State, other.Edit = 2, bridge.PushedGone, nil
	keep(t, s, other)
	if found, err := s.Groups(t.Context(), groups, "u1", "u2"); err != nil || len(found) != 1 || found[0].ID != g.ID {
		t.Fatal(found, err)
	}
}

func TestLateReferencesAndWaitingRecordsAreFound(t *testing.T) {
	s := working(t)
	for n := range 4 {
		p := pushedUser(n)
		p.Terms = append(p.Terms, bridge.Term{Name: "manager", Value: fmt.Sprint("boss", n%2)})
		p.State = []bridge.PushedState{bridge.PushedKept, bridge.PushedHalf, bridge.PushedWaiting, bridge.PushedGone}[n]
		keep(t, s, p)
	}
	found, err := s.Naming(t.Context(), users, "manager", "boss1", "boss2")
	if err != nil || len(found) != 1 || found[0].ID != userID(1) {
		t.Fatal(found, err)
	}
	var waiting []string
	for p, err := range s.Waiting(t.Context(), users) {
		must(t, err)
		waiting = append(waiting, p.ID)
	}
	if diff := cmp.Diff([]string{userID(1), userID(2)}, waiting); diff != "" {
		t.Fatal(diff)
	}
}

func TestAnOlderVersionDoesNotReplaceANewerOne(t *testing.T) {
	s := working(t)
	p := pushedUser(1)
	p.Version = 5
	keep(t, s, p)
	p.Version = 4
	wantKind(t, s.Keep(t.Context(), bridge.Push{Record: p}), bridge.Stale)
	must(t, push(t.Context(), s, pushIntent(1, p), bridge.Done)) // what the directory did is remembered all the same
	got, err := s.Pushed(t.Context(), users, p.ID)
	if err != nil || got.Version != 5 {
		t.Fatal(got.Version, err)
	}
}
