package sheet

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// delimited is the grid of a .csv file.
type delimited struct {
	*file
	ctx      context.Context // of the read that opened it
	csv      *csv.Reader
	meter    *meter
	lines    int  // before what csv reads
	replaced bool // U+FFFD stands for a byte that the encoding does not know
	width    int  // of the header, 0 before it
	values   []any
}

var _ grid = (*delimited)(nil)

// looked is how many bytes are looked at to find the delimiter.
const looked = 64 << 10

func openDelimited(ctx context.Context, f *file) (*delimited, error) {
	text, replaced, err := f.decoded()
	if err != nil {
		return nil, err
	}
	m := &meter{in: text, left: f.limit(), f: f}
	buffered := bufio.NewReaderSize(m, looked)
	start, err := buffered.Peek(looked)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, f.broken(err)
	}
	d := &delimited{file: f, ctx: ctx, meter: m, replaced: replaced}
	shown, sep := string(start), ""
	if first, rest, _ := strings.Cut(shown, "\n"); strings.HasPrefix(strings.ToLower(first), "sep=") {
		sep, shown, d.lines = strings.TrimRight(first[len("sep="):], "\r"), rest, 1
		if _, err := buffered.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
			return nil, f.broken(err)
		}
	}
	delimiter, err := f.delimiter(shown, sep)
	if err != nil {
		return nil, err
	}
	d.csv = reader(buffered, delimiter)
	return d, nil
}

func reader(in io.Reader, delimiter rune) *csv.Reader {
	r := csv.NewReader(in)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = delimiter, -1, false
	return r
}

func (d *delimited) place() string { return d.name }

// Close closes the file.
func (d *delimited) Close() error { return d.file.Close() }

// next returns the next record and the line that it begins in.
func (d *delimited) next() (line, error) {
	if err := context.Cause(d.ctx); err != nil {
		return line{}, bridge.Wrap(bridge.Unavailable, err, "%s: reading was stopped before its end", d.name)
	}
	d.meter.record = 0
	record, err := d.csv.Read()
	if errors.Is(err, io.EOF) {
		if err := d.unchanged(); err != nil {
			return line{}, err
		}
		return line{}, io.EOF
	}
	var wrong *csv.ParseError
	if errors.As(err, &wrong) && errors.Is(err, csv.ErrBareQuote) {
		return line{row: d.lines + wrong.StartLine, values: d.take(record), broken: fmt.Sprintf("there is a quote in the middle of a value (line %d, byte %d)", d.lines+wrong.Line, wrong.Column)}, nil
	}
	if err != nil {
		return line{}, d.stopped(err)
	}
	at, _ := d.csv.FieldPos(0)
	return d.even(line{row: d.lines + at, values: d.take(record)}), nil
}

// even compares the number of values with the header's.
func (d *delimited) even(l line) line {
	n := len(l.values)
	switch {
	case d.width == 0:
		if !l.blank() {
			d.width = n
		}
	case n < d.width && !l.blank():
		l.broken = fmt.Sprintf("the row has %d values, the header %d names", n, d.width)
	case n > d.width:
		if (line{values: l.values[d.width:]}).blank() {
			l.values = l.values[:d.width]
		} else {
			l.broken = fmt.Sprintf("the row has %d values, the header %d names", n, d.width)
		}
	}
	return l
}

func (d *delimited) take(record []string) []any {
	d.values = d.values[:0]
	for _, text := range record {
		switch {
		case text == "":
			d.values = append(d.values, nil)
		case d.replaced && strings.ContainsRune(text, '\uFFFD'):
			d.values = append(d.values, pull.Unreadable{Code: "bad-text", Text: text, Message: "the text has bytes that the encoding " + d.settings.Encoding + " does not know", Hint: "correct the encoding of the source, or the text"})
		default:
			d.values = append(d.values, text)
		}
	}
	return d.values
}

// stopped says why nothing behind can be told apart any more.
func (d *delimited) stopped(err error) error {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) && errors.Is(err, csv.ErrQuote) {
		return d.errorf(bridge.Invalid, "a quote opened in line %d is closed in the wrong place or never (line %d), so that the rows behind it cannot be told apart; double the quotes inside values",
			d.lines+wrong.StartLine, d.lines+wrong.Line)
	}
	return d.broken(err)
}

func (f *file) broken(err error) error {
	var known *bridge.Error
	if errors.As(err, &known) {
		return err
	}
	return bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read to its end", f.name)
}

// longestRecord is how many bytes one record may have; more is a quote that
// was never closed.
const longestRecord = 16 << 20

// meter bounds what is read from a text.
type meter struct {
	in     io.Reader
	f      *file
	left   int64
	record int // bytes read since the record began
}

// Read reads from the text.
func (m *meter) Read(b []byte) (int, error) {
	n, err := m.in.Read(b)
	m.left -= int64(n)
	m.record += n
	switch {
	case m.left < 0:
		return 0, m.f.errorf(bridge.TooLarge, "the file has more than %d MiB; raise max_size_mb if that is what it should be", m.f.limit()>>20)
	case m.record > longestRecord:
		return 0, m.f.errorf(bridge.Invalid, "a row has more than %d MiB; a quote in it is not closed", longestRecord>>20)
	}
	return n, err
}
