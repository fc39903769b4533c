package scim

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/schema"
)

// attempts is how often a push is planned when the entry changes meanwhile, or
// somebody else takes its name; firstPause is how long the first one waits for
// the next, which each doubles.
const (
	attempts   = 8
	firstPause = 10 * time.Millisecond
)

// errand is a push with what the door knows of it.
type errand struct {
	bridge.Push
	record bridge.Record // as the planner gets to see it
	fresh  bool          // no client knows its id yet
	came   bool          // others may wait for what it brings: an entry, or a name
}

// written is what became of a push.
type written struct {
	bridge.Pushed
	awaited    bool   // others may have waited for what it brought
	unresolved bool   // it names records that have no entry yet
	elsewhere  string // the id under which it has to be tried instead: its entry was found under that before
}

// apply plans what the resource needs in the directory, does it, and keeps the
// resource.
func (rq *request) apply(ctx context.Context, s *Stream, p bridge.Pushed, d draft, fresh, came bool) (written, error) {
	push := bridge.Push{Request: rq.id, Record: p, Secrets: d.secrets, Quota: rq.client.Quota}
	if rq.client.Ways.Review {
		push.Record.State = bridge.PushedWaiting
		kept, err := rq.await(ctx, s, push)
		return written{Pushed: kept}, err
	}
	record, err := rq.recordOf(ctx, s, p, d)
	if err != nil {
		return written{}, err
	}
	return rq.write(ctx, s, errand{Push: push, record: record, fresh: fresh, came: came})
}

// applyGone plans what becomes of the entry of a resource that its client
// deleted, does it, and keeps the resource as gone.
func (rq *request) applyGone(ctx context.Context, s *Stream, p bridge.Pushed) error {
	push := bridge.Push{Request: rq.id, Record: p, Quota: rq.client.Quota}
	if rq.client.Ways.Review {
		_, err := rq.await(ctx, s, push)
		return err
	}
	_, err := rq.write(ctx, s, errand{Push: push, record: bridge.Record{Key: p.ID, Gone: true, Where: s.Type.Name + " " + p.ID}})
	return err
}

// write plans a record and does it, again when the directory is not any more as
// it was planned.
func (rq *request) write(ctx context.Context, s *Stream, e errand) (written, error) {
	for attempt := 0; ; attempt++ {
		w, err := rq.writeOnce(ctx, s, e, attempt == 0)
		overtaken := bridge.IsKind(err, bridge.Stale) || bridge.IsKind(err, bridge.Conflict) || bridge.IsKind(err, bridge.NotFound)
		if !overtaken || attempt+1 == attempts {
			return w, err
		}
		s.containers.Forget() // one of them may be what is not there any more
		time.Sleep(firstPause << attempt)
	}
}

func (rq *request) writeOnce(ctx context.Context, s *Stream, e errand, trusting bool) (w written, err error) {
	plan, err := rq.plan(ctx, s, e.record, trusting)
	if err != nil {
		return w, err
	}
	came, found, err := rq.arrival(ctx, s, plan)
	if err != nil || e.fresh && found != "" && found != e.record.Key {
		return written{elsewhere: found}, err
	}
	waiters := rq.waiters.Load()
	if came = came || e.came; came && e.Record.State == bridge.PushedKept {
		if e.Record.State, err = rq.stateOf(ctx, s, e.Record); err != nil {
			return w, err
		}
	}
	if plan.Changes.Len() == 0 {
		e.Record.Account = cmp.Or(plan.Account, e.Record.Account)
		w.Pushed, err = rq.keep(ctx, s, e.Push)
	} else {
		w.Pushed, err = s.Applier.Push(ctx, plan, e.Push)
	}
	w.unresolved = plan.Counts.Waiting > 0
	w.awaited = came && (s.members() || w.State == bridge.PushedHalf || rq.waiters.Load() != waiters)
	return w, err
}

// stateOf is the state of a user who brings what others may wait for: as long as
// they do it is half written, so that whatever happens they are not forgotten.
func (rq *request) stateOf(ctx context.Context, s *Stream, p bridge.Pushed) (bridge.PushedState, error) {
	if s.members() {
		return p.State, nil // half written means of a group that members are missing
	}
	groups, reports, err := rq.waitFor(ctx, s, p)
	if len(groups)+len(reports) > 0 {
		return bridge.PushedHalf, err
	}
	return p.State, err
}

// keep saves a resource that needs no change of the directory, unless it is kept
// like this already.
func (rq *request) keep(ctx context.Context, s *Stream, push bridge.Push) (bridge.Pushed, error) {
	p := push.Record
	before, err := rq.Store.Pushed(ctx, s.name(), p.ID)
	if err == nil && before.Version == p.Version && before.State == p.State && before.Account == p.Account && p.Edit == nil {
		return before, nil
	}
	if err != nil && !bridge.IsKind(err, bridge.NotFound) {
		return p, err
	}
	return p, rq.save(ctx, push)
}

