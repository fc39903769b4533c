package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"
)

// noteEvery is how often the last use of one token is written at most.
const noteEvery = time.Minute

// uses keeps when tokens were used until it is written: beside the requests, and
// at the end all that is left.
type uses struct {
	tokens Tokens
	now    func() time.Time
	log    *slog.Logger

	mu      sync.Mutex
	pending map[string]time.Time // id -> last use, not written yet
	tried   map[string]time.Time // id -> when its use was written last, or should have been

	wake chan struct{}
	stop context.CancelFunc
	done chan struct{}
}

func newUses(tokens Tokens, now func() time.Time, log *slog.Logger) *uses {
	ctx, stop := context.WithCancel(context.Background())
	u := &uses{tokens: tokens, now: now, log: log, pending: map[string]time.Time{}, tried: map[string]time.Time{},
		wake: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go u.run(ctx)
	return u
}

// note remembers a use; it never waits for the store.
func (u *uses) note(id string, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.pending[id] = at
	if u.due(id, at) {
		select {
		case u.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

func (u *uses) due(id string, now time.Time) bool {
	last, before := u.tried[id]
	return !before || now.Sub(last) >= noteEvery
}

// run writes what is due when a use is noted, and looks once a minute for what
// came too early for that.
func (u *uses) run(ctx context.Context) {
	defer close(u.done)
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-u.wake:
		}
		if err := u.write(ctx, false); err != nil && ctx.Err() == nil {
			u.log.Warn("the last use of tokens was not written; it is tried again", "error", err)
		}
	}
}

// write writes the pending uses that are due, or all. What could not be written
// stays pending, and is due again after noteEvery.
func (u *uses) write(ctx context.Context, all bool) error {
	now := u.now()
	u.mu.Lock()
	batch := maps.Clone(u.pending)
	maps.DeleteFunc(batch, func(id string, _ time.Time) bool { return !all && !u.due(id, now) })
	u.mu.Unlock()
	var faults []error
	for id, at := range batch {
		err := u.tokens.Used(ctx, id, at)
		u.mu.Lock()
		if u.tried[id] = now; err == nil && !u.pending[id].After(at) {
			delete(u.pending, id)
		}
		u.mu.Unlock()
		if err != nil {
			faults = append(faults, fmt.Errorf("token %s: %w", id, err))
		}
	}
	return errors.Join(faults...)
}

// close ends the writing beside the requests and writes what is left.
func (u *uses) close(ctx context.Context) error {
	u.stop()
	<-u.done
	return u.write(ctx, true)
}
