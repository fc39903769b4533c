package contract

import (
	"strconv"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

func accountTests() []destinationTest {
	return []destinationTest{
		{name: "an account is disabled and enabled, twice is once", test: accountState},
		{name: "a contact has no state to change", test: accountNone, windows: true},
		{name: "the other bits of an account stay", test: accountBits, windows: true},
		{name: "a generated password works", test: accountPassword, windows: true},
		{name: "a password that was handed in works", test: accountHanded, windows: true},
		{name: "a reset password works", test: accountReset, windows: true},
		{name: "what is protected is never touched", test: accountProtected, windows: true},
	}
}

// switched is a change of nothing but the state.
func (s *destinationCase) switched(e bridge.Entry, to bridge.AccountState) bridge.Change {
	c := s.edit(e, nil)
	c.NewState = to
	return c
}

func accountState(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Switch", nil)
	for _, to := range []bridge.AccountState{bridge.Disabled, bridge.Disabled, bridge.Enabled, bridge.Enabled, bridge.Disabled} {
		applied, err := s.Apply(t.Context(), s.switched(e, to), nil)
		must(t, err)
		if e = s.entry(t, e.ID, e.Type); e.State != to || applied.State != to {
			t.Fatalf("it is %s, and said to be %s, want %s", e.State, applied.State, to)
		}
	}
}

func accountNone(t *testing.T, s *destinationCase) {
	e := s.created(t, s.named(bridge.Contact, "Contact"))
	_, err := s.Apply(t.Context(), s.switched(e, bridge.Disabled), nil)
	refused(t, err, bridge.Unsupported)
}

func accountBits(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Bits", nil)
	s.replace(t, e.DN, "userAccountControl", strconv.Itoa(0x200|0x10000|0x100000))
	for _, want := range []int{0x200 | 0x10000 | 0x100000 | 2, 0x200 | 0x10000 | 0x100000} {
		to := bridge.Enabled
		if want&2 != 0 {
			to = bridge.Disabled
		}
		e = s.apply(t, s.switched(s.entry(t, e.ID, e.Type), to))
		if got := s.raw(t, e.DN, "userAccountControl"); got[0] != strconv.Itoa(want) {
			t.Errorf("userAccountControl is %s, want %d", got, want)
		}
	}
}

// signsIn demands that the account can sign in with the password, once it need
// not change it.
func (s *destinationCase) signsIn(t *testing.T, e bridge.Entry, password bridge.Secret, mustChange bool) {
	t.Helper()
	if got := s.raw(t, e.DN, "pwdLastSet"); mustChange != (got[0] == "0") {
		t.Errorf("that it must be changed is wanted to be %t: pwdLastSet is %s", mustChange, got)
	}
	s.replace(t, e.DN, "pwdLastSet", "-1")
	settings := s.Settings
	settings.BindDN, settings.Password = e.DN, password
	pool, err := ldap.Dial(t.Context(), settings)
	if err != nil {
		t.Fatalf("%s cannot sign in: %v", e.DN, err)
	}
	pool.Close()
}

func accountPassword(t *testing.T, s *destinationCase) {
	c := s.person("Password")
	applied, err := s.Apply(t.Context(), c, nil)
	must(t, err)
	if n := len(applied.Secrets["unicodePwd"].Reveal()); n < 16 {
		t.Errorf("the password has %d characters", n)
	}
	s.signsIn(t, s.entry(t, applied.EntryID, c.Type), applied.Secrets["unicodePwd"], true)
}

func accountHanded(t *testing.T, s *destinationCase) {
	c := s.person("Handed")
	secret := bridge.NewSecret(`Zq8"wert"x1 Ünal`)
	applied, err := s.Apply(t.Context(), c, map[string]bridge.Secret{"unicodePwd": secret})
	must(t, err)
	if len(applied.Secrets) > 0 {
		t.Error("another was generated")
	}
	e := s.entry(t, applied.EntryID, c.Type)
	s.signsIn(t, e, secret, false)
	next := bridge.NewSecret("An0ther-Secret-42")
	_, err = s.Apply(t.Context(), s.edit(e, bridge.Attributes{"displayName": {"With a password"}}), map[string]bridge.Secret{"unicodePwd": next})
	must(t, err)
	s.signsIn(t, e, next, false)
	_, err = s.Apply(t.Context(), s.edit(e, nil), map[string]bridge.Secret{"unicodePwd": bridge.NewSecret("x")})
	refused(t, err, bridge.Invalid, "password policy")
}

func accountReset(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Reset", bridge.Attributes{"displayName": {"Reset Person"}})
	secret, err := s.Reset(t.Context(), bridge.Ref{ID: e.ID}, bridge.Generated{Attribute: "unicodePwd", Kind: "password", Length: 20})
	must(t, err)
	if n := len(secret.Reveal()); n < 20 {
		t.Errorf("the password has %d characters", n)
	}
	s.signsIn(t, e, secret, true)
}

// accountProtected tries everything on entries that must never be touched.
func accountProtected(t *testing.T, s *destinationCase) {
	admin := s.joined(t, "Orphaned admin", nil)
	s.replace(t, admin.DN, "adminCount", "1")
	list := []bridge.Entry{admin}
	base := s.Settings.Base
	own := s.Settings.BindDN
	for _, dn := range []string{own, "CN=krbtgt,CN=Users," + base, "CN=Guest,CN=Users," + base} {
		e, err := s.Get(t.Context(), bridge.Ref{DN: dn}, bridge.Query{Type: bridge.User, Attributes: s.watched(bridge.User)})
		if bridge.IsKind(err, bridge.NotFound) && dn != own {
			continue // not every directory has them
		}
		must(t, err)
		list = append(list, e)
	}
	group, err := s.Get(t.Context(), bridge.Ref{DN: "CN=Domain Admins,CN=Users," + base}, bridge.Query{Type: bridge.Group})
	must(t, err)
	for _, e := range append(list, group) {
		e = s.protectedEntry(t, e)
		gone, away, joined := s.edit(e, nil), s.to(e, "Away", s.ou), s.edit(e, nil)
		gone.Actions = []bridge.Action{bridge.DeleteEntry}
		joined.Members, joined.MemberAttribute = []bridge.MemberDelta{{EntryID: admin.ID, DN: admin.DN}}, "member"
		changes := []bridge.Change{s.edit(e, bridge.Attributes{"description": {"touched"}}), gone, away}
		if e.Type == bridge.User {
			changes = append(changes, s.switched(e, bridge.Disabled))
		} else {
			changes = append(changes, joined)
		}
		for _, c := range changes {
			_, err := s.Apply(t.Context(), c, nil)
			refused(t, err, bridge.Forbidden, "protected")
		}
		_, err := s.Reset(t.Context(), bridge.Ref{ID: e.ID}, bridge.Generated{Attribute: "unicodePwd", Length: 16})
		refused(t, err, bridge.Forbidden, "protected")
		if now := s.entry(t, e.ID, e.Type); now.State != e.State || now.DN != e.DN {
			t.Errorf("it is %+v", now)
		}
	}
	s.ownAccount(t)
}

func (s *destinationCase) protectedEntry(t *testing.T, e bridge.Entry) bridge.Entry {
	t.Helper()
	typ := e.Type
	e = s.entry(t, e.ID, typ)
	if e.Protected == "" {
		t.Errorf("%s is not protected", e.DN)
	}
	e.Attributes = bridge.Attributes{"description": s.raw(t, e.DN, "description")}
	return e
}

// ownAccount signs in as an account that is otherwise like any other.
func (s *destinationCase) ownAccount(t *testing.T) {
	t.Helper()
	name := "Own account"
	c := s.person(name)
	sam := c.After["sAMAccountName"][0]
	c.After["userPrincipalName"] = bridge.Values{"other." + sam + "@corp.example.com"}
	applied, err := s.Apply(t.Context(), c, map[string]bridge.Secret{"unicodePwd": bridge.NewSecret("An0ther-Secret-42")})
	must(t, err)
	s.replace(t, applied.DN, "pwdLastSet", "-1")
	twin := s.joined(t, "Twin", nil)
	for _, bind := range []string{applied.DN, c.After["userPrincipalName"][0], `CORP\` + sam, sam + "@corp.example.com"} {
		d := s.opened(t, func(settings *ldap.Settings) {
			settings.BindDN, settings.Password = bind, bridge.NewSecret("An0ther-Secret-42")
		})
		for id, protected := range map[string]bool{applied.EntryID: true, twin.ID: false} {
			e, err := d.Get(t.Context(), bridge.Ref{ID: id}, bridge.Query{Type: bridge.User})
			must(t, err)
			if (e.Protected != "") != protected {
				t.Errorf("signed in as %s, %s is protected: %q", bind, e.Name, e.Protected)
			}
		}
	}
	must(t, s.Admin.Del(goldap.NewDelRequest(applied.DN, nil)))
}
