package scim

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/scim/filter"
)

// found looks in the directory for an account that no record has yet, by a
// filter that names it: attribute eq value. What is found gets a link, so that
// its id is the same when the client takes it over. It is nobody's before that.
func (rq *request) found(ctx context.Context, s *Stream, where filter.Expression) (*current, error) {
	resource, ok := s.asked(where)
	if !ok || !s.Connection.Policy.Adopt || rq.client.Ways.Review {
		return nil, nil
	}
	entry, err := rq.byMatch(ctx, s, resource)
	if entry == nil || err != nil {
		return nil, err
	}
	link, err := rq.linkFound(ctx, s, *entry)
	if err != nil || link == nil {
		return nil, err
	}
	return rq.shown(s, *link, *entry, resource)
}

// put sets the attribute of a column that copies it, if there is one.
func (s *Stream) put(resource map[string]any, path, value string) bool {
	for _, f := range s.fields {
		if f.place.String() != path || f.kind != mapping.Text || f.item != "" || path == "id" {
			continue
		}
		name, sub, nested := strings.Cut(path, ".")
		if f.place.URN != "" {
			extension, _ := resource[f.place.URN].(map[string]any)
			if extension == nil {
				extension = map[string]any{}
			}
			extension[f.place.Attribute.Name] = value
			resource[f.place.URN] = extension
			return f.place.Sub == nil
		}
		if !nested {
			resource[name] = value
			return true
		}
		whole, _ := resource[name].(map[string]any)
		if whole == nil {
			whole = map[string]any{}
		}
		whole[sub] = value
		resource[name] = whole
		return true
	}
	return false
}

// byMatch finds the one entry in scope that a resource with a single attribute
// matches: by the first match attribute whose rule reads no other column.
func (rq *request) byMatch(ctx context.Context, s *Stream, resource map[string]any) (*bridge.Entry, error) {
	record := s.record("", resource)
	known := map[string]bool{}
	for i, column := range s.Columns.List() {
		known[column.Name] = record.Row.Values[i] != nil && column.Name != "id"
	}
	result := s.Connection.Mapping.Map(record.Row, "", rq.Now())
	for _, name := range s.Connection.Match {
		for _, a := range result.Attributes {
			reads := func(column string) bool { return !known[column] }
			if a.Name != name || len(a.Values) == 0 || len(a.Columns) == 0 || slices.ContainsFunc(a.Columns, reads) {
				continue
			}
			entries, err := s.Reader.Find(ctx, s.copiesQuery(), name, a.Values[0])
			if err != nil {
				return nil, err
			}
			if len(entries) == 1 && entries[0].Protected == "" {
				return &entries[0], nil
			}
		}
	}
	return nil, nil
}

// copiesQuery reads what of an entry can be shown: attributes that its columns
// may be known by.
func (s *Stream) copiesQuery() bridge.Query {
	q := bridge.Query{Type: s.Connection.Type, Scope: s.Connection.Scope}
	for _, attribute := range s.Connection.Mapping.Attributes() {
		if a, known := s.Connection.Template.Attribute(attribute); known && !a.WriteOnly && !a.Sensitive && !a.Reference {
			q.Attributes = append(q.Attributes, attribute)
		}
	}
	q.Attributes = append(q.Attributes, s.Connection.Match...)
	slices.Sort(q.Attributes)
	q.Attributes = slices.Compact(q.Attributes)
	return q
}

// linkFound returns the link of an entry that was found; nil when somebody owns it.
func (rq *request) linkFound(ctx context.Context, s *Stream, e bridge.Entry) (*bridge.Link, error) {
	_, err := s.Memory.Owner(ctx, s.Connection.Destination, e.ID)
	if !bridge.IsKind(err, bridge.NotFound) {
		return nil, err
	}
	link, err := rq.Store.FoundLink(ctx, s.name(), e.ID)
	if !bridge.IsKind(err, bridge.NotFound) {
		return &link, err
	}
	id := uuid.NewString()
	link = bridge.Link{ID: id, Destination: s.Connection.Destination, Connection: s.name(), Key: id, EntryID: e.ID, DN: e.DN, State: bridge.Found, Since: rq.Now()}
	return &link, rq.Store.SaveLink(ctx, link)
}

