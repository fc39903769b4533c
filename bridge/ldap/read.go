package ldap

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// List yields every entry that the query names, a page at a time. It is
// incomplete if it ends with an error.
func (d *Directory) List(ctx context.Context, q bridge.Query) iter.Seq2[bridge.Entry, error] {
	return func(yield func(bridge.Entry, error) bool) {
		s := d.shape(q)
		filter := d.filter(q.Type)
		if q.Type == "" {
			filter = d.anyType()
		}
		for _, base := range d.scope(q) {
			for raw, err := range d.pool.Pages(ctx, Search{Base: base, Below: true, Filter: filter, Attributes: s.ask}) {
				var e bridge.Entry
				if err == nil {
					e, err = d.entry(ctx, s, raw)
				}
				if err != nil && bridge.IsKind(err, bridge.NotFound) {
					err = bridge.Wrap(bridge.Invalid, err, "the container %s does not exist", base) // absence must not follow from it
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

// anyType recognises the entries of every type that records may have.
func (d *Directory) anyType() string {
	var filters []string
	for _, t := range []bridge.ObjectType{bridge.User, bridge.Contact, bridge.Group} {
		if _, known := d.naming[t]; known {
			filters = append(filters, d.filter(t))
		}
	}
	return Or(filters...)
}

// Get returns the entry that ref names, wherever it is.
func (d *Directory) Get(ctx context.Context, ref bridge.Ref, q bridge.Query) (bridge.Entry, error) {
	s := d.shape(q)
	raw, err := d.raw(ctx, ref, s.ask)
	if err != nil {
		return bridge.Entry{}, err
	}
	return d.entry(ctx, s, raw)
}

// raw reads one entry with the attributes.
func (d *Directory) raw(ctx context.Context, ref bridge.Ref, ask []string) (*Raw, error) {
	if ref == (bridge.Ref{}) {
		return nil, bridge.Errorf(bridge.NotFound, "no entry is named")
	}
	search := Search{Base: ref.DN}
	if ref.ID != "" {
		search = d.locate(ref.ID)
	}
	search.Attributes = ask
	found, err := d.pool.atMost(ctx, search, 0)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, bridge.Errorf(bridge.NotFound, "there is no entry %s", ref.ID+ref.DN)
	}
	return found[0], nil
}

func (d *Directory) locate(id string) Search {
	search := d.dialect.Locate(id)
	if search.Base == "" {
		search.Base = d.pool.Base()
	}
	return search
}

// Find returns at most two entries whose attribute has the value.
func (d *Directory) Find(ctx context.Context, q bridge.Query, attribute, value string) ([]bridge.Entry, error) {
	if d.schema.Attribute(attribute) == nil {
		return nil, bridge.Errorf(bridge.Invalid, "the directory has no attribute %s", attribute)
	}
	if value == "" {
		return nil, nil // no directory has empty values
	}
	s := d.shape(q)
	var out []bridge.Entry
	for _, base := range d.scope(q) {
		found, err := d.pool.atMost(ctx, Search{Base: base, Below: true, Filter: And(d.filter(q.Type), Equals(attribute, value)), Attributes: s.ask}, 2-len(out))
		if err != nil {
			return nil, err
		}
		for _, raw := range found {
			e, err := d.entry(ctx, s, raw)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
		if len(out) >= 2 {
			break
		}
	}
	return out, nil
}

// nextRange reads an option like "range=0-1499" and returns where the values go
// on (MS-ADTS 3.1.1.3.1.3.3); false when they are complete.
func nextRange(option string) (int, bool) {
	_, end, isRange := strings.Cut(strings.TrimPrefix(foldASCII(option), "range="), "-")
	if !isRange || end == "*" {
		return 0, false
	}
	last, err := strconv.Atoi(end)
	return last + 1, err == nil
}

func isRange(option string) bool { return strings.HasPrefix(foldASCII(option), "range=") }

// rest reads the values of an attribute from a place on.
func (d *Directory) rest(ctx context.Context, of *Raw, name string, from int) ([]string, error) {
	var out []string
	search := d.locate(d.dialect.ID(of))
	for more := true; more; {
		search.Attributes = []string{fmt.Sprintf("%s;range=%d-*", name, from)}
		found, err := d.pool.atMost(ctx, search, 0)
		if err != nil {
			return nil, err
		}
		values, option := ranged(found)
		if values == nil {
			return nil, bridge.Errorf(bridge.Unavailable, "%s changed while its %s was read, so the read is incomplete", of.DN, name)
		}
		out = append(out, values...)
		from, more = nextRange(option)
	}
	return out, nil
}

// ranged returns the values that came in a range; beside them stands the
// attribute without one, empty.
func ranged(found []*Raw) (values []string, option string) {
	if len(found) != 1 {
		return nil, ""
	}
	for _, a := range found[0].Attributes {
		if _, option, _ = strings.Cut(a.Name, ";"); isRange(option) {
			return append([]string{}, a.Values...), option
		}
	}
	return nil, ""
}
