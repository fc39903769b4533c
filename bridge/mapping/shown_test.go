package mapping_test

import (
	"fmt"
	"strings"

	"github.com/muster-idm/muster/bridge/mapping"
)

// shown is an attribute as the examples of functions write it.
func shown(a mapping.Attribute) string {
	if a.Generate != nil {
		return fmt.Sprintf("%s %d", a.Generate.Kind, a.Generate.Length)
	}
	all := append(append(append([]string(nil), a.Values...), a.Candidates...), a.References...)
	return strings.Join(all, " | ")
}
