package scim

import (
	"net/http"

	"golang.org/x/time/rate"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/scim/schema"
)

// Gate says who sends a request.
type Gate interface {
	// Caller returns who asks. The error is a *Denied.
	Caller(r *http.Request) (Caller, error)
}

// Caller is who asks.
type Caller struct {
	Connection string // the one that the caller may use
	Name       string // a token's id, or the subject of an access token
	Read       bool
	Write      bool
}

// Client is one identity provider: a connection with its own streams, bounds and
// ways to answer. It shares nothing with another.
type Client struct {
	Name   string
	Users  *Stream // nil: there is no such endpoint
	Groups *Stream
	Bounds Bounds
	Ways   Ways
	Quota  bridge.Quota
	Rate   *rate.Limiter // of requests
}

// Bounds say how much a client may ask for at once.
type Bounds struct {
	Page       int   // resources on a page when the client names no count
	MaxPage    int   // resources on a page at most
	Body       int64 // bytes of a request
	Operations int   // of a bulk request
	BulkBody   int64 // bytes of a bulk request
}

// Ways say how a client is answered where the RFC leaves a choice.
type Ways struct {
	PatchedUser  bool // PATCH of a user answers with the resource, else with nothing
	PatchedGroup bool // PATCH of a group answers with the resource, else with nothing
	Strict       bool // a reference to nobody is refused, else kept until its target appears
	Review       bool // pushes are kept and wait for approval as one plan
	Passwords    bool // pushed passwords are set, else ignored
	OverLimit    int  // the status when the quota is used up: 429 or 503
}

// Stream is what a client pushes of one resource type: records of one
// connection of the bridge.
type Stream struct {
	Type       *schema.Type
	Connection *bridge.Connection
	Columns    *mapping.Columns  // what rules read of a resource
	Own        map[string]string // columns of extensions of one's own, with the paths of their attributes
	Reader     bridge.Reader
	Applier    *bridge.Applier
	Memory     bridge.Memory

	containers bridge.SeenContainers
	fields     []field
	usually    schema.Projection // what is in an answer when the client selects nothing
}

// streams are those that the client has, users before groups.
func (c *Client) streams() []*Stream {
	var out []*Stream
	for _, s := range []*Stream{c.Users, c.Groups} {
		if s != nil {
			out = append(out, s)
		}
	}
	return out
}

// members says whether resources of the stream have members.
func (s *Stream) members() bool { return s.Type.Name == "Group" }

// name is the connection under which the bridge knows the stream's records.
func (s *Stream) name() string { return s.Connection.Name }
