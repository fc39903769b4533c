package main

import (
	"strings"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// spoil changes entries behind the jobs' back, each in a way that the next run
// has to see and to mend.
func (c *census) spoil(f found) {
	c.t.Helper()
	conn := servers.Connect(c.t, c.server)
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	replace := func(e *goldap.Entry, name string, values ...string) {
		c.t.Helper()
		m := goldap.NewModifyRequest(e.DN, nil)
		m.Replace(name, values)
		must(conn.Modify(m))
	}
	replace(f.people["E1001"], "title", "Boss")
	replace(f.people["E1002"], "manager")
	replace(f.people["E1003"], "manager", f.people["E1004"].DN)
	replace(f.people["E1006"], "userAccountControl", "514")
	replace(f.people["E1082"], "userAccountControl", "512") // who left long ago
	replace(f.people["E1014"], "givenName", strings.ToUpper(f.people["E1014"].GetAttributeValue("givenName")))
	replace(f.people["E1009"], "telephoneNumber")
	replace(f.people["X2002"], "mail", "d-other@example.com")
	replace(f.people["X2003"], "company")
	replace(f.people["E3001"], "displayName", "Spoiled")
	replace(f.groups["T10"], "member", f.people["E1004"].DN)
	replace(f.groups["C10"], "displayName")

	rdn := func(e *goldap.Entry) string { return strings.TrimSuffix(e.DN, ","+parentOf(e)) }
	renamed, moved, shouted := f.people["E1011"], f.people["E1012"], f.people["E1015"]
	must(conn.ModifyDN(goldap.NewModifyDNRequest(renamed.DN, "CN=somebody", true, "")))
	must(conn.ModifyDN(goldap.NewModifyDNRequest(moved.DN, rdn(moved), true, "OU=Staff,"+c.ou)))
	must(conn.ModifyDN(goldap.NewModifyDNRequest(shouted.DN, "CN="+strings.ToUpper(rdn(shouted)[3:]), true, "")))
	must(conn.Del(goldap.NewDelRequest(f.people["E1013"].DN, nil)))
}

// parentOf is what follows the first comma of an entry's name that stands for itself.
func parentOf(e *goldap.Entry) string {
	for i := 0; i < len(e.DN); i++ {
		switch e.DN[i] {
		case '\\':
			i++
		case ',':
			return e.DN[i+1:]
		}
	}
	return ""
}
