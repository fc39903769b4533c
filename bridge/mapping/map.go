package mapping

import (
	"fmt"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
)

// Map applies the rules to one row. The key is the record's key and now the
// instant of the plan. The result has one Attribute per rule, in the order of
// the rules. Map is pure: the same row, key and instant give the same result.
func (m *Mapping) Map(row Row, key string, now time.Time) (result Result) {
	r := m.begin(row, key, now)
	defer func() {
		if problem := recover(); problem != nil {
			// A fault of ours on one row must not stop the run of all others.
			result = Result{Selected: true, Faults: []Fault{{Part: PartRules, Message: "the rules cannot be applied to this row"}}}
			return
		}
		r.end()
	}()
	if !r.selected() {
		return Result{Selected: len(r.faults) > 0, Faults: r.faults}
	}
	result.Selected = true
	result.Container = r.container()
	result.Enabled = r.enabled()
	result.Members = r.members()
	result.Attributes = make([]Attribute, len(m.rules))
	for i, rule := range m.rules {
		r.apply(rule, &result.Attributes[i])
	}
	result.Faults = r.faults
	return result
}

// Revision identifies everything that influences results: rules, columns,
// fields, tables, zone, country and domain. It is a SHA-256 in hexadecimal.
func (m *Mapping) Revision() string { return m.revision }

// selected asks where. A row for which where fails is not excluded: it would
// look like a departure.
func (r *run) selected() bool {
	m := r.mapping
	if m.where == nil {
		return true
	}
	v, err := m.where.eval(r)
	if err != nil {
		r.partFault(PartWhere, m.where, err)
		return false
	}
	yes, ok := v.(types.Bool)
	if !ok {
		r.partFault(PartWhere, m.where, &valueError{message: "the condition is neither yes nor no, because a value is empty (NULL)",
			hint: "use default(x, false)"})
		return false
	}
	return bool(yes)
}

func (r *run) container() string {
	m := r.mapping
	if m.container == nil {
		return m.plainDN
	}
	v, err := m.container.eval(r)
	if err != nil {
		r.partFault(PartContainer, m.container, err)
		return ""
	}
	dn := strings.TrimSpace(valueText(v))
	if !isDN(dn) {
		r.partFault(PartContainer, m.container, &valueError{message: "this is not a distinguished name", value: dn,
			hint: `use ou_path(x, "OU=People,DC=example,DC=com") or dn(...)`})
	}
	return dn
}

func (r *run) enabled() *bool {
	m := r.mapping
	if m.enabled == nil {
		return nil
	}
	v, err := m.enabled.eval(r)
	if err != nil {
		r.partFault(PartEnabled, m.enabled, err)
		return nil
	}
	yes, ok := v.(types.Bool)
	if !ok {
		return nil // NULL: the row says nothing about the account
	}
	on := bool(yes)
	return &on
}

func (r *run) members() []string {
	m := r.mapping
	if m.members == nil {
		return nil
	}
	v, err := m.members.eval(r)
	if err != nil {
		r.partFault(PartMembers, m.members, err)
		return nil
	}
	return withoutRepeats(r.texts(v))
}

// withoutRepeats keeps the first of equal texts and drops blank ones, in place.
func withoutRepeats(texts []string) []string {
	if len(texts) == 1 && strings.TrimSpace(texts[0]) != "" {
		return texts
	}
	seen := make(map[string]bool, len(texts))
	kept := texts[:0]
	for _, t := range texts {
		if strings.TrimSpace(t) != "" && !seen[t] {
			seen[t] = true
			kept = append(kept, t)
		}
	}
	return kept
}

// apply fills the attribute of one rule.
func (r *run) apply(c *compiledRule, a *Attribute) {
	a.Name, a.Rule, a.Columns = c.rule.Attribute, &c.rule, c.columns
	if err := c.source.give(r, a); err != nil {
		message, hint, value := runtimeMessage(err)
		r.ruleFault(c, message, hint, value)
		return
	}
	for _, values := range []*[]string{&a.Values, &a.Candidates, &a.References} {
		if len(*values) > 0 {
			r.finish(c, a, values)
		}
	}
	if len(a.Values)+len(a.Candidates)+len(a.References) == 0 && a.Generate == nil {
		r.missing(c)
	}
}

func (r *run) missing(c *compiledRule) {
	switch {
	case c.rule.Required:
		r.ruleFault(c, "the attribute is required and has no value", "", "")
	case c.rule.Empty == Error:
		r.ruleFault(c, "the value is empty, which this rule does not allow", "", "")
	}
}

// finish applies steps and corrections to all values and checks them.
func (r *run) finish(c *compiledRule, a *Attribute, values *[]string) {
	kept := (*values)[:0]
	references := values == &a.References
	for _, text := range *values {
		text, err := c.stepped(r.mapping.library, text)
		if err != nil {
			message, hint, value := runtimeMessage(err)
			r.ruleFault(c, message, hint, value)
			continue
		}
		if !c.rule.Exact && !references {
			text = correct(text, a)
		}
		if text = c.cut(text, a); text == "" {
			continue
		}
		r.check(c, text)
		kept = append(kept, text)
	}
	if values == &a.Candidates || references {
		kept = withoutRepeats(kept)
	}
	*values = kept
}

func (c *compiledRule) stepped(l *library, text string) (string, error) {
	for _, s := range c.steps {
		var err error
		if text, err = s.run(l, text); err != nil {
			return "", err
		}
	}
	return text, nil
}

// partFault adds a fault of where, container, enabled or members.
func (r *run) partFault(part string, x *expression, err error) {
	message, hint, value := runtimeMessage(err)
	if value == "" {
		value = r.sourceValues(x.columns)
	}
	r.faults = append(r.faults, Fault{Part: part, Column: strings.Join(x.columns, ", "), Value: shorten(value), Message: message, Hint: hint})
}

func (r *run) ruleFault(c *compiledRule, message, hint, value string) {
	if value == "" {
		value = r.sourceValues(c.columns)
	}
	if c.rule.Sensitive && value != "" {
		value = masked
	}
	r.faults = append(r.faults, Fault{Attribute: c.rule.Attribute, Column: strings.Join(c.columns, ", "),
		Value: shorten(value), Message: message, Hint: hint})
}

// masked stands for a value that must not be shown.
const masked = "***"

// sourceValues shows the columns of a row: the value of one, or name=value of several.
func (r *run) sourceValues(columns []string) string {
	if len(columns) == 1 {
		text, _ := shown(r.row, columns[0])
		return text
	}
	parts := make([]string, len(columns))
	for i, name := range columns {
		text, _ := shown(r.row, name)
		parts[i] = name + "=" + text
	}
	return strings.Join(parts, ", ")
}

// shown is the raw value of a column as a person reads it, and whether it is NULL.
func shown(row Row, column string) (text string, null bool) {
	if i, ok := indexOf(row, column); ok {
		return shownValue(row.Values[i])
	}
	return "", true
}

// indexOf finds a column even of a row that is shorter than its columns.
func indexOf(row Row, column string) (int, bool) {
	if row.Columns == nil {
		return 0, false
	}
	i, ok := row.Columns.Index(column)
	return i, ok && i < len(row.Values)
}

func shownValue(value any) (text string, null bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, false
	case bool:
		return booleanText(v), false
	case float64:
		return numberText(v), false
	case time.Time:
		return v.Format(time.RFC3339), false
	case []string:
		return strings.Join(v, ", "), false
	}
	return fmt.Sprint(value), false
}

// shorten keeps a finding readable when a cell holds a novel.
func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= 200 {
		return text
	}
	return string(runes[:200]) + "..."
}
