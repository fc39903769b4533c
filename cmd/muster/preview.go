package main

import (
	"context"
	"errors"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
)

type previewCommand struct {
	Job     string `arg:"" help:"The job."`
	Output  string `short:"o" enum:"text,json,markdown,csv" default:"text" help:"text, json, markdown or csv."`
	Save    bool   `help:"Keep the plan, so that it can be approved and applied."`
	Compare string `enum:"full,changed" default:"full" help:"full: compare every record; changed: only records that changed since they were applied."`
	All     bool   `help:"Show every finding, not only examples."`
	Origins bool   `help:"Say where each value comes from."`
	Max     int    `help:"How many changes to show; 0 = all."`

	saved string // the id of the plan, when it was saved
}

// Run plans the job and shows the plan.
func (p *previewCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	j, err := c.open(ctx, p.Job)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.close()) }()
	plan, err := j.plan(ctx, s, bridge.Compare(p.Compare), j.records(ctx))
	if err != nil {
		return err
	}
	state := plan.FirstState(j.connection)
	if p.Save {
		if err := j.store.SavePlan(ctx, plan, state); err != nil {
			return err
		}
	}
	o := s.options()
	o.AllFindings, o.Origins, o.Max = p.All, p.Origins, p.Max
	if p.Save {
		o.State = state
	}
	if err := showPlan(ctx, s, plan, p.Output, o); err != nil {
		return err
	}
	if p.Save {
		p.saved = plan.ID
		s.say("Saved as %s.", plan.ID)
	}
	switch {
	case plan.Blocked():
		return exit(exitRefused)
	case plan.Counts.Changes > 0:
		return exit(exitChanges)
	}
	return nil
}

// showPlan prints a plan in one of its forms.
func showPlan(ctx context.Context, s *screen, plan *bridge.Plan, form string, o render.Options) error {
	switch form {
	case "json":
		return render.JSON(ctx, s.out, plan, o)
	case "markdown":
		return render.Markdown(ctx, s.out, plan, o)
	case "csv":
		return render.CSV(ctx, s.out, plan, o)
	}
	return render.Text(ctx, s.out, plan, o)
}
