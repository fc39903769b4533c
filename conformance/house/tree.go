package house

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Tree is the source of a module as the rules read it.
type Tree struct {
	// Module is the module path.
	Module string
	// Texts holds each text file by its path with slashes.
	Texts map[string]string
	// Packages holds the packages sorted by folder.
	Packages []*Package

	positions *token.FileSet
}

// Package is the Go code of one folder.
type Package struct {
	// Dir is the folder, "." for the root.
	Dir string
	// Files are the files of the package itself, Tests its _test.go files of
	// both kinds.
	Files, Tests []*File

	uses  map[*ast.Ident]types.Object
	scope *types.Scope
}

// File is one parsed Go file.
type File struct {
	Path  string
	Lines int
	*ast.File
}

// Load reads the module at the root of the file system. Folders of other
// modules are read as text only; testdata not at all as Go.
func Load(fsys fs.FS) (*Tree, error) {
	texts, err := readTexts(fsys)
	if err != nil {
		return nil, err
	}
	tree := &Tree{Texts: texts, positions: token.NewFileSet()}
	tree.Module, _, _ = strings.Cut(strings.TrimPrefix(texts["go.mod"], "module "), "\n")
	packages := map[string]*Package{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if !tree.isOurs(name) {
			continue
		}
		parsed, err := parser.ParseFile(tree.positions, name, texts[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		dir := path.Dir(name)
		if packages[dir] == nil {
			packages[dir] = &Package{Dir: dir}
		}
		file := &File{Path: name, Lines: strings.Count(texts[name], "\n"), File: parsed}
		if strings.HasSuffix(name, "_test.go") {
			packages[dir].Tests = append(packages[dir].Tests, file)
		} else {
			packages[dir].Files = append(packages[dir].Files, file)
		}
	}
	tree.Packages = slices.SortedFunc(maps.Values(packages), func(a, b *Package) int { return cmp.Compare(a.Dir, b.Dir) })
	for _, p := range tree.Packages {
		tree.resolve(p)
	}
	return tree, nil
}

// readTexts reads every file that is text, except what git ignores.
func readTexts(fsys fs.FS) (map[string]string, error) {
	texts := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || name == "bin" || name == ".muster"):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(fsys, name)
		if err == nil && !bytes.Contains(content[:min(len(content), 8000)], []byte{0}) {
			texts[name] = string(content)
		}
		return err
	})
	return texts, err
}

// isOurs says whether the file is Go code of this module.
func (t *Tree) isOurs(name string) bool {
	if !strings.HasSuffix(name, ".go") || strings.Contains("/"+name, "/testdata/") {
		return false
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, found := t.Texts[dir+"/go.mod"]; found {
			return false
		}
	}
	return true
}

// resolve finds out what the names in the package's own files mean. What they
// import stays unknown, and the errors that follow from it are ignored: local
// names, package names and built-in functions are enough for the rules.
func (t *Tree) resolve(p *Package) {
	found := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Error: func(error) {}}
	var files []*ast.File
	for _, f := range p.Files {
		files = append(files, f.File)
	}
	checked, _ := config.Check(p.Dir, t.positions, files, found) // errors: see above
	p.uses, p.scope = found.Uses, checked.Scope()
}

// at makes a violation at the place of a node.
func (t *Tree) at(n ast.Node, format string, args ...any) Violation {
	p := t.positions.Position(n.Pos())
	return Violation{Path: p.Filename, Line: p.Line, Text: fmt.Sprintf(format, args...)}
}

// lines calls f for each line of each text file, in the order of the paths.
func (t *Tree) lines(f func(path string, number int, line string)) {
	for _, name := range slices.Sorted(maps.Keys(t.Texts)) {
		scanner := bufio.NewScanner(strings.NewReader(t.Texts[name]))
		scanner.Buffer(nil, 1<<26)
		for number := 1; scanner.Scan(); number++ {
			f(name, number, scanner.Text())
		}
	}
}

// files calls f for each file of each package that is not a test.
func (t *Tree) files(f func(*Package, *File)) {
	for _, p := range t.Packages {
		for _, file := range p.Files {
			f(p, file)
		}
	}
}

// String is the form in which a compiler prints a place.
func (v Violation) String() string {
	if v.Line == 0 {
		return v.Path + ": " + v.Text
	}
	return fmt.Sprintf("%s:%d: %s", v.Path, v.Line, v.Text)
}
