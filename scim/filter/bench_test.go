package filter_test

import (
	"testing"

	"github.com/muster-idm/muster/scim/filter"
)

var benchmarks = map[string]string{
	"eq":        `userName eq "bjensen@example.com"`,
	"absent":    `nickName eq "x"`,
	"brackets":  `emails[type eq "work" and value co "@example.com"]`,
	"extension": enterprise + `:department eq "tours" and active eq true`,
	"dateTime":  `meta.created gt "2024-01-01T00:00:00Z"`,
}

func BenchmarkParse(b *testing.B) {
	of := user()
	for name, text := range benchmarks {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := filter.Parse(text, of); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	resource := barbara()
	for name, text := range benchmarks {
		e := parse(b, text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Match(resource)
			}
		})
	}
}

func TestMatchingDoesNotAllocate(t *testing.T) {
	resource := barbara()
	for name, text := range benchmarks {
		e := parse(t, text)
		if n := testing.AllocsPerRun(100, func() { e.Match(resource) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
