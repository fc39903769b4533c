package contract

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/conformance/contract/servers"
)

const devdirPassword = "Passw0rd-for-tests"

// OnDevdir is the embedded directory, of each test alone.
func OnDevdir(t *testing.T) Fixture {
	return OnDevdirWith(t, devdir.Options{Exchange: true})
}

// OnDevdirWith is the embedded directory with options; base and password are given.
func OnDevdirWith(t *testing.T, options devdir.Options) Fixture {
	options.Base, options.AdminPassword = "DC=corp,DC=example,DC=com", devdirPassword
	d, err := devdir.New(options)
	must(t, err)
	server, err := d.Serve(context.Background(), devdir.Listen{LDAP: "127.0.0.1:0", LDAPS: "127.0.0.1:0"})
	must(t, err)
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(ca, d.CertificatePEM(), 0o600))
	f := on(t, servers.Server{URL: server.URL(), Base: d.Base(), BindDN: d.AdminDN(), Password: devdirPassword, CAFile: ca})
	f.Open, f.Windows, f.Naughty, f.Server = openAD, true, d, server
	return f
}

// OnSamba is the running Active Directory domain controller.
func OnSamba(t *testing.T) Fixture {
	f := on(t, servers.Samba(t))
	f.Open, f.Windows, f.Many = openAD, true, 220
	return f
}

// OnOpenLDAP is the running OpenLDAP server. An account is locked there when its
// employeeType says so.
func OnOpenLDAP(t *testing.T) Fixture {
	f := on(t, servers.OpenLDAP(t))
	f.Settings.State = ldap.StateRule{Attribute: "employeeType", Disabled: "locked"}
	f.Open = func(ctx context.Context, s ldap.Settings) (Opened, error) { return ldap.Open(ctx, s) }
	f.Many = 1100
	return f
}

func openAD(ctx context.Context, s ldap.Settings) (Opened, error) { return ad.Open(ctx, s) }

func on(t *testing.T, s servers.Server) Fixture {
	settings := ldap.Settings{URLs: []string{s.URL}, CAFile: s.CAFile, BindDN: s.BindDN, Password: bridge.NewSecret(s.Password), Base: s.Base, Connections: 3}
	return Fixture{Settings: settings, Container: servers.Container(t, s, "contract"), Admin: servers.Connect(t, s), Many: 1700}
}
