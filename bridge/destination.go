package bridge

import (
	"context"
	"iter"
)

// Query names the entries and attributes to read.
type Query struct {
	Type       ObjectType // "" = entries of every type
	Scope      []string   // DNs of subtrees; empty = the whole destination
	Attributes []string   // besides ID, DN, State, Protected and Created; empty = none
}

// Ref names one entry: by ID when it has one, else by DN.
type Ref struct {
	ID string
	DN string
}

// Reader reads one destination as it is. It has nothing to write with.
// Every error is a *Error; Unavailable when the destination does not answer.
type Reader interface {
	// List yields every entry that the query names, in no order. An error ends
	// it and means that the list is incomplete: no absence follows from it.
	List(ctx context.Context, q Query) iter.Seq2[Entry, error]
	// Get returns the entry that ref names, wherever it is: the query's type
	// and scope do not narrow it. The error is of kind NotFound if there is none.
	Get(ctx context.Context, ref Ref, q Query) (Entry, error)
	// Find returns the entries that the query names and whose attribute has the
	// value, at most two of them: a second one is all it takes to be ambiguous.
	Find(ctx context.Context, q Query, attribute, value string) ([]Entry, error)
	// Rules returns the rules of the destination as they were when it was opened.
	Rules() Rules
}

// Rules are a destination's own rules. They do no input or output.
type Rules interface {
	Namer
	// Canonical returns the form in which two sets of values of the attribute
	// are equal exactly if the destination would store them alike: folded where
	// the destination folds, sorted where order means nothing. A single text
	// keeps its case, because a change of case is a change.
	Canonical(attribute string, values Values) Values
	// Fold returns the form in which two values of a unique attribute clash.
	Fold(attribute, value string) string
	// Check returns what the destination would refuse in the entry, before it
	// is asked. With create false only the attributes given are judged.
	Check(e Entry, create bool) []Finding
}

// Namer builds and compares the names of entries.
type Namer interface {
	// DN returns the name of an entry of the type in a container.
	DN(t ObjectType, name, container string) string
	// CanonicalDN returns the form in which two DNs are equal exactly if they
	// name the same entry. A text that is no DN comes back folded to lower case.
	CanonicalDN(dn string) string
	// Within says whether a DN is the container itself or lies below it.
	Within(dn, container string) bool
}

// Applied is what became of one Change in the directory.
type Applied struct {
	EntryID string
	DN      string
	State   AccountState
	Secrets map[string]Secret // generated values by attribute
	Members []error           // per member delta; nil = done; empty when all are done
	Note    string            // what was done otherwise than asked; "" = nothing
}

// Destination is a directory that can be written to.
type Destination interface {
	Reader
	// Apply does one Change whose references are resolved, and nothing else.
	// The error is of kind Stale if any value of Before, the DN or the account
	// state differs from the Change, Conflict if a unique name is taken,
	// Invalid if the destination refuses a value, Forbidden if Muster's account
	// lacks the right or the entry is protected, Unauthenticated if the
	// destination refuses the account, and Unavailable if it does not
	// answer: then *Unknown in its chain says that the change may have been done.
	// secrets are values by attribute that were handed in beside the plan.
	Apply(ctx context.Context, c Change, secrets map[string]Secret) (Applied, error)
	// Reset sets a newly generated secret on an entry whose creation was
	// settled, because the one made when it was created is lost.
	Reset(ctx context.Context, ref Ref, g Generated) (Secret, error)
}

// Unknown is in the chain of an error after which nobody knows whether the
// directory did what it was asked.
type Unknown struct{ Err error }

// Error says so.
func (u *Unknown) Error() string { return "the outcome is unknown: " + u.Err.Error() }

// Unwrap returns the cause.
func (u *Unknown) Unwrap() error { return u.Err }
