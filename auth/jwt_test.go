package auth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/auth"
)

func TestAnAccessTokenOfTheIssuerLetsItsClientIn(t *testing.T) {
	for _, path := range []string{"", "/", "/tenant/"} { // Entra ends its issuer with a slash
		for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512} {
			if path != "" && algorithm != jose.RS256 {
				continue
			}
			p := newIdP(t, path)
			s := p.signer(t, "k1", algorithm, true)
			g := newGate(t, p.accepts("entra"))
			c, err := g.try(t, s.sign(t, p.good().with(claims{"aud": []string{"other", audience}})), home)
			if err != nil {
				t.Fatalf("%s at %q: %v", algorithm, path, err)
			}
			if diff := cmp.Diff(auth.Client{Connection: "entra", ID: "provisioning", Kind: auth.ByJWT, Scopes: auth.Scopes()}, c); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// forgeries are tokens that must not let anybody in, by what the log says.
func forgeries(t *testing.T, p *idp, s signer) map[string]string {
	t.Helper()
	good := p.good()
	foreign := p.signer(t, "k1", jose.RS256, false)
	parts := strings.Split(s.sign(t, good), ".")
	text, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	hmac := signer{jose.HS256, jose.JSONWebKey{Key: s.publicPEM(t), KeyID: "k1"}}
	return map[string]string{
		"not a JWT that is signed with an accepted algorithm#none":    encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(text) + ".",
		"not a JWT that is signed with an accepted algorithm#None":    encode([]byte(`{"alg":"None"}`)) + "." + encode(text) + ".",
		"not a JWT that is signed with an accepted algorithm#hmac":    hmac.sign(t, good),
		"not a JWT that is signed with an accepted algorithm#letters": "x.y.z",
		"verify":                              foreign.sign(t, good),
		"verify#no signature":                 parts[0] + "." + parts[1] + ".",
		"verify#other claims":                 parts[0] + "." + encode([]byte(strings.Replace(string(text), "provisioning", "somebody", 1))) + "." + parts[2],
		"verify#HMAC named as RSA":            encode([]byte(`{"alg":"RS256","kid":"k1"}`)) + "." + strings.SplitN(hmac.sign(t, good), ".", 2)[1],
		"no connection accepts tokens":        s.sign(t, good.with(claims{"iss": "https://sts.windows.net/other/"})),
		"no connection accepts tokens#none":   s.sign(t, good.with(claims{"iss": nil})),
		"no connection accepts tokens#slash":  s.sign(t, good.with(claims{"iss": p.url() + "/"})),
		"expected audience":                   s.sign(t, good.with(claims{"aud": "api://other"})),
		"expected audience#none":              s.sign(t, good.with(claims{"aud": nil})),
		"expected audience#prefix":            s.sign(t, good.with(claims{"aud": audience + "x"})),
		"expired at":                          s.sign(t, good.with(claims{"exp": noon.Add(-2 * time.Minute).Unix()})),
		"has no expiry":                       s.sign(t, good.with(claims{"exp": nil})),
		`"exp" is no instant`:                 s.sign(t, good.with(claims{"exp": 1e18})),
		"valid only from":                     s.sign(t, good.with(claims{"nbf": noon.Add(2*time.Minute + time.Second).Unix()})),
		`"nbf" is no instant`:                 s.sign(t, good.with(claims{"nbf": 1e17})),
		"issued in the future":                s.sign(t, good.with(claims{"iat": noon.Add(3 * time.Minute).Unix()})),
		`"appid" has none of the values`:      s.sign(t, good.with(claims{"appid": "4713"})),
		`"appid" has none of the values#none`: s.sign(t, good.with(claims{"appid": nil})),
		`"appid" has none of the values#null`: s.sign(t, good.with(claims{"appid": []any{nil, map[string]any{"4711": "4711"}}})),
		"has no subject":                      s.sign(t, good.with(claims{"sub": nil})),
	}
}

func TestAForgedOrForeignAccessTokenIsRefused(t *testing.T) {
	p := newIdP(t, "/tenant/")
	s := p.signer(t, "k1", jose.RS256, true)
	g := newGate(t, p.accepts("entra"))
	tokens := forgeries(t, p, s)
	for cause, text := range tokens {
		cause, _, _ = strings.Cut(cause, "#")
		_, err := newGate(t, p.accepts("entra")).try(t, text, home)
		own := wantKind(t, err, auth.Refused)
		if own.Msg != "the token is not valid" || !strings.Contains(own.Error(), cause) {
			t.Errorf("%v, wanted %s", own.Error(), cause)
		}
		for part := range strings.SplitSeq(text, ".") {
			if len(part) > 10 && strings.Contains(fmt.Sprintf("%+v %v", own, own.Err), part) {
				t.Errorf("%s: the error holds a part of the token: %v", cause, own.Err)
			}
		}
	}
	if _, err := g.try(t, s.sign(t, p.good()), home); err != nil {
		t.Fatal(err) // that all were refused says something only if this is accepted
	}
}

func TestClocksMayDifferByTwoMinutes(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.RS256, true)
	g := newGate(t, p.accepts("entra"))
	for _, change := range []claims{
		{"exp": noon.Add(-2*time.Minute + time.Second).Unix()},
		{"nbf": noon.Add(2 * time.Minute).Unix(), "iat": noon.Add(2 * time.Minute).Unix()},
		{"nbf": nil, "iat": nil},
		{"exp": float64(noon.Unix()) + 0.5},
	} {
		if _, err := g.try(t, s.sign(t, p.good().with(change)), home); err != nil {
			t.Errorf("%v: %v", change, err)
		}
	}
}

func TestAConnectionSaysWhichScopesMayDoWhat(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.RS256, true)
	rule := auth.ScopeRule{Read: []string{"scim.read"}, Write: []string{"scim.write", "SCIM.All"}}
	named := rule
	named.Claim = "permissions"
	only := auth.ScopeRule{Read: []string{"scim.read"}}
	for _, c := range []struct {
		rule auth.ScopeRule
		have claims
		want []auth.Scope // nil: refused
	}{
		{rule, claims{"scp": "openid scim.write"}, auth.Scopes()},
		{rule, claims{"scp": []string{"scim.read", "openid"}}, []auth.Scope{auth.Read}},
		{rule, claims{"scope": "scim.read"}, []auth.Scope{auth.Read}},
		{rule, claims{"roles": []string{"SCIM.All"}}, auth.Scopes()},
		{rule, claims{"roles": []string{"scim.all"}}, nil},
		{rule, claims{"scp": "openid", "roles": []string{"SCIM.All"}}, nil}, // the first that the token has
		{rule, claims{}, nil},
		{rule, claims{"scp": "scim.writes"}, nil},
		{rule, claims{"permissions": "scim.write"}, nil},
		{named, claims{"permissions": "scim.write", "scp": "scim.read"}, auth.Scopes()},
		{named, claims{"scp": "scim.write"}, nil},
		{only, claims{"scp": "scim.write"}, nil},
		{auth.ScopeRule{}, claims{"scp": "anything"}, auth.Scopes()},
	} {
		accepts := p.accepts("entra")
		accepts.Scopes = c.rule
		client, err := newGate(t, accepts).try(t, s.sign(t, p.good().with(c.have)), home)
		if c.want == nil {
			wantKind(t, err, auth.Refused)
		} else if err != nil {
			t.Errorf("%v: %v", c.have, err)
		}
		if !cmp.Equal(client.Scopes, c.want) {
			t.Errorf("%+v with %v grants %v, wanted %v", c.rule, c.have, client.Scopes, c.want)
		}
	}
}

