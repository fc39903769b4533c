package bridge

import "time"

// LinkState is where a Link is in its life.
type LinkState string

// The link states.
const (
	Found    LinkState = "found"    // an entry that matches, not yet taken over
	Pending  LinkState = "pending"  // the record is accepted, its entry not yet written
	Live     LinkState = "live"     // the entry is Muster's
	Departed LinkState = "departed" // the record left, the entry is disabled
	Deleted  LinkState = "deleted"  // the entry is gone
)

// Link ties a connection's record key to an entry. It is never reused.
type Link struct {
	ID          string    `json:"id"` // UUID of ours
	Destination string    `json:"destination"`
	Connection  string    `json:"connection"`
	Key         string    `json:"key"`
	EntryID     string    `json:"entry_id,omitempty"`
	DN          string    `json:"dn,omitempty"` // where the entry was last seen; only for people
	State       LinkState `json:"state"`
	Created     bool      `json:"created"`        // Muster created the entry; false: it adopted it
	Since       time.Time `json:"since,omitzero"` // departed since; pending: when its create was first sent
	Mark        string    `json:"mark,omitempty"` // digest of the record last applied
}
