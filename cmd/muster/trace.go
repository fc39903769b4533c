package main

import (
	"context"
	"errors"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
)

type traceCommand struct {
	Job    string `arg:"" help:"The job."`
	Key    string `arg:"" help:"The key of the record."`
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run follows one record through a job.
func (t *traceCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	j, err := c.open(ctx, t.Job)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.close()) }()
	record, err := j.find(ctx, t.Key)
	if err != nil {
		return err
	}
	trace, err := j.planner(time.Now, nil).Trace(ctx, record)
	if err != nil {
		return err
	}
	if t.Output == "json" {
		return render.TraceJSON(ctx, s.out, trace, s.options())
	}
	return render.TraceText(ctx, s.out, trace, s.options())
}

// find reads the source until the record appears.
func (j *openJob) find(ctx context.Context, key string) (bridge.Record, error) {
	for record, err := range j.records(ctx) {
		if err != nil {
			return bridge.Record{}, err
		}
		if record.Key == key {
			return record, nil
		}
	}
	return bridge.Record{}, bridge.Errorf(bridge.NotFound, "the source of job %s has no record with the key %q", j.config.Name, key)
}
