package conformance

import (
	"fmt"
	"slices"
)

// Find asks for the users or groups of a path that a filter selects.
func (s *Session) Find(path, filter string, pairs ...string) *Answer {
	return s.GET(path, append([]string{"filter", filter}, pairs...)...)
}

// WantFound expects that a filter selects these of the resources that the
// check made, and none of its others. What else the server holds is not looked at.
func (s *Session) WantFound(path, filter string, want ...*Resource) {
	found := map[string]bool{}
	var last *Answer
	for start := 1; ; {
		last = s.Find(path, filter, "startIndex", fmt.Sprint(start), "count", "100").WantStatus(200)
		page := last.IDs("Resources", "id")
		for _, id := range page {
			found[id] = true
		}
		start += len(page)
		if len(page) == 0 || start > last.Number("totalResults") || start > 5000 {
			break
		}
	}
	s.mu.Lock()
	made := slices.Clone(s.made)
	s.mu.Unlock()
	for _, r := range want {
		if !found[r.ID] {
			last.Fail("expected the filter %s to find %s, got %s", filter, r.Path, show(last.IDs("Resources", "id")))
		}
	}
	for _, r := range made {
		if found[r.ID] && !slices.ContainsFunc(want, func(w *Resource) bool { return w.ID == r.ID }) {
			last.Fail("expected the filter %s not to find %s, but it did", filter, r.Path)
		}
	}
}
