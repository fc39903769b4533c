package ad

import (
	"crypto/rand"
	"math/big"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// The sounds of a passphrase, without those that are mistaken for each other
// when they are read out. A syllable has 75 forms, a word of three 18 bits.
const (
	consonants = "bdfgklmnprstvwz"
	vowels     = "aeiou"
)

// generated makes the secret that is asked for.
func (d *domain) generated(g bridge.Generated, parts []string) (bridge.Secret, error) {
	if g.Kind == "passphrase" {
		return d.passphrase(g.Length, parts)
	}
	return d.password(g.Length, parts)
}

// passphrase makes a passphrase of so many words that can be said: capitals,
// hyphens and a digit at the end make up the classes of characters that the
// domain wants. Words are added until it is as long as the domain wants.
func (d *domain) passphrase(words int, parts []string) (bridge.Secret, error) {
	for {
		var text strings.Builder
		for n := 0; n < max(words, 3) || text.Len()+1 < d.least; n++ {
			word, err := spoken()
			if err != nil {
				return bridge.Secret{}, err
			}
			text.WriteString(word + "-")
		}
		digit, err := pick("23456789")
		if err != nil {
			return bridge.Secret{}, err
		}
		text.WriteByte(digit)
		if !containsAny(strings.ToLower(text.String()), parts) {
			return bridge.NewSecret(text.String()), nil
		}
	}
}

// spoken is a word of three syllables.
func spoken() (string, error) {
	word := make([]byte, 6)
	for i := range word {
		sounds := consonants
		if i%2 == 1 {
			sounds = vowels
		}
		var err error
		if word[i], err = pick(sounds); err != nil {
			return "", err
		}
	}
	return strings.ToUpper(string(word[:1])) + string(word[1:]), nil
}

func pick(from string) (byte, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
	if err != nil {
		return 0, bridge.Wrap(bridge.Internal, err, "no random numbers for a password")
	}
	return from[n.Int64()], nil
}
