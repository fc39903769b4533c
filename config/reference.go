package config

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/muster-idm/muster/bridge"
)

// Environment is where references lead. A nil function leaves the references of
// its kind unresolved, without a fault: enough to check the form of a file.
type Environment struct {
	Lookup func(name string) (string, bool)  // ${env:NAME}
	Read   func(path string) ([]byte, error) // ${file:PATH}, and lookup tables
}

// Path is the path of a file. A relative one starts at the folder of the file
// that names it.
type Path string

var (
	anyReference = regexp.MustCompile(`\$\{(env|file):([^}]*)\}`)
	oneReference = regexp.MustCompile(`^\$\{(env|file):([^}]*)\}$`)
)

const referenceForm = "write ${env:NAME} or ${file:PATH}"

// secret reads a reference. What it leads to is never part of a fault.
func (r *reader) secret(path string, n ast.Node, into *bridge.Secret) {
	written, ok := r.raw(n)
	if !ok || !oneReference.MatchString(written) {
		r.fault(path, leaf(path)+": a secret does not stand in the file", referenceForm)
		return
	}
	value, ok := r.follow(path, written)
	if ok && value == "" {
		r.fault(path, leaf(path)+": "+written+" is empty", "")
	}
	*into = bridge.NewSecret(value)
}

// path reads the path of a file; references may be parts of it.
func (r *reader) path(path string, n ast.Node, into *Path) {
	written, ok := r.raw(n)
	switch {
	case !ok:
		r.wants(path, n, "the path of a file")
		return
	case strings.TrimSpace(written) == "":
		r.fault(path, leaf(path)+": the path is empty", "")
		return
	}
	whole := anyReference.ReplaceAllStringFunc(written, func(reference string) string {
		value, _ := r.follow(path, reference)
		return value
	})
	*into = r.resolve(whole)
}

// resolve makes a path relative to the folder of the file.
func (r *reader) resolve(path string) Path {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	return Path(filepath.Clean(path))
}

// follow returns what a reference leads to. With nothing to look it up in, it
// returns "" and false without a fault.
func (r *reader) follow(path, written string) (string, bool) {
	m := oneReference.FindStringSubmatch(written)
	kind, name := m[1], m[2]
	switch {
	case name == "":
		r.fault(path, leaf(path)+": the reference names nothing", referenceForm)
	case kind == "env" && r.env.Lookup != nil:
		value, set := r.env.Lookup(name)
		if !set {
			r.fault(path, fmt.Sprintf("%s: the environment variable %s is not set", leaf(path), name), "set it before Muster starts")
		}
		return value, set
	case kind == "file" && r.env.Read != nil:
		content, err := r.env.Read(string(r.resolve(name)))
		if err != nil {
			r.fault(path, fmt.Sprintf("%s: the file %s cannot be read: %s", leaf(path), name, cause(err)), "a relative path starts at the folder of this file")
			return "", false
		}
		return strings.TrimRight(string(content), "\r\n"), true
	}
	return "", false
}
