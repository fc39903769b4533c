package mapping

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// expression is one compiled CEL expression.
type expression struct {
	text    string
	program cel.Program
	kind    resultKind
	columns []string // source columns it reads, each once
	places  []int    // their indexes
	loops   bool     // it may run long, so it runs under a clock
	once    bool     // it uses a function whose result is only for a new entry
}

// resultKind says what an expression gives.
type resultKind int

const (
	kindTexts resultKind = iota // texts, numbers, dates, booleans and lists of them
	kindCandidates
	kindReferences
	kindGenerate
)

// creates says that the rule is meant for new entries only.
func (x *expression) creates() bool { return x.once }

// onceFunctions give values that must not change while an entry lives.
var onceFunctions = wordSet("unique", "unique_number", "guid", "password", "passphrase")

// accept says whether an expression may give this type, else what is wanted.
type accept func(*cel.Type) (kind resultKind, wanted string)

func anyResult(t *cel.Type) (resultKind, string) {
	switch {
	case t.IsExactType(candidatesType):
		return kindCandidates, ""
	case t.IsExactType(referencesType):
		return kindReferences, ""
	case t.IsExactType(generateType):
		return kindGenerate, ""
	case isValue(t), t.Kind() == types.ListKind && (isValue(t.Parameters()[0]) || t.Parameters()[0].Kind() == types.DynKind):
		return kindTexts, ""
	}
	return 0, "a text, a number, a date, yes or no, or a list of these"
}

func onlyBoolean(t *cel.Type) (resultKind, string) {
	if t.Kind() == types.BoolKind || isWrapper(t, types.BoolKind) || t.Kind() == types.NullTypeKind {
		return kindTexts, ""
	}
	return 0, "yes or no (a condition)"
}

func onlyText(t *cel.Type) (resultKind, string) {
	if t.Kind() == types.StringKind {
		return kindTexts, ""
	}
	return 0, "a text"
}

func onlyTexts(t *cel.Type) (resultKind, string) {
	if t.Kind() == types.StringKind || t.Kind() == types.ListKind && t.Parameters()[0].Kind() == types.StringKind {
		return kindTexts, ""
	}
	return 0, "a list of texts"
}

// isValue says whether a type has a text form of its own.
func isValue(t *cel.Type) bool {
	switch t.Kind() {
	case types.StringKind, types.IntKind, types.UintKind, types.DoubleKind, types.BoolKind, types.TimestampKind, types.NullTypeKind:
		return true
	}
	return isWrapper(t, types.IntKind) || isWrapper(t, types.DoubleKind) || isWrapper(t, types.BoolKind)
}

func isWrapper(t *cel.Type, of types.Kind) bool {
	return t.IsExactType(cel.NullableType(wrapped[of]))
}

var wrapped = map[types.Kind]*cel.Type{types.IntKind: cel.IntType, types.DoubleKind: cel.DoubleType, types.BoolKind: cel.BoolType}

// expression compiles a text; nil with a fault when it cannot be used.
func (c *compiler) expression(at place, text string, accepts accept) *expression {
	return c.expressionAt(at, text, 0, accepts)
}

// expressionAt compiles a text that starts at an offset of what the admin wrote.
func (c *compiler) expressionAt(at place, text string, offset int, accepts accept) *expression {
	report := report{compiler: c, at: at, offset: offset}
	if n := utf8.RuneCountInString(text); n > maxCharacters {
		report.add(0, 0, "the expression is longer than 4,000 characters", "split it, or use a lookup table")
		return nil
	}
	if strings.TrimSpace(text) == "" {
		report.add(1, 0, "the expression is blank", "")
		return nil
	}
	parsed, issues := c.env.Parse(text)
	if issues.Err() != nil {
		report.issues(issues, nil)
		return nil
	}
	x := &expression{text: text}
	before := len(c.faults)
	c.rewrite(parsed.NativeRep(), x, report)
	checked, issues := c.env.Check(parsed)
	if issues.Err() != nil {
		report.issues(issues, parsed.NativeRep())
	}
	if len(c.faults) > before {
		return nil
	}
	kind, wanted := accepts(checked.OutputType())
	if wanted != "" {
		report.add(1, 0, "this gives "+typeName(checked.OutputType())+", but "+wanted+" is wanted here", hintForType(checked.OutputType()))
		return nil
	}
	x.kind = kind
	return c.program(x, checked, report)
}

func (c *compiler) program(x *expression, checked *cel.Ast, report report) *expression {
	program, err := c.env.Program(checked, cel.CostLimit(maxCost), cel.CostTracking(costs{}),
		cel.EvalOptions(cel.OptOptimize), cel.InterruptCheckFrequency(100))
	if err != nil {
		report.add(1, 0, "the expression cannot be used: "+err.Error(), "")
		return nil
	}
	x.program = program
	c.readColumns(x, checked.NativeRep())
	return x
}

// readColumns notes which source columns the expression reads, in the order it names them.
func (c *compiler) readColumns(x *expression, tree *ast.AST) {
	seen := map[int]bool{}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			x.loops = true
		case ast.IdentKind:
			v, ok := c.mapping.variables[e.AsIdent()]
			c.mapping.clock = c.mapping.clock || ok && (v.kind == ofNow || v.kind == ofToday)
			if ok && (v.kind == ofColumn || v.kind == ofNull) && !seen[v.index] {
				seen[v.index] = true
				x.places = append(x.places, v.index)
				x.columns = append(x.columns, c.spec.Columns.list[v.index].Name)
			}
		}
	}))
}

// eval runs the expression on a row. Only an expression with a loop needs a
// clock: any other ends within its length. The clock also runs while a busy
// machine does something else, so an interrupted loop is tried once more: the
// same row must not be a finding today and none tomorrow.
func (x *expression) eval(r *run) (ref.Val, error) {
	if r.spent >= maxRowTime {
		return nil, &valueError{message: "the rules of this row took longer than 250 ms"}
	}
	out, err := x.timed(r)
	if interrupted(err) {
		out, err = x.timed(r)
	}
	if err != nil {
		return nil, err
	}
	if types.IsUnknown(out) {
		return nil, errors.New("the result is unknown")
	}
	return out, nil
}

// timed runs the expression once and charges the row for it, never more than
// one expression may take.
func (x *expression) timed(r *run) (out ref.Val, err error) {
	started := time.Now()
	defer func() { r.spent += min(time.Since(started), maxTime) }()
	if !x.loops {
		out, _, err = x.program.Eval(r)
		return out, err
	}
	ctx, stop := context.WithTimeout(context.Background(), maxTime)
	defer stop()
	out, _, err = x.program.ContextEval(ctx, r)
	return out, err
}

// costs weighs our functions by the length of what they are given.
type costs struct{}

// CallCost weighs a call of one of our functions; nil leaves it to CEL.
func (costs) CallCost(function, _ string, args []ref.Val, result ref.Val) *uint64 {
	if _, ours := functionNamed(function); !ours {
		return nil
	}
	n := 0
	for _, a := range args {
		n += len(txt(a))
	}
	n += len(txt(result))
	if n < 100 {
		return &oneUnit
	}
	cost := uint64(n / 10)
	return &cost
}

var oneUnit = uint64(1)

// bracesResult is what may stand in braces: a value with a text, or a list.
func bracesResult(t *cel.Type) (resultKind, string) {
	kind, wanted := anyResult(t)
	if wanted == "" && kind != kindTexts {
		wanted = "a text, a number, a date, yes or no"
	}
	return kind, wanted
}
