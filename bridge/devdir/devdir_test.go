package devdir_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

const (
	base     = "DC=corp,DC=example,DC=com"
	people   = "OU=People," + base
	password = "Tr0ub4dor&3x"
)

// start serves a new directory with OU=People and gives a connection bound as administrator.
func start(t *testing.T, opt devdir.Options) (*devdir.Directory, *devdir.Server, *ldap.Conn) {
	t.Helper()
	opt.Base, opt.AdminPassword = base, password
	d, err := devdir.New(opt)
	must(t, err)
	s, err := d.Serve(t.Context(), devdir.Listen{LDAP: "127.0.0.1:0", LDAPS: "127.0.0.1:0"})
	must(t, err)
	t.Cleanup(s.Close)
	must(t, d.AddContainer(people))
	return d, s, dial(t, d, s, d.AdminDN(), password)
}

func dial(t *testing.T, d *devdir.Directory, s *devdir.Server, name, password string) *ldap.Conn {
	t.Helper()
	c, err := ldap.DialURL(s.URL(), ldap.DialWithTLSConfig(trustOf(d)))
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	if name != "" {
		must(t, c.Bind(name, password))
	}
	return c
}

func trustOf(d *devdir.Directory) *tls.Config {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(d.CertificatePEM())
	return &tls.Config{RootCAs: pool}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused demands a result code, and a text that begins with the win32 code.
func refused(t *testing.T, err error, code int, win32 string) {
	t.Helper()
	var le *ldap.Error
	if !errors.As(err, &le) || int(le.ResultCode) != code {
		t.Fatalf("got %v, want result %d", err, code)
	}
	if !strings.HasPrefix(le.Err.Error(), win32) {
		t.Fatalf("got %q, want %s", le.Err, win32)
	}
}

func utf16le(password string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(`"` + password + `"`)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// entry makes an add request; attributes come as name, value, name, value; a name may repeat.
func entry(dn, class string, attributes ...string) *ldap.AddRequest {
	r := ldap.NewAddRequest(dn, nil)
	r.Attribute("objectClass", []string{class})
	values := map[string][]string{}
	var order []string
	for i := 0; i < len(attributes); i += 2 {
		if values[attributes[i]] == nil {
			order = append(order, attributes[i])
		}
		values[attributes[i]] = append(values[attributes[i]], attributes[i+1])
	}
	for _, n := range order {
		r.Attribute(n, values[n])
	}
	return r
}

func user(cn string, attributes ...string) *ldap.AddRequest {
	return entry("CN="+cn+","+people, "user", attributes...)
}

func enabled(cn, sam string, attributes ...string) *ldap.AddRequest {
	return user(cn, append([]string{"sAMAccountName", sam, "userAccountControl", "512", "unicodePwd", utf16le("Kx7#mmQw2")}, attributes...)...)
}

func find(t *testing.T, c *ldap.Conn, dn string, attributes ...string) *ldap.Entry {
	t.Helper()
	r, err := c.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", attributes, nil))
	must(t, err)
	return r.Entries[0]
}

func search(t *testing.T, c *ldap.Conn, filter string, attributes ...string) []*ldap.Entry {
	t.Helper()
	r, err := c.Search(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, 0, 0, 0, false, filter, attributes, nil))
	must(t, err)
	return r.Entries
}

func replace(c *ldap.Conn, dn, name string, values ...string) error {
	r := ldap.NewModifyRequest(dn, nil)
	r.Replace(name, values)
	return c.Modify(r)
}

func TestDirectory(t *testing.T) {
	t.Run("a user lives from add to delete", func(t *testing.T) {
		d, s, c := start(t, devdir.Options{})
		must(t, c.Add(enabled("Jane Doe", "jdoe", "sn", "Doe", "employeeID", "00123", "userPrincipalName", "jdoe@corp.example.com")))
		e := find(t, c, "CN=jane  doe,"+people, "*")
		for name, want := range map[string]string{"cn": "Jane Doe", "name": "Jane Doe", "sAMAccountType": "805306368", "primaryGroupID": "513",
			"objectCategory": "CN=Person,CN=Schema,CN=Configuration," + base, "userAccountControl": "512", "employeeID": "00123"} {
			if got := e.GetAttributeValue(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if got := strings.Join(e.GetAttributeValues("objectClass"), " "); got != "top person organizationalPerson user" {
			t.Error(got)
		}
		dial(t, d, s, `CORP\jdoe`, "Kx7#mmQw2")
		must(t, replace(c, e.DN, "sn", "Roe"))
		must(t, c.ModifyDN(ldap.NewModifyDNRequest(e.DN, "CN=Jane Roe", true, "CN=Users,"+base)))
		must(t, c.Del(ldap.NewDelRequest("CN=Jane Roe,CN=Users,"+base, nil)))
		refused(t, c.Del(ldap.NewDelRequest("CN=Jane Roe,CN=Users,"+base, nil)), 32, "0000208D")
		var ops []string
		for _, w := range d.Log() {
			ops = append(ops, w.Op)
		}
		if got := strings.Join(ops, " "); got != "add modify modifydn delete" {
			t.Error(got)
		}
	})
}
