package devdir

import (
	"context"
	"encoding/binary"
	"slices"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// openPages is how many paged searches one connection may have open; the oldest is
// forgotten for a newer one.
const openPages = 10

// pages are the paged searches of one connection (RFC 2696).
type pages struct {
	last uint64
	open []pageSet
}

type pageSet struct {
	cookie uint64
	of     string // the request, which must stay the same
	rest   []*entry
	total  int
}

// page answers one page. A cookie is good once, on its own connection.
func (c *connection) page(ctx context.Context, m *message, q *query, base *entry, value []byte, fault *armed) [][]byte {
	size, cookie, ok := readPageControl(value)
	if !ok {
		return c.reply(m, tagSearchDone, pageError())
	}
	if size == 0 && cookie == "" {
		return c.reply(m, tagSearchDone, &refusal{code: rcOperations, text: "a page has at least one entry"})
	}
	set, err := c.openPage(ctx, q, base, m, cookie)
	if err != nil {
		return c.reply(m, tagSearchDone, err)
	}
	set.rest = slices.DeleteFunc(set.rest, func(e *entry) bool { return e.gone })
	n := min(size, c.opt.MaxPageSize, len(set.rest), c.limit(q, fault))
	answer, err := c.entries(m, q, set.rest[:n])
	if cookie == "" && err == nil {
		answer = append(answer, c.references(m, q, base)...)
	}
	set.rest = set.rest[n:]
	done := ""
	switch {
	case err != nil:
	case fault != nil && fault.Do.kind == effectSizeLimit, q.sizeLimit > 0 && int(q.sizeLimit) < size && len(set.rest) > 0:
		err = &refusal{code: rcSizeLimit}
	case len(set.rest) > 0 && size > 0:
		done = c.keepPage(set)
	}
	controls := []control{{oid: oidPaged, value: pageControl(set.total, done)}}
	return append(answer, envelope(m.id, result(tagSearchDone, err), controls))
}

func pageError() *refusal {
	return &refusal{code: rcCriticalExtension, text: "00000057: LdapErr: DSID-0C090792, comment: Error processing control, data 0, v4563\x00"}
}

func (c *connection) openPage(ctx context.Context, q *query, base *entry, m *message, cookie string) (pageSet, error) {
	of := string(m.op.Bytes())
	if cookie == "" {
		found, err := c.matching(ctx, q, base)
		return pageSet{of: of, rest: slices.Clone(found), total: len(found)}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.pages.open, func(s pageSet) bool {
		return len(cookie) == 8 && s.cookie == binary.BigEndian.Uint64([]byte(cookie)) && s.of == of
	})
	if i < 0 {
		return pageSet{}, pageError()
	}
	set := c.pages.open[i]
	c.pages.open = slices.Delete(c.pages.open, i, i+1)
	return set, nil
}

func (c *connection) keepPage(set pageSet) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages.last++
	set.cookie = c.pages.last
	if len(c.pages.open) == openPages {
		c.pages.open = slices.Delete(c.pages.open, 0, 1)
	}
	c.pages.open = append(c.pages.open, set)
	return string(binary.BigEndian.AppendUint64(nil, set.cookie))
}

func readPageControl(value []byte) (size int, cookie string, ok bool) {
	if checkShape(value) != nil {
		return 0, "", false
	}
	p, err := ber.DecodePacketErr(value)
	if err != nil || len(p.Children) != 2 {
		return 0, "", false
	}
	n, ok := integer(p.Children[0])
	return int(min(n, 1<<20)), text(p.Children[1]), ok && n >= 0
}

func pageControl(total int, cookie string) []byte {
	p := ber.NewSequence("")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, total, ""))
	p.AppendChild(octets(cookie))
	return p.Bytes()
}
