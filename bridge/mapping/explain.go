package mapping

import (
	"slices"
	"time"
)

// Trace says how one rule came to its result.
type Trace struct {
	Attribute  Attribute     // values are *** when the rule is sensitive
	Expression string        // the CEL that the rule stands for
	Sources    []SourceValue // the columns it reads
	Faults     []Fault
}

// SourceValue is what a row has in a column.
type SourceValue struct {
	Column string
	Value  string // *** when the rule is sensitive
	Null   bool
}

// Explain maps a row and says for each rule where its result came from. The
// traces are empty when where excludes the row or fails.
func (m *Mapping) Explain(row Row, key string, now time.Time) (Result, []Trace) {
	result := m.Map(row, key, now)
	if len(result.Attributes) == 0 {
		return result, nil
	}
	traces := make([]Trace, len(m.rules))
	for i, c := range m.rules {
		traces[i] = Trace{Attribute: result.Attributes[i], Expression: c.expressionText(), Sources: sources(c, row)}
		if c.rule.Sensitive {
			a := &traces[i].Attribute
			a.Values, a.Candidates, a.References = maskAll(a.Values), maskAll(a.Candidates), maskAll(a.References)
		}
		for _, f := range result.Faults {
			if f.Attribute == c.rule.Attribute {
				traces[i].Faults = append(traces[i].Faults, f)
			}
		}
	}
	return result, traces
}

// expressionText wraps the steps around the expression.
func (c *compiledRule) expressionText() string {
	text := c.text
	for _, s := range c.steps {
		text = s.name + "(" + text + ")"
	}
	return text
}

func sources(c *compiledRule, row Row) []SourceValue {
	list := make([]SourceValue, len(c.columns))
	for i, column := range c.columns {
		value, null := shown(row, column)
		if c.rule.Sensitive && !null {
			value = masked
		}
		list[i] = SourceValue{Column: column, Value: value, Null: null}
	}
	return list
}

func maskAll(texts []string) []string {
	if len(texts) == 0 {
		return texts
	}
	return slices.Repeat([]string{masked}, len(texts))
}
