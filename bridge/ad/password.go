package ad

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// passwordAttribute is written, never read (MS-ADTS 3.1.1.3.1.5.1).
const passwordAttribute = "unicodePwd"

// Complete adds account state, password and the demand to change it at the next
// sign-in to a new account, all in the one Add.
func (d *domain) Complete(_ context.Context, c bridge.Change, handed map[string]bridge.Secret, add *goldap.AddRequest) (map[string]bridge.Secret, error) {
	if c.Type != bridge.User && c.Type != bridge.Mailbox {
		return nil, nil
	}
	for name, secret := range handed {
		if name != passwordAttribute {
			return nil, noSecret(name)
		}
		add.Attribute(name, []string{encoded(secret)})
	}
	uac := normalAccount
	if c.NewState == bridge.Disabled {
		uac |= accountDisabled
	}
	add.Attribute("userAccountControl", []string{strconv.Itoa(uac)})
	if c.NewState != bridge.Disabled && len(c.Generate) == 0 && len(handed) == 0 {
		return nil, bridge.Errorf(bridge.Invalid, "%s would be an enabled account without a password; map %s to password(16), or create it disabled", c.DN, passwordAttribute) // not every server refuses it
	}
	made := map[string]bridge.Secret{}
	for _, g := range c.Generate {
		if g.Attribute != passwordAttribute {
			return nil, noSecret(g.Attribute)
		}
		secret, err := d.generate(g, forbidden(value(c.After, "sAMAccountName"), value(c.After, "displayName")))
		if err != nil {
			return nil, err
		}
		made[g.Attribute] = secret
		add.Attribute(passwordAttribute, []string{encoded(secret)})
		add.Attribute("pwdLastSet", []string{"0"})
	}
	return made, nil
}

func noSecret(attribute string) error {
	return bridge.Errorf(bridge.Unsupported, "a secret is written to %s only, not to %s", passwordAttribute, attribute)
}

// SetSecrets sets a password that its owner knows already, so that it need not
// be changed.
func (d *domain) SetSecrets(handed map[string]bridge.Secret, m *goldap.ModifyRequest) error {
	for name, secret := range handed {
		if name != passwordAttribute {
			return noSecret(name)
		}
		m.Replace(name, []string{encoded(secret)})
	}
	return nil
}

func value(a bridge.Attributes, name string) string {
	if len(a[name]) == 0 {
		return ""
	}
	return a[name][0]
}

// resets is how often a password is made anew that the domain refuses.
const resets = 3

// Reset sets a new password, to be changed at the next sign-in.
func (d *domain) Reset(ctx context.Context, p *ldap.Pool, address string, g bridge.Generated) (bridge.Secret, error) {
	if g.Attribute != passwordAttribute {
		return bridge.Secret{}, noSecret(g.Attribute)
	}
	found, err := p.Search(ctx, ldap.Search{Base: address, Attributes: []string{"sAMAccountName", "displayName"}})
	if err != nil {
		return bridge.Secret{}, err
	}
	var parts []string
	for _, raw := range found {
		parts = forbidden(raw.GetEqualFoldAttributeValue("sAMAccountName"), raw.GetEqualFoldAttributeValue("displayName"))
	}
	for attempt := 1; ; attempt++ {
		secret, err := d.generate(g, parts)
		if err != nil {
			return bridge.Secret{}, err
		}
		m := goldap.NewModifyRequest(address, nil)
		m.Replace(passwordAttribute, []string{encoded(secret)})
		m.Replace("pwdLastSet", []string{"0"})
		err = p.Write(ctx, "reset a password", m)
		if refusal, ok := ldap.RefusalOf(err); ok && refusal.Win32 == ldap.PasswordPolicy && attempt < resets {
			continue
		}
		if err != nil {
			return bridge.Secret{}, err
		}
		return secret, nil
	}
}

// encoded is a password as unicodePwd takes it: in quotes, UTF-16, little-endian.
func encoded(s bridge.Secret) string {
	units := utf16.Encode([]rune(`"` + s.Reveal() + `"`))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// alphabets are the classes of characters of a password, without those that
// look alike.
var alphabets = []string{"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#%*+-=?@_"}

// password makes a password with a character of every class, at least as long
// as asked for and as the domain demands, and with no part of the person's name.
func (d *domain) password(length int, parts []string) (bridge.Secret, error) {
	length = max(length, d.least, 12)
	for {
		text := make([]byte, length)
		for i := range text {
			alphabet := alphabets[i%len(alphabets)]
			if i >= len(alphabets) {
				alphabet = strings.Join(alphabets, "")
			}
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
			if err != nil {
				return bridge.Secret{}, bridge.Wrap(bridge.Internal, err, "no random numbers for a password")
			}
			text[i] = alphabet[n.Int64()]
		}
		if err := shuffle(text); err != nil {
			return bridge.Secret{}, err
		}
		if !containsAny(strings.ToLower(string(text)), parts) {
			return bridge.NewSecret(string(text)), nil
		}
	}
}

func shuffle(text []byte) error {
	for i := len(text) - 1; i > 0; i-- {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return bridge.Wrap(bridge.Internal, err, "no random numbers for a password")
		}
		text[i], text[n.Int64()] = text[n.Int64()], text[i]
	}
	return nil
}

// forbidden are the texts that Windows' complexity rule keeps out of a password:
// the account name, and the parts of the display name of three characters or more.
func forbidden(account, display string) []string {
	var parts []string
	if len(account) >= 3 {
		parts = append(parts, strings.ToLower(account))
	}
	for _, part := range strings.FieldsFunc(display, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.-_#", r) }) {
		if len(part) >= 3 {
			parts = append(parts, strings.ToLower(part))
		}
	}
	return parts
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
