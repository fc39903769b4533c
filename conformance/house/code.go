package house

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
)

const (
	maxFunctionLines = 60
	maxFileLines     = 600
	maxMethods       = 4
)

func packageComment(t *Tree) []Violation {
	var found []Violation
	for _, p := range t.Packages {
		commented := func(f *File) bool { return f.Doc != nil }
		if len(p.Files) > 0 && !slices.ContainsFunc(p.Files, commented) {
			found = append(found, Violation{Path: p.Dir, Text: "the package has no comment"})
		}
	}
	return found
}

func noInit(t *Tree) []Violation {
	var found []Violation
	t.functions(func(f *ast.FuncDecl) {
		if f.Recv == nil && f.Name.Name == "init" {
			found = append(found, t.at(f, "an init function"))
		}
	})
	return found
}

func functionLength(t *Tree) []Violation {
	var found []Violation
	t.functions(func(f *ast.FuncDecl) {
		lines := t.positions.Position(f.End()).Line - t.positions.Position(f.Pos()).Line + 1
		if lines > maxFunctionLines {
			found = append(found, t.at(f, "%s has %d lines, at most %d are allowed", f.Name.Name, lines, maxFunctionLines))
		}
	})
	return found
}

func fileLength(t *Tree) []Violation {
	var found []Violation
	t.files(func(_ *Package, f *File) {
		if f.Lines > maxFileLines {
			found = append(found, t.at(f, "the file has %d lines, at most %d are allowed", f.Lines, maxFileLines))
		}
	})
	return found
}

func noPanic(t *Tree) []Violation {
	var found []Violation
	t.nodes(func(p *Package, _ *File, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		name, ok := call.Fun.(*ast.Ident)
		if _, builtin := p.uses[name].(*types.Builtin); ok && builtin && name.Name == "panic" {
			found = append(found, t.at(call, "a call of panic"))
		}
	})
	return found
}

// noAssignment finds assignments to package variables, also to their fields
// and elements, and to the variables of other packages.
func noAssignment(t *Tree) []Violation {
	var found []Violation
	t.nodes(func(p *Package, _ *File, n ast.Node) {
		var targets []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			targets = n.Lhs
		case *ast.IncDecStmt:
			targets = []ast.Expr{n.X}
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				targets = []ast.Expr{n.Key, n.Value}
			}
		}
		for _, target := range targets {
			if name := root(target); name != nil && p.isGlobal(name) {
				found = append(found, t.at(target, "%s is assigned after start", types.ExprString(target)))
			}
		}
	})
	return found
}

// root is the name at the left end of a.b[i].c, nil if there is none.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// isGlobal says whether the name means a package variable, or another package.
func (p *Package) isGlobal(name *ast.Ident) bool {
	switch o := p.uses[name].(type) {
	case *types.Var:
		return o.Parent() == p.scope
	case *types.PkgName:
		return true
	}
	return false
}

func noSkip(t *Tree) []Violation {
	const servers = "conformance/contract/servers"
	var found []Violation
	for _, p := range t.Packages {
		for _, f := range slices.Concat(p.Files, p.Tests) {
			if inside(p.Dir, servers) {
				continue
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && isSkip(call) {
					found = append(found, t.at(call, "a test is skipped; use servers.Absent"))
				}
				return true
			})
		}
	}
	return found
}

func isSkip(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	test, ok := selector.X.(*ast.Ident)
	return ok && slices.Contains([]string{"t", "b", "f", "tb"}, test.Name) &&
		slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, selector.Sel.Name)
}

// opened returns the calls that open a database by the name of a registered
// driver, which any package may have registered.
func (t *Tree) opened(p *Package, f *File) []Violation {
	var found []Violation
	ast.Inspect(f.File, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from := p.imported(selector)
		if from == "database/sql" && selector.Sel.Name == "Open" ||
			from == "github.com/jmoiron/sqlx" && slices.Contains([]string{"Open", "MustOpen", "Connect", "ConnectContext", "MustConnect"}, selector.Sel.Name) {
			found = append(found, t.at(selector, "%s.%s takes a registered driver; use sql.OpenDB", path.Base(from), selector.Sel.Name))
		}
		return true
	})
	return found
}

// imported returns the import path behind pkg.Name, empty if it is no such.
func (p *Package) imported(selector *ast.SelectorExpr) string {
	name, ok := selector.X.(*ast.Ident)
	if !ok {
		return ""
	}
	if o, ok := p.uses[name].(*types.PkgName); ok {
		return o.Imported().Path()
	}
	return ""
}

// statusCodes holds for the doors: scim and admin, and what is below them.
func statusCodes(t *Tree) []Violation {
	var found []Violation
	t.nodes(func(p *Package, f *File, n ast.Node) {
		if !inside(p.Dir, "scim") && !inside(p.Dir, "admin") || path.Base(f.Path) == "error.go" {
			return
		}
		selector, ok := n.(*ast.SelectorExpr)
		if ok && p.imported(selector) == "net/http" && strings.HasPrefix(selector.Sel.Name, "Status") && selector.Sel.Name != "StatusText" {
			found = append(found, t.at(selector, "http.%s outside error.go", selector.Sel.Name))
		}
	})
	return found
}

// interfaces counts the methods that an interface names itself. What it embeds
// is counted where that is declared: a large interface is put together from
// small ones. Unions are no interfaces in this sense.
func interfaces(t *Tree) []Violation {
	var found []Violation
	for _, p := range t.Packages {
		for _, name := range p.scope.Names() {
			declared, ok := p.scope.Lookup(name).(*types.TypeName)
			if !ok {
				continue
			}
			i, ok := declared.Type().Underlying().(*types.Interface)
			if !ok || !i.IsMethodSet() {
				continue
			}
			if n := i.NumExplicitMethods(); n == 0 && i.NumEmbeddeds() == 0 || n > maxMethods {
				place := t.positions.Position(declared.Pos())
				found = append(found, Violation{place.Filename, place.Line, name + " has " + count(n) + "; one to four are allowed"})
			}
		}
	}
	return found
}

// functions calls f for each function of each file that is not a test.
func (t *Tree) functions(f func(*ast.FuncDecl)) {
	t.files(func(_ *Package, file *File) {
		for _, d := range file.Decls {
			if function, ok := d.(*ast.FuncDecl); ok {
				f(function)
			}
		}
	})
}

// nodes calls f for each node of each file that is not a test.
func (t *Tree) nodes(f func(*Package, *File, ast.Node)) {
	t.files(func(p *Package, file *File) {
		ast.Inspect(file.File, func(n ast.Node) bool {
			if n != nil {
				f(p, file, n)
			}
			return true
		})
	})
}
