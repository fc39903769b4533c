package conformance

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Skipped Outcome = "skipped" // the server says it lacks what the check needs
	Broken  Outcome = "broken"  // the check could not be done: no server, or the run was interrupted
)

// Result is how one check ended.
type Result struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Source  string   `json:"source"`
	Grade   Grade    `json:"grade"`
	Outcome Outcome  `json:"outcome"`
	Message string   `json:"message,omitempty"` // what was expected and got; or why it was skipped
	Setup   bool     `json:"setup,omitempty"`   // it failed before what it is about was reached
	Left    []string `json:"left,omitempty"`    // URLs of what the check made and could not delete
	// Exchanges are all requests of the check; the last is the one it failed at.
	Exchanges []Exchange    `json:"exchanges,omitempty"`
	Took      time.Duration `json:"nanoseconds"`
}

// Options are what a run may be told.
type Options struct {
	Keep     bool          // do not delete what the checks made
	Parallel int           // how many checks run at once; 0 means 1
	Limit    time.Duration // for the whole run; 0 means 30 minutes
	Progress Progress      // may be nil
}

// Progress is told of each check that has ended.
type Progress interface{ Add(n int) }

// Select returns the checks of some profiles, all if there are none, or, if IDs
// are given, those checks. An ID that does not exist is an error.
func Select(profiles []Profile, ids []string) ([]Check, error) {
	all := Checks()
	if len(ids) > 0 {
		for _, id := range ids {
			if !slices.ContainsFunc(all, func(c Check) bool { return c.ID == id }) {
				return nil, fmt.Errorf("there is no check %q", id)
			}
		}
		return slices.DeleteFunc(all, func(c Check) bool { return !slices.Contains(ids, c.ID) }), nil
	}
	return slices.DeleteFunc(all, func(c Check) bool { return len(profiles) > 0 && !slices.ContainsFunc(profiles, c.In) }), nil
}

// Run runs checks against a target and returns a report with one result for
// each, in their order. When the context ends, the checks under way clean up,
// and the others are broken.
func Run(ctx context.Context, t *Target, checks []Check, o Options) *Report {
	if o.Limit == 0 {
		o.Limit = 30 * time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, o.Limit)
	defer cancel()
	report := &Report{URL: t.base, Started: time.Now(), Results: make([]Result, len(checks))}
	places := make(chan struct{}, max(o.Parallel, 1))
	var running sync.WaitGroup
	for i, c := range checks {
		if c.Alone {
			running.Wait()
		}
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			report.Results[i] = t.one(ctx, c, o.Keep)
			if o.Progress != nil {
				o.Progress.Add(1)
			}
		})
		if c.Alone {
			running.Wait()
		}
	}
	running.Wait()
	report.Took = time.Since(report.Started)
	return report
}

// one runs one check.
func (t *Target) one(ctx context.Context, c Check, keep bool) Result {
	r := Result{ID: c.ID, Title: c.Title, Source: c.Source, Grade: c.Grade, Outcome: Pass}
	if reason := t.lacking(c); reason != "" {
		r.Outcome, r.Message = Skipped, reason
		return r
	}
	switch {
	case ctx.Err() != nil:
		r.Outcome, r.Message = Broken, "the run ended before this check"
		return r
	case t.down.Load() && !t.alive(ctx):
		r.Outcome, r.Message = Broken, "the server answers no more"
		return r
	}
	t.down.Store(false)
	begin := time.Now()
	s := newSession(ctx, t)
	s.do(c)
	if !keep {
		r.Left = s.cleanup()
	}
	r.Took, r.Exchanges = time.Since(begin), s.exchanges
	if f := s.failure; f != nil {
		r.Outcome, r.Message, r.Setup = f.outcome, f.message, f.setup
	}
	if r.Outcome == Skipped && c.Grade == Must && len(c.Needs) == 0 {
		r.Outcome = Broken
	}
	return r
}

// do runs the check in a goroutine of its own, which [Session.Fail] ends.
func (s *Session) do(c Check) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if fault := recover(); fault != nil {
				s.failure = &failure{outcome: Broken, message: fmt.Sprintf("the check itself is at fault: %v", fault)}
			}
		}()
		c.Run(s)
	}()
	<-ended
}
