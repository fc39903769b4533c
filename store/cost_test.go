package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/store"
)

// costsLike compares the medians of two ways, taken by turns so that whatever
// else the machine does slows both.
func costsLike(t *testing.T, small, large func(i int)) {
	t.Helper()
	const turns = 201
	var took [2][]time.Duration
	for i := range turns {
		for way, do := range []func(int){small, large} {
			begun := time.Now()
			do(i)
			took[way] = append(took[way], time.Since(begun))
		}
	}
	for way := range took {
		slices.Sort(took[way])
	}
	few, many := took[0][turns/2], took[1][turns/2]
	t.Logf("small %v, large %v", few, many)
	if many > 2*few {
		t.Errorf("the large takes %v, more than twice the %v of the small", many, few)
	}
}

func TestAMemberCostsTheSameInAGroupOfAnySize(t *testing.T) {
	s := working(t)
	group := func(n, members int) bridge.Pushed {
		g := pushedGroup(n)
		g.Edit = &bridge.MemberEdit{}
		for m := range members {
			g.Edit.Add = append(g.Edit.Add, bridge.Member{Value: userID(m)})
		}
		keep(t, s, g)
		return g
	}
	add := func(g bridge.Pushed) func(int) {
		return func(i int) {
			g.Version++
			g.Edit = &bridge.MemberEdit{Add: []bridge.Member{{Value: fmt.Sprint("new", i)}}, Remove: []string{userID(i % 10)}}
			keep(t, s, g)
		}
	}
	costsLike(t, add(group(1, 10)), add(group(2, 100_000)))
}

func TestAPageCostsTheSameAnywhereInAListOfAnyLength(t *testing.T) {
	const large = 20_000
	lists := []*store.Store{filled(t, 1000), filled(t, large)}
	kind := userType()
	read := func(s *store.Store, n int) func(int) {
		return func(i int) {
			start := int(uint32(i)*2654435761%uint32(n-100)) + 1
			page, total, _, err := s.Select(t.Context(), users, kind, filter.Selection{Start: start, Count: 100})
			if err != nil || len(page) != 100 || total != n {
				t.Fatal(len(page), total, err)
			}
		}
	}
	costsLike(t, read(lists[0], 1000), read(lists[1], large))
}
