package scim

import (
	"context"
	"errors"
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

// patience is how long a request waits for what follows from it; the rest is
// written by Reconcile.
const patience = 20 * time.Second

// arrive writes what waited for a new account: memberships and managers that
// were accepted before it was there. It is the caller's, who holds no turn. What
// cannot be written now is marked, and tried again by Reconcile.
func (rq *request) arrive(ctx context.Context, s *Stream, p bridge.Pushed, attributes map[string]any) {
	if s.members() || rq.client.Ways.Review {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // what the client waits for is done
	defer cancel()
	names := s.names(p.ID, attributes)
	if err := errors.Join(rq.joinGroups(ctx, p.ID, names), rq.tellReports(ctx, s, p.ID, names)); err != nil {
		rq.Log.ErrorContext(ctx, "what waited for a new account is tried again later", "request", rq.id, "connection", rq.client.Name, "link", p.ID, "cause", err)
	}
}

// joinGroups makes a new account a member of the groups that name it already.
func (rq *request) joinGroups(ctx context.Context, id string, names []string) error {
	groups := rq.client.Groups
	if groups == nil {
		return nil
	}
	waiting, err := rq.Store.Groups(ctx, groups.name(), names...)
	for _, g := range waiting {
		err = errors.Join(err, rq.again(ctx, groups, g, &bridge.MemberEdit{Add: []bridge.Member{{Value: id}}}))
	}
	return err
}

// tellReports writes a new account as the manager of those that name it already.
func (rq *request) tellReports(ctx context.Context, s *Stream, id string, names []string) error {
	place, _ := s.Type.Locate(managerPath)
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i] = filter.Fold(place, name)
	}
	reports, err := rq.Store.Naming(ctx, s.name(), managerTerm, folded...)
	for _, p := range reports {
		if p.ID != id {
			err = errors.Join(err, rq.again(ctx, s, p, nil))
		}
	}
	return err
}

// again plans and writes a resource as it is kept; of a group with an edit, that
// alone. What could not be written is marked as half written.
func (rq *request) again(ctx context.Context, s *Stream, p bridge.Pushed, edit *bridge.MemberEdit) error {
	detached, give, err := rq.turn(context.WithoutCancel(ctx), s, p.ID)
	if err != nil {
		return err
	}
	defer give()
	failure := rq.settle(ctx, s)
	now, err := rq.Store.Pushed(detached, s.name(), p.ID)
	if bridge.IsKind(err, bridge.NotFound) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	if failure == nil {
		failure = rq.rewrite(ctx, s, now, edit)
	}
	if failure == nil || now.State != bridge.PushedKept {
		return failure
	}
	now.State = bridge.PushedHalf
	mark := bridge.Push{Request: rq.id + "+" + p.ID, Record: now} // without a quota: it is Muster's note, also while the client is held
	return errors.Join(failure, rq.save(detached, mark))
}

func (rq *request) rewrite(ctx context.Context, s *Stream, now bridge.Pushed, edit *bridge.MemberEdit) error {
	attributes, err := decoded(now)
	if err != nil {
		return err
	}
	if now.State == bridge.PushedHalf {
		edit = nil // more may be missing
	}
	record, err := rq.recordAgain(ctx, s, now, attributes, edit)
	if err != nil {
		return err
	}
	push := bridge.Push{Request: rq.id + "+" + now.ID, Record: now, Quota: rq.client.Quota}
	push.Record.State = bridge.PushedKept
	_, err = rq.write(ctx, s, record, push, false)
	return err
}

// recordAgain is the record of a resource as it is kept: of a group with all its
// members, or with an edit of them alone.
func (rq *request) recordAgain(ctx context.Context, s *Stream, p bridge.Pushed, attributes map[string]any, edit *bridge.MemberEdit) (bridge.Record, error) {
	if s.members() && edit == nil {
		whole := &bridge.MemberEdit{Replace: true}
		for m, err := range rq.Store.Members(ctx, p.ID) {
			if err != nil {
				return bridge.Record{}, err
			}
			whole.Add = append(whole.Add, m)
		}
		p.Edit = whole
	}
	record, err := rq.recordOf(ctx, s, p, draft{attributes: attributes})
	if edit != nil {
		record.Edit = edit
	}
	return record, err
}
