package devdir

import (
	"errors"
	"slices"
)

// modifyLinks changes an attribute whose values are entries (MS-ADTS 3.1.1.1.6).
func (c *change) modifyLinks(e *entry, m modification) error {
	if m.kind == modDelete && len(m.values) == 0 && len(e.linked(m.attr)) == 0 && !c.permissive {
		return attErr(rcNoSuchAttribute, 0x2084, m.attr)
	}
	targets, err := c.targets(m)
	if err != nil {
		return err
	}
	switch {
	case m.kind == modDelete && len(m.values) > 0:
		return c.removeLinks(e, m.attr, targets)
	case m.kind == modAdd && len(m.values) == 0:
		return attErr(rcConstraint, 0x57, m.attr)
	case m.kind == modAdd:
		return c.addLinks(e, m.attr, targets)
	}
	keep := make(map[*entry]bool, len(targets))
	for _, t := range targets {
		keep[t] = true
	}
	for _, old := range slices.Clone(e.linked(m.attr)) {
		if !keep[old] {
			c.unlink(e, m.attr, old)
		} else {
			delete(keep, old)
		}
	}
	seen := map[*entry]bool{}
	for _, t := range targets {
		switch {
		case seen[t]:
			return linkExists(m.attr)
		case keep[t]:
			if err := c.addLinks(e, m.attr, []*entry{t}); err != nil {
				return err
			}
		}
		seen[t] = true
	}
	return nil
}

// targets finds the entries that the values name, in any form of a DN.
func (c *change) targets(m modification) ([]*entry, error) {
	var list []*entry
	for _, v := range m.values {
		if v == "" {
			return nil, attErr(rcInvalidSyntax, 0x57, m.attr)
		}
		e, err := c.find(v)
		if err != nil {
			return nil, missingTarget(m, err)
		}
		list = append(list, e)
	}
	return list, nil
}

func missingTarget(m modification, err error) error {
	var r *refusal
	switch {
	case errors.As(err, &r) && r.code == rcInvalidDN:
		return err
	case m.attr.name == "member" && m.kind == modDelete:
		return unwilling(0x525)
	case m.attr.name == "member":
		return noEntry(0x525, "")
	}
	return attErr(rcConstraint, 0x20B5, m.attr)
}

func linkExists(a *attribute) *refusal {
	if a.name == "member" {
		return updErr(rcEntryExists, 0x562, 6005, "ENTRY_EXISTS")
	}
	return attErr(rcValueExists, 0x2083, a)
}

func (c *change) addLinks(e *entry, a *attribute, targets []*entry) error {
	before := map[*entry]bool{}
	for _, t := range targets {
		if set := findLinks(e.links, a); set != nil && set.has(t) {
			if c.permissive && !before[t] {
				continue
			}
			return linkExists(a)
		}
		if a.name == "member" {
			if err := c.mayJoin(e, t); err != nil {
				return err
			}
		}
		before[t] = true
		c.link(e, a, t)
	}
	return nil
}

func (c *change) removeLinks(e *entry, a *attribute, targets []*entry) error {
	for _, t := range targets {
		switch {
		case e.refers(a, t):
			c.unlink(e, a, t)
		case c.permissive:
		case a.name == "member":
			return unwilling(0x561)
		default:
			return attErr(rcNoSuchAttribute, 0x2085, a)
		}
	}
	return nil
}
