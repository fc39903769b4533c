package contract

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/store"
)

func settleTests() []destinationTest {
	return []destinationTest{
		{name: "an answer that was lost is settled by reading", test: settleLost, naughty: true},
		{name: "what was never executed is found not done", test: settleCut, naughty: true},
	}
}

func settleLost(t *testing.T, s *destinationCase) {
	for name, effect := range map[string]devdir.Effect{"cut": devdir.CutAfter(), "hang": devdir.HangAfter()} {
		t.Run(name, func(t *testing.T) { s.settles(t, name, effect, true) })
	}
}

func settleCut(t *testing.T, s *destinationCase) {
	for name, effect := range map[string]devdir.Effect{"cut": devdir.Cut(), "hang": devdir.Hang()} {
		t.Run(name, func(t *testing.T) { s.settles(t, name, effect, false) })
	}
}

// settles loses the answer to one write after another, and lets the Applier find
// out what became of it.
func (s *destinationCase) settles(t *testing.T, name string, effect devdir.Effect, executed bool) {
	d := s.opened(t, func(l *ldap.Settings) { l.RequestTimeout = 300 * time.Millisecond })
	target := s.joined(t, "target of "+name, nil)
	group := s.created(t, s.named(bridge.Group, "group of "+name))
	member := s.members(group, false, target)
	create := s.person("created of " + name)
	create.Reserve = []bridge.Reservation{{Attribute: "sAMAccountName", Folded: create.After["sAMAccountName"][0]}}
	entry := func(what string) bridge.Entry { return s.joined(t, what+" of "+name, nil) }
	update, both, state, reference, gone := entry("update"), entry("both"), entry("state"), entry("reference"), entry("gone")
	moved := s.to(both, "moved of "+name, s.ou)
	refers := s.edit(reference, nil)
	refers.References = []bridge.Reference{{Attribute: "manager", EntryID: target.ID, DN: target.DN}}
	deleted := s.edit(gone, nil)
	deleted.Actions = []bridge.Action{bridge.DeleteEntry}
	for op, c := range map[string]bridge.Change{"add": create, "modify": s.edit(update, bridge.Attributes{"displayName": {"written"}}), "modifydn": moved,
		"modify ": s.switched(state, bridge.Disabled), "modify  ": refers, "delete": deleted, "modify   ": member} {
		s.settleOne(t, d, op, c, effect, executed)
	}
}

func (s *destinationCase) settleOne(t *testing.T, d Opened, op string, c bridge.Change, effect devdir.Effect, executed bool) {
	t.Helper()
	ctx := t.Context()
	kept, err := store.Open(ctx, store.Settings{Path: filepath.Join(t.TempDir(), "muster.db")})
	must(t, err)
	defer func() { must(t, kept.Close()) }()
	must(t, kept.Lock("the contract"))
	c.Key = "1001"
	link := bridge.Link{ID: "link-1", Destination: "corp", Connection: "people", Key: c.Key, EntryID: c.EntryID, DN: c.DN}
	_, refusals, err := kept.Intend(ctx, []bridge.Intent{{Run: "r", Change: c, Link: link, At: time.Now()}})
	must(t, errors.Join(err, refusals[0]))
	for len(op) > 0 && op[len(op)-1] == ' ' {
		op = op[:len(op)-1]
	}
	s.Naughty.Fault(devdir.Fault{Op: op, Times: 1, Do: effect})
	_, err = d.Apply(ctx, c, nil)
	s.Naughty.ClearFaults()
	refused(t, err, bridge.Unavailable)
	var unknown *bridge.Unknown
	if !errors.As(err, &unknown) {
		t.Errorf("%s: %v does not say that the outcome is unknown", op, err)
	}
	handed := &hands{}
	a := &bridge.Applier{Destination: d, Identity: d.Identity(), Journal: kept, Ledger: kept, Handout: handed, Now: time.Now}
	n, err := a.Settle(ctx, "corp")
	if err != nil || n != 1 {
		t.Fatalf("%s: %d were settled, %v", op, n, err)
	}
	for intent, err := range kept.Unsettled(ctx, "corp") {
		t.Errorf("%s: %+v is open still, %v", op, intent, err)
	}
	results := 0
	for r, err := range kept.Results(ctx, "r") {
		must(t, err)
		if results++; (r.State == bridge.Done) != executed {
			t.Errorf("%s, executed %t: %+v", op, executed, r)
		}
		if op == "add" && executed {
			if len(handed.all) != 1 {
				t.Fatalf("%d secrets were handed out", len(handed.all))
			}
			s.signsIn(t, s.entry(t, r.EntryID, c.Type), handed.all[0].Secret, true)
		}
	}
	if results != 1 {
		t.Errorf("%s: %d results", op, results)
	}
}

// hands takes what is handed out.
type hands struct{ all []bridge.Handed }

// Hand keeps what it is given.
func (h *hands) Hand(_ context.Context, given bridge.Handed) error {
	h.all = append(h.all, given)
	return nil
}
