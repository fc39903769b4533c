package bridge

import (
	"context"
	"iter"
	"time"
)

// FormatVersion is the version of the JSON form of a Plan.
const FormatVersion = 1

// Compare says which records a plan compared with the directory.
type Compare string

// The ways to compare.
const (
	Full        Compare = "full"    // every record, so that drift is seen
	ChangedOnly Compare = "changed" // only records whose row or mapping changed since they were last applied
)

// Plan is every Change of one connection in a stable order. It is data: it can
// be shown, stored, hashed, approved and applied later exactly as it is.
type Plan struct {
	FormatVersion int               `json:"format_version"`
	ID            string            `json:"id"`
	Parent        string            `json:"parent,omitempty"` // the plan that this one was cut from
	Connection    string            `json:"connection"`
	Revision      string            `json:"revision"`
	Destination   string            `json:"destination"`
	Identity      string            `json:"identity"` // what the destination says it is, whatever its name and address
	Type          ObjectType        `json:"type"`
	Now           time.Time         `json:"now"` // the instant for which it was made
	Author        string            `json:"author"`
	Compare       Compare           `json:"compare"`
	Source        SourceRead        `json:"source"`
	Population    int               `json:"population"` // live links when it was made; what percentages refer to
	Counts        Counts            `json:"counts"`
	Verdicts      []Verdict         `json:"verdicts,omitempty"`
	Findings      []Finding         `json:"findings,omitempty"`
	Origins       map[string]Origin `json:"origins,omitempty"` // by attribute; the revision stands for them in the hash
	Hash          string            `json:"hash"`              // sha256 over what the plan would do; see hash.go
	Account       AccountState      `json:"-"`                 // of the entry of a single record, when it was found in agreement
	Marks         []Mark            `json:"-"`                 // records found in agreement, remembered when the plan is applied
	Changes       ChangeList        `json:"-"`                 // written to JSON as "changes", one by one
}

// SourceRead is what was read from the source.
type SourceRead struct {
	Rows   int    `json:"rows"`
	Digest string `json:"digest"` // of all rows, whatever their order
}

// Counts says how many records and changes a plan holds.
type Counts struct {
	Changes  int            `json:"changes"`
	Actions  map[Action]int `json:"actions,omitempty"`
	Compared int            `json:"compared"`           // records mapped and compared with the directory
	Same     int            `json:"same"`               // of these, in agreement
	Skipped  int            `json:"skipped,omitempty"`  // records unchanged since they were last applied, so not compared
	Excluded int            `json:"excluded,omitempty"` // records that the connection does not select
	Faulty   int            `json:"faulty,omitempty"`   // records left untouched because of findings
	Waiting  int            `json:"waiting,omitempty"`  // references whose target is not known yet
	Kept     int            `json:"kept,omitempty"`     // entries of people who left that the policy keeps
	Withheld int            `json:"withheld,omitempty"` // disables and deletes not planned because a key could not be read
	Secrets  int            `json:"secrets,omitempty"`  // secrets to generate
}

// Verdict is one limit held against the plan.
type Verdict struct {
	Limit    string  `json:"limit"` // the action, or "rows"
	Measured float64 `json:"measured"`
	Of       int     `json:"of,omitempty"` // what a percentage refers to
	Bound    float64 `json:"bound"`
	Percent  bool    `json:"percent,omitempty"`
	Blocked  bool    `json:"blocked"`
	Message  string  `json:"message"`
}

// Blocked says whether any limit forbids to apply the plan.
func (p *Plan) Blocked() bool {
	for _, v := range p.Verdicts {
		if v.Blocked {
			return true
		}
	}
	return false
}

// Mark remembers that a record was applied.
type Mark struct {
	Key    string `json:"key"`
	Digest string `json:"digest"`
}

// ChangeList holds the changes of a plan, in memory or in a store.
type ChangeList interface {
	// All yields the changes in the order of their Seq.
	All(ctx context.Context) iter.Seq2[Change, error]
	// Len returns how many there are.
	Len() int
}

// PlanState is where a plan stands. It is kept beside the plan, never in it.
type PlanState string

// The plan states.
const (
	PlanReady      PlanState = "ready"   // may be applied
	PlanWaiting    PlanState = "waiting" // for approval
	PlanBlocked    PlanState = "blocked" // by a limit, until a person releases it
	PlanApproved   PlanState = "approved"
	PlanRejected   PlanState = "rejected"
	PlanExpired    PlanState = "expired"
	PlanSuperseded PlanState = "superseded" // a later plan of the connection was applied
	PlanApplying   PlanState = "applying"
	PlanApplied    PlanState = "applied"
	PlanPartly     PlanState = "partly" // applied with failures
	PlanCancelled  PlanState = "cancelled"
)

// FirstState returns the state in which a plan of the connection is saved.
func (p *Plan) FirstState(c *Connection) PlanState {
	switch {
	case p.Blocked():
		return PlanBlocked
	case c.Approval && p.Counts.Changes > 0:
		return PlanWaiting
	}
	return PlanReady
}
