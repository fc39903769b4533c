package mapping

import "time"

// Attributes returns the attributes that have a rule, in the order of the rules.
func (m *Mapping) Attributes() []string {
	names := make([]string, len(m.rules))
	for i, r := range m.rules {
		names[i] = r.rule.Attribute
	}
	return names
}

// HasMembers says whether the Spec says who the members of a group are.
func (m *Mapping) HasMembers() bool { return m.members != nil }

// ReadsClock says whether the same row may map to something else on another day.
func (m *Mapping) ReadsClock() bool { return m.clock }

// Zone is the time zone of the mapping's dates.
func (m *Mapping) Zone() *time.Location { return m.library.zone }
