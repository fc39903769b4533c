package devdir

import (
	"slices"
	"strconv"
	"time"
)

// change is one write operation under the directory's lock. Every step is undone
// if a later one is refused: a modify is atomic (RFC 4511 section 4.6).
type change struct {
	*Directory
	now  time.Time
	usn  int64
	undo []func()

	secure     bool    // the connection is encrypted
	permissive bool    // control: adding what is there and removing what is not are no errors
	dated      bool    // the request sets pwdLastSet itself
	limited    bool    // a delegate asks, not an administrator
	furnishing bool    // the directory makes its own entries
	password   *string // a new one, to be held to the policy
	before     []held  // values as they were, for rules about transitions
}

func (d *Directory) begin() *change {
	d.usn++
	return &change{Directory: d, now: d.opt.Now().UTC(), usn: d.usn}
}

func (c *change) rollback() {
	for _, f := range slices.Backward(c.undo) {
		f()
	}
}

// set replaces the values of an attribute and keeps the indexes.
func (c *change) set(e *entry, a *attribute, values ...string) {
	old := e.values(a)
	if a.name == "groupType" || a.name == "primaryGroupID" {
		c.before = append(c.before, held{a, old})
	}
	c.put(e, a, values)
	c.undo = append(c.undo, func() { c.put(e, a, old) })
}

func (c *change) put(e *entry, a *attribute, values []string) {
	i := slices.IndexFunc(e.held, func(h held) bool { return h.attr == a })
	if a.index != nil && i >= 0 {
		a.index.drop(e, e.held[i].values)
	}
	switch {
	case i < 0 && len(values) > 0:
		e.held = append(e.held, held{a, values})
	case i >= 0 && len(values) > 0:
		e.held[i].values = values
	case i >= 0:
		e.held = slices.Delete(e.held, i, i+1)
	}
	if a.index != nil {
		a.index.add(e, values)
	}
}

func (c *change) setByName(e *entry, name string, values ...string) {
	c.set(e, c.schema.attribute(name), values...)
}

func (c *change) link(e *entry, a *attribute, target *entry) {
	linkInto(&e.links, a, target)
	linkInto(&target.back, a, e)
	c.undo = append(c.undo, func() {
		unlinkFrom(&e.links, a, target)
		unlinkFrom(&target.back, a, e)
	})
}

func (c *change) unlink(e *entry, a *attribute, target *entry) {
	unlinkFrom(&e.links, a, target)
	unlinkFrom(&target.back, a, e)
	c.undo = append(c.undo, func() {
		linkInto(&e.links, a, target)
		linkInto(&target.back, a, e)
	})
}

// attach hangs e below parent under a name that the caller found free.
func (c *change) attach(e, parent *entry, name rdn) {
	c.hang(e, parent, name)
	c.undo = append(c.undo, func() { c.unhang(e) })
}

func (c *change) detach(e *entry) {
	parent, name := e.parent, e.name
	c.unhang(e)
	c.undo = append(c.undo, func() { c.hang(e, parent, name) })
}

func (d *Directory) hang(e, parent *entry, name rdn) {
	e.parent, e.name = parent, name
	if parent.byKey == nil {
		parent.byKey = map[string]*entry{}
	}
	parent.kids = append(parent.kids, e)
	parent.byKey[name.key()] = e
	d.schema.attribute("name").index.add(e, []string{name.value})
}

func (d *Directory) unhang(e *entry) {
	p := e.parent
	delete(p.byKey, e.name.key())
	i := slices.Index(p.kids, e)
	p.kids = slices.Delete(p.kids, i, i+1)
	e.parent = nil
	d.schema.attribute("name").index.drop(e, []string{e.name.value})
}

// enroll makes e known by its GUID.
func (c *change) enroll(e *entry) {
	c.byGUID[e.guid] = e
	c.undo = append(c.undo, func() { delete(c.byGUID, e.guid) })
}

func (c *change) strike(e *entry) {
	delete(c.byGUID, e.guid)
	e.gone = true
	c.undo = append(c.undo, func() { c.byGUID[e.guid], e.gone = e, false })
}

func (c *change) setSecret(e *entry, s secret) {
	old := e.secret
	e.secret = s
	c.undo = append(c.undo, func() { e.secret = old })
}

// touch stamps an entry as changed now.
func (c *change) touch(e *entry) {
	c.setByName(e, "whenChanged", generalizedTime(c.now))
	c.setByName(e, "uSNChanged", strconv.FormatInt(c.usn, 10))
}

// index finds entries by the folded value of one attribute.
type index struct {
	key func(string) string
	at  map[string][]*entry
}

func (x *index) add(e *entry, values []string) {
	for _, v := range values {
		k := x.key(v)
		x.at[k] = append(x.at[k], e)
	}
}

func (x *index) drop(e *entry, values []string) {
	for _, v := range values {
		k := x.key(v)
		i := slices.Index(x.at[k], e)
		if len(x.at[k]) == 1 {
			delete(x.at, k)
			continue
		}
		x.at[k] = slices.Delete(x.at[k], i, i+1)
	}
}

// numberBefore is a number as it was before this change; known is false if the
// change did not touch it or it had no value.
func (c *change) numberBefore(name string) (n int64, known bool) {
	for _, h := range c.before {
		if h.attr.name == name && len(h.values) > 0 {
			n, err := strconv.ParseInt(h.values[0], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
