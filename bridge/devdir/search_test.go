package devdir_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

func TestFilters(t *testing.T) {
	_, _, c := start(t, devdir.Options{})
	must(t, c.Add(user("Hans Müller", "sn", "Müller", "employeeID", "00123", "proxyAddresses", "SMTP:hans@x.org", "proxyAddresses", "smtp:hm@x.org")))
	must(t, c.Add(user("Jane  Doe", "sn", "Doe", "manager", "CN=Hans Müller,"+people, "userAccountControl", "66082")))
	must(t, c.Add(entry("CN=A Contact,"+people, "contact", "mail", "a@b.c")))
	guid := find(t, c, "CN=jane doe,"+people).GetRawAttributeValue("objectGUID")
	for filter, want := range map[string]int{
		"(sn=MÜLLER)": 1, "(sn=muller)": 1, "(cn=jane doe)": 1, "(name=JANE   DOE)": 1, "(employeeID=123)": 0, "(employeeID=00123)": 1,
		"(cn=j*e*doe)": 1, "(cn=jane*x)": 0, "(sn=*ll*)": 1, "(proxyAddresses=smtp:HM@X.ORG)": 1, "(proxyAddresses=smtp:*)": 1,
		"(&(objectCategory=person)(objectClass=user)(ou=*))": 0, "(&(objectCategory=person)(objectClass=user)(employeeID=*))": 1,
		"(&(objectCategory=person)(!(objectClass=user)))": 1, "(|(sn=doe)(employeeID=00123)(mail=a@b.c))": 3,
		"(manager=CN=HANS MULLER," + people + ")": 1, "(directReports=CN=Jane Doe," + people + ")": 1, "(manager=CN=Nobody," + people + ")": 0,
		"(noSuchAttribute=1)": 0, "(&(sn=doe)(!(noSuchAttribute=1)))": 1, "(unicodePwd=*)": 0, "(sn~=doe)": 1,
		"(userAccountControl:1.2.840.113556.1.4.803:=65538)":              2, // Guest is such an account, too
		"(&(sn=*)(userAccountControl:1.2.840.113556.1.4.804:=65536))":     1,
		"(objectGUID=" + escape(guid) + ")":                               1,
		"(distinguishedName=cn=jane doe," + strings.ToLower(people) + ")": 1,
		"(&(uSNChanged>=1)(sn=doe))":                                      1,
		"(uSNChanged<=1)":                                                 0,
		"(anr=jane)":                                                      1,
		"(objectSid=S-1-5-32-544)":                                        1,
	} {
		if got := len(search(t, c, filter, "cn")); got != want {
			t.Errorf("%s finds %d, want %d", filter, got, want)
		}
	}
}

func escape(b []byte) string {
	var s strings.Builder
	for _, x := range b {
		fmt.Fprintf(&s, `\%02x`, x)
	}
	return s.String()
}

// crowd serves 1,050 users.
func crowd(t *testing.T) (*devdir.Directory, *devdir.Server, *ldap.Conn) {
	t.Helper()
	d, s, c := start(t, devdir.Options{Exchange: true})
	for i := range 1050 {
		must(t, d.Add(fmt.Sprintf("CN=u%04d,%s", i, people), map[string][]string{"objectClass": {"user"}, "sAMAccountName": {fmt.Sprintf("u%04d", i)}}))
	}
	return d, s, c
}

func request(filter string, controls ...ldap.Control) *ldap.SearchRequest {
	return ldap.NewSearchRequest(people, ldap.ScopeWholeSubtree, 0, 0, 0, false, filter, []string{"cn"}, controls)
}

func TestPages(t *testing.T) {
	d, s, c := crowd(t)
	t.Run("more than 1000 entries without pages end with a size limit", func(t *testing.T) {
		r, err := c.Search(request("(objectClass=user)"))
		refused(t, err, 4, "00002023")
		if len(r.Entries) != 1000 {
			t.Error(len(r.Entries))
		}
	})
	t.Run("pages give all", func(t *testing.T) {
		r, err := c.SearchWithPaging(request("(objectClass=user)"), 300)
		must(t, err)
		if len(r.Entries) != 1050 {
			t.Error(len(r.Entries))
		}
	})
	t.Run("a cookie is good on its own connection only", func(t *testing.T) {
		p := ldap.NewControlPaging(10)
		r, err := c.Search(request("(objectClass=user)", p))
		must(t, err)
		p.SetCookie(ldap.FindControl(r.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging).Cookie)
		_, err = dial(t, d, s, d.AdminDN(), password).Search(request("(objectClass=user)", p))
		refused(t, err, 12, "00000057")
		_, err = c.Search(request("(objectClass=person)", p))
		refused(t, err, 12, "00000057")
		_, err = c.Search(request("(objectClass=user)", p))
		must(t, err)
	})
	t.Run("the eleventh open paged search ends the first", func(t *testing.T) {
		c := dial(t, d, s, d.AdminDN(), password)
		var pages []*ldap.ControlPaging
		for range 11 {
			p := ldap.NewControlPaging(10)
			r, err := c.Search(request("(objectClass=user)", p))
			must(t, err)
			p.SetCookie(ldap.FindControl(r.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging).Cookie)
			pages = append(pages, p)
		}
		_, err := c.Search(request("(objectClass=user)", pages[0]))
		refused(t, err, 12, "00000057")
		_, err = c.Search(request("(objectClass=user)", pages[1]))
		must(t, err)
	})
}

