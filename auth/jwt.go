package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// skew is how much the clocks of an issuer and of Muster may differ.
const skew = 2 * time.Minute

// algorithms are those with a key pair. With none, or with HMAC over a key that
// everybody knows, anybody could sign (RFC 8725 section 3.1).
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512}

func isJWT(p Plain) bool {
	return !strings.HasPrefix(p.Reveal(), prefix) && strings.Count(p.Reveal(), ".") == 2
}

// jwt verifies an access token with the issuers that carry the name it claims.
// Several connections may accept tokens of one issuer; a token that fits more
// than one is refused, because nobody can say whose it is.
func (a *Authenticator) jwt(ctx context.Context, p Plain, now time.Time) (Client, error) {
	claimed, err := claimedIssuer(p)
	if err != nil {
		return Client{}, refused(err)
	}
	var found []Client
	var faults []error
	for _, i := range a.issuers {
		if i.URL != claimed {
			continue
		}
		c, err := i.client(ctx, p, now)
		if gone := (*Error)(nil); errors.As(err, &gone) {
			return Client{}, err
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("connection %s: %w", i.Connection, err))
			continue
		}
		found = append(found, c)
	}
	switch {
	case len(found) == 1:
		a.verified.add(p.digest(), entry{at: now})
		return found[0], nil
	case len(found) > 1:
		return Client{}, refused(fmt.Errorf("the token of %q fits connection %s and connection %s", found[0].ID, found[0].Connection, found[1].Connection))
	case len(faults) == 0:
		return Client{}, refused(fmt.Errorf("no connection accepts tokens of the issuer %.200q", claimed))
	}
	return Client{}, refused(errors.Join(faults...))
}

// claimedIssuer reads whose token it claims to be, before anything is verified:
// only to know whom to ask.
func claimedIssuer(p Plain) (string, error) {
	signed, err := jose.ParseSignedCompact(p.Reveal(), algorithms)
	if err != nil {
		return "", errors.New("it is not a JWT that is signed with an accepted algorithm")
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return "", errors.New("the claims of the JWT are not JSON")
	}
	return claims.Issuer, nil
}

// client verifies the token and reads its claims. The error is an *Error if the
// issuer is away; every other says what is wrong with the token.
func (i *issuer) client(ctx context.Context, p Plain, now time.Time) (Client, error) {
	token, err := i.verify(ctx, p)
	if err != nil {
		return Client{}, err
	}
	var all claims
	if err := token.Claims(&all); err != nil {
		return Client{}, errors.New("its claims cannot be read")
	}
	if err := all.valid(now); err != nil {
		return Client{}, err
	}
	for name, values := range i.Claims {
		if !slices.ContainsFunc(all.values(name), func(v string) bool { return slices.Contains(values, v) }) {
			return Client{}, fmt.Errorf("its claim %q has none of the values that are wanted", name)
		}
	}
	scopes := i.Scopes.grant(all)
	switch {
	case token.Subject == "":
		return Client{}, errors.New("it has no subject")
	case len(scopes) == 0:
		return Client{}, errors.New("it has no scope that is wanted")
	}
	return Client{Connection: i.Connection, ID: token.Subject, Kind: ByJWT, Scopes: scopes}, nil
}

// verify checks signature, issuer and audience. The times are checked after it,
// because the library allows five minutes for one of them and none for another.
func (i *issuer) verify(ctx context.Context, p Plain) (*oidc.IDToken, error) {
	if err := i.server.discover(ctx); err != nil {
		return nil, i.server.away(err)
	}
	watched := &watchedKeys{KeySet: i.server}
	config := &oidc.Config{ClientID: i.Audience, SkipExpiryCheck: true}
	for _, algorithm := range algorithms {
		config.SupportedSigningAlgs = append(config.SupportedSigningAlgs, string(algorithm))
	}
	token, err := oidc.NewVerifier(i.URL, watched, config).Verify(ctx, p.Reveal())
	if watched.away != nil {
		return nil, i.server.away(watched.away)
	}
	return token, err
}
