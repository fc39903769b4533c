package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/cmd/muster/demo"
)

type demoCommand struct {
	Once bool   `help:"Show a second day as well, and end."`
	Step bool   `help:"Wait for Enter before each step."`
	Dir  string `placeholder:"FOLDER" help:"A new folder for sources, configuration and store; a temporary one when left out."`
	Max  int    `default:"6" help:"How many changes of a plan to show; 0 = all."`
}

// Run starts the demonstration, runs the commands that a user would type, and
// then serves its connection.
func (d *demoCommand) Run(ctx context.Context, s *screen) (err error) {
	site, err := demo.Open(ctx, d.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	show := &presentation{screen: s, site: site, demo: d, lines: bufio.NewScanner(s.in)}
	s.say("A directory with %d people to come is at %s; everything else is in %s.", len(demo.People(demo.Start)), site.URL, site.Dir)
	if err := show.day(ctx); err != nil {
		return err
	}
	if d.Once {
		return show.secondDay(ctx)
	}
	return show.stay(ctx)
}

// presentation runs the commands of the demonstration, one after the other.
type presentation struct {
	*screen
	site  *demo.Site
	demo  *demoCommand
	lines *bufio.Scanner
}

// day previews and applies both jobs, and previews them again.
func (p *presentation) day(ctx context.Context) error {
	for _, job := range []string{"staff", "partners"} {
		if err := p.previewAndApply(ctx, job); err != nil {
			return err
		}
	}
	for _, job := range []string{"staff", "partners"} {
		if _, err := p.preview(ctx, job, false, exitDone); err != nil {
			return err
		}
	}
	return nil
}

// secondDay changes the sources and shows what follows.
func (p *presentation) secondDay(ctx context.Context) error {
	if err := p.site.Write(ctx, demo.Changed); err != nil {
		return err
	}
	p.say("\nThe next day the sources have changed:")
	for _, event := range demo.Story(demo.Changed) {
		p.say("  - %s", event.Text)
	}
	return p.day(ctx)
}

// previewAndApply saves a plan, shows it, and applies just that plan.
func (p *presentation) previewAndApply(ctx context.Context, job string) error {
	id, err := p.preview(ctx, job, true, exitDone, exitChanges)
	if err != nil {
		return err
	}
	file := fmt.Sprintf("%s/passwords-%s.csv", p.site.Dir, id)
	return p.command(ctx, []int{exitDone}, &applyCommand{passwordFlags: passwordFlags{PasswordsTo: file}, Plan: id, Output: "text"},
		"apply", id, "--passwords-to", file)
}

func (p *presentation) preview(ctx context.Context, job string, save bool, codes ...int) (id string, err error) {
	c := &previewCommand{Job: job, Output: "text", Compare: string(bridge.Full), Save: save, Max: p.demo.Max}
	words := []string{"preview", job}
	if save {
		words = append(words, "--save")
	}
	err = p.command(ctx, codes, c, words...)
	return c.saved, err
}

// runner is a command of the command line.
type runner interface {
	Run(ctx context.Context, s *screen, c *cli) error
}

// command prints the command as a user would type it, and runs it. It is an
// error if it ends with none of the codes.
func (p *presentation) command(ctx context.Context, codes []int, r runner, words ...string) error {
	if p.demo.Step {
		p.say("\n[Enter]")
		if !p.lines.Scan() {
			return bridge.Errorf(bridge.Invalid, "the demonstration was left before its end")
		}
	}
	if _, err := fmt.Fprintf(p.out, "\n$ muster"); err != nil {
		return err
	}
	for _, w := range words {
		if _, err := fmt.Fprintf(p.out, " %s", w); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(p.out, "\n"); err != nil {
		return err
	}
	code := p.code(r.Run(ctx, p.screen, &cli{Config: p.site.Config}))
	for _, wanted := range codes {
		if code == wanted {
			return nil
		}
	}
	return bridge.Errorf(bridge.Internal, "muster %s ended with code %d", words[0], code)
}
