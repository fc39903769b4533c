package pull

import (
	"context"
	"iter"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Source only reads rows. Its methods may be called at the same time; each
// opens what it needs and closes it.
//
// Errors are of kind Unavailable when the place does not answer, NotFound when
// the file, table, sheet or column is not there, Forbidden when it may not be
// read, Precondition when the file is too old or still being written, TooLarge
// when it is beyond the limits, Unsupported when it is of a kind that is not
// read, and Invalid when its content or the selection makes no sense.
type Source interface {
	// Check says whether the source is reachable and may be read.
	Check(ctx context.Context) (Report, error)

	// Discover lists the tables, views or sheets with their columns.
	Discover(ctx context.Context) ([]Dataset, error)

	// Columns returns the columns that Records will have.
	Columns(ctx context.Context, sel Selection) (*mapping.Columns, error)

	// Records streams the selected rows. An error is the last thing it yields
	// and means that the read is not whole. A Record may be kept.
	Records(ctx context.Context, sel Selection) iter.Seq2[bridge.Record, error]
}

// Report is what Check found.
type Report struct {
	Version string   `json:"version"` // of the server or file format
	Rows    int64    `json:"rows"`    // in all tables, views or visible sheets together
	Lines   []string `json:"lines"`   // the same and more, as sentences for people
}

// Dataset is one table, view or sheet of a source.
type Dataset struct {
	Name   string  `json:"name"`
	Kind   string  `json:"kind"` // "table", "view", "sheet" or "file"
	Hidden bool    `json:"hidden,omitempty"`
	Rows   int64   `json:"rows"` // -1 when it could not be counted
	Fields []Field `json:"fields,omitempty"`
	Fault  string  `json:"fault,omitempty"` // why it cannot be read as it is
}

// Field is one column of a Dataset.
type Field struct {
	mapping.Column
	Declared string       `json:"declared,omitempty"` // the type in the source's own words
	Holds    mapping.Type `json:"holds,omitempty"`    // sheets: what the first rows would convert to
	Key      bool         `json:"key,omitempty"`      // part of the primary key
}
