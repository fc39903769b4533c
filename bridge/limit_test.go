package bridge

import (
	"strings"
	"testing"
)

func count(n int) Limit       { return Limit{Count: &n} }
func percent(p float64) Limit { return Limit{Percent: &p} }

func TestALimitBlocksAtItsBound(t *testing.T) {
	for _, c := range []struct {
		name       string
		limit      Limit
		measured   int
		population int
		blocked    bool
	}{
		{"nothing to do under none allowed", count(0), 0, 100, false},
		{"one under none allowed", count(0), 1, 100, true},
		{"one below the count", count(10), 9, 100, false},
		{"the count itself", count(10), 10, 100, true},
		{"just below the percentage", percent(10), 9, 100, false},
		{"the percentage itself", percent(10), 10, 100, true},
		{"a percentage below the floor", percent(10), 10, 19, false},
		{"a percentage of nobody", percent(10), 5, 0, false},
		{"zero percent holds below the floor too", percent(0), 1, 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := Limits{Actions: map[Action]Limit{DisableEntry: c.limit}, Floor: 20}
			got := verdicts(limits, Counts{Actions: map[Action]int{DisableEntry: c.measured}}, c.population, 100, 0)
			if len(got) != 1 || got[0].Blocked != c.blocked {
				t.Errorf("verdicts are %+v, want one with blocked %v", got, c.blocked)
			}
		})
	}
}

func TestFewerRowsThanTheLastGoodRunBlock(t *testing.T) {
	limits := Limits{MinRows: 80}
	for rows, blocked := range map[int]bool{1000: false, 800: false, 799: true, 600: true} {
		got := verdicts(limits, Counts{}, 0, rows, 1000)
		if len(got) != 1 || got[0].Blocked != blocked || !strings.Contains(got[0].Message, "1000") {
			t.Errorf("%d rows after 1,000: %+v, want blocked %v", rows, got, blocked)
		}
	}
	if got := verdicts(limits, Counts{}, 0, 5, 0); len(got) != 0 {
		t.Errorf("a first run is held against %+v", got)
	}
}
