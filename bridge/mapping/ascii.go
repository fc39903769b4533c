package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

func asciiFunctions() []*function {
	return []*function{
		{Function: Function{Name: "ascii", Signature: "ascii(text)", Help: "Plain letters: é becomes e, ä becomes a, ß becomes ss, ø becomes o, other alphabets as they sound.", Null: nullText,
			Entra:    "NormalizeDiacritics",
			Examples: examples(`ascii("Søren Łukasz Groß")`, "Soren Lukasz Gross", `ascii("北京")`, "Bei Jing")}, types: "s:s", text: always(asciiText)},
		{Function: Function{Name: "ascii_de", Signature: "ascii_de(text)", Help: "Plain letters the German way: ä becomes ae, ö oe, ü ue, ß ss.", Null: nullText,
			Entra:    "NormalizeDiacritics",
			Examples: examples(`ascii_de("Jürgen Möß")`, "Juergen Moess", `ascii_de("ÄRGER")`, "AERGER")}, types: "s:s", text: always(asciiGerman)},
		{Function: Function{Name: "norm", Signature: "norm(text)", Help: "Small plain letters and digits with single blanks, for comparing.", Null: nullText,
			Examples: examples(`norm(" O'Neil-Groß ")`, "o neil gross", `norm("É.É")`, "e e")}, types: "s:s", text: always(fold)},
		{Function: Function{Name: "slug", Signature: "slug(text)", Help: "Small plain letters and digits with hyphens between the words.", Null: nullText,
			Examples: examples(`slug("Forschung & Entwicklung")`, "forschung-entwicklung", `slug("")`, "")}, types: "s:s",
			text: always(func(s string) string { return strings.ReplaceAll(fold(s), " ", "-") })},
	}
}

// letters have no decomposition in Unicode, or a customary spelling of their own.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D",
	'þ': "th", 'Þ': "Th", 'ł': "l", 'Ł': "L", 'ı': "i", 'İ': "I", 'ħ': "h", 'Ħ': "H", 'ŋ': "n", 'Ŋ': "N", 'ŧ': "t", 'Ŧ': "T",
	'ĸ': "k", 'ſ': "s", 'ə': "e", 'Ə': "E", '’': "'", '‘': "'", 'ʼ': "'", '“': `"`, '”': `"`, '–': "-", '—': "-", '‐': "-", '‑': "-", '\u00a0': " ",
}

var germanLetters = map[rune]string{'ä': "ae", 'ö': "oe", 'ü': "ue", 'Ä': "Ae", 'Ö': "Oe", 'Ü': "Ue"}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// asciiText goes from our own table to Unicode's decomposition and then to
// transliteration, whose own blanks at the ends are trimmed.
func asciiText(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	sounded := false
	for _, r := range norm.NFD.String(norm.NFC.String(s)) {
		switch own, ok := letters[r]; {
		case ok:
			b.WriteString(own)
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			sounded = true
			b.WriteString(unidecode.Unidecode(string(r)))
		}
	}
	if sounded {
		return squeezeText(b.String())
	}
	return b.String()
}

func asciiGerman(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	runes := []rune(norm.NFC.String(s))
	for i, r := range runes {
		german, ok := germanLetters[r]
		switch {
		case ok && unicode.IsUpper(r) && amongCapitals(runes, i):
			b.WriteString(strings.ToUpper(german))
		case ok:
			b.WriteString(german)
		default:
			b.WriteRune(r)
		}
	}
	return asciiText(b.String())
}

// amongCapitals says whether the letter is part of a word in capitals.
func amongCapitals(runes []rune, i int) bool {
	if i+1 < len(runes) && unicode.IsLetter(runes[i+1]) {
		return unicode.IsUpper(runes[i+1])
	}
	return i > 0 && unicode.IsUpper(runes[i-1])
}

// fold makes texts comparable: small plain letters and digits, single blanks.
func fold(s string) string {
	plain := strings.ToLower(asciiText(s))
	return strings.Join(strings.FieldsFunc(plain, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}
