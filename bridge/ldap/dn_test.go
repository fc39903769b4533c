package ldap_test

import (
	"testing"

	"github.com/muster-idm/muster/bridge/ldap"
)

func TestANameOutlivesItsEscapes(t *testing.T) {
	const parent = "OU=Staff,DC=example,DC=com"
	for _, name := range []string{"Doe, Jane", "trail ", " lead", `back\`, `back\ `, "two  ", "#hash", `a,b=c+d"e\f<g>h;i#j `, "x\ny", "Łukasz", "é", "é", "漢字", "="} {
		dn := ldap.JoinDN("CN", name, parent)
		rdn, container := ldap.SplitDN(dn)
		if got := ldap.RDNValue(rdn); got != name || container != parent {
			t.Errorf("%q: %q is split into %q and %q, which names %q", name, dn, rdn, container, got)
		}
		if ldap.JoinDN("cn", name, "ou=STAFF, dc=example,dc=com") == dn || !ldap.Within(dn, "ou=STAFF, dc=example,dc=com") {
			t.Errorf("%q is not within its container", dn)
		}
	}
	if rdn, _ := ldap.SplitDN(`CN=Jane  , OU=Staff`); rdn != "CN=Jane" {
		t.Errorf("spaces before a comma are no part of a name: %q", rdn)
	}
}
