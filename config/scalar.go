package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// List is one text or several. One needs no brackets.
type List []string

// Cell is a value of a test: a text as it is written, a list of them, or null.
type Cell struct {
	Null   bool
	IsList bool
	Texts  []string
}

// raw is the text of a scalar, whatever its type.
func (r *reader) raw(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return strings.TrimSpace(n.GetToken().Value), true
	}
	return "", false
}

// wants says that a value is of the wrong kind.
func (r *reader) wants(path string, n ast.Node, wanted string) { r.wantsWith(path, n, wanted, "") }

func (r *reader) wantsWith(path string, n ast.Node, wanted, hint string) {
	defer func() { r.broken[path] = true }()
	name := leaf(path)
	if name == "" {
		name = "the file"
	}
	switch n.(type) {
	case *ast.NullNode:
		r.fault(path, name+": the value is missing", "leave the key out, or give it "+wanted)
		return
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		hint = "anchors, aliases and tags are not used here: write the value out"
	}
	r.fault(path, fmt.Sprintf("%s: this is %s, but %s is wanted", name, kindOf(n), wanted), hint)
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case ast.MapNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "yes or no"
	case *ast.StringNode, *ast.LiteralNode:
		return "a text"
	case *ast.AnchorNode, *ast.AliasNode:
		return "an anchor or alias"
	case *ast.TagNode:
		return "a tag"
	}
	return "nothing"
}

// text reads a text and refuses references, which are for secrets and paths.
func (r *reader) textOf(path string, n ast.Node) (string, bool) {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		r.wantsWith(path, n, "a text", "put it in quotes")
		return "", false
	default:
		r.wants(path, n, "a text")
		return "", false
	}
	return r.plain(path, n)
}

// word reads a scalar of any type as it is written.
func (r *reader) word(path string, n ast.Node) (string, bool) {
	if _, ok := r.raw(n); !ok {
		r.wants(path, n, "a text or a number")
		return "", false
	}
	return r.plain(path, n)
}

func (r *reader) plain(path string, n ast.Node) (string, bool) {
	text, _ := r.raw(n)
	switch {
	case anyReference.MatchString(text):
		r.fault(path, leaf(path)+": references are for secrets and paths only", "write the text itself")
		return "", false
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		r.fault(path, leaf(path)+": the text is not valid UTF-8, or has a NUL", "")
		return "", false
	}
	return text, true
}

func (r *reader) integer(path string, n ast.Node, into *int) {
	text, ok := r.raw(n)
	value, err := strconv.Atoi(text)
	if _, whole := n.(*ast.IntegerNode); !ok || !whole || err != nil {
		r.wants(path, n, "a whole number")
		return
	}
	if value < 0 {
		r.fault(path, fmt.Sprintf("%s: %d is negative", leaf(path), value), "")
		r.broken[path] = true
	}
	*into = value
}

func (r *reader) boolean(path string, n ast.Node, into *bool) {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.wants(path, n, "true or false")
		return
	}
	*into = b.Value
}

func (r *reader) duration(path string, n ast.Node, into *Duration) {
	text, ok := r.word(path, n)
	if !ok {
		return
	}
	d, err := ParseDuration(text)
	if err != nil {
		r.fault(path, leaf(path)+": "+err.Error(), "write it as 30d, 12h, 90s or 0")
		return
	}
	*into = d
}

func (r *reader) list(path string, n ast.Node, into *List) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		if text, ok := r.textOf(path, n); ok {
			*into = List{text}
			r.note(r.item(path, 0), nil, n)
		}
		return
	}
	for i, value := range sequence.Values {
		at := r.item(path, i)
		r.note(at, nil, value)
		if text, ok := r.textOf(at, value); ok {
			*into = append(*into, text)
		}
	}
	if len(sequence.Values) == 0 {
		r.fault(path, leaf(path)+": the list is empty", "leave the key out, or name at least one")
	}
}

func (r *reader) cell(path string, n ast.Node, into *Cell) {
	switch n := n.(type) {
	case *ast.NullNode:
		into.Null = true
	case *ast.SequenceNode:
		into.IsList = true
		for i, value := range n.Values {
			at := r.item(path, i)
			r.note(at, nil, value)
			if text, ok := r.word(at, value); ok {
				into.Texts = append(into.Texts, text)
			}
		}
	default:
		if text, ok := r.word(path, n); ok {
			into.Texts = []string{text}
		}
	}
}

// oneOf wants one of a few words.
func (r *reader) oneOf(path, key, given string, allowed []string) {
	for _, word := range allowed {
		if word == given {
			return
		}
	}
	hint := didYouMean(given, allowed)
	if key == "leavers" {
		hint = leaversHint
	}
	r.fault(path, fmt.Sprintf("%s: %q is not known", key, given), hint)
}

// zone wants the name of a time zone, or nothing.
func (r *reader) zone(path, name string) {
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		r.fault(path, fmt.Sprintf("zone: there is no time zone %q", name), "use a name such as Europe/Berlin")
	}
}
