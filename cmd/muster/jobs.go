package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/store"
)

type jobsCommand struct {
	List   jobsListCommand   `cmd:"" help:"List the jobs of the file and of the store."`
	Import jobsImportCommand `cmd:"" help:"Bring the jobs of a file into the store; there they have revisions."`
	Export jobsExportCommand `cmd:"" help:"Print jobs as YAML."`
}

type jobsListCommand struct {
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run lists the current jobs with where they are defined.
func (l *jobsListCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	jobs, err := st.Definitions(ctx, "job")
	if err != nil {
		return err
	}
	if l.Output == "json" {
		return s.json(jobs)
	}
	for _, j := range jobs {
		if _, err := fmt.Fprintf(s.out, "%-20s %-6s %-24s %s\n", j.Name, j.Origin, j.Place, j.Revision[:12]); err != nil {
			return err
		}
	}
	if len(jobs) == 0 {
		s.say("There is no job yet.")
	}
	return nil
}

type jobsImportCommand struct {
	File   string `arg:"" help:"A YAML file with jobs, as export prints it."`
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run brings jobs into the store. All are checked before the first is stored.
func (i *jobsImportCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	file, err := config.LoadWithoutSecrets(c.Config)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(i.File)
	if err != nil {
		return bridge.Wrap(bridge.NotFound, err, "the file with jobs cannot be read")
	}
	imported, err := file.ParseJobs(i.File, text)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	var done []map[string]string
	for _, job := range imported.Jobs {
		yaml, err := imported.ExportJob(job.Name)
		if err != nil {
			return err
		}
		revision, err := st.Define(ctx, store.Definition{Kind: "job", Name: job.Name, Origin: store.FromStore, Place: "the store", Text: string(yaml)})
		if err != nil {
			return err
		}
		done = append(done, map[string]string{"job": job.Name, "revision": revision})
		if i.Output == "text" {
			s.say("Job %s is in the store as revision %s.", job.Name, revision[:12])
		}
	}
	if i.Output == "json" {
		return s.json(done)
	}
	return nil
}

type jobsExportCommand struct {
	Job    string `arg:"" optional:"" help:"The job; all when it is left out."`
	Output string `short:"o" enum:"text,json" default:"text" help:"text (YAML) or json (each job with its text)."`
}

// Run prints jobs as the YAML that import takes.
func (e *jobsExportCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	file, err := config.LoadWithoutSecrets(c.Config)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	names, err := jobNames(ctx, st, e.Job)
	if err != nil {
		return err
	}
	texts := map[string]string{}
	for _, name := range names {
		definer, err := defining(ctx, file, st, name)
		if err != nil {
			return err
		}
		yaml, err := definer.ExportJob(name)
		if err != nil {
			return err
		}
		texts[name] = string(yaml)
		if e.Output == "text" {
			if _, err := fmt.Fprintf(s.out, "%s\n", yaml); err != nil {
				return err
			}
		}
	}
	if e.Output == "json" {
		return s.json(texts)
	}
	return nil
}

// jobNames is the one job, or all that are defined anywhere.
func jobNames(ctx context.Context, st *store.Store, one string) ([]string, error) {
	if one != "" {
		return []string{one}, nil
	}
	all, err := st.Definitions(ctx, "job")
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.Name
	}
	return names, err
}
