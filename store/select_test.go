package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
	"github.com/muster-idm/muster/store"
)

func userType() *schema.Type { return schema.User(schema.Enterprise()) }

func groupType() *schema.Type { return schema.Group() }

// selected returns the ids of the users, by pages of an index.
func selected(t testing.TB, s *store.Store, count int) (ids []string) {
	t.Helper()
	for total := 1; len(ids) < total; {
		page, n, _, err := s.Select(t.Context(), users, userType(), filter.Selection{Start: len(ids) + 1, Count: count})
		must(t, err)
		total = n
		for _, p := range page {
			ids = append(ids, p.ID)
		}
		if len(page) == 0 {
			break
		}
	}
	return ids
}

// drawn is a directory of few values, so that filters match some of it.
type drawn struct {
	id      string
	doc     map[string]any
	created time.Time
}

var drawnNames = []string{"Ada", "ada lovelace", "ÄDA", "Bob", "bo", "Straße", "zoë", `O"Neil`, "\U0010FFFF"}

// history is one drawn directory: a stream of its own in a store of all.
type history struct {
	*store.Store
	stream string
	all    []drawn
}

func (h *history) id(n int) string { return fmt.Sprintf("%s-%03d", h.stream, n) }

func (h *history) drawUser(r *rapid.T, n int) {
	pick := func(label string) string { return rapid.SampledFrom(drawnNames).Draw(r, label) }
	d := drawn{id: h.id(n), created: time.Unix(1_700_000_000+int64(rapid.IntRange(0, 5).Draw(r, "created")), 0).UTC()}
	body := map[string]any{"userName": fmt.Sprint(pick("userName"), n%7), "active": rapid.Bool().Draw(r, "active")}
	for _, name := range []string{"externalId", "displayName", "title"} {
		if rapid.Bool().Draw(r, name+" there") {
			body[name] = pick(name)
		}
	}
	var emails []any
	for range rapid.IntRange(0, 2).Draw(r, "emails") {
		emails = append(emails, map[string]any{"value": pick("email"), "type": rapid.SampledFrom([]string{"work", "home"}).Draw(r, "type"), "primary": rapid.Bool().Draw(r, "primary")})
	}
	if emails != nil {
		body["emails"] = emails
	}
	const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	if rapid.Bool().Draw(r, "manager there") {
		body[enterprise] = map[string]any{"manager": map[string]any{"value": pick("manager")}}
	}
	text, err := json.Marshal(body)
	if err != nil {
		r.Fatal(err)
	}
	modified := d.created.Add(time.Duration(rapid.IntRange(0, 3).Draw(r, "modified")) * time.Millisecond)
	p := bridge.Pushed{ID: d.id, Connection: h.stream, State: bridge.PushedKept, Version: 1, Created: d.created, Modified: modified, Body: text}
	p.Account = rapid.SampledFrom([]bridge.AccountState{"", bridge.Enabled, bridge.Disabled}).Draw(r, "account")
	for _, path := range []string{"userName", "externalId", "displayName", "emails.value", enterprise + ":manager.value"} {
		place, ok := userType().Locate(path)
		if !ok {
			r.Fatal(path)
		}
		for _, v := range place.Values(body) {
			name := path
			if path == enterprise+":manager.value" {
				name = "manager"
			}
			p.Terms = append(p.Terms, bridge.Term{Name: name, Value: filter.Fold(place, v.(string))})
		}
	}
	if rapid.IntRange(0, 9).Draw(r, "gone") == 0 {
		p.State = bridge.PushedGone
	}
	if err := h.Keep(r.Context(), bridge.Push{Record: p}); err != nil {
		r.Fatal(err)
	}
	if p.State == bridge.PushedGone {
		return
	}
	d.doc = body
	d.doc["id"] = p.ID
	d.doc["meta"] = map[string]any{"resourceType": "User", "created": p.Created.Format(time.RFC3339Nano), "lastModified": p.Modified.Format(time.RFC3339Nano), "version": `W/"1"`}
	if p.Account != "" {
		d.doc["active"] = p.Account == bridge.Enabled
	}
	h.all = append(h.all, d)
}

