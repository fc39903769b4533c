package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

// String says the fault in one line, for logs and plain listings.
func (f Fault) String() string {
	var b strings.Builder
	for _, name := range []string{f.Attribute, f.Part} {
		if name != "" {
			b.WriteString(name + ": ")
		}
	}
	b.WriteString(f.Message)
	if f.Column != "" {
		fmt.Fprintf(&b, " (column %s)", f.Column)
	}
	if f.Value != "" {
		fmt.Fprintf(&b, " (value %q)", f.Value)
	}
	if f.Hint != "" {
		b.WriteString("; " + f.Hint)
	}
	return b.String()
}

// valueError is what a function says about a value it cannot use. The message
// never holds the value, because the rule may be sensitive.
type valueError struct {
	message, hint, value string
}

func (e *valueError) Error() string { return e.message }

// report adds the faults of one expression.
type report struct {
	compiler *compiler
	at       place
	offset   int // of the expression within the text around it
}

func (r report) add(line, offset int, message, hint string) {
	if line <= 1 {
		offset += r.offset
	}
	r.compiler.faults = append(r.compiler.faults, Fault{Attribute: r.at.attribute, Part: r.at.part,
		Message: message, Hint: hint, Line: line, Offset: offset})
}

// spot is a report at one place of the expression.
type spot struct {
	report
	line, column int
}

func (r report) from(tree *ast.AST, id int64) spot {
	at := tree.SourceInfo().GetStartLocation(id)
	return spot{report: r, line: at.Line(), column: at.Column()}
}

func (s spot) add(message, hint string) { s.report.add(s.line, s.column, message, hint) }

// issues turns what CEL says into what an admin can act on.
func (r report) issues(issues *cel.Issues, tree *ast.AST) {
	syntaxSeen := false
	for _, e := range issues.Errors() {
		if strings.HasPrefix(e.Message, "Syntax error:") {
			if syntaxSeen {
				continue // the first one causes the others
			}
			syntaxSeen = true
		}
		message, hint := r.compiler.rewriteMessage(e.Message, call(tree, e.ExprID))
		r.add(e.Location.Line(), max(e.Location.Column(), 0), message, hint)
	}
}

// call says whether an expression of the tree is a call.
func call(tree *ast.AST, id int64) bool {
	found := false
	if tree != nil {
		ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
			found = found || e.ID() == id && e.Kind() == ast.CallKind
		}))
	}
	return found
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	noOverload = regexp.MustCompile(`(?s)^found no matching overload for '([^']*)' applied to '(.*)'$`)
	mistyped   = regexp.MustCompile(`^expected type '(.*)' but found '(.*)'$`)
	noFields   = regexp.MustCompile(`^type '(.*)' does not support field selection$`)
	quoted     = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'`)
)

func (c *compiler) rewriteMessage(message string, isCall bool) (string, string) {
	if m := undeclared.FindStringSubmatch(message); m != nil {
		return c.unknownName(m[1], isCall)
	}
	if m := noOverload.FindStringSubmatch(message); m != nil {
		return overloadMessage(m[1], splitTypes(m[2]))
	}
	if m := mistyped.FindStringSubmatch(message); m != nil {
		return "this needs " + plainType(m[1]) + ", not " + plainType(m[2]), ""
	}
	if m := noFields.FindStringSubmatch(message); m != nil {
		return plainType(m[1]) + " has no parts to reach with a dot", `a text is joined with +, for example given + "." + family`
	}
	if rest, ok := strings.CutPrefix(message, "Syntax error: "); ok {
		return syntaxMessage(rest)
	}
	return message, ""
}

