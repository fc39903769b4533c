package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/mux"

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
		return bridge.Errorf(bridge.Invalid, "%s has no connections: there is nothing to serve", c.Config)
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Lock("muster serve"); err != nil {
		return err
	}
	if v.Listen != "" {
		file.Muster.Listen = v.Listen
	}
	return serve(ctx, s, file, st)
}

// serve opens the door and answers until the context ends.
func serve(ctx context.Context, s *screen, file *config.File, st *store.Store) (err error) {
	log := newLog(s.errs, file.Muster.Log)
	metrics := newMetrics()
	door, err := openTheDoor(ctx, file, st, log, metrics)
	defer func() { err = errors.Join(err, door.close(context.WithoutCancel(ctx))) }()
	if err != nil {
		return err
	}
	settled, err := door.settle(ctx)
	if err != nil {
		return err
	}
	if settled > 0 {
		s.say("An earlier process was interrupted: the outcome of %s was found out by reading the directory.", plural(settled, "change"))
	}
	listener, scheme, err := listen(file)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: door.handler(file, metrics), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	s.say("Muster serves %s at %s://%s/scim/v2", plural(len(file.Connections), "connection"), scheme, listener.Addr())
	rounded := make(chan struct{})
	go func() {
		defer close(rounded)
		door.rounds(ctx, log, metrics)
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
		return bridge.Wrap(bridge.Unavailable, err, "the server ended by itself")
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	err = server.Shutdown(last)
	<-rounded
	return err
}

// listen opens the listener, with TLS when the file names a certificate.
func listen(file *config.File) (net.Listener, string, error) {
	m := file.Muster
	listener, err := net.Listen("tcp", m.Listen)
	if err != nil {
		return nil, "", bridge.Wrap(bridge.Unavailable, err, "it cannot listen on %s", m.Listen)
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