func TestAClaimIsComparedWhateverItsType(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.RS256, true)
	accepts := p.accepts("entra")
	accepts.Claims = map[string][]string{"appidacr": {"1"}, "wids": {"a", "b"}, "internal": {"true"}}
	good := p.good().with(claims{"appidacr": 1, "wids": []string{"x", "b"}, "internal": true})
	for wrong, change := range map[string]claims{"": {}, "appidacr": {"appidacr": "2"}, "wids": {"wids": []string{"x"}}, "internal": {"internal": false}} {
		_, err := newGate(t, accepts).try(t, s.sign(t, good.with(change)), home)
		if wrong == "" && err != nil {
			t.Error(err)
		}
		if wrong != "" {
			own := wantKind(t, err, auth.Refused)
			if !strings.Contains(own.Error(), wrong) {
				t.Errorf("%v, wanted %s", own.Error(), wrong)
			}
		}
	}
}

func TestTwoConnectionsOfOneIssuerAreToldApart(t *testing.T) {
	p := newIdP(t, "/tenant/")
	s := p.signer(t, "k1", jose.RS256, true)
	first, second, third := p.accepts("first"), p.accepts("second"), p.accepts("third")
	first.Claims, second.Claims, third.Claims = map[string][]string{"appid": {"1"}}, map[string][]string{"appid": {"2"}}, map[string][]string{"azpacr": {"3"}}
	g := newGate(t, first, second, third)
	for id, want := range map[string]string{"1": "first", "2": "second"} {
		if c, err := g.try(t, s.sign(t, p.good().with(claims{"appid": id})), home); err != nil || c.Connection != want {
			t.Errorf("%v %v, wanted %s", c, err, want)
		}
	}
	_, err := g.try(t, s.sign(t, p.good().with(claims{"appid": "2", "azpacr": "3"})), home)
	if own := wantKind(t, err, auth.Refused); !strings.Contains(own.Err.Error(), "fits connection second and connection third") {
		t.Error(own.Err)
	}
	if n := p.times("/keys"); n != 1 {
		t.Errorf("the keys were asked for %d times, wanted once for all connections", n)
	}
}

