package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
)

func TestWhatOneCannotSaveDoesNotHinderOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	s := open(t, path)
	must(t, s.Lock("test"))
	const clients, each = 16, 20
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for i := range each {
				p := pushedUser(c*each + i)
				p.Edit = &bridge.MemberEdit{Add: []bridge.Member{{Value: "m"}}}
				fails := (c+i)%3 == 0
				if fails { // after the row and some terms were written
					p.Terms = append(p.Terms, bridge.Term{Name: "zz", Value: "taken", Unique: true})
				}
				err := s.Keep(t.Context(), bridge.Push{Record: p})
				if first := p.ID; fails && err != nil && !bridge.IsKind(err, bridge.Conflict) || !fails && err != nil {
					t.Errorf("record %s: %v", first, err)
				}
			}
		})
	}
	group.Wait()
	taken := 0
	for n := range clients * each {
		c, i := n/each, n%each
		p, err := s.Pushed(t.Context(), users, userID(n))
		switch {
		case (c+i)%3 != 0:
			must(t, err)
		case err == nil:
			taken++
			if len(p.Terms) != 5 {
				t.Fatalf("%+v", p.Terms)
			}
		default:
			wantKind(t, err, bridge.NotFound)
			is, err := s.IsMember(t.Context(), userID(n), "m")
			if err != nil || is["m"] {
				t.Fatal("half of a refused record is there", err)
			}
		}
	}
	if taken != 1 {
		t.Fatalf("%d have the name that one may have", taken)
	}
	_, total, _, err := s.Select(t.Context(), users, userType(), filter.Selection{})
	if listed := len(selected(t, s, 50)); err != nil || listed != total {
		t.Fatalf("%d of %d: %v", listed, total, err)
	}
}

func TestHalfOfAFailedOutcomeIsNotSaved(t *testing.T) {
	s := working(t)
	const outcomes = 160
	must(t, push(t.Context(), s, pushIntent(0, pushedUser(0)), bridge.Done))
	var group sync.WaitGroup
	for n := 1; n <= outcomes; n++ {
		group.Go(func() {
			o := pushOutcome(pushIntent(n, pushedUser(n)), bridge.Done)
			o.Intent.Run, o.Result.Seq = "good", n
			if n%2 == 0 {
				o.Intent.Run, o.Link.ID = "bad", userID(0) // after its result was written
			}
			if err := s.Conclude(t.Context(), []bridge.Outcome{o}); (err != nil) != (n%2 == 0) {
				t.Errorf("outcome %d: %v", n, err)
			}
		})
	}
	group.Wait()
	for run, want := range map[string]int{"good": outcomes / 2, "bad": 0} {
		n := 0
		for _, err := range s.Results(t.Context(), run) {
			must(t, err)
			n++
		}
		if n != want {
			t.Errorf("%d results of the %s outcomes, wanted %d", n, run, want)
		}
	}
}

func TestClosingFinishesWhatWasBegunAndTakesNoMore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	s := open(t, path)
	must(t, s.Lock("test"))
	var group sync.WaitGroup
	var mu sync.Mutex
	kept := map[int]bool{}
	started := make(chan struct{}, 64)
	for n := range 64 {
		group.Go(func() {
			started <- struct{}{}
			err := s.Keep(context.Background(), bridge.Push{Record: pushedUser(n)})
			mu.Lock()
			defer mu.Unlock()
			kept[n] = err == nil
		})
	}
	for range 32 {
		<-started
	}
	must(t, s.Close())
	group.Wait()
	s = open(t, path)
	for n, done := range kept {
		if _, err := s.Pushed(t.Context(), users, userID(n)); (err == nil) != done {
			t.Errorf("record %d: said to be kept: %v; %v", n, done, err)
		}
	}
}

func TestWhatIsCancelledBeforeItBeginsIsNotDone(t *testing.T) {
	s := working(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantKind(t, s.Keep(ctx, bridge.Push{Record: pushedUser(1)}), bridge.Unavailable)
	_, err := s.Pushed(t.Context(), users, userID(1))
	wantKind(t, err, bridge.NotFound)
}

// leaving is a client that reads all pages while others come and go.
func TestPagingMissesAndRepeatsNobodyWhoStays(t *testing.T) {
	place, err := filter.ParseSort("userName", userType())
	must(t, err)
	where, err := filter.Parse(`userName sw "user"`, userType())
	must(t, err)
	unindexed, err := filter.Parse(`name.familyName eq "family"`, userType())
	must(t, err)
	for name, sel := range map[string]filter.Selection{
		"all": {}, "sorted": {SortBy: &place}, "sorted down": {SortBy: &place, Descending: true},
		"by an index": {Where: where}, "one by one": {Where: unindexed}, "filtered and sorted": {Where: where, SortBy: &place},
	} {
		for _, byCursor := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, by cursor: %v", name, byCursor), func(t *testing.T) {
				t.Parallel()
				pageWhileOthersComeAndGo(t, sel, byCursor)
			})
		}
	}
}

