package mapping

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"cel.dev/cel-go/cel"
)

// The names that Fault.Part takes when a fault is in no rule.
const (
	PartWhere     = "where"
	PartContainer = "container"
	PartEnabled   = "enabled"
	PartMembers   = "members"
	PartFields    = "fields"
	PartRules     = "rules"
)

// Mapping is a compiled Spec. It is safe for concurrent use.
type Mapping struct {
	library   *library
	columns   *Columns
	variables map[string]variable
	rules     []*compiledRule
	where     *expression
	container *expression
	plainDN   string
	enabled   *expression
	members   *expression
	revision  string
	clock     bool // a rule reads the clock
	runs      sync.Pool
	places    atomic.Pointer[places]
}

// compiledRule is a rule with everything that can be prepared before a row is seen.
type compiledRule struct {
	rule    Rule
	source  source
	text    string // the CEL expression the rule stands for, without its steps
	steps   []step
	columns []string
	pattern *regexp.Regexp
	oneOf   map[string]bool
}

// Compile checks and compiles all rules of a job. It returns every fault it
// finds, not only the first; with faults the Mapping is nil.
func Compile(spec Spec) (*Mapping, []Fault) {
	c := newCompiler(spec)
	if len(c.faults) == 0 {
		c.parts()
		c.rules()
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	c.mapping.revision = revision(spec, c.mapping.rules)
	return c.mapping, nil
}

// compiler holds what is known while a Spec is compiled.
type compiler struct {
	spec    Spec
	mapping *Mapping
	env     *cel.Env
	faults  []Fault
}

func newCompiler(spec Spec) *compiler {
	if spec.Columns == nil {
		spec.Columns = &Columns{}
	}
	c := &compiler{spec: spec, mapping: &Mapping{columns: spec.Columns, library: newLibrary(spec)}}
	c.mapping.variables = c.declare()
	env, err := newEnv(c.mapping)
	if err != nil {
		c.fault(place{part: PartRules}, "the language cannot be set up: "+err.Error(), "")
		return c
	}
	c.env = env
	c.mapping.runs.New = func() any {
		return &run{mapping: c.mapping, slots: make([]slot, len(spec.Columns.list))}
	}
	return c
}

// place says where a fault belongs.
type place struct{ attribute, part string }

func (c *compiler) fault(at place, message, hint string) {
	c.faults = append(c.faults, Fault{Attribute: at.attribute, Part: at.part, Message: message, Hint: hint})
}

func (c *compiler) parts() {
	m := c.mapping
	if c.spec.Where != "" {
		m.where = c.expression(place{part: PartWhere}, c.spec.Where, onlyBoolean)
	}
	if c.spec.Enabled != "" {
		m.enabled = c.expression(place{part: PartEnabled}, c.spec.Enabled, onlyBoolean)
	}
	if c.spec.Members != "" {
		m.members = c.expression(place{part: PartMembers}, c.spec.Members, onlyTexts)
	}
	c.container()
}

func (c *compiler) container() {
	at := place{part: PartContainer}
	text := strings.TrimSpace(c.spec.Container)
	switch {
	case text == "":
	case !isDN(text):
		c.mapping.container = c.expression(at, text, onlyText)
	case strings.ContainsAny(text, "{}"):
		c.fault(at, "braces have no meaning in a plain DN",
			`write an expression, for example ou_path(department, "OU=People,DC=example,DC=com")`)
	default:
		c.mapping.plainDN = text
	}
}

func (c *compiler) rules() {
	seen := make(map[string]bool, len(c.spec.Rules))
	for _, rule := range c.spec.Rules {
		name := strings.ToLower(rule.Attribute)
		if name == "" {
			c.fault(place{part: PartRules}, "a rule has no attribute", "")
			continue
		}
		if seen[name] {
			c.fault(place{attribute: rule.Attribute}, "the attribute has two rules", "join them with first(a, b) or a condition")
		}
		seen[name] = true
		c.mapping.rules = append(c.mapping.rules, c.rule(rule))
	}
}

func (c *compiler) rule(rule Rule) *compiledRule {
	at := place{attribute: rule.Attribute}
	compiled := &compiledRule{rule: rule}
	compiled.source = c.source(at, rule, compiled)
	compiled.steps = c.steps(at, rule.Steps, compiled.source)
	c.checks(at, compiled)
	creates := compiled.source != nil && compiled.source.creates()
	compiled.rule.When = c.oneOf(at, "when", string(rule.When), string(whenDefault(creates)), Create, IfEmpty, Changed, Always)
	compiled.rule.Empty = Empty(c.choice(at, "empty", string(rule.Empty), string(Leave), string(Leave), string(Clear), string(Error)))
	compiled.rule.Multi = Multi(c.choice(at, "multi", string(rule.Multi), string(Replace), string(Replace), string(Add)))
	return compiled
}

func whenDefault(creates bool) When {
	if creates {
		return Create
	}
	return Always
}

func (c *compiler) oneOf(at place, word, given, fallback string, allowed ...When) When {
	texts := make([]string, len(allowed))
	for i, a := range allowed {
		texts[i] = string(a)
	}
	return When(c.choice(at, word, given, fallback, texts...))
}

func (c *compiler) choice(at place, word, given, fallback string, allowed ...string) string {
	if given == "" {
		return fallback
	}
	for _, a := range allowed {
		if a == given {
			return given
		}
	}
	c.fault(at, fmt.Sprintf("%s: %q is not known", word, given), "one of "+strings.Join(allowed, ", "))
	return fallback
}

// source finds what gives the rule its values.
func (c *compiler) source(at place, rule Rule, compiled *compiledRule) source {
	switch set := countSet(rule.Column, rule.Value, rule.Text); {
	case set == 0:
		c.fault(at, "the rule has no column, value or text", "")
	case set > 1:
		c.fault(at, "the rule has more than one of column, value and text", "keep one of them")
	case rule.Column != "":
		return c.copyColumn(at, rule.Column, compiled)
	case rule.Value != "":
		compiled.text = rule.Value
		if x := c.expression(at, rule.Value, anyResult); x != nil {
			compiled.columns = x.columns
			return x
		}
	default:
		return c.braces(at, rule.Text, compiled)
	}
	return nil
}

func countSet(texts ...string) int {
	n := 0
	for _, t := range texts {
		if t != "" {
			n++
		}
	}
	return n
}

func (c *compiler) copyColumn(at place, name string, compiled *compiledRule) source {
	column := name
	if of, ok := c.spec.Fields[name]; ok {
		column = of
	}
	i, ok := c.spec.Columns.Index(column)
	if !ok {
		hint := didYouMean(column, c.columnNames())
		c.faults = append(c.faults, Fault{Attribute: at.attribute, Part: at.part, Column: column,
			Message: fmt.Sprintf("the source has no column %q", column), Hint: hint})
		return nil
	}
	compiled.text, compiled.columns = columnText(column), []string{column}
	return columnCopy(i)
}

// columnText is how an expression names a column.
func columnText(column string) string {
	if identifier.MatchString(column) && !reserved[column] && !builtin[column] {
		return column
	}
	return fmt.Sprintf("col[%q]", column)
}

func (c *compiler) columnNames() []string {
	names := make([]string, 0, len(c.spec.Columns.list)+len(c.spec.Fields))
	for _, column := range c.spec.Columns.list {
		names = append(names, column.Name)
	}
	for name := range c.spec.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (c *compiler) steps(at place, names []string, from source) []step {
	var steps []step
	for _, name := range names {
		run, ok := stepNamed(name)
		if !ok {
			c.fault(at, fmt.Sprintf("there is no step %q", name), didYouMean(name, Steps()))
			continue
		}
		steps = append(steps, step{name: name, run: run})
	}
	if x, ok := from.(*expression); ok && len(steps) > 0 && x.kind == kindGenerate {
		c.fault(at, "steps cannot change a generated secret", "")
	}
	return steps
}

// checks prepares pattern, one_of and format, and says what is wrong with them.
func (c *compiler) checks(at place, compiled *compiledRule) {
	rule := compiled.rule
	if rule.Pattern != "" {
		pattern, err := regexp.Compile(`^(?:` + rule.Pattern + `)$`)
		if err != nil {
			c.fault(at, "the pattern is not a regular expression: "+regexpMessage(err), "")
		}
		compiled.pattern = pattern
	}
	if rule.Format != "" {
		c.choice(at, "format", rule.Format, "", "email", "phone")
	}
	if rule.Max < 0 {
		c.fault(at, "max is below zero", "leave it out for no limit")
	}
	if rule.Cut && rule.Max == 0 {
		c.fault(at, "cut needs max", "")
	}
	if len(rule.OneOf) > 0 {
		compiled.oneOf = make(map[string]bool, len(rule.OneOf))
		for _, v := range rule.OneOf {
			compiled.oneOf[v] = true
		}
	}
}
