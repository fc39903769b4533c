package render

import (
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// The ANSI colours used.
const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	blue   = "\x1b[34m"
	bold   = "\x1b[1m"
	plain  = "\x1b[0m"
)

// look is how an action is shown: a sign, a colour, and its words in the head
// ("12 accounts will be created, 3 disabled") and in the summary ("12 to create").
type look struct {
	sign, color       string
	first, next, todo string
	members           bool // it counts members, not entries
}

func lookOf(a bridge.Action) look {
	switch a {
	case bridge.Create:
		return look{"+", green, "will be created", "created", "to create", false}
	case bridge.Adopt:
		return look{"=", blue, "will be adopted", "adopted", "to adopt", false}
	case bridge.Rename:
		return look{"»", blue, "will be renamed", "renamed", "to rename", false}
	case bridge.Move:
		return look{"»", blue, "will be moved", "moved", "to move", false}
	case bridge.Update:
		return look{"~", yellow, "will be updated", "updated", "to update", false}
	case bridge.Enable:
		return look{"^", green, "will be enabled", "enabled", "to enable", false}
	case bridge.DisableEntry:
		return look{"-", red, "will be disabled", "disabled", "to disable", false}
	case bridge.DeleteEntry:
		return look{"-", red, "will be deleted", "deleted", "to delete", false}
	case bridge.AddMembers:
		return look{"±", yellow, "will be added", "added", "to add", true}
	case bridge.RemoveMembers:
		return look{"±", yellow, "will be removed", "removed", "to remove", true}
	}
	return look{"?", plain, "will be changed", "changed", "to change", false}
}

// signed writes the actions of a change with their signs: "~ update, » move".
func signed(actions []bridge.Action) string {
	words := make([]string, len(actions))
	for i, a := range actions {
		words[i] = lookOf(a).sign + " " + visible(string(a))
	}
	return strings.Join(words, ", ")
}

func reasonText(c *bridge.Change) string {
	if c.Type == bridge.OrgUnit {
		return "needed by entries of this plan"
	}
	switch c.Reason {
	case bridge.Joiner:
		return "joiner: the record has no entry yet"
	case bridge.Matched:
		return "matched: an entry without an owner fits the record"
	case bridge.Late:
		return "late: an interrupted run created the entry, and it appeared later"
	case bridge.Differs:
		return "differs: the directory is not as the record says"
	case bridge.Leaver:
		return "leaver: the record is no longer in the source"
	case bridge.Unselected:
		return "unselected: the record is in the source, but no longer selected"
	case bridge.Rehire:
		return "rehire: the record came back"
	case bridge.Expired:
		return "expired: gone for as long as the policy keeps entries"
	}
	return visible(string(c.Reason))
}

// keyText names the record of a change; containers have none.
func keyText(c *bridge.Change) string {
	if c.Type == bridge.OrgUnit {
		return "container"
	}
	return c.Key
}

func stageText(s bridge.Stage) string {
	switch s {
	case bridge.Containers:
		return "Stage 1: containers"
	case bridge.Entries:
		return "Stage 2: entries"
	case bridge.References:
		return "Stage 3: references and members"
	case bridge.Deletions:
		return "Stage 4: deletions"
	}
	return "Stage " + thousands(int(s))
}
