package bridge

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Planner thinks of what has to change in a destination so that it agrees with
// the records of one connection. It holds a Reader: it has nothing to write with.
type Planner struct {
	Connection *Connection
	Identity   string // what the destination says it is
	Reader     Reader
	Memory     Memory
	Now        func() time.Time
	Progress   *Progress       // counts records as they are planned; may be nil
	Containers *SeenContainers // seen shortly before; nil: each plan looks itself
	Trusting   bool            // the name of a new entry is not looked up: the destination refuses one that is taken
	Notes      []Finding       // about the source as a whole; they open the plan's findings
}

// All plans a whole source: every record, and the absence of those that have a
// Link and no record. Records are read a little ahead and never all held. An
// error of the source or of the destination ends it without a plan, because half
// a source must never look like mass departure, nor half a directory like absence.
func (p *Planner) All(ctx context.Context, records iter.Seq2[Record, error], compare Compare) (*Plan, error) {
	g := p.begin(ctx, compare)
	var err error
	if g.lastRows, err = p.Memory.LastRows(ctx, p.Connection.Name); err != nil {
		return nil, err
	}
	source := readAhead(records)
	defer source.close()
	if g.view, err = g.openView(ctx, compare); err != nil {
		return nil, err
	}
	for batch := range source.batches {
		for i := range batch {
			if err := cmp.Or(batch[i].err, ctx.Err()); err != nil {
				return nil, err
			}
			g.read(batch[i].Key, batch[i].row)
			if err := g.record(ctx, batch[i].Record, batch[i].row); err != nil {
				return nil, err
			}
		}
	}
	if err := g.leavers(ctx); err != nil {
		return nil, err
	}
	return g.finish(ctx)
}

// One plans a single record, through the same rules as All. It says nothing
// about the records it was not given.
func (p *Planner) One(ctx context.Context, record Record) (*Plan, error) {
	g := p.begin(ctx, Full) // without the rows of the last read: one record is no measure of the source
	g.view, g.single = &liveView{planning: g}, true
	if record.Edit != nil || record.Gone {
		g.query = g.query.without(p.Connection.Template.Members) // whatever a group's size
	}
	row := record.Row.Digest()
	g.read(record.Key, row)
	var err error
	if record.Gone {
		err = g.gone(ctx, record)
	} else {
		err = g.selected(ctx, record, row)
	}
	if err != nil {
		return nil, err
	}
	return g.finish(ctx)
}

// selected plans a single record. One that the connection no longer selects is
// handled like one that left.
func (g *planning) selected(ctx context.Context, record Record, row digest) error {
	if err := g.record(ctx, record, row); err != nil {
		return err
	}
	if link := g.links[record.Key]; link != nil && link.excluded && link.EntryID != "" && link.State == Live {
		return g.leaver(ctx, link)
	}
	return nil
}

// planning is one plan in the making.
type planning struct {
	*Planner
	now     time.Time
	compare Compare
	view    view
	plan    *Plan
	changes *changeBuffer
	query   Query // what is read of each entry

	links      map[string]*linkNote   // of this connection, by record key
	owners     map[string]entryOwner  // of the whole destination, by entry ID
	names      map[Reservation]string // unique values taken in this plan, with the key that took them
	places     map[spot]string        // names taken in this plan, with the key that took them
	taken      map[string]string      // entry ID to the record key that plans it
	planned    map[string]plannedEntry
	dropped    map[string]bool   // records whose changes must not stand
	containers map[string]bool   // canonical DN to whether it exists
	missing    map[string]string // containers to create, by canonical DN
	pending    []pendingReferences
	members    *memberIndex
	foreseen   map[question]reply
	single     bool   // one record is planned: what it names is looked up, not listed
	keyless    bool   // a record's key could not be read
	sum        digest // of all rows read
	lastRows   int
}

// digest is what mapping.Row.Digest returns.
type digest = [sha256.Size]byte

// linkNote is a Link with what this plan saw of its record.
type linkNote struct {
	Link
	present  bool
	excluded bool
}

type entryOwner struct{ connection, key string }

// plannedEntry is the entry that a record of this plan becomes or already is.
type plannedEntry struct {
	entryID string // "" when the plan creates it
	dn      string
}

