package contract

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/bridge/ldap"
)

func faultTests() []destinationTest {
	return []destinationTest{
		{name: "why a connection is not safe is told apart", test: faultTLS},
		{name: "a wrong password is tried once", test: faultPassword},
		{name: "a password that stops working is tried once, however many ask", test: faultPasswordLater, naughty: true},
		{name: "why an account may not sign in is told apart", test: faultSignIn, naughty: true},
		{name: "half a list is an error", test: faultList, naughty: true},
		{name: "a read outlives a connection that was cut", test: faultCutRead, naughty: true},
		{name: "a directory that hangs is given up", test: faultHang, naughty: true},
		{name: "nobody waits for what was cancelled", test: faultCancel, naughty: true},
		{name: "what was not sent was not done", test: faultUnsent, naughty: true},
		{name: "a fault of the directory is told from a refusal", test: faultCodes, naughty: true},
		{name: "the next server is used until something was written", test: faultNext, naughty: true},
	}
}

// dialled is what opening says under other settings.
func (s *destinationCase) dialled(t *testing.T, change func(*ldap.Settings)) error {
	t.Helper()
	settings := s.Settings
	settings.DialTimeout, settings.RequestTimeout = 500*time.Millisecond, 500*time.Millisecond
	change(&settings)
	d, err := s.Open(t.Context(), settings)
	if err == nil {
		d.Close()
	}
	return err
}

func faultTLS(t *testing.T, s *destinationCase) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, closed.Close())
	for words, change := range map[string]func(*ldap.Settings){
		"another name":           func(l *ldap.Settings) { l.ServerName = "elsewhere.example.com" },
		"authority":              func(l *ldap.Settings) { l.CAFile, l.CAs = "", x509.NewCertPool() },
		"refuses the connection": func(l *ldap.Settings) { l.URLs = []string{"ldaps://" + closed.Addr().String()} },
		"not answer in time":     func(l *ldap.Settings) { l.URLs = []string{"ldaps://" + silent.Addr().String()} },
		"the name in":            func(l *ldap.Settings) { l.URLs = []string{"ldaps://no-such-host.invalid:636"} },
		"none of the 2 servers": func(l *ldap.Settings) {
			l.URLs = []string{"ldaps://" + closed.Addr().String(), "ldaps://" + closed.Addr().String()}
		},
	} {
		refused(t, s.dialled(t, change), bridge.Unavailable, words)
	}
	for words, change := range map[string]func(*ldap.Settings){
		"clear text":     func(l *ldap.Settings) { l.URLs = []string{"ldap://127.0.0.1"} },
		"no URL":         func(l *ldap.Settings) { l.URLs = nil },
		"anonymous bind": func(l *ldap.Settings) { l.Password = bridge.Secret{} },
		"cannot be read": func(l *ldap.Settings) { l.CAFile = "no-such-file.pem" },
	} {
		refused(t, s.dialled(t, change), bridge.Invalid, words)
	}
	if s.Server == nil {
		return
	}
	refused(t, s.dialled(t, func(l *ldap.Settings) { l.URLs = []string{"ldaps://" + s.Server.LDAP()} }), bridge.Unavailable)
	must(t, s.dialled(t, func(l *ldap.Settings) { l.URLs, l.StartTLS = []string{"ldap://" + s.Server.LDAP()}, true }))
	refused(t, s.dialled(t, func(l *ldap.Settings) {
		l.URLs, l.StartTLS, l.ServerName = []string{"ldap://" + s.Server.LDAP()}, true, "elsewhere.example.com"
	}), bridge.Unavailable, "another name")
}

func faultPassword(t *testing.T, s *destinationCase) {
	err := s.dialled(t, func(l *ldap.Settings) { l.Password, l.URLs = bridge.NewSecret("wrong"), append(l.URLs, l.URLs...) })
	refused(t, err, bridge.Unauthenticated, "password is wrong", "once")
	if strings.Contains(fmt.Sprintf("%v %+v", err, err), "\"wrong\"") {
		t.Error("the password is in the error")
	}
	if s.Naughty == nil {
		return
	}
	before := s.Naughty.Binds(s.Settings.BindDN)
	_ = s.dialled(t, func(l *ldap.Settings) { l.Password, l.URLs = bridge.NewSecret("wrong"), append(l.URLs, l.URLs...) })
	if n := s.Naughty.Binds(s.Settings.BindDN) - before; n != 1 {
		t.Errorf("it was tried %d times", n)
	}
}

func faultPasswordLater(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Reader", nil)
	secret, err := s.Reset(t.Context(), bridge.Ref{ID: e.ID}, bridge.Generated{Attribute: "unicodePwd", Length: 16})
	must(t, err)
	s.replace(t, e.DN, "pwdLastSet", "-1")
	d := s.opened(t, func(l *ldap.Settings) { l.BindDN, l.Password, l.Connections = e.DN, secret, 8 })
	_, err = s.Reset(t.Context(), bridge.Ref{ID: e.ID}, bridge.Generated{Attribute: "unicodePwd", Length: 16})
	must(t, err)
	before := s.Naughty.Binds(e.DN)
	s.Server.CutAll()
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			if _, err := d.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{}); !bridge.IsKind(err, bridge.Unauthenticated) {
				t.Errorf("error %v", err)
			}
		})
	}
	group.Wait()
	if n := s.Naughty.Binds(e.DN) - before; n != 1 {
		t.Errorf("it was tried %d times", n)
	}
}

