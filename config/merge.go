package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// mergeRules takes the job's rule of every attribute of the template, else the
// template's default, and adds the job's further rules by name.
func (m *merger) mergeRules() {
	own := map[string]string{} // folded attribute -> as the job spells it
	for _, name := range slices.Sorted(maps.Keys(m.job.Mapping)) {
		own[strings.ToLower(name)] = name
	}
	for _, a := range m.template.Attributes {
		name, stated := own[strings.ToLower(a.Name)]
		delete(own, strings.ToLower(a.Name))
		if stated {
			m.ownRule(a, name)
		} else {
			m.defaultRule(a)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(own)) {
		m.ownRule(bridge.TemplateAttribute{Name: own[key], Need: bridge.Optional}, own[key])
	}
}

func needed(a bridge.TemplateAttribute) bool {
	return a.Need == bridge.Mandatory || a.Need == bridge.Required
}

// ownRule takes the job's rule, in the template's spelling and with its flags.
func (m *merger) ownRule(a bridge.TemplateAttribute, name string) {
	path := child(".mapping", name)
	rule := m.job.Mapping[name]
	switch {
	case rule.None && needed(a):
		m.fault(path, fmt.Sprintf("%s: a %s needs it, so it cannot be none", a.Name, m.template.Type), "give it a rule, or leave it out to have the template's")
		return
	case rule.None:
		return
	case m.template.Members != "" && strings.EqualFold(a.Name, m.template.Members):
		m.fault(path, fmt.Sprintf("%s: members are not mapped by a rule", a.Name), "write members and members_from beside mapping")
		return
	}
	m.written[a.Name] = path
	m.add(a, rule.Rule)
}

// defaultRule takes the template's default, unless the source lacks what it reads.
func (m *merger) defaultRule(a bridge.TemplateAttribute) {
	rule := m.fallback(a)
	if !gives(rule) {
		if needed(a) && !strings.EqualFold(a.Name, m.template.Members) {
			m.fault(".mapping", fmt.Sprintf("%s: a %s needs it, and there is no rule for it", a.Name, m.template.Type), "add it to mapping")
		}
		return
	}
	lacking := m.lacking(rule)
	if len(lacking) == 0 {
		m.add(a, rule)
		return
	}
	if !needed(a) {
		return
	}
	for _, field := range lacking {
		m.fault(".fields", fmt.Sprintf("%s: a %s needs it, and its default rule reads the field %q, which no column of the source gives", a.Name, m.template.Type, field), m.fieldHint(field))
	}
}

// fallback is the template's rule for a pull or a push.
func (m *merger) fallback(a bridge.TemplateAttribute) mapping.Rule {
	if m.pushed && gives(a.Pushed) {
		return a.Pushed
	}
	return a.Default
}

// gives says whether a rule is one at all.
func gives(rule mapping.Rule) bool { return rule.Column != "" || rule.Value != "" || rule.Text != "" }

// lacking returns the fields that a default rule reads and no column gives.
func (m *merger) lacking(rule mapping.Rule) []string {
	var lacking []string
	for _, name := range fieldsRead(rule) {
		isField := slices.ContainsFunc(m.template.Fields, func(f bridge.Field) bool { return f.Name == name })
		if isField && m.column(name) == "" || !isField && name == rule.Column && !m.hasColumn(name) {
			lacking = append(lacking, name)
		}
	}
	return lacking
}

func (m *merger) hasColumn(name string) bool {
	_, ok := m.columns.Index(name)
	return ok
}

func (m *merger) add(a bridge.TemplateAttribute, rule mapping.Rule) {
	rule.Attribute = a.Name
	rule.Sensitive = rule.Sensitive || a.Sensitive
	rule.Required = rule.Required || needed(a)
	if rule.Empty == "" {
		rule.Empty = m.empty
	}
	m.rules = append(m.rules, rule)
}

// fieldsRead returns the names that a rule reads, each once, in order.
func fieldsRead(rule mapping.Rule) []string {
	switch {
	case rule.Column != "":
		return []string{rule.Column}
	case rule.Value != "":
		return identifiers(rule.Value)
	}
	var names []string
	for _, part := range strings.Split(rule.Text, "{")[1:] {
		inner, _, _ := strings.Cut(part, "}")
		names = append(names, identifiers(inner)...)
	}
	return names
}

// identifiers returns the variables of an expression: names outside of quotes
// that neither follow a dot nor are called.
func identifiers(expression string) []string {
	var names []string
	runes := []rune(expression)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '"' || r == '\'':
			i = closing(runes, i)
		case letter(r):
			end := i
			for end < len(runes) && (letter(runes[end]) || runes[end] >= '0' && runes[end] <= '9') {
				end++
			}
			name := string(runes[i:end])
			called := strings.HasPrefix(strings.TrimLeft(string(runes[end:]), " "), "(")
			if member := i > 0 && runes[i-1] == '.'; !member && !called && !slices.Contains(names, name) {
				names = append(names, name)
			}
			i = end - 1
		}
	}
	return names
}

func letter(r rune) bool { return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// closing is where the quote that opens at i closes.
func closing(runes []rune, i int) int {
	for end := i + 1; end < len(runes); end++ {
		switch runes[end] {
		case '\\':
			end++
		case runes[i]:
			return end
		}
	}
	return len(runes)
}
