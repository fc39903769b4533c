package ad_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/conformance/contract"
)

// realm is a directory in which somebody else makes administrators.
type realm struct {
	*testing.T
	contract.Fixture
	*ad.Directory
	ahead time.Duration // of the clock
}

func realmOn(t *testing.T, f contract.Fixture) *realm {
	t.Helper()
	opened, err := f.Open(t.Context(), f.Settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	r := &realm{T: t, Fixture: f, Directory: opened.(*ad.Directory)}
	r.SetClock(func() time.Time { return time.Now().Add(r.ahead) })
	return r
}

func (r *realm) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// add makes a disabled account or a global group and returns its DN.
func (r *realm) add(class, name string) string {
	r.Helper()
	dn := "CN=" + name + "," + r.Container
	add := goldap.NewAddRequest(dn, nil)
	add.Attribute("objectClass", []string{class})
	add.Attribute("sAMAccountName", []string{"t" + strings.ToLower(rand.Text()[:12])})
	r.must(r.Admin.Add(add))
	return dn
}

func (r *realm) builtin(name string) string { return "CN=" + name + "," + r.Settings.Base }

func (r *realm) join(group, dn string) {
	r.Helper()
	m := goldap.NewModifyRequest(group, nil)
	m.Add("member", []string{dn})
	r.must(r.Admin.Modify(m))
}

func (r *realm) leave(group, dn string) {
	r.Helper()
	m := goldap.NewModifyRequest(group, nil)
	m.Delete("member", []string{dn})
	r.must(r.Admin.Modify(m))
}

// primary makes a group the primary group of an account, which the group then
// no longer lists.
func (r *realm) primary(group, dn string) {
	r.Helper()
	r.join(group, dn)
	found, err := r.Admin.Search(goldap.NewSearchRequest(group, goldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{"primaryGroupToken"}, nil))
	r.must(err)
	m := goldap.NewModifyRequest(dn, nil)
	m.Replace("primaryGroupID", []string{found.Entries[0].GetAttributeValue("primaryGroupToken")})
	r.must(r.Admin.Modify(m))
	r.Cleanup(func() { _ = r.Admin.Del(goldap.NewDelRequest(dn, nil)) }) // before the group, which cannot go while it is this
}

func (r *realm) get(dn string) bridge.Entry {
	r.Helper()
	e, err := r.Get(r.Context(), bridge.Ref{DN: dn}, bridge.Query{})
	r.must(err)
	return e
}

// protectedBecause demands why an entry is protected; "" that it is not.
func (r *realm) protectedBecause(dn, why string) {
	r.Helper()
	if got := r.get(dn).Protected; got != why {
		r.Errorf("%s: %q, want %q", dn, got, why)
	}
}

// refusesEverything demands that no change and no new password is possible.
func (r *realm) refusesEverything(kind bridge.ObjectType, dn, other string) {
	r.Helper()
	e := r.get(dn)
	c := bridge.Change{Key: "x", Type: kind, EntryID: e.ID, DN: e.DN, State: e.State}
	written, gone := c, c
	written.Actions, written.After = []bridge.Action{bridge.Update}, bridge.Attributes{"description": {"touched"}}
	gone.Actions = []bridge.Action{bridge.DeleteEntry}
	changes := []bridge.Change{written, gone}
	if kind == bridge.Group {
		joined := c
		joined.Actions, joined.MemberAttribute = []bridge.Action{bridge.AddMembers}, "member"
		joined.Members = []bridge.MemberDelta{{EntryID: r.get(other).ID, DN: other}}
		changes = append(changes, joined)
	}
	for _, change := range changes {
		if _, err := r.Apply(r.Context(), change, nil); !bridge.IsKind(err, bridge.Forbidden) || !strings.Contains(err.Error(), "is a member of") {
			r.Errorf("%v of %s: %v", change.Actions, dn, err)
		}
	}
	if _, err := r.Reset(r.Context(), bridge.Ref{ID: e.ID}, bridge.Generated{Attribute: "unicodePwd", Length: 16}); !bridge.IsKind(err, bridge.Forbidden) {
		r.Errorf("a new password of %s: %v", dn, err)
	}
}

// aMemberIsProtected makes administrators of ordinary accounts in every way
// there is, without anybody setting adminCount.
func aMemberIsProtected(t *testing.T, f contract.Fixture) {
	r := realmOn(t, f)
	direct, nested, primary, through, local, plain := r.add("user", "Direct"), r.add("user", "Nested"), r.add("user", "Primary"),
		r.add("user", "Through"), r.add("user", "Local"), r.add("user", "Plain")
	outer, inner, none := r.add("group", `Ops \, (outer)`), r.add("group", "Inner"), r.add("group", "None")
	admins, local544 := r.builtin("Domain Admins,CN=Users"), r.builtin("Administrators,CN=Builtin")
	r.join(admins, direct)
	r.join(admins, outer)
	r.join(outer, inner)
	r.join(inner, outer) // in a circle
	r.join(inner, nested)
	r.join(none, plain)
	r.join(none, direct)
	r.join(local544, local)
	r.primary(admins, primary)
	r.primary(inner, through)
	r.protectedBecause(direct, "") // known a minute ago
	r.ahead = 61 * time.Second
	member := "it is a member of Domain Admins"
	viaInner := "it is a member of Inner, and so of Domain Admins"
	for dn, why := range map[string]string{direct: member, outer: member, inner: "it is a member of Ops , (outer), and so of Domain Admins", nested: viaInner,
		primary: member, through: viaInner, local: "it is a member of Administrators", plain: "", none: ""} {
		r.protectedBecause(dn, why)
	}
	for _, dn := range []string{direct, nested, primary, through, local} {
		r.refusesEverything(bridge.User, dn, "")
	}
	r.refusesEverything(bridge.Group, inner, plain)
	r.leave(admins, direct)
	r.leave(inner, nested)
	r.protectedBecause(direct, member)
	r.ahead += 61 * time.Second
	r.protectedBecause(direct, "")
	r.protectedBecause(nested, "")
	r.leave(admins, outer)
	r.leave(local544, local)
	r.ahead += 61 * time.Second
	r.protectedBecause(through, "")
	r.protectedBecause(inner, "")
	r.protectedBecause(local, "")
}

func TestAnAdministratorIsProtectedWithoutAdminCount(t *testing.T) {
	aMemberIsProtected(t, contract.OnDevdir(t))
}

func TestAnAdministratorIsProtectedInSambaWhichNeverSetsAdminCount(t *testing.T) {
	aMemberIsProtected(t, contract.OnSamba(t))
}

func TestAnAdministratorsGroupOfManyIsReadWhole(t *testing.T) {
	r := realmOn(t, contract.OnDevdirWith(t, devdir.Options{MaxValRange: 5}))
	group := r.add("group", "Many")
	r.join(r.builtin("Domain Admins,CN=Users"), group)
	for i := range 12 {
		dn := r.add("user", fmt.Sprintf("Member %d", i))
		r.join(group, dn)
	}
	within := r.add("group", "Within")
	last := r.add("user", "Last")
	r.join(group, within)
	r.join(within, last)
	r.ahead = 61 * time.Second
	for i := range 12 {
		r.protectedBecause(fmt.Sprintf("CN=Member %d,%s", i, r.Container), "it is a member of Many, and so of Domain Admins")
	}
	r.protectedBecause(last, "it is a member of Within, and so of Domain Admins")
}

func TestAThousandOrdinaryAccountsCostNoSearchMore(t *testing.T) {
	f := contract.OnDevdir(t)
	f.Settings.PageSize = 500
	r := realmOn(t, f)
	for i := range 1000 {
		r.must(r.Naughty.Add(fmt.Sprintf("CN=Person %d,%s", i, r.Container), map[string][]string{"objectClass": {"user"}, "sAMAccountName": {fmt.Sprint("p", i)}}))
	}
	r.Naughty.Fault(devdir.Fault{Op: "search", Do: devdir.Slow(0)}) // counts
	listed := func() (entries, searches int) {
		before := r.Naughty.Fired()
		for e, err := range r.List(t.Context(), bridge.Query{Type: bridge.User, Scope: []string{r.Container}, Attributes: []string{"sn"}}) {
			r.must(err)
			if e.Protected != "" {
				t.Errorf("%s: %s", e.DN, e.Protected)
			}
			entries++
		}
		return entries, r.Naughty.Fired() - before
	}
	if entries, searches := listed(); entries != 1000 || searches != 2 {
		t.Errorf("%d entries in %d searches, want 1000 in the 2 of its pages", entries, searches)
	}
	r.ahead = 61 * time.Second
	if entries, searches := listed(); entries != 1000 || searches > 2+3 {
		t.Errorf("%d entries in %d searches, want 3 more at most to read the groups again", entries, searches)
	}
}

func TestGroupsThatCannotBeReadProtectTheirOldMembersForAWhile(t *testing.T) {
	r := realmOn(t, contract.OnDevdir(t))
	admin, plain := r.add("user", "Admin"), r.add("user", "Plain")
	r.join(r.builtin("Domain Admins,CN=Users"), admin)
	r.ahead = 61 * time.Second
	r.protectedBecause(admin, "it is a member of Domain Admins")
	ids := map[string]string{admin: r.get(admin).ID, plain: r.get(plain).ID}
	r.Naughty.Fault(devdir.Fault{Op: "search", On: r.Settings.Base, Do: devdir.ResultCode(50, "00002098: SecErr: DSID-03150F94, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0")})
	read := func(dn string) (bridge.Entry, error) { // by <GUID=...>, which is answered
		return r.Get(context.Background(), bridge.Ref{ID: ids[dn]}, bridge.Query{})
	}
	r.ahead += 2 * time.Minute
	if e, err := read(admin); err != nil || e.Protected == "" {
		t.Errorf("after two minutes: %q, %v", e.Protected, err)
	}
	fired := r.Naughty.Fired()
	if _, err := read(plain); err != nil || r.Naughty.Fired() != fired {
		t.Errorf("the groups were asked for again at once, %v", err)
	}
	r.ahead += 4 * time.Minute
	for _, dn := range []string{admin, plain} {
		if _, err := read(dn); !bridge.IsKind(err, bridge.Unavailable) {
			t.Errorf("after six minutes: %v", err)
		}
	}
	for _, err := range r.List(t.Context(), bridge.Query{Type: bridge.User, Scope: []string{r.Container}}) {
		if !bridge.IsKind(err, bridge.Unavailable) {
			t.Errorf("after six minutes: %v", err)
		}
	}
	if _, err := r.Find(t.Context(), bridge.Query{Type: bridge.User}, "cn", "Plain"); !bridge.IsKind(err, bridge.Unavailable) {
		t.Errorf("after six minutes: %v", err)
	}
	r.Naughty.ClearFaults()
	r.protectedBecause(admin, "it is a member of Domain Admins")
	r.protectedBecause(plain, "")
}

func TestManyReadersAtOnceFindAnAdministratorProtected(t *testing.T) {
	r := realmOn(t, contract.OnDevdir(t))
	admin := r.add("user", "Admin")
	r.join(r.builtin("Domain Admins,CN=Users"), admin)
	r.ahead = 10 * time.Minute // whoever comes must wait for the one who reads
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			e, err := r.Get(context.Background(), bridge.Ref{DN: admin}, bridge.Query{})
			if err != nil || e.Protected == "" {
				t.Errorf("%q, %v", e.Protected, err)
			}
		})
	}
	all.Wait()
}
