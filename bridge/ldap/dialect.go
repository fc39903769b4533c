package ldap

import (
	"context"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// Dialect is what one kind of directory does its own way.
type Dialect interface {
	Addressing
	Accounts
	Secrets
	Judgement
}

// Addressing says how entries are known.
type Addressing interface {
	// Operational are the attributes that Entry needs besides those asked for.
	Operational() []string
	// ID returns an entry's immutable ID in text form, "" if it shows none.
	ID(raw *Raw) string
	// Locate returns the search that finds the entry with an ID.
	Locate(id string) Search
	// Address returns what stands for an entry in a request and as a value that
	// refers to it: its DN, or something better.
	Address(id, dn string) string
}

// Accounts says what the state of an entry is and how it is changed.
type Accounts interface {
	// Describe fills in State, Protected and Created.
	Describe(raw *Raw, e *bridge.Entry)
	// SetState adds what changes the state of the entry to the request. The
	// error is of kind Unsupported if entries have no state here.
	SetState(raw *Raw, to bridge.AccountState, m *goldap.ModifyRequest) error
	// Placeholder returns the member of a group that has none, "" where groups
	// may be empty.
	Placeholder() string
}

// Secrets is how a directory takes secrets. The error of each is of kind
// Unsupported if it does not take them, or not in that attribute.
type Secrets interface {
	// Complete adds to a new entry what its state needs, the secrets that were
	// handed in, and those to generate; it returns what it generated.
	Complete(ctx context.Context, c bridge.Change, handed map[string]bridge.Secret, add *goldap.AddRequest) (map[string]bridge.Secret, error)
	// SetSecrets adds secrets that were handed in to a change of an entry.
	SetSecrets(handed map[string]bridge.Secret, m *goldap.ModifyRequest) error
	// Reset sets a newly generated secret on the entry at an address.
	Reset(ctx context.Context, p *Pool, address string, g bridge.Generated) (bridge.Secret, error)
}

// Judgement is what the directory knows beyond its schema.
type Judgement interface {
	// Judge returns what the directory would refuse in the entry beyond its schema.
	Judge(e bridge.Entry, create bool) []bridge.Finding
	// Fold returns the form in which two values of a unique attribute clash.
	Fold(attribute, value string) string
	// Canonical returns the form in which values are compared, and false if the
	// syntax of the attribute decides.
	Canonical(attribute string, values bridge.Values) (bridge.Values, bool)
	// Cleared returns the value that stands for none of an attribute that cannot
	// be removed, "" for the others.
	Cleared(attribute string) string
}

// ParseTime reads a GeneralizedTime in UTC (RFC 4517 section 3.3.13); the zero
// time if it is none.
func ParseTime(value string) time.Time {
	for _, form := range []string{"20060102150405.0Z", "20060102150405Z", "20060102150405.000000Z"} {
		if t, err := time.Parse(form, value); err == nil {
			return t
		}
	}
	return time.Time{}
}
