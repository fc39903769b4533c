package ldap

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// Pool keeps bound connections to one server. It moves on to the next URL when
// the server goes away, but never after a write.
type Pool struct {
	set   Settings
	tls   *tls.Config
	slots chan struct{} // one per connection that may be in use
	root  Root
	wrote atomic.Bool

	binding sync.Mutex // one bind at a time, so that a wrong password is tried once
	refused error      // guarded by binding

	mu     sync.Mutex
	idle   []*conn
	server int // index of the URL in use
	closed bool
}

// Dial connects to the first server that answers, signs in and reads its
// rootDSE. The error is of kind Invalid if the settings make no sense,
// Unauthenticated if the account is refused and else Unavailable.
func Dial(ctx context.Context, s Settings) (*Pool, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	config, err := s.tlsConfig()
	if err != nil {
		return nil, err
	}
	s = s.withDefaults()
	p := &Pool{set: s, tls: config, slots: make(chan struct{}, s.Connections)}
	if p.root, err = p.readRoot(ctx); err != nil {
		p.Close()
		return nil, err
	}
	if p.set.Base == "" {
		p.set.Base = p.root.First("defaultNamingContext", "namingContexts")
	}
	return p, nil
}

// Root returns the server's rootDSE (RFC 4512 section 5.1) as it was at Dial.
func (p *Pool) Root() Root { return p.root }

// Base returns the DN below which everything lies.
func (p *Pool) Base() string { return p.set.Base }

// Account returns the name by which the pool signs in.
func (p *Pool) Account() string { return p.set.BindDN }

// Server returns the URL in use.
func (p *Pool) Server() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.set.URLs[p.server]
}

// Close ends all idle connections; those in use end when they are given back.
func (p *Pool) Close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		_ = c.ldap.Close()
	}
}

// open dials and binds: the server in use first, then the others as long as
// nothing was written.
func (p *Pool) open(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	first := p.server
	p.mu.Unlock()
	var errs []error
	for i := range p.set.URLs {
		at := (first + i) % len(p.set.URLs)
		if i > 0 && p.wrote.Load() {
			return nil, bridge.Wrap(bridge.Unavailable, errors.Join(errs...), "%s went away after something was written to it; another server may not know of it yet, so none is used", p.set.URLs[first])
		}
		c, err := p.openAt(ctx, p.set.URLs[at])
		if err == nil {
			p.mu.Lock()
			p.server = at
			p.mu.Unlock()
			return c, nil
		}
		if isSignInRefused(err) || ctx.Err() != nil {
			return nil, err
		}
		errs = append(errs, err)
	}
	if len(errs) == 1 {
		return nil, errs[0]
	}
	return nil, bridge.Wrap(bridge.KindOf(errs[0]), errors.Join(errs...), "none of the %d servers can be used", len(errs))
}

func (p *Pool) openAt(ctx context.Context, server string) (*conn, error) {
	c, err := p.connect(ctx, server)
	if err != nil {
		return nil, err
	}
	if err := p.bind(ctx, c); err != nil {
		c.cut()
		return nil, err
	}
	return c, nil
}

// take returns an idle connection that is known to work, or a new one.
func (p *Pool) take(ctx context.Context) (*conn, error) {
	for {
		p.mu.Lock()
		n := len(p.idle)
		if p.closed {
			p.mu.Unlock()
			return nil, bridge.Errorf(bridge.Unavailable, "the directory is closed")
		}
		if n == 0 {
			p.mu.Unlock()
			return p.open(ctx)
		}
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		if time.Since(c.born) < p.set.MaxAge && !c.ldap.IsClosing() && p.answers(ctx, c) {
			return c, nil
		}
		c.cut()
	}
}

// answers tries out a connection that was idle for a while.
func (p *Pool) answers(ctx context.Context, c *conn) bool {
	if time.Since(c.used) < p.set.ProbeAfter {
		return true
	}
	stop := context.AfterFunc(ctx, c.cut)
	defer stop()
	c.ldap.SetTimeout(p.set.DialTimeout)
	defer c.ldap.SetTimeout(p.set.RequestTimeout)
	_, err := c.ldap.Search(goldap.NewSearchRequest("", goldap.ScopeBaseObject, goldap.NeverDerefAliases, 1, 0, false,
		anything, []string{"1.1"}, nil))
	return err == nil
}

// give takes a connection back; a doubtful one is ended.
func (p *Pool) give(c *conn, doubtful bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if doubtful || p.closed || c.ldap.IsClosing() {
		c.cut()
		return
	}
	c.used = time.Now()
	p.idle = append(p.idle, c)
}

// use runs f on a connection. Cancelling ctx cuts the connection; sent says
// whether a byte of f's request may have reached the server.
func (p *Pool) use(ctx context.Context, f func(*goldap.Conn) error) (sent bool, err error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	c, err := p.take(ctx)
	if err != nil {
		return false, err
	}
	before := c.wire.writes.Load()
	stop := context.AfterFunc(ctx, c.cut)
	err = f(c.ldap)
	doubtful := !stop() || isDoubtful(err)
	p.give(c, doubtful)
	return c.wire.writes.Load() != before, err
}

// read runs a request that changes nothing; a connection that turns out to be
// dead is replaced once.
func (p *Pool) read(ctx context.Context, what string, f func(*goldap.Conn) error) error {
	_, err := p.use(ctx, f)
	if isDoubtful(err) && !isRequestTimeout(err) && ctx.Err() == nil {
		_, err = p.use(ctx, f)
	}
	return p.answer(ctx, err, what)
}

// write runs a request that changes something. When it was sent and no answer
// came, *bridge.Unknown is in the chain of the error.
func (p *Pool) write(ctx context.Context, what string, f func(*goldap.Conn) error) error {
	marked := func(c *goldap.Conn) error {
		p.wrote.Store(true) // not before there is a connection: until then another server will do
		return f(c)
	}
	sent, err := p.use(ctx, marked)
	if isDoubtful(err) && !sent && ctx.Err() == nil {
		sent, err = p.use(ctx, marked)
	}
	if isDoubtful(err) && sent && !isSessionLost(err) {
		return bridge.Wrap(bridge.Unavailable, &bridge.Unknown{Err: err}, "the directory did not answer to %s; nobody knows yet whether it was done", what)
	}
	return p.answer(ctx, err, what)
}

func (p *Pool) answer(ctx context.Context, err error, what string) error {
	if err != nil && ctx.Err() != nil {
		return bridge.Wrap(bridge.Unavailable, ctx.Err(), "cancelled while asked to %s", what)
	}
	return answerError(err, what)
}
