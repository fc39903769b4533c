package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Tokens is where tokens are kept.
type Tokens interface {
	// Token returns a token by its id, also one that expired or was revoked. The
	// error wraps ErrNoToken if there is none; any other means that the question
	// could not be answered.
	Token(ctx context.Context, id string) (Token, error)
	// Used notes when a token was used last. An earlier instant than the one that
	// is noted changes nothing.
	Used(ctx context.Context, id string, at time.Time) error
}

// ErrNoToken says that there is no token with an id.
var ErrNoToken = errors.New("there is no such token")

const (
	// fresh is how long a token is believed without asking again: one that another
	// process revoked is refused within this time.
	fresh = time.Second
	// known is how long a credential that was accepted is remembered for the
	// failures of others not to hinder it.
	known = time.Hour
	// maxVerified bounds the memory of credentials that were accepted. Only
	// accepted ones get into it, so it is full only of live tokens and of JWTs.
	maxVerified = 4096
)

// digest stands for a credential that was shown.
type digest [sha256.Size]byte

func (p Plain) digest() digest { return sha256.Sum256([]byte(p.Reveal())) }

// verified remembers the credentials that were accepted. Those that were not are
// looked up each time, so that an id that does not exist costs what a wrong
// secret costs.
type verified struct {
	mu      sync.Mutex
	entries map[digest]entry
}

type entry struct {
	token Token // zero of a JWT
	at    time.Time
}

func (v *verified) get(d digest) (entry, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	e, found := v.entries[d]
	return e, found
}

func (v *verified) add(d digest, e entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.entries == nil {
		v.entries = map[digest]entry{}
	}
	if _, again := v.entries[d]; !again && len(v.entries) >= maxVerified {
		v.forget(e.at)
	}
	v.entries[d] = e
}

func (v *verified) drop(d digest) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.entries, d)
}

// forget makes room: what is old goes, and if nothing is, half of the rest.
func (v *verified) forget(now time.Time) {
	for d, e := range v.entries {
		if now.Sub(e.at) > known {
			delete(v.entries, d)
		}
	}
	for d := range v.entries {
		if len(v.entries) <= maxVerified/2 {
			return
		}
		delete(v.entries, d)
	}
}

// token verifies the text of a token of Muster.
func (a *Authenticator) token(ctx context.Context, p Plain, now time.Time) (Client, error) {
	id, secret, err := p.parse()
	if err != nil {
		return Client{}, refused(err)
	}
	d := p.digest()
	e, again := a.verified.get(d)
	if age := now.Sub(e.at); !again || age < 0 || age >= fresh || !e.token.Live(now) {
		if e.token, err = a.lookUp(ctx, id, secret, now); err != nil {
			if own := (*Error)(nil); errors.As(err, &own) && own.Kind == Refused {
				a.verified.drop(d)
			}
			return Client{}, err
		}
		a.verified.add(d, entry{token: e.token, at: now})
	}
	a.uses.note(id, now)
	return Client{Connection: e.token.Connection, ID: id, Kind: ByToken, Scopes: slices.Clone(e.token.Scopes)}, nil
}

// lookUp asks for the token and compares its secret, also where there is none.
func (a *Authenticator) lookUp(ctx context.Context, id, secret string, now time.Time) (Token, error) {
	t, err := a.settings.Tokens.Token(ctx, id)
	if err != nil && !errors.Is(err, ErrNoToken) {
		return Token{}, unavailable(0, err)
	}
	fits := t.fits(secret)
	switch {
	case err != nil:
		return Token{}, refused(err)
	case !fits:
		return Token{}, refused(fmt.Errorf("the secret of token %s is wrong", id))
	case !t.Live(now):
		return Token{}, refused(ended(t))
	}
	return t, nil
}

func ended(t Token) error {
	if !t.Revoked.IsZero() {
		return fmt.Errorf("token %s of connection %s was revoked at %s", t.ID, t.Connection, t.Revoked.UTC().Format(time.RFC3339))
	}
	return fmt.Errorf("token %s of connection %s expired at %s", t.ID, t.Connection, t.Expires.UTC().Format(time.RFC3339))
}
