package config

import (
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// The types of destinations.
const (
	ActiveDirectory = "active-directory"
	LDAP            = "ldap"
)

// Destination is a directory that jobs write to.
type Destination struct {
	Name        string        `yaml:"name" need:"yes"`                               // by which jobs name it
	Type        string        `yaml:"type" need:"yes" oneof:"active-directory ldap"` // Active Directory, or any other LDAP directory
	URL         List          `yaml:"url" need:"yes"`                                // servers of the same directory, in order of preference
	StartTLS    bool          `yaml:"start_tls"`                                     // for ldap:// addresses: encrypt before signing in
	CAFile      Path          `yaml:"ca_file"`                                       // PEM; "" = the system's
	Base        string        `yaml:"base" need:"yes"`                               // DN below which everything lies
	Bind        string        `yaml:"bind" need:"yes"`                               // user principal name or DN
	Password    bridge.Secret `yaml:"password" need:"yes"`                           // a reference: ${env:NAME} or ${file:PATH}
	Connections int           `yaml:"connections"`                                   // at once; 4 by default
	Timeouts    Timeouts      `yaml:"timeouts"`                                      // how long it may take
	State       State         `yaml:"state"`                                         // type ldap: how an account is locked; absent: accounts have no state
}

// State names the attribute that locks an account at a generic directory.
type State struct {
	Attribute string `yaml:"attribute" need:"yes"` // nsAccountLock or pwdAccountLockedTime, for example
	Disabled  string `yaml:"disabled" need:"yes"`  // its value while the account is locked
	Enabled   string `yaml:"enabled"`              // its value otherwise; absent: the attribute is removed
}

// Timeouts bound how long a destination may take.
type Timeouts struct {
	Dial    Duration `yaml:"dial"`    // 5s by default
	Request Duration `yaml:"request"` // 30s by default
}

func (d *Destination) defaults() {
	if d.Connections == 0 {
		d.Connections = 4
	}
	if d.Timeouts.Dial == 0 {
		d.Timeouts.Dial = Duration(5 * time.Second)
	}
	if d.Timeouts.Request == 0 {
		d.Timeouts.Request = Duration(30 * time.Second)
	}
}

func (d *Destination) check(r *reader, path string) {
	r.name(path+".name", d.Name)
	r.dn(path+".base", d.Base)
	for i, address := range d.URL {
		at := r.item(path+".url", i)
		if message, hint := checkURL(address, d.StartTLS); message != "" {
			r.fault(at, message, hint)
		}
	}
	if d.State != (State{}) && d.Type != LDAP {
		r.fault(path+".state", "state: Active Directory has an account state of its own", "leave it out")
	}
	if r.has(path+".connections") && (d.Connections < 1 || d.Connections > 100) {
		r.fault(path+".connections", fmt.Sprintf("connections: %d is not from 1 to 100", d.Connections), "")
	}
}

// checkURL wants a password to travel encrypted, except within the machine.
func checkURL(address string, startTLS bool) (message, hint string) {
	const form = "write ldaps://dc1.corp.example.com, with :PORT unless it is 636"
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return "url: this is not the address of a directory", form
	case u.User != nil:
		return "url: an address holds no name or password", "write them as bind and password"
	case u.Scheme != "ldap" && u.Scheme != "ldaps":
		return fmt.Sprintf("url: the scheme %q is not ldaps or ldap", u.Scheme), form
	case u.Path != "" && u.Path != "/" || u.RawQuery != "":
		return "url: an address ends after the port", "write the DN as base"
	case u.Scheme == "ldaps" && startTLS:
		return "url: ldaps is encrypted already; start_tls is for ldap", "leave out start_tls"
	case u.Scheme == "ldap" && !startTLS && !loopback(u.Hostname()):
		return "url: the password would travel in clear", "write ldaps://, or start_tls: true"
	}
	return "", ""
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
