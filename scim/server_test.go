package scim

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// broken is a gate that breaks off.
type broken struct{ keys map[string]Caller }

func (b broken) Caller(r *http.Request) (Caller, error) {
	b.keys[r.Header.Get("Authorization")] = Caller{} // there is no such map
	return Caller{}, nil
}

// A fault of ours in the middle of a request is answered and logged, and shows
// the client nothing of itself.
func TestARequestThatBreaksOffIsAnswered(t *testing.T) {
	var log bytes.Buffer
	s, err := New(Settings{Gate: broken{}, Now: time.Now, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/scim/v2/Users", nil))
	if text := w.Body.String(); w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != mediaType ||
		!strings.Contains(text, `"status":"500"`) || strings.Contains(text, "map") || strings.Contains(text, "broke off") {
		t.Errorf("the answer is %d %s", w.Code, text)
	}
	for _, part := range []string{"assignment to entry in nil map", "server_test.go", w.Header().Get("X-Request-Id")} {
		if part == "" || !strings.Contains(log.String(), part) {
			t.Errorf("the log lacks %q: %s", part, log.String())
		}
	}
}
