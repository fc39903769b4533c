package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/store"
)

// BenchmarkPush measures pushes from the intent to the record, by one client
// and by several at once, which share commits.
func BenchmarkPush(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			s := working(b)
			var next atomic.Int64
			var group sync.WaitGroup
			b.ReportAllocs()
			b.ResetTimer()
			for range clients {
				group.Go(func() {
					for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
						if err := push(b.Context(), s, pushIntent(n, pushedUser(n)), bridge.Done); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			group.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pushes/s")
		})
	}
}

// filled has so many users.
func filled(t testing.TB, n int) *store.Store {
	t.Helper()
	s := working(t)
	var next atomic.Int64
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if err := s.Keep(t.Context(), bridge.Push{Record: pushedUser(i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	return s
}

// BenchmarkFind measures reads among 100,000 users.
func BenchmarkFind(b *testing.B) {
	const n = 100_000
	s := filled(b, n)
	kind := userType()
	where := func(text string) filter.Selection {
		e, err := filter.Parse(text, kind)
		must(b, err)
		return filter.Selection{Where: e, Start: 1, Count: 100}
	}
	by, err := filter.ParseSort("userName", kind)
	must(b, err)
	list := func(sel filter.Selection) error {
		_, _, _, err := s.Select(b.Context(), users, kind, sel)
		return err
	}
	for _, c := range []struct {
		name string
		read func(i int) error
	}{
		{"id", func(i int) error { _, err := s.Pushed(b.Context(), users, userID(i)); return err }},
		{"term", func(i int) error {
			_, err := s.Named(b.Context(), users, "userName", fmt.Sprintf("user%06d@example.com", i))
			return err
		}},
		{"groups", func(i int) error { _, err := s.Groups(b.Context(), users, userID(i)); return err }},
		{"userName eq", func(i int) error { return list(where(fmt.Sprintf(`userName eq "User%06d@Example.com"`, i))) }},
		{"page in sequence", func(i int) error { return list(filter.Selection{Start: i/100*100 + 1, Count: 100}) }},
		{"page anywhere", func(i int) error {
			return list(filter.Selection{Start: int(uint32(i)*2654435761%(n-100)) + 1, Count: 100})
		}},
		{"sorted page", func(i int) error { return list(filter.Selection{Start: i/100*100 + 1, Count: 100, SortBy: &by}) }},
		{"userName sw", func(i int) error { return list(where(fmt.Sprintf(`userName sw "user%03d"`, i%100))) }},
		{"title eq (slow)", func(int) error { return list(where(`title eq "x"`)) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				must(b, c.read(i*7919%n+1))
			}
		})
	}
}
