package mapping

import (
	"strings"
	"sync"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

func placeFunctions() []*function {
	return []*function{
		{Function: Function{Name: "country2", Signature: "country2(text)", Help: "The two letters of a country (ISO 3166), from two or three letters or its English or German name. Anything else is a finding.", Null: nullText,
			Okta:     "Iso3166Convert.toAlpha2",
			Examples: examples(`country2("DEU")`, "DE", `country2("Österreich")`, "AT")}, types: "s:s", text: always2(func(r language.Region) string { return r.String() })},
		{Function: Function{Name: "country3", Signature: "country3(text)", Help: "The three letters of a country.", Null: nullText,
			Okta:     "Iso3166Convert.toAlpha3",
			Examples: examples(`country3("DE")`, "DEU", `country3("France")`, "FRA")}, types: "s:s", text: always2(language.Region.ISO3)},
		{Function: Function{Name: "country_name", Signature: `country_name(text[, "de"])`, Help: "The name of a country, in English or in the language given.", Null: nullText,
			Okta:     "Iso3166Convert.toName",
			Examples: examples(`country_name("DE")`, "Germany", `country_name("AUT", "de")`, "Österreich")}, types: "s:s ss:s",
			text: nil, run: countryName},
		{Function: Function{Name: "is_country", Signature: "is_country(text)", Help: "Whether country2 knows the text.", Null: "an empty value gives no (false)",
			Examples: examples(`is_country("Sierra Leone")`, "TRUE", `is_country("Narnia") ? country2("Narnia") : ""`, "")}, types: "s:B", run: isCountry},
		{Function: Function{Name: "language", Signature: "language(text)", Help: "A language tag in its usual form (RFC 5646): de_de becomes de-DE.", Null: nullText,
			Examples: examples(`language("de_de")`, "de-DE", `language("EN")`, "en")}, types: "s:s", text: languageTag},
	}
}

func always2(show func(language.Region) string) func(*library, string) (string, error) {
	return func(_ *library, s string) (string, error) {
		region, err := countryOf(s)
		if err != nil || region == (language.Region{}) {
			return "", err
		}
		return show(region), nil
	}
}

// countryNames are the folded English and German names of all countries.
var countryNames = sync.OnceValue(func() map[string]language.Region {
	names := make(map[string]language.Region)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.Canonicalize() != region {
				continue
			}
			names[fold(display.English.Regions().Name(region))] = region
			names[fold(display.German.Regions().Name(region))] = region
		}
	}
	return names
})

// countryOf finds a country; blank is none and no error.
func countryOf(text string) (language.Region, error) {
	s := trimText(text)
	if s == "" {
		return language.Region{}, nil
	}
	if n := len(s); n == 2 || n == 3 {
		if region, err := language.ParseRegion(strings.ToUpper(s)); err == nil && region.IsCountry() {
			return region.Canonicalize(), nil
		}
	}
	if region, ok := countryNames()[fold(s)]; ok {
		return region, nil
	}
	return language.Region{}, &valueError{message: "the text is not a country", value: text, hint: "two or three letters (DE, DEU) or the English or German name"}
}

func isCountry(_ *library, a []ref.Val) ref.Val {
	region, err := countryOf(txt(a[0]))
	return types.Bool(err == nil && region != language.Region{})
}

func countryName(_ *library, a []ref.Val) ref.Val {
	region, err := countryOf(txt(a[0]))
	if err != nil {
		return types.WrapErr(err)
	}
	if region == (language.Region{}) {
		return types.String("")
	}
	namer := display.English.Regions()
	if len(a) > 1 {
		tag, err := language.Parse(txt(a[1]))
		if err != nil {
			return fail("the text is not a language", txt(a[1]))
		}
		if named := display.Regions(tag); named != nil {
			namer = named
		}
	}
	return types.String(namer.Name(region))
}

func languageTag(_ *library, s string) (string, error) {
	text := trimText(s)
	if text == "" {
		return "", nil
	}
	tag, err := language.Parse(strings.ReplaceAll(text, "_", "-"))
	if err != nil {
		return "", &valueError{message: "the text is not a language tag", value: s, hint: "for example de-DE"}
	}
	return tag.String(), nil
}
