package servers_test

import (
	"crypto/tls"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// each runs the test against both servers.
func each(t *testing.T, test func(*testing.T, servers.Server)) {
	t.Run(servers.KindSamba, func(t *testing.T) { test(t, servers.Samba(t)) })
	t.Run(servers.KindOpenLDAP, func(t *testing.T) { test(t, servers.OpenLDAP(t)) })
}

func count(t *testing.T, conn *ldap.Conn, base, filter string) int {
	t.Helper()
	found, err := conn.SearchWithPaging(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases,
		0, 0, false, filter, []string{"1.1"}, nil), 100)
	if ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(found.Entries)
}

func TestAContainerIsGoneAfterItsTest(t *testing.T) {
	each(t, func(t *testing.T, s servers.Server) {
		var dn string
		t.Run("inner", func(t *testing.T) {
			dn = servers.Container(t, s, t.Name())
			ou := ldap.NewAddRequest(`OU=a\,b,`+dn, nil)
			ou.Attribute("objectClass", []string{"organizationalUnit"})
			conn := servers.Connect(t, s)
			if err := conn.Add(ou); err != nil {
				t.Fatal(err)
			}
			if n := count(t, conn, dn, "(objectClass=*)"); n != 2 {
				t.Errorf("%d entries, want 2", n)
			}
		})
		if n := count(t, servers.Connect(t, s), dn, "(objectClass=*)"); n != 0 {
			t.Errorf("%d entries left", n)
		}
	})
}

func TestASimpleBindNeedsTLS(t *testing.T) {
	each(t, func(t *testing.T, s servers.Server) {
		conn, err := ldap.DialURL(s.StartTLSURL)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if err := conn.Bind(s.BindDN, s.Password); err == nil {
			t.Error("a bind in clear text was accepted")
		}
		config, err := s.TLS()
		if err != nil {
			t.Fatal(err)
		}
		config.ServerName = "localhost"
		if err := conn.StartTLS(config); err != nil {
			t.Fatal(err)
		}
		if err := conn.Bind(s.BindDN, s.Password); err != nil {
			t.Error(err)
		}
	})
}

func TestTheCertificateIsVerified(t *testing.T) {
	each(t, func(t *testing.T, s servers.Server) {
		conn, err := ldap.DialURL(s.URL, ldap.DialWithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12}))
		if err == nil {
			_ = conn.Close()
			t.Error("a certificate of an unknown authority was accepted")
		}
	})
}

func TestSambaKnowsTheExchangeAttributes(t *testing.T) {
	s := servers.Samba(t)
	conn := servers.Connect(t, s)
	schema := "CN=Schema,CN=Configuration," + s.Base
	for _, name := range []string{"mailNickname", "msExchRemoteRecipientType", "extensionAttribute15"} {
		if n := count(t, conn, schema, "(lDAPDisplayName="+name+")"); n != 1 {
			t.Errorf("%s: %d schema entries, want 1", name, n)
		}
	}
	ou := servers.Container(t, s, "exchange")
	add := ldap.NewAddRequest("CN=Jane,"+ou, nil)
	add.Attribute("objectClass", []string{"contact"})
	add.Attribute("mailNickname", []string{"jane"})
	if err := conn.Add(add); err != nil {
		t.Error(err)
	}
}

func TestSambaKnowsItsAccountByPrincipalName(t *testing.T) {
	s := servers.Samba(t)
	if err := servers.Connect(t, s).Bind(s.BindUPN, s.Password); err != nil {
		t.Error(err)
	}
}

func TestOpenLDAPKeepsMembershipAndRecordsWrites(t *testing.T) {
	s := servers.OpenLDAP(t)
	conn := servers.Connect(t, s)
	ou := servers.Container(t, s, "members")
	person := "uid=jane," + ou
	add := ldap.NewAddRequest(person, nil)
	add.Attribute("objectClass", []string{"inetOrgPerson"})
	add.Attribute("cn", []string{"Jane"})
	add.Attribute("sn", []string{"Doe"})
	if err := conn.Add(add); err != nil {
		t.Fatal(err)
	}
	group := ldap.NewAddRequest("cn=staff,"+ou, nil)
	group.Attribute("objectClass", []string{"groupOfNames"})
	group.Attribute("member", []string{person})
	if err := conn.Add(group); err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, person, "(memberOf=cn=staff,"+ou+")"); n != 1 {
		t.Errorf("%d entries with memberOf, want 1", n)
	}
	if s.AccessLog == "" {
		return
	}
	if n := count(t, conn, s.AccessLog, "(&(reqType=add)(reqDN="+ldap.EscapeFilter(person)+"))"); n != 1 {
		t.Errorf("%d recorded adds, want 1", n)
	}
}
