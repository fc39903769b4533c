package sheet

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/muster-idm/muster/bridge"
)

// delimited is the grid of a file of delimited text (RFC 4180).
type delimited struct {
	*file
	ctx    context.Context
	csv    *csv.Reader
	first  int // lines before the first that the csv reader sees
	width  int // of the first row
	values []any
	read   *counted
}

var _ grid = (*delimited)(nil)

// longestHead is how much of a file is looked at for its delimiter.
const longestHead = 64 << 10

func openDelimited(ctx context.Context, f *file) (*delimited, error) {
	text, err := f.decoded()
	if err != nil {
		return nil, err
	}
	counted := &counted{ctx: ctx, in: text, left: f.limit(), file: f}
	in := bufio.NewReaderSize(counted, longestHead)
	d := &delimited{file: f, ctx: ctx, read: counted}
	comma, err := d.delimiter(in)
	if err != nil {
		return nil, err
	}
	d.csv = csv.NewReader(in)
	d.csv.Comma, d.csv.FieldsPerRecord, d.csv.ReuseRecord = comma, -1, true
	return d, nil
}

// delimiter takes the setting, else the line "sep=;" that Excel understands,
// else the one of ; , tab and | that the first line has most of.
func (d *delimited) delimiter(in *bufio.Reader) (rune, error) {
	head, err := in.Peek(longestHead)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return 0, d.broken(err)
	}
	line, _, _ := strings.Cut(string(head), "\n")
	line = strings.TrimRight(line, "\r")
	stated := ""
	if rest, ok := strings.CutPrefix(strings.ToLower(line), "sep="); ok && utf8.RuneCountInString(rest) == 1 {
		stated = rest
		if _, err := in.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
			return 0, d.broken(err)
		}
		d.first = 1
	}
	switch set := d.settings.Delimiter; {
	case set == "tab":
		return '\t', nil
	case set != "":
		stated = set
	}
	if stated != "" {
		r, size := utf8.DecodeRuneInString(stated)
		if size != len(stated) || r == '"' || r == '\r' || r == '\n' {
			return 0, d.errorf(bridge.Invalid, "the delimiter %q is not one character that can part values", stated)
		}
		return r, nil
	}
	best := ','
	for _, r := range []rune{';', '\t', '|'} {
		if outsideQuotes(line, r) > outsideQuotes(line, best) {
			best = r
		}
	}
	return best, nil
}

func outsideQuotes(line string, wanted rune) int {
	n, quoted := 0, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == wanted && !quoted:
			n++
		}
	}
	return n
}

func (d *delimited) place() string { return d.name }

// next returns the next line; its number is that of the line in the file.
func (d *delimited) next() (line, error) {
	cells, err := d.csv.Read()
	if errors.Is(err, io.EOF) {
		if err := d.unchanged(); err != nil {
			return line{}, err
		}
		return line{}, io.EOF
	}
	if err != nil {
		return line{}, d.broken(err)
	}
	row, _ := d.csv.FieldPos(0)
	l := line{row: row + d.first}
	d.values = d.values[:0]
	for _, cell := range cells {
		if cell == "" {
			d.values = append(d.values, nil)
			continue
		}
		d.values = append(d.values, cell)
	}
	l.values = d.values
	if d.width == 0 {
		d.width = len(cells)
	}
	if len(cells) != d.width && !l.blank() {
		l.broken = fmt.Sprintf("the line has %d values and the header %d", len(cells), d.width)
	}
	return l, nil
}

// broken says where a file cannot be read any further. What follows is not
// known, so the whole read is void.
func (d *delimited) broken(err error) error {
	var known *bridge.Error
	if errors.As(err, &known) {
		return err
	}
	var at *csv.ParseError
	if errors.As(err, &at) {
		return bridge.Wrap(bridge.Invalid, err, "%s, line %d: a quote is open or stands within a value; double the quotes inside a value, and see that the file is whole", d.name, at.Line+d.first)
	}
	return bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read to its end", d.name)
}

// counted bounds what is read, and stops when nobody waits for it any more.
type counted struct {
	ctx  context.Context
	in   io.Reader
	left int64
	file *file
}

// Read reads the decoded text.
func (c *counted) Read(b []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, bridge.Wrap(bridge.Unavailable, err, "%s: reading was stopped before its end", c.file.name)
	}
	n, err := c.in.Read(b)
	if c.left -= int64(n); c.left < 0 {
		return 0, c.file.errorf(bridge.TooLarge, "the file is larger than %d MiB; raise max_size_mb if that is what it should be", c.file.limit()>>20)
	}
	return n, err
}