func faultSignIn(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Signer", nil)
	secret, err := s.Reset(t.Context(), bridge.Ref{ID: e.ID}, bridge.Generated{Attribute: "unicodePwd", Length: 16})
	must(t, err)
	signIn := func(words string) {
		t.Helper()
		refused(t, s.dialled(t, func(l *ldap.Settings) { l.BindDN, l.Password = e.DN, secret }), bridge.Unauthenticated, words)
	}
	signIn("must be changed")
	s.replace(t, e.DN, "pwdLastSet", "-1")
	s.replace(t, e.DN, "accountExpires", "116444736000000000")
	signIn("account has expired")
	s.replace(t, e.DN, "accountExpires", "0")
	s.replace(t, e.DN, "userAccountControl", "514")
	signIn("disabled")
}

// unavailable demands that a list ends with an error of that kind.
func (s *destinationCase) unavailable(t *testing.T, words ...string) {
	t.Helper()
	var last error
	n := 0
	for _, err := range s.List(t.Context(), bridge.Query{Type: bridge.Contact, Scope: []string{s.ou}}) {
		if last != nil {
			t.Error("something follows the error")
		}
		if last = err; err == nil {
			n++
		}
	}
	if n >= 120 {
		t.Errorf("all %d are listed", n)
	}
	refused(t, last, bridge.Unavailable, words...)
}

func faultList(t *testing.T, s *destinationCase) {
	s.contacts(t, 120)
	for name, fault := range map[string]devdir.Fault{
		"size limit":              {Do: devdir.SizeLimit(10)},
		"size limit later":        {After: 1, Do: devdir.SizeLimit(10)},
		"referral":                {Do: devdir.Referral("ldap://elsewhere.example.com/")},
		"referral later":          {After: 2, Do: devdir.Referral("ldap://elsewhere.example.com/")},
		"lost page":               {After: 1, Do: devdir.ResultCode(12, "00000057: LdapErr: DSID-0C090792, comment: Error processing control, data 0, v4563")},
		"lost page, as Samba":     {After: 1, Do: devdir.ResultCode(53, "0000203D: cookie")},
		"time limit":              {After: 1, Do: devdir.ResultCode(3, "")},
		"busy":                    {After: 1, Do: devdir.ResultCode(51, "")},
		"administrative limit":    {After: 1, Do: devdir.ResultCode(11, "")},
		"session lost":            {After: 1, Do: devdir.ResultCode(1, "000004DC: LdapErr: a successful bind must be completed")},
		"cut in the second page":  {After: 1, Do: devdir.Cut()},
		"cut after the last page": {After: 2, Do: devdir.CutAfter()},
	} {
		t.Run(name, func(t *testing.T) {
			fault.Op, fault.On = "search", s.ou
			s.Naughty.Fault(fault)
			defer s.Naughty.ClearFaults()
			s.unavailable(t)
		})
	}
	if got := s.listed(t, s, bridge.Query{Type: bridge.Contact, Scope: []string{s.ou}}); len(got) != 120 {
		t.Errorf("%d are listed in the end", len(got))
	}
}

func faultCutRead(t *testing.T, s *destinationCase) {
	s.contacts(t, 60)
	e := s.joined(t, "Reader", nil)
	for range 20 {
		s.Server.CutAll()
		s.entry(t, e.ID, e.Type)
		s.Server.CutAll()
		if got := s.listed(t, s, bridge.Query{Type: bridge.Contact, Scope: []string{s.ou}}); len(got) != 60 {
			t.Errorf("%d are listed", len(got))
		}
	}
}

func faultHang(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Hung", nil)
	d := s.opened(t, func(l *ldap.Settings) { l.RequestTimeout = 300 * time.Millisecond })
	for _, effect := range []devdir.Effect{devdir.Hang(), devdir.HangAfter()} {
		s.Naughty.Fault(devdir.Fault{Op: "search", Do: effect})
		began := time.Now()
		_, err := d.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
		refused(t, err, bridge.Unavailable, "in time")
		for _, err := range d.List(t.Context(), bridge.Query{Type: bridge.User}) {
			refused(t, err, bridge.Unavailable, "in time")
		}
		if waited := time.Since(began); waited > 3*time.Second {
			t.Errorf("it took %s", waited)
		}
		s.Naughty.ClearFaults()
	}
	_, err := d.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
	must(t, err)
}

