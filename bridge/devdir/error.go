package devdir

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Result codes of RFC 4511 appendix A that the server answers with.
const (
	rcSuccess           = 0
	rcOperations        = 1
	rcProtocol          = 2
	rcTimeLimit         = 3
	rcSizeLimit         = 4
	rcCompareFalse      = 5
	rcCompareTrue       = 6
	rcAuthNotSupported  = 7
	rcStrongAuth        = 8
	rcReferral          = 10
	rcAdminLimit        = 11
	rcCriticalExtension = 12
	rcNoSuchAttribute   = 16
	rcUndefinedType     = 17
	rcConstraint        = 19
	rcValueExists       = 20
	rcInvalidSyntax     = 21
	rcNoSuchEntry       = 32
	rcInvalidDN         = 34
	rcInvalidLogon      = 49
	rcAccess            = 50
	rcBusy              = 51
	rcUnwilling         = 53
	rcNaming            = 64
	rcClassViolation    = 65
	rcNotLeaf           = 66
	rcNotOnRDN          = 67
	rcEntryExists       = 68
	rcClassMods         = 69
	rcSeveralServers    = 71
	rcOther             = 80
)

// refusal is an answer other than success: the result code, the diagnostic text
// in the style of Active Directory, and what RFC 4511 section 4.1.9 adds to it.
type refusal struct {
	code     int
	text     string
	matched  string
	referral []string
}

// Error lets a refusal travel as an error.
func (r *refusal) Error() string { return fmt.Sprintf("result %d: %s", r.code, r.text) }

// refusalOf gives any error the form of an answer.
func refusalOf(err error) *refusal {
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	return &refusal{code: rcOther, text: err.Error()}
}

// The texts name a win32 code, a kind, a DSID and a problem number (MS-ADTS
// 3.1.1.3.1.9); clients parse the first and the last, never the DSID.

func updErr(code int, win32 uint32, problem int, name string) *refusal {
	return &refusal{code: code, text: fmt.Sprintf("%08X: UpdErr: DSID-031A11E2, problem %d (%s), data 0\n\x00", win32, problem, name)}
}

func unwilling(win32 uint32) *refusal {
	return &refusal{code: rcUnwilling, text: fmt.Sprintf("%08X: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0\n\x00", win32)}
}

func denied() *refusal {
	return &refusal{code: rcAccess, text: "00002098: SecErr: DSID-03150F94, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0\n\x00"}
}

func ldapErr(code int, win32 uint32, comment string) *refusal {
	return &refusal{code: code, text: fmt.Sprintf("%08X: LdapErr: DSID-0C090F78, comment: %s, data 0, v4563\x00", win32, comment)}
}

func badName(dn string) *refusal {
	return &refusal{code: rcInvalidDN, text: fmt.Sprintf("0000208F: NameErr: DSID-0310021B, problem 2006 (BAD_NAME), data 8350, best match of:\n\t%q\n\x00", dn)}
}

func noEntry(win32 uint32, best string) *refusal {
	text := fmt.Sprintf("%08X: NameErr: DSID-03100241, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'%s'\n\x00", win32, best)
	return &refusal{code: rcNoSuchEntry, text: text, matched: best}
}

func namingViolation(win32 uint32) *refusal {
	return &refusal{code: rcNaming, text: fmt.Sprintf("%08X: NameErr: DSID-03050F7A, problem 2005 (NAMING_VIOLATION), data 0, best match of:\n\t''\n\x00", win32)}
}

// attProblems are the attribute problems of MS-ADTS by result code.
var attProblems = map[int]string{
	rcNoSuchAttribute: "1001 (NO_ATTRIBUTE_OR_VAL)",
	rcInvalidSyntax:   "1002 (INVALID_ATTRIBUTE_SYNTAX)",
	rcUndefinedType:   "1003 (UNDEFINED_ATT_TYPE)",
	rcConstraint:      "1005 (CONSTRAINT_ATT_TYPE)",
	rcValueExists:     "1006 (ATT_OR_VALUE_ALREADY_EXISTS)",
}

func attErr(code int, win32 uint32, a *attribute) *refusal {
	problem := attProblems[code]
	return &refusal{code: code, text: fmt.Sprintf("%08X: AtrErr: DSID-03151D54, #1:\n\t0: %08X: DSID-03151D54, problem %s, data 0, Att %x (%s)\n\x00",
		win32, win32, problem, attributeType(a.id), a.name)}
}

// attributePrefixes are the leading entries of the default prefix table (MS-DRSR 5.14).
var attributePrefixes = []struct {
	oid    string
	number int
}{
	{"2.5.4.", 0}, {"1.2.840.113556.1.2.", 2}, {"1.2.840.113556.1.4.", 9}, {"0.9.2342.19200300.100.1.", 0x15},
}

// attributeType gives the 32-bit ATTRTYP that error texts print as Att.
func attributeType(oid string) int {
	for _, p := range attributePrefixes {
		if rest, ok := strings.CutPrefix(oid, p.oid); ok && !strings.Contains(rest, ".") {
			n, _ := strconv.Atoi(rest)
			return p.number<<16 | n
		}
	}
	return 0x7FFF0000
}
