package mapping

import (
	"fmt"
	"sort"
	"strings"
)

// didYouMean is a hint with the closest name, or "" when none is close.
func didYouMean(name string, names []string) string {
	// Twice the distance without regard to case, and one more for another case:
	// the candidate that is written like the name goes before its capitals.
	best, least := "", 2*max(1, len(name)/3)+1
	for _, candidate := range names {
		d := 2 * distance(strings.ToLower(name), strings.ToLower(candidate), least/2)
		if distance(name, candidate, least) > d/2 {
			d++
		}
		if d < least || d == least && best == "" {
			best, least = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// distance counts the single-character edits between two texts, where a swap
// of neighbours is one edit. It gives up above the limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
