package ldap

import (
	"context"
	"errors"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// bind signs a fresh connection in. A refused password is never tried again on
// this pool: a second attempt could lock the account.
func (p *Pool) bind(ctx context.Context, c *conn) error {
	p.binding.Lock()
	defer p.binding.Unlock()
	if p.refused != nil {
		return p.refused
	}
	stop := context.AfterFunc(ctx, c.cut)
	defer stop()
	c.ldap.SetTimeout(p.set.DialTimeout)
	defer c.ldap.SetTimeout(p.set.RequestTimeout)
	err := c.ldap.Bind(p.set.BindDN, p.set.Password.Reveal())
	if err == nil {
		return nil
	}
	if goldap.IsErrorWithCode(err, goldap.LDAPResultInvalidCredentials) {
		p.refused = bindError(p.set.BindDN, err)
		return p.refused
	}
	return answerError(err, "sign in as "+p.set.BindDN)
}

// bindReasons are the sub-status codes of a refused bind (MS-ERREF 2.2).
var bindReasons = map[string]string{
	"525": "there is no such account",
	"52e": "the account name or the password is wrong",
	"530": "the account may not sign in at this hour",
	"531": "the account may not sign in from this machine",
	"532": "its password has expired; set a new one and let it never expire",
	"533": "the account is disabled",
	"701": "the account has expired",
	"773": "its password must be changed at the next sign-in; set a password and clear that flag",
	"775": "the account is locked out; unlock it, and find out who used a wrong password",
}

func bindError(account string, err error) error {
	refusal := parseRefusal(err)
	reason := bindReasons[refusal.Data]
	if reason == "" {
		reason = bindReasons["52e"]
	}
	return bridge.Wrap(bridge.Unauthenticated, refusal, "the directory refuses the account %s: %s; it was tried once and is not tried again", account, reason)
}

// isSignInRefused says whether the error is a refused password.
func isSignInRefused(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Code == goldap.LDAPResultInvalidCredentials
}
