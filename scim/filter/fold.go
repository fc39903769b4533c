package filter

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/muster-idm/muster/scim/schema"
)

// Fold returns the form of a value in which values at a place are the same if
// and only if eq says they are equal: for index terms. Strings that are
// not caseExact are folded by Unicode's simple case folding, character by
// character, without normalisation: "Straße" equals "STRAßE", not "STRASSE".
// Instants are given in UTC, numbers in their shortest form. A value that is none
// of the place's type stays as it is, as does one that is caseExact.
func Fold(p schema.Place, s string) string {
	leaf, ok := Leaf(p)
	if !ok {
		return s
	}
	switch leaf.Kind() {
	case schema.Boolean, schema.Integer, schema.Decimal, schema.DateTime:
		if v, ok := (literal{text: s}).as(leaf.Kind()); ok {
			return plainText(v)
		}
		return s
	}
	if leaf.CaseExact() {
		return s
	}
	return foldText(s)
}

// foldText folds a string; one that is folded comes back without a copy.
func foldText(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return strings.Map(foldRune, s)
		}
	}
	return s
}

// foldRune returns the one character that stands for all that differ from r by
// case only: the small form of the first of them, if that is one of them.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	small := unicode.ToLower(least)
	for next := unicode.SimpleFold(least); next != least; next = unicode.SimpleFold(next) {
		if next == small {
			return small
		}
	}
	return least
}

// compareFolded orders two strings by their folded characters.
func compareFolded(s, t string) int {
	for s != "" && t != "" {
		r, n := utf8.DecodeRuneInString(s)
		q, m := utf8.DecodeRuneInString(t)
		if r != q {
			if order := cmp.Compare(foldRune(r), foldRune(q)); order != 0 {
				return order
			}
		}
		s, t = s[n:], t[m:]
	}
	return cmp.Compare(len(s), len(t))
}

// partOf says whether want is within a value, at its start or at its end.
func partOf(op Op, have, want string, exact bool) bool {
	if !exact {
		have, want = foldText(have), foldText(want)
	}
	switch op {
	case StartsWith:
		return strings.HasPrefix(have, want)
	case EndsWith:
		return strings.HasSuffix(have, want)
	}
	return strings.Contains(have, want)
}
