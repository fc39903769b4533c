package config

import (
	"regexp"

	"github.com/goccy/go-yaml/ast"

	"github.com/muster-idm/muster/bridge/mapping"
)

var about = regexp.MustCompile(`^(when|empty|multi|format|max|cut)\b`)

// translate turns a fault of the mapping into one with its place in the file.
func (m *merger) translate(f mapping.Fault) {
	path, written := m.pathOf(f)
	message := f.Message
	if f.Attribute != "" {
		message = f.Attribute + ": " + message
	} else if f.Part != "" {
		message = f.Part + ": " + message
	}
	if !written {
		m.fault(path, message+" (in the default rule of the template)", f.Hint)
		return
	}
	r := m.file.reader
	line, column := r.position(m.path + path)
	if p, ok := r.places[m.path+path]; ok && f.Line > 0 {
		line, column = r.locate(p.value, f.Line, f.Offset)
	}
	m.faults = append(m.faults, r.text.fault(line, column, message, f.Hint))
}

// pathOf says where in the job the text of a fault stands, and false when it
// stands in the template.
func (m *merger) pathOf(f mapping.Fault) (string, bool) {
	r := m.file.reader
	if f.Attribute == "" {
		if f.Part == mapping.PartMembers && r.has(m.path+".members.value") {
			return ".members.value", true
		}
		return "." + f.Part, true
	}
	path, written := m.written[f.Attribute]
	if !written {
		return ".mapping", false
	}
	if word := about.FindString(f.Message); word != "" && r.has(m.path+path+"."+word) {
		return path + "." + word, true
	}
	for _, key := range []string{"value", "text", "column"} {
		if r.has(m.path + path + "." + key) {
			return path + "." + key, true
		}
	}
	return path, true
}

// locate says where the character at (line, offset) of a scalar's text stands
// in the file. When that cannot be followed, it is where the scalar begins.
func (r *reader) locate(n ast.Node, line, offset int) (int, int) {
	scalar, ok := r.raw(n)
	if !ok {
		return at(n)
	}
	index := 0
	for i, c := range []rune(scalar) {
		if line == 1 {
			index = i + offset
			break
		}
		if c == '\n' {
			line--
			index = i + 1 + offset
		}
	}
	spots := r.spots(n, []rune(scalar))
	if index < 0 || len(spots) == 0 {
		return at(n)
	}
	spot := spots[min(index, len(spots)-1)]
	return spot.line, spot.column
}
