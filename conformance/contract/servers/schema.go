package servers

import (
	"embed"
	"strings"
)

//go:embed testdata/exchange-schema/*.ldif
var exchangeLDIF embed.FS

// ExchangeSchema returns the LDIF texts that add the Exchange attributes to
// the Active Directory domain with this base DN, in the order in which they
// must be loaded: attributes, refresh, classes, refresh.
func ExchangeSchema(base string) ([]string, error) {
	const dir = "testdata/exchange-schema/"
	var texts []string
	for _, name := range []string{"01-attributes", "02-update-now", "03-mail-recipient", "02-update-now"} {
		text, err := exchangeLDIF.ReadFile(dir + name + ".ldif")
		if err != nil {
			return nil, err
		}
		texts = append(texts, strings.ReplaceAll(string(text), "DC=exch,DC=test", base))
	}
	return texts, nil
}
