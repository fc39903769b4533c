package scim

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
)

// enterprise is the extension in which a user names its manager (RFC 7643,
// section 4.3).
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

// resolveManager puts the key of the record that is meant in the place of what
// the client calls the manager. What is nobody's stays: it may yet appear.
func (rq *request) resolveManager(ctx context.Context, s *Stream, resource map[string]any) error {
	extension, _ := resource[enterprise].(map[string]any)
	boss, _ := extension["manager"].(map[string]any)
	value, _ := boss["value"].(string)
	if value == "" || s.members() {
		return nil
	}
	key, err := rq.keyOf(ctx, value)
	if err != nil || key == value {
		return err
	}
	changed := map[string]any{"value": key}
	whole := map[string]any{"manager": changed}
	for name, v := range extension {
		if name != "manager" {
			whole[name] = v
		}
	}
	resource[enterprise] = whole
	return nil
}

// resolveEdit names the members of an edit by their keys. Who is both removed
// and added stays.
func (rq *request) resolveEdit(ctx context.Context, edit *bridge.MemberEdit) (*bridge.MemberEdit, error) {
	out := &bridge.MemberEdit{Replace: edit.Replace}
	added := map[string]bool{}
	for _, m := range edit.Add {
		key, err := rq.keyOf(ctx, m.Value)
		if err != nil {
			return nil, err
		}
		if !added[key] {
			added[key] = true
			out.Add = append(out.Add, bridge.Member{Value: key})
		}
	}
	for _, value := range edit.Remove {
		key, err := rq.keyOf(ctx, value)
		if err != nil {
			return nil, err
		}
		if !added[key] {
			added[key] = true // once
			out.Remove = append(out.Remove, key)
		}
	}
	return out, nil
}

// keyOf returns the key of the record that a client means: by its id, else by
// its externalId, else by its userName. What means nobody comes back as it is.
func (rq *request) keyOf(ctx context.Context, value string) (string, error) {
	if _, err := rq.Store.LinkOf(ctx, value); err == nil || !bridge.IsKind(err, bridge.NotFound) {
		return value, err
	}
	users := rq.client.Users
	if users == nil {
		return value, nil
	}
	for _, name := range []string{"externalId", users.named()} {
		place, _ := users.Type.Locate(name)
		found, err := rq.Store.Naming(ctx, users.name(), name, filter.Fold(place, value))
		if err != nil {
			return "", err
		}
		if len(found) == 1 {
			return found[0].ID, nil
		}
	}
	return value, nil
}

// followTime is how long a request waits for what follows from it; the rest is
// written by Reconcile.
const followTime = 20 * time.Second

// waitFor returns the groups and the users that name a user; of a group, the
// groups that name it by its id.
func (rq *request) waitFor(ctx context.Context, s *Stream, p bridge.Pushed) (groups, reports []bridge.Pushed, err error) {
	names := []string{p.ID}
	if !s.members() {
		attributes, err := decoded(p)
		if err != nil {
			return nil, nil, err
		}
		names = s.names(p.ID, attributes)
	}
	if rq.client.Groups != nil {
		groups, err = rq.Store.Groups(ctx, rq.client.Groups.name(), names...)
	}
	if s.members() || err != nil {
		return groups, nil, err
	}
	place, _ := s.Type.Locate(managerPath)
	for i, name := range names {
		names[i] = filter.Fold(place, name)
	}
	reports, err = rq.Store.Naming(ctx, s.name(), managerTerm, names...)
	return groups, slices.DeleteFunc(reports, func(r bridge.Pushed) bool { return r.ID == p.ID }), err
}

// follow does what follows from a write, once the caller holds no turn. What
// cannot be done now is marked, and done by Reconcile.
func (rq *request) follow(ctx context.Context, s *Stream, w written, edit *bridge.MemberEdit) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), followTime) // what the client waits for is done
	defer cancel()
	var err error
	if w.unresolved { // who was not there may have come before this was kept, and not have seen it
		rq.waiters.Add(1)
		_, err = rq.again(ctx, s, w.Pushed, edit)
	}
	if w.awaited {
		err = errors.Join(err, rq.arrive(ctx, s, w.Pushed))
	}
	if err != nil {
		rq.Log.ErrorContext(ctx, "what follows a push is tried again later", "request", rq.id, "connection", rq.client.Name, "link", w.ID, "cause", nameless{err})
	}
}

