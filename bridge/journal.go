package bridge

import (
	"context"
	"iter"
	"time"
)

// Memory is what is remembered of a destination's entries. It only reads.
type Memory interface {
	// Links yields the links of a destination, those of every connection.
	Links(ctx context.Context, destination string) iter.Seq2[Link, error]
	// Link returns the link of a record; the error is of kind NotFound if there is none.
	Link(ctx context.Context, connection, key string) (Link, error)
	// Owner returns the link of an entry; the error is of kind NotFound if there is none.
	Owner(ctx context.Context, destination, entryID string) (Link, error)
	// LastRows returns the rows of the connection's last applied complete read, 0 if there was none.
	LastRows(ctx context.Context, connection string) (int, error)
}

// Intent is a Change about to be sent to the destination: written down before,
// so that it is known about whatever happens.
type Intent struct {
	ID     int64     `json:"id"` // set by the Journal
	Run    string    `json:"run"`
	Change Change    `json:"change"`
	Link   Link      `json:"link"` // as it will be when the change is done; its ID is already the final one
	At     time.Time `json:"at"`
	Record *Pushed   `json:"record,omitempty"` // of a push: kept in the outcome's transaction, if the change was done
	Quota  *Quota    `json:"-"`                // of a push: counted in the intent's transaction
}

// Outcome is what became of an Intent.
type Outcome struct {
	Intent Intent
	Result Result
	Link   Link    // to be saved; the zero Link when nothing changes
	Record *Pushed // to be kept; nil when nothing of it is
	Open   bool    // the outcome is unknown: the intent stays open and is settled by reading
}

// Journal keeps what happened. Intents and outcomes of many changes share a
// transaction; none is open across a call to the destination.
type Journal interface {
	Memory
	// Intend commits the intents with their claims and reservations and returns,
	// per intent, its id or why it was not taken: an error of kind Conflict when
	// another intent or link holds the record, the entry or a reserved name,
	// and Refused when a quota is used up: then the connection is held until a
	// person releases it.
	Intend(ctx context.Context, intents []Intent) (ids []int64, refused []error, err error)
	// Conclude commits outcomes: result, link, claims released, and an audit line each.
	Conclude(ctx context.Context, outcomes []Outcome) error
	// Unsettled yields the intents of a destination that have no outcome, oldest first.
	Unsettled(ctx context.Context, destination string) iter.Seq2[Intent, error]
}

// Ledger is the Journal with the runs it belongs to.
type Ledger interface {
	// Begin saves a new run. The error is of kind Precondition if the plan's
	// state forbids to apply it, and Conflict if another run holds the destination.
	Begin(ctx context.Context, run Run, plan *Plan) error
	// Finish saves the end of a run with the marks of its plan.
	Finish(ctx context.Context, run Run, plan *Plan) error
}
