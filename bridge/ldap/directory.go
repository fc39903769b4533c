package ldap

import (
	"context"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

var _ bridge.Destination = (*Directory)(nil)

// Directory is a destination over one pool of connections.
type Directory struct {
	pool    *Pool
	dialect Dialect
	schema  *Schema
	naming  map[bridge.ObjectType]Naming
	rules   *rules
	moves   moves
}

// New makes a destination of a pool. The naming of the settings goes before the
// one given.
func New(pool *Pool, schema *Schema, dialect Dialect, naming map[bridge.ObjectType]Naming) *Directory {
	d := &Directory{pool: pool, dialect: dialect, schema: schema, naming: map[bridge.ObjectType]Naming{}}
	for t, n := range naming {
		d.naming[t] = n
	}
	for t, n := range pool.set.Names {
		d.naming[t] = n
	}
	d.rules = &rules{schema: schema, dialect: dialect, naming: d.naming, allowed: map[bridge.ObjectType]map[string]bool{}}
	for t, n := range d.naming {
		d.rules.allowed[t] = schema.Allowed(n.Classes...)
	}
	return d
}

// Pool returns the connections under the directory.
func (d *Directory) Pool() *Pool { return d.pool }

// Schema returns what the server knows of attributes and classes.
func (d *Directory) Schema() *Schema { return d.schema }

// Rules returns the rules of the directory as they were when it was opened.
func (d *Directory) Rules() bridge.Rules { return d.rules }

// Close ends the connections.
func (d *Directory) Close() { d.pool.Close() }

// Identity says which directory it is: the base is the same at every server of
// the directory, whatever its name.
func (d *Directory) Identity() string { return CanonicalDN(d.pool.Base()) }

// filter recognises the entries of a type; of any type that is named when t is "".
func (d *Directory) filter(t bridge.ObjectType) string {
	if t == "" {
		return ""
	}
	n := d.naming[t]
	if n.Filter != "" || len(n.Classes) == 0 {
		return n.Filter
	}
	return Equals("objectClass", n.Classes[len(n.Classes)-1])
}

// scope returns the containers to search. One that lies within another is left
// out, so that no entry is found twice.
func (d *Directory) scope(q bridge.Query) []string {
	if len(q.Scope) == 0 {
		return []string{d.pool.Base()}
	}
	var out []string
	for i, dn := range q.Scope {
		covered := false
		for j, other := range q.Scope {
			covered = covered || i != j && Within(dn, other) && (j < i || !Within(other, dn))
		}
		if !covered {
			out = append(out, dn)
		}
	}
	return out
}

// shape is how raw entries become entries in one read: which attributes are
// asked for, and how the caller spells them.
type shape struct {
	kind  bridge.ObjectType
	names map[string]string // folded to the caller's spelling
	ask   []string
}

func (d *Directory) shape(q bridge.Query) shape {
	s := shape{kind: q.Type, names: make(map[string]string, len(q.Attributes)), ask: slices.Clone(d.dialect.Operational())}
	for _, name := range q.Attributes {
		s.names[foldASCII(name)] = name
		s.ask = append(s.ask, name)
	}
	return s
}

// entry turns a raw entry into one of ours. Attributes that came in ranges are
// completed.
func (d *Directory) entry(ctx context.Context, s shape, raw *Raw) (bridge.Entry, error) {
	rdn, parent := SplitDN(raw.DN)
	e := bridge.Entry{ID: d.dialect.ID(raw), Type: s.kind, DN: raw.DN, Name: RDNValue(rdn), Container: parent, Attributes: make(bridge.Attributes, len(raw.Attributes))}
	if e.ID == "" {
		return e, bridge.Errorf(bridge.Unavailable, "the directory does not show the ID of %s; Muster's account needs the right to read it", raw.DN)
	}
	for _, a := range raw.Attributes {
		name, option, tagged := strings.Cut(a.Name, ";")
		ours, wanted := s.names[foldASCII(name)]
		next, more := nextRange(option)
		if tagged && !more && !isRange(option) && foldASCII(option) != "binary" {
			continue // another attribute: a value for one language (RFC 3866)
		}
		if !wanted || len(a.Values) == 0 {
			continue
		}
		values := a.Values
		if more {
			rest, err := d.rest(ctx, raw, name, next)
			if err != nil {
				return e, err
			}
			values = append(slices.Clone(values), rest...)
		}
		e.Attributes[ours] = values
	}
	d.dialect.Describe(raw, &e)
	return e, nil
}
