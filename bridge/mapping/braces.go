package mapping

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bracesText is a text with expressions in braces.
type bracesText struct {
	pieces []piece
	once   bool
}

// piece is fixed text, a text column or an expression.
type piece struct {
	fixed  string
	column int // -1 = none
	x      *expression
}

func (b *bracesText) creates() bool { return b.once }

func (b *bracesText) give(r *run, a *Attribute) error {
	var text strings.Builder
	for _, p := range b.pieces {
		switch {
		case p.x != nil:
			v, err := p.x.eval(r)
			if err != nil {
				return err
			}
			text.WriteString(plainText(v, r.mapping.library))
		case p.column >= 0:
			value, problem := r.raw(p.column)
			if problem != "" {
				return &valueError{message: problem}
			}
			s, _ := value.(string)
			text.WriteString(s)
		default:
			text.WriteString(p.fixed)
		}
		if text.Len() > maxResult {
			return errTooLong
		}
	}
	a.Values = r.single(text.String())
	return nil
}

var errTooLong = errors.New("the text grew too long")

// braces compiles a text with expressions in braces. A brace itself is doubled.
func (c *compiler) braces(at place, text string, compiled *compiledRule) source {
	report := report{compiler: c, at: at}
	if utf8.RuneCountInString(text) > maxCharacters {
		report.add(0, 0, "the text is longer than 4,000 characters", "")
		return nil
	}
	parts, problem, offset := splitBraces(text)
	if problem != "" {
		report.add(1, offset, problem, "a brace that is meant as text is doubled: {{ or }}")
		return nil
	}
	b := &bracesText{}
	var written []string
	seen := map[string]bool{}
	failed := false
	for _, part := range parts {
		p := piece{fixed: part.text, column: -1}
		if !part.expression {
			written = append(written, strconv.Quote(part.text))
			b.pieces = append(b.pieces, p)
			continue
		}
		x := c.expressionAt(at, part.text, part.offset, bracesResult)
		if x == nil {
			failed = true
			continue
		}
		written = append(written, "text("+strings.TrimSpace(part.text)+")")
		b.once = b.once || x.once
		for _, column := range x.columns {
			if !seen[column] {
				seen[column] = true
				compiled.columns = append(compiled.columns, column)
			}
		}
		b.pieces = append(b.pieces, c.piece(part.text, x))
	}
	if failed {
		return nil
	}
	compiled.text = strings.Join(written, " + ")
	return b
}

// piece avoids CEL where the braces hold only a text column.
func (c *compiler) piece(text string, x *expression) piece {
	v, ok := c.mapping.variables[strings.TrimSpace(text)]
	if ok && v.kind == ofColumn && c.spec.Columns.list[v.index].Type == Text {
		return piece{column: v.index}
	}
	return piece{column: -1, x: x}
}

// bracesPart is a stretch of a text with braces; offset counts characters.
type bracesPart struct {
	text       string
	expression bool
	offset     int
}

// splitBraces takes a text apart, or says what is wrong and where.
func splitBraces(text string) (parts []bracesPart, problem string, offset int) {
	runes := []rune(text)
	var fixed strings.Builder
	flush := func() {
		if fixed.Len() > 0 {
			parts = append(parts, bracesPart{text: fixed.String()})
			fixed.Reset()
		}
	}
	for i := 0; i < len(runes); i++ {
		doubled := i+1 < len(runes) && runes[i+1] == runes[i]
		switch r := runes[i]; {
		case (r == '{' || r == '}') && doubled:
			fixed.WriteRune(r)
			i++
		case r == '}':
			return nil, "a closing brace has no opening one", i
		case r == '{':
			end := bracesEnd(runes, i+1)
			if end < 0 {
				return nil, "a brace is not closed", i
			}
			flush()
			parts = append(parts, bracesPart{text: string(runes[i+1 : end]), expression: true, offset: i + 1})
			i = end
		default:
			fixed.WriteRune(r)
		}
	}
	flush()
	return parts, "", 0
}

// bracesEnd finds the brace that closes an expression, past quotes and inner braces.
func bracesEnd(runes []rune, from int) int {
	depth, quote := 0, rune(0)
	for i := from; i < len(runes); i++ {
		switch r := runes[i]; {
		case quote != 0 && r == '\\':
			i++
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{':
			depth++
		case r == '}' && depth == 0:
			return i
		case r == '}':
			depth--
		}
	}
	return -1
}
