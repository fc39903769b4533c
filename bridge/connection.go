package bridge

import (
	"time"

	"github.com/muster-idm/muster/bridge/mapping"
)

// Connection is one stream of Records with one mapping into one destination.
// It is compiled from its configuration once and never changes.
type Connection struct {
	Name        string
	Destination string // name of the destination
	Revision    string // identifies mapping, policy, limits and lookup tables
	Type        ObjectType
	Template    *Template
	Mapping     *mapping.Mapping
	Match       []string // attributes by which an entry without a Link is found, most trusted first
	Scope       []string // DNs under which entries are read, matched and written
	MembersFrom []string // connections whose records may be members
	Members     MemberPolicy
	Policy      Policy
	Limits      Limits
	Approval    bool // a plan must be approved before it is applied
}

// MemberPolicy says which members of a group may be removed.
type MemberPolicy string

// The member policies. The default is MembersKnown.
const (
	MembersKnown MemberPolicy = "known" // members that are records of the connections named by MembersFrom
	MembersExact MemberPolicy = "exact" // every member that the record does not name
)

// Departure says how far Muster may go with entries. There is no default: an
// operator chooses.
type Departure string

// The departures, each allowing what those before it allow.
const (
	CreateOnly   Departure = "create-only"
	CreateUpdate Departure = "create-update"
	Disable      Departure = "disable"
	Delete       Departure = "delete"
)

// Policy says what happens to the entries of people who left.
type Policy struct {
	Leavers       Departure     `json:"leavers"`
	MoveTo        string        `json:"move_to,omitempty"`        // DN of the container for disabled entries; "" = they stay
	DeleteAfter   time.Duration `json:"delete_after,omitempty"`   // since the entry was disabled
	DeleteAdopted bool          `json:"delete_adopted,omitempty"` // delete entries that Muster adopted, not created
	Adopt         bool          `json:"adopt"`                    // take over entries found by Match
	AddContainers bool          `json:"add_containers,omitempty"` // create missing containers within the scope
}

// Limit bounds the changes of one action in one plan: a plan with as many or
// more is blocked. Nil means no bound, 0 that none is allowed.
type Limit struct {
	Count   *int     `json:"count,omitempty"`
	Percent *float64 `json:"percent,omitempty"` // of the connection's live links
}

// Limits are the limits of a connection.
type Limits struct {
	Actions map[Action]Limit `json:"actions,omitempty"`
	Floor   int              `json:"floor"`    // with fewer live links than this, percentages are ignored
	MinRows float64          `json:"min_rows"` // percent of the last good read's rows below which the plan is blocked; 0 = off
}