func (c *compiler) unknownName(name string, isCall bool) (string, string) {
	name = strings.TrimPrefix(name, ".")
	if isCall {
		if own := ownNameOf(name); own != "" {
			return fmt.Sprintf("there is no function %q", name), fmt.Sprintf("it is called %s here", own)
		}
		return fmt.Sprintf("there is no function %q", name), didYouMean(name, functionNames())
	}
	if name == "col" {
		return "col needs the name of a column", `for example col["Vorname (neu)"]`
	}
	if _, ok := functionNamed(name); ok {
		return fmt.Sprintf("%s is a function and needs brackets", name), ""
	}
	names := append(c.columnNames(), "now", "today", "key", "domain")
	hint := didYouMean(name, names)
	if hint == "" {
		hint = fmt.Sprintf("a text needs quotes: %q", name)
	}
	return fmt.Sprintf("there is no column or field %q", name), hint
}

var operatorNames = map[string]string{"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "_==_": "==", "_!=_": "!=",
	"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "_&&_": "&&", "_||_": "||", "!_": "!", "-_": "-", "@in": "in",
	"_?_:_": "? :", "_[_]": "[ ]"}

func overloadMessage(name string, args []string) (string, string) {
	operator, ok := operatorNames[name]
	if !ok {
		if f, known := functionNamed(name); known {
			if f.hidden != "" && len(args) > 0 {
				args = args[:len(args)-1]
			}
			return fmt.Sprintf("%s cannot be used with (%s)", name, plainTypes(args)), "write " + f.Signature
		}
		return fmt.Sprintf("%s cannot be used with (%s)", name, plainTypes(args)), ""
	}
	hint := ""
	switch {
	case name == "_?_:_":
		return "the condition before ? must be yes or no, and both sides of : of the same kind; this is " + plainTypes(args), "turn both sides into texts with text(...)"
	case anyOf(args, "null") && anyOf(args, "string"):
		hint = "a text is never null: use isBlank(...) or isPresent(...)"
	case name == "_+_" && anyOf(args, "string"):
		hint = "+ needs two texts here: use text(...) around the other side"
	case anyOf(args, "string") && anyOf(args, "int", "double", "wrapper(int)", "wrapper(double)"):
		hint = "use int(...) or number(...) around the text, or text(...) around the number"
	case anyOf(args, "int", "wrapper(int)") && anyOf(args, "double", "wrapper(double)"):
		hint = "use number(...) around the whole number, or write 1.0 instead of 1"
	}
	return fmt.Sprintf("%s cannot be used with %s", operator, plainTypes(args)), hint
}

func anyOf(args []string, names ...string) bool {
	for _, a := range args {
		for _, n := range names {
			if a == n {
				return true
			}
		}
	}
	return false
}

// splitTypes splits "(string, map(string, int))" at its outer commas.
func splitTypes(signature string) []string {
	signature = strings.ReplaceAll(signature, ".(", ", ")
	signature = strings.TrimSuffix(strings.TrimPrefix(signature, "("), ")")
	var parts []string
	depth, start := 0, 0
	for i, r := range signature {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, strings.TrimSpace(signature[start:i]))
				start = i + 1
			}
		}
	}
	if last := strings.TrimSpace(signature[start:]); last != "" {
		parts = append(parts, last)
	}
	return parts
}

func plainTypes(args []string) string {
	plain := make([]string, len(args))
	for i, a := range args {
		plain[i] = plainType(a)
	}
	return strings.Join(plain, ", ")
}

// plainType says a CEL type in an admin's words.
func plainType(name string) string {
	switch name {
	case "string":
		return "a text"
	case "int", "uint", "wrapper(int)":
		return "a whole number"
	case "double", "wrapper(double)":
		return "a number"
	case "bool", "wrapper(bool)":
		return "yes or no"
	case "google.protobuf.Timestamp", "timestamp":
		return "a date"
	case "google.protobuf.Duration", "duration":
		return "a time span"
	case "null", "null_type":
		return "nothing (null)"
	case candidatesType.TypeName():
		return "candidates (unique)"
	case referencesType.TypeName():
		return "a reference (ref)"
	case generateType.TypeName():
		return "a generated secret"
	case "dyn":
		return "mixed values"
	}
	switch {
	case strings.HasPrefix(name, "list("):
		return "a list"
	case strings.HasPrefix(name, "map("):
		return "a table {...}"
	}
	return name
}