// save keeps a record beside the directory. One that a run is just changing is
// tried again by the client, which is told so as if it had been overtaken.
func (rq *request) save(ctx context.Context, push bridge.Push) error {
	err := rq.Store.Keep(ctx, push)
	if bridge.IsKind(err, bridge.Conflict) {
		return bridge.Wrap(bridge.Stale, err, "another change of this record or its name is on its way")
	}
	return err
}

// settle finds out what became of changes of which no outcome is known, before
// anything is decided that may rest on them.
func (rq *request) settle(ctx context.Context, s *Stream) error {
	if rq.client.Ways.Review || !s.Applier.Flights.Lost() {
		return nil
	}
	_, err := s.Applier.Settle(ctx, s.Connection.Destination)
	return err
}

// recordOf returns what the planner gets to see of a resource: references and
// members are keys of records where they are known.
func (rq *request) recordOf(ctx context.Context, s *Stream, p bridge.Pushed, d draft) (bridge.Record, error) {
	resource := maps.Clone(d.attributes)
	if err := rq.resolveManager(ctx, s, resource); err != nil {
		return bridge.Record{}, err
	}
	var edit *bridge.MemberEdit
	if s.members() {
		edit = &bridge.MemberEdit{}
	}
	if p.Edit != nil {
		var err error
		if edit, err = rq.resolveEdit(ctx, p.Edit); err != nil {
			return bridge.Record{}, err
		}
		if edit.Replace {
			items := make([]any, len(edit.Add))
			for i, m := range edit.Add {
				items[i] = map[string]any{"value": m.Value}
			}
			resource["members"], edit = items, nil
		}
	}
	record := s.record(p.ID, resource)
	record.Edit, record.Secrets = edit, slices.Sorted(maps.Keys(d.secrets))
	return record, nil
}

// plan plans one record. An error is anything because of which nothing may be
// written: the store or the directory does not answer, or the record is at fault.
//
// trusting leaves it to the directory to refuse a name that is taken.
func (rq *request) plan(ctx context.Context, s *Stream, record bridge.Record, trusting bool) (*bridge.Plan, error) {
	planner := &bridge.Planner{Connection: s.Connection, Identity: s.Applier.Identity, Reader: s.Reader, Memory: s.Memory, Containers: &s.containers,
		Trusting: trusting, Now: rq.Now}
	plan, err := planner.One(ctx, record)
	if err != nil {
		return nil, err
	}
	for _, f := range plan.Findings {
		if err := rq.objection(f); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// quoted finds the value in a message that goes on with whose it is.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// objection says how a finding is answered; nil when it forbids nothing. Nothing
// is said of entries that are not the client's.
func (rq *request) objection(f bridge.Finding) error {
	of := ""
	if f.Attribute != "" {
		of = f.Attribute + ": "
	}
	switch f.Code {
	case "unresolved-reference", "unresolved-member":
		if rq.client.Ways.Strict {
			return invalid(schema.InvalidValue, "%s%q is no resource of this connection", of, excerpt(f.Value))
		}
		return nil
	}
	if f.Severity != bridge.Fault {
		return nil
	}
	switch f.Code {
	case "name-taken":
		return taken("%sthe directory has %s already, in another entry", of, cmp.Or(quoted.FindString(f.Message), "it"))
	case "no-free-name":
		return taken("%s%s", of, withoutNames(f.Message))
	case "owned-elsewhere":
		return taken("the directory has this account already, and another connection owns it, or another resource of this one")
	case "adopt-off":
		return taken("the directory has this account already, and the connection does not take over accounts")
	case "ambiguous-match", "same-entry":
		return taken("it matches several accounts of the directory")
	case "protected":
		return forbidden("the account is protected and never changed from here")
	}
	message := withoutNames(strings.TrimSuffix(f.Message, "."))
	if f.Value != "" && !strings.Contains(message, f.Value) {
		message += " (" + excerpt(f.Value) + ")"
	}
	return invalid(schema.InvalidValue, "%s%s", of, message)
}

// arrival says whether the plan gives the record an entry, and under which id
// that entry was found before, if it was.
func (rq *request) arrival(ctx context.Context, s *Stream, plan *bridge.Plan) (came bool, found string, err error) {
	for c, err := range plan.Changes.All(ctx) {
		if err != nil {
			return came, "", err
		}
		came = came || c.Type == s.Connection.Type && (c.Has(bridge.Create) || c.Has(bridge.Adopt))
		if !c.Has(bridge.Adopt) {
			continue
		}
		link, err := rq.Store.FoundLink(ctx, s.name(), c.EntryID)
		if bridge.IsKind(err, bridge.NotFound) {
			return true, "", nil
		}
		return true, link.ID, err
	}
	return came, "", nil
}
