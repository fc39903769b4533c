package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/muster-idm/muster/bridge"
)

// Version is the version of the file's form.
const Version = 1

// maxSize bounds a file; lookup tables of any size have files of their own.
const maxSize = 4 << 20

// Document is what stands in a file.
type Document struct {
	Version      int              `yaml:"version" need:"yes"` // 1
	Muster       Muster           `yaml:"muster"`             // settings of the process
	Destinations []Destination    `yaml:"destinations"`       // directories that jobs write to
	Sources      []Source         `yaml:"sources"`            // places that jobs read from
	Tables       map[string]Table `yaml:"tables"`             // lookup tables by name: written here, or the path of a CSV file with two columns
	Jobs         []Job            `yaml:"jobs"`               // which people go from which source to which destination, and how
	Connections  []Client         `yaml:"connections"`        // identity providers that push users and groups over SCIM
}

// File is a file without faults. It never changes.
type File struct {
	Document
	Name string // as it was given to Load or Parse

	reader *reader // where everything stands
}

// Load reads a file from the disk, with its references resolved. The error is
// Faults when the file can be read but not used.
func Load(path string) (*File, error) {
	return load(path, Environment{Lookup: os.LookupEnv, Read: os.ReadFile})
}

func load(path string, env Environment) (*File, error) {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, bridge.Wrap(bridge.NotFound, err, "there is no file %s", path)
	case err != nil:
		return nil, bridge.Wrap(bridge.Invalid, err, "the file %s cannot be read", path)
	}
	return Parse(path, content, env)
}

// LoadWithoutSecrets reads a file like Load for a purpose that needs no secret:
// a reference to a variable that is not set or a file that is not there is no fault.
func LoadWithoutSecrets(path string) (*File, error) {
	lookup := func(name string) (string, bool) {
		if value, set := os.LookupEnv(name); set {
			return value, true
		}
		return "(not set)", true
	}
	read := func(path string) ([]byte, error) {
		content, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return []byte("not,there\n"), nil // a secret that nobody uses, or a table without rows
		}
		return content, err
	}
	return load(path, Environment{Lookup: lookup, Read: read})
}

// Parse reads a file from memory. Relative paths start at the folder of name.
// The error is Faults: everything that is wrong, in the order of the file.
func Parse(name string, content []byte, env Environment) (*File, error) {
	f := &File{Name: name}
	r, root := parse(name, content, env)
	if root != nil {
		f.reader = r
		r.fields("", root, &f.Document)
		f.Muster.defaults(r)
		f.check(nil)
	}
	if err := r.err(r.faults); err != nil {
		return nil, err
	}
	return f, nil
}

// ParseJobs reads jobs, and the tables they need, from a text of their own, as
// ExportJob writes it. Destinations and sources are those of f. A job or table
// of the text takes the place of the one of that name in f.
func (f *File) ParseJobs(name string, content []byte) (*File, error) {
	r, root := parse(name, content, f.reader.env)
	out := &File{Name: name, reader: r}
	if root != nil {
		r.fields("", root, &out.Document)
		for _, key := range []string{"muster", "destinations", "sources", "connections"} {
			if r.has(key) {
				r.faultAtKey(key, "a text of jobs has no "+key, "they stand in the file that Muster is started with")
			}
		}
		out.Muster, out.Destinations, out.Sources, out.Connections = f.Muster, f.Destinations, f.Sources, nil
		out.check(f)
	}
	if err := r.err(r.faults); err != nil {
		return nil, err
	}
	out.Tables = merged(f.Tables, out.Tables)
	return out, nil
}

func merged(under, over map[string]Table) map[string]Table {
	out := make(map[string]Table, len(under)+len(over))
	for name, table := range under {
		out[name] = table
	}
	for name, table := range over {
		out[name] = table
	}
	return out
}

// parse makes a tree of a text; nil with faults when it is no YAML.
func parse(name string, content []byte, env Environment) (*reader, ast.Node) {
	r := &reader{text: newText(name, content), dir: filepath.Dir(name), env: env, places: map[string]place{}, broken: map[string]bool{}}
	if len(content) > maxSize {
		r.fault("", "the file is larger than 4 MiB", "a large lookup table can have a CSV file of its own")
		return r, nil
	}
	tree, err := r.tree()
	if err != nil {
		r.syntax(err)
		return r, nil
	}
	var bodies []ast.Node
	for _, document := range tree.Docs {
		if document.Body != nil && document.Body.Type() != ast.CommentType && document.Body.Type() != ast.CommentGroupType {
			bodies = append(bodies, document.Body)
		}
	}
	switch len(bodies) {
	case 0:
		r.fault("", "the file is empty", "it begins with version: 1")
		return r, nil
	case 1:
		return r, bodies[0]
	}
	line, column := at(bodies[1])
	r.faults = append(r.faults, r.text.fault(line, column, "a second document begins here", "a file holds one document, without ---"))
	return r, nil
}

// tree parses the lines. The parser of the library is known to panic on some
// broken texts; that is a fault of the text here, not of Muster.
func (r *reader) tree() (tree *ast.File, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = errors.New("this is not YAML")
		}
	}()
	return parser.ParseBytes([]byte(strings.Join(r.lines, "\n")), parser.ParseComments, parser.AllowDuplicateMapKey())
}

// syntax turns what the parser says into a fault.
func (r *reader) syntax(err error) {
	var said yaml.Error
	if !errors.As(err, &said) {
		r.fault("", "this is not YAML", "")
		return
	}
	line, column := 1, 1
	if token := said.GetToken(); token != nil && token.Position != nil {
		line, column = token.Position.Line, token.Position.Column
	}
	hint := ""
	if n := min(line, len(r.lines)); n > 0 && strings.HasPrefix(strings.TrimLeft(r.lines[n-1], " "), "\t") {
		hint = "YAML is indented with blanks, not with tabs"
	}
	r.faults = append(r.faults, r.text.fault(max(line, 1), max(column, 1), "this is not YAML: "+said.GetMessage(), hint))
}

// Job returns the job of that name.
func (f *File) Job(name string) (*Job, bool) {
	for i := range f.Jobs {
		if f.Jobs[i].Name == name {
			return &f.Jobs[i], true
		}
	}
	return nil, false
}

// Source returns the source of that name.
func (f *File) Source(name string) (*Source, bool) {
	for i := range f.Sources {
		if f.Sources[i].Name == name {
			return &f.Sources[i], true
		}
	}
	return nil, false
}

// Destination returns the destination of that name.
func (f *File) Destination(name string) (*Destination, bool) {
	for i := range f.Destinations {
		if f.Destinations[i].Name == name {
			return &f.Destinations[i], true
		}
	}
	return nil, false
}