func (p *Planner) begin(ctx context.Context, compare Compare) *planning {
	c := p.Connection
	g := &planning{
		Planner: p, now: p.Now(), compare: compare, changes: &changeBuffer{},
		links: map[string]*linkNote{}, owners: map[string]entryOwner{}, names: map[Reservation]string{},
		places: map[spot]string{}, taken: map[string]string{}, planned: map[string]plannedEntry{},
		dropped: map[string]bool{}, containers: map[string]bool{}, missing: map[string]string{},
	}
	g.plan = &Plan{
		FormatVersion: FormatVersion, ID: newPlanID(g.now), Connection: c.Name, Revision: c.Revision,
		Destination: c.Destination, Identity: p.Identity, Type: c.Type, Now: g.now,
		Author: ActorFrom(ctx).Name, Compare: compare, Counts: Counts{Actions: map[Action]int{}}, Origins: map[string]Origin{}, Findings: slices.Clone(p.Notes),
	}
	g.query = c.query()
	return g
}

// newPlanID returns an id that sorts by time and is short enough to type the
// beginning of.
func newPlanID(now time.Time) string {
	return "p" + now.UTC().Format("060102-150405") + "-" + uuid.NewString()[:4]
}

// read counts a record and adds it to the digest of the source. The digest is
// a sum, so that the order of rows does not matter.
func (g *planning) read(key string, row digest) {
	g.plan.Source.Rows++
	g.Progress.Add(1)
	var start [128]byte
	sum := sha256.Sum256(append(append(append(start[:0], key...), 0), row[:]...))
	carry := 0
	for i := len(sum) - 1; i >= 0; i-- {
		carry += int(g.sum[i]) + int(sum[i])
		g.sum[i] = byte(carry)
		carry >>= 8
	}
}

// mark identifies a record as it would be applied now: its row, the revision of
// the connection and, where the rules read the clock, the day.
func (g *planning) mark(row digest) string {
	var start [128]byte
	b := append(append(start[:0], row[:]...), g.Connection.Revision...)
	if g.Connection.Mapping.ReadsClock() {
		b = g.now.In(g.Connection.Mapping.Zone()).AppendFormat(b, time.DateOnly)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// finding notes a finding of a record.
func (g *planning) finding(r Record, f Finding) {
	f.Key = r.Key
	f.Where = cmp.Or(f.Where, r.Where)
	g.plan.Findings = append(g.plan.Findings, f)
}

// fault notes why a record is left untouched.
func (g *planning) fault(r Record, code, attribute, message, hint string) {
	g.plan.Counts.Faulty++
	g.finding(r, Finding{Severity: Fault, Code: code, Attribute: attribute, Message: message, Hint: hint})
}

// finish puts the changes in order, counts them, holds the limits against them
// and seals the plan with its hash.
func (g *planning) finish(ctx context.Context) (*Plan, error) {
	if err := g.settleReferences(ctx); err != nil {
		return nil, err
	}
	if err := g.planContainers(ctx); err != nil {
		return nil, err
	}
	p := g.plan
	g.changes.drop(g.dropped)
	g.changes.sort()
	if err := g.count(ctx); err != nil {
		return nil, err
	}
	p.Marks = slices.DeleteFunc(p.Marks, func(m Mark) bool { return g.dropped[m.Key] })
	p.Source.Digest = hex.EncodeToString(g.sum[:])
	p.Verdicts = verdicts(g.Connection.Limits, p.Counts, p.Population, p.Source.Rows, g.lastRows)
	if len(p.Counts.Actions) == 0 {
		p.Counts.Actions = nil
	}
	p.Changes = g.changes
	p.Hash = g.changes.hash(p)
	return p, nil
}

// count tallies the changes by action. References of an entry that the same
// plan creates belong to its creation and are not counted as updates.
func (g *planning) count(ctx context.Context) error {
	counts := &g.plan.Counts
	for c, err := range g.changes.All(ctx) {
		if err != nil {
			return err
		}
		counts.Changes++
		counts.Secrets += len(c.Generate)
		if c.completes() {
			continue
		}
		for _, a := range c.Actions {
			counts.Actions[a] += c.Weight(a)
		}
	}
	return nil
}

// Weight says how much a change counts against the limit of an action: members
// one by one, everything else once. What only completes a creation is part of it.
func (c *Change) Weight(a Action) int {
	if c.completes() {
		return 0
	}
	if a != AddMembers && a != RemoveMembers {
		return 1
	}
	n := 0
	for _, m := range c.Members {
		if m.Remove == (a == RemoveMembers) {
			n++
		}
	}
	return n
}