func TestIssuersThatCannotBeRightAreNotTaken(t *testing.T) {
	good := auth.Issuer{Connection: "entra", URL: "https://sts.windows.net/t/", Audience: audience}
	spoiled := []auth.Issuer{good, good}
	for _, spoil := range []func(*auth.Issuer){
		func(i *auth.Issuer) { i.URL = "http://sts.windows.net/t/" },
		func(i *auth.Issuer) { i.URL = "sts.windows.net" },
		func(i *auth.Issuer) { i.URL = "https://ada:secret@sts.windows.net/t/" },
		func(i *auth.Issuer) { i.URL = "https://sts.windows.net/t/?x=1" },
		func(i *auth.Issuer) { i.Audience = "" },
		func(i *auth.Issuer) { i.Connection = "" },
		func(i *auth.Issuer) { i.Claims = map[string][]string{"appid": nil} },
	} {
		i := good
		spoil(&i)
		spoiled = append(spoiled, i)
	}
	_, err := auth.New(auth.Settings{Tokens: newBook(), Issuers: spoiled})
	if err == nil || strings.Count(err.Error(), "\n") != 7 || strings.Contains(err.Error(), "secret") {
		t.Fatal(err)
	}
	for _, want := range []string{"accept the same tokens", "asked over https", "is not a URL", "neither user", "no audience", "no connection", `"appid" of issuer`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

func TestAnIssuerMayChangeItsKeys(t *testing.T) {
	p := newIdP(t, "")
	old := p.signer(t, "k1", jose.RS256, true)
	g := newGate(t, p.accepts("entra"))
	for range 3 {
		if _, err := g.try(t, old.sign(t, p.good()), home); err != nil {
			t.Fatal(err)
		}
	}
	next := p.signer(t, "k2", jose.ES256, true)
	g.clock.pass(5 * time.Second)
	for _, s := range []signer{next, old} {
		if _, err := g.try(t, s.sign(t, p.good()), home); err != nil {
			t.Fatal(err)
		}
	}
	if keys, metadata := p.times("/keys"), p.times("/.well-known/openid-configuration"); keys != 2 || metadata != 1 {
		t.Errorf("asked %d times for keys and %d for metadata, wanted 2 and 1", keys, metadata)
	}
	p.change(func() { p.keys.Keys = p.keys.Keys[1:] }) // the old one is withdrawn
	unknown := p.signer(t, "k3", jose.ES256, false)
	g.clock.pass(5 * time.Second)
	_, err := g.try(t, unknown.sign(t, p.good()), home) // makes it ask
	wantKind(t, err, auth.Refused)
	_, err = g.try(t, old.sign(t, p.good()), home)
	wantKind(t, err, auth.Refused)
}

func TestInventedKeysMakeNobodyAskTheIssuer(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.ES256, true)
	g := newGate(t, p.accepts("entra"))
	for i := range 50 {
		s.key.KeyID = fmt.Sprint("invented", i)
		if _, err := g.try(t, s.sign(t, p.good()), fmt.Sprintf("10.0.0.%d", i)); err == nil {
			t.Fatal("accepted")
		}
	}
	if n := p.times("/keys"); n != 1 {
		t.Errorf("the keys were asked for %d times within 5 s, wanted once", n)
	}
}

func TestAnIssuerThatIsAwayIsNoRefusal(t *testing.T) {
	for name, fail := range map[string]func(p *idp) (mend func()){
		"down":          func(p *idp) func() { p.down = true; return func() { p.down = false } },
		"somebody else": func(p *idp) func() { p.names = "https://other.example"; return func() { p.names = "" } },
		"keys no JSON":  func(p *idp) func() { p.answer = "<html>"; return func() { p.answer = "" } },
		"keys no keys": func(p *idp) func() {
			p.answer = `{"keys": [5]}` + strings.Repeat(" ", 5000)
			return func() { p.answer = "" }
		},
		"keys very large": func(p *idp) func() {
			p.answer = `{"keys": []}` + strings.Repeat(" ", 2<<20)
			return func() { p.answer = "" }
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newIdP(t, "")
			s := p.signer(t, "k1", jose.ES256, true)
			g := newGate(t, p.accepts("entra"))
			text := s.sign(t, p.good())
			var mend func()
			p.change(func() { mend = fail(p) })
			for range 50 {
				_, err := g.try(t, text, home)
				own := wantKind(t, err, auth.Unavailable)
				if own.RetryAfter < time.Second || own.RetryAfter > time.Minute || own.Challenge() != "" {
					t.Fatalf("%+v", own)
				}
				if len(own.Error()) > 1000 || strings.Contains(own.Error(), "nobody should see") || strings.Contains(own.Msg, p.URL) {
					t.Fatalf("%v", own.Error())
				}
			}
			if n := p.times("/keys") + p.times("/.well-known/openid-configuration"); n > 2 {
				t.Errorf("asked %d times at once", n)
			}
			p.change(mend)
			g.clock.pass(5 * time.Second)
			g.soon(t, text)
			p.change(func() { p.down = true }) // what is known goes on
			g.clock.pass(time.Minute)
			if _, err := g.try(t, text, home); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAnIssuerThatIsAwayIsAskedLessAndLess(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.ES256, true)
	p.down = true
	g := newGate(t, p.accepts("entra"))
	text := s.sign(t, p.good())
	for range 600 { // ten minutes
		_, err := g.try(t, text, home)
		wantKind(t, err, auth.Unavailable)
		g.clock.pass(time.Second)
	}
	// after 1, 2, 4, 8, 16 and 32 seconds and then each minute
	if n := p.times("/.well-known/openid-configuration"); n != 6+9 {
		t.Errorf("asked %d times in ten minutes, wanted 15", n)
	}
}

func TestARequestThatEndsLeavesTheIssuerAlone(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.ES256, true)
	g := newGate(t, p.accepts("entra"))
	text := s.sign(t, p.good())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Client(ctx, bearer(text), home); err != nil {
		wantKind(t, err, auth.Unavailable) // never Refused: nothing is known about the token
	}
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
}

func TestAKeyThatWasWithdrawnEndsWithinAnHour(t *testing.T) {
	p := newIdP(t, "")
	old := p.signer(t, "k1", jose.RS256, true)
	next := p.signer(t, "k2", jose.ES256, true)
	g := newGate(t, p.accepts("entra"))
	long := claims{"exp": noon.Add(72 * time.Hour).Unix()}
	if _, err := g.try(t, old.sign(t, p.good().with(long)), home); err != nil {
		t.Fatal(err)
	}
	p.change(func() { p.keys.Keys = p.keys.Keys[1:] })
	g.clock.pass(time.Hour)
	_, err := g.try(t, old.sign(t, p.good().with(long)), home)
	wantKind(t, err, auth.Refused)

	p.change(func() { p.down = true }) // for a day the last keys are believed
	for range 22 {
		g.clock.pass(time.Hour)
		if _, err := g.try(t, next.sign(t, p.good().with(long)), home); err != nil {
			t.Fatal(err)
		}
	}
	g.clock.pass(2 * time.Hour)
	_, err = g.try(t, next.sign(t, p.good().with(long)), home)
	wantKind(t, err, auth.Unavailable)
	p.change(func() { p.down = false })
	g.clock.pass(time.Minute)
	g.soon(t, next.sign(t, p.good().with(long)))
}

// soon wants a token to be accepted: the library hands the outcome of a fetch
// also to whoever asks in the moment after it, so that the first may see the old
// one.
func (g *gate) soon(t *testing.T, text string) {
	t.Helper()
	var err error
	for range 10_000 {
		if _, err = g.try(t, text, home); err == nil {
			return
		}
		wantKind(t, err, auth.Unavailable)
		runtime.Gosched()
	}
	t.Fatal(err)
}

func TestKeysAreNotTakenOverAnOpenLine(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.ES256, true)
	for at, want := range map[string]string{"http://192.0.2.1/keys": "not asked over https", "file:///etc/passwd": "not asked over https", "none": "not asked over https"} {
		p.change(func() { p.keysAt = at })
		_, err := newGate(t, p.accepts("entra")).try(t, s.sign(t, p.good()), home)
		if own := wantKind(t, err, auth.Unavailable); !strings.Contains(own.Err.Error(), want) {
			t.Errorf("%s: %v", at, own.Err)
		}
	}
}

func TestAVeryLongAccessTokenIsNotRead(t *testing.T) {
	p := newIdP(t, "")
	s := p.signer(t, "k1", jose.ES256, true)
	g := newGate(t, p.accepts("entra"))
	if _, err := g.try(t, s.sign(t, p.good().with(claims{"groups": strings.Repeat("x", 10_000)})), home); err != nil {
		t.Error(err)
	}
	_, err := g.try(t, s.sign(t, p.good().with(claims{"groups": strings.Repeat("x", 20_000)})), home)
	wantKind(t, err, auth.Refused)
}