// arrive writes what waited for a user or a group: memberships and managers that
// were accepted before its entry was there. Until all is written it stands as half
// written.
func (rq *request) arrive(ctx context.Context, s *Stream, p bridge.Pushed) error {
	groups, reports, err := rq.waitFor(ctx, s, p)
	for _, g := range groups {
		_, fault := rq.again(ctx, rq.client.Groups, g, &bridge.MemberEdit{Add: []bridge.Member{{Value: p.ID}}})
		err = errors.Join(err, fault)
	}
	for _, r := range reports {
		_, fault := rq.again(ctx, s, r, nil)
		err = errors.Join(err, fault)
	}
	state := bridge.PushedKept
	if err != nil {
		state = bridge.PushedHalf
	}
	if state == p.State || state == bridge.PushedKept && s.members() {
		return err
	}
	ctx, give, failure := rq.turn(context.WithoutCancel(ctx), s, p.ID)
	if failure != nil {
		return errors.Join(err, failure)
	}
	defer give()
	now, failure := rq.Store.Pushed(ctx, s.name(), p.ID)
	switch {
	case bridge.IsKind(failure, bridge.NotFound), failure == nil && (now.State != p.State || now.Version != p.Version):
		return err // somebody else has it in hand
	case failure != nil:
		return errors.Join(err, failure)
	}
	return errors.Join(err, rq.note(ctx, now, state))
}

// note keeps another state of a record. It is Muster's own note and not the
// client's push, so that no limit forbids it.
func (rq *request) note(ctx context.Context, p bridge.Pushed, state bridge.PushedState) error {
	p.State = state
	return rq.save(ctx, bridge.Push{Request: rq.id + "+" + p.ID, Record: p})
}

// again plans and writes a resource as it is kept; of a group with an edit, that
// alone. What could not be written is marked as half written.
func (rq *request) again(ctx context.Context, s *Stream, p bridge.Pushed, edit *bridge.MemberEdit) (w written, err error) {
	detached, give, err := rq.turn(context.WithoutCancel(ctx), s, p.ID)
	if err != nil {
		return w, err
	}
	defer give()
	failure := rq.settle(ctx, s)
	now, err := rq.Store.Pushed(detached, s.name(), p.ID)
	if bridge.IsKind(err, bridge.NotFound) {
		return w, nil // deleted meanwhile
	}
	if err != nil {
		return w, err
	}
	if failure == nil {
		w, failure = rq.rewrite(ctx, s, now, edit)
	}
	if failure == nil || now.State != bridge.PushedKept {
		return w, failure
	}
	return w, errors.Join(failure, rq.note(detached, now, bridge.PushedHalf))
}

func (rq *request) rewrite(ctx context.Context, s *Stream, now bridge.Pushed, edit *bridge.MemberEdit) (written, error) {
	attributes, err := decoded(now)
	if err != nil {
		return written{}, err
	}
	half := now.State == bridge.PushedHalf
	if half {
		edit = nil // more may be missing
	}
	record, err := rq.recordAgain(ctx, s, now, attributes, edit)
	if err != nil {
		return written{}, err
	}
	push := bridge.Push{Request: rq.id + "+" + now.ID, Record: now, Quota: rq.client.Quota}
	push.Record.State = bridge.PushedKept
	return rq.write(ctx, s, errand{Push: push, record: record, came: half})
}

// recordAgain is the record of a resource as it is kept: of a group with all its
// members, or with an edit of them alone.
func (rq *request) recordAgain(ctx context.Context, s *Stream, p bridge.Pushed, attributes map[string]any, edit *bridge.MemberEdit) (bridge.Record, error) {
	if s.members() && edit == nil {
		edit = &bridge.MemberEdit{Replace: true}
		for m, err := range rq.Store.Members(ctx, p.ID) {
			if err != nil {
				return bridge.Record{}, err
			}
			edit.Add = append(edit.Add, m)
		}
	}
	p.Edit = edit
	return rq.recordOf(ctx, s, p, draft{attributes: attributes})
}
