package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
)

// healthyTime is how long a server may take to say that it runs.
const healthyTime = 5 * time.Second

type healthyCommand struct {
	Listen string `placeholder:"ADDRESS" help:"Where it listens, instead of what the file says."`
	Ready  bool   `help:"Ask also whether its directories answer."`
}

// Run asks the server of the file on this machine whether it runs. An image
// without a shell has nothing else to ask with.
func (h *healthyCommand) Run(ctx context.Context, s *screen, c *cli) error {
	file, err := config.LoadWithoutSecrets(c.Config)
	if err != nil {
		return err
	}
	if h.Listen != "" {
		file.Muster.Listen = h.Listen
	}
	address, client, err := localClient(&file.Muster)
	if err != nil {
		return err
	}
	if h.Ready {
		address += "/readyz"
	} else {
		address += "/healthz"
	}
	ctx, cancel := context.WithTimeout(ctx, healthyTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return bridge.Wrap(bridge.Invalid, err, "%s is no address", address)
	}
	answer, err := client.Do(request)
	if err != nil {
		return bridge.Wrap(bridge.Unavailable, err, "the server does not answer")
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return bridge.Errorf(bridge.Unavailable, "%s answers %s", address, answer.Status)
	}
	s.say("%s answers %s", address, answer.Status)
	return nil
}

// localClient returns the address of the server on this machine, and a client
// that believes no other certificate than the file's.
func localClient(m *config.Muster) (string, *http.Client, error) {
	host, port, err := net.SplitHostPort(m.Listen)
	if err != nil {
		return "", nil, bridge.Wrap(bridge.Invalid, err, "%q is not host:port", m.Listen)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	address := net.JoinHostPort(host, port)
	if m.TLS.Cert == "" {
		return "http://" + address, &http.Client{}, nil
	}
	pair, err := tls.LoadX509KeyPair(string(m.TLS.Cert), string(m.TLS.Key))
	if err != nil {
		return "", nil, bridge.Wrap(bridge.Invalid, err, "the certificate %s cannot be used", m.TLS.Cert)
	}
	trust := &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	trust.RootCAs.AddCert(pair.Leaf)
	switch {
	case len(pair.Leaf.DNSNames) > 0:
		trust.ServerName = pair.Leaf.DNSNames[0]
	case len(pair.Leaf.IPAddresses) > 0:
		trust.ServerName = pair.Leaf.IPAddresses[0].String()
	}
	return "https://" + address, &http.Client{Transport: &http.Transport{TLSClientConfig: trust}}, nil
}
