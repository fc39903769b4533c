package mapping

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"golang.org/x/text/unicode/norm"
)

const (
	nullText  = "an empty value gives an empty text"
	nullNone  = "an empty value gives an empty value"
	nullFalse = "an empty value gives no (false)"
)

func examples(first, wantFirst, second, wantSecond string) [2]Example {
	return [2]Example{{first, wantFirst}, {second, wantSecond}}
}

// always makes a step of a text function that cannot fail.
func always(f func(string) string) func(*library, string) (string, error) {
	return func(_ *library, s string) (string, error) { return f(s), nil }
}

func caseFunctions() []*function {
	return []*function{
		{Function: Function{Name: "lower", Signature: "lower(text)", Help: "Small letters, in all alphabets.", Null: nullText,
			Entra: "ToLower", Okta: "String.toLowerCase", Excel: "LOWER, KLEIN",
			Examples: examples(`lower("ÉDOUARD")`, "édouard", `lower("")`, "")}, types: "s:s", text: always(strings.ToLower)},
		{Function: Function{Name: "upper", Signature: "upper(text)", Help: "Capital letters, in all alphabets; ß becomes SS.", Null: nullText,
			Entra: "ToUpper", Okta: "String.toUpperCase", Excel: "UPPER, GROSS",
			Examples: examples(`upper("straße")`, "STRASSE", `upper("édouard")`, "ÉDOUARD")}, types: "s:s", text: always(upperText)},
		{Function: Function{Name: "title", Signature: "title(text)", Help: "A name in its usual form: von, de and the like stay small, O'Neil and hyphens are known.", Null: nullText,
			Entra: "PCase", Excel: "PROPER, GROSS2",
			Examples: examples(`title("URSULA VON DER LEYEN")`, "Ursula von der Leyen", `title("jean-luc o'neil")`, "Jean-Luc O'Neil")}, types: "s:s", text: always(titleName)},
		{Function: Function{Name: "capitalize", Signature: "capitalize(text)", Help: "The first letter as a capital, the rest as it is.", Null: nullText,
			Examples: examples(`capitalize("élan vital")`, "Élan vital", `capitalize("")`, "")}, types: "s:s", text: always(capitalizeText)},
		{Function: Function{Name: "trim", Signature: "trim(text)", Help: "Without white space at both ends.", Null: nullText,
			Entra: "Trim", Excel: "TRIM, GLÄTTEN",
			Examples: examples(`"[" + trim("  Ada ") + "]"`, "[Ada]", `trim("Ada")`, "Ada")}, types: "s:s", text: always(trimText)},
		{Function: Function{Name: "squeeze", Signature: "squeeze(text)", Help: "Trimmed, and every run of white space is one blank.", Null: nullText,
			Examples: examples(`squeeze(" Ada   Lovelace ")`, "Ada Lovelace", `squeeze("a\tb")`, "a b")}, types: "s:s", text: always(squeezeText)},
		{Function: Function{Name: "no_spaces", Signature: "no_spaces(text)", Help: "Without any white space.", Null: nullText,
			Entra: "StripSpaces", Okta: "String.removeSpaces", Excel: "SUBSTITUTE, WECHSELN",
			Examples: examples(`no_spaces("van der Berg")`, "vanderBerg", `no_spaces(" ")`, "")}, types: "s:s", text: always(noSpaces)},
		{Function: Function{Name: "digits", Signature: "digits(text)", Help: "Only the digits 0 to 9.", Null: nullText,
			Examples: examples(`digits("+49 (0)30/12")`, "4903012", `digits("none")`, "")}, types: "s:s", text: always(digitsOf)},
		{Function: Function{Name: "initials", Signature: "initials(text)", Help: "The first letter of each word and hyphened part, as capitals.", Null: nullText,
			Examples: examples(`initials("Jan-Peter Maria")`, "JPM", `initials("élodie")`, "É")}, types: "s:s", text: always(initialsOf)},
	}
}

func textFunctions() []*function {
	return append(caseFunctions(), append(cuttingFunctions(), append(searchFunctions(), patternFunctions()...)...)...)
}

