package scim

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// Large bodies of one client take turns; small ones and those of other clients
// do not wait for them.
func TestLargeBodiesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{rooms: map[string]chan struct{}{"okta": make(chan struct{}, roomMost), "entra": make(chan struct{}, roomMost)}}
		read := func(client string, units int, patience time.Duration) (*request, error) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			body := strings.NewReader(strings.Repeat("x", units*roomUnit+1))
			rq := &request{Server: s, client: &Client{Name: client}, answer: &answer{ResponseWriter: httptest.NewRecorder()},
				Request: httptest.NewRequestWithContext(ctx, http.MethodPost, "/", body)}
			_, err := rq.read(1 << 30)
			return rq, err
		}
		first, err := read("okta", roomMost/2+1, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		for client, units := range map[string]int{"okta": 0, "entra": 10 * roomMost} {
			if _, err := read(client, units, time.Second); err != nil {
				t.Errorf("%s waits for room for %d units: %v", client, units, err)
			}
		}
		given, err := read("okta", roomMost/2, time.Second)
		if !bridge.IsKind(err, bridge.Unavailable) {
			t.Errorf("there is more room than there is: %v", err)
		}
		given.leaveRoom()
		began := time.Now()
		time.AfterFunc(time.Minute, first.leaveRoom)
		if _, err := read("okta", roomMost/2, time.Hour); err != nil || time.Since(began) != time.Minute {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}
