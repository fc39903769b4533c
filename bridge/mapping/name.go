package mapping

import (
	"strings"
	"unicode"

	"cel.dev/cel-go/common/types/ref"
)

// particles stay small inside a name and belong to the family name.
var particles = wordSet("von", "vom", "van", "der", "den", "de", "des", "di", "da", "do", "dos", "das", "del", "della", "dello", "degli", "dei",
	"du", "la", "le", "las", "los", "ter", "ten", "te", "zu", "zum", "zur", "af", "av", "und", "y", "e", "bin", "ibn", "al", "el", "van't", "'t")

// titleName writes a name in its usual form. A word that mixes capitals and
// small letters is taken as meant (McDonald); a particle that ends the name is
// a name of its own (Le).
func titleName(s string) string {
	words := strings.Split(s, " ")
	last := len(words) - 1
	for last > 0 && words[last] == "" {
		last--
	}
	for i, w := range words {
		if i < last && particles[strings.ToLower(w)] {
			words[i] = strings.ToLower(w)
			continue
		}
		words[i] = titleWord(w)
	}
	return strings.Join(words, " ")
}

func titleWord(word string) string {
	if isMixed(word) {
		return word
	}
	parts := strings.Split(strings.ToLower(word), "-")
	for i, p := range parts {
		parts[i] = titlePart(p)
	}
	return strings.Join(parts, "-")
}

// titlePart knows O'Neil, D'Angelo and McDonald.
func titlePart(part string) string {
	for _, mark := range []string{"'", "’"} {
		if before, after, ok := strings.Cut(part, mark); ok && len([]rune(before)) <= 2 && len([]rune(after)) > 1 {
			return capitalizeText(before) + mark + capitalizeText(after)
		}
	}
	if rest, ok := strings.CutPrefix(part, "mc"); ok && len(rest) > 2 {
		return "Mc" + capitalizeText(rest)
	}
	return capitalizeText(part)
}

// isMixed says whether a word has a small letter and a capital after its first letter.
func isMixed(word string) bool {
	var lower, inner bool
	start := true
	for _, r := range word {
		lower = lower || unicode.IsLower(r)
		inner = inner || !start && unicode.IsUpper(r)
		start = !unicode.IsLetter(r)
	}
	return lower && inner
}

// nameParts takes a full name apart: "Family, Given" or "Given Family", where
// particles go with the family name.
func nameParts(full string) []string {
	full = squeezeText(full)
	if full == "" {
		return nil
	}
	if family, given, ok := strings.Cut(full, ","); ok {
		return joinedParticles(strings.Fields(given), strings.Fields(family))
	}
	words := strings.Fields(full)
	start := len(words) - 1
	for start > 1 && particles[strings.ToLower(words[start-1])] {
		start--
	}
	return []string{strings.Join(words[:start], " "), strings.Join(words[start:], " ")}
}

// joinedParticles moves particles behind the given name ("Leyen, Ursula von der") to the family name.
func joinedParticles(given, family []string) []string {
	end := len(given)
	for end > 1 && particles[strings.ToLower(given[end-1])] {
		end--
	}
	family = append(append([]string(nil), given[end:]...), family...)
	return []string{strings.Join(given[:end], " "), strings.Join(family, " ")}
}

func displayName(_ *library, a []ref.Val) ref.Val {
	given, family := squeezeText(txt(a[0])), squeezeText(txt(a[1]))
	if given == "" || family == "" {
		return limited(given + family)
	}
	form := "given family"
	if len(a) > 2 {
		form = txt(a[2])
	}
	return limited(strings.NewReplacer("given", given, "family", family).Replace(form))
}
