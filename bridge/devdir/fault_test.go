package devdir_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

func TestFaults(t *testing.T) {
	d, s, c := start(t, devdir.Options{})
	t.Run("the third modify is refused once", func(t *testing.T) {
		must(t, c.Add(user("Jane")))
		d.Fault(devdir.Fault{Op: "modify", After: 2, Times: 1, Do: devdir.ResultCode(51, "0000200E: busy")})
		for i, want := range []int{0, 0, 51, 0} {
			err := replace(c, "CN=Jane,"+people, "title", fmt.Sprint(i))
			if want == 0 {
				must(t, err)
			} else {
				refused(t, err, want, "0000200E")
			}
		}
		d.ClearFaults()
	})
	t.Run("an add is done and not answered", func(t *testing.T) {
		d.Fault(devdir.Fault{Op: "add", On: "cn=ghost", Times: 1, Do: devdir.CutAfter()})
		own := dial(t, d, s, d.AdminDN(), password)
		must(t, own.Add(user("Other")))
		if err := own.Add(user("Ghost")); err == nil {
			t.Error("an answer came")
		}
		find(t, c, "CN=Ghost,"+people)
	})
	t.Run("an add is neither done nor answered", func(t *testing.T) {
		d.Fault(devdir.Fault{Op: "add", Times: 1, Do: devdir.Cut()})
		if err := dial(t, d, s, d.AdminDN(), password).Add(user("Nobody")); err == nil {
			t.Error("an answer came")
		}
		if got := len(search(t, c, "(cn=nobody)")); got != 0 {
			t.Error(got)
		}
	})
}

func TestFaultsOfSearch(t *testing.T) {
	d, s, c := start(t, devdir.Options{})
	t.Run("a silent search does not silence the connection", func(t *testing.T) {
		d.Fault(devdir.Fault{Op: "search", Times: 1, Do: devdir.Hang()})
		own := dial(t, d, s, d.AdminDN(), password)
		own.SetTimeout(50 * time.Millisecond)
		_, err := own.Search(ldap.NewSearchRequest(base, 0, 0, 0, 0, false, "(cn=*)", nil, nil))
		var le *ldap.Error
		if !errors.As(err, &le) || le.ResultCode != ldap.ErrorNetwork {
			t.Error(err)
		}
		find(t, own, base)
	})
	t.Run("a search is cut short", func(t *testing.T) {
		for i := range 3 {
			must(t, c.Add(user(fmt.Sprint("u", i))))
		}
		d.Fault(devdir.Fault{Op: "search", Times: 1, Do: devdir.SizeLimit(2)})
		r, err := c.Search(ldap.NewSearchRequest(people, 2, 0, 0, 0, false, "(objectClass=user)", nil, nil))
		refused(t, err, 4, "")
		if len(r.Entries) != 2 {
			t.Error(len(r.Entries))
		}
	})
	t.Run("a referral", func(t *testing.T) {
		must(t, c.Add(user("Jane")))
		d.Fault(devdir.Fault{Op: "delete", Times: 1, Do: devdir.Referral("ldap://dc2.corp.example.com/")})
		refused(t, c.Del(ldap.NewDelRequest("CN=Jane,"+people, nil)), 10, "")
	})
	t.Run("a slow answer", func(t *testing.T) {
		d.Fault(devdir.Fault{Op: "search", Times: 1, Do: devdir.Slow(30 * time.Millisecond)})
		began := time.Now()
		find(t, c, base)
		if time.Since(began) < 30*time.Millisecond {
			t.Error("it was quick")
		}
	})
	t.Run("all connections are cut and new ones welcome", func(t *testing.T) {
		s.CutAll()
		if _, err := c.Search(ldap.NewSearchRequest(base, 0, 0, 0, 0, false, "(cn=*)", nil, nil)); err == nil {
			t.Error("an answer came")
		}
		find(t, dial(t, d, s, d.AdminDN(), password), base)
	})
}
