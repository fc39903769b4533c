package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
)

type checkCommand struct {
	File   string `arg:"" optional:"" help:"The file; --config when left out."`
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
	Schema bool   `help:"Print the JSON Schema of the file, for editors, and nothing else."`
}

// checked is what check found.
type checked struct {
	File        string        `json:"file"`
	Jobs        int           `json:"jobs"`
	Connections int           `json:"connections"`
	Tests       int           `json:"tests"`
	Faults      config.Faults `json:"faults"`
}

// Run checks a file: its form, that every source can be read and has the
// columns that the rules use, the rules of jobs and connections themselves, and
// the tests beside them. No directory is asked.
func (k *checkCommand) Run(ctx context.Context, s *screen, c *cli) error {
	if k.Schema {
		_, err := s.out.Write(config.Schema())
		return err
	}
	if k.File == "" {
		k.File = c.Config
	}
	found := checked{File: k.File, Faults: config.Faults{}}
	file, err := config.Load(k.File)
	if err == nil {
		err = errors.Join(found.jobs(ctx, file), found.connections(file))
	}
	var faults config.Faults
	switch {
	case errors.As(err, &faults):
		found.Faults = append(found.Faults, faults...)
	case err != nil:
		return err
	}
	if k.Output == "json" {
		err = s.json(found)
	} else {
		err = found.print(s)
	}
	if err == nil && len(found.Faults) > 0 {
		return exit(exitError)
	}
	return err
}

func (f *checked) print(s *screen) error {
	if len(f.Faults) > 0 {
		s.fail(f.Faults)
		return nil
	}
	var parts []string
	if f.Jobs > 0 {
		parts = append(parts, plural(f.Jobs, "job"))
	}
	if f.Connections > 0 {
		parts = append(parts, plural(f.Connections, "connection"))
	}
	parts = append(parts, plural(f.Tests, "mapping test")+" passed.")
	_, err := fmt.Fprintf(s.out, "%s is right: %s\n", f.File, strings.Join(parts, ", "))
	return err
}

// jobs compiles every job and runs its tests.
func (f *checked) jobs(ctx context.Context, file *config.File) error {
	for i := range file.Jobs {
		f.Jobs++
		if err := f.job(ctx, file, &file.Jobs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *checked) job(ctx context.Context, file *config.File, job *config.Job) error {
	_, _, columns, err := compile(ctx, file, job)
	var faults config.Faults
	switch {
	case errors.As(err, &faults):
		f.Faults = append(f.Faults, faults...)
		return nil
	case err != nil:
		f.Faults = append(f.Faults, file.JobFault(job.Name, err))
		return nil
	}
	destination, _ := file.Destination(job.Destination)
	t, err := template(destination.Type, job.ObjectType())
	if err != nil {
		return err
	}
	results, err := file.RunTests(job.Name, t, columns)
	f.tested(results)
	return err
}

// connections compiles the streams of every connection and runs their tests.
func (f *checked) connections(file *config.File) error {
	for i := range file.Connections {
		f.Connections++
		for _, t := range []bridge.ObjectType{bridge.User, bridge.Group} {
			if err := f.stream(file, &file.Connections[i], t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *checked) stream(file *config.File, c *config.Client, t bridge.ObjectType) error {
	if !c.Accepts(t) {
		return nil
	}
	destination, _ := file.Destination(c.Destination)
	template, err := template(destination.Type, t)
	if err != nil {
		return err
	}
	results, err := file.RunStreamTests(c.Name, t, template, c.Columns(t))
	var faults config.Faults
	if errors.As(err, &faults) {
		f.Faults = append(f.Faults, faults...)
		return nil
	}
	f.tested(results)
	return err
}

// tested counts tests and notes what they found.
func (f *checked) tested(results []config.TestResult) {
	for _, r := range results {
		f.Tests++
		for _, d := range r.Differences {
			f.Faults = append(f.Faults, config.Fault{File: d.File, Line: d.Line, Column: d.Column,
				Message: fmt.Sprintf("test %q: %s: want %s, got %s", r.Test, d.Attribute, d.Want, d.Got)})
		}
	}
}
