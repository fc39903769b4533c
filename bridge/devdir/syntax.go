package devdir

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The attributeSyntax values of MS-ADTS 3.1.1.2.2.2.
const (
	syntaxDN        = "2.5.5.1"
	syntaxOID       = "2.5.5.2"
	syntaxExact     = "2.5.5.3"
	syntaxIgnore    = "2.5.5.4"
	syntaxIA5       = "2.5.5.5"
	syntaxNumeric   = "2.5.5.6"
	syntaxBoolean   = "2.5.5.8"
	syntaxInteger   = "2.5.5.9"
	syntaxOctets    = "2.5.5.10"
	syntaxTime      = "2.5.5.11"
	syntaxUnicode   = "2.5.5.12"
	syntaxSecurity  = "2.5.5.15"
	syntaxLarge     = "2.5.5.16"
	syntaxSID       = "2.5.5.17"
	omUTCTime       = 23
	generalizedForm = "20060102150405.0Z"
	utcForm         = "060102150405Z"
)

func (a *attribute) isDN() bool { return a.syntax == syntaxDN }

// matching gives the function under which two values of the attribute are equal,
// nil for references, which are compared as entries.
func (a *attribute) matching() func(string) string {
	switch a.syntax {
	case syntaxDN:
		return nil
	case syntaxUnicode, syntaxIgnore:
		return fold
	case syntaxOID:
		return strings.ToLower
	case syntaxInteger, syntaxLarge:
		return canonicalNumber
	}
	return exactly
}

func exactly(s string) string { return s }

func canonicalNumber(s string) string {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	return s
}

// check says whether a value has the attribute's syntax and length, and refuses
// it as Windows does: 21 for a bad form, 19 for a bad length.
func (a *attribute) check(v string) error {
	if v == "" || !a.wellFormed(v) {
		return attErr(rcInvalidSyntax, 0x57, a)
	}
	if n, bounded := a.measure(v); bounded && (n < a.lower || a.upper >= 0 && n > a.upper) {
		return attErr(rcConstraint, 0x2082, a)
	}
	return nil
}

// measure gives what rangeLower and rangeUpper bound: characters, octets or the number itself.
func (a *attribute) measure(v string) (n int, bounded bool) {
	switch a.syntax {
	case syntaxOctets, syntaxSID, syntaxSecurity:
		return len(v), true
	case syntaxInteger:
		n, _ = strconv.Atoi(v)
		return n, a.upper >= 0
	case syntaxUnicode, syntaxIgnore, syntaxIA5, syntaxNumeric, syntaxExact:
		return utf8.RuneCountInString(v), true
	}
	return 0, false
}

func (a *attribute) wellFormed(v string) bool {
	switch a.syntax {
	case syntaxUnicode, syntaxIgnore:
		return utf8.ValidString(v)
	case syntaxBoolean:
		return v == "TRUE" || v == "FALSE"
	case syntaxInteger:
		return isNumber(v, 32)
	case syntaxLarge:
		return isNumber(v, 64)
	case syntaxTime:
		return a.isTime(v)
	case syntaxIA5, syntaxOID, syntaxExact:
		return isASCII(v)
	case syntaxNumeric:
		return strings.Trim(v, "0123456789 ") == ""
	}
	return true
}

func isNumber(v string, bits int) bool {
	n, err := strconv.ParseInt(v, 10, bits)
	return err == nil && strconv.FormatInt(n, 10) == v
}

func (a *attribute) isTime(v string) bool {
	form := generalizedForm
	if a.om == omUTCTime {
		form = utcForm
	}
	t, err := time.Parse(form, v)
	return err == nil && t.Format(form) == v
}

func generalizedTime(t time.Time) string { return t.UTC().Format(generalizedForm) }

// epoch is the Unix time zero as FILETIME: 100 ns since 1601 (MS-DTYP 2.3.3).
const epoch = 116444736000000000

func fileTime(t time.Time) int64 { return t.UnixNano()/100 + epoch }

func fromFileTime(n int64) time.Time { return time.Unix(0, (n-epoch)*100) }

const never = 0x7FFFFFFFFFFFFFFF

// compareValues orders two values for >= and <=.
func (a *attribute) compareValues(x, y string) int {
	switch a.syntax {
	case syntaxInteger, syntaxLarge:
		m, _ := strconv.ParseInt(x, 10, 64)
		n, _ := strconv.ParseInt(y, 10, 64)
		if m < n {
			return -1
		} else if m > n {
			return 1
		}
		return 0
	case syntaxUnicode, syntaxIgnore:
		return strings.Compare(fold(x), fold(y))
	}
	return bytes.Compare([]byte(x), []byte(y))
}
