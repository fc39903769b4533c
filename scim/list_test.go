package scim

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// endless is a store that looks for records until nobody waits any more.
type endless struct{ Store }

func (endless) Select(ctx context.Context, _ string, _ *schema.Type, _ filter.Selection) ([]bridge.Pushed, int, string, error) {
	<-ctx.Done()
	return nil, 0, "", bridge.Wrap(bridge.Unavailable, ctx.Err(), "it was looked for in vain")
}

// A filter that would be looked for without end is given up, and the client is
// told what to ask by instead.
func TestALongSearchIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := &Stream{Type: schema.User(schema.Enterprise()), Connection: &bridge.Connection{Name: "okta/users"}}
		ask := func(ctx context.Context) *problem {
			rq := &request{Server: &Server{Settings: Settings{Store: endless{}}}, Request: httptest.NewRequestWithContext(ctx, "GET", "/scim/v2/Users", nil)}
			return problemOf(rq.fill(&page{}, stream, filter.Selection{Start: 1, Count: 1}, schema.Projection{}), 0)
		}
		began := time.Now()
		p := ask(t.Context())
		if p.scimType != "tooMany" || !strings.Contains(p.detail, "userName") || time.Since(began) != searchTime {
			t.Errorf("after %s: %+v", time.Since(began), p)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if p := ask(ctx); p.scimType != "" { // the client went away
			t.Errorf("%+v", p)
		}
	})
}
