package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// documents makes of records what filters look at: the body as the client sent
// it with id, meta and active, and with members and groups if they are named.
type documents struct {
	store   *Store
	kind    string // the resource type
	members bool
	groups  bool
}

func (s *Store) documents(t *schema.Type, sel filter.Selection) documents {
	d := documents{store: s, kind: t.Name}
	places := placesOf(sel.Where, nil)
	if sel.SortBy != nil {
		places = append(places, *sel.SortBy)
	}
	for _, p := range places {
		if p.URN == "" && p.Attribute != nil {
			d.members = d.members || p.Attribute.Name == "members"
			d.groups = d.groups || p.Attribute.Name == "groups"
		}
	}
	return d
}

// placesOf appends the places that a filter names, those within brackets left out.
func placesOf(e filter.Expression, places []schema.Place) []schema.Place {
	switch e := e.(type) {
	case *filter.And:
		for _, of := range e.Of {
			places = placesOf(of, places)
		}
	case *filter.Or:
		for _, of := range e.Of {
			places = placesOf(of, places)
		}
	case *filter.Not:
		return placesOf(e.Of, places)
	case *filter.Compare:
		return append(places, e.Place)
	case *filter.Any:
		return append(places, e.Place)
	}
	return places
}

// of returns the document of a record.
func (d documents) of(ctx context.Context, p bridge.Pushed) (map[string]any, error) {
	doc, err := object(p.Body)
	if err != nil {
		return nil, bridge.Wrap(bridge.Internal, err, "record %s of connection %s is damaged", p.ID, p.Connection)
	}
	doc["id"] = p.ID
	doc["meta"] = map[string]any{
		"resourceType": d.kind, "version": fmt.Sprintf(`W/"%d"`, p.Version),
		"created": p.Created.UTC().Format(time.RFC3339Nano), "lastModified": p.Modified.UTC().Format(time.RFC3339Nano),
	}
	if p.Account != bridge.NoAccount {
		doc["active"] = p.Account == bridge.Enabled
	}
	if d.members {
		if doc["members"], err = d.memberItems(ctx, p.ID); err != nil {
			return nil, err
		}
	}
	if d.groups {
		if doc["groups"], err = d.groupItems(ctx, p.ID); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// object decodes a JSON object; whole numbers stay exact.
func object(body []byte) (map[string]any, error) {
	doc := map[string]any{}
	if len(body) == 0 {
		return doc, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return doc, d.Decode(&doc)
}

func (d documents) memberItems(ctx context.Context, group string) ([]any, error) {
	var items []any
	for m, err := range d.store.Members(ctx, group) {
		if err != nil {
			return nil, err
		}
		item, err := object(m.Body)
		if err != nil {
			return nil, bridge.Wrap(bridge.Internal, err, "member %s of group %s is damaged", m.Value, group)
		}
		item["value"] = m.Value
		items = append(items, item)
	}
	return items, nil
}

// groupItems are the groups that name a record's id, with what they are called.
func (d documents) groupItems(ctx context.Context, id string) ([]any, error) {
	const query = `SELECT ` + pushedColumns + ` FROM pushed_members m JOIN pushed p ON p.num = m.record WHERE m.member = ? AND p.state <> 'gone' ORDER BY p.num`
	found, err := d.store.listPushed(ctx, query, id)
	if err != nil {
		return nil, fault(err, "the groups of record %s cannot be read", id)
	}
	var items []any
	for _, g := range found {
		body, err := object(g.Body)
		if err != nil {
			return nil, bridge.Wrap(bridge.Internal, err, "group %s is damaged", g.ID)
		}
		items = append(items, map[string]any{"value": g.ID, "display": body["displayName"]})
	}
	return slices.Clip(items), nil
}
