package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/auth"
)

// inBubble runs a test with the clock of a bubble: 2000-01-01, and it goes on
// when all wait.
func inBubble(t *testing.T, test func(t *testing.T, g *gate, text string, log func() string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		token, plain := auth.NewToken("okta", auth.Scopes(), time.Now().Add(24*time.Hour), time.Now())
		b.tokens[token.ID] = token
		var mu sync.Mutex
		var log bytes.Buffer
		a, err := auth.New(auth.Settings{Tokens: b, Log: slog.New(slog.NewTextHandler(locked{&mu, &log}, nil))})
		if err != nil {
			t.Fatal(err)
		}
		test(t, &gate{Authenticator: a, book: b}, plain.Reveal(), func() string {
			mu.Lock()
			defer mu.Unlock()
			return log.String()
		})
	})
}

// locked is a buffer that several write to.
type locked struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func TestTheLastUseIsWrittenAtMostOnceAMinute(t *testing.T) {
	inBubble(t, func(t *testing.T, g *gate, text string, _ func() string) {
		start := time.Now()
		for range 600 { // ten minutes
			if _, err := g.try(t, text, home); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			time.Sleep(time.Second)
		}
		wrote := g.book.uses()
		if len(wrote) < 10 || len(wrote) > 11 || !wrote[0].Equal(start) {
			t.Fatalf("written %d times in ten minutes, the first %v after the first use", len(wrote), wrote[0].Sub(start))
		}
		when := g.book.writes()
		for i := range when[1:] {
			if gap := when[i+1].Sub(when[i]); gap < time.Minute {
				t.Errorf("written again after %v", gap)
			}
		}
		if err := g.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if wrote = g.book.uses(); !wrote[len(wrote)-1].Equal(start.Add(599 * time.Second)) {
			t.Errorf("the last use that is known is %v after the first, wanted 9m59s", wrote[len(wrote)-1].Sub(start))
		}
	})
}

func TestAUseThatCameTooEarlyIsWrittenLater(t *testing.T) {
	inBubble(t, func(t *testing.T, g *gate, text string, _ func() string) {
		start := time.Now()
		for range 2 {
			if _, err := g.try(t, text, home); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			time.Sleep(30 * time.Second)
		}
		time.Sleep(2 * time.Minute)
		if diff := cmp.Diff([]time.Time{start, start.Add(30 * time.Second)}, g.book.uses()); diff != "" {
			t.Error(diff)
		}
		if err := g.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(g.book.uses()); n != 2 {
			t.Errorf("written %d times, wanted 2", n)
		}
	})
}

func TestAUseThatCouldNotBeWrittenIsTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, g *gate, text string, log func() string) {
		if _, err := g.try(t, text, home); err != nil {
			t.Fatal(err)
		}
		g.book.fall(errors.New("disk full"))
		synctest.Wait()
		if !strings.Contains(log(), "disk full") || strings.Contains(log(), text) {
			t.Errorf("the log is %s", log())
		}
		g.book.fall(nil)
		time.Sleep(3 * time.Minute)
		if n := len(g.book.uses()); n != 1 {
			t.Errorf("written %d times, wanted 1", n)
		}
		if err := g.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNoRequestWaitsForAUseToBeWritten(t *testing.T) {
	inBubble(t, func(t *testing.T, g *gate, text string, _ func() string) {
		g.book.hangs = make(chan struct{})
		start := time.Now()
		for range 100 {
			if _, err := g.try(t, text, home); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("100 requests waited %v", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close says %v, though the use is lost", err)
		}
	})
}

func TestAUseDuringTheWritingOfAnotherIsNotLost(t *testing.T) {
	inBubble(t, func(t *testing.T, g *gate, text string, _ func() string) {
		g.book.hangs = make(chan struct{})
		start := time.Now()
		for range 2 {
			if _, err := g.try(t, text, home); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // the first is being written
			time.Sleep(time.Second)
		}
		close(g.book.hangs)
		synctest.Wait()
		if err := g.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]time.Time{start, start.Add(time.Second)}, g.book.uses()); diff != "" {
			t.Error(diff)
		}
	})
}