func (h *history) drawFilter(r *rapid.T, depth int) string {
	quoted := func() string {
		text := rapid.SampledFrom(append(drawnNames, "a", "AD", "b", "zz", "Bob3", "")).Draw(r, "value")
		out, err := json.Marshal(text)
		if err != nil {
			r.Fatal(err)
		}
		return string(out)
	}
	if depth > 0 {
		switch rapid.IntRange(0, 5).Draw(r, "shape") {
		case 0, 1:
			word := rapid.SampledFrom([]string{"and", "or"}).Draw(r, "word")
			return "(" + h.drawFilter(r, depth-1) + " " + word + " " + h.drawFilter(r, depth-1) + ")"
		case 2:
			return "not (" + h.drawFilter(r, depth-1) + ")"
		}
	}
	op := rapid.SampledFrom([]string{"eq", "eq", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"}).Draw(r, "op")
	switch rapid.IntRange(0, 9).Draw(r, "attribute") {
	case 0:
		return fmt.Sprintf(`id eq %q`, h.id(rapid.IntRange(0, 40).Draw(r, "id")))
	case 1:
		order := rapid.SampledFrom([]string{"eq", "ne", "gt", "ge", "lt", "le"}).Draw(r, "order")
		at := time.Unix(1_700_000_000+int64(rapid.IntRange(0, 5).Draw(r, "at")), 0).UTC().Format(time.RFC3339)
		return fmt.Sprintf(`meta.%s %s "%s"`, rapid.SampledFrom([]string{"created", "lastModified"}).Draw(r, "instant"), order, at)
	case 2:
		return "active eq " + rapid.SampledFrom([]string{"true", "false"}).Draw(r, "active")
	case 3:
		return rapid.SampledFrom([]string{"externalId", "emails", "displayName", "title", "manager"}).Draw(r, "present") + " pr"
	case 4:
		return fmt.Sprintf(`emails[type eq "work" and value %s %s]`, op, quoted())
	case 5:
		return fmt.Sprintf(`emails[value %s %s]`, op, quoted())
	case 6:
		return fmt.Sprintf(`groups.value eq "%s-g%d"`, h.stream, rapid.IntRange(0, 2).Draw(r, "group"))
	}
	name := rapid.SampledFrom([]string{"userName", "externalId", "displayName", "emails.value", "emails", "title", "manager", "emails.type"}).Draw(r, "name")
	return name + " " + op + " " + quoted()
}

// TestAListingIsWhatEachRecordSays compares listings with the plain meaning of
// their filters and orders: every page of every drawn selection, by index and by cursor.
func TestAListingIsWhatEachRecordSays(t *testing.T) {
	s, histories := working(t), 0
	rapid.Check(t, func(r *rapid.T) {
		histories++
		h := &history{Store: s, stream: fmt.Sprint("s", histories)}
		for n := range rapid.IntRange(0, 30).Draw(r, "users") {
			h.drawUser(r, n)
		}
		for g := range 3 {
			h.drawGroup(r, g)
		}
		for range 6 {
			h.compare(r)
		}
	})
}

func (h *history) drawGroup(r *rapid.T, g int) {
	p := pushedGroup(g)
	p.ID, p.Connection, p.Edit = fmt.Sprint(h.stream, "-g", g), h.stream+" groups", &bridge.MemberEdit{}
	for _, d := range h.all {
		if rapid.Bool().Draw(r, "member") {
			p.Edit.Add = append(p.Edit.Add, bridge.Member{Value: d.id})
			in, _ := d.doc["groups"].([]any)
			d.doc["groups"] = append(in, map[string]any{"value": p.ID, "display": fmt.Sprint("Group ", g)})
		}
	}
	if err := h.Keep(r.Context(), bridge.Push{Record: p}); err != nil {
		r.Fatal(err)
	}
}

func (h *history) compare(r *rapid.T) {
	sel := filter.Selection{Count: rapid.IntRange(1, 7).Draw(r, "count"), Descending: rapid.Bool().Draw(r, "descending")}
	text := ""
	if rapid.IntRange(0, 4).Draw(r, "filtered") > 0 {
		text = h.drawFilter(r, 2)
		where, err := filter.Parse(text, userType())
		if err != nil {
			r.Fatal(text, err)
		}
		sel.Where = where
	}
	by := rapid.SampledFrom([]string{"", "", "userName", "displayName", "emails", "meta.lastModified", "active"}).Draw(r, "sortBy")
	if by != "" {
		place, err := filter.ParseSort(by, userType())
		if err != nil {
			r.Fatal(err)
		}
		sel.SortBy = &place
	}
	var want []string
	matching := slices.DeleteFunc(slices.Clone(h.all), func(d drawn) bool { return sel.Where != nil && !sel.Where.Match(d.doc) })
	slices.SortStableFunc(matching, func(a, b drawn) int { return sel.Order(a.doc, b.doc) })
	for _, d := range matching {
		want = append(want, d.id)
	}
	if got := h.listed(r, sel, len(want), false); !slices.Equal(got, want) {
		r.Fatalf("%s, sorted by %q, descending %v: by index %v, wanted %v", text, by, sel.Descending, got, want)
	}
	if got := h.listed(r, sel, len(want), true); !slices.Equal(got, want) {
		r.Fatalf("%s, sorted by %q, descending %v: by cursor %v, wanted %v", text, by, sel.Descending, got, want)
	}
	if len(want) > 0 { // an index that nobody led up to
		at := rapid.IntRange(1, len(want)).Draw(r, "start")
		sel.Start = at
		ctx := bridge.WithActor(r.Context(), bridge.Actor{Name: "another"})
		page, total, _, err := h.Select(ctx, h.stream, userType(), sel)
		if err != nil || total != len(want) || page[0].ID != want[at-1] {
			r.Fatalf("%s from %d: %v of %d %v, wanted %s of %d", text, at, page, total, err, want[at-1], len(want))
		}
	}
}

// listed reads all pages of a selection, by index or by cursor.
func (h *history) listed(r *rapid.T, sel filter.Selection, want int, byCursor bool) (ids []string) {
	for {
		sel.Start = len(ids) + 1
		page, total, next, err := h.Select(r.Context(), h.stream, userType(), sel)
		if err != nil || total != want || len(page) > sel.Count {
			r.Fatalf("%d of %d, wanted %d at most of %d: %v", len(page), total, sel.Count, want, err)
		}
		for _, p := range page {
			ids = append(ids, p.ID)
		}
		if (next == "") != (len(ids) >= want) {
			r.Fatalf("after %d of %d the cursor is %q", len(ids), want, next)
		}
		if next == "" {
			return ids
		}
		if byCursor {
			sel.Cursor = next
		}
	}
}
