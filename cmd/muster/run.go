package main

import (
	"context"
	"errors"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
)

// passwordFlags say where generated passwords go.
type passwordFlags struct {
	PasswordsTo string `placeholder:"FILE" help:"Write generated passwords to this new file (mode 0600)."`
	Recipient   string `placeholder:"AGE-KEY" help:"Encrypt the passwords to this age public key."`
}

func (f passwordFlags) check() error {
	if f.Recipient != "" && f.PasswordsTo == "" {
		return bridge.Errorf(bridge.Invalid, "--recipient encrypts what --passwords-to writes; give both")
	}
	return nil
}

type runCommand struct {
	passwordFlags
	Job     string `arg:"" help:"The job."`
	Output  string `short:"o" enum:"text,json" default:"text" help:"text or json."`
	Compare string `enum:"full,changed" default:"full" help:"full: compare every record; changed: only records that changed since they were applied."`
}

// Run settles what earlier runs left open, plans the job and applies the plan.
func (r *runCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	if err := r.check(); err != nil {
		return err
	}
	j, err := c.open(ctx, r.Job)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.close()) }()
	if err := j.store.Lock("muster run " + r.Job); err != nil {
		return err
	}
	out, err := openHandout(r.passwordFlags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeHandout(s, out)) }()
	applier := j.applier(out)
	settled, err := applier.Settle(ctx, j.connection.Destination)
	if err != nil {
		return err
	}
	if settled > 0 {
		s.say("An earlier run was interrupted: the outcome of %s was found out by reading the directory.", plural(settled, "change"))
	}
	plan, err := j.plan(ctx, s, bridge.Compare(r.Compare), j.remembered(ctx))
	if err != nil {
		return err
	}
	state := plan.FirstState(j.connection)
	if err := j.store.SavePlan(ctx, plan, state); err != nil {
		return err
	}
	if state == bridge.PlanBlocked || state == bridge.PlanWaiting {
		return r.held(ctx, s, plan, state)
	}
	return j.apply(ctx, s, applier, plan, r.Output)
}

// held shows a plan that a person has to look at, and writes nothing.
func (r *runCommand) held(ctx context.Context, s *screen, plan *bridge.Plan, state bridge.PlanState) error {
	o := s.options()
	o.State, o.Max = state, 20
	if err := showPlan(ctx, s, plan, r.Output, o); err != nil {
		return err
	}
	if state == bridge.PlanWaiting {
		s.say("Nothing has been written: the job wants plans approved. muster approve %s --reason \"...\"", plan.ID)
		return exit(exitChanges)
	}
	s.say("Nothing has been written: a limit forbids this plan. If it is right: muster approve %s --over-limit --reason \"...\"", plan.ID)
	return exit(exitRefused)
}

// applier applies plans to the job's directory.
func (j *openJob) applier(out *handout) *bridge.Applier {
	a := &bridge.Applier{Destination: j.directory, Identity: j.directory.Identity(), Journal: j.store, Ledger: j.store,
		Workers: j.workers, Now: time.Now, Progress: &bridge.Progress{}}
	if out != nil {
		a.Handout = out
	}
	return a
}

// apply applies a plan and shows what became of it.
func (j *openJob) apply(ctx context.Context, s *screen, a *bridge.Applier, plan *bridge.Plan, form string) error {
	if plan.Counts.Secrets > 0 && a.Handout == nil {
		s.say("%s will be generated and not kept; people sign in after a reset. --passwords-to FILE keeps them.", plural(plan.Counts.Secrets, "password"))
	}
	stop := s.watch("applying", a.Progress)
	run, err := a.Apply(ctx, plan)
	stop()
	if run.ID == "" {
		return err
	}
	// Ctrl-C stops the run, not the words about it.
	ctx = context.WithoutCancel(ctx)
	if err == nil && run.State == bridge.RunApplied {
		err = j.store.SaveColumns(ctx, plan.Connection, columnNames(j.columns))
	}
	return errors.Join(err, showRun(ctx, s, &run, j, form), runExit(&run))
}

func showRun(ctx context.Context, s *screen, run *bridge.Run, j *openJob, form string) error {
	if form == "json" {
		return render.RunJSON(ctx, s.out, run, j.store.Results(ctx, run.ID), s.options())
	}
	return render.RunText(ctx, s.out, run, j.store.Results(ctx, run.ID), s.options())
}

func runExit(run *bridge.Run) error {
	if run.State == bridge.RunApplied {
		return nil
	}
	return exit(exitFailures)
}

func openHandout(f passwordFlags) (*handout, error) {
	if f.PasswordsTo == "" {
		return nil, nil
	}
	return newHandout(f.PasswordsTo, f.Recipient)
}

func closeHandout(s *screen, out *handout) error {
	if out == nil {
		return nil
	}
	return out.close(s.errs)
}
