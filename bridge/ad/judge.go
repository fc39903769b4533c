package ad

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// Judge returns what Windows would refuse beyond the schema, whether or not the
// server at hand is as strict.
func (d *domain) Judge(e bridge.Entry, create bool) []bridge.Finding {
	var out []bridge.Finding
	for name, values := range e.Attributes {
		rule, ruled := rulings[strings.ToLower(name)]
		if !ruled {
			continue
		}
		for _, v := range values {
			if message, hint := rule(d, e, v); message != "" {
				out = append(out, ldap.Fault("windows-rule", name, message, hint))
			}
		}
	}
	out = append(append(out, d.judgeAddresses(e)...), d.judgeSuffix(e)...)
	if create {
		out = append(out, d.judgeNew(e)...)
	}
	slices.SortFunc(out, func(x, y bridge.Finding) int { return strings.Compare(x.Attribute+x.Message, y.Attribute+y.Message) })
	return out
}

// ruling says why a value is refused, "" if it is not, and what to do.
type ruling func(d *domain, e bridge.Entry, v string) (message, hint string)

var rulings = map[string]ruling{
	"samaccountname":     judgeAccountName,
	"userprincipalname":  judgePrincipalName,
	"useraccountcontrol": notMapped("the account state is written by enabled, not by a rule"),
	"unicodepwd":         notMapped("a password is written with password() or passphrase() only"),
	"userpassword":       notMapped("it would store the password in clear text, readable by everybody"),
	"pwdlastset":         notMapped("it is written with the password"),
	"grouptype":          judgeGroupType,
	"member":             notMapped("members are stated by members, not by a rule"),
	"memberof":           notMapped("memberships are stated by a job for groups"),
}

func notMapped(why string) ruling {
	return func(*domain, bridge.Entry, string) (string, string) { return why, "leave it out of the mapping" }
}

// judgeAccountName knows the rules of sAMAccountName (MS-SAMR 3.1.1.6, MS-ADA3).
func judgeAccountName(_ *domain, e bridge.Entry, v string) (string, string) {
	const hint = "build it from ascii(...) and keep letters, digits, dot, hyphen and underscore"
	switch n := utf8.RuneCountInString(v); {
	case n > 20 && e.Type != bridge.Group:
		return fmt.Sprintf("sAMAccountName has %d characters; Windows takes at most 20 for an account", n), "cut it with left(..., 20)"
	case strings.ContainsAny(v, "\"/\\[]:;|=,+*?<>@") || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' }):
		return "sAMAccountName has a character that Windows refuses", hint
	case strings.HasSuffix(v, "."):
		return "sAMAccountName ends with a dot", hint
	case strings.Trim(v, ". ") == "":
		return "sAMAccountName has nothing but dots and spaces", hint
	case strings.TrimSpace(v) != v:
		return "sAMAccountName begins or ends with a space", hint
	}
	return "", ""
}

// judgePrincipalName wants a name and a suffix (MS-ADTS 5.1.1.1.1).
func judgePrincipalName(_ *domain, _ bridge.Entry, v string) (string, string) {
	if local, suffix, ok := strings.Cut(v, "@"); !ok || local == "" || suffix == "" || strings.Contains(suffix, "@") {
		return "userPrincipalName is not of the form name@domain", "write it as {name}@{domain}"
	}
	return "", ""
}

// judgeSuffix warns of a suffix that the forest does not know. The directory
// takes it, though its own tools do not, and sign-in works within the forest.
func (d *domain) judgeSuffix(e bridge.Entry) []bridge.Finding {
	var out []bridge.Finding
	for _, v := range e.Attributes["userPrincipalName"] {
		_, suffix, ok := strings.Cut(v, "@")
		if ok && suffix != "" && !strings.Contains(suffix, "@") && !slices.ContainsFunc(d.suffixes, func(s string) bool { return strings.EqualFold(s, suffix) }) {
			out = append(out, bridge.Finding{Severity: bridge.Warning, Code: "foreign-suffix", Attribute: "userPrincipalName",
				Message: fmt.Sprintf("the suffix %s is neither a domain of the forest nor one of its uPNSuffixes", suffix),
				Hint:    "add it in Active Directory Domains and Trusts, or use one of " + strings.Join(d.suffixes, ", ")})
		}
	}
	return out
}

