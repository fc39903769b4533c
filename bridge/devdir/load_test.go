package devdir_test

import (
	"fmt"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

// BenchmarkFind loads 100,000 people and finds one by an indexed attribute.
func BenchmarkFind(b *testing.B) {
	d, err := devdir.New(devdir.Options{Base: base, AdminPassword: password})
	if err != nil {
		b.Fatal(err)
	}
	s, err := d.Serve(b.Context(), devdir.Listen{LDAPS: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for i := range 100_000 {
		err := d.Add(fmt.Sprintf("CN=Person %d,CN=Users,%s", i, base), map[string][]string{"objectClass": {"user"}, "sAMAccountName": {fmt.Sprintf("p%d", i)},
			"employeeID": {fmt.Sprint(i)}, "sn": {"Person"}, "l": {"Bern"}, "mail": {fmt.Sprintf("p%d@example.com", i)}})
		if err != nil {
			b.Fatal(err)
		}
	}
	pool := trustOf(d)
	c, err := ldap.DialURL(s.URL(), ldap.DialWithTLSConfig(pool))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if err := c.Bind(d.AdminDN(), password); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := c.Search(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, 0, 0, 0, false, "(&(objectClass=user)(employeeID=77777))", nil, nil))
		if err != nil || len(r.Entries) != 1 {
			b.Fatal(err)
		}
	}
}
