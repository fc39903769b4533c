package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/cmd/muster/demo"
	"github.com/muster-idm/muster/config"
)

// demoTokenLife is how long the demonstration's token is valid.
const demoTokenLife = 24 * time.Hour

// stay serves the demonstration's connection until the context ends. One process
// at a time writes, so that Enter closes the door, and opens it again: in
// between the reader's own commands may apply plans.
func (p *presentation) stay(ctx context.Context) error {
	file, err := config.Load(p.site.Config)
	if err != nil {
		return err
	}
	token, err := makeDemoToken(ctx, file)
	if err != nil {
		return err
	}
	if err := p.site.Vacate(); err != nil {
		return err
	}
	enter := p.enters(ctx)
	if err := p.serve(ctx, file, enter, token); err != nil {
		return err
	}
	for ctx.Err() == nil {
		p.say("\nThe door is closed: apply and run work now. Enter opens it again, Ctrl-C ends the demonstration.")
		select {
		case <-ctx.Done():
			return nil
		case <-enter:
		}
		if err := p.serve(ctx, file, enter, bridge.Secret{}); err != nil {
			return err
		}
	}
	return nil
}

func makeDemoToken(ctx context.Context, file *config.File) (plain bridge.Secret, err error) {
	st, err := openStore(ctx, file)
	if err != nil {
		return bridge.Secret{}, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	now := time.Now()
	token, secret := auth.NewToken(demo.Connection, auth.Scopes(), now.Add(demoTokenLife), now)
	token.Note = "made by muster demo"
	return bridge.NewSecret(secret.Reveal()), st.SaveToken(ctx, token)
}

// enters tells of each line that the reader enters. At the end of the input it
// falls silent.
func (p *presentation) enters(ctx context.Context) <-chan struct{} {
	enter := make(chan struct{})
	go func() {
		for p.lines.Scan() {
			select {
			case enter <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return enter
}

// serve serves until Enter, or until the context ends. With a token it says what
// to try, else only that the door is open again.
func (p *presentation) serve(ctx context.Context, file *config.File, enter <-chan struct{}, token bridge.Secret) (err error) {
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Lock("muster demo, where Enter closes the door"); err != nil {
		return err
	}
	v, err := openServer(ctx, p.screen, file, st)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close(context.WithoutCancel(ctx))) }()
	if token.IsZero() {
		p.say("The door is open again at %s", v.base(demo.Connection))
	} else if err := p.next(v.base(demo.Connection), token); err != nil {
		return err
	}
	open, shut := context.WithCancel(ctx)
	defer shut()
	go func() {
		select {
		case <-enter:
			shut()
		case <-open.Done():
		}
	}()
	return v.answer(open)
}

// next says what to try while the directory is up and the door is open.
func (p *presentation) next(url string, token bridge.Secret) error {
	program, err := os.Executable()
	if err != nil {
		program = "muster"
	}
	_, err = fmt.Fprintf(p.out, `
Now Muster serves SCIM, and you are the identity provider. In another terminal:

  export URL=%[1]s
  export TOKEN=%[2]s
  export MUSTER_CONFIG=%[3]s

  # a user arrives, and has an account in OU=Cloud
  curl --oauth2-bearer $TOKEN $URL/Users -H 'Content-Type: application/scim+json' -d '{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@example.com",
    "name": {"givenName": "Ada", "familyName": "Lovelace"}, "emails": [{"value": "ada@example.com", "type": "work"}], "active": true}'

  # she is found, and her id with her
  curl --oauth2-bearer $TOKEN -G $URL/Users --data-urlencode 'filter=userName eq "ada@example.com"'
  ID=$(curl -s --oauth2-bearer $TOKEN -G $URL/Users --data-urlencode 'filter=userName eq "ada@example.com"' | sed 's/.*"id":"\([^"]*\)".*/\1/')

  # a group with her in it, in OU=Groups
  curl --oauth2-bearer $TOKEN $URL/Groups -H 'Content-Type: application/scim+json' -d '{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Analysts", "members": [{"value": "'$ID'"}]}'

  # she may not sign in any more
  curl --oauth2-bearer $TOKEN -X PATCH $URL/Users/$ID -H 'Content-Type: application/scim+json' -d '{
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "replace", "path": "active", "value": false}]}'

  # the door, held to the RFCs and to what Okta and Entra send
  %[4]s conformance --url $URL --token $TOKEN

  # the directory itself, over LDAP
  LDAPTLS_CACERT=%[5]s ldapsearch -LLL -H %[6]s -D '%[7]s' -y %[8]s -b '%[9]s' '(|(sn=O*)(sn=Lovelace))' cn sAMAccountName userAccountControl memberOf

  # one person of the HR database, from the source to the plan; the audit
  %[4]s trace staff E1033
  %[4]s audit verify

  # the next day: people join, move, marry and leave
  cp %[10]s/tomorrow/* %[10]s/
  %[4]s preview staff --save

One process at a time writes, and as long as the door is open it is this one. Press Enter here to close it, and then

  %[4]s apply PLAN
  %[4]s run partners

Enter opens it again. Ctrl-C ends the demonstration, and everything is gone.
`, url, token.Reveal(), p.site.Config, program, p.site.CAFile, p.site.URL, p.site.Bind, p.site.PasswordFile, p.site.Base, p.site.Dir)
	return err
}
