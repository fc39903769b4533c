package auth_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/muster-idm/muster/auth"
)

// guess shows a token that is not known.
func (g *gate) guess(t *testing.T, remote string) auth.Error {
	t.Helper()
	_, plain := auth.NewToken("okta", auth.Scopes(), noon, noon)
	_, err := g.try(t, plain.Reveal(), remote)
	own, is := err.(*auth.Error) //nolint:errorlint // exactly this type
	if !is {
		t.Fatalf("a guess gets %v", err)
	}
	return *own
}

func TestWhoGuessesIsBlockedAndForgiven(t *testing.T) {
	g := newGate(t)
	for i := range 20 {
		if own := g.guess(t, home); own.Kind != auth.Refused {
			t.Fatalf("guess %d: %v", i, own)
		}
	}
	own := g.guess(t, home)
	if own.Kind != auth.Blocked || own.RetryAfter <= 0 || own.RetryAfter > 3*time.Second || own.Challenge() != "" {
		t.Fatalf("%+v", own)
	}
	if other := g.guess(t, "198.51.100.1:80"); other.Kind != auth.Refused {
		t.Errorf("another address gets %v", other)
	}
	g.clock.pass(own.RetryAfter)
	if again := g.guess(t, home); again.Kind != auth.Refused {
		t.Errorf("after the wait it gets %v", again)
	}
	if again := g.guess(t, home); again.Kind != auth.Blocked {
		t.Errorf("twice after the wait it gets %v", again)
	}
}

func TestAGoodTokenPassesFromABlockedAddress(t *testing.T) {
	g := newGate(t)
	_, text := g.book.add("okta", time.Hour, auth.Read)
	for range 100 {
		g.guess(t, home)
	}
	if g.guess(t, home).Kind != auth.Blocked {
		t.Fatal("not blocked")
	}
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
	if own := g.guess(t, home); own.Kind != auth.Blocked {
		t.Errorf("a good token forgives the guesses of others: %v", own)
	}
}

func TestSignInsThatSucceedAreNotCounted(t *testing.T) {
	g := newGate(t)
	_, text := g.book.add("okta", time.Hour, auth.Read)
	for range 1000 {
		if _, err := g.try(t, text, home); err != nil {
			t.Fatal(err)
		}
	}
	if own := g.guess(t, home); own.Kind != auth.Refused {
		t.Error(own)
	}
}

func TestEveryWayToBeWrongIsCounted(t *testing.T) {
	for name, header := range map[string]http.Header{
		"no form":     bearer("hello"),
		"a JWT":       bearer("a.b.c"),
		"two headers": {"Authorization": {"Bearer a", "Bearer b"}},
		"Basic":       {"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("ada:password"))}},
	} {
		g := newGate(t)
		for range 20 {
			_, err := g.Client(t.Context(), header, home)
			wantKind(t, err, auth.Refused)
		}
		_, err := g.Client(t.Context(), header, home)
		if wantKind(t, err, auth.Blocked).Err == nil {
			t.Errorf("%s: the log has no cause", name)
		}
	}
}

func TestNeighboursShareTheirGuesses(t *testing.T) {
	for _, pair := range [][2]string{
		{"192.0.2.7:1", "192.0.2.7:2"}, {"192.0.2.7", "[::ffff:192.0.2.7]:2"}, {"[2001:db8::1]:1", "2001:db8::ffff:1"}, {"", "@"}, {"fe80::1%eth0", "[fe80::2%eth1]:1"},
	} {
		g := newGate(t)
		for range 20 {
			g.guess(t, pair[0])
		}
		if own := g.guess(t, pair[1]); own.Kind != auth.Blocked {
			t.Errorf("%v are not neighbours: %v", pair, own)
		}
		if own := g.guess(t, "2001:db8:0:1::1"); own.Kind != auth.Refused {
			t.Errorf("%v and another network are neighbours: %v", pair, own)
		}
	}
}

// flood makes guesses from so many addresses that the global limit is used up,
// and leaves home blocked.
func flood(t *testing.T, g *gate) {
	t.Helper()
	for i := range 1200 {
		g.guess(t, fmt.Sprintf("10.0.%d.%d:1", i/250, i%250))
	}
	for range 30 {
		g.guess(t, home)
	}
}

func TestAFloodOfGuessesIsNotLookedUp(t *testing.T) {
	g := newGate(t)
	token, text := g.book.add("okta", 3*time.Hour, auth.Read)
	if _, err := g.try(t, text, home); err != nil {
		t.Fatal(err)
	}
	g.clock.pass(time.Minute)
	flood(t, g)
	before := g.book.lookUps()
	for range 1000 {
		if own := g.guess(t, home); own.Kind != auth.Blocked || own.RetryAfter <= 0 {
			t.Fatal(own)
		}
	}
	if n := g.book.lookUps() - before; n != 0 {
		t.Errorf("%d look-ups for guesses during a flood", n)
	}
	if _, err := g.try(t, text, home); err != nil { // at the same address
		t.Errorf("the flood locks out the client: %v", err)
	}
	_, fresh := g.book.add("okta", time.Hour, auth.Read)
	if _, err := g.try(t, fresh, "203.0.113.1"); err != nil {
		t.Errorf("the flood locks out a client whose address did nothing: %v", err)
	}
	g.book.revoke(token.ID, noon) // what is remembered is still looked up
	g.clock.pass(time.Second)
	flood(t, g)
	if _, err := g.try(t, text, home); err == nil {
		t.Error("a revoked token passes during a flood")
	}
	g.clock.pass(time.Minute)
	if own := g.guess(t, home); own.Kind != auth.Refused {
		t.Errorf("after the flood: %v", own)
	}
}
