package mapping

import (
	"fmt"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// rewrite replaces what only a compiler can resolve, before types are checked:
// col["Vorname (neu)"] and isNull("COLUMN") become variables, guid() gets its
// key and is_past() its now. It also checks what must be a fixed text: patterns, tables, date forms.
func (c *compiler) rewrite(tree *ast.AST, x *expression, report report) {
	factory := ast.NewExprFactory()
	next := ast.MaxID(tree)
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.ListKind {
			standAlone(e.AsList().Elements(), report.from(tree, e.ID()))
		}
		if e.Kind() != ast.CallKind {
			return
		}
		call := e.AsCall()
		x.once = x.once || onceFunctions[call.FunctionName()]
		at := report.from(tree, e.ID())
		switch args := call.Args(); {
		case call.FunctionName() == "_[_]" && isIdent(args[0], "col"):
			if i, ok := c.literalColumn(args[1], at); ok {
				e.SetKindCase(factory.NewIdent(e.ID(), columnVariable(i)))
			} else {
				e.SetKindCase(factory.NewLiteral(e.ID(), types.NullValue))
			}
		case call.FunctionName() == "isNull" && len(args) == 1:
			if i, ok := c.namedColumn(args[0], at); ok {
				e.SetKindCase(factory.NewIdent(e.ID(), nullVariable(i)))
			} else {
				e.SetKindCase(factory.NewLiteral(e.ID(), types.False))
			}
		default:
			c.fixedTexts(call, at)
			if f, ok := functionNamed(call.FunctionName()); ok && f.hidden != "" {
				next++
				hidden := factory.NewIdent(next, f.hidden)
				e.SetKindCase(factory.NewCall(e.ID(), f.Name, append(append([]ast.Expr(nil), args...), hidden)...))
			}
		}
	}))
}

func isIdent(e ast.Expr, name string) bool {
	return e.Kind() == ast.IdentKind && e.AsIdent() == name
}

func literalText(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}

// literalColumn finds the column of col["..."].
func (c *compiler) literalColumn(e ast.Expr, at spot) (int, bool) {
	name, ok := literalText(e)
	if !ok {
		at.add(`col needs the name of a column in quotes`, `for example col["Vorname (neu)"]`)
		return 0, false
	}
	if i, ok := c.spec.Columns.Index(name); ok {
		return i, true
	}
	at.add(fmt.Sprintf("the source has no column %q", name), didYouMean(name, c.columnNames()))
	return 0, false
}

// namedColumn finds the column of isNull("..."), which takes a field as well
// and also the bare name.
func (c *compiler) namedColumn(e ast.Expr, at spot) (int, bool) {
	name, ok := literalText(e)
	if e.Kind() == ast.IdentKind {
		name, ok = e.AsIdent(), true
	}
	if !ok {
		at.add("isNull needs the name of a column", `for example isNull("EXIT_DATE")`)
		return 0, false
	}
	if v, ok := c.mapping.variables[name]; ok && v.kind == ofColumn {
		return v.index, true
	}
	if i, ok := c.spec.Columns.Index(name); ok {
		return i, true
	}
	at.add(fmt.Sprintf("the source has no column %q", name), didYouMean(name, c.columnNames()))
	return 0, false
}

// fixedTexts checks the arguments that are read when the job is saved.
func (c *compiler) fixedTexts(call ast.CallExpr, at spot) {
	f, ok := functionNamed(call.FunctionName())
	if !ok || f.fixed == nil {
		return
	}
	for i, arg := range call.Args() {
		check, ok := f.fixed[i]
		if !ok {
			continue
		}
		text, literal := literalText(arg)
		if !literal {
			at.add(fmt.Sprintf("argument %d of %s must be a text in quotes", i+1, f.Name), "write "+f.Signature)
			continue
		}
		if message, hint := check(c.mapping.library, text); message != "" {
			at.add(message, hint)
		}
	}
}

// alone are the functions whose result is more than a value.
var alone = wordSet("unique", "unique_number", "password", "passphrase", "ref", "manager_dn")

func standAlone(items []ast.Expr, at spot) {
	for _, e := range items {
		if e.Kind() == ast.CallKind && alone[e.AsCall().FunctionName()] {
			at.add(e.AsCall().FunctionName()+" stands alone and cannot be in a list", "give it a rule of its own")
		}
	}
}
