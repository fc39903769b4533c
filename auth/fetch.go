package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	fetchTimeout = 5 * time.Second
	maxAnswer    = 1 << 20 // bytes
	// keepAnswer is how long an answer stands for the next ones: tokens with
	// invented key ids make the library ask for keys each time.
	keepAnswer = 5 * time.Second
	minPause   = time.Second // after a fault; doubled with each
	maxPause   = time.Minute
)

// fetcher asks an issuer for its metadata and its keys. It asks for each URL
// once at a time, not again within keepAnswer, and after faults less and less
// often. It is beneath go-oidc, which knows neither timeouts nor pauses nor sizes.
type fetcher struct {
	next http.RoundTripper
	now  func() time.Time

	mu   sync.Mutex
	urls map[string]*fetched // two: metadata and keys
}

type fetched struct {
	mu    sync.Mutex
	body  []byte
	err   error
	until time.Time
	pause time.Duration
}

// away says that an issuer gave no answer that can be used.
type away struct {
	err   error
	until time.Time
}

func (a *away) Error() string { return a.err.Error() }

func (a *away) Unwrap() error { return a.err }

func newFetcher(client *http.Client, now func() time.Time) *fetcher {
	f := &fetcher{next: http.DefaultTransport, now: now, urls: map[string]*fetched{}}
	if client != nil && client.Transport != nil {
		f.next = client.Transport
	}
	return f
}

// RoundTrip answers from what was fetched, or fetches. The error is an *away.
func (f *fetcher) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	u, again := f.urls[r.URL.String()]
	if !again {
		u = &fetched{}
		f.urls[r.URL.String()] = u
	}
	f.mu.Unlock()
	u.mu.Lock()
	defer u.mu.Unlock()
	if now := f.now(); !now.Before(u.until) || u.until.Sub(now) > maxPause {
		u.keep(f.fetch(r))
		u.until = f.now().Add(u.pause)
	}
	if u.err != nil {
		return nil, &away{err: u.err, until: u.until}
	}
	return &http.Response{Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(u.body)), ContentLength: int64(len(u.body))}, nil
}

// keep remembers what was fetched and for how long it stands.
func (u *fetched) keep(body []byte, err error) {
	switch {
	case err == nil:
		u.pause = keepAnswer
	case u.err == nil:
		u.pause = minPause
	default:
		u.pause = min(2*u.pause, maxPause)
	}
	u.body, u.err = body, err
}

// fetch asks, and follows no redirection. It goes on when the request that needed
// it first is gone, because others wait for the answer.
func (f *fetcher) fetch(r *http.Request) ([]byte, error) {
	if !private(r.URL) {
		return nil, fmt.Errorf("%s is not asked over https", r.URL.Redacted())
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), fetchTimeout)
	defer cancel()
	answer, err := f.next.RoundTrip(r.Clone(ctx))
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", r.URL.Redacted(), err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers with status %d", r.URL.Redacted(), answer.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errors.New("it is longer than 1 MB")
	}
	if err != nil {
		return nil, fmt.Errorf("the answer of %s cannot be used: %w", r.URL.Redacted(), err)
	}
	return body, nil
}
