package ad

import (
	"crypto/rand"
	"math/big"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// generate makes the kind of secret that is asked for.
func (d *domain) generate(g bridge.Generated, parts []string) (bridge.Secret, error) {
	if g.Kind == "passphrase" {
		return d.passphrase(g.Length, parts)
	}
	return d.password(g.Length, parts)
}

// leastWords is how many words a passphrase has at least: 17 bits each.
const leastWords = 4

// passphrase joins invented words that can be read aloud. The capital and the
// number satisfy the complexity rule of the domain.
func (d *domain) passphrase(words int, parts []string) (bridge.Secret, error) {
	for {
		list := make([]string, max(words, leastWords))
		for i := range list {
			word, err := draw("bdfghklmnprstvwz", "aeiou", "bdfghklmnprstvwz", "aeiou", "bdfghklmnprstvwz")
			if err != nil {
				return bridge.Secret{}, err
			}
			list[i] = word
		}
		number, err := draw("23456789")
		if err != nil {
			return bridge.Secret{}, err
		}
		text := strings.Join(list, "-") + "-" + number
		if len(text) >= d.least && !containsAny(text, parts) {
			return bridge.NewSecret(strings.ToUpper(text[:1]) + text[1:]), nil
		}
		if len(text) < d.least {
			words = len(list) + 1
		}
	}
}

// draw takes one character of each set.
func draw(sets ...string) (string, error) {
	b := make([]byte, len(sets))
	for i, set := range sets {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(set))))
		if err != nil {
			return "", bridge.Wrap(bridge.Internal, err, "no random numbers for a password")
		}
		b[i] = set[n.Int64()]
	}
	return string(b), nil
}
