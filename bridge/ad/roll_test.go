package ad

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// known is a roll just read, of one administrator; a search answers when answer
// is closed.
func known(t *testing.T, answer chan struct{}) *privileged {
	t.Helper()
	domain := account([]byte{1, 3, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0}, 3)
	group := goldap.NewEntry("CN=Domain Admins,DC=x", map[string][]string{"objectSid": {string(account(domain, 512))}, "member": {"CN=A,DC=x"}})
	admin := goldap.NewEntry("CN=A,DC=x", map[string][]string{"objectGUID": {"0123456789abcdef"}})
	p := &privileged{now: time.Now, base: "DC=x", sid: domain, turn: make(chan struct{}, 1)}
	p.search = func(_ context.Context, s ldap.Search) ([]*ldap.Raw, error) {
		<-answer
		if s.Filter == ldap.Equals("distinguishedName", admin.DN) {
			return []*ldap.Raw{admin}, nil
		}
		return []*ldap.Raw{group}, nil
	}
	p.known.Store(&roll{read: time.Now(), due: time.Now().Add(rollAge)})
	return p
}

func TestOnlyOneReaderWaitsForTheGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		p := known(t, answer)
		time.Sleep(rollAge)
		first := make(chan error)
		go func() { first <- p.refresh(t.Context()) }()
		synctest.Wait()
		if err := p.refresh(t.Context()); err != nil { // would wait for ever
			t.Error(err)
		}
		time.Sleep(rollGrace)
		late, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.refresh(late); !bridge.IsKind(err, bridge.Unavailable) {
			t.Errorf("past the grace nobody goes on with the old members: %v", err)
		}
		close(answer)
		if err := <-first; err != nil {
			t.Error(err)
		}
		for id, why := range map[string]string{"0123456789abcdef": "it is a member of Domain Admins", "0123456789abcdeX": ""} {
			if got := p.why(goldap.NewEntry("CN=B,DC=x", map[string][]string{"objectGUID": {id}})); got != why {
				t.Errorf("%q, want %q", got, why)
			}
		}
	})
}

func TestGroupsWithoutAMemberAreGroupsThatAreNotShown(t *testing.T) {
	p := &privileged{now: time.Now, turn: make(chan struct{}, 1), search: func(context.Context, ldap.Search) ([]*ldap.Raw, error) { return nil, nil }}
	if err := p.read(t.Context()); !bridge.IsKind(err, bridge.Unavailable) {
		t.Error(err)
	}
}

func TestASignInThatIsRefusedStaysOne(t *testing.T) {
	refused := bridge.Errorf(bridge.Unauthenticated, "the password is wrong")
	p := &privileged{now: time.Now, search: func(context.Context, ldap.Search) ([]*ldap.Raw, error) { return nil, refused }}
	if err := p.read(t.Context()); !bridge.IsKind(err, bridge.Unauthenticated) {
		t.Error(err)
	}
}
