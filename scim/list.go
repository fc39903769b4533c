package scim

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// wish is what a listing asks for (RFC 7644, sections 3.4.2 and 3.4.3), as it
// stands in a URL or in the body of a search.
type wish struct {
	filter, sortBy, sortOrder string
	start, count              *int
	cursor                    *string // RFC 9865; "" asks for the first page
	attributes, excluded      []string
}

// get answers GET of one resource (RFC 7644, section 3.4.1).
func (rq *request) get() error {
	wanted, err := rq.projection()
	if err != nil {
		return err
	}
	p, err := rq.Store.Pushed(rq.Context(), rq.stream.name(), rq.pathID())
	if bridge.IsKind(err, bridge.NotFound) {
		now, err := rq.foundByID(rq.Context(), rq.stream, rq.pathID())
		if err != nil {
			return err
		}
		return rq.show(rq.stream, now.Pushed, wanted, statusOK)
	}
	if err != nil {
		return err
	}
	if rq.Header.Get("If-None-Match") != "" && matches(rq.Header.Get("If-None-Match"), p) {
		rq.answer.Header().Set("ETag", version(p))
		rq.answer.write(statusNotModified, nil)
		return nil
	}
	return rq.show(rq.stream, p, wanted, statusOK)
}

// matches says whether an If-Match or If-None-Match names the version; an absent
// one matches (RFC 9110, section 13.1). Weak and strong tags are the same here:
// the version changes with every change.
func matches(header string, p bridge.Pushed) bool {
	if header == "" {
		return true
	}
	current := strings.TrimPrefix(version(p), "W/")
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == current {
			return true
		}
	}
	return false
}

// list answers GET of an endpoint.
func (rq *request) list() error {
	w, err := rq.wishOfURL()
	if err != nil {
		return err
	}
	return rq.answerList(w, []*Stream{rq.stream})
}

// listAll answers GET of the root: resources of every type (RFC 7644, section 3.4.2.1).
func (rq *request) listAll() error {
	w, err := rq.wishOfURL()
	if err != nil {
		return err
	}
	return rq.answerList(w, rq.client.streams())
}

// search answers POST of an endpoint's .search (RFC 7644, section 3.4.3).
func (rq *request) search() error {
	w, err := rq.wishOfBody()
	if err != nil {
		return err
	}
	return rq.answerList(w, []*Stream{rq.stream})
}

// searchAll answers POST of the root's .search.
func (rq *request) searchAll() error {
	w, err := rq.wishOfBody()
	if err != nil {
		return err
	}
	return rq.answerList(w, rq.client.streams())
}

func (rq *request) wishOfURL() (wish, error) {
	query := rq.URL.Query()
	w := wish{filter: query.Get("filter"), sortBy: query.Get("sortBy"), sortOrder: query.Get("sortOrder"),
		attributes: query["attributes"], excluded: query["excludedAttributes"]}
	for name, into := range map[string]**int{"startIndex": &w.start, "count": &w.count} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return w, invalid(schema.InvalidValue, "%s is a whole number, not %q", name, excerpt(text))
		}
		*into = &n
	}
	if query.Has("cursor") {
		cursor := query.Get("cursor")
		w.cursor = &cursor
	}
	return w, nil
}

// searchURN names the body of a search (RFC 7644, section 3.4.3).
const searchURN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

func (rq *request) wishOfBody() (wish, error) {
	body, err := rq.read(rq.client.Bounds.Body)
	if err != nil {
		return wish{}, err
	}
	value, err := schema.Decode(body)
	if err != nil {
		return wish{}, err
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return wish{}, invalid(schema.InvalidSyntax, "a search is an object")
	}
	var sent struct {
		Schemas            []string
		Filter             string
		SortBy             string
		SortOrder          string
		StartIndex         *int
		Count              *int
		Cursor             *string
		Attributes         []string
		ExcludedAttributes []string
	}
	plain, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(plain, &sent)
	}
	if err != nil {
		return wish{}, invalid(schema.InvalidSyntax, "the search has a field of the wrong type: filter, sortBy, sortOrder and cursor are texts, startIndex and count numbers, the others lists")
	}
	if !slices.ContainsFunc(sent.Schemas, func(urn string) bool { return strings.EqualFold(urn, searchURN) }) {
		return wish{}, invalid(schema.InvalidSyntax, "schemas of a search is [%q]", searchURN)
	}
	return wish{filter: sent.Filter, sortBy: sent.SortBy, sortOrder: sent.SortOrder, start: sent.StartIndex, count: sent.Count,
		cursor: sent.Cursor, attributes: sent.Attributes, excluded: sent.ExcludedAttributes}, nil
}

