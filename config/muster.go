package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Muster are the settings of the process itself. They live only in the file.
type Muster struct {
	Store          Path   `yaml:"store"`                             // the SQLite file; .muster/muster.db beside the file by default
	Log            string `yaml:"log" oneof:"debug info warn error"` // how much is logged; info by default
	Listen         string `yaml:"listen"`                            // host:port at which "muster serve" listens; 127.0.0.1:8080 by default
	TLS            TLS    `yaml:"tls"`                               // the certificate; absent: plain HTTP, behind a proxy or within the machine
	URL            string `yaml:"url"`                               // the address by which clients know Muster, https://idm.example.com; from each request by default
	TrustedProxies List   `yaml:"trusted_proxies"`                   // addresses and networks (10.0.0.0/8) whose X-Forwarded-Proto, -Host and -For are believed
	MaxBody        Size   `yaml:"max_body"`                          // of one request; 8MiB by default
}

// TLS names the files of a certificate, in PEM.
type TLS struct {
	Cert Path `yaml:"cert" need:"yes"` // the certificate, and those between it and its authority
	Key  Path `yaml:"key" need:"yes"`  // its private key
}

// The defaults of the server.
const (
	DefaultListen  = "127.0.0.1:8080"
	DefaultMaxBody = Size(8 << 20)
)

func (m *Muster) defaults(r *reader) {
	if m.Store == "" {
		m.Store = r.resolve(".muster/muster.db")
	}
	m.Log = orElse(m.Log, "info")
	m.Listen, m.MaxBody = orElse(m.Listen, DefaultListen), orElse(m.MaxBody, DefaultMaxBody)
	m.URL = strings.TrimRight(m.URL, "/")
}

// Proxies returns the networks of trusted_proxies.
func (m *Muster) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range m.TrustedProxies {
		if network, err := parseNetwork(text); err == nil { // Parse refuses the others
			out = append(out, network)
		}
	}
	return out
}

// parseNetwork reads a network, or one address.
func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}

func (m *Muster) check(r *reader) {
	for i, text := range m.TrustedProxies {
		network, err := parseNetwork(text)
		switch path := r.item("muster.trusted_proxies", i); {
		case err != nil:
			r.fault(path, fmt.Sprintf("trusted_proxies: %q is neither an address nor a network", text), "for example 10.0.0.5 or 10.0.0.0/8")
		case network.Bits() == 0:
			r.fault(path, fmt.Sprintf("trusted_proxies: with %s everybody could say who asks", text), "name the addresses of the proxies")
		}
	}
	m.checkListen(r)
	if message := checkPublic(m.URL); message != "" {
		r.fault("muster.url", message, "write https://idm.example.com, without a query")
	}
}

// checkListen wants tokens and passwords to travel encrypted, except within the
// machine and behind a proxy.
func (m *Muster) checkListen(r *reader) {
	const form = "write host:port, for example 127.0.0.1:8080 or :8443"
	if !r.has("muster.listen") || r.broken["muster.listen"] {
		return
	}
	host, port, err := net.SplitHostPort(m.Listen)
	if err != nil {
		r.fault("muster.listen", fmt.Sprintf("listen: %q is not host:port", m.Listen), form)
		return
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		r.fault("muster.listen", fmt.Sprintf("listen: %q is not a port", port), form)
	}
	if !loopback(host) && !r.has("muster.tls") && len(m.TrustedProxies) == 0 {
		r.fault("muster.listen", "listen: tokens would travel in clear", "give a certificate as tls, name the proxy that has one as trusted_proxies, or listen at 127.0.0.1")
	}
}

func checkPublic(address string) string {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return ""
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "url: this is not the address of a server"
	case u.User != nil:
		return "url: an address holds no name or password"
	case u.RawQuery != "" || u.Fragment != "":
		return "url: an address ends before ? and #"
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "url: tokens would travel in clear"
	}
	return ""
}
