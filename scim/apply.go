package scim

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/schema"
)

// attempts is how often a push is planned when the entry changes meanwhile.
const attempts = 4

// apply plans what the resource needs in the directory, does it, and keeps the
// resource. again is the id under which it has to be tried instead, because the
// entry was found under that before.
func (rq *request) apply(ctx context.Context, s *Stream, p bridge.Pushed, d draft) (kept bridge.Pushed, again string, err error) {
	push := bridge.Push{Request: rq.id, Record: p, Secrets: d.secrets, Quota: rq.client.Quota}
	if rq.client.Ways.Review {
		push.Record.State = bridge.PushedWaiting
		kept, err = rq.await(ctx, s, push)
		return kept, "", err
	}
	record, err := rq.recordOf(ctx, s, p, d)
	if err != nil {
		return p, "", err
	}
	for attempt := 1; ; attempt++ {
		plan, err := rq.plan(ctx, s, record)
		if err != nil {
			return p, "", err
		}
		if id, err := rq.elsewhere(ctx, s, plan, p.ID); id != "" || err != nil {
			return p, id, err
		}
		if plan.Changes.Len() == 0 {
			push.Record.Account = agreed(plan, p, d)
			return rq.keep(ctx, s, push)
		}
		_, err = s.Applier.Push(ctx, plan, push)
		if bridge.IsKind(err, bridge.Stale) && attempt < attempts {
			continue
		}
		if err != nil {
			return p, "", err
		}
		kept, err = rq.Store.Pushed(ctx, s.name(), p.ID)
		return kept, "", err
	}
}

// applyGone plans what becomes of the entry of a resource that its client
// deleted, does it, and keeps the resource as gone.
func (rq *request) applyGone(ctx context.Context, s *Stream, p bridge.Pushed) error {
	push := bridge.Push{Request: rq.id, Record: p, Quota: rq.client.Quota}
	if rq.client.Ways.Review {
		_, err := rq.await(ctx, s, push)
		return err
	}
	record := bridge.Record{Key: p.ID, Gone: true, Where: s.Type.Name + " " + p.ID}
	for attempt := 1; ; attempt++ {
		plan, err := rq.plan(ctx, s, record)
		if err != nil {
			return err
		}
		if plan.Changes.Len() == 0 {
			_, _, err := rq.keep(ctx, s, push)
			return err
		}
		_, err = s.Applier.Push(ctx, plan, push)
		if !bridge.IsKind(err, bridge.Stale) || attempt == attempts {
			return err
		}
	}
}

// keep saves a resource that needs no change of the directory, unless it is kept
// like this already.
func (rq *request) keep(ctx context.Context, s *Stream, push bridge.Push) (bridge.Pushed, string, error) {
	p := push.Record
	before, err := rq.Store.Pushed(ctx, s.name(), p.ID)
	if err == nil && before.Version == p.Version && before.State == p.State && before.Account == p.Account && p.Edit == nil {
		return before, "", nil
	}
	if err != nil && !bridge.IsKind(err, bridge.NotFound) {
		return p, "", err
	}
	return p, "", rq.Store.Keep(ctx, push)
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
func (rq *request) plan(ctx context.Context, s *Stream, record bridge.Record) (*bridge.Plan, error) {
	if s.Applier.Flights.Lost() {
		if _, err := s.Applier.Settle(ctx, s.Connection.Destination); err != nil {
			return nil, err
		}
	}
	planner := &bridge.Planner{Connection: s.Connection, Identity: s.Applier.Identity, Reader: s.Reader, Memory: s.Memory, Now: rq.Now}
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
	case "name-taken", "no-free-name":
		return taken("%s%s", of, f.Message)
	case "owned-elsewhere":
		return taken("the directory has this account already, and another connection owns it")
	case "adopt-off":
		return taken("the directory has this account already, and the connection does not take over accounts")
	case "ambiguous-match", "same-entry":
		return taken("it matches several accounts of the directory")
	case "protected":
		return forbidden("the account is protected and never changed from here")
	}
	message := strings.TrimSuffix(f.Message, ".")
	if f.Value != "" && !strings.Contains(message, f.Value) {
		message += " (" + excerpt(f.Value) + ")"
	}
	return invalid(schema.InvalidValue, "%s%s", of, message)
}

// elsewhere returns the id under which the plan's entry was found before, if
// that is another one than the resource's.
func (rq *request) elsewhere(ctx context.Context, s *Stream, plan *bridge.Plan, id string) (string, error) {
	for c, err := range plan.Changes.All(ctx) {
		if err != nil {
			return "", err
		}
		if !c.Has(bridge.Adopt) {
			continue
		}
		link, err := rq.Store.FoundLink(ctx, s.name(), c.EntryID)
		if bridge.IsKind(err, bridge.NotFound) || err == nil && link.ID == id {
			return "", nil
		}
		return link.ID, err
	}
	return "", nil
}

// agreed is the state of an account that needs no change: as the client wants
// it, if it says so.
func agreed(plan *bridge.Plan, p bridge.Pushed, d draft) bridge.AccountState {
	active, said := d.attributes["active"].(bool)
	switch {
	case plan.Counts.Same == 0 || plan.Type == bridge.Group || !said:
		return p.Account
	case active:
		return bridge.Enabled
	}
	return bridge.Disabled
}
