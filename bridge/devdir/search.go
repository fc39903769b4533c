package devdir

import (
	"context"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Scopes of RFC 4511 section 4.5.1.2.
const (
	scopeBase = iota
	scopeOne
	scopeSub
)

// query is a search request, read.
type query struct {
	base      string
	scope     int64
	sizeLimit int64
	filter    *ber.Packet
	selection selection
	lenient   bool // control: a range past the end is no error
	quiet     bool // control: no references
	names     []string
}

func (c *connection) readQuery(m *message) (*query, error) {
	op := m.op
	if len(op.Children) != 8 {
		return nil, errFilter
	}
	q := &query{base: text(child(op, 0)), filter: child(op, 6), lenient: m.control(oidNoRangeErr) != nil, quiet: m.control(oidDomainScope) != nil}
	var ok [2]bool
	q.scope, ok[0] = integer(child(op, 1))
	q.sizeLimit, ok[1] = integer(child(op, 3))
	if !ok[0] || !ok[1] || q.scope > scopeSub || q.scope < 0 || q.sizeLimit < 0 {
		return nil, errFilter
	}
	for _, n := range child(op, 7).Children {
		q.names = append(q.names, text(n))
	}
	q.selection = c.selection(q.names, boolean(child(op, 5)))
	return q, nil
}

// search answers with the entries, the references and the result (RFC 4511 section 4.5).
func (c *connection) search(ctx context.Context, m *message, fault *armed) [][]byte {
	q, err := c.readQuery(m)
	if err != nil {
		return c.reply(m, tagSearchDone, err)
	}
	if q.base == "" && q.scope == scopeBase {
		return append(c.rootDSE(m, q), c.reply(m, tagSearchDone, nil)...)
	}
	if c.identity() == nil {
		return c.reply(m, tagSearchDone, notBound())
	}
	c.Directory.mu.RLock()
	defer c.Directory.mu.RUnlock()
	base, err := c.find(q.base)
	if err != nil {
		return c.reply(m, tagSearchDone, err)
	}
	if p := m.control(oidPaged); p != nil {
		return c.page(ctx, m, q, base, p.value, fault)
	}
	found, err := c.matching(ctx, q, base)
	if err != nil {
		return c.reply(m, tagSearchDone, err)
	}
	limit := c.limit(q, fault)
	var full error
	if len(found) > limit {
		found, full = found[:limit], &refusal{code: rcSizeLimit, text: "00002023: SvcErr: DSID-031A1202, problem 5010 (SIZE_LIMIT), data 0\n\x00"}
	} else if fault != nil && fault.Do.kind == effectSizeLimit {
		full = &refusal{code: rcSizeLimit}
	}
	answer, err := c.entries(m, q, found)
	if err == nil {
		answer, err = append(answer, c.references(m, q, base)...), full
	}
	return append(answer, c.reply(m, tagSearchDone, err)...)
}

func notBound() *refusal {
	return &refusal{code: rcOperations, text: "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v4563\x00"}
}

// limit gives how many entries one answer may hold.
func (c *connection) limit(q *query, fault *armed) int {
	limit := c.opt.MaxPageSize
	if q.sizeLimit > 0 {
		limit = min(limit, int(q.sizeLimit))
	}
	if fault != nil && fault.Do.kind == effectSizeLimit {
		limit = min(limit, fault.Do.code)
	}
	return limit
}

// matching finds the entries, by an index if one knows them, else by walking the tree.
func (c *connection) matching(ctx context.Context, q *query, base *entry) ([]*entry, error) {
	f, err := c.compile(q.filter)
	if err != nil {
		return nil, err
	}
	var found []*entry
	if candidates, ok := f.narrow(c.Directory); ok && q.scope != scopeBase {
		for _, e := range candidates {
			if inScope(e, base, q.scope) && f.matches(c.Directory, e) {
				found = append(found, e)
			}
		}
		return found, nil
	}
	for e := range c.scope(base, q.scope) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if f.matches(c.Directory, e) {
			found = append(found, e)
		}
	}
	return found, nil
}

func inScope(e, base *entry, scope int64) bool {
	if scope == scopeOne {
		return e.parent == base && !e.isNC
	}
	return e.under(base)
}

func (d *Directory) scope(base *entry, scope int64) func(yield func(*entry) bool) {
	switch scope {
	case scopeBase:
		return func(yield func(*entry) bool) { yield(base) }
	case scopeOne:
		return func(yield func(*entry) bool) {
			for _, kid := range base.kids {
				if !kid.isNC && !yield(kid) {
					return
				}
			}
		}
	}
	return d.subtree(base)
}

func (c *connection) entries(m *message, q *query, found []*entry) ([][]byte, error) {
	answer := make([][]byte, 0, len(found)+1)
	for _, e := range found {
		attributes, err := c.show(e, q.selection, q.lenient)
		if err != nil {
			return answer, err
		}
		answer = append(answer, envelope(m.id, searchEntry(e.dn(), attributes), nil))
	}
	return answer, nil
}

// references names the naming contexts below the base that the search did not enter.
func (c *connection) references(m *message, q *query, base *entry) [][]byte {
	if q.quiet || q.scope == scopeBase {
		return nil
	}
	var list [][]byte
	for _, kid := range base.kids {
		if kid.isNC {
			url := "ldaps://" + c.domain + "/" + strings.ReplaceAll(kid.dn(), " ", "%20")
			list = append(list, envelope(m.id, searchReference(url), nil))
		}
	}
	return list
}
