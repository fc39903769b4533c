package devdir

import (
	"bufio"
	"context"
	"crypto/tls"
)

// Object identifiers of extended operations and of the notice before a cut.
const (
	oidStartTLS   = "1.3.6.1.4.1.1466.20037"
	oidWhoAmI     = "1.3.6.1.4.1.4203.1.11.3"
	oidDisconnect = "1.3.6.1.4.1.1466.20036"
)

// extended answers StartTLS (RFC 4511 section 4.14) and Who am I (RFC 4532); false
// ends the connection.
func (c *connection) extended(ctx context.Context, m *message) bool {
	var refused error
	oid := text(child(m.op, 0))
	answer := result(tagExtendedAnswer, nil)
	switch {
	case oid == oidStartTLS && c.secure:
		refused = ldapErr(rcOperations, 0x2014, "TLS is already in use")
	case oid == oidStartTLS:
		return c.startTLS(ctx, m)
	case oid == oidWhoAmI:
		answer.AppendChild(contextString(11, c.whoAmI()))
	default:
		refused = ldapErr(rcProtocol, 0x2A, "Unknown extended request OID")
	}
	if refused != nil {
		answer = result(tagExtendedAnswer, refused)
	}
	c.send(envelope(m.id, answer, nil))
	return true
}

func (c *connection) startTLS(ctx context.Context, m *message) bool {
	if c.reader.Buffered() > 0 {
		return false // plain octets after StartTLS must not be read as if they were protected
	}
	answer := result(tagExtendedAnswer, nil)
	answer.AppendChild(contextString(10, oidStartTLS))
	c.send(envelope(m.id, answer, nil))
	c.socket = tls.Server(c.raw, c.server.tls)
	c.reader = bufio.NewReader(c.socket)
	c.secure = true
	return c.handshake(ctx)
}

func (c *connection) whoAmI() string {
	who := c.identity()
	if who == nil {
		return ""
	}
	c.Directory.mu.RLock()
	defer c.Directory.mu.RUnlock()
	return "u:" + c.opt.NetBIOS + `\` + who.value(c.schema.attribute("sAMAccountName"))
}
