package devdir

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Sub-status codes that a refused bind carries as data (win32 error numbers).
const (
	logonFailure     = 0x52e
	logonDisabled    = 0x533
	logonPwdExpired  = 0x532
	logonAccExpired  = 0x701
	logonMustChange  = 0x773
	logonLocked      = 0x775
	lockoutFor       = 30 * time.Minute
	authenticateText = "80090308: LdapErr: DSID-0C090569, comment: AcceptSecurityContext error, data %x, v4563\x00"
)

// bind proves who the client is: simple only (RFC 4511 section 4.2, MS-ADTS 5.1.1.1.1).
func (c *connection) bind(op *ber.Packet) error {
	version, _ := integer(child(op, 0))
	name, auth := text(child(op, 1)), child(op, 2)
	c.become(nil) // a failed bind leaves the connection anonymous
	switch {
	case version != 3:
		return &refusal{code: rcProtocol, text: "only version 3"}
	case auth.ClassType != ber.ClassContext || auth.Tag != 0:
		return &refusal{code: rcAuthNotSupported, text: "00002027: LdapErr: DSID-0C0905F4, comment: only simple bind here, data 0, v4563\x00"}
	case text(auth) == "":
		return nil // anonymous (RFC 4513 section 5.1.2)
	case !c.secure:
		return ldapErr(rcStrongAuth, 0x2028, "The server requires binds to turn on integrity checking if SSL\\TLS are not already active on the connection")
	}
	e, err := c.logon(name, text(auth))
	if err == nil {
		c.become(e)
	}
	return err
}

func (c *connection) become(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.who = e
}

// logon checks a name and a password and says why not, as Windows does only to
// who knows the password.
func (d *Directory) logon(name, password string) (*entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.binds[strings.ToLower(name)]++
	e := d.account(name)
	if e == nil {
		return nil, logonRefused(logonFailure)
	}
	if d.locked(e) {
		return nil, logonRefused(logonLocked)
	}
	c := d.begin()
	if !e.secret.is(password) {
		c.countWrong(e)
		return nil, logonRefused(logonFailure)
	}
	if why := d.mayLogon(e); why != 0 {
		return nil, logonRefused(why)
	}
	c.setByName(e, "badPwdCount", "0")
	c.setByName(e, "lastLogonTimestamp", strconv.FormatInt(fileTime(c.now), 10))
	return e, nil
}

func logonRefused(why int) *refusal {
	return &refusal{code: rcInvalidLogon, text: fmt.Sprintf(authenticateText, why)}
}

// account finds who a bind name means: a DN, a user principal name, or DOMAIN\name.
func (d *Directory) account(name string) *entry {
	if domain, sam, ok := strings.Cut(name, `\`); ok && (strings.EqualFold(domain, d.opt.NetBIOS) || strings.EqualFold(domain, d.domain)) {
		return d.bySAM(sam)
	}
	if strings.Contains(name, "=") {
		e, err := d.find(name)
		if err != nil {
			return nil
		}
		return e
	}
	for _, e := range d.schema.attribute("userPrincipalName").index.at[fold(name)] {
		return e
	}
	if sam, domain, ok := strings.Cut(name, "@"); ok && strings.EqualFold(domain, d.domain) {
		return d.bySAM(sam)
	}
	return nil
}

func (d *Directory) bySAM(sam string) *entry {
	for _, e := range d.schema.attribute("sAMAccountName").index.at[fold(sam)] {
		return e
	}
	return nil
}

func (d *Directory) number(e *entry, name string) int64 {
	n, _ := strconv.ParseInt(e.value(d.schema.attribute(name)), 10, 64)
	return n
}

func (d *Directory) locked(e *entry) bool {
	at := d.number(e, "lockoutTime")
	return at > 0 && d.opt.Now().Before(fromFileTime(at).Add(lockoutFor))
}

func (d *Directory) mayLogon(e *entry) int {
	uac := d.number(e, "userAccountControl")
	expires, set := d.number(e, "accountExpires"), d.number(e, "pwdLastSet")
	now := d.opt.Now()
	switch {
	case uac&uacDisabled != 0:
		return logonDisabled
	case expires != 0 && expires != never && !now.Before(fromFileTime(expires)):
		return logonAccExpired
	case set == 0:
		return logonMustChange
	case d.opt.MaxPasswordAge > 0 && uac&uacNeverExpires == 0 && now.After(fromFileTime(set).Add(d.opt.MaxPasswordAge)):
		return logonPwdExpired
	}
	return 0
}

func (c *change) countWrong(e *entry) {
	n := c.number(e, "badPwdCount") + 1
	c.setByName(e, "badPwdCount", strconv.FormatInt(n, 10))
	c.setByName(e, "badPasswordTime", strconv.FormatInt(fileTime(c.now), 10))
	if limit := c.opt.LockoutThreshold; limit > 0 && n >= int64(limit) {
		c.setByName(e, "lockoutTime", strconv.FormatInt(fileTime(c.now), 10))
	}
}
