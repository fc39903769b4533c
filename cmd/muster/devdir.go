package main

import (
	"context"
	"fmt"
	"os"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
)

type devdirCommand struct {
	Base     string   `default:"DC=corp,DC=example,DC=com" help:"The base DN."`
	LDAPS    string   `default:"127.0.0.1:3636" placeholder:"ADDRESS" help:"Loopback address to listen on."`
	CAFile   string   `default:"devdir-ca.pem" placeholder:"FILE" help:"Where to write the certificate to trust."`
	Password string   `env:"MUSTER_DEVDIR_PASSWORD" default:"Passw0rd-for-tests" help:"Of the account Administrator."`
	OU       []string `name:"ou" default:"OU=Staff,OU=Partners,OU=Groups,OU=Leavers" placeholder:"OU=..." help:"Containers to make below the base."`
	Exchange bool     `help:"With the attributes of Exchange in the schema."`
	Output   string   `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run serves an empty directory until it is interrupted. It is held in memory:
// when it ends, all is gone.
func (d *devdirCommand) Run(ctx context.Context, s *screen) error {
	directory, err := devdir.New(devdir.Options{Base: d.Base, AdminPassword: d.Password, Exchange: d.Exchange})
	if err != nil {
		return bridge.Wrap(bridge.Invalid, err, "the directory cannot be made")
	}
	for _, ou := range d.OU {
		if err := directory.AddContainer(ou + "," + d.Base); err != nil {
			return bridge.Wrap(bridge.Invalid, err, "the container %s cannot be made", ou)
		}
	}
	server, err := directory.Serve(ctx, devdir.Listen{LDAPS: d.LDAPS})
	if err != nil {
		return bridge.Wrap(bridge.Unavailable, err, "the directory cannot listen on %s", d.LDAPS)
	}
	defer server.Close()
	if err := os.WriteFile(d.CAFile, directory.CertificatePEM(), 0o644); err != nil { //nolint:gosec // a certificate is public
		return bridge.Wrap(bridge.Invalid, err, "the certificate cannot be written")
	}
	if d.Output == "json" {
		err = s.json(map[string]string{"url": server.URL(), "ca_file": d.CAFile, "base": d.Base, "bind": directory.AdminDN()})
	} else {
		err = d.print(s, server.URL(), directory.AdminDN())
	}
	if err == nil {
		<-ctx.Done()
	}
	return err
}

func (d *devdirCommand) print(s *screen, url, bind string) error {
	_, err := fmt.Fprintf(s.out, `The directory is up. It is held in memory and gone when it ends (Ctrl-C).

  url       %s
  ca_file   %s
  base      %s
  bind      %s

  LDAPTLS_CACERT=%s ldapsearch -H %s -D '%s' -W -b '%s' '(objectClass=user)' sAMAccountName
`, url, d.CAFile, d.Base, bind, d.CAFile, url, bind, d.Base)
	return err
}
