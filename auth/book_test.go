package auth_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/muster-idm/muster/auth"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// book keeps tokens in memory.
type book struct {
	mu     sync.Mutex
	tokens map[string]auth.Token
	asked  int         // look-ups
	wrote  []time.Time // uses that were written
	when   []time.Time // when they were written
	away   error       // every answer while it is set
	hangs  chan struct{}
}

func newBook() *book { return &book{tokens: map[string]auth.Token{}} }

func (b *book) Token(_ context.Context, id string) (auth.Token, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	if b.away != nil {
		return auth.Token{}, b.away
	}
	t, found := b.tokens[id]
	if !found {
		return auth.Token{}, auth.ErrNoToken
	}
	return t, nil
}

func (b *book) Used(ctx context.Context, id string, at time.Time) error {
	if b.hangs != nil {
		select {
		case <-b.hangs:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away != nil {
		return b.away
	}
	t := b.tokens[id]
	t.LastUsed = at
	b.tokens[id] = t
	b.wrote, b.when = append(b.wrote, at), append(b.when, time.Now())
	return nil
}

// add makes a token and returns it with its text.
func (b *book) add(connection string, life time.Duration, scopes ...auth.Scope) (auth.Token, string) {
	t, plain := auth.NewToken(connection, scopes, noon.Add(life), noon)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens[t.ID] = t
	return t, plain.Reveal()
}

// put keeps a token by an id that need not be its own.
func (b *book) put(id string, t auth.Token) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens[id] = t
}

func (b *book) revoke(id string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.tokens[id]
	t.Revoked = at
	b.tokens[id] = t
}

func (b *book) fall(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.away = err
}

func (b *book) lookUps() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

func (b *book) uses() []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]time.Time(nil), b.wrote...)
}

func (b *book) writes() []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]time.Time(nil), b.when...)
}

// clock is a clock that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// gate is an Authenticator with what a test changes of it.
type gate struct {
	*auth.Authenticator
	book  *book
	clock *clock
}

func newGate(t *testing.T, issuers ...auth.Issuer) *gate {
	t.Helper()
	g := &gate{book: newBook(), clock: &clock{at: noon}}
	a, err := auth.New(auth.Settings{Tokens: g.book, Issuers: issuers, Now: g.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil && g.book.away == nil {
			t.Error(err)
		}
	})
	g.Authenticator = a
	return g
}

const home = "192.0.2.7:50000"

func bearer(text string) http.Header { return http.Header{"Authorization": {"Bearer " + text}} }

// try shows a token from an address.
func (g *gate) try(t *testing.T, text, remote string) (auth.Client, error) {
	t.Helper()
	return g.Client(t.Context(), bearer(text), remote)
}

// wantKind fails unless the error is an *auth.Error of the kind; it returns it.
func wantKind(t *testing.T, err error, kind auth.Kind) auth.Error {
	t.Helper()
	var own *auth.Error
	if !errors.As(err, &own) || own.Kind != kind {
		t.Fatalf("%v, wanted an error of kind %s", err, kind)
	}
	return *own
}
