package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/store"
)

type showCommand struct {
	ID      string `arg:"" optional:"" name:"plan-or-run" help:"The id of a plan or a run, or the beginning of it; without one the plans that wait are listed."`
	Output  string `short:"o" enum:"text,json,markdown,csv" default:"text" help:"text or json; a plan also as markdown or csv."`
	All     bool   `help:"Show every finding, not only examples."`
	Origins bool   `help:"Say where each value comes from."`
	Max     int    `help:"How many changes of a plan to show; 0 = all."`
}

// Run shows a saved plan or a run, or lists the plans that wait for a person or
// for being applied.
func (w *showCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	file, err := config.LoadWithoutSecrets(c.Config)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if w.ID == "" {
		return w.list(ctx, s, file, st)
	}
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

// waiting is a plan that somebody has to do something about.
type waiting struct {
	Plan       string           `json:"plan"`
	Connection string           `json:"connection"` // job or stream
	State      bridge.PlanState `json:"state"`
	Made       time.Time        `json:"made"`
	Changes    int              `json:"changes"`
}

// list lists the plans of all jobs and streams that wait.
func (w *showCommand) list(ctx context.Context, s *screen, file *config.File, st *store.Store) error {
	names, err := planned(ctx, file, st)
	if err != nil {
		return err
	}
	found := []waiting{}
	for _, name := range names {
		ids, err := st.PlansIn(ctx, name, bridge.PlanWaiting, bridge.PlanBlocked, bridge.PlanReady, bridge.PlanApproved)
		if err != nil {
			return err
		}
		for _, id := range ids {
			plan, state, err := st.Plan(ctx, id)
			if err != nil {
				return err
			}
			found = append(found, waiting{id, name, state, plan.Now, plan.Counts.Changes})
		}
	}
	switch {
	case w.Output == "json":
		return s.json(found)
	case len(found) == 0:
		s.say("No plan waits.")
		return nil
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PLAN\tOF\tSTATE\tMADE\tCHANGES")
	for _, f := range found {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\n", f.Plan, f.Connection, f.State, minute(f.Made), f.Changes)
	}
	return table.Flush()
}

// planned are the names of all jobs and streams.
func planned(ctx context.Context, file *config.File, st *store.Store) ([]string, error) {
	names, err := jobNames(ctx, st, "")
	for i := range file.Connections {
		for _, t := range []bridge.ObjectType{bridge.User, bridge.Group} {
			if c := &file.Connections[i]; c.Accepts(t) {
				names = append(names, c.Stream(t))
			}
		}
	}
	return names, err
}
