package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/muster-idm/muster/auth"
)

const audience = "api://muster"

// idp is an authorization server with a certificate of its own.
type idp struct {
	*httptest.Server
	path string // of the issuer

	mu     sync.Mutex
	names  string // what its metadata call the issuer; "" = right
	down   bool
	keys   jose.JSONWebKeySet
	answer string // instead of keys
	keysAt string // instead of its own address
	asked  map[string]int
}

func newIdP(t *testing.T, path string) *idp {
	t.Helper()
	p := &idp{path: path, asked: map[string]int{}}
	p.Server = httptest.NewTLSServer(p)
	t.Cleanup(p.Close)
	return p
}

// url is the issuer.
func (p *idp) url() string { return p.URL + p.path }

func (p *idp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.URL.Path]++
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch {
	case p.down:
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte(`{"keys": [], "why": "nobody should see this"}`))
		return
	case r.URL.Path == "/keys" && p.answer != "":
		_, _ = w.Write([]byte(p.answer))
		return
	case r.URL.Path == "/keys":
		answer = p.keys
	case r.URL.Path == p.path+".well-known/openid-configuration" || r.URL.Path == p.path+"/.well-known/openid-configuration":
		names := p.names
		if names == "" {
			names = p.url()
		}
		keysAt := p.keysAt
		if keysAt == "" {
			keysAt = p.URL + "/keys"
		}
		answer = map[string]any{"issuer": names, "jwks_uri": keysAt, "id_token_signing_alg_values_supported": []string{"RS256"}}
	default:
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (p *idp) change(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *idp) times(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// signer signs with one key.
type signer struct {
	algorithm jose.SignatureAlgorithm
	key       jose.JSONWebKey
}

// sign makes a key and, when published, a key of the server.
func (p *idp) signer(t *testing.T, id string, algorithm jose.SignatureAlgorithm, published bool) signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch algorithm {
	case jose.ES256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jose.ES384:
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case jose.ES512:
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	if published {
		p.change(func() {
			p.keys.Keys = append(p.keys.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Use: "sig"})
		})
	}
	return signer{algorithm, jose.JSONWebKey{Key: key, KeyID: id}}
}

type claims map[string]any

// with returns the claims with some changed; nil takes one away.
func (c claims) with(changes claims) claims {
	out := claims{}
	for name, value := range c {
		out[name] = value
	}
	for name, value := range changes {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

// good are the claims of a token that is accepted at noon.
func (p *idp) good() claims {
	return claims{"iss": p.url(), "aud": audience, "sub": "provisioning", "appid": "4711", "iat": noon.Unix(), "nbf": noon.Unix(), "exp": noon.Add(time.Hour).Unix()}
}

func (s signer) sign(t *testing.T, c claims) string {
	t.Helper()
	with, err := jose.NewSigner(jose.SigningKey{Algorithm: s.algorithm, Key: s.key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := with.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// accepts is an Issuer that accepts the good claims.
func (p *idp) accepts(connection string) auth.Issuer {
	return auth.Issuer{Connection: connection, URL: p.url(), Audience: audience, Claims: map[string][]string{"appid": {"4711", "4712"}}, Client: p.Client()}
}

// publicPEM is the published key as text, which forgers use as a secret.
func (s signer) publicPEM(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(s.key.Key.(crypto.Signer).Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}
