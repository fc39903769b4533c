package config

import "github.com/goccy/go-yaml/ast"

// members reads an expression over the row, or where the members are rows.
func (r *reader) members(path string, n ast.Node, into *Members) {
	if _, ok := n.(ast.MapNode); !ok {
		into.Value, _ = r.textOf(path, n)
		return
	}
	r.fields(path, n, into)
	switch {
	case into.Value != "" && *into != (Members{Value: into.Value}):
		r.fault(path, "members: value is an expression over the row, the other keys name rows of their own", "keep one of the two")
	case into.Value == "" && (into.Group == "" || into.Member == ""):
		r.fault(path, "members: rows need group and member", "the columns that hold the group's key and the member's key")
	}
}
