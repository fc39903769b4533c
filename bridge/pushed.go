package bridge

import (
	"context"
	"encoding/json"
	"time"
)

// PushedState is where a pushed record stands.
type PushedState string

// The states of a pushed record.
const (
	PushedKept    PushedState = "kept"    // the destination agrees with it
	PushedHalf    PushedState = "half"    // accepted, and some of what it asks for is not written yet
	PushedWaiting PushedState = "waiting" // accepted, and waits for the approval of a plan
	PushedGone    PushedState = "gone"    // deleted by its client; it comes back with its id
)

// Pushed is a record as its client keeps it: it comes back as it was sent,
// whatever the destination makes of it.
type Pushed struct {
	ID         string          `json:"id"`         // the record's key, which is also the id of its Link
	Connection string          `json:"connection"` // the stream it belongs to
	State      PushedState     `json:"state"`
	Version    int64           `json:"version"` // from 1, one more with each change
	Created    time.Time       `json:"created"`
	Modified   time.Time       `json:"modified"`
	Account    AccountState    `json:"account,omitempty"` // as the destination said when it was last written
	Body       json.RawMessage `json:"body"`              // an object: what the client keeps, without members and secrets
	Terms      []Term          `json:"terms"`             // by which it is found and sorted
	Edit       *MemberEdit     `json:"edit,omitempty"`    // what becomes of a group's members; nil: they stay
	Grouped    bool            `json:"-"`                 // when it is read: a group names it as a member
}

// Term is one value by which a pushed record is found, folded as it is compared.
type Term struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Unique bool   `json:"unique,omitempty"` // no two records of a stream that are not gone have it
}

// MemberEdit says what becomes of the members of a group.
type MemberEdit struct {
	Replace bool     `json:"replace,omitempty"` // those that are not in Add are removed
	Add     []Member `json:"add,omitempty"`
	Remove  []string `json:"remove,omitempty"` // values of members
}

// Member is a member of a group as its client named it.
type Member struct {
	Value string          `json:"value"`          // a record's key, or what the client takes for one
	Body  json.RawMessage `json:"body,omitempty"` // the rest of what the client said: display, type

	Connection string `json:"-"` // of the record that has this key, when members are read; "" = none has
}

// Push is one pushed record with what is applied beside its plan.
type Push struct {
	Request string            // id of the request, under which results and audit lines stand
	Record  Pushed            // as it will be kept when the plan is applied; without a body it stays as it is kept
	Secrets map[string]Secret // by attribute; they reach the destination and nothing else
	Quota   Quota
}

// Quota bounds what one client may do in an hour. It counts all streams of the
// client together.
type Quota struct {
	Connection string         // the client's connection: "okta"
	PerHour    map[Action]int // an action that is absent has no bound, 0 allows none
	Asked      map[Action]int // what all changes of a push come to, counted with the first; nil: that change alone
}

// Keeper keeps pushed records that need no change of the destination.
type Keeper interface {
	// Keep saves the record with an audit line. The error is of kind Refused
	// while the connection is held, and Conflict if another record has a unique term.
	Keep(ctx context.Context, push Push) error
}

// after is the record once its change is done; nil for none.
func (p *Pushed) after(applied Applied) *Pushed {
	if p == nil {
		return nil
	}
	record := *p
	if applied.State != NoAccount {
		record.Account = applied.State
	}
	return &record
}
