package store

import (
	"strings"
	"time"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// set is a filter as SQL: a query that yields the num of each record that may
// match, of one stream and not gone, each once.
type set struct {
	query  string
	args   []any
	exact  bool // all of them match
	narrow bool // they are few
}

// managerTerm is the term that holds the place managerPlace.
const (
	managerTerm  = "manager"
	managerPlace = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"
)

// termOf returns the name of the term that holds the values at a place, "" if
// there is none. The door that saves records gives them these terms, each value
// folded by filter.Fold, whenever the resource has one.
func termOf(p schema.Place) string {
	switch name := p.String(); name {
	case "userName", "externalId", "displayName", "emails.value":
		return name
	case managerPlace:
		return managerTerm
	}
	return ""
}

// setOf translates a filter. It says false if no index helps, so that every
// record has to be looked at.
func setOf(stream string, e filter.Expression) (set, bool) {
	switch e := e.(type) {
	case *filter.And:
		return intersection(stream, e.Of)
	case *filter.Or:
		return union(stream, e.Of)
	case *filter.Compare:
		return compareSet(stream, e)
	case *filter.Any:
		return anySet(stream, e)
	}
	return set{}, false
}

// intersection leaves out parts that no index helps with, and wide ones if there
// are narrow ones: the few records that are left are looked at one by one.
func intersection(stream string, of []filter.Expression) (set, bool) {
	var all, narrow []set
	for _, e := range of {
		part, ok := setOf(stream, e)
		if !ok {
			continue
		}
		all = append(all, part)
		if part.narrow {
			narrow = append(narrow, part)
		}
	}
	chosen := narrow
	if len(chosen) == 0 {
		chosen = all
	}
	if len(chosen) == 0 {
		return set{}, false
	}
	whole := combine(" INTERSECT ", chosen)
	whole.exact = whole.exact && len(chosen) == len(of)
	whole.narrow = len(narrow) > 0
	return whole, true
}

func union(stream string, of []filter.Expression) (set, bool) {
	var all []set
	narrow := true
	for _, e := range of {
		part, ok := setOf(stream, e)
		if !ok {
			return set{}, false
		}
		all = append(all, part)
		narrow = narrow && part.narrow
	}
	whole := combine(" UNION ", all)
	whole.narrow = narrow
	return whole, true
}

func combine(word string, of []set) set {
	if len(of) == 1 {
		return of[0]
	}
	whole := set{exact: true}
	queries := make([]string, len(of))
	for i, s := range of {
		queries[i] = "SELECT num FROM (" + s.query + ") part"
		whole.args = append(whole.args, s.args...)
		whole.exact = whole.exact && s.exact
	}
	whole.query = strings.Join(queries, word)
	return whole
}

// anySet is a superset of attr[...]: what is asked of the item's value.
func anySet(stream string, e *filter.Any) (set, bool) {
	of, ok := valueOf(e.Place, e.Of)
	if !ok {
		return set{}, false
	}
	s, ok := setOf(stream, of)
	_, alone := e.Of.(*filter.Compare)
	s.exact = s.exact && alone
	return s, ok
}

// valueOf turns what a filter within brackets asks of the sub-attribute value
// into a filter of the whole resource. It says false if the filter asks nothing of it.
func valueOf(p schema.Place, e filter.Expression) (filter.Expression, bool) {
	switch e := e.(type) {
	case *filter.Compare:
		if p.Sub != nil || e.Place.Attribute == nil || e.Place.Attribute.Name != "value" || e.Op == filter.Present {
			return nil, false
		}
		return &filter.Compare{Place: schema.Place{URN: p.URN, Attribute: p.Attribute, Sub: e.Place.Attribute}, Op: e.Op, Value: e.Value}, true
	case *filter.And:
		for _, part := range e.Of {
			if of, ok := valueOf(p, part); ok {
				return of, true
			}
		}
	case *filter.Or:
		or := &filter.Or{}
		for _, part := range e.Of {
			of, ok := valueOf(p, part)
			if !ok {
				return nil, false
			}
			or.Of = append(or.Of, of)
		}
		return or, true
	}
	return nil, false
}

func compareSet(stream string, e *filter.Compare) (set, bool) {
	value, ok := e.Value.(string)
	if !ok || value == "" { // "" is as good as unassigned, of which there are no terms
		return set{}, false
	}
	place := e.Place
	if leaf, ok := filter.Leaf(place); ok {
		place = leaf
	}
	switch name := place.String(); {
	case name == "id" && e.Op == filter.Equal && place.CaseExact():
		return set{`SELECT num FROM pushed WHERE connection = ? AND id = ? AND state <> 'gone'`, []any{stream, value}, true, true}, true
	case name == "members.value" && e.Op == filter.Equal && place.CaseExact():
		return set{`SELECT m.record AS num FROM pushed_members m JOIN pushed p ON p.num = m.record
			WHERE m.member = ? AND p.connection = ? AND p.state <> 'gone' AND ` + notGone, []any{value, stream}, true, true}, true
	case name == "groups.value" && e.Op == filter.Equal && place.CaseExact():
		return set{`SELECT p.num FROM pushed g JOIN pushed_members m ON m.record = g.num JOIN pushed p ON p.id = m.member
			WHERE g.id = ? AND g.state <> 'gone' AND p.connection = ? AND p.state <> 'gone'`, []any{value, stream}, true, false}, true
	case name == "meta.created":
		return instantSet(stream, "created", e.Op, value)
	case name == "meta.lastModified":
		return instantSet(stream, "modified", e.Op, value)
	}
	if term := termOf(place); term != "" {
		return termSet(stream, term, e.Op, filter.Fold(place, value))
	}
	return set{}, false
}

// termSet compares a term. The order of folded texts by bytes is the order of
// filters, by characters.
func termSet(stream, term string, op filter.Op, value string) (set, bool) {
	s := set{query: `SELECT DISTINCT record AS num FROM pushed_terms WHERE connection = ? AND name = ? AND NOT gone AND `, args: []any{stream, term}, exact: true}
	switch op {
	case filter.Equal:
		s.query = `SELECT record AS num FROM pushed_terms WHERE connection = ? AND name = ? AND NOT gone AND value = ?`
		s.narrow = true
	case filter.StartsWith:
		s.query += `value >= ?`
		if end, bounded := after(value); bounded {
			s.query, s.args = s.query+` AND value < ?`, append(s.args, value, end)
			return s, true
		}
	case filter.Greater, filter.GreaterOrEqual, filter.Less, filter.LessOrEqual:
		s.query += `value ` + sign(op) + ` ?`
	default:
		return set{}, false
	}
	s.args = append(s.args, value)
	return s, true
}

// after returns the least text that is greater than all that begin with value;
// false if there is none.
func after(value string) (string, bool) {
	runes := []rune(value)
	for i := len(runes) - 1; i >= 0; i-- {
		next := runes[i] + 1
		if next >= 0xD800 && next < 0xE000 {
			next = 0xE000 // surrogates are no characters
		}
		if next <= 0x10FFFF {
			return string(runes[:i]) + string(next), true
		}
	}
	return "", false
}

func instantSet(stream, column string, op filter.Op, value string) (set, bool) {
	at, err := time.Parse(time.RFC3339Nano, value)
	comparison := sign(op)
	if err != nil || comparison == "" || at.Year() < 1700 || at.Year() > 2250 { // beyond, nanoseconds overflow
		return set{}, false
	}
	query := `SELECT num FROM pushed WHERE connection = ? AND state <> 'gone' AND ` + column + ` ` + comparison + ` ?`
	return set{query, []any{stream, stamp(at)}, true, false}, true
}

// sign returns an operator of SQL, "" if there is none.
func sign(op filter.Op) string {
	switch op {
	case filter.Equal:
		return "="
	case filter.Greater:
		return ">"
	case filter.GreaterOrEqual:
		return ">="
	case filter.Less:
		return "<"
	case filter.LessOrEqual:
		return "<="
	}
	return ""
}
