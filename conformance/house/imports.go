package house

import (
	"strconv"
	"strings"
)

// imports holds each import of a room of ours against the table.
func imports(t *Tree) []Violation {
	rows := table(t.Texts["ARCHITECTURE.md"])
	if len(rows) == 0 {
		return []Violation{{Path: "ARCHITECTURE.md", Text: "the table of rooms is missing"}}
	}
	var found []Violation
	for _, p := range t.Packages {
		own, ok := find(rows, p.Dir)
		if !ok {
			found = append(found, Violation{Path: p.Dir, Text: "this room is not in the table of ARCHITECTURE.md"})
			continue
		}
		for _, f := range p.Files {
			found = append(found, t.forbidden(rows, own, p.Dir, f, false)...)
		}
		for _, f := range p.Tests {
			found = append(found, t.forbidden(rows, own, p.Dir, f, true)...)
		}
	}
	return found
}

// forbidden returns the imports of one file that its row does not allow.
func (t *Tree) forbidden(rows []row, own row, dir string, f *File, test bool) []Violation {
	var found []Violation
	external := strings.HasSuffix(f.Name.Name, "_test")
	for _, spec := range f.Imports {
		target, ours := strings.CutPrefix(importPath(spec.Path.Value), t.Module+"/")
		if !ours || inside(target, dir) && target == dir {
			continue
		}
		theirs, known := find(rows, target)
		helped := external && (target == "bridge/devdir" || inside(target, "conformance/contract"))
		switch {
		case !known:
			found = append(found, t.at(spec, "%s is not in the table of rooms", target))
		case theirs.nobody && !inside(target, dir):
			found = append(found, t.at(spec, "%s is imported by nobody", target))
		case theirs.testOnly && !test && !inside(dir, "conformance/contract"):
			found = append(found, t.at(spec, "%s is imported by _test.go files only", target))
		case !own.allows(target) && !helped:
			found = append(found, t.at(spec, "%s may not import %s", dir, target))
		}
	}
	return found
}

func importPath(literal string) string {
	text, err := strconv.Unquote(literal)
	if err != nil {
		return literal // the parser accepted it, so this does not happen
	}
	return text
}

// driverPaths are the modules that bring a driver for database/sql.
var driverPaths = []string{
	"modernc.org/sqlite", "github.com/mattn/go-sqlite3", "github.com/ncruces/go-sqlite3",
	"github.com/jackc/pgx", "github.com/lib/pq", "github.com/go-sql-driver/mysql",
	"github.com/microsoft/go-mssqldb", "github.com/sijms/go-ora", "github.com/alexbrainman/odbc",
}

const riverPath = "github.com/riverqueue"

// drivers keeps the databases in the two rooms that know them; the demo makes
// one to be read. Tests may use a driver to look at a database from outside.
func drivers(t *Tree) []Violation {
	var found []Violation
	t.files(func(p *Package, f *File) {
		for _, spec := range f.Imports {
			target := importPath(spec.Path.Value)
			if inside(target, riverPath) && !inside(p.Dir, "store") {
				found = append(found, t.at(spec, "only store imports %s", target))
			}
			for _, driver := range driverPaths {
				if inside(target, driver) && !inside(p.Dir, "store") && !inside(p.Dir, "pull/database") && !inside(p.Dir, "cmd/muster/demo") {
					found = append(found, t.at(spec, "only store and pull/database import %s", target))
				}
			}
		}
		found = append(found, t.opened(p, f)...)
	})
	return found
}
