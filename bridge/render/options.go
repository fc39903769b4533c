package render

import (
	"time"

	"github.com/muster-idm/muster/bridge"
)

// Options say how a Plan or a Run is shown. The zero value shows everything
// without colour, in UTC, 100 columns wide.
type Options struct {
	Color       bool             // ANSI colours; whether NO_COLOR is set is for the caller to know
	Width       int              // columns of the terminal; 0 = 100
	Max         int              // changes to show; 0 = all
	Masked      bool             // hide every attribute value, DN and message: who, what and why remain
	Origins     bool             // say where each value came from
	AllFindings bool             // show every finding instead of a few of each code
	Local       *time.Location   // for times; nil = UTC
	State       bridge.PlanState // where the plan stands; "" = it was not saved

	origins map[string]bridge.Origin // of the plan that is shown
}

const (
	defaultWidth = 100
	leastWidth   = 40
	examples     = 3  // of findings or failures that are mended the same way
	membersShown = 20 // of one change, unless all changes are shown
)

func (o Options) width() int {
	if o.Width == 0 {
		return defaultWidth
	}
	return max(o.Width, leastWidth)
}

func (o Options) instant(t time.Time) string {
	if o.Local == nil {
		return t.UTC().Format("2006-01-02 15:04:05 MST")
	}
	return t.In(o.Local).Format("2006-01-02 15:04:05 MST")
}