func pageWhileOthersComeAndGo(t *testing.T, sel filter.Selection, byCursor bool) {
	const n = 60
	s := working(t)
	for i := range n {
		keep(t, s, pushedUser(i))
	}
	gone, seen := map[string]bool{}, map[string]int{}
	leave := func(i int) {
		p := pushedUser(i)
		p.Version, p.State = 2, bridge.PushedGone
		keep(t, s, p)
		gone[p.ID] = true
	}
	sel.Count, sel.Start = 10, 1
	for pages := 0; ; pages++ {
		page, total, next, err := s.Select(t.Context(), users, userType(), sel)
		must(t, err)
		for _, p := range page {
			seen[p.ID]++
		}
		sel.Start += len(page)
		if len(page) == 0 || (byCursor && next == "") || (!byCursor && sel.Start > total) {
			break
		}
		if byCursor {
			sel.Cursor = next
		}
		for k := range 4 { // from both ends, and one in the middle is new
			leave(pages*4 + k)
		}
		leave(n - 1 - pages)
		newcomer := pushedUser(n + pages)
		newcomer.Version = 1
		keep(t, s, newcomer)
	}
	for i := range n {
		id := userID(i)
		if !gone[id] && seen[id] != 1 {
			t.Errorf("user %d, who stayed, was seen %d times", i, seen[id])
		}
		if seen[id] > 1 {
			t.Errorf("user %d was seen %d times", i, seen[id])
		}
	}
}

func TestACursorIsOfItsListingOnly(t *testing.T) {
	s := working(t)
	for n := range 5 {
		keep(t, s, pushedUser(n))
	}
	_, _, next, err := s.Select(t.Context(), users, userType(), filter.Selection{Count: 2})
	must(t, err)
	place, err := filter.ParseSort("userName", userType())
	must(t, err)
	for _, sel := range []filter.Selection{{Cursor: next, SortBy: &place}, {Cursor: next + "x"}, {Cursor: "e30"}, {Cursor: "%"}, {Cursor: "bnVsbA"}} {
		sel.Count = 2
		_, _, _, err := s.Select(t.Context(), users, userType(), sel)
		wantKind(t, err, bridge.Invalid)
	}
	_, _, _, err = s.Select(t.Context(), groups, userType(), filter.Selection{Cursor: next, Count: 2})
	wantKind(t, err, bridge.Invalid)
	page, _, _, err := s.Select(t.Context(), users, userType(), filter.Selection{Cursor: next, Count: 2})
	if err != nil || len(page) != 2 || page[0].ID != userID(2) {
		t.Fatal(page, err)
	}
}

func TestFiltersOfGroupsFindTheirMembers(t *testing.T) {
	s := working(t)
	for n := range 3 {
		keep(t, s, pushedUser(n))
		g := pushedGroup(n)
		g.Edit = &bridge.MemberEdit{Add: []bridge.Member{{Value: userID(n), Body: json.RawMessage(fmt.Sprintf(`{"display":"User %d"}`, n))}, {Value: userID(n + 1)}}}
		keep(t, s, g)
	}
	gone := pushedUser(0)
	gone.Version, gone.State = 2, bridge.PushedGone
	keep(t, s, gone)
	g := func(n int) string { return pushedGroup(n).ID }
	for text, want := range map[string][]string{
		fmt.Sprintf(`members.value eq %q`, userID(1)):                             {g(0), g(1)},
		fmt.Sprintf(`members eq %q`, userID(1)):                                   {g(0), g(1)},
		fmt.Sprintf(`members[value eq %q]`, userID(1)):                            {g(0), g(1)},
		fmt.Sprintf(`id eq %q and members eq %q`, g(1), userID(1)):                {g(1)},
		fmt.Sprintf(`id eq %q and members eq %q`, g(2), userID(1)):                nil,
		fmt.Sprintf(`members eq %q`, userID(0)):                                   nil, // who is gone is no member
		fmt.Sprintf(`not (members eq %q)`, userID(1)):                             {g(2)},
		`members[display eq "user 1"]`:                                            {g(1)},
		fmt.Sprintf(`displayName eq "GROUP 0" or members.value eq %q`, userID(3)): {g(0), g(2)},
	} {
		where, err := filter.Parse(text, groupType())
		must(t, err)
		page, total, _, err := s.Select(t.Context(), groups, groupType(), filter.Selection{Where: where, Count: 9})
		must(t, err)
		var ids []string
		for _, p := range page {
			ids = append(ids, p.ID)
		}
		if fmt.Sprint(ids) != fmt.Sprint(want) || total != len(want) {
			t.Errorf("%s: %v of %d, wanted %v", text, ids, total, want)
		}
	}
}
