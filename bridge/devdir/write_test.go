package devdir_test

import (
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

func TestModify(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	dn := "CN=Jane," + people
	must(t, c.Add(enabled("Jane", "jane", "sn", "Doe", "title", "Clerk")))
	must(t, c.Add(enabled("Bob", "bob")))
	t.Run("all of a modify or nothing", func(t *testing.T) {
		r := ldap.NewModifyRequest(dn, nil)
		r.Replace("title", []string{"Head"})
		r.Replace("employeeID", []string{strings.Repeat("1", 17)})
		refused(t, c.Modify(r), 19, "00002082")
		if got := find(t, c, dn).GetAttributeValue("title"); got != "Clerk" {
			t.Error(got)
		}
	})
	t.Run("a stale value is not deleted", func(t *testing.T) {
		r := ldap.NewModifyRequest(dn, nil)
		r.Delete("title", []string{"Boss"})
		r.Add("title", []string{"Head"})
		refused(t, c.Modify(r), 16, "00002085")
		r = ldap.NewModifyRequest(dn, nil)
		r.Delete("title", []string{"Clerk"})
		r.Add("title", []string{"Head"})
		must(t, c.Modify(r))
	})
	t.Run("case is stored although it does not count", func(t *testing.T) {
		must(t, replace(c, dn, "sn", "DOE"))
		if got := find(t, c, dn).GetAttributeValue("sn"); got != "DOE" {
			t.Error(got)
		}
	})
}

func TestModifyIsRefused(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	dn := "CN=Jane," + people
	must(t, c.Add(enabled("Jane", "jane")))
	must(t, c.Add(enabled("Bob", "bob")))
	for _, x := range []struct {
		why, name string
		values    []string
		code      int
		win32     string
	}{
		{"the naming attribute", "cn", []string{"Jane"}, 67, "00002016"},
		{"the name", "name", []string{"x"}, 67, "00002016"},
		{"the DN", "distinguishedName", []string{dn}, 19, ""},
		{"no account expiry", "accountExpires", nil, 53, "00002077"},
		{"no logon name", "sAMAccountName", nil, 53, "00002077"},
		{"the logon name of another", "sAMAccountName", []string{"Bob"}, 68, "00000524"},
		{"no password", "unicodePwd", nil, 53, "0000001F"},
		{"two passwords", "unicodePwd", []string{utf16le("Kx7#mmQw2"), utf16le("Kx7#mmQw3")}, 53, "0000001F"},
		{"a password with the logon name", "unicodePwd", []string{utf16le("xJANE#12345")}, 19, "0000052D"},
		{"a lockout", "lockoutTime", []string{"1"}, 53, ""},
		{"another class", "objectClass", []string{"top", "person", "organizationalPerson", "contact"}, 65, ""},
		{"a foreign primary group", "primaryGroupID", []string{"512"}, 53, "00000561"},
		{"itself as manager of nobody", "manager", []string{"CN=Nobody," + people}, 19, "000020B5"},
		{"two managers", "manager", []string{dn, "CN=Bob," + people}, 19, "00002081"},
	} {
		t.Run("a modify refuses "+x.why, func(t *testing.T) { refused(t, replace(c, dn, x.name, x.values...), x.code, x.win32) })
	}
	t.Run("a modify of nothing is refused", func(t *testing.T) { refused(t, c.Modify(ldap.NewModifyRequest(dn, nil)), 53, "00000057") })
}

func TestModifyOfAccounts(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	dn := "CN=Jane," + people
	must(t, c.Add(enabled("Jane", "jane")))
	t.Run("bits that are computed are dropped", func(t *testing.T) {
		must(t, replace(c, dn, "userAccountControl", "8388690"))
		if got := find(t, c, dn).GetAttributeValue("userAccountControl"); got != "514" {
			t.Error(got)
		}
	})
	t.Run("permissive modify forgives what is there and what is not", func(t *testing.T) {
		r := ldap.NewModifyRequest(dn, []ldap.Control{ldap.NewControlString("1.2.840.113556.1.4.1413", false, "")})
		r.Add("otherTelephone", []string{"1"})
		must(t, c.Modify(r))
		must(t, c.Modify(r))
		r = ldap.NewModifyRequest(dn, r.Controls)
		r.Delete("otherTelephone", []string{"2"})
		must(t, c.Modify(r))
	})
	t.Run("a reset, an enable and a change at next logon in one modify", func(t *testing.T) {
		r := ldap.NewModifyRequest("<GUID="+guidOf(t, c, dn)+">", nil)
		r.Replace("pwdLastSet", []string{"0"})
		r.Replace("userAccountControl", []string{"512"})
		r.Replace("unicodePwd", []string{utf16le("Qw9!zzTop1")})
		must(t, c.Modify(r))
		e := find(t, c, dn, "pwdLastSet", "userAccountControl", "unicodePwd")
		if e.GetAttributeValue("pwdLastSet") != "0" || e.GetAttributeValue("userAccountControl") != "512" || e.GetAttributeValue("unicodePwd") != "" {
			t.Error(e.Attributes)
		}
	})
	t.Run("whoever knows the password can change it", func(t *testing.T) {
		r := ldap.NewModifyRequest(dn, nil)
		r.Delete("unicodePwd", []string{utf16le("wrong")})
		r.Add("unicodePwd", []string{utf16le("Nn5%abcd9")})
		refused(t, c.Modify(r), 19, "00000056")
		r.Changes[0].Modification.Vals = []string{utf16le("Qw9!zzTop1")}
		must(t, c.Modify(r))
	})
}

func TestRename(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	must(t, c.Add(entry("OU=Away,"+base, "organizationalUnit")))
	must(t, c.Add(user("Jane")))
	must(t, c.Add(user("Bob", "manager", "CN=Jane,"+people)))
	must(t, c.Add(entry("CN=Bob,OU=Away,"+base, "contact")))
	bob := "CN=Bob," + people
	guid := guidOf(t, c, "CN=Jane,"+people)
	rename := func(dn, rdn, to string) error { return c.ModifyDN(ldap.NewModifyDNRequest(dn, rdn, true, to)) }
	must(t, rename("CN=Jane,"+people, "CN=JANE", ""))
	must(t, rename("CN=Jane,"+people, "CN=JANE", ""))
	must(t, rename("CN=Jane,"+people, `CN=Doe\, Jane`, "OU=Away,"+base))
	if got := find(t, c, bob).GetAttributeValue("manager"); got != `CN=Doe\, Jane,OU=Away,`+base {
		t.Error("the manager is", got)
	}
	if got := find(t, c, "<GUID="+guid+">").DN; got != `CN=Doe\, Jane,OU=Away,`+base {
		t.Error("the GUID leads to", got)
	}
	must(t, rename("OU=Away,"+base, "OU=Gone", ""))
	if got := find(t, c, `CN=Doe\2C Jane,OU=Gone,`+base, "directReports").GetAttributeValue("directReports"); got != bob {
		t.Error("the report is", got)
	}
	for _, x := range []struct {
		why, dn, rdn, to string
		code             int
	}{
		{"onto an existing name", bob, "CN=Bob", "OU=Gone," + base, 68},
		{"into a container that is not there", bob, "CN=Bob", "OU=None," + base, 32},
		{"below a user", bob, "CN=x", `CN=Doe\, Jane,OU=Gone,` + base, 64},
		{"of a container below itself", "OU=Gone," + base, "OU=Gone", "OU=Gone," + base, 53},
		{"to another naming attribute", bob, "OU=Bob", "", 64},
		{"by GUID", "<GUID=" + guid + ">", "CN=x", "", 32},
		{"into another domain", bob, "CN=Bob", "DC=other,DC=com", 71},
		{"of a system container", "CN=Users," + base, "CN=Humans", "", 53},
		{"of what is not there", "CN=None," + people, "CN=x", "", 32},
		{"to two names at once", bob, "CN=x,CN=y", "", 34},
	} {
		t.Run("a move "+x.why+" is refused", func(t *testing.T) { refused(t, rename(x.dn, x.rdn, x.to), x.code, "") })
	}
	t.Run("the old RDN cannot be kept", func(t *testing.T) {
		refused(t, c.ModifyDN(ldap.NewModifyDNRequest(bob, "CN=x", false, "")), 53, "")
	})
}

func TestDelete(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	must(t, c.Add(user("Jane")))
	must(t, c.Add(user("Bob", "manager", "CN=Jane,"+people)))
	refused(t, c.Del(ldap.NewDelRequest(people, nil)), 66, "00002015")
	refused(t, c.Del(ldap.NewDelRequest("CN=Domain Admins,CN=Users,"+base, nil)), 53, "")
	must(t, c.Del(ldap.NewDelRequest("CN=Jane,"+people, nil)))
	if got := find(t, c, "CN=Bob,"+people).GetAttributeValue("manager"); got != "" {
		t.Error("the manager is", got)
	}
	must(t, c.Add(user("Jane")))
	must(t, c.Del(ldap.NewDelRequest(people, []ldap.Control{ldap.NewControlSubtreeDelete()})))
	refused(t, c.Del(ldap.NewDelRequest("CN=Bob,"+people, nil)), 32, "0000208D")
}

func TestGroups(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	must(t, c.Add(user("Jane")))
	must(t, c.Add(user("Bob")))
	jane, bob, team := "CN=Jane,"+people, "CN=Bob,"+people, "CN=Team,"+people
	must(t, c.Add(entry(team, "group", "sAMAccountName", "team", "member", jane)))
	must(t, c.Add(entry("CN=Local,"+people, "group", "groupType", "-2147483644", "member", team)))
	must(t, c.Add(entry("CN=Universal,"+people, "group", "groupType", "8")))
	change := func(dn string, add, remove []string) error {
		r := ldap.NewModifyRequest(dn, nil)
		if add != nil {
			r.Add("member", add)
		}
		if remove != nil {
			r.Delete("member", remove)
		}
		return c.Modify(r)
	}
	refused(t, change(team, []string{bob, jane}, nil), 68, "00000562")
	if got := find(t, c, team).GetAttributeValues("member"); len(got) != 1 {
		t.Error("a refused batch left", got)
	}
	refused(t, change(team, nil, []string{bob}), 53, "00000561")
	refused(t, change(team, nil, []string{"CN=None," + people}), 53, "00000525")
	refused(t, change(team, []string{"CN=Local," + people}, nil), 53, "00002144")
	refused(t, change("CN=Domain Users,CN=Users,"+base, []string{bob}, nil), 68, "00000562")
	must(t, change(team, []string{"<GUID=" + guidOf(t, c, bob) + ">"}, nil))
	if got := find(t, c, bob).GetAttributeValue("memberOf"); got != team {
		t.Error("memberOf is", got)
	}
	if got := len(search(t, c, "(memberOf:1.2.840.113556.1.4.1941:=CN=Local,"+people+")")); got != 3 {
		t.Error("in the chain are", got)
	}
	if got := len(search(t, c, "(member:1.2.840.113556.1.4.1941:="+jane+")")); got != 2 {
		t.Error("the chain above has", got)
	}
	refused(t, replace(c, team, "groupType", "-2147483644"), 53, "00002141")
	must(t, replace(c, team, "groupType", "-2147483640"))
	if got := find(t, c, team).GetAttributeValue("sAMAccountType"); got != "268435456" {
		t.Error(got)
	}
	must(t, replace(c, team, "groupType", "8"))
	must(t, replace(c, bob, "primaryGroupID", rid(t, c, team)))
	if got := find(t, c, team).GetAttributeValues("member"); len(got) != 1 || got[0] != jane {
		t.Error("members are", got)
	}
	refused(t, c.Del(ldap.NewDelRequest(team, nil)), 68, "00002149")
	must(t, replace(c, team, "member"))
	if got := find(t, c, team, "member"); len(got.Attributes) != 0 {
		t.Error("members are", got.Attributes)
	}
}

func rid(t *testing.T, c *ldap.Conn, dn string) string {
	return find(t, c, dn, "primaryGroupToken").GetAttributeValue("primaryGroupToken")
}

func guidOf(t *testing.T, c *ldap.Conn, dn string) string {
	t.Helper()
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, x := range find(t, c, dn, "objectGUID").GetRawAttributeValue("objectGUID") {
		b.WriteByte(digits[x>>4])
		b.WriteByte(digits[x&15])
	}
	return b.String()
}
