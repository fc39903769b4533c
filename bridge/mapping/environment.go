package mapping

import (
	"fmt"
	"regexp"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
)

// The limits of one expression and of one row.
const (
	maxCharacters = 4_000
	maxCost       = 100_000
	maxTime       = 50 * time.Millisecond
	maxRowTime    = 250 * time.Millisecond
	maxNesting    = 60
	maxNodes      = 4_000
	maxResult     = 100_000 // bytes of a text that a function makes
)

// variable says where the value of a name in an expression comes from.
type variable struct {
	kind  variableKind
	index int // of the column
	typ   *cel.Type
}

type variableKind int

const (
	ofColumn variableKind = iota
	ofNull                // whether the column is NULL
	ofNow
	ofToday
	ofKey
	ofDomain
)

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// reserved are the words that CEL keeps for itself.
var reserved = wordSet("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import",
	"in", "let", "loop", "package", "namespace", "null", "return", "true", "var", "void", "while")

// builtin are the variables every expression has; a column of such a name is
// reached with col["..."].
var builtin = wordSet("now", "today", "key", "domain", "col")

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// declare names every variable: the built-in ones, the columns and the fields.
func (c *compiler) declare() map[string]variable {
	vars := map[string]variable{
		"now":     {kind: ofNow, typ: cel.TimestampType},
		"today":   {kind: ofToday, typ: cel.TimestampType},
		"key":     {kind: ofKey, typ: cel.StringType},
		"domain":  {kind: ofDomain, typ: cel.StringType},
		hiddenNow: {kind: ofNow, typ: cel.TimestampType}, // not hidden by a loop's own variable
		hiddenKey: {kind: ofKey, typ: cel.StringType},
	}
	for i, column := range c.spec.Columns.list {
		typ, ok := celType(column.Type)
		if !ok {
			c.faults = append(c.faults, Fault{Part: PartFields, Column: column.Name,
				Message: fmt.Sprintf("the column has the unknown type %q", column.Type)})
			continue
		}
		vars[columnVariable(i)] = variable{kind: ofColumn, index: i, typ: typ}
		vars[nullVariable(i)] = variable{kind: ofNull, index: i, typ: cel.BoolType}
		if identifier.MatchString(column.Name) && !reserved[column.Name] && !builtin[column.Name] {
			vars[column.Name] = variable{kind: ofColumn, index: i, typ: typ}
		}
	}
	for _, name := range sortedKeys(c.spec.Fields) {
		c.declareField(vars, name, c.spec.Fields[name])
	}
	return vars
}

func (c *compiler) declareField(vars map[string]variable, name, column string) {
	i, ok := c.spec.Columns.Index(column)
	switch {
	case !identifier.MatchString(name) || reserved[name] || builtin[name]:
		c.fault(place{part: PartFields}, fmt.Sprintf("%q cannot be the name of a field", name),
			"letters, digits and _, and none of now, today, key, domain, col or the language's own words")
	case !ok:
		c.faults = append(c.faults, Fault{Part: PartFields, Column: column,
			Message: fmt.Sprintf("the field %q names the column %q, which the source does not have", name, column),
			Hint:    didYouMean(column, c.columnNames())})
	default:
		vars[name] = vars[columnVariable(i)]
	}
}

const (
	hiddenNow = "@now"
	hiddenKey = "@key"
)

func columnVariable(i int) string { return fmt.Sprintf("@c%d", i) }
func nullVariable(i int) string   { return fmt.Sprintf("@n%d", i) }

// celType is the type an expression sees. Text is never null; whole numbers,
// numbers and booleans may be, which CEL calls wrapper types.
func celType(t Type) (*cel.Type, bool) {
	switch t {
	case Text:
		return cel.StringType, true
	case Integer:
		return cel.NullableType(cel.IntType), true
	case Number:
		return cel.NullableType(cel.DoubleType), true
	case Boolean:
		return cel.NullableType(cel.BoolType), true
	case Time:
		return cel.TimestampType, true
	case Texts:
		return cel.ListType(cel.StringType), true
	}
	return nil, false
}

// newEnv makes the language: CEL's operators and macros, our variables and our
// functions. CEL's own conversions and text functions are left out where ours
// are null-safe or count characters better.
func newEnv(m *Mapping) (*cel.Env, error) {
	subset := env.NewLibrarySubset()
	for _, name := range []string{"_?_:_", "_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_", "_-_",
		"_*_", "_/_", "_%_", "-_", "_[_]", "@in", "@not_strictly_false", "size", "startsWith", "endsWith"} {
		subset.AddIncludedFunctions(env.NewFunction(name))
	}
	options := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.ParserExpressionSizeLimit(maxCharacters),
		cel.ParserRecursionLimit(maxNesting),
		cel.ExpressionNodeLimit(maxNodes),
		cel.ASTValidators(cel.ValidateComprehensionNestingLimit(2)),
	}
	for _, name := range sortedKeys(m.variables) {
		options = append(options, cel.Variable(name, m.variables[name].typ))
	}
	for _, f := range allFunctions() {
		options = append(options, f.declaration(m.library))
	}
	return cel.NewCustomEnv(options...)
}
