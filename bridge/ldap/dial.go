package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"sync/atomic"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// wire is the network connection under an LDAP connection. A write cannot hang
// for ever, and it is known whether anything was sent.
type wire struct {
	net.Conn
	timeout time.Duration
	writes  atomic.Int64
}

// Write sends b before the timeout or fails.
func (w *wire) Write(b []byte) (int, error) {
	w.writes.Add(1)
	if err := w.SetWriteDeadline(time.Now().Add(w.timeout)); err != nil {
		return 0, err
	}
	return w.Conn.Write(b)
}

// conn is one bound LDAP connection.
type conn struct {
	ldap *goldap.Conn
	wire *wire
	born time.Time
	used time.Time
}

// cut ends the connection at once, whatever is under way on it.
func (c *conn) cut() {
	_ = c.wire.Close() // the reader of go-ldap notices and closes the rest
}

// connect dials a server and makes the connection safe; it does not bind.
func (p *Pool) connect(ctx context.Context, server string) (*conn, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"ldaps": "636", "ldap": "389"}[u.Scheme]
	}
	ctx, cancel := context.WithTimeout(ctx, p.set.DialTimeout)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, dialError(server, err)
	}
	w := &wire{Conn: raw, timeout: p.set.RequestTimeout}
	secured, err := p.secure(ctx, w, u)
	if err != nil {
		_ = raw.Close()
		return nil, dialError(server, err)
	}
	c := &conn{ldap: goldap.NewConn(secured, true), wire: w, born: time.Now(), used: time.Now()}
	c.ldap.SetTimeout(p.set.RequestTimeout)
	c.ldap.Start()
	return c, nil
}

// secure does StartTLS where the URL asks for it, and the TLS handshake.
func (p *Pool) secure(ctx context.Context, w *wire, u *url.URL) (net.Conn, error) {
	config := p.tls.Clone()
	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
	if u.Scheme == "ldap" {
		if err := startTLS(ctx, w); err != nil {
			return nil, err
		}
	}
	secured := tls.Client(w, config)
	return secured, secured.HandshakeContext(ctx)
}

// startTLS asks for TLS on a fresh connection (RFC 4511 section 4.14).
func startTLS(ctx context.Context, w *wire) error {
	stop := context.AfterFunc(ctx, func() { _ = w.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	request := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "Request")
	request.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, 0x7fffffff, "MessageID"))
	extended := ber.Encode(ber.ClassApplication, ber.TypeConstructed, goldap.ApplicationExtendedRequest, nil, "StartTLS")
	extended.AppendChild(ber.NewString(ber.ClassContext, ber.TypePrimitive, 0, "1.3.6.1.4.1.1466.20037", "OID"))
	request.AppendChild(extended)
	if _, err := w.Write(request.Bytes()); err != nil {
		return err
	}
	answer, err := ber.ReadPacket(w)
	if err != nil {
		return err
	}
	return goldap.GetLDAPError(answer)
}

// dialError says in words why a server cannot be reached, and what to do.
func dialError(server string, err error) error {
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var dns *net.DNSError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		return bridge.Wrap(bridge.Unavailable, err, "the certificate of %s is for another name; use the name in the certificate, or set the server name", server)
	case errors.As(err, &authority):
		return bridge.Wrap(bridge.Unavailable, err, "the certificate of %s is signed by an authority that is not trusted here; give its certificate as the CA file", server)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return bridge.Wrap(bridge.Unavailable, err, "the certificate of %s has expired or is not valid yet; renew it, or check the clocks", server)
	case errors.As(err, &invalid):
		return bridge.Wrap(bridge.Unavailable, err, "the certificate of %s is not valid", server)
	case errors.As(err, &plain):
		return bridge.Wrap(bridge.Unavailable, err, "%s does not speak TLS on this port; use port 636, or ldap:// with StartTLS", server)
	case errors.As(err, &dns) && dns.IsNotFound:
		return bridge.Wrap(bridge.Unavailable, err, "the name in %s is unknown; check the spelling and the DNS", server)
	case isRefused(err):
		return bridge.Wrap(bridge.Unavailable, err, "%s refuses the connection; is the directory running, and is the port right", server)
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return bridge.Wrap(bridge.Unavailable, err, "%s does not answer in time; is a firewall in between", server)
	}
	return bridge.Wrap(bridge.Unavailable, err, "%s cannot be reached", server)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
