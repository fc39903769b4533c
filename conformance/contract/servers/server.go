package servers

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// The kinds of server, as Server.Kind states them.
const (
	KindSamba    = "samba"
	KindOpenLDAP = "openldap"
)

// Server says where a directory listens and who may write to it. It travels as
// JSON in an environment variable, see [Variable].
type Server struct {
	// Kind is KindSamba or KindOpenLDAP.
	Kind string `json:"kind"`
	// URL is the ldaps:// address, with an IP address the certificate names.
	URL string `json:"url"`
	// StartTLSURL is the ldap:// address. Both servers refuse a simple bind
	// there unless StartTLS came first.
	StartTLSURL string `json:"starttls_url"`
	// Base is the DN of the domain or suffix.
	Base string `json:"base"`
	// BindDN and Password belong to an account that may write everywhere under
	// Base.
	BindDN   string `json:"bind_dn"`
	Password string `json:"password"`
	// BindUPN is the same account as a user principal name, Samba only.
	BindUPN string `json:"bind_upn,omitempty"`
	// CAFile is a PEM file with the certificate authority that signed the
	// server's certificate.
	CAFile string `json:"ca_file"`
	// AccessLog is the suffix under which the server itself records each write
	// (OpenLDAP's accesslog overlay), empty if it does not.
	AccessLog string `json:"access_log,omitempty"`
}

// Variable names the environment variable that holds the server of a kind.
func Variable(kind string) string {
	return map[string]string{
		KindSamba:    "MUSTER_TEST_SAMBA",
		KindOpenLDAP: "MUSTER_TEST_OPENLDAP",
	}[kind]
}

// TLS returns the settings that trust the server's certificate authority and
// verify the certificate fully.
func (s Server) TLS() (*tls.Config, error) {
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", s.CAFile)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// Samba returns the running Active Directory domain controller. Its schema
// knows the Exchange attributes of [ExchangeSchema].
func Samba(t testing.TB) Server {
	t.Helper()
	return fromEnvironment(t, KindSamba, "a Samba AD domain controller")
}

// OpenLDAP returns the running OpenLDAP server. Its account obeys a size limit
// of 500 entries without paging, and none with paging.
func OpenLDAP(t testing.TB) Server {
	t.Helper()
	return fromEnvironment(t, KindOpenLDAP, "an OpenLDAP server")
}

func fromEnvironment(t testing.TB, kind, what string) Server {
	t.Helper()
	name := Variable(kind)
	text := os.Getenv(name)
	if text == "" {
		Absent(t, what+" ("+name+")")
	}
	var s Server
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("%s does not hold a server: %v", name, err)
	}
	return s
}

// Absent ends a test that cannot run because the machine lacks something, for
// example "a Samba AD domain controller". The test is skipped, or fails if
// MUSTER_TEST_SERVERS is "all". No other code skips a test.
func Absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("MUSTER_TEST_SERVERS") == "all" {
		t.Fatalf("MUSTER_TEST_SERVERS=all, but this machine lacks %s", what)
	}
	t.Skipf("this machine lacks %s; `make test` starts the servers", what)
}
