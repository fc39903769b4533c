package mapping_test

import (
	"testing"

	"github.com/muster-idm/muster/bridge/mapping"
)

// An address is as often written with blanks around it as not, and what is made
// of it goes into other addresses.
func TestTheBlanksAroundAnAddressAreNoPartOfIt(t *testing.T) {
	for expression, want := range map[string]string{
		`"[" + email_local(" ada@example.com ") + "]"`:   "[ada]",
		`"[" + email_domain(" ada@Example.com\t") + "]"`: "[example.com]",
	} {
		a, faults := value(t, mapping.Rule{Attribute: "mail", Value: expression})
		if len(faults) > 0 || len(a.Values) != 1 || a.Values[0] != want {
			t.Errorf("%s is %q, want %s, %v", expression, a.Values, want, faults)
		}
	}
}
