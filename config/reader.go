package config

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/muster-idm/muster/bridge"
)

// reader binds a YAML tree to Go values. It collects every fault and remembers
// by path ("jobs[0].policy.leavers") where each key and value stands.
type reader struct {
	text
	dir    string // what relative paths start at
	env    Environment
	places map[string]place
	broken map[string]bool // paths whose value is of the wrong kind: more about them would only confuse
	faults Faults
}

// place is where one key and its value stand.
type place struct{ key, value ast.Node }

func (r *reader) note(path string, key, value ast.Node) { r.places[path] = place{key, value} }

func (r *reader) has(path string) bool {
	_, ok := r.places[path]
	return ok
}

// fault adds a fault at a path. When nothing stands there, the nearest thing
// around it is pointed at.
func (r *reader) fault(path, message, hint string) {
	if r.broken[path] {
		return
	}
	line, column := r.position(path)
	r.faults = append(r.faults, r.text.fault(line, column, message, hint))
}

// faultAtKey adds a fault at the key of a path, not at its value.
func (r *reader) faultAtKey(path, message, hint string) {
	line, column := 1, 1
	if p := r.places[path]; p.key != nil {
		line, column = at(p.key)
	}
	r.faults = append(r.faults, r.text.fault(line, column, message, hint))
}

// position is where the value of a path begins. Of a mapping or list in block
// form that is its key, which says more than its first line.
func (r *reader) position(path string) (line, column int) {
	for ; path != ""; path = parent(path) {
		p, ok := r.places[path]
		switch {
		case !ok:
		case p.key != nil && !inline(p.value):
			return at(p.key)
		case p.value != nil:
			return at(p.value)
		}
	}
	return 1, 1
}

// inline says whether a value stands on the line of its key.
func inline(n ast.Node) bool {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return false
	case *ast.MappingNode:
		return n.IsFlowStyle
	case *ast.SequenceNode:
		return n.IsFlowStyle
	}
	return true
}

func at(n ast.Node) (line, column int) {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return at(m.Values[0].Key) // the token of a mapping is its first colon
	}
	token := n.GetToken()
	if token == nil || token.Position == nil {
		return 1, 1
	}
	return max(token.Position.Line, 1), max(token.Position.Column, 1)
}

// parent is the path around a path, "" at the top.
func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// leaf is the last key of a path, without indexes.
func leaf(path string) string {
	path, _, _ = strings.Cut(path[strings.LastIndexByte(path, '.')+1:], "[")
	return path
}

var withoutSigns = strings.NewReplacer(".", "\u2024", "[", "\u2045")

// child is the path of a key. A key that holds a dot or bracket would be cut by
// parent; they are replaced, as nothing but positions depends on it.
func child(path, key string) string {
	key = withoutSigns.Replace(key)
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// fields binds a mapping to a struct.
func (r *reader) fields(path string, n ast.Node, into any) {
	v := reflect.ValueOf(into).Elem()
	known := keysOf(v.Type())
	if !r.mapping(path, n) {
		return
	}
	r.entries(path, n, func(key string, at string, value ast.Node) {
		i := slices.IndexFunc(known, func(f reflect.StructField) bool { return keyOf(f) == key })
		if i < 0 {
			r.faultAtKey(at, fmt.Sprintf("unknown key %q", key), didYouMean(key, names(known)))
			return
		}
		r.bind(at, value, v.FieldByIndex(known[i].Index))
		if allowed := known[i].Tag.Get("oneof"); allowed != "" && v.FieldByIndex(known[i].Index).String() != "" {
			r.oneOf(at, key, v.FieldByIndex(known[i].Index).String(), strings.Fields(allowed))
		}
	})
	var missing []string
	for _, f := range known {
		if f.Tag.Get("need") != "" && !r.has(child(path, keyOf(f))) {
			missing = append(missing, keyOf(f))
		}
	}
	r.missing(path, missing)
}

// mapping says whether a value is a mapping. Nothing at all is an empty one.
func (r *reader) mapping(path string, n ast.Node) bool {
	switch n.(type) {
	case ast.MapNode, *ast.NullNode:
		return true
	}
	hint := ""
	if leaf(path) == "policy" {
		hint = "write policy: {leavers: CHOICE}; " + leaversHint
	}
	r.wantsWith(path, n, "a mapping (key: value)", hint)
	return false
}

// keysOf returns the fields of a struct that have a key.
func keysOf(t reflect.Type) []reflect.StructField {
	var known []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if key := keyOf(f); key != "" && key != "-" {
			known = append(known, f)
		}
	}
	return known
}

