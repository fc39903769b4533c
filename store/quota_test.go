package store_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

func TestAQuotaHoldsAConnectionUntilItIsReleased(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	path := filepath.Join(t.TempDir(), "muster.db")
	s, err := store.Open(t.Context(), store.Settings{Path: path, Now: func() time.Time { return now }})
	must(t, err)
	defer s.Close()
	must(t, s.Lock("test"))
	create := func(n int, connection string) error {
		intent := pushIntent(n, pushedUser(n))
		intent.Quota = &bridge.Quota{Connection: connection, PerHour: map[bridge.Action]int{bridge.Create: 3}}
		return push(t.Context(), s, intent, bridge.Done)
	}
	for n := range 3 {
		must(t, create(n, "okta"))
		now = now.Add(20 * time.Minute)
	}
	now = now.Add(time.Minute) // the first one is an hour ago
	must(t, create(3, "okta"))
	err = create(4, "okta")
	wantKind(t, err, bridge.Refused)
	for _, word := range []string{"okta", "create", "3", "muster release okta"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q lacks %q", err, word)
		}
	}
	hold, held, err := s.Held(t.Context(), "okta")
	if err != nil || !held || hold.Request != "q4" || !hold.Since.Equal(now) || !strings.Contains(hold.Reason, "create") {
		t.Fatalf("%+v %v %v", hold, held, err)
	}
	now = now.Add(24 * time.Hour) // time alone releases nobody
	wantKind(t, create(5, "okta"), bridge.Refused)
	wantKind(t, s.Keep(t.Context(), bridge.Push{Record: pushedUser(6), Quota: bridge.Quota{Connection: "okta"}}), bridge.Refused)
	must(t, create(7, "entra"))
	run := benchIntent(8) // of a run, which has limits of its own
	must(t, push(t.Context(), s, run, bridge.Done))

	wantKind(t, s.Release(t.Context(), "okta", " "), bridge.Invalid)
	wantKind(t, s.Release(t.Context(), "entra", "why not"), bridge.NotFound)
	ctx := bridge.WithActor(t.Context(), bridge.Actor{Name: "ada", Kind: "person"})
	must(t, s.Release(ctx, "okta", "the new site opens"))
	for n := 10; n < 13; n++ {
		must(t, create(n, "okta"))
	}
	if holds, err := s.Holds(t.Context()); err != nil || len(holds) != 0 {
		t.Fatal(holds, err)
	}
	wantKind(t, create(13, "okta"), bridge.Refused)
	lines := auditLines(t, path)
	for _, word := range []string{`"event":"held"`, `"event":"released"`, `"the new site opens"`, `"actor":"ada"`} {
		if !bytes.Contains(lines, []byte(word)) {
			t.Errorf("the audit lacks %s", word)
		}
	}
}

func TestMembersCountOneByOneAndZeroAllowsNone(t *testing.T) {
	s := working(t)
	remove := func(n, members, bound int) error {
		intent := pushIntent(n, pushedGroup(n))
		intent.Change.Actions = []bridge.Action{bridge.AddMembers, bridge.RemoveMembers}
		intent.Change.Members = []bridge.MemberDelta{{Key: "new"}}
		for range members {
			intent.Change.Members = append(intent.Change.Members, bridge.MemberDelta{Remove: true})
		}
		intent.Quota.PerHour = map[bridge.Action]int{bridge.RemoveMembers: bound}
		return push(t.Context(), s, intent, bridge.Done)
	}
	must(t, remove(1, 6, 10))
	must(t, remove(2, 4, 10))
	must(t, remove(3, 0, 10))
	wantKind(t, remove(4, 1, 10), bridge.Refused)
	must(t, s.Release(t.Context(), "okta", "meant"))
	wantKind(t, remove(5, 1, 0), bridge.Refused)
}

func TestWhatIsRefusedForAnotherReasonIsNotCounted(t *testing.T) {
	s := working(t)
	intent := pushIntent(1, pushedUser(1))
	intent.Quota.PerHour = map[bridge.Action]int{bridge.Create: 2}
	must(t, push(t.Context(), s, intent, bridge.Done))
	for range 3 {
		other := pushIntent(2, pushedUser(2))
		other.Quota = intent.Quota
		other.Record.Terms[3].Value = "user000001@example.com"
		wantKind(t, push(t.Context(), s, other, bridge.Done), bridge.Conflict)
	}
	other := pushIntent(3, pushedUser(3))
	other.Quota = intent.Quota
	must(t, push(t.Context(), s, other, bridge.Done))
}

func TestNoHourHasMoreThanItsBound(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s, err := store.Open(t.Context(), store.Settings{Path: filepath.Join(t.TempDir(), "muster.db"), Now: func() time.Time { return now }})
	must(t, err)
	defer s.Close()
	must(t, s.Lock("test"))
	create := func(n int) error {
		intent := pushIntent(n, pushedUser(n))
		intent.Quota.PerHour = map[bridge.Action]int{bridge.Create: 1}
		return push(t.Context(), s, intent, bridge.Done)
	}
	must(t, create(1))
	now = now.Add(time.Hour - time.Second)
	wantKind(t, create(2), bridge.Refused)
}
