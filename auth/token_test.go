package auth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/auth"
)

func TestATokenLetsItsClientIn(t *testing.T) {
	g := newGate(t)
	token, text := g.book.add("okta", time.Hour, auth.Read, auth.Write)
	if !regexp.MustCompile(`^muster_[a-z2-7]{12}_[a-z2-7]{59}$`).MatchString(text) {
		t.Errorf("the token is %s", text)
	}
	basic := base64.StdEncoding.EncodeToString([]byte("anybody:" + text))
	for _, value := range []string{"Bearer " + text, "bearer " + text, "BEARER   " + text + " ", "Basic " + basic, "basic " + basic} {
		c, err := g.Client(t.Context(), http.Header{"Authorization": {value}}, home)
		if err != nil {
			t.Errorf("%.8s...: %v", value, err)
		}
		if c.Connection != "okta" || c.ID != token.ID || c.Kind != auth.ByToken || c.Require(auth.Write) != nil {
			t.Errorf("%.8s...: %+v", value, c)
		}
	}
}

func TestNoTwoTokensAreAlike(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token, plain := auth.NewToken("okta", auth.Scopes(), noon, noon)
		_, secret, _ := strings.Cut(strings.TrimPrefix(plain.Reveal(), "muster_"), "_")
		seen[token.ID], seen[secret], seen[string(token.Hash)] = true, true, true
	}
	if len(seen) != 3000 {
		t.Errorf("%d different ids, secrets and hashes of 3000", len(seen))
	}
}

func TestWhoShowsNoTokenIsAskedForOne(t *testing.T) {
	g := newGate(t)
	for _, header := range []http.Header{{}, {"Authorization": {""}}, {"Authorization": {"Bearer"}}, {"Authorization": {"Bearer  "}}, {"Authorization": {"non-token"}},
		{"Authorization": {"Digest username=ada"}}, {"Authorization": {"Basic ???"}}, {"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"))}}} {
		_, err := g.Client(t.Context(), header, home)
		own := wantKind(t, err, auth.Missing)
		if own.Challenge() != `Bearer realm="muster"` {
			t.Errorf("%v: %s", header, own.Challenge())
		}
	}
}

// wrongTokens are texts that must not let anybody in, by what is wrong.
func wrongTokens(t *testing.T, g *gate) map[string]string {
	t.Helper()
	_, good := g.book.add("okta", time.Hour, auth.Read)
	_, expired := g.book.add("okta", 0, auth.Read)
	revoked, revokedText := g.book.add("okta", time.Hour, auth.Read)
	g.book.revoke(revoked.ID, noon.Add(-time.Hour))
	hashless, hashlessText := g.book.add("okta", time.Hour, auth.Read)
	hashless.Hash = nil
	g.book.put(hashless.ID, hashless)
	_, unknown := auth.NewToken("okta", auth.Scopes(), noon.Add(time.Hour), noon)
	forged, secret := auth.NewToken("okta", auth.Scopes(), noon.Add(time.Hour), noon)
	other, _ := g.book.add("okta", time.Hour, auth.Read)
	other.ID = forged.ID // known by this id, with another secret
	g.book.put(forged.ID, other)
	return map[string]string{
		"is wrong":                secret.Reveal(),
		"no such token":           unknown.Reveal(),
		"expired at":              expired,
		"was revoked at":          revokedText,
		"checksum":                mistyped(good),
		"neither a token":         "muster_" + good,
		"of token " + hashless.ID: hashlessText,
		"JWT that is signed":      "a.b.c",
	}
}

func TestWhateverIsWrongWithATokenTheAnswerIsTheSame(t *testing.T) {
	g := newGate(t)
	for cause, text := range wrongTokens(t, g) {
		_, err := g.try(t, text, home)
		own := wantKind(t, err, auth.Refused)
		if own.Msg != "the token is not valid" || own.Challenge() != `Bearer realm="muster", error="invalid_token", error_description="the token is not valid"` || own.RetryAfter != 0 {
			t.Errorf("%s: outside is %+v", cause, own)
		}
		if own.Err == nil || !strings.Contains(own.Err.Error(), cause) {
			t.Errorf("the log has %v, wanted %s", own.Err, cause)
		}
	}
}

func TestASecretIsInNoErrorAndNoLog(t *testing.T) {
	g := newGate(t)
	texts := wrongTokens(t, g)
	token, good := g.book.add("okta", time.Hour, auth.Read)
	texts["good"] = good
	for _, text := range texts {
		var log bytes.Buffer
		c, err := g.try(t, text, home)
		plain := auth.NewPlain(text)
		nested := struct{ p auth.Plain }{plain}
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "plain", plain, "client", c, "error", err, "nested", nested)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "plain", plain, "client", c, "error", err, "nested", nested)
		marshalled, marshalErr := json.Marshal(map[string]any{"p": plain, "c": c, "t": token})
		if marshalErr != nil {
			t.Fatal(marshalErr)
		}
		log.Write(marshalled)
		fmt.Fprintf(&log, "%v %+v %#v %s %q %v %+v %#v %v %+v %#v", plain, plain, plain, plain, plain, nested, nested, nested, err, err, err)
		for _, part := range strings.Split(text, "_") {
			if len(part) > 12 && (strings.Contains(log.String(), part) || strings.Contains(log.String(), part[:20])) {
				t.Errorf("the secret is in %s", log.String())
			}
		}
		if !strings.Contains(log.String(), "***") {
			t.Error("a secret does not print as ***")
		}
	}
}

