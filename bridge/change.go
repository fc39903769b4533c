package bridge

// Action is what a Change does to an entry.
type Action string

// The actions, in the order in which a plan shows them.
const (
	Create        Action = "create"
	Adopt         Action = "adopt"
	Rename        Action = "rename"
	Move          Action = "move"
	Update        Action = "update"
	Enable        Action = "enable"
	DisableEntry  Action = "disable"
	DeleteEntry   Action = "delete"
	AddMembers    Action = "add members"
	RemoveMembers Action = "remove members"
)

// AllActions returns every action in the order in which a plan shows them.
func AllActions() []Action {
	return []Action{Create, Adopt, Rename, Move, Update, Enable, DisableEntry, DeleteEntry, AddMembers, RemoveMembers}
}

// Stage orders the changes of a plan: all changes of one stage end before the
// next begins.
type Stage int

// The stages.
const (
	Containers Stage = 1
	Entries    Stage = 2
	References Stage = 3 // references and members whose targets an earlier stage creates
	Deletions  Stage = 4 // last, because references of this plan may still name the entry
)

// Reason says why a change is planned.
type Reason string

// The reasons.
const (
	Joiner     Reason = "joiner"     // a record without an entry
	Matched    Reason = "matched"    // an entry was found by a match attribute
	Late       Reason = "late"       // an earlier run created the entry, and it appeared after that was looked for
	Differs    Reason = "differs"    // the directory differs from what the record maps to
	Leaver     Reason = "leaver"     // the record is no longer in the source
	Unselected Reason = "unselected" // the record is no longer selected
	Rehire     Reason = "rehire"     // a departed record came back
	Expired    Reason = "expired"    // departed for as long as the policy keeps entries
)

// Change is one step of a plan, as data. It names one entry and all that is
// done to it in this step; Actions says by name what that is.
type Change struct {
	Seq     int        `json:"seq"` // place in the plan, from 1
	Stage   Stage      `json:"stage"`
	Actions []Action   `json:"actions"`
	Key     string     `json:"key"`
	Type    ObjectType `json:"type"`
	Reason  Reason     `json:"reason"`

	EntryID  string       `json:"entry_id,omitempty"` // "" for an entry that this plan creates
	DN       string       `json:"dn"`                 // where it is; for a create, where it will be
	NewDN    string       `json:"new_dn,omitempty"`   // where a rename or move takes it
	State    AccountState `json:"state,omitempty"`    // before
	NewState AccountState `json:"new_state,omitempty"`

	Before          Attributes          `json:"before,omitempty"` // of the attributes that change
	After           Attributes          `json:"after,omitempty"`  // an empty list removes the attribute
	References      []Reference         `json:"references,omitempty"`
	Members         []MemberDelta       `json:"members,omitempty"`
	MemberAttribute string              `json:"member_attribute,omitempty"` // that holds the members
	Generate        []Generated         `json:"generate,omitempty"`         // of a create, also for secrets that are handed in: they are made if the destination refuses those
	Secrets         []string            `json:"secrets,omitempty"`          // attributes whose values are handed in beside the plan
	Reserve         []Reservation       `json:"reserve,omitempty"`          // unique values that the change takes
	Notes           map[string][]string `json:"notes,omitempty"`            // what was corrected in the values of an attribute
	Sensitive       []string            `json:"sensitive,omitempty"`
	Unchanged       int                 `json:"unchanged,omitempty"` // attributes compared and found the same
	Mark            string              `json:"mark,omitempty"`      // digest of the record, remembered once the change is done
}

// Reference is an attribute that points to the entry of another record. The
// DN is resolved just before it is written.
type Reference struct {
	Attribute  string `json:"attribute"`
	Connection string `json:"connection"`
	Key        string `json:"key"`
	EntryID    string `json:"entry_id,omitempty"` // "" while the target does not exist
	DN         string `json:"dn,omitempty"`       // for people; where the target was when the plan was made
}

// MemberDelta adds one member to a group or removes one.
type MemberDelta struct {
	Remove     bool   `json:"remove,omitempty"`
	Connection string `json:"connection,omitempty"`
	Key        string `json:"key,omitempty"`
	EntryID    string `json:"entry_id,omitempty"`
	DN         string `json:"dn,omitempty"` // for people; and the value to remove when the member has no Link
}

// Generated is a secret attribute that is made when the change is applied.
type Generated struct {
	Attribute string `json:"attribute"`
	Kind      string `json:"kind"` // "password" or "passphrase"
	Length    int    `json:"length"`
}

// Reservation is a unique value, folded as the destination compares it.
type Reservation struct {
	Attribute string `json:"attribute"`
	Folded    string `json:"folded"`
}

// Origin tells where the values of one attribute come from. It is the same for
// all changes of a plan and stands in the plan.
type Origin struct {
	Columns    []string `json:"columns,omitempty"`
	Expression string   `json:"expression,omitempty"`
}

// MaxMembers is the greatest number of member deltas in one Change.
const MaxMembers = 1000

// Has says whether the change includes the action.
func (c *Change) Has(action Action) bool {
	for _, a := range c.Actions {
		if a == action {
			return true
		}
	}
	return false
}

// completes says whether the change only sets the references of an entry that
// the same plan creates: it belongs to that creation and is not counted apart.
func (c *Change) completes() bool { return c.Stage == References && c.Reason == Joiner }
