package mapping

import (
	"errors"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/google/uuid"
	"github.com/nyaruka/phonenumbers"
)

func identityFunctions() []*function {
	return append(newEntryFunctions(), []*function{
		{Function: Function{Name: "ref", Signature: "ref(key)", Help: "A reference to the record of this key; the planner puts its DN there. Stands alone.", Null: "an empty key gives no reference",
			Okta:     "getManagerUser",
			Examples: examples(`ref("2001")`, "2001", `ref("")`, "")}, types: "s:R l:R i:R", run: referTo},
		{Function: Function{Name: "manager_dn", Signature: "manager_dn(key)", Help: "The same as ref, for the attribute manager.", Null: "an empty key gives no reference",
			Okta:     "getManagerAppUser",
			Examples: examples(`manager_dn("2001")`, "2001", `manager_dn("")`, "")}, types: "s:R i:R", run: referTo},
		{Function: Function{Name: "display_name", Signature: `display_name(given, family[, "family, given"])`, Help: "Both names joined; one alone if the other is empty.", Null: "an empty name is left out",
			Examples: examples(`display_name("Ada", "Lovelace")`, "Ada Lovelace", `display_name("Ada", "Lovelace", "family, given")`, "Lovelace, Ada")}, types: "ss:s sss:s", run: displayName},
		{Function: Function{Name: "name_parts", Signature: "name_parts(full name)", Help: "Given name and family name as a list of two; von, de and the like belong to the family name.", Null: "an empty value gives an empty list",
			Examples: examples(`name_parts("Ursula von der Leyen")`, "Ursula | von der Leyen", `item(name_parts("Lovelace, Ada"), 1)`, "Ada")}, types: "s:l",
			run: func(_ *library, a []ref.Val) ref.Val { return textList(nameParts(txt(a[0]))) }},
		{Function: Function{Name: "phone_e164", Signature: "phone_e164(text)", Help: "A phone number as +493012345678; without a country code the country of the job is meant. Anything else is a finding.", Null: nullText,
			Examples: examples(`phone_e164("030 / 123456-78")`, "+493012345678", `phone_e164("0041 44 668 18 00")`, "+41446681800")}, types: "s:s",
			text: func(l *library, s string) (string, error) { return phoneE164(s, l.country) }},
		{Function: Function{Name: "phone_format", Signature: "phone_format(text)", Help: "A phone number as people read it: +49 30 12345678.", Null: nullText,
			Examples: examples(`phone_format("030/12345678")`, "+49 30 12345678", `phone_format("")`, "")}, types: "s:s",
			text: func(l *library, s string) (string, error) {
				return phone(s, l.country, phonenumbers.INTERNATIONAL)
			}},
		{Function: Function{Name: "email_local", Signature: "email_local(address)", Help: "What stands before the last @.", Null: nullText,
			Examples: examples(`email_local("ada@example.com")`, "ada", `email_local("ada")`, "ada")}, types: "s:s", text: always(emailLocal)},
		{Function: Function{Name: "email_domain", Signature: "email_domain(address)", Help: "What stands after the last @, in small letters.", Null: nullText,
			Examples: examples(`email_domain("ada@Example.com")`, "example.com", `email_domain("ada")`, "")}, types: "s:s", text: always(emailDomain)},
		{Function: Function{Name: "rdn_escape", Signature: "rdn_escape(text)", Help: "A text made safe as a value in a DN (RFC 4514).", Null: nullText,
			Entra:    "EscapeDNComponent",
			Examples: examples(`rdn_escape("Lovelace, Ada")`, `Lovelace\, Ada`, `rdn_escape("#1=a")`, `\#1\=a`)}, types: "s:s", text: always(rdnEscape)},
		{Function: Function{Name: "dn", Signature: `dn("OU", name, parent)`, Help: "The DN of a name below a parent; the name is made safe.", Null: "an empty name gives the parent",
			Examples: examples(`dn("OU", "R, D", "DC=example,DC=com")`, `OU=R\, D,DC=example,DC=com`, `dn("OU", "", "DC=example,DC=com")`, "DC=example,DC=com")}, types: "sss:s",
			run: func(_ *library, a []ref.Val) ref.Val { return limited(below(txt(a[0]), txt(a[1]), txt(a[2]))) }},
		{Function: Function{Name: "ou_path", Signature: `ou_path("A/B/C", parent)`, Help: "The DN of nested OUs below a parent, the outermost first.", Null: "an empty path gives the parent",
			Examples: examples(`ou_path("Sales/West", "DC=example,DC=com")`, "OU=West,OU=Sales,DC=example,DC=com", `ou_path("", "DC=example,DC=com")`, "DC=example,DC=com")}, types: "ss:s",
			run: func(_ *library, a []ref.Val) ref.Val {
				dn := txt(a[1])
				for _, name := range strings.Split(txt(a[0]), "/") {
					dn = below("OU", name, dn)
				}
				return limited(dn)
			}},
	}...)
}

