package ad

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// countryNumber is the expression of a country's number: it looks the two
// letters up in a list of "DE:276".
var countryNumber = sync.OnceValue(func() string {
	return `isBlank(text(country)) ? "" : before(after("` + strings.Join(countries(), " ") + `", country2(text(country)) + ":"), " ")`
})

// countries are the codes and numbers (ISO 3166, UN M.49) of all countries that
// have a number.
func countries() []string {
	var out []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err == nil && region.IsCountry() && region.Canonicalize() == region && region.M49() > 0 {
				out = append(out, fmt.Sprintf("%s:%d", region, region.M49()))
			}
		}
	}
	return out
}
