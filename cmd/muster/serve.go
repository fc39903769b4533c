package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gorilla/mux"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/store"
)

// The bounds of one connection to the server.
const (
	headerTime  = 10 * time.Second
	requestTime = 2 * time.Minute
	idleTime    = 2 * time.Minute
	headerBytes = 64 << 10
	farewell    = 30 * time.Second // for requests that are under way when the server is told to stop
	readyTime   = 5 * time.Second
	rounds      = 30 * time.Second // between two reconciliations
)

type serveCommand struct {
	Listen string `placeholder:"ADDRESS" help:"Where to listen, instead of what the file says."`
}

// Run serves the connections of the file until it is told to stop.
func (v *serveCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	file, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if len(file.Connections) == 0 {
		return bridge.Errorf(bridge.Invalid, "there is nothing to serve: %s has no connections (docs/connections.md says how to write them)", c.Config)
	}
	if err := v.override(&file.Muster); err != nil {
		return err
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Lock("muster serve"); err != nil {
		return err
	}
	debug.SetGCPercent(serverGC)
	return serve(ctx, s, file, st)
}

// serverGC is how much garbage a server may hold, in percent of what it needs:
// that is little, so that collecting often would cost more than memory does.
const serverGC = 400

// override puts another address in the place of the file's, if tokens do not
// travel in clear there, as the file is checked for.
func (v *serveCommand) override(m *config.Muster) error {
	if v.Listen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(v.Listen)
	if err != nil {
		return bridge.Wrap(bridge.Invalid, err, "--listen takes host:port, for example 127.0.0.1:8081")
	}
	ip, err := netip.ParseAddr(host)
	within := host == "localhost" || err == nil && ip.IsLoopback()
	if !within && m.TLS.Cert == "" && len(m.TrustedProxies) == 0 {
		return bridge.Errorf(bridge.Invalid, "--listen %s: tokens would travel in clear; give a certificate as tls in the file, or name the proxy that has one as trusted_proxies", v.Listen)
	}
	m.Listen = v.Listen
	return nil
}

// serve answers until the context ends.
func serve(ctx context.Context, s *screen, file *config.File, st *store.Store) (err error) {
	v, err := openServer(ctx, s, file, st)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close(context.WithoutCancel(ctx))) }()
	if err := v.greet(ctx, s, file, st); err != nil {
		return err
	}
	return v.answer(ctx)
}

// server listens with its door open; it answers from answer on.
type server struct {
	door     *openDoor
	listener net.Listener
	url      string // by which its clients know it: "https://idm.example.com"
	http     *http.Server
	log      *slog.Logger
	metrics  *metrics
}

// openServer listens, opens the door and finds out what became of the changes
// that an earlier process left open. That an address is taken is better known
// before anybody signs in to a directory.
func openServer(ctx context.Context, s *screen, file *config.File, st *store.Store) (_ *server, err error) {
	v := &server{log: newLog(s.errs, file.Muster.Log), metrics: newMetrics()}
	var scheme string
	if v.listener, scheme, err = listen(file); err != nil {
		return nil, err
	}
	v.url = cmp.Or(file.Muster.URL, scheme+"://"+v.listener.Addr().String())
	defer func() {
		if err != nil {
			err = errors.Join(err, v.close(context.WithoutCancel(ctx)))
		}
	}()
	if v.door, err = openTheDoor(ctx, file, st, v.log, v.metrics); err != nil {
		return nil, err
	}
	settled, err := v.door.settle(ctx)
	if err != nil {
		return nil, err
	}
	if settled > 0 {
		s.say("An earlier process was interrupted: the outcome of %s was found out by reading the directory.", plural(settled, "change"))
	}
	v.http = &http.Server{Handler: v.door.handler(file, v.metrics), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(v.log.Handler(), slog.LevelWarn)}
	return v, nil
}

// base is the address of a connection, as its client is told it.
func (v *server) base(connection string) string { return v.url + "/scim/" + connection + "/v2" }

// greet says where each connection is, and what keeps its client out.
func (v *server) greet(ctx context.Context, s *screen, file *config.File, st *store.Store) error {
	held, err := st.Holds(ctx)
	if err != nil {
		return err
	}
	s.say("Muster listens at %s and serves %s until Ctrl-C:", v.listener.Addr(), plural(len(file.Connections), "connection"))
	for _, c := range file.Connections {
		tokens, err := st.Tokens(ctx, c.Name)
		if err != nil {
			return err
		}
		s.say("  %-12s %s", c.Name, v.base(c.Name))
		live := slices.ContainsFunc(tokens, func(t auth.Token) bool { return t.Live(time.Now()) })
		if !live && c.OAuth.Issuer == "" {
			s.say("  %-12s nobody can sign in yet: muster token create --connection %s", "", c.Name)
		}
		if i := slices.IndexFunc(held, func(h store.Hold) bool { return h.Connection == c.Name }); i >= 0 {
			s.say("  %-12s held since %s: %s", "", minute(held[i].Since), held[i].Reason)
		}
	}
	return nil
}

// answer answers requests until the context ends, and then ends those that are
// under way.
func (v *server) answer(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	rounded := make(chan struct{})
	go func() {
		defer close(rounded)
		v.door.rounds(ctx, v.log, v.metrics)
	}()
	defer func() {
		stop()
		<-rounded
	}()
	ended := make(chan error, 1)
	go func() { ended <- v.http.Serve(v.listener) }()
	select {
	case err := <-ended:
		return bridge.Wrap(bridge.Unavailable, err, "the server ended by itself")
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	return v.http.Shutdown(last)
}

// close closes what openServer opened.
func (v *server) close(ctx context.Context) error {
	err := v.listener.Close()
	if errors.Is(err, net.ErrClosed) { // by answer
		err = nil
	}
	return errors.Join(err, v.door.close(ctx))
}

// listen opens the listener, with TLS when the file names a certificate.
func listen(file *config.File) (net.Listener, string, error) {
	m := file.Muster
	listener, err := net.Listen("tcp", m.Listen)
	if err != nil {
		return nil, "", bridge.Wrap(bridge.Unavailable, err, "it cannot listen on %s (--listen takes another address, for example 127.0.0.1:8081)", m.Listen)
	}
	if m.TLS.Cert == "" {
		return listener, "http", nil
	}
	certificate, err := tls.LoadX509KeyPair(string(m.TLS.Cert), string(m.TLS.Key))
	if err != nil {
		listener.Close()
		return nil, "", bridge.Wrap(bridge.Invalid, err, "the certificate %s cannot be used", m.TLS.Cert)
	}
	// Entra speaks TLS 1.2 and 1.3.
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}), "https", nil
}

// handler is everything that the server answers.
func (d *openDoor) handler(file *config.File, m *metrics) http.Handler {
	router := mux.NewRouter().UseEncodedPath()
	router.Path("/healthz").HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	router.Path("/readyz").HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTime)
		defer cancel()
		if err := d.ready(ctx, file); err != nil {
			w.Header().Set("Retry-After", "10")
			http.Error(w, "the directory does not answer", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	router.Path("/metrics").Handler(m.handler())
	router.PathPrefix("/scim").Handler(d.scim)
	return router
}

// rounds does again and again what no request asks for, until the context ends.
func (d *openDoor) rounds(ctx context.Context, log *slog.Logger, m *metrics) {
	tick := time.NewTicker(rounds)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := d.scim.Reconcile(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "reconciliation", "cause", err)
		}
		held, err := d.store.Holds(ctx)
		if err == nil {
			m.held.Set(float64(len(held)))
		}
	}
}
