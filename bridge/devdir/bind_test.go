package devdir_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

func TestBind(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	d, s, c := start(t, devdir.Options{LockoutThreshold: 3, Now: clock})
	must(t, c.Add(enabled("Jane", "jane", "userPrincipalName", "jane.doe@corp.example.com")))
	must(t, c.Add(enabled("Disabled", "dis")))
	must(t, c.Add(enabled("Must", "mustchange", "pwdLastSet", "0")))
	must(t, c.Add(enabled("Expired", "expired", "accountExpires", "133485408000000000")))
	must(t, c.Add(enabled("Locked", "locked")))
	must(t, replace(c, "CN=Disabled,"+people, "userAccountControl", "514"))
	good := "Kx7#mmQw2"
	try := func(name, password string) error { return dial(t, d, s, "", "").Bind(name, password) }
	for _, name := range []string{"CN=Jane," + people, `CORP\jane`, "jane.doe@corp.example.com", "JANE@CORP.EXAMPLE.COM", `corp.example.com\Jane`} {
		must(t, try(name, good))
	}
	for _, x := range []struct{ name, password, sub string }{
		{"CN=Jane," + people, "wrong", "data 52e"}, {"nobody@corp.example.com", good, "data 52e"}, {"jane", good, "data 52e"},
		{`CORP\dis`, good, "data 533"}, {`CORP\dis`, "wrong", "data 52e"}, {`CORP\mustchange`, good, "data 773"}, {`CORP\expired`, good, "data 701"},
		{`CORP\locked`, "1", "data 52e"}, {`CORP\locked`, "2", "data 52e"}, {`CORP\locked`, "3", "data 52e"}, {`CORP\locked`, good, "data 775"},
	} {
		err := try(x.name, x.password)
		refused(t, err, 49, "80090308")
		if !strings.Contains(err.Error(), x.sub) {
			t.Errorf("%s: %v, want %s", x.name, err, x.sub)
		}
	}
	if got := d.Binds(`corp\LOCKED`); got != 4 {
		t.Error(got)
	}
	must(t, replace(c, "CN=Locked,"+people, "lockoutTime", "0"))
	must(t, try(`CORP\locked`, good))
}

func TestWhoMayWhat(t *testing.T) {
	d, s, c := start(t, devdir.Options{})
	good := "Kx7#mmQw2"
	must(t, c.Add(enabled("Jane", "jane")))
	t.Run("a password does not travel in the clear", func(t *testing.T) {
		plain, err := ldap.DialURL("ldap://" + s.LDAP())
		must(t, err)
		defer plain.Close()
		refused(t, plain.Bind(d.AdminDN(), password), 8, "00002028")
		must(t, plain.StartTLS(startTrust(d)))
		must(t, plain.Bind(d.AdminDN(), password))
		who, err := plain.WhoAmI(nil)
		if err != nil || who.AuthzID != `u:CORP\Administrator` {
			t.Error(who, err)
		}
	})
	t.Run("anyone reads the rootDSE and nothing else", func(t *testing.T) {
		plain, err := ldap.DialURL("ldap://" + s.LDAP())
		must(t, err)
		defer plain.Close()
		e := find(t, plain, "", "defaultNamingContext", "supportedControl")
		if e.GetAttributeValue("defaultNamingContext") != base || len(e.Attributes) != 2 {
			t.Error(e.Attributes)
		}
		_, err = plain.Search(ldap.NewSearchRequest(base, 0, 0, 0, 0, false, "(cn=*)", nil, nil))
		refused(t, err, 1, "000004DC")
		refused(t, plain.Add(user("x")), 1, "000004DC")
	})
	t.Run("a user reads and does not write", func(t *testing.T) {
		mine := dial(t, d, s, `CORP\jane`, good)
		find(t, mine, "CN=Jane,"+people)
		refused(t, replace(mine, "CN=Jane,"+people, "title", "Boss"), 50, "00002098")
		must(t, d.Delegate("CN=Jane,"+people))
		must(t, replace(mine, "CN=Jane,"+people, "title", "Boss"))
		refused(t, replace(mine, d.AdminDN(), "title", "Boss"), 50, "00002098")
	})
}

// startTrust names the server, as StartTLS has no address to take a name from.
func startTrust(d *devdir.Directory) *tls.Config {
	t := trustOf(d)
	t.ServerName = "dc1.corp.example.com"
	return t
}
