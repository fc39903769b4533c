package devdir

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Deadlines of a connection; the idle one is MaxConnIdleTime of the default LDAP policy.
const (
	idleTime      = 900 * time.Second
	writeTime     = 30 * time.Second
	handshakeTime = 10 * time.Second
	maxActive     = 20 // MaxActiveQueries
)

// connection is one client. Requests run side by side, except that a bind and
// StartTLS wait for those before them (RFC 4511 sections 4.2.1 and 4.14.1).
type connection struct {
	*Directory
	server *Server
	raw    net.Conn
	socket net.Conn // raw, or TLS over it
	secure bool
	reader *bufio.Reader
	slots  chan struct{}
	active sync.WaitGroup

	mu      sync.Mutex
	pending map[int64]context.CancelFunc
	pages   pages
	who     *entry // nil: anonymous

	writing sync.Mutex
}

func newConnection(s *Server, socket net.Conn, overTLS bool) *connection {
	return &connection{Directory: s.directory, server: s, raw: socket, socket: socket, secure: overTLS, reader: bufio.NewReader(socket),
		slots: make(chan struct{}, maxActive), pending: map[int64]context.CancelFunc{}}
}

func (c *connection) cut() { _ = c.raw.Close() }

func (c *connection) serve(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer c.active.Wait()
	defer stop()
	if c.secure && !c.handshake(ctx) {
		return
	}
	for {
		if c.socket.SetReadDeadline(time.Now().Add(idleTime)) != nil {
			return
		}
		b, err := readMessage(c.reader)
		if err != nil {
			c.farewell(err)
			return
		}
		m, err := decode(b)
		if err != nil {
			c.farewell(err)
			return
		}
		if !c.take(ctx, m) {
			return
		}
	}
}

func (c *connection) handshake(ctx context.Context) bool {
	ctx, stop := context.WithTimeout(ctx, handshakeTime)
	defer stop()
	return c.socket.(*tls.Conn).HandshakeContext(ctx) == nil
}

// farewell tells a client that talks no LDAP why it is cut off (RFC 4511 section 4.4.1).
func (c *connection) farewell(err error) {
	if errors.Is(err, errMalformed) || errors.Is(err, errTooLong) {
		op := result(tagExtendedAnswer, &refusal{code: rcProtocol, text: err.Error()})
		op.AppendChild(contextString(10, oidDisconnect))
		c.send(envelope(0, op, nil))
	}
}

// take starts one request; false ends the connection.
func (c *connection) take(ctx context.Context, m *message) bool {
	switch m.op.Tag {
	case tagUnbind:
		return false
	case tagAbandon:
		c.abandon(m.op)
		return true
	case tagBind:
		c.active.Wait()
		return c.perform(ctx, m)
	case tagExtended:
		c.active.Wait()
		return c.perform(ctx, m)
	}
	ctx, stop := context.WithCancel(ctx)
	c.mu.Lock()
	c.pending[m.id] = stop
	c.mu.Unlock()
	c.slots <- struct{}{}
	c.active.Go(func() {
		defer func() { <-c.slots }()
		defer c.forget(m.id)
		if !c.perform(ctx, m) {
			c.cut()
		}
	})
	return true
}

func (c *connection) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stop := c.pending[id]; stop != nil {
		stop()
		delete(c.pending, id)
	}
}

// abandon gives up a request; it has no answer (RFC 4511 section 4.11).
func (c *connection) abandon(op *ber.Packet) {
	if id, ok := integer(op); ok {
		c.forget(id)
	}
}

// perform answers one request; false means the connection must end.
func (c *connection) perform(ctx context.Context, m *message) bool {
	fault := c.faults.next(m.op)
	if fault != nil && !fault.before(ctx, c, m) {
		return !fault.cuts()
	}
	if m.op.Tag == tagExtended {
		return c.extended(ctx, m)
	}
	a := c.dispatch(ctx, m, fault)
	if fault != nil && !fault.after(ctx) {
		return !fault.cuts()
	}
	if ctx.Err() == nil {
		c.send(a...)
	}
	return true
}

// dispatch executes the request and gives the messages of its answer.
func (c *connection) dispatch(ctx context.Context, m *message, fault *armed) [][]byte {
	tag, known := answerTags[m.op.Tag]
	if !known {
		return c.reply(m, tagExtendedAnswer, &refusal{code: rcProtocol, text: "unknown operation"})
	}
	if err := unsupportedControl(m); err != nil {
		return c.reply(m, tag, err)
	}
	switch m.op.Tag {
	case tagBind:
		return c.reply(m, tag, c.bind(m.op))
	case tagSearch:
		return c.search(ctx, m, fault)
	case tagCompare:
		return c.reply(m, tag, c.compare(m.op))
	}
	return c.reply(m, tag, c.write(m))
}

func (c *connection) reply(m *message, tag ber.Tag, err error) [][]byte {
	return [][]byte{envelope(m.id, result(tag, err), nil)}
}

func (c *connection) send(messages ...[]byte) {
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.socket.SetWriteDeadline(time.Now().Add(writeTime))
	for _, b := range messages {
		if _, err := c.socket.Write(b); err != nil {
			c.cut() // half a message must not be followed by another
			return
		}
	}
}

func (c *connection) identity() *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.who
}
