package ad_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
)

const (
	applyBase = "DC=corp,DC=example,DC=com"
	applyUnit = "OU=Staff," + applyBase
	adminPass = "Passw0rd-for-tests"
)

// served is an embedded directory with one empty container.
type served struct {
	*devdir.Directory
	server *devdir.Server
}

func serve(t testing.TB) served {
	t.Helper()
	d, err := devdir.New(devdir.Options{Base: applyBase, AdminPassword: adminPass})
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Serve(context.Background(), devdir.Listen{LDAPS: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := d.AddContainer(applyUnit); err != nil {
		t.Fatal(err)
	}
	return served{d, s}
}

// opened is a destination over the servers, in the order of their URLs.
func opened(t testing.TB, servers ...served) *ad.Directory {
	t.Helper()
	s := ldap.Settings{CAs: x509.NewCertPool(), BindDN: servers[0].AdminDN(), Password: bridge.NewSecret(adminPass), RequestTimeout: 5 * time.Second, ProbeAfter: time.Nanosecond}
	for _, one := range servers {
		s.URLs = append(s.URLs, one.server.URL())
		s.CAs.AppendCertsFromPEM(one.CertificatePEM())
	}
	d, err := ad.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// newcomer is a change that creates a disabled account, or a group.
func newcomer(kind bridge.ObjectType, name string) bridge.Change {
	c := bridge.Change{Actions: []bridge.Action{bridge.Create}, Key: name, Type: kind, DN: "CN=" + name + "," + applyUnit,
		NewState: bridge.Disabled, After: bridge.Attributes{"sAMAccountName": {name}}}
	if kind == bridge.Group {
		c.NewState, c.After["groupType"] = bridge.NoAccount, bridge.Values{"-2147483646"}
	}
	return c
}

func applied(t testing.TB, d *ad.Directory, c bridge.Change) bridge.Applied {
	t.Helper()
	a, err := d.Apply(context.Background(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// signsIn says whether the account may sign in with the password.
func signsIn(t testing.TB, s served, dn, password string) bool {
	t.Helper()
	set := ldap.Settings{URLs: []string{s.server.URL()}, CAs: x509.NewCertPool(), BindDN: dn, Password: bridge.NewSecret(password)}
	set.CAs.AppendCertsFromPEM(s.CertificatePEM())
	pool, err := ldap.Dial(context.Background(), set)
	if err == nil {
		pool.Close()
	}
	return err == nil
}

func TestASecretHandedInIsThePassword(t *testing.T) {
	s := serve(t)
	d := opened(t, s)
	c := newcomer(bridge.User, "jane")
	c.NewState = bridge.Enabled
	c.Generate = []bridge.Generated{{Attribute: "unicodePwd", Kind: "password", Length: 16}}
	a, err := d.Apply(context.Background(), c, map[string]bridge.Secret{"unicodePwd": bridge.NewSecret("Chosen-by-0thers")})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Secrets) > 0 || !signsIn(t, s, a.DN, "Chosen-by-0thers") {
		t.Errorf("made %d secrets; the account does not sign in with the one handed in", len(a.Secrets))
	}
	_, err = d.Apply(context.Background(), bridge.Change{Actions: []bridge.Action{bridge.Update}, Key: "jane", Type: bridge.User, EntryID: a.EntryID, DN: a.DN},
		map[string]bridge.Secret{"unicodePwd": bridge.NewSecret("Chosen-4nother-time")})
	if err != nil || !signsIn(t, s, a.DN, "Chosen-4nother-time") {
		t.Errorf("the password was not changed: %v", err)
	}
	_, err = d.Apply(context.Background(), newcomer(bridge.User, "joe"), map[string]bridge.Secret{"userPassword": bridge.NewSecret("x")})
	if !bridge.IsKind(err, bridge.Unsupported) {
		t.Errorf("a readable password: %v", err)
	}
}

func TestAnEnabledAccountHasAPassword(t *testing.T) {
	d := opened(t, serve(t))
	c := newcomer(bridge.User, "jane")
	c.NewState = bridge.Enabled
	if _, err := d.Apply(context.Background(), c, nil); !bridge.IsKind(err, bridge.Invalid) {
		t.Errorf("without a password: %v", err)
	}
	c.Generate = []bridge.Generated{{Attribute: "unicodePwd", Kind: "passphrase", Length: 5}}
	made := applied(t, d, c).Secrets["unicodePwd"].Reveal()
	if words := strings.Count(made, "-"); words != 5 {
		t.Errorf("the passphrase has %d words", words)
	}
}

func TestAMemberIsKnownWhateverItsNameIsByNow(t *testing.T) {
	d := opened(t, serve(t))
	jane, staff := applied(t, d, newcomer(bridge.User, "jane")), applied(t, d, newcomer(bridge.Group, "staff"))
	member := func(remove bool, id, dn string) error {
		a := applied(t, d, bridge.Change{Actions: []bridge.Action{bridge.AddMembers}, Key: "staff", Type: bridge.Group, EntryID: staff.EntryID, DN: staff.DN,
			MemberAttribute: "member", Members: []bridge.MemberDelta{{Remove: remove, EntryID: id, DN: dn}}})
		return a.Members[0]
	}
	if err := member(false, jane.EntryID, jane.DN); err != nil {
		t.Fatal(err)
	}
	applied(t, d, bridge.Change{Actions: []bridge.Action{bridge.Rename}, Key: "jane", Type: bridge.User, EntryID: jane.EntryID, DN: jane.DN, NewDN: "CN=Jane Doe," + applyUnit})
	other := applied(t, d, newcomer(bridge.User, "jane2"))
	applied(t, d, bridge.Change{Actions: []bridge.Action{bridge.Rename}, Key: "other", Type: bridge.User, EntryID: other.EntryID, DN: other.DN, NewDN: jane.DN})
	for _, err := range []error{member(false, jane.EntryID, jane.DN), member(false, other.EntryID, other.DN), member(true, jane.EntryID, jane.DN)} {
		if err != nil {
			t.Error(err)
		}
	}
	e, err := d.Get(context.Background(), bridge.Ref{ID: staff.EntryID}, bridge.Query{Attributes: []string{"member"}})
	if err != nil || !slices.Equal(e.Attributes["member"], bridge.Values{jane.DN}) {
		t.Errorf("the members are %v, %v; want only the entry that took over the name", e.Attributes["member"], err)
	}
	applied(t, d, bridge.Change{Actions: []bridge.Action{bridge.DeleteEntry}, Key: "other", Type: bridge.User, EntryID: other.EntryID, DN: jane.DN})
	if member(false, other.EntryID, jane.DN) == nil {
		t.Error("an entry that is gone was added")
	}
	if err := member(true, other.EntryID, jane.DN); err != nil {
		t.Errorf("removing an entry that is gone: %v", err)
	}
}

func TestAContainerWithinAnotherIsReadOnce(t *testing.T) {
	s := serve(t)
	d := opened(t, s)
	inner := "OU=Inner," + applyUnit
	if err := s.AddContainer(inner); err != nil {
		t.Fatal(err)
	}
	c := newcomer(bridge.User, "jane")
	c.DN = "CN=jane," + inner
	applied(t, d, c)
	for _, scope := range [][]string{{applyUnit, inner}, {inner, applyUnit}, {inner, "ou=INNER," + applyUnit}} {
		n := 0
		for _, err := range d.List(context.Background(), bridge.Query{Type: bridge.User, Scope: scope}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%v: %d entries, want 1", scope, n)
		}
	}
}

func TestTheFirstWriteGoesToTheServerThatIsThere(t *testing.T) {
	first, second := serve(t), serve(t)
	d := opened(t, first, second)
	first.server.Close()
	a := applied(t, d, newcomer(bridge.User, "jane"))
	if second.Log() == nil || a.DN == "" {
		t.Error("the second server was not written to")
	}
	second.server.Close()
	_, err := d.Apply(context.Background(), newcomer(bridge.User, "joe"), nil)
	if !bridge.IsKind(err, bridge.Unavailable) {
		t.Errorf("after a write no other server is used: %v", err)
	}
}

func TestADeleteSaysWhatIsInTheWay(t *testing.T) {
	d := opened(t, serve(t))
	unit := applied(t, d, bridge.Change{Actions: []bridge.Action{bridge.Create}, Key: "u", Type: bridge.OrgUnit, DN: "OU=Old," + applyUnit})
	for i := range 2 {
		c := newcomer(bridge.User, fmt.Sprintf("jane%d", i))
		c.DN = fmt.Sprintf("CN=jane%d,%s", i, unit.DN)
		applied(t, d, c)
	}
	_, err := d.Apply(context.Background(), bridge.Change{Actions: []bridge.Action{bridge.DeleteEntry}, Key: "u", Type: bridge.OrgUnit, EntryID: unit.EntryID, DN: unit.DN}, nil)
	if want := unit.DN + " is not deleted: it has 2 entries below it (user)"; !bridge.IsKind(err, bridge.Precondition) || message(err) != want {
		t.Errorf("%q, want %q", message(err), want)
	}
	if refusal, ok := ldap.RefusalOf(err); !ok || refusal.Code != goldap.LDAPResultNotAllowedOnNonLeaf {
		t.Errorf("the cause is lost: %v", err)
	}
}

func message(err error) string {
	var e *bridge.Error
	if errors.As(err, &e) {
		return e.Msg
	}
	return fmt.Sprint(err)
}

// BenchmarkCheck judges one person as every record of a plan is judged.
func BenchmarkCheck(b *testing.B) {
	rules := opened(b, serve(b)).Rules()
	e := bridge.Entry{Type: bridge.User, Name: "Jane", State: bridge.Disabled, Attributes: bridge.Attributes{"sAMAccountName": {"jane"}, "sn": {"Doe"},
		"givenName": {"Jane"}, "displayName": {"Jane Doe"}, "department": {"IT"}, "title": {"Head"}, "company": {"Example"}, "mail": {"jane@example.com"},
		"employeeID": {"1"}, "userPrincipalName": {"jane@corp.example.com"}}}
	b.ReportAllocs()
	for b.Loop() {
		rules.Check(e, true)
	}
}