// selection reads the wish for the resources of one type.
func (rq *request) selection(w wish, t *schema.Type) (s filter.Selection, err error) {
	s = filter.Selection{Start: 1, Count: rq.client.Bounds.Page}
	if w.filter != "" {
		if s.Where, err = filter.Parse(w.filter, t); err != nil {
			return s, err
		}
	}
	if w.sortBy != "" {
		place, err := filter.ParseSort(w.sortBy, t)
		if err != nil {
			return s, err
		}
		s.SortBy = &place
	}
	switch {
	case w.sortOrder == "" || strings.EqualFold(w.sortOrder, "ascending"):
	case strings.EqualFold(w.sortOrder, "descending"):
		s.Descending = true
	default:
		return s, invalid(schema.InvalidValue, "sortOrder is ascending or descending, not %q", excerpt(w.sortOrder))
	}
	if w.start != nil {
		s.Start = max(1, *w.start)
	}
	if w.count != nil {
		s.Count = min(max(0, *w.count), rq.client.Bounds.MaxPage)
	}
	if w.cursor != nil {
		s.Cursor = *w.cursor
	}
	return s, nil
}

// page is the answer to a listing in the making.
type page struct {
	total, start int
	next         string
	items        [][]byte
}

// answerList lists the streams one after another.
func (rq *request) answerList(w wish, streams []*Stream) error {
	if w.cursor != nil && len(streams) > 1 {
		return invalid("invalidCursor", "a cursor is of one resource type; ask /Users or /Groups")
	}
	p := &page{start: 1}
	for i, s := range streams {
		selection, err := rq.selection(w, s.Type)
		if err != nil {
			if len(streams) > 1 && unknownHere(err) {
				continue // the attribute is another type's
			}
			return err
		}
		wanted, err := s.projection(w.attributes, w.excluded)
		if err != nil {
			return err
		}
		if i == 0 || len(p.items) == 0 {
			p.start = selection.Start
		}
		selection.Start = max(1, p.start-p.total)
		selection.Count = max(0, selection.Count-len(p.items))
		if err := rq.fill(p, s, selection, wanted); err != nil {
			return err
		}
	}
	return rq.writePage(w, p)
}

func unknownHere(err error) bool {
	return problemOf(err, 0).scimType == filter.InvalidFilter
}

// fill adds a page of one stream.
func (rq *request) fill(p *page, s *Stream, selection filter.Selection, wanted schema.Projection) error {
	found, total, next, err := rq.selected(s, selection)
	if bridge.IsKind(err, bridge.Invalid) && selection.Cursor != "" {
		return invalid("invalidCursor", "the cursor is not one of this listing; begin again with an empty one")
	}
	if err != nil {
		return err
	}
	if total == 0 && selection.Where != nil && s.Applier.Flights.Lost() { // what is asked for may be one of these
		if err := rq.settle(rq.Context(), s); err != nil {
			return err
		}
		if found, total, next, err = rq.selected(s, selection); err != nil {
			return err
		}
	}
	if total == 0 && selection.Count > 0 {
		now, err := rq.found(rq.Context(), s, selection.Where)
		if err != nil {
			return err
		}
		if now != nil {
			found, total = []bridge.Pushed{now.Pushed}, 1
		}
	}
	p.total, p.next = p.total+total, next
	for _, one := range found {
		v, err := rq.look(rq.Context(), s, one, wanted)
		if err != nil {
			return err
		}
		text, err := v.render(wanted)
		if err != nil {
			return err
		}
		p.items = append(p.items, text)
	}
	return nil
}

// searchTime is for how long one request may look for resources. What an index
// finds takes a thousandth of it; a filter or an order without one looks at each
// resource, and a client may send many such at once.
const searchTime = 15 * time.Second

// selected returns a page of a stream, as the store's Select does.
func (rq *request) selected(s *Stream, selection filter.Selection) (page []bridge.Pushed, total int, next string, err error) {
	ctx, cancel := context.WithTimeout(rq.Context(), searchTime)
	defer cancel()
	page, total, next, err = rq.Store.Select(ctx, s.name(), s.Type, selection)
	if err != nil && ctx.Err() != nil && rq.Context().Err() == nil {
		err = invalid("tooMany", "it takes longer than %s to look for it among so many; ask by id, %s", searchTime, strings.Join(s.quick(), " or "))
	}
	return page, total, next, err
}

// quick are the attributes by which resources are found at once.
func (s *Stream) quick() []string {
	var names []string
	for _, of := range s.indexed() {
		names = append(names, of[1])
	}
	return names
}

// writePage writes a ListResponse (RFC 7644, section 3.4.2; RFC 9865, section 2).
func (rq *request) writePage(w wish, p *page) error {
	var b bytes.Buffer
	b.WriteString(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":` + strconv.Itoa(min(p.total, math.MaxInt32)))
	b.WriteString(`,"itemsPerPage":` + strconv.Itoa(len(p.items)))
	if w.cursor == nil {
		b.WriteString(`,"startIndex":` + strconv.Itoa(p.start))
	} else if p.next != "" {
		b.WriteString(`,"nextCursor":`)
		quote(&b, p.next)
	}
	b.WriteString(`,"Resources":[`)
	b.Write(bytes.Join(p.items, []byte{','}))
	b.WriteString(`]}`)
	rq.answer.write(statusOK, b.Bytes())
	return nil
}