func cuttingFunctions() []*function {
	return []*function{
		{Function: Function{Name: "left", Signature: "left(text, count)", Help: "The first characters; a short text stays whole.", Null: nullText,
			Entra: "Left", Okta: "String.substring", Excel: "LEFT, LINKS",
			Examples: examples(`left("Édouard", 1)`, "É", `left("abc", 8)`, "abc")}, types: "si:s",
			run: func(_ *library, a []ref.Val) ref.Val { return types.String(leftOf(txt(a[0]), count(a[1]))) }},
		{Function: Function{Name: "right", Signature: "right(text, count)", Help: "The last characters; a short text stays whole.", Null: nullText,
			Entra: "Right", Excel: "RIGHT, RECHTS",
			Examples: examples(`right("Zoë", 1)`, "ë", `right("abc", 8)`, "abc")}, types: "si:s",
			run: func(_ *library, a []ref.Val) ref.Val {
				s := txt(a[0])
				return types.String(midOf(s, utf8.RuneCountInString(s)-max(count(a[1]), 0)+1, count(a[1])))
			}},
		{Function: Function{Name: "mid", Signature: "mid(text, start, count)", Help: "Characters from the middle, the first is 1.", Null: nullText,
			Entra: "Mid", Okta: "String.substring", Excel: "MID, TEIL",
			Examples: examples(`mid("Müller", 2, 3)`, "üll", `mid("abc", 5, 2)`, "")}, types: "sii:s",
			run: func(_ *library, a []ref.Val) ref.Val { return types.String(midOf(txt(a[0]), count(a[1]), count(a[2]))) }},
		{Function: Function{Name: "len", Signature: "len(text)", Help: "The number of characters.", Null: "an empty value gives 0",
			Entra: "Len", Okta: "String.len", Excel: "LEN, LÄNGE",
			Examples: examples(`len("Édouard")`, "7", `len("")`, "0")}, types: "s:I",
			run: func(_ *library, a []ref.Val) ref.Val { return types.Int(utf8.RuneCountInString(txt(a[0]))) }},
		{Function: Function{Name: "pad_left", Signature: "pad_left(text, length, filler)", Help: "Filled from the left up to the length, at most 1,000; for numbers with leading zeros.", Null: nullText,
			Excel:    "TEXT, REPT",
			Examples: examples(`pad_left("42", 6, "0")`, "000042", `pad_left("1234567", 6, "0")`, "1234567")}, types: "sis:s", run: padLeft},
		{Function: Function{Name: "before", Signature: "before(text, mark)", Help: "What stands before the first mark; the whole text if there is none.", Null: nullText,
			Okta:     "String.substringBefore",
			Examples: examples(`before("ada@example.com", "@")`, "ada", `before("ada", "@")`, "ada")}, types: "ss:s",
			run: func(_ *library, a []ref.Val) ref.Val { s, _, _ := cutAt(a); return types.String(s) }},
		{Function: Function{Name: "after", Signature: "after(text, mark)", Help: "What stands after the first mark; nothing if there is none.", Null: nullText,
			Okta:     "String.substringAfter",
			Examples: examples(`after("ada@example.com", "@")`, "example.com", `after("ada", "@")`, "")}, types: "ss:s",
			run: func(_ *library, a []ref.Val) ref.Val { _, s, _ := cutAt(a); return types.String(s) }},
		{Function: Function{Name: "word", Signature: "word(text, number[, marks])", Help: "The n-th word, from 1, or from the end with -1; marks are the characters between words.", Null: nullText,
			Entra:    "Word",
			Examples: examples(`word("Ada King Lovelace", 2)`, "King", `word("a;b;c", -1, ";")`, "c")}, types: "si:s sis:s", run: wordOf},
	}
}

func searchFunctions() []*function {
	return []*function{
		{Function: Function{Name: "contains", Signature: "contains(text, part)", Help: "Whether the text has the part in it.", Null: nullFalse,
			Entra: "InStr", Okta: "String.stringContains", Excel: "SEARCH, SUCHEN",
			Examples: examples(`contains("Sales West", "West")`, "TRUE", `contains("Sales", "")`, "FALSE")}, types: "ss:B .ss:B", run: found(strings.Contains)},
		{Function: Function{Name: "starts_with", Signature: "starts_with(text, part)", Help: "Whether the text starts with the part.", Null: nullFalse,
			Okta:     "String.startsWith",
			Examples: examples(`starts_with("EXT-17", "EXT-")`, "TRUE", `starts_with("", "EXT-")`, "FALSE")}, types: "ss:B", run: found(strings.HasPrefix)},
		{Function: Function{Name: "ends_with", Signature: "ends_with(text, part)", Help: "Whether the text ends with the part.", Null: nullFalse,
			Examples: examples(`ends_with("ada@example.com", ".com")`, "TRUE", `ends_with("", "x")`, "FALSE")}, types: "ss:B", run: found(strings.HasSuffix)},
		{Function: Function{Name: "position", Signature: "position(text, part)", Help: "The place of the first character of the part, from 1; 0 if it is not there.", Null: "an empty value gives 0",
			Entra: "InStr", Excel: "FIND, FINDEN",
			Examples: examples(`position("Édouard", "d")`, "2", `position("abc", "x")`, "0")}, types: "ss:I",
			run: func(_ *library, a []ref.Val) ref.Val {
				before, _, ok := cutAt(a)
				if !ok {
					return types.IntZero
				}
				return types.Int(utf8.RuneCountInString(before) + 1)
			}},
		{Function: Function{Name: "split", Signature: "split(text, mark)", Help: "The parts between the marks as a list, trimmed and without empty parts.", Null: "an empty value gives an empty list",
			Entra: "Split", Okta: "Arrays.toCsvString", Excel: "TEXTSPLIT, TEXTTEILEN",
			Examples: examples(`split("a; b;;c", ";")`, "a | b | c", `split("", ";")`, "")}, types: "ss:l", run: splitText},
		{Function: Function{Name: "join", Signature: "join(mark, text, ...) or join(mark, list)", Help: "Joins texts with the mark between them and skips empty ones.", Null: "an empty value is skipped",
			Entra: "Join", Okta: "String.join", Excel: "TEXTJOIN, TEXTVERKETTEN, CONCATENATE, VERKETTEN",
			Examples: examples(`join(", ", "Lovelace", "", "Ada")`, "Lovelace, Ada", `join("-", ["a", "b"])`, "a-b")}, types: "ss+:s sl:s", run: joinTexts},
	}
}

