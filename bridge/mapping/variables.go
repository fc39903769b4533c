package mapping

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
)

// Variables says which fields and columns a rule names, in the order it names
// them, and which of them are neither a field nor a column. A rule that cannot
// be read names none; Compile says why.
func Variables(rule Rule, fields map[string]string, columns *Columns) (used, missing []string) {
	seen := map[string]bool{}
	for _, name := range namesIn(rule) {
		if seen[name.text] || builtin[name.text] && !name.column {
			continue
		}
		seen[name.text] = true
		used = append(used, name.text)
		if !known(name, fields, columns) {
			missing = append(missing, name.text)
		}
	}
	return used, missing
}

// name is a field or column as a rule writes it.
type name struct {
	text   string
	column bool // written in quotes, so it is a column whatever its name
}

func known(n name, fields map[string]string, columns *Columns) bool {
	column, isField := fields[n.text]
	if !isField {
		column = n.text
	}
	if columns == nil {
		return isField
	}
	_, ok := columns.Index(column)
	return ok
}

func namesIn(rule Rule) []name {
	switch {
	case rule.Column != "":
		return []name{{rule.Column, true}}
	case rule.Value != "":
		return namesOf(rule.Value)
	}
	var names []name
	parts, _, _ := splitBraces(rule.Text)
	for _, p := range parts {
		if p.expression {
			names = append(names, namesOf(p.text)...)
		}
	}
	return names
}

// namesOf reads an expression without knowing its types.
func namesOf(text string) []name {
	env, err := cel.NewEnv(cel.ParserExpressionSizeLimit(maxCharacters), cel.ParserRecursionLimit(maxNesting))
	if err != nil {
		return nil
	}
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		return nil
	}
	var names []name
	own := map[string]bool{}
	ast.PreOrderVisit(parsed.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			own[e.AsComprehension().IterVar()] = true
			own[e.AsComprehension().IterVar2()] = true
		case ast.IdentKind:
			if n := e.AsIdent(); !own[n] && !strings.HasPrefix(n, "@") {
				names = append(names, name{text: n})
			}
		case ast.CallKind:
			if n, ok := quotedColumn(e.AsCall()); ok {
				names = append(names, name{n, true})
			}
		}
	}))
	return names
}

// quotedColumn finds the name in col["..."] and isNull("...").
func quotedColumn(call ast.CallExpr) (string, bool) {
	args := call.Args()
	switch {
	case call.FunctionName() == "_[_]" && isIdent(args[0], "col"):
		return literalText(args[1])
	case call.FunctionName() == "isNull" && len(args) == 1:
		return literalText(args[0])
	}
	return "", false
}
