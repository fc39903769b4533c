package render

import (
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// titleWord says what is shown: a preview for as long as nothing of it was written.
func titleWord(state bridge.PlanState) string {
	switch state {
	case bridge.PlanApplying, bridge.PlanApplied, bridge.PlanPartly:
		return "PLAN"
	}
	return "PREVIEW"
}

// headline is the sentence a reader needs if he reads only one.
func (t tally) headline(p *bridge.Plan, state bridge.PlanState) string {
	head := titleWord(state) + " of job " + visible(p.Connection) + ": " + t.whatSentence(p)
	if p.Counts.Changes == 0 && state == "" && !p.Blocked() {
		return head
	}
	return head + " " + stateSentence(p, state)
}

func stateSentence(p *bridge.Plan, state bridge.PlanState) string {
	switch state {
	case bridge.PlanWaiting:
		return "Nothing has been written: the plan waits for approval."
	case bridge.PlanApproved:
		return "Nothing has been written yet; the plan is approved."
	case bridge.PlanRejected, bridge.PlanExpired, bridge.PlanSuperseded:
		return "Nothing has been written and nothing will be: the plan is " + string(state) + "."
	case bridge.PlanCancelled:
		return "The plan was cancelled."
	case bridge.PlanApplying:
		return "It is being applied now."
	case bridge.PlanApplied:
		return "It was applied."
	case bridge.PlanPartly:
		return "It was applied with failures."
	}
	if p.Blocked() {
		return "Nothing has been written: a limit forbids it."
	}
	return "Nothing has been written."
}

// nothing says which kind of nothing a plan without changes is.
func nothing(p *bridge.Plan) string {
	c := p.Counts
	seen := c.Compared + c.Skipped + c.Faulty + c.Excluded
	var said []string
	switch {
	case p.Parent != "":
		return "All changes of plan " + visible(p.Parent) + " are left out of this one: nothing is left to do."
	case seen == 0 && p.Source.Rows == 0 && c.Kept == 0:
		return "The source returned 0 rows. Nothing follows from an empty source."
	case c.Compared == 0 && c.Skipped == 0 && c.Faulty == 0 && c.Excluded > 0:
		said = append(said, "No record is selected: the job's where leaves out "+ofAll(c.Excluded, "record", "records")+".")
	case c.Compared == 0 && c.Skipped == 0 && c.Faulty > 0:
		said = append(said, "No changes, only findings: no record could be planned.")
	case c.Compared == 0 && c.Skipped > 0:
		said = append(said, "Nothing changed since the last run: "+people(p, c.Skipped)+" as they were then, not compared with the directory.")
	case c.Compared == 0:
		said = append(said, "No changes are planned.")
	case c.Same == c.Compared:
		said = append(said, "No differences: "+people(p, c.Compared)+" compared, "+match(c.Compared))
	default:
		said = append(said, "No changes are planned; "+people(p, c.Compared)+" compared, "+thousands(c.Same)+" match.")
	}
	return strings.Join(append(said, remarks(p)...), " ")
}

// remarks says what a plan leaves alone, and why.
func remarks(p *bridge.Plan) []string {
	c := p.Counts
	var said []string
	add := func(n int, one, many string) {
		if n > 0 {
			said = append(said, count(n, one, many))
		}
	}
	if c.Compared > 0 {
		add(c.Skipped, "record did not change since the last run.", "records did not change since the last run.")
	}
	add(c.Faulty, "record has faults and is left untouched.", "records have faults and are left untouched.")
	add(c.Kept, "person left, and the policy keeps the entry.", "people left, and the policy keeps their entries.")
	add(c.Withheld, "disable or delete is withheld, because a key could not be read.", "disables or deletes are withheld, because a key could not be read.")
	add(c.Waiting, "reference waits for a record that is not known yet.", "references wait for records that are not known yet.")
	return said
}

func match(n int) string {
	if n == 1 {
		return "it matches."
	}
	return "all match."
}

func ofAll(n int, one, many string) string {
	if n == 1 {
		return "the only " + one
	}
	return "all " + count(n, one, many)
}

func entryNoun(t bridge.ObjectType) (one, many string) {
	switch t {
	case bridge.User:
		return "account", "accounts"
	case bridge.Mailbox:
		return "mailbox", "mailboxes"
	case bridge.Contact:
		return "contact", "contacts"
	case bridge.Group:
		return "group", "groups"
	}
	return "entry", "entries"
}

func people(p *bridge.Plan, n int) string {
	if p.Type == bridge.Group {
		return count(n, "group", "groups")
	}
	return count(n, "person", "people")
}

// next says what to do with the plan now, and the command for it; both are ""
// when there is nothing to do.
func next(p *bridge.Plan, state bridge.PlanState) (why, command string) {
	id := visible(p.ID)
	switch {
	case p.Counts.Changes == 0:
		return "", ""
	case p.Blocked() && (state == bridge.PlanBlocked || state == bridge.PlanReady || state == bridge.PlanWaiting):
		return "To release this one plan and leave the limit as it is", "muster approve " + id + ` --over-limit --reason "..."`
	case p.Blocked() && state == "":
		return "To release it, preview again with --save, look at the plan, and then", `muster approve PLAN --over-limit --reason "..."`
	case state == bridge.PlanReady, state == bridge.PlanApproved:
		return "To apply exactly this", "muster apply " + id
	case state == bridge.PlanWaiting:
		return "To approve exactly this", "muster approve " + id + ` --reason "..."`
	}
	return "", ""
}
