package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// itself is the one folder that must name what it forbids.
const itself = "conformance/house"

var (
	// XXX counts at the start of a comment only: it is also a date form.
	leftover = regexp.MustCompile(`\b(TODO|FIXME)\b|(//|#|/\*|<!--)\s*XXX\b`)
	machine  = regexp.MustCompile(`(^|[^\w.-])/work/|\.\./shared\b`)
	registry = regexp.MustCompile(`\b(proxy\.golang\.org|sum\.golang\.org|registry\.npmjs\.org|pypi\.org|` +
		`deb\.debian\.org|security\.debian\.org|docker\.io|gcr\.io|ghcr\.io|quay\.io|mcr\.microsoft\.com)\b`)
)

func noLeftovers(t *Tree) []Violation {
	return t.matches(leftover, "%s: do it, or open an issue", true)
}

func noMachine(t *Tree) []Violation {
	return slices.Concat(
		t.matches(machine, "%s is a path of one machine", false),
		t.matches(registry, "%s is the host of a package registry", false))
}

// matches returns the lines of all text files that match, except those of this
// package and, if asked, of test data.
func (t *Tree) matches(pattern *regexp.Regexp, format string, skipTestdata bool) []Violation {
	var found []Violation
	t.lines(func(name string, number int, line string) {
		if inside(name, itself) || skipTestdata && strings.Contains("/"+name, "/testdata/") {
			return
		}
		if match := pattern.FindString(line); match != "" {
			found = append(found, Violation{name, number, fmt.Sprintf(format, strings.TrimSpace(match))})
		}
	})
	return found
}

// emptyWords say nothing about the thing they name.
var emptyWords = []string{"manager", "helper", "helpers", "util", "utils", "service", "data", "info", "object", "process", "payload"}

// fieldWords make a word of the field of the word object before them.
var fieldWords = []string{"type", "types", "class", "classes", "guid", "sid", "category"}

// names looks at the names of packages and of exported types, functions and
// methods.
func names(t *Tree) []Violation {
	var found []Violation
	check := func(name *ast.Ident) {
		if word := emptyWord(name.Name); word != "" {
			found = append(found, t.at(name, "%s: %q says nothing", name.Name, word))
		}
	}
	t.files(func(_ *Package, f *File) {
		check(f.Name)
		for _, d := range f.Decls {
			for _, name := range declared(d) {
				if name.IsExported() {
					check(name)
				}
			}
		}
	})
	return found
}

// declared returns the names of the types or of the function of a declaration.
func declared(d ast.Decl) []*ast.Ident {
	var found []*ast.Ident
	switch d := d.(type) {
	case *ast.FuncDecl:
		found = append(found, d.Name)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if s, ok := spec.(*ast.TypeSpec); ok && d.Tok == token.TYPE {
				found = append(found, s.Name)
			}
		}
	}
	return found
}

// emptyWord returns the first word of the name that is forbidden.
func emptyWord(name string) string {
	words := camelWords(name)
	for i, word := range words {
		ofField := word == "object" && i+1 < len(words) && slices.Contains(fieldWords, words[i+1])
		if slices.Contains(emptyWords, word) && !ofField {
			return word
		}
	}
	return ""
}

// camelWords splits ObjectGUIDValue into object, guid and value.
func camelWords(name string) []string {
	var words []string
	start, runes := 0, []rune(name)
	for i := 1; i <= len(runes); i++ {
		if i < len(runes) {
			up, was := unicode.IsUpper(runes[i]), unicode.IsUpper(runes[i-1])
			last := up && was && i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if (!up || was) && !last {
				continue
			}
		}
		words = append(words, strings.ToLower(string(runes[start:i])))
		start = i
	}
	return words
}

func count(methods int) string {
	if methods == 1 {
		return "1 method"
	}
	return fmt.Sprintf("%d methods", methods)
}
