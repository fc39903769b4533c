package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/muster-idm/muster/bridge"
)

// Limits bound the changes of one plan. A limit that is absent has its default;
// "unlimited" switches it off.
type Limits struct {
	Create        Bound   `yaml:"create"`         // accounts, contacts or groups created
	Adopt         Bound   `yaml:"adopt"`          // entries taken over
	Rename        Bound   `yaml:"rename"`         // entries renamed
	Move          Bound   `yaml:"move"`           // entries moved
	Update        Bound   `yaml:"update"`         // entries whose attributes change
	Enable        Bound   `yaml:"enable"`         // accounts enabled
	Disable       Bound   `yaml:"disable"`        // accounts disabled
	Delete        Bound   `yaml:"delete"`         // entries deleted
	AddMembers    Bound   `yaml:"add_members"`    // members added, one by one
	RemoveMembers Bound   `yaml:"remove_members"` // members removed, one by one
	Floor         *int    `yaml:"floor"`          // entries below which percentages are ignored
	MinRows       Percent `yaml:"min_rows"`       // of the last good read's rows
}

// Bound is one limit: a count ("10"), a percentage ("10%"), both ([10, 10%]: the
// one that is reached first) or "unlimited". A plan with as many or more is
// blocked; 0 means that none is allowed.
type Bound struct {
	Stated  bool
	Count   *int
	Percent *float64
}

// Percent is a percentage from 0 to 100.
type Percent struct {
	Stated bool
	Value  float64
}

// The limits that hold when the file does not say otherwise.
const (
	DefaultDisable       = 10.0 // percent
	DefaultDelete        = 10.0
	DefaultRemoveMembers = 30.0
	DefaultMove          = 25.0
	DefaultRename        = 10.0
	DefaultFloor         = 20 // entries
	DefaultMinRows       = 80.0
)

// limits returns the limits with the defaults filled in.
func (l Limits) limits() bridge.Limits {
	out := bridge.Limits{Actions: map[bridge.Action]bridge.Limit{}, Floor: DefaultFloor, MinRows: DefaultMinRows}
	for action, bound := range l.byAction() {
		fallback, some := defaultPercent(action)
		switch {
		case bound.Stated && (bound.Count != nil || bound.Percent != nil):
			out.Actions[action] = bridge.Limit{Count: bound.Count, Percent: bound.Percent}
		case !bound.Stated && some:
			out.Actions[action] = bridge.Limit{Percent: &fallback}
		}
	}
	if l.Floor != nil {
		out.Floor = *l.Floor
	}
	if l.MinRows.Stated {
		out.MinRows = l.MinRows.Value
	}
	return out
}

func (l Limits) byAction() map[bridge.Action]Bound {
	return map[bridge.Action]Bound{
		bridge.Create: l.Create, bridge.Adopt: l.Adopt, bridge.Rename: l.Rename, bridge.Move: l.Move,
		bridge.Update: l.Update, bridge.Enable: l.Enable, bridge.DisableEntry: l.Disable, bridge.DeleteEntry: l.Delete,
		bridge.AddMembers: l.AddMembers, bridge.RemoveMembers: l.RemoveMembers,
	}
}

func defaultPercent(action bridge.Action) (float64, bool) {
	switch action {
	case bridge.DisableEntry:
		return DefaultDisable, true
	case bridge.DeleteEntry:
		return DefaultDelete, true
	case bridge.RemoveMembers:
		return DefaultRemoveMembers, true
	case bridge.Move:
		return DefaultMove, true
	case bridge.Rename:
		return DefaultRename, true
	}
	return 0, false
}

const boundForm = "write a count (10), a percentage (10%), both ([10, 10%]) or unlimited; 0 means that none is allowed"

// bound reads one limit.
func (r *reader) bound(path string, n ast.Node, into *Bound) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.boundPart(path, n, into)
		return
	}
	for i, item := range list.Values {
		at := r.item(path, i)
		r.note(at, nil, item)
		r.boundPart(at, item, into)
	}
}

func (r *reader) boundPart(path string, n ast.Node, into *Bound) {
	word, ok := r.word(path, n)
	if !ok {
		return
	}
	into.Stated = true
	if word == "unlimited" {
		return
	}
	if strings.HasSuffix(word, "%") {
		if value, ok := r.parsePercent(path, word); ok {
			into.Percent = &value
		}
		return
	}
	count, err := strconv.Atoi(word)
	if err != nil || count < 0 || count > math.MaxInt32 {
		r.fault(path, fmt.Sprintf("%s: %q is not a limit", leaf(path), word), boundForm)
		return
	}
	into.Count = &count
}

// percent reads a percentage; 0 needs no sign.
func (r *reader) percent(path string, n ast.Node, into *Percent) {
	word, ok := r.word(path, n)
	if !ok {
		return
	}
	if word == "0" {
		into.Stated = true
		return
	}
	into.Value, into.Stated = r.parsePercent(path, word)
}

var percentage = regexp.MustCompile(`^\d{1,9}(\.\d{1,9})? ?%$`)

func (r *reader) parsePercent(path, word string) (float64, bool) {
	if !percentage.MatchString(word) {
		r.fault(path, fmt.Sprintf("%s: %q is not a percentage", leaf(path), word), "write it as 80%")
		return 0, false
	}
	value, err := strconv.ParseFloat(strings.TrimRight(word, " %"), 64)
	if err != nil || value > 100 {
		r.fault(path, fmt.Sprintf("%s: %s is more than 100%%", leaf(path), word), "")
		return 0, false
	}
	return value, true
}
