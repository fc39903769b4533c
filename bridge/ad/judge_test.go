package ad_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/conformance/contract"
)

func onDevdir(t *testing.T, options devdir.Options) contract.Opened {
	t.Helper()
	f := contract.OnDevdirWith(t, options)
	d, err := f.Open(t.Context(), f.Settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func TestWhatWindowsRefusesIsSaidBefore(t *testing.T) {
	d := onDevdir(t, devdir.Options{Exchange: true, UPNSuffixes: []string{"example.org"}})
	for _, c := range []struct {
		typ       bridge.ObjectType
		attribute string
		values    bridge.Values
		words     string // of the finding; "" = there is none
	}{
		{bridge.User, "sAMAccountName", bridge.Values{strings.Repeat("x", 20)}, ""},
		{bridge.User, "sAMAccountName", bridge.Values{strings.Repeat("x", 21)}, "at most 20"},
		{bridge.User, "sAMAccountName", bridge.Values{strings.Repeat("é", 20)}, ""},
		{bridge.Group, "sAMAccountName", bridge.Values{strings.Repeat("x", 64)}, ""},
		{bridge.User, "sAMAccountName", bridge.Values{"a@b"}, "character"}, {bridge.User, "sAMAccountName", bridge.Values{"a,b"}, "character"},
		{bridge.User, "sAMAccountName", bridge.Values{"a\"b"}, "character"}, {bridge.User, "sAMAccountName", bridge.Values{"a\x01"}, "character"},
		{bridge.User, "sAMAccountName", bridge.Values{"jane."}, "dot"}, {bridge.User, "sAMAccountName", bridge.Values{" . "}, "dots and spaces"},
		{bridge.User, "sAMAccountName", bridge.Values{" jane"}, "space"}, {bridge.User, "sAMAccountName", bridge.Values{"jane.doe"}, ""},
		{bridge.User, "userPrincipalName", bridge.Values{"jane"}, "name@domain"}, {bridge.User, "userPrincipalName", bridge.Values{"@corp.example.com"}, "name@domain"},
		{bridge.User, "userPrincipalName", bridge.Values{"a@b@corp.example.com"}, "name@domain"}, {bridge.User, "userPrincipalName", bridge.Values{"jane@elsewhere.com"}, "neither a domain"},
		{bridge.User, "userPrincipalName", bridge.Values{"jane@Corp.Example.com"}, ""}, {bridge.User, "userPrincipalName", bridge.Values{"jane@example.org"}, ""},
		{bridge.User, "userAccountControl", bridge.Values{"512"}, "account state"}, {bridge.User, "unicodePwd", bridge.Values{"x"}, "password()"},
		{bridge.User, "userPassword", bridge.Values{"x"}, "clear text"}, {bridge.User, "pwdLastSet", bridge.Values{"0"}, "with the password"},
		{bridge.User, "memberOf", bridge.Values{"CN=x,DC=corp"}, ""}, {bridge.Group, "member", bridge.Values{"CN=x,DC=corp"}, "members"},
		{bridge.Group, "groupType", bridge.Values{"-2147483646"}, ""}, {bridge.Group, "groupType", bridge.Values{"-2147483640"}, ""},
		{bridge.Group, "groupType", bridge.Values{"-2147483643"}, "global"}, {bridge.Group, "groupType", bridge.Values{"1"}, "global"},
		{bridge.Mailbox, "proxyAddresses", bridge.Values{"SMTP:a@example.com", "smtp:b@example.com"}, ""},
		{bridge.Mailbox, "proxyAddresses", bridge.Values{"smtp:a@example.com"}, "0 primary"},
		{bridge.Mailbox, "proxyAddresses", bridge.Values{"SMTP:a@example.com", "SMTP:b@example.com"}, "2 primary"},
		{bridge.Mailbox, "proxyAddresses", bridge.Values{"SMTP:a@example.com", "smtp:A@example.com"}, "twice"},
	} {
		found := d.Rules().Check(bridge.Entry{Type: c.typ, Attributes: bridge.Attributes{c.attribute: c.values}}, false)
		said := slices.ContainsFunc(found, func(f bridge.Finding) bool {
			wanted := map[bool]bridge.Severity{false: bridge.Fault, true: bridge.Warning}[c.words == "neither a domain"]
			return f.Severity == wanted && f.Attribute == c.attribute && f.Hint != "" && strings.Contains(f.Message, c.words)
		})
		if c.attribute == "memberOf" {
			said = len(found) == 0 // it may be refused in any words
		}
		if said != (c.words != "") && (c.words != "" || len(found) > 0) {
			t.Errorf("%s %s %q: %v, want %q", c.typ, c.attribute, c.values, found, c.words)
		}
	}
}

func TestWhatANewEntryLacksIsSaidBefore(t *testing.T) {
	d := onDevdir(t, devdir.Options{Exchange: true})
	account := bridge.Attributes{"sAMAccountName": {"jane"}, "unicodePwd": {}}
	for _, c := range []struct {
		e     bridge.Entry
		words string
	}{
		{bridge.Entry{Type: bridge.User, Name: "Jane", State: bridge.Enabled, Attributes: account}, ""},
		{bridge.Entry{Type: bridge.User, Name: strings.Repeat("é", 64), State: bridge.Enabled, Attributes: account}, ""},
		{bridge.Entry{Type: bridge.User, Name: strings.Repeat("é", 65), State: bridge.Enabled, Attributes: account}, "at most 64"},
		{bridge.Entry{Type: bridge.User, Name: "Jane", State: bridge.Enabled, Attributes: bridge.Attributes{"sAMAccountName": {"jane"}}}, "needs a password"},
		{bridge.Entry{Type: bridge.User, Name: "Jane", State: bridge.Disabled, Attributes: bridge.Attributes{"sAMAccountName": {"jane"}}}, ""},
		{bridge.Entry{Type: bridge.User, Name: "Jane", State: bridge.Disabled, Attributes: bridge.Attributes{}}, "no sAMAccountName"},
		{bridge.Entry{Type: bridge.Contact, Name: "Jane", Attributes: bridge.Attributes{"sn": {"Doe"}}}, ""},
		{bridge.Entry{Type: bridge.Contact, Name: "Jane", Attributes: bridge.Attributes{"sAMAccountName": {"jane"}}}, "no sAMAccountName"},
		{bridge.Entry{Type: bridge.Mailbox, Name: "Jane", State: bridge.Disabled, Attributes: bridge.Attributes{"sAMAccountName": {"jane"}, "mail": {"a@example.com"},
			"proxyAddresses": {"SMTP:b@example.com"}}}, "is not mail"},
	} {
		found := d.Rules().Check(c.e, true)
		if c.words == "" && len(found) > 0 || c.words != "" && (len(found) != 1 || !strings.Contains(found[0].Message, c.words)) {
			t.Errorf("%+v: %v, want %q", c.e, found, c.words)
		}
	}
}

func TestAMailboxNeedsTheSchemaOfExchange(t *testing.T) {
	d := onDevdir(t, devdir.Options{})
	found := d.Rules().Check(bridge.Entry{Type: bridge.Mailbox, Name: "Jane", State: bridge.Disabled, Attributes: bridge.Attributes{"sAMAccountName": {"jane"}}}, true)
	if len(found) != 1 || !strings.Contains(found[0].Message, "no Exchange attributes") || !strings.Contains(found[0].Hint, "User") {
		t.Errorf("%v", found)
	}
	found = d.Rules().Check(bridge.Entry{Type: bridge.Mailbox, Attributes: bridge.Attributes{"mailNickname": {"jane"}}}, false)
	if len(found) == 0 {
		t.Error("an attribute of Exchange is taken without its schema")
	}
}

func TestAGeneratedPasswordMeetsThePolicy(t *testing.T) {
	f := contract.OnDevdirWith(t, devdir.Options{MinPasswordLength: 24})
	d, err := f.Open(t.Context(), f.Settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	seen := map[string]bool{}
	for i, length := range []int{0, 8, 16, 40} {
		name := "Ann A" + strings.Repeat("a", i)
		c := bridge.Change{Actions: []bridge.Action{bridge.Create}, Key: name, Type: bridge.User, NewState: bridge.Enabled, DN: d.Rules().DN(bridge.User, name, f.Container),
			After:    bridge.Attributes{"sAMAccountName": {"ann" + strings.Repeat("a", i)}, "displayName": {"ABC def-ghi 234"}},
			Generate: []bridge.Generated{{Attribute: "unicodePwd", Kind: "password", Length: length}}}
		applied, err := d.Apply(t.Context(), c, nil)
		if err != nil {
			t.Fatal(err)
		}
		password := applied.Secrets["unicodePwd"].Reveal()
		lower := strings.ToLower(password)
		classes := 0
		for _, alphabet := range []string{"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#%*+-=?@_"} {
			if strings.ContainsAny(password, alphabet) {
				classes++
			}
		}
		if len(password) != max(24, length) || classes != 4 || seen[password] || strings.Contains(lower, "abc") || strings.Contains(lower, "234") || strings.ContainsAny(password, "0O1lI \"'`\\") {
			t.Errorf("a password of %d characters is not as it should be: %d of %d classes", len(password), classes, 4)
		}
		seen[password] = true
	}
}

func TestAPassphraseIsMadeOfWords(t *testing.T) {
	f := contract.OnDevdirWith(t, devdir.Options{MinPasswordLength: 30})
	d, err := f.Open(t.Context(), f.Settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	for words, want := range map[int]int{2: 5, 5: 5, 7: 7} { // at least three, and 30 characters
		name := "Phrase " + strings.Repeat("x", words)
		c := bridge.Change{Actions: []bridge.Action{bridge.Create}, Key: name, Type: bridge.User, NewState: bridge.Enabled, DN: d.Rules().DN(bridge.User, name, f.Container),
			After: bridge.Attributes{"sAMAccountName": {strings.ToLower(name[7:])}}, Generate: []bridge.Generated{{Attribute: "unicodePwd", Kind: "passphrase", Length: words}}}
		applied, err := d.Apply(t.Context(), c, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Split(applied.Secrets["unicodePwd"].Reveal(), "-"); len(got) != want+1 || len(got[0]) != 5 {
			t.Errorf("%d words were asked for, there are %d", words, len(got)-1)
		}
	}
}

func TestADirectoryThatIsNoDomainIsSaidToBeNone(t *testing.T) {
	f := contract.OnOpenLDAP(t)
	_, err := ad.Open(t.Context(), f.Settings)
	if !bridge.IsKind(err, bridge.Invalid) || !strings.Contains(err.Error(), "type to ldap") {
		t.Errorf("%v", err)
	}
}
