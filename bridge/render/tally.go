package render

import (
	"context"
	"maps"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// tally counts the actions of a plan without its containers, which a plan
// counts among its creates.
type tally struct {
	actions    map[bridge.Action]int
	containers int
}

// tallyOf reads no further than the stage of the containers, which is the first.
func tallyOf(ctx context.Context, p *bridge.Plan) (tally, error) {
	t := tally{actions: maps.Clone(p.Counts.Actions)}
	if t.actions[bridge.Create] == 0 {
		return t, nil
	}
	for c, err := range p.Changes.All(ctx) {
		if err != nil {
			return tally{}, err
		}
		if c.Stage > bridge.Containers {
			break
		}
		if c.Type == bridge.OrgUnit && c.Has(bridge.Create) {
			t.containers++
		}
	}
	t.actions[bridge.Create] = max(t.actions[bridge.Create]-t.containers, 0)
	return t, nil
}

// whatSentence says what a plan would do: "12 accounts will be created, 3 disabled."
func (t tally) whatSentence(p *bridge.Plan) string {
	one, many := entryNoun(p.Type)
	var parts []string
	for _, a := range bridge.AllActions() {
		n := t.actions[a]
		switch l := lookOf(a); {
		case n == 0:
		case l.members && len(parts) == 0:
			parts = append(parts, count(n, "member", "members")+" "+l.first)
		case l.members:
			parts = append(parts, count(n, "member", "members")+" "+l.next)
		case len(parts) == 0:
			parts = append(parts, count(n, one, many)+" "+l.first)
		default:
			parts = append(parts, thousands(n)+" "+l.next)
		}
	}
	switch {
	case t.containers > 0 && len(parts) == 0:
		parts = append(parts, count(t.containers, "container", "containers")+" will be created")
	case t.containers > 0:
		parts = append(parts, count(t.containers, "container", "containers")+" created for them")
	case len(parts) == 0 && p.Counts.Changes == 0:
		parts = append(parts, "nothing will change")
	case len(parts) == 0:
		parts = append(parts, count(p.Counts.Changes, "change", "changes"))
	}
	return strings.Join(parts, ", ") + "."
}

// summary is the one line that counts everything.
func (t tally) summary(p *bridge.Plan) string {
	var todo []string
	for _, a := range []bridge.Action{bridge.Create, bridge.Adopt, bridge.Update, bridge.Rename, bridge.Move, bridge.Enable,
		bridge.DisableEntry, bridge.DeleteEntry, bridge.AddMembers, bridge.RemoveMembers} {
		n, l := t.actions[a], lookOf(a)
		switch {
		case l.members && n > 0:
			todo = append(todo, count(n, "member", "members")+" "+l.todo)
		case n > 0 || always(a, p.Type):
			todo = append(todo, thousands(n)+" "+l.todo)
		}
	}
	if t.containers > 0 {
		todo = append(todo, count(t.containers, "container", "containers")+" to create")
	}
	return "Plan: " + strings.Join(todo, ", ") + "; " + strings.Join(rest(p.Counts), ", ") + "."
}

// rest counts what a plan leaves as it is.
func rest(c bridge.Counts) []string {
	out := []string{thousands(c.Same) + " the same"}
	add := func(n int, text string) {
		if n > 0 {
			out = append(out, text)
		}
	}
	add(c.Skipped, thousands(c.Skipped)+" unchanged since the last run")
	add(c.Excluded, thousands(c.Excluded)+" not selected")
	add(c.Faulty, count(c.Faulty, "row", "rows")+" with faults")
	add(c.Waiting, count(c.Waiting, "reference", "references")+" waiting")
	add(c.Kept, thousands(c.Kept)+" kept by policy")
	add(c.Withheld, thousands(c.Withheld)+" withheld")
	add(c.Secrets, count(c.Secrets, "password", "passwords")+" to generate")
	return out
}

// always says whether the summary names an action even when there is none of it.
func always(a bridge.Action, t bridge.ObjectType) bool {
	switch a {
	case bridge.Create, bridge.Update, bridge.DeleteEntry:
		return true
	case bridge.DisableEntry:
		return t == bridge.User || t == bridge.Mailbox
	}
	return false
}
