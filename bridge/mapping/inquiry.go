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

// Copies returns the attributes whose values are those of a column as they are,
// but for correction and cutting, with the column.
func (m *Mapping) Copies() map[string]string {
	out := map[string]string{}
	for _, r := range m.rules {
		_, plain := m.variables[r.rule.Value]
		if (r.rule.Column != "" || plain) && len(r.steps) == 0 && len(r.columns) == 1 {
			out[r.rule.Attribute] = r.columns[0]
		}
	}
	return out
}
