package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// The ways in which a client shows who it is.
const (
	ByToken = "token" // a Token; Client.ID is its id
	ByJWT   = "jwt"   // an access token; Client.ID is its subject
)

// Client is who asks, and for which connection.
type Client struct {
	Connection string
	ID         string  // a token's id, or the subject of a JWT: what stands in logs and audit
	Kind       string  // ByToken or ByJWT
	Scopes     []Scope // granted
}

// Require returns an *Error of kind Forbidden if the client may not do what the
// scope stands for.
func (c Client) Require(s Scope) error {
	if allows(c.Scopes, s) {
		return nil
	}
	return &Error{Kind: Forbidden, Msg: "the token does not allow to " + string(s), Scope: s}
}

// Settings say what an Authenticator accepts.
type Settings struct {
	Tokens  Tokens
	Issuers []Issuer
	Now     func() time.Time // nil = time.Now
	Log     *slog.Logger     // for what goes wrong beside the requests; nil = none
}

// Authenticator tells clients by their credentials. Its methods may be called
// from many goroutines.
type Authenticator struct {
	settings Settings
	issuers  []*issuer
	verified verified
	limits   *limits
	uses     *uses
}

// New makes an Authenticator; it asks nobody yet. The error joins what is wrong
// with the issuers. Close it at the end.
func New(s Settings) (*Authenticator, error) {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	issuers, err := newIssuers(s.Issuers, s.Now)
	if err != nil {
		return nil, err
	}
	return &Authenticator{settings: s, issuers: issuers, limits: newLimits(), uses: newUses(s.Tokens, s.Now, s.Log)}, nil
}

// Close writes the last uses of tokens that are not written yet.
func (a *Authenticator) Close(ctx context.Context) error { return a.uses.close(ctx) }

// Client tells who sent a request with that header from that address: "host",
// or "host:port" as in http.Request.RemoteAddr, behind a trusted proxy the one
// that the proxy names. The error is an *Error of kind Missing, Refused, Blocked
// or Unavailable.
//
// The credential is a bearer token (RFC 6750 section 2.1), the scheme in any
// case, or the password of HTTP Basic (RFC 7617) with any user name, because some
// clients know only that; it is never taken from the URL or the body.
func (a *Authenticator) Client(ctx context.Context, header http.Header, remote string) (Client, error) {
	now := a.settings.Now()
	c, err := a.verify(ctx, header, remote, now)
	if own := (*Error)(nil); errors.As(err, &own) && own.Kind == Refused {
		if after := a.limits.refuse(remote, now); after > 0 {
			return Client{}, blocked(after, own.Err)
		}
	}
	return c, err
}

func (a *Authenticator) verify(ctx context.Context, header http.Header, remote string, now time.Time) (Client, error) {
	p, err := credential(header)
	if err != nil {
		return Client{}, err
	}
	if _, before := a.verified.get(p.digest()); !before {
		if after := a.limits.flooded(remote, now); after > 0 {
			return Client{}, blocked(after, errFlood)
		}
	}
	if isJWT(p) {
		return a.jwt(ctx, p, now)
	}
	return a.token(ctx, p, now)
}

var (
	errFlood = errors.New("refusals from everywhere are over the global limit")
	errTwice = errors.New("the request has several Authorization headers")
)

// maxCredential bounds what is hashed and parsed; JWTs of Entra with many groups
// have some kilobytes.
const maxCredential = 16 << 10

// credential takes the token out of the header. Other schemes than Bearer and
// Basic are no credential at all.
func credential(header http.Header) (Plain, error) {
	values := header.Values("Authorization")
	if len(values) == 0 {
		return Plain{}, missing()
	}
	if len(values) > 1 {
		return Plain{}, refused(errTwice)
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(values[0]), " ")
	rest = strings.TrimSpace(rest)
	switch {
	case strings.EqualFold(scheme, "Basic"):
		rest = password(rest)
	case !strings.EqualFold(scheme, "Bearer"):
		return Plain{}, missing()
	}
	if rest == "" {
		return Plain{}, missing()
	}
	if len(rest) > maxCredential {
		return Plain{}, refused(errForm)
	}
	return NewPlain(rest), nil
}

// password is the password of HTTP Basic, "" if there is none.
func password(encoded string) string {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	_, password, _ := strings.Cut(string(text), ":")
	return password
}