func typeName(t *cel.Type) string { return plainType(cel.FormatCELType(t)) }

func hintForType(t *cel.Type) string {
	switch t.Kind() {
	case types.DurationKind:
		return "use days_between(a, b)"
	case types.ListKind:
		if anyOf([]string{cel.FormatCELType(t)}, "list(candidates)", "list(reference)", "list(secret)") {
			return "unique, ref and password stand alone, not inside [ ]"
		}
		return `use join(", ", list) for one text`
	}
	return ""
}

func syntaxMessage(rest string) (string, string) {
	near := ""
	if m := quoted.FindStringSubmatch(rest); m != nil && m[1] != "<EOF>" {
		near = m[1]
	}
	switch {
	case strings.HasPrefix(rest, "token recognition error") && strings.HasPrefix(strings.TrimSpace(near), "="):
		return "a single = has no meaning", "compare with =="
	case strings.HasPrefix(rest, "token recognition error") && (strings.HasPrefix(near, `"`) || strings.HasPrefix(near, `\'`) || strings.HasPrefix(near, "'")):
		return "a text is not closed", `put " at its end`
	case strings.HasPrefix(rest, "missing ')'"):
		return "a bracket is not closed", "add )"
	case strings.Contains(rest, "'<EOF>'"):
		return "the expression ends too early", "something is missing at the end, for example a bracket or a value"
	case strings.EqualFold(near, "and"):
		return "the word and has no meaning here", "use &&"
	case strings.EqualFold(near, "or"):
		return "the word or has no meaning here", "use ||"
	case near == "":
		return "the expression cannot be read here", ""
	}
	return fmt.Sprintf("the expression cannot be read at %q", near), "check brackets, commas and quotes"
}

// regexpMessage says what is wrong with a pattern without Go's prefix.
func regexpMessage(err error) string {
	var s *syntax.Error
	if errors.As(err, &s) {
		return fmt.Sprintf("%s: %q", s.Code, s.Expr)
	}
	return err.Error()
}

// interrupted says that the clock, and not the cost, stopped an expression.
func interrupted(err error) bool {
	if err == nil {
		return false
	}
	var cancelled interpreter.EvalCancelledError
	if errors.As(err, &cancelled) {
		return cancelled.Cause != interpreter.CostLimitExceeded
	}
	return strings.Contains(err.Error(), "operation interrupted")
}

// runtimeMessage turns an error of a running expression into a message, a hint
// and the value it is about.
func runtimeMessage(err error) (message, hint, value string) {
	var own *valueError
	var cancelled interpreter.EvalCancelledError
	text := err.Error()
	switch {
	case errors.As(err, &own):
		return own.message, own.hint, own.value
	case errors.As(err, &cancelled) && cancelled.Cause == interpreter.CostLimitExceeded:
		return "the expression does too much work for one row", "loop over shorter lists", ""
	case interrupted(err):
		return "the expression took longer than 50 ms", "loop over shorter lists", ""
	case strings.HasPrefix(text, "no such overload"):
		return "the expression needs a value that is empty (NULL) in this row",
			"use default(x, y) for another value, or has_value(x) to ask first", ""
	case strings.HasPrefix(text, "no such key"):
		return "the table in the expression has no such key", "use choose(x, {...}, default)", ""
	case strings.Contains(text, "index out of"):
		return "the list has fewer values", "use item(list, n): it gives nothing instead", ""
	case strings.Contains(text, "divide by zero"), strings.Contains(text, "division by zero"), strings.Contains(text, "modulus by zero"):
		return "the expression divides by zero", "", ""
	case strings.Contains(text, "overflow"), strings.Contains(text, "range"):
		return "a number or date is too large", "", ""
	}
	return "the expression failed on this row", "", ""
}
