package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
)

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make a token for a connection, and print it this once."`
	List   tokenListCommand   `cmd:"" help:"List tokens: when they expire, when they were used last. Their secrets are nowhere."`
	Revoke tokenRevokeCommand `cmd:"" help:"End a token; a server refuses it within a second."`
}

const (
	longestToken = 10 * 365 * 24 * time.Hour
	longestNote  = 200 // characters
)

type tokenCreateCommand struct {
	Connection string `required:"" placeholder:"NAME" help:"The connection whose client will show the token."`
	Expires    string `default:"180d" help:"How long it is valid, for example 90d or 12h."`
	ReadOnly   bool   `help:"The client may read and not write."`
	Note       string `help:"For people: who has it, what it is for."`
}

// Run makes a token. Only the token goes to standard output, so that it can be
// piped to where it is kept.
func (t *tokenCreateCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	life, err := t.check()
	if err != nil {
		return err
	}
	file, err := config.LoadWithoutSecrets(c.Config)
	if err != nil {
		return err
	}
	if _, here := file.Client(t.Connection); !here {
		return noConnection(file, t.Connection)
	}
	st, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	scopes := auth.Scopes()
	if t.ReadOnly {
		scopes = []auth.Scope{auth.Read}
	}
	now := time.Now()
	token, plain := auth.NewToken(t.Connection, scopes, now.Add(life), now)
	token.Note = t.Note
	if err := st.SaveToken(ctx, token); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(s.out, plain.Reveal()); err != nil {
		return bridge.Wrap(bridge.Unavailable, err, "token %s was made and could not be printed: revoke it with muster token revoke %s", token.ID, token.ID)
	}
	s.say("This is token %s of connection %s: to %s, until %s. It is not shown again; if it is lost: muster token revoke %s --reason lost",
		token.ID, token.Connection, words(token.Scopes, " and "), minute(token.Expires), token.ID)
	return nil
}

// check returns how long the token will be valid.
func (t *tokenCreateCommand) check() (time.Duration, error) {
	life, err := config.ParseDuration(t.Expires)
	switch {
	case err != nil:
		return 0, bridge.Wrap(bridge.Invalid, err, "--expires is a time like 90d or 12h")
	case life <= 0:
		return 0, bridge.Errorf(bridge.Invalid, "--expires %s: a token must be valid for some time", t.Expires)
	case time.Duration(life) > longestToken:
		return 0, bridge.Errorf(bridge.Invalid, "--expires %s is longer than ten years", t.Expires)
	case utf8.RuneCountInString(t.Note) > longestNote:
		return 0, bridge.Errorf(bridge.Invalid, "--note is longer than %d characters", longestNote)
	case strings.ContainsFunc(t.Note, unicode.IsControl):
		return 0, bridge.Errorf(bridge.Invalid, "--note has control characters")
	}
	return time.Duration(life), nil
}

func noConnection(file *config.File, name string) error {
	if len(file.Connections) == 0 {
		return bridge.Errorf(bridge.NotFound, "there is no connection %q: %s defines none; they stand under connections", name, file.Name)
	}
	names := make([]string, len(file.Connections))
	for i := range file.Connections {
		names[i] = file.Connections[i].Name
	}
	return bridge.Errorf(bridge.NotFound, "there is no connection %q in %s, which has: %s", name, file.Name, strings.Join(names, ", "))
}

type tokenListCommand struct {
	Connection string `placeholder:"NAME" help:"Only the tokens of this connection."`
	Output     string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// listedToken is a token with what it comes to now.
type listedToken struct {
	auth.Token
	State string `json:"state"` // live, expired or revoked
}

// Run lists tokens, also those that are no longer accepted.
func (l *tokenListCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	tokens, err := st.Tokens(ctx, l.Connection)
	if err != nil {
		return err
	}
	listed := make([]listedToken, len(tokens))
	for i, t := range tokens {
		listed[i] = listedToken{t, tokenState(t, time.Now())}
	}
	if l.Output == "json" {
		return s.json(listed)
	}
	if len(listed) == 0 {
		s.say("There is no token yet: muster token create --connection NAME")
		return nil
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tCONNECTION\tSTATE\tSCOPES\tCREATED\tEXPIRES\tLAST USED\tNOTE")
	for _, t := range listed {
		fmt.Fprintln(table, strings.Join([]string{t.ID, t.Connection, t.State, words(t.Scopes, ","), minute(t.Created), minute(t.Expires), minute(t.LastUsed), t.Note}, "\t"))
	}
	return table.Flush()
}

func tokenState(t auth.Token, at time.Time) string {
	switch {
	case t.Live(at):
		return "live"
	case t.Revoked.IsZero():
		return "expired"
	}
	return "revoked"
}

func words(scopes []auth.Scope, between string) string {
	all := make([]string, len(scopes))
	for i, scope := range scopes {
		all[i] = string(scope)
	}
	return strings.Join(all, between)
}

// minute is an instant as people read it, "never" if there was none.
func minute(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2006-01-02 15:04")
}

type tokenRevokeCommand struct {
	ID     string `arg:"" help:"The token's id, as list shows it; of muster_ID_SECRET the ID."`
	Reason string `required:"" help:"Why; it stands in the audit."`
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run ends a token.
func (r *tokenRevokeCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	id := auth.TokenID(r.ID)
	if id == "" {
		return bridge.Errorf(bridge.Invalid, "this is no id of a token: it has 12 small letters and digits, see muster token list")
	}
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.RevokeToken(ctx, id, r.Reason); err != nil {
		return err
	}
	t, err := st.Token(ctx, id)
	if err != nil {
		return err
	}
	if r.Output == "json" {
		return s.json(listedToken{t, tokenState(t, time.Now())})
	}
	s.say("Token %s of connection %s is revoked.", t.ID, t.Connection)
	return nil
}
