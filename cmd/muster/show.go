package main

import (
	"context"
	"errors"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
)

type showCommand struct {
	ID      string `arg:"" name:"plan-or-run" help:"The id of a plan or a run, or the beginning of it."`
	Output  string `short:"o" enum:"text,json,markdown,csv" default:"text" help:"text or json; a plan also as markdown or csv."`
	All     bool   `help:"Show every finding, not only examples."`
	Origins bool   `help:"Say where each value comes from."`
	Max     int    `help:"How many changes of a plan to show; 0 = all."`
}

// Run shows a saved plan or a run.
func (w *showCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	plan, state, err := st.Plan(ctx, w.ID)
	if err == nil {
		o := s.options()
		o.AllFindings, o.Origins, o.Max, o.State = w.All, w.Origins, w.Max, state
		return showPlan(ctx, s, plan, w.Output, o)
	}
	if !bridge.IsKind(err, bridge.NotFound) {
		return err
	}
	run, err := st.Run(ctx, w.ID)
	if bridge.IsKind(err, bridge.NotFound) {
		return bridge.Errorf(bridge.NotFound, "there is no plan and no run %s", w.ID)
	}
	if err != nil {
		return err
	}
	switch w.Output {
	case "json":
		return render.RunJSON(ctx, s.out, &run, st.Results(ctx, run.ID), s.options())
	case "text":
		return render.RunText(ctx, s.out, &run, st.Results(ctx, run.ID), s.options())
	}
	return bridge.Errorf(bridge.Unsupported, "a run is shown as text or json, not as %s", w.Output)
}
