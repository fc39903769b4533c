package devdir

import (
	"slices"
	"strings"
)

// entry is one entry of the tree. Its DN is not stored: it is the way to the root,
// so that a rename of a container touches one entry.
type entry struct {
	guid   guid
	parent *entry
	name   rdn
	root   []rdn // of the top entry only: the whole name
	kids   []*entry
	byKey  map[string]*entry
	isNC   bool // top of a naming context
	class  *class
	held   []held
	links  []linkHeld // DN values, as references
	back   []linkHeld // who refers to this entry, by the attribute they use
	secret secret
	gone   bool
}

type held struct {
	attr   *attribute
	values []string
}

type linkHeld struct {
	attr *attribute
	set  *linkSet
}

// linkSet is a list of entries with fast membership.
type linkSet struct {
	list []*entry
	at   map[*entry]int
}

func (s *linkSet) has(e *entry) bool {
	if s.at == nil {
		return slices.Contains(s.list, e)
	}
	_, ok := s.at[e]
	return ok
}

func (s *linkSet) add(e *entry) {
	s.list = append(s.list, e)
	if s.at != nil {
		s.at[e] = len(s.list) - 1
	} else if len(s.list) > 16 {
		s.at = make(map[*entry]int, len(s.list))
		for i, x := range s.list {
			s.at[x] = i
		}
	}
}

// remove moves the last member into the hole: a list of members has no order.
func (s *linkSet) remove(e *entry) {
	i := slices.Index(s.list[:min(len(s.list), 16)], e)
	if s.at != nil {
		i = s.at[e]
		delete(s.at, e)
	}
	last := len(s.list) - 1
	if i != last {
		s.list[i] = s.list[last]
		if s.at != nil {
			s.at[s.list[i]] = i
		}
	}
	s.list[last] = nil
	s.list = s.list[:last]
}

func findLinks(list []linkHeld, a *attribute) *linkSet {
	for i := range list {
		if list[i].attr == a {
			return list[i].set
		}
	}
	return nil
}

// linked gives the entries that attribute a of e refers to.
func (e *entry) linked(a *attribute) []*entry {
	if s := findLinks(e.links, a); s != nil {
		return s.list
	}
	return nil
}

// referring gives the entries that refer to e by attribute a.
func (e *entry) referring(a *attribute) []*entry {
	if s := findLinks(e.back, a); s != nil {
		return s.list
	}
	return nil
}

func (e *entry) refers(a *attribute, target *entry) bool {
	s := findLinks(e.links, a)
	return s != nil && s.has(target)
}

func linkInto(list *[]linkHeld, a *attribute, target *entry) {
	s := findLinks(*list, a)
	if s == nil {
		s = &linkSet{}
		*list = append(*list, linkHeld{a, s})
	}
	s.add(target)
}

func unlinkFrom(list *[]linkHeld, a *attribute, target *entry) {
	s := findLinks(*list, a)
	s.remove(target)
	if len(s.list) == 0 {
		*list = slices.DeleteFunc(*list, func(l linkHeld) bool { return l.attr == a })
	}
}

// values gives the stored values of an attribute that is no reference.
func (e *entry) values(a *attribute) []string {
	for i := range e.held {
		if e.held[i].attr == a {
			return e.held[i].values
		}
	}
	return nil
}

func (e *entry) value(a *attribute) string {
	if v := e.values(a); len(v) > 0 {
		return v[0]
	}
	return ""
}

// rdns gives the components of the DN, leaf first.
func (e *entry) rdns() []rdn {
	var names []rdn
	for ; e.parent != nil; e = e.parent {
		names = append(names, e.name)
	}
	return append(names, e.root...)
}

func (e *entry) dn() string {
	return formatDN(e.rdns())
}

func formatDN(names []rdn) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n.String()
	}
	return strings.Join(parts, ",")
}

// under says whether e is top or below it, within one naming context.
func (e *entry) under(top *entry) bool {
	for ; e != nil; e = e.parent {
		if e == top {
			return true
		}
		if e.isNC {
			return false
		}
	}
	return false
}

// below says whether e is top or below it, across naming contexts.
func (e *entry) below(top *entry) bool {
	for ; e != nil; e = e.parent {
		if e == top {
			return true
		}
	}
	return false
}
