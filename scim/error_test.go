package scim

import (
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge"
)

// Where an entry stands in the directory is not a client's to know.
func TestAnAnswerLeavesOutWhereEntriesStand(t *testing.T) {
	for sent, shown := range map[string]string{
		"the directory refuses to change CN=a\\,b: c,OU=Staff,DC=corp,DC=example,DC=com: the password is too short": "the directory refuses to change the entry: the password is too short",
		"uid=x y,ou=people,dc=example is protected: it is an administrator":                                         "the entry is protected: it is an administrator",
		"the entry of record \"7\", CN=a,DC=com, is gone":                                                           "the entry of record \"7\", the entry, is gone",
		"userName \"a=b\" is taken": "userName \"a=b\" is taken",
		"a=b, and c=d are values":   "a=b, and c=d are values",
	} {
		if got := problemOf(bridge.Errorf(bridge.Invalid, "%s", sent), 0).detail; got != shown {
			t.Errorf("%q is shown as %q", sent, got)
		}
	}
}

// What is repeated of a request is short and has no characters that do something.
func TestWhatIsRepeatedOfARequestIsHarmless(t *testing.T) {
	for sent, shown := range map[string]string{"a\r\nSet-Cookie: x": "a??Set-Cookie: x", "a\x00b\x1b[31m": "a?b?[31m", "\xff": "?", strings.Repeat("é", 100): strings.Repeat("é", 50) + "..."} {
		if got := excerpt(sent); got != shown {
			t.Errorf("%q is repeated as %q", sent, got)
		}
	}
}
