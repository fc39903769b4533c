package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

var tokenDay = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

// tokenStore opens a store whose clock the test moves.
func tokenStore(t *testing.T) (s *store.Store, path string, now *time.Time) {
	t.Helper()
	clock := tokenDay
	path = filepath.Join(t.TempDir(), "muster.db")
	s, err := store.Open(t.Context(), store.Settings{Path: path, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, path, &clock
}

func newToken(connection string, at time.Time) (auth.Token, auth.Plain) {
	return auth.NewToken(connection, []auth.Scope{auth.Read, auth.Write}, at.Add(24*time.Hour), at)
}

func TestATokenComesBackAsItWasSaved(t *testing.T) {
	s, path, _ := tokenStore(t)
	want, plain := newToken("okta", tokenDay)
	want.Note = "of Ada"
	ctx := bridge.WithActor(t.Context(), bridge.Actor{Name: "ada", Kind: "command"})
	if err := s.SaveToken(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Token(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if lines := string(auditLines(t, path)); !strings.Contains(lines, `"actor":"ada"`) || !strings.Contains(lines, `"state":"created","reason":"of Ada","name":"`+want.ID+`"`) {
		t.Errorf("the audit says\n%s", lines)
	}
	secret := strings.Split(plain.Reveal(), "_")[2]
	for _, table := range []string{`SELECT group_concat(quote(hash) || note || scopes) FROM tokens`, `SELECT group_concat(body) FROM audit`} {
		var text string
		if err := behind(t, path).QueryRow(table).Scan(&text); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, secret[:20]) {
			t.Errorf("the secret is in what %s yields", table)
		}
	}
}

func TestATokenThatIsNotKnownIsNotFound(t *testing.T) {
	s, _, _ := tokenStore(t)
	_, err := s.Token(t.Context(), "abcdefghijkl")
	if !bridge.IsKind(err, bridge.NotFound) || !errors.Is(err, auth.ErrNoToken) {
		t.Error(err)
	}
	if err := s.Used(t.Context(), "abcdefghijkl", tokenDay); !bridge.IsKind(err, bridge.NotFound) {
		t.Error(err)
	}
	if err := s.RevokeToken(t.Context(), "abcdefghijkl", "gone"); !bridge.IsKind(err, bridge.NotFound) {
		t.Error(err)
	}
}

func TestATokenThatCannotBeRightIsInvalid(t *testing.T) {
	s, _, _ := tokenStore(t)
	for name, spoil := range map[string]func(*auth.Token){
		"no connection":   func(t *auth.Token) { t.Connection = "" },
		"no hash":         func(t *auth.Token) { t.Hash = nil },
		"no scope":        func(t *auth.Token) { t.Scopes = nil },
		"a strange scope": func(t *auth.Token) { t.Scopes = []auth.Scope{"admin"} },
		"never expires":   func(t *auth.Token) { t.Expires = time.Time{} },
		"expired before":  func(t *auth.Token) { t.Expires = tokenDay },
	} {
		t.Run(name, func(t *testing.T) {
			token, _ := newToken("okta", tokenDay)
			spoil(&token)
			if err := s.SaveToken(t.Context(), token); !bridge.IsKind(err, bridge.Invalid) {
				t.Fatal(err)
			}
		})
	}
}

func TestAThirdLiveTokenIsRefusedAndNamesTheOneToRevoke(t *testing.T) {
	s, path, now := tokenStore(t)
	ctx := bridge.WithActor(t.Context(), bridge.Actor{Name: "ada", Kind: "command"})
	used, _ := newToken("okta", tokenDay)
	idle, _ := newToken("okta", tokenDay.Add(time.Minute))
	other, _ := newToken("entra", tokenDay)
	for _, token := range []auth.Token{used, idle, other} {
		if err := s.SaveToken(ctx, token); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Used(ctx, used.ID, tokenDay.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	third, _ := newToken("okta", tokenDay.Add(2*time.Minute))
	err := s.SaveToken(ctx, third)
	if !bridge.IsKind(err, bridge.Precondition) || !strings.Contains(err.Error(), "muster token revoke "+idle.ID) || !strings.Contains(err.Error(), used.ID+" (last used 2026-11-02T09:00:00Z)") {
		t.Fatal(err)
	}
	if err := s.RevokeToken(ctx, idle.ID, " "); !bridge.IsKind(err, bridge.Invalid) {
		t.Fatal(err)
	}
	if err := s.RevokeToken(ctx, idle.ID, "lost"); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeToken(ctx, idle.ID, "lost"); !bridge.IsKind(err, bridge.Precondition) {
		t.Fatal(err)
	}
	if err := s.SaveToken(ctx, third); err != nil {
		t.Fatal(err)
	}
	if lines := string(auditLines(t, path)); !strings.Contains(lines, `"state":"revoked","reason":"lost","name":"`+idle.ID+`"`) {
		t.Errorf("the audit says\n%s", lines)
	}
	*now = tokenDay.Add(24 * time.Hour) // used has expired, third not
	fourth, _ := newToken("okta", *now)
	if err := s.SaveToken(ctx, fourth); err != nil {
		t.Fatal(err)
	}
	tokens, err := s.Tokens(ctx, "okta")
	if err != nil {
		t.Fatal(err)
	}
	var live []string
	for _, token := range tokens {
		if token.Live(*now) {
			live = append(live, token.ID)
		}
	}
	if want := []string{third.ID, fourth.ID}; !cmp.Equal(live, want) || len(tokens) != 4 {
		t.Errorf("live are %v of %d, wanted %v of 4", live, len(tokens), want)
	}
	if all, err := s.Tokens(ctx, ""); err != nil || len(all) != 5 {
		t.Errorf("%d tokens in all, %v", len(all), err)
	}
}

func TestTwoLiveTokensAlsoWhenManyAreMadeAtOnce(t *testing.T) {
	s, _, _ := tokenStore(t)
	var tasks sync.WaitGroup
	var mu sync.Mutex
	saved := 0
	for range 8 {
		tasks.Go(func() {
			token, _ := newToken("okta", tokenDay)
			err := s.SaveToken(t.Context(), token)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				saved++
			} else if !bridge.IsKind(err, bridge.Precondition) {
				t.Error(err)
			}
		})
	}
	tasks.Wait()
	if saved != 2 {
		t.Errorf("%d tokens were saved, wanted 2", saved)
	}
}

func TestTheLastUseNeverGoesBack(t *testing.T) {
	s, _, _ := tokenStore(t)
	token, _ := newToken("okta", tokenDay)
	if err := s.SaveToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	late := tokenDay.Add(time.Hour)
	for _, at := range []time.Time{late, tokenDay} {
		if err := s.Used(t.Context(), token.ID, at); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Token(t.Context(), token.ID); err != nil || !got.LastUsed.Equal(late) {
		t.Errorf("last used %v, %v", got.LastUsed, err)
	}
}

func TestARevocationByAnotherProcessIsSeenWithinASecond(t *testing.T) {
	s, path, now := tokenStore(t)
	token, plain := newToken("okta", tokenDay)
	if err := s.SaveToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	a, err := auth.New(auth.Settings{Tokens: s, Now: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	header := map[string][]string{"Authorization": {"Bearer " + plain.Reveal()}}
	if _, err := a.Client(t.Context(), header, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := open(t, path)
	if err := other.RevokeToken(t.Context(), token.ID, "lost"); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Second)
	if _, err := a.Client(t.Context(), header, "192.0.2.1"); !strings.Contains(err.Error(), "was revoked at") {
		t.Fatal(err)
	}
	if got, err := other.Token(t.Context(), token.ID); err != nil || !got.LastUsed.Equal(tokenDay) {
		t.Errorf("last used %v, %v", got.LastUsed, err)
	}
}
