package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
	"time"
)

// Token is what is kept of a token that a client shows: not its secret.
type Token struct {
	ID         string    `json:"id"` // public: 12 characters of base32
	Connection string    `json:"connection"`
	Note       string    `json:"note,omitempty"`
	Hash       []byte    `json:"-"` // sha256 of the secret as text; 256 random bits need no salt and no slow hash
	Scopes     []Scope   `json:"scopes"`
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"` // always set
	Revoked    time.Time `json:"revoked,omitzero"`
	LastUsed   time.Time `json:"last_used,omitzero"`
}

// Live says whether the token is accepted at that instant: neither revoked nor
// expired.
func (t Token) Live(at time.Time) bool { return t.Revoked.IsZero() && at.Before(t.Expires) }

// Plain is the text of a token, secret and all. It prints as *** wherever it is
// formatted, logged or marshalled. It holds a pointer because fmt does not ask
// the methods of an unexported field, and then prints an address.
type Plain struct{ text *string }

// NewPlain wraps the text of a token.
func NewPlain(text string) Plain { return Plain{text: &text} }

// Reveal returns the text itself; call it only where the token is handed over.
func (p Plain) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// String returns "***".
func (p Plain) String() string { return "***" }

// GoString returns what String returns, so that %#v does not leak.
func (p Plain) GoString() string { return p.String() }

// MarshalText returns what String returns.
func (p Plain) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

const (
	prefix       = "muster_"
	idBytes      = 8
	idLength     = 12 // characters: 60 bits
	secretBytes  = 32
	secretLength = 52
	sumLength    = 7 // CRC-32
	alphabet     = "abcdefghijklmnopqrstuvwxyz234567"
)

// letters is base32 (RFC 4648 section 6) in lower case, without padding: a double
// click selects all of the token.
var letters = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// NewToken makes a token for a connection. Its text is
//
//	muster_ID_SECRET
//
// where ID is public and 12 characters long and SECRET is 256 random bits and a
// CRC-32 of all before it, 59 characters. The checksum protects nothing: it lets
// a typing error be told from a token that is not known, and a program that
// looks for leaked secrets know one when it sees it.
func NewToken(connection string, scopes []Scope, expires, now time.Time) (Token, Plain) {
	random := make([]byte, idBytes+secretBytes)
	_, _ = rand.Read(random) // never returns an error; it ends the program instead
	id, secret := letters.EncodeToString(random[:idBytes])[:idLength], letters.EncodeToString(random[idBytes:])
	hash := sha256.Sum256([]byte(secret))
	t := Token{ID: id, Connection: connection, Hash: hash[:], Scopes: scopes, Created: now, Expires: expires}
	return t, NewPlain(prefix + id + "_" + secret + checksum(id, secret))
}

// TokenID returns the public id that a person named: the id itself, or the whole
// text of a token, of which the secret is left behind. It is "" if it is neither,
// so that a secret that was pasted in parts goes into no error.
func TokenID(named string) string {
	if id, _, err := NewPlain(named).parse(); err == nil {
		return id
	}
	if len(named) != idLength || strings.Trim(named, alphabet) != "" {
		return ""
	}
	return named
}

// checksum is the CRC-32 (IEEE) of all that comes before it.
func checksum(id, secret string) string {
	sum := crc32.ChecksumIEEE([]byte(prefix + id + "_" + secret))
	return letters.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

var (
	errForm     = errors.New("the credential is neither a token of Muster nor a JWT")
	errChecksum = errors.New("the checksum of the token does not fit: it was not copied whole, or mistyped")
)

// parse splits the text of a token.
func (p Plain) parse() (id, secret string, err error) {
	rest, ours := strings.CutPrefix(p.Reveal(), prefix)
	if !ours || len(rest) != idLength+1+secretLength+sumLength || rest[idLength] != '_' {
		return "", "", errForm
	}
	id, secret = rest[:idLength], rest[idLength+1:idLength+1+secretLength]
	if rest[idLength+1+secretLength:] != checksum(id, secret) {
		return "", "", errChecksum
	}
	return id, secret, nil
}

// fits compares the secret with the hash in constant time. It does the same work
// for a token that was not found: its hash is empty, and nothing has sha256 zero.
func (t Token) fits(secret string) bool {
	hash, want := sha256.Sum256([]byte(secret)), [sha256.Size]byte{}
	copy(want[:], t.Hash)
	return subtle.ConstantTimeCompare(hash[:], want[:]) == 1
}
