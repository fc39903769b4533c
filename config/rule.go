package config

import (
	"github.com/goccy/go-yaml/ast"

	"github.com/muster-idm/muster/bridge/mapping"
)

// Rule is the rule of one attribute. It is written in full, or as the name of
// the column to copy, or as "none", which switches a template's default off.
type Rule struct {
	mapping.Rule
	None bool
}

// rule reads either form.
func (r *reader) rule(path string, n ast.Node, into *Rule) {
	if _, ok := n.(ast.MapNode); ok {
		before := len(r.faults)
		r.fields(path, n, &into.Rule)
		if len(r.faults) == before {
			r.checkRule(path, into.Rule)
		}
		return
	}
	column, ok := r.textOf(path, n)
	switch {
	case !ok:
	case column == "none":
		into.None = true
	default:
		into.Column = column
	}
}

var ruleWords = map[string][]string{
	"when":   {string(mapping.Create), string(mapping.IfEmpty), string(mapping.Changed), string(mapping.Always)},
	"empty":  {string(mapping.Leave), string(mapping.Clear), string(mapping.Error)},
	"multi":  {string(mapping.Replace), string(mapping.Add)},
	"format": {"email", "phone"},
}

// checkRule finds what needs no source to be seen as wrong.
func (r *reader) checkRule(path string, rule mapping.Rule) {
	set := 0
	for _, source := range []string{"column", "value", "text"} {
		if r.has(path + "." + source) {
			set++
		}
	}
	switch {
	case set == 0:
		r.fault(path, "a rule needs one of column, value and text", `column copies a column, value is an expression, text is a text with expressions in braces`)
	case set > 1:
		r.fault(path, "a rule has only one of column, value and text", "keep one of them")
	}
	for key, given := range map[string]string{"when": string(rule.When), "empty": string(rule.Empty), "multi": string(rule.Multi), "format": rule.Format} {
		if given != "" {
			r.oneOf(path+"."+key, key, given, ruleWords[key])
		}
	}
}
