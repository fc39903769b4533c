package ldap

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// Refusal is an answer other than success, reduced to what can be told on: no
// value and no build number of the server is in it.
type Refusal struct {
	Code      uint16 // result code (RFC 4511 appendix A)
	Win32     uint32 // leading code of Active Directory's text (MS-ERREF 2.2), 0 = none
	Data      string // sub-status of a refused bind, lower case
	Problem   int    // directory problem (MS-ADTS 3.1.1.3.1.9), 0 = none
	Attribute string // the attribute that was refused, "" = not said
	InUse     bool   // the text says that a value is taken
}

// Error returns the codes.
func (r *Refusal) Error() string {
	text := fmt.Sprintf("LDAP result %d (%s)", r.Code, goldap.LDAPResultCodeMap[r.Code])
	if r.Win32 != 0 {
		text += fmt.Sprintf(", Windows error %X", r.Win32)
	}
	if r.Problem != 0 {
		text += fmt.Sprintf(", problem %d", r.Problem)
	}
	return text
}

// RefusalOf returns the directory's answer in the chain of an error, if there is one.
func RefusalOf(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}

// parseRefusal reads an answer's codes; the zero Refusal for another error.
func parseRefusal(err error) *Refusal {
	var answer *goldap.Error
	if !errors.As(err, &answer) || answer.Err == nil {
		return &Refusal{}
	}
	r := &Refusal{Code: answer.ResultCode}
	text := strings.TrimSpace(answer.Err.Error())
	if head, _, ok := strings.Cut(text, ":"); ok && len(head) == 8 {
		if code, err := strconv.ParseUint(head, 16, 32); err == nil {
			r.Win32 = uint32(code)
		}
	}
	r.Data = strings.ToLower(wordAfter(text, ", data "))
	r.Problem, _ = strconv.Atoi(wordAfter(text, "problem "))
	r.Attribute = attributeIn(text)
	r.InUse = strings.Contains(text, "already in use") || strings.Contains(text, "not unique")
	return r
}

func wordAfter(text, mark string) string {
	_, after, ok := strings.Cut(text, mark)
	if !ok {
		return ""
	}
	end := strings.IndexFunc(after, func(r rune) bool { return r == ' ' || r == ',' || r == '\x00' || r == '\n' })
	if end < 0 {
		return after
	}
	return after[:end]
}

// attributeIn finds the attribute in "Att 9005a (unicodePwd)", in OpenLDAP's
// "sn: value #0 invalid per syntax" and in Samba's "samAccountName 'x' already in use".
func attributeIn(text string) string {
	if _, after, ok := strings.Cut(text, ", Att "); ok {
		if _, name, ok := strings.Cut(after, "("); ok {
			name, _, _ = strings.Cut(name, ")")
			return name
		}
	}
	if name, _, ok := strings.Cut(text, ": value #"); ok && isType(name) {
		return name
	}
	for _, name := range []string{"sAMAccountName", "userPrincipalName"} {
		if strings.Contains(foldASCII(text), foldASCII(name)) {
			return name
		}
	}
	return ""
}

// isDoubtful says whether the connection on which the error came must not be
// used again: the network failed, no answer came in time, or the session is lost.
func isDoubtful(err error) bool {
	if err == nil {
		return false
	}
	var known *bridge.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false // it comes from before the request
	}
	var answer *goldap.Error
	if !errors.As(err, &answer) {
		return true
	}
	return answer.ResultCode == goldap.ErrorNetwork || answer.ResultCode >= 200 || isSessionLost(err)
}

func isRequestTimeout(err error) bool {
	var answer *goldap.Error
	return errors.As(err, &answer) && answer.ResultCode == goldap.ErrorNetwork && strings.Contains(answer.Error(), "timed out")
}

// isSessionLost knows the answers of a server that forgot the bind; it has
// refused the request.
func isSessionLost(err error) bool {
	r := parseRefusal(err)
	return r.Win32 == 0x4DC || r.Win32 == 0x2020
}

// answerError gives an error its kind and a sentence that says what was asked.
func answerError(err error, what string) error {
	if err == nil {
		return nil
	}
	var known *bridge.Error
	if errors.As(err, &known) {
		return err
	}
	var answer *goldap.Error
	if !errors.As(err, &answer) || answer.ResultCode >= 200 {
		if isRequestTimeout(err) {
			return bridge.Wrap(bridge.Unavailable, err, "the directory did not answer in time when asked to %s", what)
		}
		return bridge.Wrap(bridge.Unavailable, err, "the connection to the directory broke when it was asked to %s", what)
	}
	r := parseRefusal(err)
	v := verdictOf(r)
	sentence := v.sentence
	if r.Attribute != "" && strings.Contains(sentence, "%s") {
		sentence = fmt.Sprintf(sentence, r.Attribute)
	}
	sentence = strings.ReplaceAll(sentence, "%s", "an attribute")
	return bridge.Wrap(v.kind, r, "the directory refuses to %s: %s", what, sentence)
}
