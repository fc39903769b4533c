package scim

import (
	"context"
	"sync"

	"github.com/muster-idm/muster/bridge"
)

// turns lets those who want the same thing go one after the other.
type turns struct {
	mu   sync.Mutex
	held map[string]*turn
}

type turn struct {
	free    chan struct{} // holds one token while nobody has the turn
	waiting int           // who have it or wait for it
}

// take waits for the turn of a name, and returns how to give it back. The error
// is of kind Unavailable when the context ended first.
func (t *turns) take(ctx context.Context, name string) (give func(), err error) {
	this := t.join(name)
	select {
	case <-this.free:
		return func() {
			this.free <- struct{}{}
			t.leave(name, this)
		}, nil
	case <-ctx.Done():
		t.leave(name, this)
		return nil, bridge.Wrap(bridge.Unavailable, ctx.Err(), "the request ended while it waited for another one")
	}
}

func (t *turns) join(name string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil {
		t.held = map[string]*turn{}
	}
	this, there := t.held[name]
	if !there {
		this = &turn{free: make(chan struct{}, 1)}
		this.free <- struct{}{}
		t.held[name] = this
	}
	this.waiting++
	return this
}

func (t *turns) leave(name string, this *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if this.waiting--; this.waiting == 0 {
		delete(t.held, name)
	}
}