func patternFunctions() []*function {
	return []*function{
		{Function: Function{Name: "replace", Signature: "replace(text, old, new)", Help: "Every old is replaced by new.", Null: nullText,
			Entra: "Replace", Okta: "String.replace", Excel: "SUBSTITUTE, WECHSELN",
			Examples: examples(`replace("a/b/c", "/", "-")`, "a-b-c", `replace("abc", "", "x")`, "abc")}, types: "sss:s", run: replaceText},
		{Function: Function{Name: "regex_replace", Signature: "regex_replace(text, pattern, new)", Help: "Every match of the regular expression (RE2) is replaced; $1 is its first group.", Null: nullText,
			Entra:    "Replace",
			Examples: examples(`regex_replace("a1b22", "[0-9]+", "#")`, "a#b#", `regex_replace("Lovelace, Ada", "(.*), (.*)", "$2 $1")`, "Ada Lovelace")},
			types: "sss:s", fixed: map[int]fixedText{1: checkPattern}, run: regexReplace},
		{Function: Function{Name: "regex_match", Signature: "regex_match(text, pattern)", Help: "Whether the regular expression (RE2) matches anywhere in the text; ^ and $ tie it to the ends.", Null: "an empty value is an empty text",
			Okta:     "matches",
			Examples: examples(`regex_match("E1234", "^E[0-9]+$")`, "TRUE", `regex_match("", "^E")`, "FALSE")},
			types: "ss:B", fixed: map[int]fixedText{1: checkPattern},
			run: func(l *library, a []ref.Val) ref.Val {
				return withPattern(l, a[1], func(re *regexp.Regexp) ref.Val { return types.Bool(re.MatchString(txt(a[0]))) })
			}},
		{Function: Function{Name: "regex_extract", Signature: "regex_extract(text, pattern)", Help: "The first group of the first match, or the match if there is no group.", Null: nullText,
			Examples: examples(`regex_extract("Room B-12", "([A-Z])-")`, "B", `regex_extract("none", "[0-9]+")`, "")},
			types: "ss:s", fixed: map[int]fixedText{1: checkPattern}, run: regexExtract},
		{Function: Function{Name: "text", Signature: "text(value)", Help: "Any value as text; a date as 2026-03-02 or with its time.", Null: nullText,
			Entra: "CStr", Excel: "TEXT",
			Examples: examples(`text(42)`, "42", `text(today)`, "2026-03-02")}, types: "T:s",
			run: func(l *library, a []ref.Val) ref.Val { return limited(plainText(a[0], l)) }},
		{Function: Function{Name: "mask", Signature: "mask(text)", Help: "The first character and *** for the rest.", Null: nullText, Entra: "Redact",
			Examples: examples(`mask("Secret")`, "S***", `mask("")`, "")}, types: "s:s", text: always(maskText)},
	}
}

func upperText(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "ß", "SS")) }

func capitalizeText(s string) string {
	first := leftOf(s, 1)
	return upperText(first) + s[len(first):]
}

func noSpaces(s string) string { return strings.Join(strings.FieldsFunc(s, isBlankRune), "") }

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func initialsOf(s string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(norm.NFC.String(s), func(r rune) bool { return isBlankRune(r) || r == '-' || r == '.' }) {
		b.WriteString(upperText(leftOf(part, 1)))
	}
	return b.String()
}

