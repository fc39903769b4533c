package config

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/muster-idm/muster/bridge"
)

// ExportJob writes one job as a text that ParseJobs reads: the job as it is
// written in the file, with its comments, and the lookup tables that it names.
// A job written in braces is written anew, without comments.
func (f *File) ExportJob(name string) ([]byte, error) {
	i := slices.IndexFunc(f.Jobs, func(j Job) bool { return j.Name == name })
	if i < 0 {
		return nil, bridge.Errorf(bridge.NotFound, "%s has no job %q", f.Name, name)
	}
	job, err := f.jobText(i)
	if err != nil {
		return nil, err
	}
	tables, err := f.tableText(job)
	if err != nil {
		return nil, err
	}
	return []byte("version: 1\n" + tables + "jobs:\n" + job), nil
}

// jobText returns a job as an item of the list of jobs, indented by two.
func (f *File) jobText(i int) (string, error) {
	r := f.reader
	node := r.places[r.item("jobs", i)].value
	list, ok := r.places["jobs"].value.(*ast.SequenceNode)
	if m, block := node.(*ast.MappingNode); ok && !list.IsFlowStyle && block && !m.IsFlowStyle {
		return f.lines(i, m, list), nil
	}
	plain, err := yaml.MarshalWithOptions([]any{ordered(node)}, yaml.IndentSequence(true), yaml.Indent(2))
	if err != nil {
		return "", bridge.Wrap(bridge.Internal, err, "the job cannot be written")
	}
	return indent(string(plain), 2), nil
}

// lines cuts the job out of the file, from its dash to where the next job or
// key begins. Comments right above the dash belong to it.
func (f *File) lines(i int, m *ast.MappingNode, list *ast.SequenceNode) string {
	r := f.reader
	first, column := at(m)
	end := r.end(first)
	if i+1 < len(list.Values) {
		if next, ok := list.Values[i+1].(*ast.MappingNode); ok {
			end = r.above(r.dash(next))
		}
	}
	var b strings.Builder
	dash := r.dash(m)
	for n := r.above(dash); n < end; n++ {
		line := r.lines[n-1]
		switch text := strings.TrimLeft(line, " "); {
		case n == first:
			b.WriteString("  - " + string([]rune(line)[column-1:]) + "\n")
		case n == dash: // the dash stands alone, with a comment at most
			if text = strings.TrimLeft(text, "- "); text != "" {
				b.WriteString("  " + text + "\n")
			}
		case n < first:
			b.WriteString("  " + text + "\n")
		default:
			b.WriteString(shifted(line, column-5) + "\n") // the job's keys come to stand in column 5
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// dash is the line of the dash of an item: that of its first key, or one above.
func (r *reader) dash(m *ast.MappingNode) int {
	first, column := at(m)
	if strings.Contains(string([]rune(r.lines[first-1])[:column-1]), "-") {
		return first
	}
	for n := first - 1; n >= 1; n-- {
		if strings.HasPrefix(strings.TrimLeft(r.lines[n-1], " "), "-") {
			return n
		}
	}
	return first
}

// above is the first of the comment lines right above a line, or the line.
func (r *reader) above(line int) int {
	for line > 1 && strings.HasPrefix(strings.TrimLeft(r.lines[line-2], " "), "#") {
		line--
	}
	return line
}

// end is the line after the last one that belongs to the list item at first.
func (r *reader) end(first int) int {
	for n := first + 1; n <= len(r.lines); n++ {
		line := r.lines[n-1]
		if line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "-") {
			return r.above(n)
		}
	}
	return len(r.lines) + 1
}

// shifted moves a line by n blanks to the left, or to the right when n is negative.
func shifted(line string, n int) string {
	switch {
	case strings.TrimSpace(line) == "":
		return ""
	case n < 0:
		return strings.Repeat(" ", -n) + line
	}
	blanks := len(line) - len(strings.TrimLeft(line, " "))
	return line[min(n, blanks):]
}

// tableText writes the tables whose names the job quotes.
func (f *File) tableText(job string) (string, error) {
	named := yaml.MapSlice{}
	for _, name := range slices.Sorted(maps.Keys(f.Tables)) {
		if !strings.Contains(job, `"`+name+`"`) && !strings.Contains(job, `'`+name+`'`) {
			continue
		}
		values := yaml.MapSlice{}
		for _, key := range slices.Sorted(maps.Keys(f.Tables[name].Values)) {
			values = append(values, yaml.MapItem{Key: key, Value: f.Tables[name].Values[key]})
		}
		named = append(named, yaml.MapItem{Key: name, Value: values})
	}
	if len(named) == 0 {
		return "", nil
	}
	var b bytes.Buffer
	if err := yaml.NewEncoder(&b, yaml.Indent(2)).Encode(yaml.MapSlice{{Key: "tables", Value: named}}); err != nil {
		return "", bridge.Wrap(bridge.Internal, err, "the lookup tables cannot be written")
	}
	return b.String(), nil
}

// ordered is a tree as plain values, with keys in their order.
func ordered(n ast.Node) any {
	switch n := n.(type) {
	case ast.MapNode:
		out := yaml.MapSlice{}
		for it := n.MapRange(); it.Next(); {
			out = append(out, yaml.MapItem{Key: it.Key().GetToken().Value, Value: ordered(it.Value())})
		}
		return out
	case *ast.SequenceNode:
		out := make([]any, len(n.Values))
		for i, value := range n.Values {
			out[i] = ordered(value)
		}
		return out
	case *ast.IntegerNode, *ast.FloatNode:
		value := n.(ast.ScalarNode).GetValue()
		if written := strings.TrimSpace(n.GetToken().Value); written != fmt.Sprint(value) {
			return written // 007 stays what it is
		}
		return value
	case ast.ScalarNode:
		return n.GetValue()
	}
	return nil
}

func indent(text string, by int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = shifted(line, -by)
	}
	return strings.Join(lines, "\n") + "\n"
}
