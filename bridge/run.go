package bridge

import "time"

// RunState is where a Run stands.
type RunState string

// The run states.
const (
	RunApplying    RunState = "applying"
	RunApplied     RunState = "applied"     // every change done
	RunFailures    RunState = "failures"    // ended; some changes were not done
	RunStopped     RunState = "stopped"     // the destination went away or refused Muster
	RunCancelled   RunState = "cancelled"   // somebody stopped it
	RunInterrupted RunState = "interrupted" // the process died; settled by the next one
)

// Run is what applying one Plan did.
type Run struct {
	ID         string         `json:"id"`
	Plan       string         `json:"plan"`
	Connection string         `json:"connection"`
	Author     string         `json:"author"`
	State      RunState       `json:"state"`
	Started    time.Time      `json:"started"`
	Ended      time.Time      `json:"ended,omitzero"`
	Planned    int            `json:"planned"`
	Done       int            `json:"done"`
	Failed     int            `json:"failed"`
	Unknown    int            `json:"unknown"` // sent, and no answer came
	NotTried   int            `json:"not_tried"`
	Settled    int            `json:"settled,omitempty"` // outcomes of earlier runs found out before this one began
	Actions    map[Action]int `json:"actions,omitempty"` // done, by action
	Message    string         `json:"message,omitempty"` // why it stopped
}

// ResultState is what became of one Change.
type ResultState string

// The result states.
const (
	Done     ResultState = "done"
	Failed   ResultState = "failed"  // refused by the destination
	Outdated ResultState = "stale"   // the entry changed since the plan was made; nothing was written
	Clash    ResultState = "clash"   // somebody else holds the entry or the name; nothing was written
	Unsure   ResultState = "unknown" // sent, and no answer came
	NotTried ResultState = "not tried"
	Partial  ResultState = "partial" // some of its steps or members were done
)

// Result is what became of one Change.
type Result struct {
	Seq     int            `json:"seq"`
	Key     string         `json:"key"`
	Actions []Action       `json:"actions"`
	State   ResultState    `json:"state"`
	EntryID string         `json:"entry_id,omitempty"`
	DN      string         `json:"dn,omitempty"`
	Kind    Kind           `json:"kind,omitempty"`
	Message string         `json:"message,omitempty"`
	Members []MemberResult `json:"members,omitempty"` // of the deltas that were not done
	Planned time.Time      `json:"planned,omitzero"`
	Sent    time.Time      `json:"sent,omitzero"`    // when the intent was committed
	Applied time.Time      `json:"applied,omitzero"` // when the destination had answered
}

// MemberResult says why one member delta was not done.
type MemberResult struct {
	Key     string `json:"key,omitempty"`
	DN      string `json:"dn,omitempty"`
	Remove  bool   `json:"remove,omitempty"`
	Message string `json:"message"`
}
