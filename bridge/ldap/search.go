package ldap

import (
	"context"
	"iter"
	"slices"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// Raw is an entry as the server sent it.
type Raw = goldap.Entry

// Search is one search. It never follows a referral: the other server may be
// reached in clear text, with the password.
type Search struct {
	Base       string
	Below      bool // the whole subtree, not only the entry at Base
	Filter     string
	Attributes []string
}

func (s Search) request(controls ...goldap.Control) *goldap.SearchRequest {
	scope := goldap.ScopeBaseObject
	if s.Below {
		scope = goldap.ScopeWholeSubtree
	}
	if s.Filter == "" {
		s.Filter = anything
	}
	if len(s.Attributes) == 0 {
		s.Attributes = []string{"1.1"}
	}
	return goldap.NewSearchRequest(s.Base, scope, goldap.NeverDerefAliases, 0, 0, false, s.Filter, s.Attributes, controls)
}

// readControls are sent with every search, if the server knows them.
func (p *Pool) readControls() []goldap.Control {
	if p.root.Supports(ControlDomainScope) {
		return []goldap.Control{Control{OID: ControlDomainScope, Critical: true}}
	}
	return nil
}

// Search returns everything that a search for few entries finds; Pages is for many.
func (p *Pool) Search(ctx context.Context, s Search) ([]*Raw, error) {
	if !s.Below {
		return p.atMost(ctx, s, 0)
	}
	var out []*Raw
	for raw, err := range p.Pages(ctx, s) {
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	return out, nil
}

// atMost returns at most so many entries, 0 = all, in one request without pages.
func (p *Pool) atMost(ctx context.Context, s Search, limit int) ([]*Raw, error) {
	var found *goldap.SearchResult
	request := s.request(p.readControls()...)
	request.SizeLimit = limit
	err := p.read(ctx, "search", func(c *goldap.Conn) (err error) {
		found, err = c.Search(request)
		if limit > 0 && goldap.IsErrorWithCode(err, goldap.LDAPResultSizeLimitExceeded) && len(found.Entries) >= limit {
			return nil // more than was wanted is an answer
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(found.Referrals) > 0 {
		return nil, referred()
	}
	if limit > 0 && len(found.Entries) > limit {
		return found.Entries[:limit], nil
	}
	return found.Entries, nil
}

// Pages yields everything that a search finds, a page at a time on one
// connection, because the cookie that leads to the next page belongs to it. The
// error is of kind Unavailable if the answer is incomplete.
func (p *Pool) Pages(ctx context.Context, s Search) iter.Seq2[*Raw, error] {
	return func(yield func(*Raw, error) bool) {
		c, found, err := p.firstPage(ctx, s)
		if err != nil {
			yield(nil, err)
			return
		}
		stop := context.AfterFunc(ctx, c.cut)
		whole := p.pages(ctx, c, s, found, yield)
		p.give(c, !stop() || !whole)
	}
}

// firstPage reads the first page, on a new connection if the old one turns out
// to be dead: later the read cannot be begun again. The connection does not
// count against those in use, so that the caller may ask for more meanwhile.
func (p *Pool) firstPage(ctx context.Context, s Search) (*conn, *goldap.SearchResult, error) {
	for second := false; ; second = true {
		c, err := p.take(ctx)
		if err != nil {
			return nil, nil, p.answer(ctx, err, "list entries")
		}
		stop := context.AfterFunc(ctx, c.cut)
		found, err := c.ldap.Search(s.request(p.pageControls(nil)...))
		if stop() && err == nil {
			return c, found, nil
		}
		p.give(c, true)
		if second || ctx.Err() != nil || !isDoubtful(err) || isRequestTimeout(err) {
			return nil, nil, p.answer(ctx, err, "list entries")
		}
	}
}

func (p *Pool) pageControls(cookie []byte) []goldap.Control {
	if !p.root.Supports(ControlPaging) {
		return p.readControls()
	}
	return append(p.readControls(), paging(p.set.PageSize, cookie))
}

// pages says whether the connection may be used again: not if a page is left open.
func (p *Pool) pages(ctx context.Context, c *conn, s Search, found *goldap.SearchResult, yield func(*Raw, error) bool) bool {
	for {
		if len(found.Referrals) > 0 {
			yield(nil, referred())
			return false
		}
		next, answered := pageCookie(found.Controls)
		if p.root.Supports(ControlPaging) && !answered {
			yield(nil, bridge.Errorf(bridge.Unavailable, "the directory did not say whether there are more entries, so the list is incomplete"))
			return false
		}
		for i, raw := range found.Entries {
			found.Entries[i] = nil
			if !yield(raw, nil) {
				return len(next) == 0
			}
		}
		if len(next) == 0 {
			return true
		}
		var err error
		if found, err = c.ldap.Search(s.request(p.pageControls(slices.Clone(next))...)); err != nil {
			yield(nil, p.answer(ctx, err, "list entries"))
			return false
		}
	}
}

func referred() error {
	return bridge.Errorf(bridge.Unavailable, "the directory refers to another server for a part of what was asked, so the answer is incomplete; set the containers to what this server holds")
}