func TestBases(t *testing.T) {
	_, _, c := crowd(t)
	t.Run("the domain refers to the configuration", func(t *testing.T) {
		q := ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, 0, 0, 0, false, "(sAMAccountName=u0001)", nil, nil)
		r, err := c.Search(q)
		must(t, err)
		if len(r.Entries) != 1 || len(r.Referrals) != 1 {
			t.Error(len(r.Entries), r.Referrals)
		}
		q.Controls = []ldap.Control{ldap.NewControlString("1.2.840.113556.1.4.1339", false, "")}
		if r, err = c.Search(q); err != nil || len(r.Referrals) != 0 {
			t.Error(err, r.Referrals)
		}
	})
	t.Run("another forest is elsewhere", func(t *testing.T) {
		_, err := c.Search(ldap.NewSearchRequest("DC=other,DC=com", 0, 0, 0, 0, false, "(cn=*)", nil, nil))
		refused(t, err, 10, "0000202B")
	})
	t.Run("bases by GUID, SID and well-known GUID", func(t *testing.T) {
		dn := "CN=u0001," + people
		for _, b := range []string{"<GUID=" + guidOf(t, c, dn) + ">", "<guid=" + strings.ToUpper(guidOf(t, c, dn)) + ">"} {
			if got := find(t, c, b).DN; got != dn {
				t.Error(b, "is", got)
			}
		}
		if got := find(t, c, "<SID=S-1-5-32-544>").DN; got != "CN=Administrators,CN=Builtin,"+base {
			t.Error(got)
		}
		if got := find(t, c, "<WKGUID=A9D1CA15768811D1ADED00C04FD8D5CD,"+base+">").DN; got != "CN=Users,"+base {
			t.Error(got)
		}
		_, err := c.Search(ldap.NewSearchRequest("<GUID={"+guidOf(t, c, dn)+"}>", 0, 0, 0, 0, false, "(cn=*)", nil, nil))
		refused(t, err, 34, "")
	})
}

func TestSearch(t *testing.T) {
	_, _, c := crowd(t)
	t.Run("an unknown critical control is refused with the search's own answer", func(t *testing.T) {
		_, err := c.Search(request("(cn=*)", critical{"1.2.3.4"}))
		refused(t, err, 12, "00000057")
		refused(t, c.Del(ldap.NewDelRequest("CN=u0002,"+people, []ldap.Control{critical{"1.2.3.4"}})), 12, "00000057")
	})
	t.Run("no attributes, types only, several kinds at once", func(t *testing.T) {
		dn := "CN=u0001," + people
		if e := find(t, c, dn, "1.1"); len(e.Attributes) != 0 {
			t.Error(e.Attributes)
		}
		if e := find(t, c, dn, "*", "canonicalName", "SAMACCOUNTNAME"); e.GetAttributeValue("canonicalName") != "corp.example.com/People/u0001" || len(e.GetAttributeValues("sAMAccountName")) != 1 {
			t.Error(e.Attributes)
		}
		if e := find(t, c, dn); e.GetAttributeValue("canonicalName") != "" {
			t.Error("a constructed attribute came unasked")
		}
	})
	t.Run("the schema can be read", func(t *testing.T) {
		q := ldap.NewSearchRequest("CN=Schema,CN=Configuration,"+base, ldap.ScopeSingleLevel, 0, 0, 0, false, "(lDAPDisplayName=mailNickname)", nil, nil)
		r, err := c.Search(q)
		must(t, err)
		if len(r.Entries) != 1 || r.Entries[0].GetAttributeValue("rangeUpper") != "64" || r.Entries[0].GetAttributeValue("attributeSyntax") != "2.5.5.12" {
			t.Error(r.Entries)
		}
		q.Filter = "(&(objectClass=classSchema)(lDAPDisplayName=user))"
		r, err = c.Search(q)
		must(t, err)
		if len(r.Entries) != 1 || !slices.Contains(r.Entries[0].GetAttributeValues("systemMayContain"), "userPrincipalName") {
			t.Error(r.Entries)
		}
	})
	t.Run("compare", func(t *testing.T) {
		for value, want := range map[string]bool{"U0001": true, "x": false} {
			if got, err := c.Compare("CN=u0001,"+people, "sAMAccountName", value); err != nil || got != want {
				t.Error(value, got, err)
			}
		}
		_, err := c.Compare("CN=u0001,"+people, "title", "x")
		refused(t, err, 16, "00000057")
	})
}

// critical is a control that is truly critical on the wire.
type critical struct{ oid string }

func TestRanges(t *testing.T) {
	d, _, c := start(t, devdir.Options{})
	var all []string
	for i := range 3200 {
		dn := fmt.Sprintf("CN=m%04d,%s", i, people)
		must(t, d.Add(dn, map[string][]string{"objectClass": {"user"}}))
		all = append(all, dn)
	}
	team := "CN=Team," + people
	must(t, c.Add(entry(team, "group", "sAMAccountName", "team")))
	r := ldap.NewModifyRequest(team, nil)
	r.Add("member", all)
	must(t, c.Modify(r))
	e := find(t, c, team, "member")
	if got := len(e.GetAttributeValues("member;range=0-1499")); got != 1500 {
		t.Fatal(got)
	}
	var read []string
	for {
		e := find(t, c, team, fmt.Sprintf("member;range=%d-*", len(read)))
		if len(e.Attributes) != 1 {
			t.Fatal(e.Attributes)
		}
		read = append(read, e.Attributes[0].Values...)
		if strings.HasSuffix(e.Attributes[0].Name, "-*") {
			break
		}
	}
	slices.Sort(read)
	if !slices.Equal(read, all) {
		t.Error("the ranges together are not the members")
	}
	if got := find(t, c, team, "member;range=10-19").Attributes[0]; got.Name != "member;range=10-19" || len(got.Values) != 10 {
		t.Error(got.Name, len(got.Values))
	}
	_, err := c.Search(ldap.NewSearchRequest(team, 0, 0, 0, 0, false, "(cn=*)", []string{"member;range=3200-*"}, nil))
	refused(t, err, 1, "00000057")
}
