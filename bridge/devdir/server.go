package devdir

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
)

// Listen says where to serve. An empty address is not served; port 0 takes a free
// one. TLS, if given, replaces the certificate the directory made for itself.
type Listen struct {
	LDAP  string // plain, with StartTLS
	LDAPS string
	TLS   *tls.Config
}

// Server is a directory being served.
type Server struct {
	directory   *Directory
	tls         *tls.Config
	ldap, ldaps net.Listener
	stop        context.CancelFunc
	running     sync.WaitGroup
	mu          sync.Mutex
	open        map[*connection]struct{}
	closed      bool
}

// Serve opens the addresses and answers on them until ctx ends or Close is called.
// It returns as soon as both can be dialled.
func (d *Directory) Serve(ctx context.Context, l Listen) (*Server, error) {
	s := &Server{directory: d, tls: l.TLS, open: map[*connection]struct{}{}}
	if s.tls == nil {
		s.tls = &tls.Config{Certificates: []tls.Certificate{d.authority.server}, MinVersion: tls.VersionTLS12}
	}
	if err := s.listen(l); err != nil {
		return nil, err
	}
	ctx, s.stop = context.WithCancel(ctx)
	for _, listener := range []net.Listener{s.ldap, s.ldaps} {
		if listener != nil {
			s.running.Go(func() { s.accept(ctx, listener, listener == s.ldaps) })
		}
	}
	context.AfterFunc(ctx, s.shut)
	return s, nil
}

func (s *Server) listen(l Listen) (err error) {
	if l.LDAP != "" {
		if s.ldap, err = net.Listen("tcp", l.LDAP); err != nil {
			return fmt.Errorf("listen for LDAP: %w", err)
		}
	}
	if l.LDAPS != "" {
		if s.ldaps, err = net.Listen("tcp", l.LDAPS); err != nil {
			if s.ldap != nil {
				err = errors.Join(err, s.ldap.Close())
			}
			return fmt.Errorf("listen for LDAPS: %w", err)
		}
	}
	return nil
}

// LDAP is the address of the plain port, host:port; empty if it is not served.
func (s *Server) LDAP() string { return address(s.ldap) }

// LDAPS is the address of the TLS port, host:port; empty if it is not served.
func (s *Server) LDAPS() string { return address(s.ldaps) }

// URL is the ldaps:// address for a client.
func (s *Server) URL() string { return "ldaps://" + s.LDAPS() }

func address(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}

func (s *Server) accept(ctx context.Context, l net.Listener, overTLS bool) {
	for {
		socket, err := l.Accept()
		if err != nil {
			return // only Close ends a listener
		}
		if overTLS {
			socket = tls.Server(socket, s.tls)
		}
		c := newConnection(s, socket, overTLS)
		if !s.keep(c) {
			return
		}
		s.running.Go(func() {
			defer s.drop(c)
			c.serve(ctx)
		})
	}
}

// keep notes an open connection, unless the server is closing.
func (s *Server) keep(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		c.cut()
		return false
	}
	s.open[c] = struct{}{}
	return true
}

func (s *Server) drop(c *connection) {
	c.cut()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// CutAll closes every open connection, as a domain controller that restarts does.
// New ones are accepted.
func (s *Server) CutAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.cut()
	}
}

// Close ends the listeners and all connections and waits for their goroutines.
func (s *Server) Close() {
	s.stop()
	s.shut()
	s.running.Wait()
}

func (s *Server) shut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, l := range []net.Listener{s.ldap, s.ldaps} {
		if l != nil {
			_ = l.Close()
		}
	}
	for c := range s.open {
		c.cut()
	}
}
