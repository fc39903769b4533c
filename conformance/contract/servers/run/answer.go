package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// patience is how long a server may take from its start to its first answer.
const patience = 90 * time.Second

// awaitAnswer waits until the server answers a search of its root entry over
// verified TLS.
func awaitAnswer(ctx context.Context, s servers.Server, c *child) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := answer(s)
		if err == nil {
			return nil
		}
		select {
		case <-c.done:
			return c.ended()
		case <-ctx.Done():
			return fmt.Errorf("it does not answer at %s: %w", s.URL, err)
		case <-tick.C:
		}
	}
}

func answer(s servers.Server) error {
	config, err := s.TLS()
	if err != nil {
		return err
	}
	conn, err := ldap.DialURL(s.URL, ldap.DialWithTLSConfig(config), ldap.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	conn.SetTimeout(5 * time.Second)
	_, err = conn.Search(ldap.NewSearchRequest("", ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", []string{"namingContexts"}, nil))
	return err
}