func faultCancel(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Cancelled", nil)
	s.Naughty.Fault(devdir.Fault{On: e.ID, Do: devdir.Hang()})
	s.Naughty.Fault(devdir.Fault{On: s.ou, Do: devdir.Hang()})
	defer s.Naughty.ClearFaults()
	for name, ask := range map[string]func(context.Context) error{
		"get": func(ctx context.Context) error {
			_, err := s.Get(ctx, bridge.Ref{ID: e.ID}, bridge.Query{})
			return err
		},
		"list": func(ctx context.Context) (last error) {
			for _, last = range s.List(ctx, bridge.Query{Type: bridge.User, Scope: []string{s.ou}}) {
			}
			return last
		},
		"find": func(ctx context.Context) error {
			_, err := s.Find(ctx, bridge.Query{Scope: []string{s.ou}}, "displayName", "x")
			return err
		},
		"create": func(ctx context.Context) error { _, err := s.Apply(ctx, s.person("Never"), nil); return err },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		began := time.Now()
		err := ask(ctx)
		refused(t, err, bridge.Unavailable)
		var unknown *bridge.Unknown
		if errors.As(err, &unknown) != (name == "create") {
			t.Errorf("%s: the outcome is unknown: %v", name, err)
		}
		if waited := time.Since(began); waited > 2*time.Second {
			t.Errorf("%s took %s", name, waited)
		}
		before, stop := context.WithCancel(t.Context())
		stop()
		if err := ask(before); !bridge.IsKind(err, bridge.Unavailable) || errors.As(err, &unknown) {
			t.Errorf("%s, cancelled before: %v", name, err)
		}
	}
}

// faultUnsent loses the directory between two requests.
func faultUnsent(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Unsent", nil)
	server := s.another(t)
	d := s.opened(t, func(l *ldap.Settings) { l.URLs = []string{server.URL()} })
	server.Close()
	_, err := d.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
	refused(t, err, bridge.Unavailable)
	_, err = d.Apply(t.Context(), s.person("Never"), nil)
	refused(t, err, bridge.Unavailable, "refuses the connection")
	var unknown *bridge.Unknown
	if errors.As(err, &unknown) {
		t.Errorf("nothing was sent, and yet: %v", err)
	}
}

// another serves the directory at one more address.
func (s *destinationCase) another(t *testing.T) *devdir.Server {
	t.Helper()
	server, err := s.Naughty.Serve(context.Background(), devdir.Listen{LDAPS: "127.0.0.1:0"})
	must(t, err)
	t.Cleanup(server.Close)
	return server
}

func faultCodes(t *testing.T, s *destinationCase) {
	e := s.joined(t, "Codes", nil)
	for text, want := range map[string]bridge.Kind{
		"50|00002098: SecErr: DSID-1, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0": bridge.Forbidden, "50|00000005: SecErr": bridge.Forbidden,
		"19|0000052D: AtrErr: DSID-1, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)": bridge.Invalid, "53|0000052D: SvcErr": bridge.Invalid,
		"68|00000524: UpdErr": bridge.Conflict, "19|000021C8: AtrErr: DSID-1, #1: problem 1005, data 0, Att 90290 (userPrincipalName)": bridge.Conflict,
		"51|": bridge.Unavailable, "52|": bridge.Unavailable, "16|00002085: AtrErr": bridge.Stale, "20|": bridge.Stale, "1|000004DC: LdapErr": bridge.Unavailable,
		"1|": bridge.Internal, "80|00002095: NameErr": bridge.Stale, "10|": bridge.Unavailable, "21|": bridge.Invalid, "34|": bridge.Invalid,
	} {
		code, words, _ := strings.Cut(text, "|")
		n := 0
		if _, err := fmt.Sscan(code, &n); err != nil {
			t.Fatal(err)
		}
		effect := devdir.ResultCode(n, words)
		if n == 10 {
			effect = devdir.Referral("ldap://elsewhere.example.com/")
		}
		s.Naughty.Fault(devdir.Fault{Op: "modify", Do: effect})
		_, err := s.Apply(t.Context(), s.edit(e, bridge.Attributes{"displayName": {"secret value"}}), nil)
		var unknown *bridge.Unknown
		if bridge.KindOf(err) != want || errors.As(err, &unknown) || strings.Contains(fmt.Sprint(err), "secret value") {
			t.Errorf("%s: %v is %s, want %s", text, err, bridge.KindOf(err), want)
		}
		s.Naughty.ClearFaults()
	}
}

// faultNext has two addresses of one directory.
func faultNext(t *testing.T, s *destinationCase) {
	first := s.another(t)
	urls := []string{first.URL(), s.Server.URL()}
	e := s.joined(t, "Next", nil)
	reader := s.opened(t, func(l *ldap.Settings) { l.URLs = urls })
	writer := s.opened(t, func(l *ldap.Settings) { l.URLs = urls })
	_, err := writer.Apply(t.Context(), s.edit(e, bridge.Attributes{"displayName": {"x"}}), nil)
	must(t, err)
	first.Close()
	_, err = reader.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
	must(t, err)
	_, err = writer.Get(t.Context(), bridge.Ref{ID: e.ID}, bridge.Query{})
	refused(t, err, bridge.Unavailable, "went away after something was written")
}
