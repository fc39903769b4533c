package ldap

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"os"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// Settings say where a directory is and how it is used. Zero values of the
// numbers and durations mean the defaults named beside them.
type Settings struct {
	URLs       []string // ldaps://host[:port], or ldap:// with StartTLS; the first that answers is used
	StartTLS   bool     // RFC 4511 section 4.14; for ldap:// URLs
	CAFile     string   // PEM file of the authorities that may have signed the certificate; "" = the system's
	CAs        *x509.CertPool
	ServerName string // name that the certificate must have; "" = the host of the URL

	BindDN   string
	Password bridge.Secret
	Base     string // DN below which everything lies; "" = what the server says

	DialTimeout    time.Duration // 5 s: connect, TLS handshake and bind
	RequestTimeout time.Duration // 30 s: from a request to its last answer
	ProbeAfter     time.Duration // 30 s of idleness before a connection is tried out
	MaxAge         time.Duration // 10 min; always below the 15 min after which servers hang up
	Connections    int           // 4 at once, besides one per running List
	PageSize       int           // 500 entries, at most 1000

	Names map[bridge.ObjectType]Naming // how entries of a type are named and found; missing types as in DefaultNames
	State StateRule                    // generic directories only

	// Placeholder is the member of a groupOfNames that has none, since the class
	// demands one (RFC 4519 section 3.5). It is never shown. "" = cn=nobody below Base.
	Placeholder string
}

// Naming says how entries of an object type are named and recognised.
type Naming struct {
	RDN     string   // attribute that names the entry
	Classes []string // object classes given at creation
	Filter  string   // recognises the type; "" = the last of Classes
	Members string   // attribute that holds a group's members
}

// StateRule says how a generic directory locks an account. The attribute has
// the value Disabled while it is locked; enabling writes Enabled, or removes the
// attribute when Enabled is "". Examples: nsAccountLock and "TRUE" (389), or
// pwdAccountLockedTime and "000001010000Z" (draft-behera-ldap-password-policy
// section 5.3.3).
type StateRule struct{ Attribute, Disabled, Enabled string }

func (s Settings) withDefaults() Settings {
	s.DialTimeout = orElse(s.DialTimeout, 5*time.Second)
	s.RequestTimeout = orElse(s.RequestTimeout, 30*time.Second)
	s.ProbeAfter = orElse(s.ProbeAfter, 30*time.Second)
	s.MaxAge = min(orElse(s.MaxAge, 10*time.Minute), 14*time.Minute)
	s.Connections = orElse(s.Connections, 4)
	s.PageSize = min(orElse(s.PageSize, 500), 1000)
	return s
}

func orElse[T int | time.Duration](value, otherwise T) T {
	if value <= 0 {
		return otherwise
	}
	return value
}

func (s Settings) validate() error {
	if len(s.URLs) == 0 {
		return bridge.Errorf(bridge.Invalid, "no URL is given for the directory; give one like ldaps://dc1.example.com")
	}
	for _, text := range s.URLs {
		u, err := url.Parse(text)
		switch {
		case err != nil || u.Hostname() == "":
			return bridge.Errorf(bridge.Invalid, "%q is no URL of a directory; give one like ldaps://dc1.example.com", text)
		case u.Scheme == "ldap" && !s.StartTLS:
			return bridge.Errorf(bridge.Invalid, "%s would send the password in clear text; use ldaps:// or switch StartTLS on", text)
		case u.Scheme != "ldap" && u.Scheme != "ldaps":
			return bridge.Errorf(bridge.Invalid, "%q is neither ldaps:// nor ldap://", text)
		}
	}
	if s.BindDN == "" || s.Password.IsZero() {
		return bridge.Errorf(bridge.Invalid, "the directory needs an account and its password; an empty password would be an anonymous bind (RFC 4513 section 5.1.2)")
	}
	return nil
}

// tlsConfig returns the TLS settings; there is no way to switch verification off.
func (s Settings) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.ServerName, RootCAs: s.CAs}
	if s.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return nil, bridge.Wrap(bridge.Invalid, err, "the file of certificate authorities %s cannot be read", s.CAFile)
	}
	if config.RootCAs == nil {
		config.RootCAs = x509.NewCertPool()
	} else {
		config.RootCAs = config.RootCAs.Clone()
	}
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, bridge.Errorf(bridge.Invalid, "%s holds no certificate in PEM form", s.CAFile)
	}
	return config, nil
}
