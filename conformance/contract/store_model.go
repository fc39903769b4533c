package contract

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/muster-idm/muster/bridge"
)

// storeModel is what claims, reservations and links mean, in few words.
type storeModel struct {
	s           *storeCase
	destination string
	open        []bridge.Intent        // in the order of their ids
	links       map[string]bridge.Link // by key
	made        int
}

// storeLikeModel compares the store with the model after every step of random
// histories, each in a destination of its own.
func storeLikeModel(t *testing.T, s *storeCase) {
	histories := 0
	rapid.Check(t, func(r *rapid.T) {
		histories++
		m := &storeModel{s: s, destination: fmt.Sprintf("corp-%d", histories), links: map[string]bridge.Link{}}
		r.Repeat(map[string]func(*rapid.T){"intend": m.intend, "conclude": m.conclude, "": m.check})
	})
}

func (m *storeModel) connection() string { return "people of " + m.destination }

// draw makes an intent that may be in the way of others or of a link.
func (m *storeModel) draw(r *rapid.T) bridge.Intent {
	key := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(r, "key")
	intent := storeIntent("r", key, rapid.SampledFrom([]string{"", "", "e1", "e2", "e3"}).Draw(r, "entry"),
		rapid.SliceOfN(rapid.SampledFrom([]string{"n1", "n2", "n3", "n4"}), 0, 2).Draw(r, "names")...)
	intent.Link.Destination, intent.Link.Connection = m.destination, m.connection()
	m.made++
	intent.Link.ID = fmt.Sprintf("%s-%d", m.destination, m.made)
	if old, ok := m.links[key]; ok && rapid.IntRange(0, 3).Draw(r, "same link") > 0 {
		intent.Link.ID = old.ID
	}
	return intent
}

func (m *storeModel) intend(r *rapid.T) {
	intents := make([]bridge.Intent, rapid.IntRange(1, 4).Draw(r, "intents"))
	var want []bool
	for i := range intents {
		intents[i] = m.draw(r)
		want = append(want, m.free(intents[i]))
		if want[i] {
			m.open = append(m.open, intents[i])
		}
	}
	ids, refused, err := m.s.Intend(m.s.ctx, intents)
	if err != nil {
		r.Fatal(err)
	}
	first := len(m.open) - len(slices.DeleteFunc(slices.Clone(want), func(taken bool) bool { return !taken }))
	for i, taken := range want {
		if taken != (refused[i] == nil) {
			r.Fatalf("intent %+v: taken should be %v; refused: %v", intents[i], taken, refused[i])
		}
		if taken {
			m.open[first].ID = ids[i]
			first++
		}
	}
}

// free says whether nothing is in the way of an intent.
func (m *storeModel) free(intent bridge.Intent) bool {
	for _, other := range m.open {
		if other.Change.Key == intent.Change.Key || (intent.Change.EntryID != "" && other.Change.EntryID == intent.Change.EntryID) {
			return false
		}
		for _, name := range intent.Change.Reserve {
			if slices.Contains(other.Change.Reserve, name) {
				return false
			}
		}
	}
	for key, link := range m.links {
		if link.ID != intent.Link.ID && (key == intent.Change.Key || (link.EntryID != "" && link.EntryID == intent.Change.EntryID)) {
			return false
		}
	}
	return true
}

func (m *storeModel) conclude(r *rapid.T) {
	if len(m.open) == 0 {
		return
	}
	at := rapid.IntRange(0, len(m.open)-1).Draw(r, "which")
	intent := m.open[at]
	outcome := storeOutcome(intent, intent.ID, intent.Change.EntryID)
	switch rapid.SampledFrom([]string{"done", "done", "deleted", "failed", "open"}).Draw(r, "outcome") {
	case "done":
		m.links[intent.Change.Key] = outcome.Link
	case "deleted":
		outcome.Link.State = bridge.Deleted
		delete(m.links, intent.Change.Key)
	case "failed":
		outcome.Link, outcome.Result.State = bridge.Link{}, bridge.Failed
	case "open":
		outcome.Link, outcome.Result.State, outcome.Open = bridge.Link{}, bridge.Unsure, true
	}
	if err := m.s.Conclude(m.s.ctx, []bridge.Outcome{outcome}); err != nil {
		r.Fatal(err)
	}
	if !outcome.Open {
		m.open = slices.Delete(m.open, at, at+1)
	}
}

func (m *storeModel) check(r *rapid.T) {
	n := 0
	for intent, err := range m.s.Unsettled(m.s.ctx, m.destination) {
		if err != nil || n >= len(m.open) || intent.ID != m.open[n].ID || intent.Link != m.open[n].Link {
			r.Fatalf("open intent %d is %+v (%v), wanted one of %+v", n, intent, err, m.open)
		}
		n++
	}
	links := 0
	for link, err := range m.s.Links(m.s.ctx, m.destination) {
		if err != nil || link != m.links[link.Key] {
			r.Fatalf("link %+v (%v), wanted %+v", link, err, m.links[link.Key])
		}
		links++
	}
	if n != len(m.open) || links != len(m.links) {
		r.Fatalf("%d intents and %d links, wanted %d and %d", n, links, len(m.open), len(m.links))
	}
}
