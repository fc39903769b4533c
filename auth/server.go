package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	// renewKeys is after how long all keys are asked for again. The library asks
	// only for a key that it does not know, and would believe for ever in one that
	// was stolen and withdrawn.
	renewKeys = time.Hour
	// keepKeys is how long keys are believed while their server is away.
	keepKeys = 24 * time.Hour
)

// server is the authorization server behind one or more issuers: they differ in
// what they want of a token, not in who signed it.
type server struct {
	url   string
	fetch *fetcher

	mu      sync.Mutex
	keysURL string      // "" until the server was discovered
	keys    oidc.KeySet // nil until a token was held against them
	renewed time.Time   // when keys were taken
	next    oidc.KeySet // takes the place of keys once it was fetched
}

var _ oidc.KeySet = (*server)(nil)

// discover asks the server for its metadata (OpenID Connect Discovery section 4)
// when the first token comes, and again after a fault.
func (s *server) discover(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keysURL != "" {
		return nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, s.client()), s.url)
	if err != nil {
		return err
	}
	var metadata struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return err
	}
	if metadata.Keys == "" {
		return errors.New("its metadata name no keys")
	}
	s.keysURL = metadata.Keys
	return nil
}

func (s *server) client() *http.Client { return &http.Client{Transport: s.fetch} }

// VerifySignature holds a JWT against the keys. The error wraps another one only
// if they could not be fetched.
func (s *server) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	keys, next, age := s.sets()
	if next == nil {
		return keys.VerifySignature(ctx, jwt)
	}
	claims, err := next.VerifySignature(ctx, jwt)
	if !unfetched(err) {
		s.take(next)
		return claims, err
	}
	if keys != nil && age < keepKeys {
		return keys.VerifySignature(ctx, jwt)
	}
	return nil, err
}

// unfetched says whether the error is that keys could not be had. The library
// wraps a cause then, and only then.
func unfetched(err error) bool { return errors.Unwrap(err) != nil }

// sets returns the keys, nil at first; those that will replace them, nil while
// the keys are young; and how old the keys are.
func (s *server) sets() (keys, next oidc.KeySet, age time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	age = s.fetch.now().Sub(s.renewed)
	if s.next == nil && (s.keys == nil || age >= renewKeys) {
		s.next = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), s.client()), s.keysURL)
	}
	return s.keys, s.next, age
}

func (s *server) take(next oidc.KeySet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == next { // else another token came first
		s.keys, s.next, s.renewed = next, nil, s.fetch.now()
	}
}

// away says that the server cannot be asked, and when it will be asked again.
func (s *server) away(err error) *Error {
	after := keepAnswer
	if gone := (*away)(nil); errors.As(err, &gone) {
		after = max(gone.until.Sub(s.fetch.now()), minPause)
	}
	cause := err.Error()
	if len(cause) > maxCause {
		cause = cause[:maxCause] + "..."
	}
	return unavailable(after, fmt.Errorf("issuer %s: %s", s.url, cause))
}

// maxCause bounds what is logged: the library puts whole answers into its errors.
const maxCause = 400

// watchedKeys remembers whether the keys could not be had: the library says that
// only in words.
type watchedKeys struct {
	oidc.KeySet
	away error
}

// VerifySignature passes on what the keys say.
func (w *watchedKeys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	claims, err := w.KeySet.VerifySignature(ctx, jwt)
	if unfetched(err) {
		w.away = err
	}
	return claims, err
}
