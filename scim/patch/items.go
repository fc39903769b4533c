package patch

import (
	"maps"
	"slices"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// changeItems returns the items of a multi-valued attribute after the operation.
func (o Operation) changeItems(items []any) (any, error) {
	if o.Path.Filter != nil || o.Path.Place.Sub != nil {
		return o.changeSelected(items)
	}
	given, _ := o.Value.([]any)
	switch {
	case o.Op == Remove && o.Value != nil:
		return o.without(items, given), nil
	case o.Op == Add:
		return o.join(items, given)
	}
	return o.join(nil, given)
}

// join adds items that are not there yet. One that is there is not added again,
// but takes on what the new one says; a reference is then what was said last.
func (o Operation) join(items, given []any) (any, error) {
	attribute, joined, mark := o.Path.Place.Attribute, slices.Clone(items), primary{}
	known := index(attribute, joined)
	for _, g := range given {
		i, found := known.find(g)
		switch {
		case !found:
			i = len(joined)
			joined = append(joined, g)
			known.add(g, i)
		case references(attribute):
			joined[i] = g
		case attribute.Kind == schema.Complex:
			before, _ := joined[i].(map[string]any)
			more, _ := g.(map[string]any)
			merged, err := merge(attribute, before, more)
			if err != nil {
				return nil, err
			}
			joined[i] = merged
			known.add(merged, i)
		}
		mark.note(g, i)
	}
	return mark.alone(joined, o.Path.Place)
}

// without returns the items of which none of the given ones is the same.
func (o Operation) without(items, given []any) any {
	gone := index(o.Path.Place.Attribute, given)
	return slices.DeleteFunc(slices.Clone(items), func(item any) bool {
		_, found := gone.find(item)
		return found
	})
}

// changeSelected changes or removes the items that match the filter, all
// without one. If there are none, add and replace make one, where the filter says which.
func (o Operation) changeSelected(items []any) (any, error) {
	changed, mark, matched := make([]any, 0, len(items)+1), primary{}, false
	for _, item := range items {
		if !o.Path.Selects(item) {
			changed = append(changed, item)
			continue
		}
		matched = true
		after, err := o.changeItem(item)
		if err != nil {
			return nil, err
		}
		if after != nil {
			mark.note(o.given(), len(changed))
			changed = append(changed, after)
		}
	}
	if !matched {
		item, ok := o.made()
		if !ok {
			return o.noMatch(items)
		}
		mark.note(item, len(changed))
		changed = append(changed, item)
	}
	return mark.alone(changed, o.Path.Place)
}

// changeItem returns an item that the path selects after the operation, nil if
// it is removed or nothing is left that it could be about.
func (o Operation) changeItem(item any) (any, error) {
	before, ok := item.(map[string]any)
	attribute, sub := o.Path.Place.Attribute, o.Path.Place.Sub
	switch {
	case sub == nil && o.Value == nil:
		return nil, nil
	case !ok: // one of a list of plain values
		return o.Value, nil
	case o.Op == Replace && sub == nil:
		return replaced(before, o.Path.Filter, o.given()), nil
	}
	after, err := merge(attribute, before, o.given())
	if err != nil || o.Value == nil && bare(after) {
		return nil, err
	}
	return after, nil
}

// replaced returns what an item becomes that is replaced as a whole: what is
// given, and still what the filter's eq terms said about it.
func replaced(before map[string]any, by filter.Expression, given map[string]any) map[string]any {
	after, _ := terms(by)
	for name := range after {
		put(after, name, before[name]) // in its own case
	}
	maps.Copy(after, given)
	return after
}

// made returns the item that add or replace makes when none matches: with what
// the filter's eq terms say. There is none if the filter says anything else or
// contradicts itself, if it names the item by its value, and for replace of
// whole items (RFC 7644, section 3.5.2.3: noTarget).
func (o Operation) made() (map[string]any, bool) {
	item, ok := terms(o.Path.Filter)
	_, named := item["value"]
	if !ok || named || !o.Path.Selects(item) || o.Value == nil || o.Op == Replace && o.Path.Place.Sub == nil {
		return nil, false
	}
	maps.Copy(item, o.given())
	return item, true
}

// terms returns what a filter of eq terms joined by and says about an item, and
// whether that is all it says.
func terms(e filter.Expression) (map[string]any, bool) {
	said, all := map[string]any{}, true
	switch e := e.(type) {
	case nil:
	case *filter.Compare:
		if all = e.Op == filter.Equal && e.Place.Sub == nil && !unassigned(e.Value); all {
			said[e.Place.Attribute.Name] = e.Value
		}
	case *filter.And:
		for _, part := range e.Of {
			more, whole := terms(part)
			maps.Copy(said, more)
			all = all && whole
		}
	default:
		all = false
	}
	return said, all
}

// bare says whether nothing is left of an item but of which type it is and
// whether it is the primary one.
func bare(item map[string]any) bool {
	for name := range item {
		if name != "type" && name != "primary" {
			return false
		}
	}
	return true
}

// primary says which item an operation made the primary one.
type primary struct {
	at    int
	set   bool
	twice bool
}

func (p *primary) note(item any, at int) {
	if whole, ok := item.(map[string]any); ok && whole["primary"] == true {
		p.twice = p.twice || p.set && p.at != at
		p.at, p.set = at, true
	}
}

// alone takes the mark from all others (RFC 7644, section 3.5.2).
func (p *primary) alone(items []any, place schema.Place) (any, error) {
	if p.twice {
		return nil, errorf(invalidValue, "%s can have one primary value, not several", place)
	}
	if !p.set {
		return items, nil
	}
	for i, item := range items {
		if whole, ok := item.(map[string]any); ok && i != p.at && whole["primary"] == true {
			other := maps.Clone(whole)
			other["primary"] = false
			items[i] = other
		}
	}
	return items, nil
}
