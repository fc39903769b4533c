package scim

import (
	"context"
	"errors"

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

// arrive writes what waited for a new account: memberships and managers that
// were accepted before it was there. It is the caller's, who holds no turn. What
// cannot be written now is marked, and tried again by Reconcile.
func (rq *request) arrive(ctx context.Context, s *Stream, p bridge.Pushed, attributes map[string]any) {
	if s.members() || rq.client.Ways.Review {
		return
	}
	names := []string{p.ID}
	for _, attribute := range []string{"externalId", s.named()} {
		if text, ok := attributes[attribute].(string); ok {
			names = append(names, text)
		}
	}
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
	if err != nil {
		return err
	}
	for _, g := range waiting {
		record := bridge.Record{Key: g.ID, Edit: &bridge.MemberEdit{Add: []bridge.Member{{Value: id}}}}
		if err := rq.again(ctx, groups, g, record.Edit); err != nil {
			return err
		}
	}
	return nil
}

// tellReports writes a new account as the manager of those that name it already.
func (rq *request) tellReports(ctx context.Context, s *Stream, id string, names []string) error {
	place, _ := s.Type.Locate(managerPath)
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i] = filter.Fold(place, name)
	}
	reports, err := rq.Store.Naming(ctx, s.name(), managerTerm, folded...)
	if err != nil {
		return err
	}
	for _, p := range reports {
		if p.ID != id {
			if err := rq.again(ctx, s, p, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// again plans and writes a resource as it is kept.
func (rq *request) again(ctx context.Context, s *Stream, p bridge.Pushed, edit *bridge.MemberEdit) error {
	give, err := rq.turns.take(ctx, s.name()+" "+p.ID)
	if err != nil {
		return err
	}
	defer give()
	now, err := rq.Store.Pushed(ctx, s.name(), p.ID)
	if bridge.IsKind(err, bridge.NotFound) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	attributes, err := decoded(now)
	if err != nil {
		return err
	}
	record, err := rq.recordAgain(ctx, s, now, attributes, edit)
	if err != nil {
		return err
	}
	plan, err := rq.plan(ctx, s, record)
	if err != nil {
		return err
	}
	push := bridge.Push{Request: rq.id + "+" + p.ID, Record: now, Quota: rq.client.Quota}
	push.Record.State = bridge.PushedKept
	switch {
	case plan.Changes.Len() == 0 && now.State == bridge.PushedKept:
		return nil
	case plan.Changes.Len() == 0:
		return rq.Store.Keep(ctx, push)
	}
	if _, err = s.Applier.Push(ctx, plan, push); err != nil && now.State == bridge.PushedKept {
		push.Record.State = bridge.PushedHalf
		err = errors.Join(err, rq.Store.Keep(ctx, push))
	}
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
