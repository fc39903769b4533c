package auth

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Issuer is an OAuth 2.0 authorization server whose JWT access tokens (RFC 9068)
// a connection accepts.
//
// Microsoft Entra ID signs the tokens of its provisioning under the issuer
// https://sts.windows.net/TENANT/, with the slash, and one audience for all
// applications that are not in the gallery: what tells one tenant's tokens from
// another's is the issuer, so TENANT is the tenant's id.
type Issuer struct {
	Connection string
	URL        string              // as in the claim iss, slash and all; OpenID Connect Discovery happens below it
	Audience   string              // must be among the claim aud
	Claims     map[string][]string // each must have one of the values; of a list, one element
	Scopes     ScopeRule
	Client     *http.Client // for its certificates; nil = http.DefaultClient. Issuers of one URL share the first one's
}

// ScopeRule says what a JWT allows. Without Read and Write it allows both, which
// is right where the audience is for provisioning alone.
type ScopeRule struct {
	Claim string   // "" = the first that the token has of scp, scope and roles
	Read  []string // each of these values allows to read
	Write []string // each of these values allows to write, and to read
}

// issuer is an Issuer that is in use.
type issuer struct {
	Issuer
	server *server
}

// newIssuers checks all and returns all faults at once.
func newIssuers(settings []Issuer, now func() time.Time) ([]*issuer, error) {
	var faults []error
	var all []*issuer
	servers := map[string]*server{}
	for _, s := range settings {
		if err := s.check(); err != nil {
			faults = append(faults, fmt.Errorf("connection %s: %w", s.Connection, err))
			continue
		}
		for _, other := range all {
			if s.same(other.Issuer) {
				faults = append(faults, fmt.Errorf("connections %s and %s accept the same tokens: give each a claim that only its own have", other.Connection, s.Connection))
			}
		}
		if servers[s.URL] == nil {
			servers[s.URL] = &server{url: s.URL, fetch: newFetcher(s.Client, now)}
		}
		all = append(all, &issuer{Issuer: s, server: servers[s.URL]})
	}
	return all, errors.Join(faults...)
}

func (s Issuer) check() error {
	u, err := url.Parse(s.URL)
	switch {
	case err != nil || u.Host == "":
		return errors.New("the issuer is not a URL")
	case !private(u):
		return fmt.Errorf("the issuer %s must be asked over https", s.URL) // whoever is in between would choose the keys
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("the issuer %s://%s must have neither user, query nor fragment", u.Scheme, u.Host)
	case s.Audience == "":
		return fmt.Errorf("the issuer %s has no audience: it would accept tokens made for others", s.URL)
	case s.Connection == "":
		return fmt.Errorf("the issuer %s belongs to no connection", s.URL)
	}
	for name, values := range s.Claims {
		if len(values) == 0 {
			return fmt.Errorf("claim %q of issuer %s has no value", name, s.URL)
		}
	}
	return nil
}

// private says whether nobody in between can change what the URL answers.
func private(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
}

// same says whether a token that one accepts is accepted by the other for sure.
func (s Issuer) same(other Issuer) bool {
	return s.URL == other.URL && s.Audience == other.Audience && maps.EqualFunc(s.Claims, other.Claims, slices.Equal)
}
