package main

import (
	"context"
	"errors"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/store"
)

type approveCommand struct {
	Plan      string `arg:"" help:"The plan's id, or the beginning of it."`
	Reason    string `required:"" help:"Why; it stands in the audit."`
	OverLimit bool   `help:"Release this plan from the limit that blocks it."`
	Output    string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run approves a saved plan by its hash.
func (a *approveCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Approve(ctx, a.Plan, a.Reason, a.OverLimit); err != nil {
		if bridge.IsKind(err, bridge.Refused) && !a.OverLimit {
			return bridge.Errorf(bridge.Refused, "%s: muster approve %s --over-limit --reason \"...\"", err, a.Plan)
		}
		return err
	}
	plan, state, err := st.Plan(ctx, a.Plan)
	if err != nil {
		return err
	}
	if a.Output == "json" {
		return s.json(map[string]any{"plan": plan.ID, "state": state, "hash": plan.Hash, "changes": plan.Counts.Changes})
	}
	if isStream(plan.Connection) {
		s.say("Plan %s of what was pushed to %s is approved: %s. The server applies it within %s.", plan.ID, plan.Connection, plural(plan.Counts.Changes, "change"), rounds)
		return nil
	}
	s.say("Plan %s of job %s is approved: %s. To apply it: muster apply %s", plan.ID, plan.Connection, plural(plan.Counts.Changes, "change"), plan.ID)
	return nil
}

// isStream says whether the name is that of a stream, such as okta/users, and
// not of a job, whose name has no slash.
func isStream(name string) bool { return strings.Contains(name, "/") }

// store opens the store that the file names, and nothing else.
func (c *cli) store(ctx context.Context) (*store.Store, error) {
	file, err := config.LoadWithoutSecrets(c.Config)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, file)
}

type applyCommand struct {
	passwordFlags
	Plan   string `arg:"" help:"The plan's id, or the beginning of it."`
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run applies a saved plan. It is not planned again: what became stale since is
// refused, change by change.
func (a *applyCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	if err := a.check(); err != nil {
		return err
	}
	file, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	j := &openJob{store: st}
	defer func() { err = errors.Join(err, j.close()) }()
	plan, state, err := st.Plan(ctx, a.Plan)
	if err != nil {
		return err
	}
	if isStream(plan.Connection) {
		return bridge.Errorf(bridge.Precondition, "plan %s is of what was pushed to %s: muster approve %s --reason \"...\", and the server applies it", plan.ID, plan.Connection, plan.ID)
	}
	if j, err = openIn(ctx, file, st, plan.Connection); err != nil {
		j = &openJob{store: st}
		return err
	}
	if plan.Revision != j.connection.Revision {
		return bridge.Errorf(bridge.Precondition, "job %s was changed after plan %s was made: make a new one with muster preview %s --save", plan.Connection, plan.ID, plan.Connection)
	}
	return a.apply(ctx, s, j, plan, state)
}

func (a *applyCommand) apply(ctx context.Context, s *screen, j *openJob, plan *bridge.Plan, state bridge.PlanState) (err error) {
	if state == bridge.PlanWaiting {
		return bridge.Errorf(bridge.Precondition, "plan %s waits for approval: muster approve %s --reason \"...\"", plan.ID, plan.ID)
	}
	if state == bridge.PlanBlocked {
		return bridge.Errorf(bridge.Refused, "a limit forbids plan %s, see muster show %s. If it is right: muster approve %s --over-limit --reason \"...\"", plan.ID, plan.ID, plan.ID)
	}
	if err := j.store.Lock("muster apply " + plan.ID); err != nil {
		return err
	}
	out, err := openHandout(a.passwordFlags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeHandout(s, out)) }()
	applier := j.applier(out)
	applier.OverLimit = state == bridge.PlanApproved // the store lets a blocked plan be approved only over its limit
	return j.apply(ctx, s, applier, plan, a.Output)
}