// groupTypes are the values that a new group may have (MS-ADTS 2.2.12).
var groupTypes = []int{-2147483646, -2147483644, -2147483640, 2, 4, 8}

func judgeGroupType(_ *domain, _ bridge.Entry, v string) (string, string) {
	if n, err := strconv.Atoi(v); err == nil && slices.Contains(groupTypes, n) {
		return "", ""
	}
	return "groupType is none of global, domain local or universal, security or distribution",
		"-2147483646 is a global, -2147483640 a universal security group; 2, 4 and 8 are distribution groups"
}

// judgeAddresses wants one primary address, equal to mail, and none twice.
func (d *domain) judgeAddresses(e bridge.Entry) []bridge.Finding {
	var primary []string
	seen := map[string]bool{}
	for _, v := range e.Attributes["proxyAddresses"] {
		if seen[ldap.FoldText(v)] {
			return []bridge.Finding{ldap.Fault("windows-rule", "proxyAddresses", "proxyAddresses has an address twice", "use distinct(...)")}
		}
		seen[ldap.FoldText(v)] = true
		if strings.HasPrefix(v, "SMTP:") {
			primary = append(primary, strings.TrimPrefix(v, "SMTP:"))
		}
	}
	mail, mapped := e.Attributes["mail"]
	switch {
	case len(seen) > 0 && len(primary) != 1:
		return []bridge.Finding{ldap.Fault("windows-rule", "proxyAddresses", fmt.Sprintf("proxyAddresses has %d primary addresses (SMTP:), and must have one", len(primary)), "write one with SMTP: and the others with smtp:")}
	case len(primary) == 1 && mapped && len(mail) == 1 && !strings.EqualFold(mail[0], primary[0]):
		return []bridge.Finding{ldap.Fault("windows-rule", "proxyAddresses", "the primary address in proxyAddresses is not mail", "derive both from the same field")}
	}
	return nil
}

// judgeNew judges what only a new entry can get wrong.
func (d *domain) judgeNew(e bridge.Entry) []bridge.Finding {
	var out []bridge.Finding
	if n := utf8.RuneCountInString(e.Name); n > 64 {
		out = append(out, ldap.Fault("too-long", "cn", fmt.Sprintf("the name has %d characters; Windows takes at most 64", n), "cut it with left(..., 64)"))
	}
	if e.Type == bridge.Mailbox && d.schema.Attribute("mailNickname") == nil {
		out = append(out, ldap.Fault("no-exchange", "", "the schema has no Exchange attributes, so there are no mailboxes", "extend the schema with Exchange's setup, or use the type User"))
	}
	if e.Type != bridge.User && e.Type != bridge.Mailbox {
		return out
	}
	if len(e.Attributes["sAMAccountName"]) == 0 {
		out = append(out, ldap.Fault("missing", "sAMAccountName", "the account has no sAMAccountName", "give it a rule that always has a value"))
	}
	if _, given := e.Attributes[passwordAttribute]; !given && e.State == bridge.Enabled {
		out = append(out, ldap.Fault("missing", passwordAttribute, "an enabled account needs a password; Windows refuses it without", "map unicodePwd to password(16), or create the account disabled"))
	}
	return out
}

// unmarked takes the diacritical marks off.
func unmarked(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if plain, ok := undecomposed[r]; ok {
			b.WriteString(plain)
		} else if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// undecomposed are small letters that Windows compares as plain ones although
// Unicode does not take them apart.
var undecomposed = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ħ': "h", 'ı': "i"}

func sorted(values bridge.Values) bridge.Values {
	slices.Sort(values)
	return slices.Compact(values)
}
