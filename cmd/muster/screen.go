package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
	"github.com/muster-idm/muster/config"
)

// screen is where a command prints: results to out, everything else to errs.
type screen struct {
	in        io.Reader
	out, errs io.Writer
	color     bool // out is a terminal and nobody asked for plain text (no-color.org)
	terminal  bool // errs is a terminal
	width     int
}

func newScreen(in io.Reader, out, errs io.Writer) *screen {
	s := &screen{in: in, out: out, errs: errs, width: 100}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		_, plain := os.LookupEnv("NO_COLOR")
		s.color = !plain && os.Getenv("TERM") != "dumb"
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			s.width = columns
		}
	}
	if f, ok := errs.(*os.File); ok {
		s.terminal = term.IsTerminal(int(f.Fd()))
	}
	return s
}

// say prints a line that is no result: to errs, so that results can be piped.
func (s *screen) say(format string, args ...any) {
	fmt.Fprintf(s.errs, format+"\n", args...)
}

// fail prints why a command ends. A cause that is not meant for everybody is
// shown too: who types commands may see it.
func (s *screen) fail(err error) {
	var faults config.Faults
	if errors.As(err, &faults) {
		s.say("%s", faults.Error())
		s.say("muster: %s", plural(len(faults), "fault"))
		return
	}
	s.say("muster: %s", err)
}

func (s *screen) json(value any) error {
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

func (s *screen) options() render.Options {
	return render.Options{Color: s.color, Width: s.width, Local: time.Local}
}

// watch shows how far something is until the returned function is called: a
// line that is written over on a terminal, else a line every ten seconds.
func (s *screen) watch(what string, p *bridge.Progress) (stop func()) {
	every, form := 10*time.Second, "%s: %s\n"
	if s.terminal {
		every, form = 200*time.Millisecond, "\r\x1b[K%s: %s"
	}
	began, end, ended := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				done, total := p.Read()
				fmt.Fprintf(s.errs, form, what, render.Progress(done, total, time.Since(began), s.width-len(what)-2))
			case <-end:
				if s.terminal {
					fmt.Fprint(s.errs, "\r\x1b[K")
				}
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

// plural is a count with its word.
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
