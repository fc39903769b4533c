package scim

import (
	"context"
	"iter"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// Store is what the door remembers and looks up.
type Store interface {
	Records
	Members
	Links
	Backlog
	Plans
	bridge.Keeper
}

// Records finds what clients pushed.
type Records interface {
	// Pushed returns a record by its id. The error is of kind NotFound if there
	// is none, or it is gone.
	Pushed(ctx context.Context, connection, id string) (bridge.Pushed, error)
	// Named returns the record with a value of a unique term, one that is not
	// gone before one that is. The error is of kind NotFound if there is none.
	Named(ctx context.Context, connection, term, value string) (bridge.Pushed, error)
	// Naming returns the records of a stream, not gone, that have any of the values in a term.
	Naming(ctx context.Context, connection, term string, values ...string) ([]bridge.Pushed, error)
	// Select returns a page of the records that are not gone, how many match in
	// all, and the cursor of the next page, "" at the end. The error is of kind
	// Invalid if the cursor is not one, or of another selection.
	Select(ctx context.Context, connection string, t *schema.Type, s filter.Selection) (page []bridge.Pushed, total int, next string, err error)
}

// Backlog finds what is not written yet.
type Backlog interface {
	// Waiting yields the records of a stream that wait for approval, or of which
	// only half is written.
	Waiting(ctx context.Context, connection string) iter.Seq2[bridge.Pushed, error]
}

// Plans keeps the plans of connections whose pushes wait for approval.
type Plans interface {
	SavePlan(ctx context.Context, plan *bridge.Plan, state bridge.PlanState) error
	// PlansIn returns the ids of a connection's plans in any of the states, oldest first.
	PlansIn(ctx context.Context, connection string, states ...bridge.PlanState) ([]string, error)
	Plan(ctx context.Context, id string) (*bridge.Plan, bridge.PlanState, error)
	SetPlanState(ctx context.Context, id string, state bridge.PlanState, reason string) error
}

// Members finds who is in which group.
type Members interface {
	// Members yields the members of a group in the order in which they were added.
	Members(ctx context.Context, group string) iter.Seq2[bridge.Member, error]
	// Groups returns the groups of a stream, not gone, that name any of the values as a member.
	Groups(ctx context.Context, connection string, values ...string) ([]bridge.Pushed, error)
	// IsMember says which of the values are members of the group.
	IsMember(ctx context.Context, group string, values ...string) (map[string]bool, error)
}

// Links finds and keeps links, also of entries that no record has yet.
type Links interface {
	// LinkOf returns a link by its id; the error is of kind NotFound if there is
	// none, or it is deleted.
	LinkOf(ctx context.Context, id string) (bridge.Link, error)
	// FoundLink returns the link in state found that a stream has of an entry;
	// the error is of kind NotFound if there is none.
	FoundLink(ctx context.Context, connection, entryID string) (bridge.Link, error)
	// SaveLink saves a link that no change was made through yet: in state found,
	// or pending.
	SaveLink(ctx context.Context, link bridge.Link) error
}
