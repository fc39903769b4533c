package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
	"pgregory.net/rapid"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/conformance/contract/servers"
	"github.com/muster-idm/muster/store"
)

// propertyTime is how long random histories are tried.
const propertyTime = 12 * time.Second

// TestRandomHistories lets random people join, change and leave over some days,
// with accounts of others beside them, and demands after each day: what was
// applied leaves nothing to do, planning twice gives the same bytes, nobody
// else's account was touched, and no write happened that no change stands for.
// The histories are the same at every run; -rapid.seed=N tries others.
func TestRandomHistories(t *testing.T) {
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == "0" {
		if err := seed.Value.Set("20261124"); err != nil {
			t.Fatal(err)
		}
	}
	began, histories := time.Now(), 0
	rapid.Check(t, func(r *rapid.T) {
		if time.Since(began) > propertyTime && histories > 0 {
			return
		}
		histories++
		newHistory(t, r).live()
	})
	t.Logf("%d histories in %s", histories, time.Since(began).Round(time.Second))
}

// history is a directory, a source and what belongs to others.
type history struct {
	player
	r      *rapid.T
	d      *devdir.Directory
	people map[int]person
	others map[string]string // canonical DN to all that the entry shows
}

type person struct {
	given, family, title string
	boss                 int
}

func newHistory(t *testing.T, r *rapid.T) *history {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	d, s := startDevdir(t)
	settings := settingsOf(s)
	h := &history{player: player{t: t, stage: stage{settings: settings, ou: "OU=staff," + d.Base(), admin: servers.Connect(t, s)}, now: now}, r: r, d: d, people: map[int]person{}, others: map[string]string{}}
	for _, ou := range []string{h.ou, "OU=inner," + h.ou, "OU=left," + h.ou, "OU=elsewhere," + d.Base()} {
		h.must(d.AddContainer(ou))
	}
	var err error
	if h.store, err = store.Open(t.Context(), store.Settings{Path: filepath.Join(t.TempDir(), "muster.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.must(h.store.Close()) })
	h.must(h.store.Lock("a history"))
	if h.directory, err = ad.Open(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.directory.Close)
	h.job0()
	h.strangers()
	return h
}

// job0 draws the policy and writes the job.
func (h *history) job0() {
	yaml, err := os.ReadFile("testdata/job.yaml")
	h.must(err)
	leavers := rapid.SampledFrom([]string{"create-only", "create-update", "disable", "disable", "delete"}).Draw(h.r, "leavers")
	policy := "policy: {leavers: " + leavers + ", adopt: " + fmt.Sprint(rapid.Bool().Draw(h.r, "adopt"))
	if leavers == "disable" && rapid.Bool().Draw(h.r, "move") || leavers == "delete" {
		policy += fmt.Sprintf(", move_to: %q", "OU=left,"+h.ou)
	}
	if leavers == "delete" {
		policy += ", delete_after: 36h"
	}
	h.yaml = h.at(string(yaml))
	h.yaml = strings.Replace(h.yaml, "policy: {leavers: disable, adopt: true}", policy+"}", 1)
	h.yaml = strings.Replace(h.yaml, "min_rows: 1%", "min_rows: 0", 1) // some days everybody has left
	h.yaml = strings.Replace(h.yaml, "title: title", "title: {column: title, empty: clear}", 1)
}

var historyNames = []string{"Ana", "ana", "Anà", "Bo", "Doe, Jane", "a=b", "a+b", `q"q`, "#1", "Zoe\u0308", "Zoë", "王", "محمد", "O'Neil", "Ünal", "ß", " x ", "x  y", "(*)", `b\c`, "<y>", "Łuk", "-"}

func (h *history) name(label string) string { return rapid.SampledFrom(historyNames).Draw(h.r, label) }

func (h *history) person() person {
	return person{given: h.name("given"), family: h.name("family"), title: rapid.SampledFrom([]string{"", "Clerk", "clerk", "Head, R&D"}).Draw(h.r, "title"),
		boss: rapid.IntRange(0, 9).Draw(h.r, "boss")}
}

// strangers makes accounts that are there before: some match a record, some only
// have a name that a record would like.
func (h *history) strangers() {
	for i := range rapid.IntRange(0, 4).Draw(h.r, "strangers") {
		p := h.person()
		values := map[string][]string{"objectClass": {"user"}, "sAMAccountName": {fmt.Sprintf("old%d", i)}, "userAccountControl": {"514"}, "unicodePwd": {quoted("Str4nger-with-a-password")}}
		ou := rapid.SampledFrom([]string{h.ou, "OU=inner," + h.ou, "OU=elsewhere," + h.d.Base()}).Draw(h.r, "where")
		dn := ldap.JoinDN("CN", strings.TrimSpace(p.given+" "+p.family), ou)
		if rapid.Bool().Draw(h.r, "matches") {
			values["employeeID"] = []string{fmt.Sprint(rapid.IntRange(1, 9).Draw(h.r, "id"))}
		}
		if h.d.Add(dn, values) == nil {
			h.others[ldap.CanonicalDN(dn)] = ""
		}
	}
	for dn := range h.others {
		h.others[dn] = h.shown(dn)
	}
}

// quoted is a password as unicodePwd takes it; it is plain ASCII.
func quoted(password string) string {
	var b strings.Builder
	for _, c := range []byte(`"` + password + `"`) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}

// shown is all that an entry shows, but for when it changed.
func (h *history) shown(dn string) string {
	found, err := h.admin.Search(goldap.NewSearchRequest(dn, goldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{"*"}, nil))
	if err != nil {
		return "gone: " + err.Error()
	}
	var lines []string
	for _, a := range found.Entries[0].Attributes {
		if a.Name != "directReports" {
			slices.Sort(a.Values)
			lines = append(lines, fmt.Sprintf("%s: %q", a.Name, a.Values))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// change draws what happens to the people in a day.
func (h *history) change() {
	for id := 1; id <= 9; id++ {
		switch rapid.IntRange(0, 5).Draw(h.r, "event") {
		case 0:
			delete(h.people, id)
		case 1, 2:
			if _, there := h.people[id]; !there || rapid.Bool().Draw(h.r, "mover") {
				h.people[id] = h.person()
			}
		}
	}
	var b strings.Builder
	b.WriteString("id;given;family;title;boss\n")
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	for _, id := range slices.Sorted(maps.Keys(h.people)) {
		p := h.people[id]
		boss := ""
		if p.boss > 0 {
			boss = fmt.Sprint(p.boss)
		}
		fmt.Fprintf(&b, "%d;%s;%s;%s;%s\n", id, quote(p.given), quote(p.family), quote(p.title), boss)
	}
	h.source = b.String()
}

// live plans and applies some days.
func (h *history) live() {
	for day := range rapid.IntRange(2, 5).Draw(h.r, "days") {
		h.change()
		h.think(bridge.Full)
		first := h.bytes()
		h.think(bridge.Full)
		if second := h.bytes(); !bytes.Equal(first, second) {
			h.r.Fatalf("day %d: planned twice, the plan is\n%s\nand\n%s", day, first, second)
		}
		text := planText(h.t, h.plan)
		h.applied(day)
		if strings.Contains(text, "delete ") && (strings.Contains(text, "fault no-free-name") || strings.Contains(text, "fault name-taken")) {
			h.think(bridge.Full) // a name that a plan frees by a delete is free for the next one
			h.applied(day)
		}
		again := rapid.SampledFrom([]bridge.Compare{bridge.Full, bridge.ChangedOnly}).Draw(h.r, "compare")
		h.think(again)
		if text := changesOf(planText(h.t, h.plan)); text != "" {
			h.r.Fatalf("day %d: applied, and yet there is to do:\n%s\nthe source is\n%s", day, text, h.source)
		}
		h.untouched(day)
		h.now = h.now.Add(24 * time.Hour)
	}
}

// bytes is the plan as JSON, without its id.
func (h *history) bytes() []byte {
	if h.plan == nil {
		h.r.Fatalf("there is no plan for\n%s", h.source)
	}
	raw, err := json.Marshal(h.plan)
	h.must(err)
	return bytes.ReplaceAll(raw, []byte(h.plan.ID), nil)
}

// applied applies the plan, and compares the writes that the directory counted.
func (h *history) applied(day int) {
	wanted := 0
	for c, err := range h.plan.Changes.All(context.Background()) {
		h.must(err)
		if c.Has(bridge.Create) || c.Has(bridge.DeleteEntry) || len(c.After)+len(c.References)+len(c.Members) > 0 || c.NewState != "" && c.NewState != c.State {
			wanted++
		}
		if c.NewDN != "" {
			wanted++
		}
		if c.Has(bridge.Adopt) {
			delete(h.others, ldap.CanonicalDN(c.DN))
		}
	}
	before := len(h.d.Log())
	h.apply(fmt.Sprintf("%d done, 0 failed, 0 unknown", h.plan.Changes.Len()))
	if h.t.Failed() {
		h.r.Fatalf("day %d, the source is\n%s", day, h.source)
	}
	if got := len(h.d.Log()) - before; got != wanted {
		h.r.Fatalf("day %d: %d writes, want %d for\n%s", day, got, wanted, planText(h.t, h.plan))
	}
}

// changesOf leaves the findings out of a plan's text.
func changesOf(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "warning") && !strings.HasPrefix(line, "fault") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// untouched looks at the accounts that belong to others.
func (h *history) untouched(day int) {
	for dn, before := range h.others {
		if now := h.shown(dn); now != before {
			h.r.Fatalf("day %d: %s was\n%s\nand is\n%s", day, dn, before, now)
		}
	}
}
