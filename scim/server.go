package scim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"github.com/muster-idm/muster/bridge"
)

// Settings are what the door is made of.
type Settings struct {
	Clients []*Client
	Gate    Gate
	Store   Store
	URL     string         // under which clients reach the door, without /scim; "" = as they say
	Trusted []netip.Prefix // proxies whose forwarded headers are believed
	Now     func() time.Time
	Log     *slog.Logger
	Watch   Watch // sees every answer; may be nil
}

// Watch counts answers.
type Watch interface {
	// Answered is called once for each request, at its end.
	Answered(connection, method, route string, status int, took time.Duration)
}

// Server is the door.
type Server struct {
	Settings
	clients map[string]*Client
	rooms   map[string]chan struct{} // of each client, what its bodies take
	router  http.Handler
	turns   turns
	reviews marks
	paces   paces
	waiters atomic.Int64 // grows whenever a record was kept that names somebody who is not there
}

// New makes the door. The error says which client cannot be served.
func New(settings Settings) (*Server, error) {
	s := &Server{Settings: settings, clients: map[string]*Client{}, rooms: map[string]chan struct{}{}}
	s.Now = func() time.Time { return settings.Now().Truncate(time.Millisecond) } // as exact as it is shown, so that a filter on it matches
	for _, c := range settings.Clients {
		if len(c.streams()) == 0 {
			return nil, bridge.Errorf(bridge.Invalid, "connection %s has neither users nor groups", c.Name)
		}
		for _, stream := range c.streams() {
			if err := stream.bind(); err != nil {
				return nil, err
			}
		}
		s.clients[c.Name], s.rooms[c.Name] = c, make(chan struct{}, roomMost)
	}
	s.router = s.routes()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// request is one request on its way to an answer.
type request struct {
	*Server
	*http.Request
	id     string
	client *Client
	stream *Stream // of the resource type in the path; nil for the others
	base   string  // URL of the connection's root: "https://host/scim/v2"
	caller Caller
	answer *answer
	room   int // that its body takes
}

// handler answers a request, or says why not.
type handler func(rq *request) error

// serve lets the caller in, bounds what it may do, and calls the handler. It is
// the only place where an error becomes an answer.
func (s *Server) serve(write bool, pattern string, handle handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := s.Now()
		rq := &request{Server: s, Request: r, id: uuid.NewString(), answer: &answer{ResponseWriter: w}}
		w.Header().Set("X-Request-Id", rq.id)
		err := rq.attempt(write, handle)
		if err != nil {
			rq.refuse(err)
		}
		rq.log(pattern, err, s.Now().Sub(start))
	}
}

// attempt lets the caller in and calls the handler. Where one of them breaks
// off, the client still gets an answer, and the log says where it was.
func (rq *request) attempt(write bool, handle handler) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = bridge.Wrap(bridge.Internal, fmt.Errorf("%v\n%s", fault, debug.Stack()), "the request broke off")
		}
		rq.leaveRoom()
	}()
	if err := rq.enter(write); err != nil {
		return err
	}
	return handle(rq)
}

// enter says who asks and whether it may.
func (rq *request) enter(write bool) error {
	rq.base = rq.baseURL()
	caller, err := rq.Gate.Caller(rq.Request)
	if err != nil {
		return err
	}
	rq.caller = caller
	named := mux.Vars(rq.Request)["connection"]
	client, known := rq.clients[cmp.Or(named, caller.Connection)]
	if !known || named != "" && named != caller.Connection {
		return forbidden("the token is not for this connection")
	}
	rq.client = client
	switch {
	case write && !caller.Write:
		return forbidden("the token may only read")
	case !write && !caller.Read:
		return forbidden("the token may not read")
	}
	if wait, ok := rq.admit(); !ok {
		return tooOften(wait)
	}
	if accept := rq.Header.Get("Accept"); accept != "" && !acceptable(accept) {
		return notAcceptable(accept)
	}
	actor := bridge.Actor{Name: caller.Name, Kind: "client", Connection: client.Name}
	rq.Request = rq.WithContext(bridge.WithActor(rq.Context(), actor))
	return nil
}

// admit takes one request from the connection's rate, and says how long to wait
// when there is none left.
func (rq *request) admit() (time.Duration, bool) {
	if rq.client.Rate == nil {
		return 0, true
	}
	now := rq.Now()
	reservation := rq.client.Rate.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait <= 0 {
		return 0, true
	}
	reservation.CancelAt(now)
	return wait, false
}

// refuse writes the error.
func (rq *request) refuse(err error) {
	overLimit := 0
	if rq.client != nil {
		overLimit = rq.client.Ways.OverLimit
	}
	p := problemOf(err, overLimit)
	for name, value := range p.header {
		rq.answer.Header().Set(name, value)
	}
	rq.answer.write(p.status, p.body())
}

// log says in one line what became of the request, without any value of it.
func (rq *request) log(pattern string, err error, took time.Duration) {
	if rq.Watch != nil {
		rq.Watch.Answered(rq.caller.Connection, rq.Method, pattern, rq.answer.status, took)
	}
	level := slog.LevelInfo
	attributes := []slog.Attr{slog.String("request", rq.id), slog.String("connection", rq.caller.Connection), slog.String("caller", rq.caller.Name),
		slog.String("method", rq.Method), slog.String("route", pattern), slog.Int("status", rq.answer.status), slog.Duration("took", took)}
	if err != nil {
		p := problemOf(err, 0)
		if p.serverFault() {
			level = slog.LevelError
		}
		attributes = append(attributes, slog.String("kind", string(kindOf(err))))
		if p.cause != nil && level == slog.LevelError {
			attributes = append(attributes, slog.String("cause", nameless{p.cause}.Error()))
		}
	}
	rq.Log.LogAttrs(context.WithoutCancel(rq.Context()), level, "scim", attributes...)
}

// kindOf is the kind of an error of the bridge, "" of the others.
func kindOf(err error) bridge.Kind {
	var e *bridge.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// only returns the allowed methods in a stable order.
func only(methods []string) []string {
	slices.Sort(methods)
	return slices.Compact(methods)
}