func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

func names(known []reflect.StructField) []string {
	keys := make([]string, len(known))
	for i, f := range known {
		keys[i] = keyOf(f)
	}
	return keys
}

// missing says which keys are missing, and more where a choice has no default.
func (r *reader) missing(path string, keys []string) {
	hint := ""
	if slices.Contains(keys, "policy") || slices.Contains(keys, "leavers") {
		hint = "leavers: " + leaversHint
	}
	switch len(keys) {
	case 0:
	case 1:
		r.fault(path, fmt.Sprintf("the key %q is missing", keys[0]), hint)
	default:
		r.fault(path, "keys are missing: "+strings.Join(keys, ", "), hint)
	}
}

// entries calls use for every key of a mapping, in order.
func (r *reader) entries(path string, n ast.Node, use func(key, at string, value ast.Node)) {
	m, ok := n.(ast.MapNode)
	if !ok {
		r.mapping(path, n)
		return
	}
	seen := map[string]int{}
	for it := m.MapRange(); it.Next(); {
		key, ok := r.key(it.Key())
		if !ok {
			continue
		}
		place := child(path, key)
		if line, twice := seen[key]; twice {
			there, column := at(it.Key())
			r.faults = append(r.faults, r.text.fault(there, column, fmt.Sprintf("the key %q occurs twice; the first is in line %d", key, line), "keep one of them"))
			continue
		}
		seen[key], _ = at(it.Key())
		r.note(place, it.Key(), it.Value())
		use(key, place, it.Value())
	}
}

func (r *reader) key(n ast.MapKeyNode) (string, bool) {
	switch n.(type) {
	case *ast.MergeKeyNode, *ast.MappingKeyNode, *ast.NullNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		line, column := at(n)
		r.faults = append(r.faults, r.text.fault(line, column, "this cannot be a key", "merge keys (<<), anchors and tags are not used here: write the values out"))
		return "", false
	}
	return n.GetToken().Value, true
}

// bind reads a value of the type of v.
func (r *reader) bind(path string, n ast.Node, v reflect.Value) {
	switch into := v.Addr().Interface().(type) {
	case *bridge.Secret:
		r.secret(path, n, into)
	case *Path:
		r.path(path, n, into)
	case *Duration:
		r.duration(path, n, into)
	case *List:
		r.list(path, n, into)
	case *Bound:
		r.bound(path, n, into)
	case *Percent:
		r.percent(path, n, into)
	case *Rule:
		r.rule(path, n, into)
	case *Table:
		r.table(path, n, into)
	case *Members:
		r.members(path, n, into)
	case *Cell:
		r.cell(path, n, into)
	case *Hourly:
		r.hourly(path, n, into)
	case *Size:
		r.size(path, n, into)
	default:
		r.bindKind(path, n, v)
	}
}

func (r *reader) bindKind(path string, n ast.Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.bind(path, n, v.Elem())
	case reflect.Struct:
		r.fields(path, n, v.Addr().Interface())
	case reflect.Map:
		r.bindMap(path, n, v)
	case reflect.Slice:
		r.bindSlice(path, n, v)
	case reflect.Bool:
		r.boolean(path, n, v.Addr().Interface().(*bool))
	case reflect.Int:
		r.integer(path, n, v.Addr().Interface().(*int))
	default:
		if text, ok := r.textOf(path, n); ok {
			v.SetString(text)
		}
	}
}

func (r *reader) bindMap(path string, n ast.Node, v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	r.entries(path, n, func(key, at string, value ast.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		r.bind(at, value, element)
		v.SetMapIndex(reflect.ValueOf(key), element)
	})
}

func (r *reader) bindSlice(path string, n ast.Node, v reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, empty := n.(*ast.NullNode); !empty {
			r.wants(path, n, "a list")
		}
		return
	}
	for i, value := range list.Values {
		r.note(r.item(path, i), nil, value)
		element := reflect.New(v.Type().Elem()).Elem()
		r.bind(r.item(path, i), value, element)
		v.Set(reflect.Append(v, element))
	}
}

// cause says why a file cannot be read, without its path a second time.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