func maskText(s string) string {
	if s == "" {
		return ""
	}
	return leftOf(s, 1) + masked
}

// midOf is count characters from start, which is 1 for the first.
func midOf(s string, start, count int) string {
	if start < 1 {
		count += start - 1
		start = 1
	}
	return leftOf(s[len(leftOf(s, start-1)):], count)
}

func padLeft(_ *library, a []ref.Val) ref.Val {
	s, filler := txt(a[0]), txt(a[2])
	lack := min(count(a[1]), 1_000) - utf8.RuneCountInString(s)
	if s == "" || lack <= 0 || filler == "" {
		return types.String(s)
	}
	return limited(leftOf(strings.Repeat(filler, lack), lack) + s)
}

// cutAt cuts the first argument at the second; an empty mark is never found.
func cutAt(a []ref.Val) (before, after string, ok bool) {
	s, mark := txt(a[0]), txt(a[1])
	if mark == "" {
		return s, "", false
	}
	return strings.Cut(s, mark)
}

func found(test func(s, part string) bool) func(*library, []ref.Val) ref.Val {
	return func(_ *library, a []ref.Val) ref.Val {
		part := txt(a[1])
		return types.Bool(part != "" && test(txt(a[0]), part))
	}
}

func wordOf(_ *library, a []ref.Val) ref.Val {
	between := unicode.IsSpace
	if len(a) > 2 {
		marks := txt(a[2])
		between = func(r rune) bool { return strings.ContainsRune(marks, r) }
	}
	return types.String(itemOf(strings.FieldsFunc(txt(a[0]), between), count(a[1])))
}

// itemOf is the n-th text, from 1, or from the end when n is below zero.
func itemOf(texts []string, n int) string {
	if n < 0 {
		n = len(texts) + n + 1
	}
	if n < 1 || n > len(texts) {
		return ""
	}
	return texts[n-1]
}

func splitText(_ *library, a []ref.Val) ref.Val {
	parts := []string{txt(a[0])}
	if mark := txt(a[1]); mark != "" {
		parts = strings.Split(parts[0], mark)
	}
	kept := parts[:0]
	for _, p := range parts {
		if p = trimText(p); p != "" {
			kept = append(kept, p)
		}
	}
	return textList(kept)
}

func joinTexts(_ *library, a []ref.Val) ref.Val {
	var parts []string
	size := 0
	for _, v := range a[1:] {
		for _, s := range listOf(v) {
			if strings.TrimSpace(s) != "" {
				parts = append(parts, s)
				size += len(s) + len(txt(a[0]))
			}
			if size > maxResult {
				return types.WrapErr(errTooLong)
			}
		}
	}
	return limited(strings.Join(parts, txt(a[0])))
}

func replaceText(_ *library, a []ref.Val) ref.Val {
	s, old, next := txt(a[0]), txt(a[1]), txt(a[2])
	if old == "" {
		return types.String(s)
	}
	if len(s)+strings.Count(s, old)*len(next) > 2*maxResult {
		return types.WrapErr(errTooLong)
	}
	return limited(strings.ReplaceAll(s, old, next))
}

var groupReference = regexp.MustCompile(`\$([0-9]+)`)

func regexReplace(l *library, a []ref.Val) ref.Val {
	return withPattern(l, a[1], func(re *regexp.Regexp) ref.Val {
		s, next := txt(a[0]), groupReference.ReplaceAllString(txt(a[2]), `$${${1}}`)
		if len(s)*(len(next)+1) > 100*maxResult {
			return types.WrapErr(errTooLong)
		}
		return limited(re.ReplaceAllString(s, next))
	})
}

func regexExtract(l *library, a []ref.Val) ref.Val {
	return withPattern(l, a[1], func(re *regexp.Regexp) ref.Val {
		groups := re.FindStringSubmatch(txt(a[0]))
		switch len(groups) {
		case 0:
			return types.String("")
		case 1:
			return types.String(groups[0])
		}
		return types.String(groups[1])
	})
}

// checkPattern keeps the pattern for later, so that no row compiles it again.
func checkPattern(l *library, text string) (string, string) {
	re, err := regexp.Compile(text)
	if err != nil {
		return "the pattern is not a regular expression: " + regexpMessage(err), ""
	}
	l.patterns.Store(text, re)
	return "", ""
}

func withPattern(l *library, pattern ref.Val, use func(*regexp.Regexp) ref.Val) ref.Val {
	if re, ok := l.patterns.Load(txt(pattern)); ok {
		return use(re.(*regexp.Regexp))
	}
	return fail("the pattern is not a regular expression", txt(pattern))
}