// shown is what a client gets to see of an account that it has not taken over:
// what it asked by, and what the directory holds as the client would send it.
func (rq *request) shown(s *Stream, link bridge.Link, e bridge.Entry, asked map[string]any) (*current, error) {
	resource := map[string]any{}
	for attribute, column := range s.Connection.Mapping.Copies() {
		if values := e.Attributes[attribute]; len(values) == 1 {
			i := slices.IndexFunc(s.fields, func(f field) bool { return f.name == column })
			if i >= 0 {
				s.put(resource, s.fields[i].place.String(), values[0])
			}
		}
	}
	rq.unmap(s, resource, e)
	for name, value := range asked {
		resource[name] = value
	}
	if e.State != bridge.NoAccount {
		resource["active"] = e.State == bridge.Enabled
	}
	resource["schemas"] = s.Type.Present(resource)
	body, err := json.Marshal(resource)
	p := bridge.Pushed{ID: link.ID, Connection: s.name(), Created: e.Created, Modified: later(link.Since, e.Created), Account: e.State, Body: body}
	return &current{Pushed: p, attributes: resource, found: true}, err
}

// unmap puts the columns that the entry's values follow from, so that taking the
// entry over changes nothing that the client does not speak of: of each rule the
// column that it names first, where that column alone gives the entry's value.
// What names the entry comes last, because people read another name first.
func (rq *request) unmap(s *Stream, resource map[string]any, e bridge.Entry) {
	mapped := func(resource map[string]any) []mapping.Attribute {
		return s.Connection.Mapping.Map(s.record("", resource).Row, "", rq.Now()).Attributes
	}
	rdn := func(a mapping.Attribute) bool { return a.Name == s.Connection.Template.RDN }
	rules := mapped(nil)
	named := slices.IndexFunc(rules, rdn)
	if named >= 0 {
		rules = append(slices.Delete(slices.Clone(rules), named, named+1), rules[named])
	}
	for _, rule := range rules {
		values := e.Attributes[rule.Name]
		if rdn(rule) {
			values = bridge.Values{e.Name}
		}
		i := slices.IndexFunc(s.fields, func(f field) bool { return len(rule.Columns) > 0 && f.name == rule.Columns[0] })
		guess := map[string]any{}
		if i < 0 || len(values) != 1 || s.fields[i].read(resource) != nil || !s.put(guess, s.fields[i].place.String(), values[0]) {
			continue
		}
		same := func(v string) bool {
			return s.Reader.Rules().Fold(rule.Name, v) == s.Reader.Rules().Fold(rule.Name, values[0])
		}
		for _, a := range mapped(guess) {
			if a.Name == rule.Name && (slices.ContainsFunc(a.Values, same) || rdn(a) && slices.ContainsFunc(a.Candidates, same)) {
				s.put(resource, s.fields[i].place.String(), values[0])
			}
		}
	}
}

// foundByID returns an account that was found before and is still nobody's. The
// error is 404 if there is none.
func (rq *request) foundByID(ctx context.Context, s *Stream, id string) (*current, error) {
	none := notFound("there is no %s %s", s.Type.Name, excerpt(id))
	link, err := rq.Store.LinkOf(ctx, id)
	if bridge.IsKind(err, bridge.NotFound) || err == nil && (link.State != bridge.Found || link.Connection != s.name()) {
		return nil, none
	}
	if err != nil {
		return nil, err
	}
	e, err := s.Reader.Get(ctx, bridge.Ref{ID: link.EntryID}, s.copiesQuery())
	if bridge.IsKind(err, bridge.NotFound) {
		return nil, none
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.Memory.Owner(ctx, s.Connection.Destination, e.ID); !bridge.IsKind(err, bridge.NotFound) {
		if err == nil {
			err = none
		}
		return nil, err
	}
	return rq.shown(s, link, e, nil)
}