// newEntryFunctions are those whose result only matters when an entry is made.
func newEntryFunctions() []*function {
	return []*function{
		{Function: Function{Name: "unique", Signature: "unique(a, b, ...)", Help: "The first of these that nobody has yet. Stands alone.", Null: "empty values are passed over",
			Entra:    "SelectUniqueValue",
			Examples: examples(`unique("ada", "", "ada.l", "ada")`, "ada | ada.l", `unique("")`, "")}, types: "s+:C l:C", run: uniqueOf},
		{Function: Function{Name: "unique_number", Signature: "unique_number(base[, length])", Help: "base, or base2 to base99, whichever nobody has yet; the base is cut so that the number fits the length. Stands alone.", Null: "an empty base gives nothing",
			Entra:    "SelectUniqueValue",
			Examples: examples(`unique_number("")`, "", `unique_number(" ", 20)`, "")}, types: "s:C si:C",
			run: func(_ *library, a []ref.Val) ref.Val {
				out := &outcome{typ: candidatesType, texts: []string{txt(a[0])}, numbered: true}
				if len(a) > 1 {
					out.limit = max(count(a[1]), 0)
				}
				return out
			}},
		{Function: Function{Name: "password", Signature: "password([length])", Help: "A random password, made when the entry is created; 16 characters if nothing is said. Stands alone.", Null: "an empty length is 16",
			Entra: "RandomString", Examples: examples(`password(20)`, "password 20", `password()`, "password 16")}, types: ":G i:G",
			run: func(_ *library, a []ref.Val) ref.Val { return generated("password", a, 16, 8, 128) }},
		{Function: Function{Name: "passphrase", Signature: "passphrase([words])", Help: "Random words, made when the entry is created; 5 if nothing is said. Stands alone.", Null: "an empty number is 5",
			Examples: examples(`passphrase(6)`, "passphrase 6", `passphrase()`, "passphrase 5")}, types: ":G i:G",
			run: func(_ *library, a []ref.Val) ref.Val { return generated("passphrase", a, 5, 3, 12) }},
		{Function: Function{Name: "guid", Signature: "guid()", Help: "An identifier made from the record's key: the same each time.", Null: "there is always a key",
			Entra:    "Guid",
			Examples: examples(`guid()`, "c1171c8a-535c-54ab-9a5a-efc7dbfa2ad9", `len(guid())`, "36")}, types: "s:s", hidden: hiddenKey,
			run: func(_ *library, a []ref.Val) ref.Val {
				return types.String(uuid.NewSHA1(keySpace, []byte(txt(a[0]))).String())
			}},
	}
}

// keySpace is the name space of guid(): a UUIDv5 (RFC 9562 section 5.5) of record keys.
var keySpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/muster-idm/muster/key"))

func uniqueOf(_ *library, a []ref.Val) ref.Val {
	out := &outcome{typ: candidatesType}
	for _, v := range a {
		out.texts = append(out.texts, listOf(v)...)
	}
	out.texts = withoutRepeats(out.texts)
	return out
}

func referTo(_ *library, a []ref.Val) ref.Val {
	out := &outcome{typ: referencesType}
	for _, v := range values(a[0]) {
		out.texts = append(out.texts, valueText(v))
	}
	out.texts = withoutRepeats(out.texts)
	return out
}

func generated(kind string, a []ref.Val, length, least, most int) ref.Val {
	if len(a) > 0 {
		if _, ok := whole(a[0]); ok {
			length = count(a[0])
		}
	}
	if length < least || length > most {
		return fail("a "+kind+" of this length is not allowed", "")
	}
	return &outcome{typ: generateType, generate: &Generate{Kind: kind, Length: length}}
}

var errPhone = errors.New("the text is not a phone number")

// phoneE164 gives the number in the form of ITU-T E.164; blank stays blank.
func phoneE164(text, country string) (string, error) {
	return phone(text, country, phonenumbers.E164)
}

func phone(text, country string, form phonenumbers.PhoneNumberFormat) (string, error) {
	if trimText(text) == "" {
		return "", nil
	}
	notPhone := &valueError{message: errPhone.Error(), value: text, hint: "write it with its country code: +49 30 12345678"}
	if strings.ContainsFunc(text, notDialled) || len(text) > 50 {
		return "", notPhone // letters would be read as the digits on their keys
	}
	number, err := phonenumbers.Parse(text, country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", notPhone
	}
	return phonenumbers.Format(number, form), nil
}

// notDialled says that a character does not belong into a phone number.
func notDialled(r rune) bool {
	return (r < '0' || r > '9') && !strings.ContainsRune("+-/().", r) && !isBlankRune(r)
}

func emailLocal(address string) string {
	address = trimText(address)
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return address[:i]
	}
	return address
}

func emailDomain(address string) string {
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return strings.ToLower(trimText(address[i+1:]))
	}
	return ""
}

func below(typ, name, parent string) string {
	name = squeezeText(name)
	switch {
	case name == "":
		return parent
	case parent == "":
		return typ + "=" + rdnEscape(name)
	}
	return typ + "=" + rdnEscape(name) + "," + parent
}
