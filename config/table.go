package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// Table is a lookup table: keys and values, written in the file, or the path of
// a CSV file with a header and two columns (key, value; UTF-8; comma,
// semicolon or tab).
type Table struct {
	File   Path // "" when it is written in the file
	Values map[string]string
}

func (r *reader) table(path string, n ast.Node, into *Table) {
	into.Values = map[string]string{}
	if _, ok := n.(*ast.StringNode); ok {
		r.path(path, n, &into.File)
		r.tableFile(path, into)
		return
	}
	r.entries(path, n, func(key, at string, value ast.Node) {
		if text, ok := r.word(at, value); ok {
			into.Values[key] = text
		}
	})
}

func (r *reader) tableFile(path string, into *Table) {
	if r.env.Read == nil || into.File == "" {
		return
	}
	content, err := r.env.Read(string(into.File))
	if err != nil {
		r.fault(path, fmt.Sprintf("%s: the file %s cannot be read: %s", leaf(path), into.File, cause(err)), "a relative path starts at the folder of this file")
		return
	}
	into.Values, err = readTable(content)
	if err != nil {
		r.fault(path, fmt.Sprintf("%s: %s: %s", leaf(path), into.File, err), "the file has a header and two columns, key and value, in UTF-8")
	}
}

// readTable reads a CSV file with a header and two columns.
func readTable(content []byte) (map[string]string, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, errors.New("it is not valid UTF-8")
	}
	header, _, _ := strings.Cut(string(content), "\n")
	c := csv.NewReader(bytes.NewReader(content))
	c.Comma, c.FieldsPerRecord = delimiter(header), -1
	values, first := map[string]string{}, true
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := c.FieldPos(0)
		switch {
		case len(row) != 2:
			return nil, fmt.Errorf("line %d has %d columns, not 2", line, len(row))
		case first:
			first = false
			continue
		}
		if _, twice := values[row[0]]; twice {
			return nil, fmt.Errorf("line %d has the key %q a second time", line, row[0])
		}
		values[row[0]] = row[1]
	}
}

func delimiter(header string) rune {
	for _, r := range header {
		if r == ';' || r == ',' || r == '\t' {
			return r
		}
	}
	return ','
}
