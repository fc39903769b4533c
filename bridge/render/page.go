package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// page writes lines of text. The first error stays until the page is flushed.
type page struct {
	out *bufio.Writer
	o   Options
}

func newPage(w io.Writer, o Options) *page { return &page{bufio.NewWriter(w), o} }

// printf writes one line; an error of the writer shows when the page is flushed.
func (p *page) printf(format string, args ...any) {
	fmt.Fprintln(p.out, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

func (p *page) paint(color, text string) string {
	if !p.o.Color || text == "" {
		return text
	}
	return color + text + plain
}

// pad fills a text with blanks up to the given columns.
func pad(s string, to int) string {
	return s + strings.Repeat(" ", max(to-columnsOf(cells(s, false)), 0))
}