func TestAnUnknownIDCostsWhatAWrongSecretCosts(t *testing.T) {
	g := newGate(t)
	token, text := g.book.add("okta", time.Hour, auth.Read)
	if _, err := g.try(t, text, home); err != nil { // from now on the right secret is remembered
		t.Fatal(err)
	}
	wrong, wrongText := auth.NewToken("okta", auth.Scopes(), noon, noon)
	g.book.put(wrong.ID, token)
	_, unknown := auth.NewToken("okta", auth.Scopes(), noon, noon)
	cost := func(text string) int {
		before := g.book.lookUps()
		_, err := g.try(t, text, home)
		wantKind(t, err, auth.Refused)
		return g.book.lookUps() - before
	}
	for range 3 {
		if a, b := cost(unknown.Reveal()), cost(wrongText.Reveal()); a != 1 || b != 1 {
			t.Errorf("an unknown id costs %d look-ups, a wrong secret %d", a, b)
		}
	}
}

func TestATokenEndsWhenItExpires(t *testing.T) {
	g := newGate(t)
	_, text := g.book.add("okta", time.Hour, auth.Read)
	g.clock.pass(time.Hour - time.Millisecond)
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
	g.clock.pass(time.Millisecond) // it is still remembered
	_, err := g.try(t, text, home)
	wantKind(t, err, auth.Refused)
}

func TestAClientIsMovedFromOneTokenToTheNext(t *testing.T) {
	g := newGate(t)
	old, oldText := g.book.add("okta", time.Hour, auth.Read, auth.Write)
	next, nextText := g.book.add("okta", 48*time.Hour, auth.Read, auth.Write)
	for id, text := range map[string]string{old.ID: oldText, next.ID: nextText} {
		if c, err := g.try(t, text, home); err != nil || c.ID != id {
			t.Fatal(c, err)
		}
	}
	g.book.revoke(old.ID, noon)
	g.clock.pass(time.Second)
	_, err := g.try(t, oldText, home)
	wantKind(t, err, auth.Refused)
	if _, err := g.try(t, nextText, home); err != nil {
		t.Fatal(err)
	}
}

func TestARevocationIsSeenWithinASecond(t *testing.T) {
	g := newGate(t)
	token, text := g.book.add("okta", time.Hour, auth.Read)
	for range 100 {
		if _, err := g.try(t, text, home); err != nil {
			t.Fatal(err)
		}
	}
	if n := g.book.lookUps(); n != 1 {
		t.Errorf("%d look-ups within a second, wanted 1", n)
	}
	g.book.revoke(token.ID, noon)
	g.clock.pass(time.Second - time.Nanosecond)
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
	g.clock.pass(time.Nanosecond)
	_, err := g.try(t, text, home)
	wantKind(t, err, auth.Refused)
}

func TestAClockThatIsSetBackKeepsNoTokenAlive(t *testing.T) {
	g := newGate(t)
	token, text := g.book.add("okta", time.Hour, auth.Read)
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
	g.book.revoke(token.ID, noon)
	g.clock.pass(-time.Hour)
	_, err := g.try(t, text, home)
	wantKind(t, err, auth.Refused)
}

func TestATokenIsNotRefusedBecauseTheStoreIsAway(t *testing.T) {
	g := newGate(t)
	_, text := g.book.add("okta", time.Hour, auth.Read)
	g.book.fall(errors.New("disk I/O error"))
	for range 200 { // nor is anybody blocked for it
		_, err := g.try(t, text, home)
		if own := wantKind(t, err, auth.Unavailable); own.Challenge() != "" || strings.Contains(own.Msg, "disk") || !strings.Contains(own.Error(), "disk") {
			t.Fatalf("%+v", own)
		}
	}
	g.book.fall(nil)
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
}

func TestAReaderDoesNotWrite(t *testing.T) {
	g := newGate(t)
	_, text := g.book.add("okta", time.Hour, auth.Read)
	c, err := g.try(t, text, home)
	if err != nil || c.Require(auth.Read) != nil {
		t.Fatal(err)
	}
	own := wantKind(t, c.Require(auth.Write), auth.Forbidden)
	if own.Challenge() != `Bearer realm="muster", error="insufficient_scope", error_description="the token does not allow to write", scope="write"` {
		t.Error(own.Challenge())
	}
	if err := (auth.Client{Scopes: []auth.Scope{auth.Write}}).Require(auth.Read); err != nil {
		t.Error(err)
	}
}

func TestTwoAuthorizationHeadersAreNone(t *testing.T) {
	g := newGate(t)
	_, text := g.book.add("okta", time.Hour, auth.Read)
	_, err := g.Client(t.Context(), http.Header{"Authorization": {"Bearer " + text, "Bearer " + text}}, home)
	wantKind(t, err, auth.Refused)
	_, err = g.try(t, text+strings.Repeat("x", 20<<10), home)
	wantKind(t, err, auth.Refused)
}

func TestATokenIsNamedWithoutItsSecret(t *testing.T) {
	token, plain := auth.NewToken("okta", auth.Scopes(), noon, noon)
	for named, want := range map[string]string{
		token.ID: token.ID, plain.Reveal(): token.ID, "": "", "abc": "", strings.ToUpper(token.ID): "",
		plain.Reveal()[:30]: "", strings.TrimPrefix(plain.Reveal(), "muster_"+token.ID+"_"): "",
	} {
		if got := auth.TokenID(named); got != want {
			t.Errorf("%q names %q, wanted %q", named, got, want)
		}
	}
}

// mistyped changes the last letter.
func mistyped(text string) string {
	last := "a"
	if strings.HasSuffix(text, last) {
		last = "b"
	}
	return text[:len(text)-1] + last
}
