package ldap_test

import (
	"testing"

	"github.com/muster-idm/muster/conformance/contract"
)

func TestOpenLDAPKeepsTheContract(t *testing.T) { contract.Destination(t, contract.OnOpenLDAP) }
