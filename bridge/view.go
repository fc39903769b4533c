package bridge

import (
	"context"
	"slices"
	"strings"
)

// view is how a planning looks at what is there: through a list read
// beforehand, or entry by entry.
type view interface {
	// link returns the link of a record key of this connection, nil if there is none.
	link(ctx context.Context, key string) (*linkNote, error)
	// owner returns who holds an entry.
	owner(ctx context.Context, entryID string) (entryOwner, bool, error)
	// entry returns an entry by ID wherever it is; false if there is none.
	entry(ctx context.Context, id string) (Entry, bool, error)
	// match returns at most two entries in scope whose attribute has the value.
	match(ctx context.Context, attribute, value string) ([]Entry, error)
}

// openView loads the links, and for a full comparison lists the directory. Of a
// live link it keeps what planning asks for.
func (g *planning) openView(ctx context.Context, compare Compare) (view, error) {
	var slab []linkNote
	for link, err := range g.Memory.Links(ctx, g.Connection.Destination) {
		switch {
		case err != nil:
			return nil, err
		case link.State == Deleted:
			continue
		case link.EntryID != "" && compare != ChangedOnly:
			g.owners[link.EntryID] = entryOwner{link.Connection, link.Key}
		}
		if link.Connection != g.Connection.Name {
			continue
		}
		if link.State == Live {
			g.plan.Population++
			link.ID, link.DN = "", ""
		}
		if len(slab) == cap(slab) {
			slab = make([]linkNote, 0, 1024)
		}
		slab = append(slab, linkNote{Link: link})
		g.links[link.Key] = &slab[len(slab)-1]
	}
	loaded := &loadedView{liveView{planning: g}}
	if compare == ChangedOnly {
		return loaded, nil
	}
	return g.list(ctx, loaded)
}

// query is what a planning of the connection reads of each entry.
func (c *Connection) query() Query {
	q := Query{Type: c.Type, Scope: c.Scope}
	for _, name := range slices.Concat(c.Mapping.Attributes(), c.Match) {
		a, known := c.Template.Attribute(name)
		if (known && a.WriteOnly) || slices.Contains(q.Attributes, name) {
			continue
		}
		q.Attributes = append(q.Attributes, name)
	}
	if c.Template.Members != "" && c.Mapping.HasMembers() {
		q.Attributes = append(q.Attributes, c.Template.Members)
	}
	return q
}

// without leaves an attribute out.
func (q Query) without(attribute string) Query {
	q.Attributes = slices.DeleteFunc(slices.Clone(q.Attributes), func(name string) bool { return name == attribute })
	return q
}

// liveView asks the store and the destination each time.
type liveView struct{ *planning }

func (v *liveView) link(ctx context.Context, key string) (*linkNote, error) {
	link, err := v.Memory.Link(ctx, v.Connection.Name, key)
	if IsKind(err, NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	note := &linkNote{Link: link}
	v.links[key] = note
	return note, nil
}

func (v *liveView) owner(ctx context.Context, entryID string) (entryOwner, bool, error) {
	link, err := v.Memory.Owner(ctx, v.Connection.Destination, entryID)
	if IsKind(err, NotFound) {
		return entryOwner{}, false, nil
	}
	return entryOwner{link.Connection, link.Key}, err == nil, err
}

func (v *liveView) entry(ctx context.Context, id string) (Entry, bool, error) {
	e, err := v.Reader.Get(ctx, Ref{ID: id}, v.query)
	if IsKind(err, NotFound) {
		return Entry{}, false, nil
	}
	return e, err == nil, err
}

func (v *liveView) match(ctx context.Context, attribute, value string) ([]Entry, error) {
	return v.find(ctx, question{true, attribute, value})
}

// loadedView knows the links of the connection and asks the destination entry by
// entry.
type loadedView struct{ liveView }

func (v *loadedView) link(_ context.Context, key string) (*linkNote, error) { return v.links[key], nil }

// listedView knows all links and all entries of the scope.
type listedView struct {
	*loadedView
	shelf *shelf
}

// list reads every entry of the connection's type and scope. An entry that
// appears in two scopes is held once.
func (g *planning) list(ctx context.Context, loaded *loadedView) (view, error) {
	q := g.query
	shelf := newShelf(q.Attributes, g.Connection.Match)
	for e, err := range g.Reader.List(ctx, q) {
		if err != nil {
			return nil, err
		}
		shelf.put(e)
	}
	return &listedView{loadedView: loaded, shelf: shelf}, nil
}

func (v *listedView) owner(_ context.Context, entryID string) (entryOwner, bool, error) {
	o, ok := v.owners[entryID]
	return o, ok, nil
}

func (v *listedView) entry(ctx context.Context, id string) (Entry, bool, error) {
	if e, ok := v.shelf.byID(id); ok {
		return e, true, nil
	}
	return v.liveView.entry(ctx, id) // moved out of scope, or gone
}

func (v *listedView) match(_ context.Context, attribute, value string) ([]Entry, error) {
	return v.shelf.find(attribute, value), nil
}

// inScope says whether a DN is where this connection may write.
func (g *planning) inScope(dn string) bool {
	rules := g.Reader.Rules()
	return len(g.Connection.Scope) == 0 || slices.ContainsFunc(g.Connection.Scope, func(s string) bool { return rules.Within(dn, s) })
}

// folded is how match values are compared: as directories compare text.
func folded(value string) string { return strings.ToLower(strings.TrimSpace(value)) }
