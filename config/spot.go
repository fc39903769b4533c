package config

import (
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// spot is a place in the file, both from 1.
type spot struct{ line, column int }

// spots says for every character of a scalar's text where it stands in the
// file. It is empty when the text cannot be followed through the file.
func (r *reader) spots(n ast.Node, text []rune) []spot {
	line, column := at(n)
	w := walk{lines: r.lines, line: line, column: column, text: text}
	if literal, ok := n.(*ast.LiteralNode); ok {
		return w.block(literal)
	}
	switch n.GetToken().Type {
	case token.SingleQuoteType:
		w.quote = '\''
	case token.DoubleQuoteType:
		w.quote = '"'
	}
	return w.flow()
}

// walk follows a scalar's text through the lines of the file.
type walk struct {
	lines        []string
	line, column int
	quote        rune
	text         []rune
	spots        []spot
}

// rest is what is left of the current line.
func (w *walk) rest() []rune {
	if w.line > len(w.lines) {
		return nil
	}
	runes := []rune(w.lines[w.line-1])
	return runes[min(w.column-1, len(runes)):]
}

// flow follows a plain or quoted scalar, which may be folded over lines.
func (w *walk) flow() []spot {
	if w.quote != 0 {
		w.column++
	}
	for _, want := range w.text {
		if w.line > len(w.lines) {
			return nil
		}
		rest := w.rest()
		for want != ' ' && want != '\n' && blankLine(rest) && w.line < len(w.lines) {
			w.fold() // n line ends in the text are n+1 in the file
			rest = w.rest()
		}
		w.spots = append(w.spots, spot{w.line, w.column})
		switch {
		case len(rest) > 0 && rest[0] == '\\' && w.quote == '"':
			w.column += escape(rest)
		case w.quote == '\'' && len(rest) > 1 && rest[0] == '\'' && rest[1] == '\'':
			w.column += 2
		case (want == ' ' || want == '\n') && blankLine(rest):
			w.fold()
		case len(rest) == 0 || rest[0] != want:
			return nil
		default:
			w.column++
		}
	}
	return w.spots
}

func blankLine(rest []rune) bool { return strings.TrimSpace(string(rest)) == "" }

// fold goes on where the next line begins.
func (w *walk) fold() {
	w.line, w.column = w.line+1, 1
	rest := w.rest()
	trimmed := strings.TrimLeft(string(rest), " \t")
	if trimmed != "" {
		w.column += len(rest) - utf8.RuneCountInString(trimmed)
	}
}

// escape is the length of an escape in a double-quoted scalar.
func escape(rest []rune) int {
	if len(rest) < 2 {
		return len(rest)
	}
	switch rest[1] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}

// block follows a literal (|) or folded (>) scalar.
func (w *walk) block(n *ast.LiteralNode) []spot {
	header, _ := at(n)
	w.line = header + 1
	indent := w.indent()
	w.column = indent + 1
	for _, want := range w.text {
		if w.line > len(w.lines) {
			return nil
		}
		rest := w.rest()
		w.spots = append(w.spots, spot{w.line, w.column})
		switch {
		case len(rest) == 0 && (want == '\n' || want == ' '):
			w.line, w.column = w.line+1, indent+1
		case len(rest) == 0 || rest[0] != want:
			return nil
		default:
			w.column++
		}
	}
	return w.spots
}

// indent is how far the first line with text of a block scalar is indented.
func (w *walk) indent() int {
	for _, line := range w.lines[min(w.line-1, len(w.lines)):] {
		if trimmed := strings.TrimLeft(line, " "); trimmed != "" {
			return len(line) - len(trimmed)
		}
	}
	return 0
}
