package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"
	"modernc.org/sqlite"

	"github.com/muster-idm/muster/cmd/muster/demo"
	"github.com/muster-idm/muster/conformance/contract/servers"
)

// How many of each kind there are. Employees and mailboxes are drawn from one
// crowd, so that nobody is both.
const (
	censusEmployees = 2000
	censusMailboxes = 50
	censusPartners  = 50
	censusTeams     = 30 // groups whose members are rows
	censusClubs     = 20 // groups whose members are a list in a column
	greatestTeam    = 300
)

// box is a made-up mailbox. Its person's given name has a word in front, because
// the template makes the account name of it and other tests use the same domain.
type box struct {
	demo.Person
	given, mail, alias, hidden string
}

// band is a made-up group as its source means it.
type band struct {
	key, name, account, description string
	members                         []string // keys, each once
}

// census is the sources, the jobs and where they go.
type census struct {
	t         *testing.T
	server    servers.Server
	ou        string
	dir       string
	employees []demo.Person
	partners  []demo.Person
	boxes     []box
	teams     []band
	clubs     []band
}

func newCensus(t *testing.T, s servers.Server) *census {
	t.Helper()
	c := &census{t: t, server: s, ou: servers.Container(t, s, "directory"), dir: t.TempDir()}
	crowd := demo.Crowd(censusEmployees+censusMailboxes, censusPartners)
	c.employees, c.partners = crowd[:censusEmployees], slices.Clone(crowd[censusEmployees+censusMailboxes:])
	for i := range c.partners {
		c.partners[i].Mail = "d-" + c.partners[i].Mail
	}
	for n, p := range crowd[censusEmployees : censusEmployees+censusMailboxes] {
		b := box{Person: p, given: "Mbx " + p.Given, mail: fmt.Sprintf("d-Box.%02d@example.com", n), alias: fmt.Sprintf("d-Box.%02d", n), hidden: "FALSE"}
		if n%7 == 3 {
			b.mail, b.hidden = fmt.Sprintf("d-Box.%02d+Post@Example.com", n), "TRUE"
			b.alias += "Post"
		}
		c.boxes = append(c.boxes, b)
	}
	c.drawGroups()
	c.addContainers()
	c.writeSources()
	c.write("ad-password", s.Password)
	c.write("muster.yaml", censusConfig(s, c.ou))
	return c
}

// drawGroups gives each group other members: people everywhere in the source,
// and among them partners and mailboxes, which come from other jobs.
func (c *census) drawGroups() {
	for n := range censusTeams {
		b := band{key: fmt.Sprintf("T%02d", n), name: fmt.Sprintf("d-Team %02d, Größe & Maß", n), account: fmt.Sprintf("d-team-%02d-grosse-mass", n),
			description: fmt.Sprintf("Team %d: alle für eine", n)}
		for i := range greatestTeam * n / (censusTeams - 1) {
			b.members = append(b.members, c.employees[(n*61+i*7)%censusEmployees].Key)
		}
		if n%5 == 4 {
			b.members = append(b.members, c.partners[n].Key, c.boxes[n].Key)
		}
		c.teams = append(c.teams, b)
	}
	for n := range censusClubs {
		b := band{key: fmt.Sprintf("C%02d", n), name: fmt.Sprintf("d-Клуб %02d", n), account: fmt.Sprintf("d-klub-%02d", n)}
		for i := range 1 + n*4 {
			b.members = append(b.members, c.employees[(n*97+i*11)%censusEmployees].Key)
		}
		c.clubs = append(c.clubs, b)
	}
}

func (c *census) addContainers() {
	c.t.Helper()
	conn := servers.Connect(c.t, c.server)
	for _, name := range []string{"Staff", "Partners", "Mailboxes", "Teams", "Clubs"} {
		add := goldap.NewAddRequest("OU="+name+","+c.ou, nil)
		add.Attribute("objectClass", []string{"organizationalUnit"})
		if err := conn.Add(add); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *census) path(name string) string { return filepath.Join(c.dir, name) }

func (c *census) write(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(c.path(name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *census) writeSources() {
	c.t.Helper()
	ctx := c.t.Context()
	if err := demo.WriteEmployees(ctx, c.path("hr.db"), c.employees); err != nil {
		c.t.Fatal(err)
	}
	if err := demo.WritePartners(c.path("partners.xlsx"), c.partners); err != nil {
		c.t.Fatal(err)
	}
	connector, err := sqlite.NewConnector("file:" + c.path("hr.db"))
	if err != nil {
		c.t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.fill(ctx, tx); err != nil {
		c.t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		c.t.Fatal(err)
	}
}

// fill writes mailboxes and groups beside the employees. Members stand in any
// order, some twice, and each club has one whom nobody knows.
func (c *census) fill(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `CREATE TABLE mailbox (id TEXT, given TEXT, family TEXT, mail TEXT, title TEXT, hidden TEXT);
		CREATE TABLE team (code TEXT, name TEXT, description TEXT); CREATE TABLE team_member (team TEXT, person TEXT);
		CREATE TABLE club (code TEXT, name TEXT, roster TEXT)`)
	if err != nil {
		return err
	}
	insert := func(statement string, values ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, statement, values...)
		}
	}
	for _, b := range c.boxes {
		insert(`INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, ?)`, b.Key, "Mbx  "+b.Spelled.Given, b.Spelled.Family, " "+b.mail, b.Spelled.Title, b.hidden)
	}
	for n, b := range c.teams {
		insert(`INSERT INTO team VALUES (?, ?, ?)`, b.key, b.name, b.description)
		for i := range b.members {
			insert(`INSERT INTO team_member VALUES (?, ?)`, b.key, b.members[len(b.members)-1-i])
			if i%100 == 50 {
				insert(`INSERT INTO team_member VALUES (?, ?)`, b.key, b.members[n])
			}
		}
	}
	for _, b := range c.clubs {
		roster := append(slices.Clone(b.members), "E9999", b.members[0])
		insert(`INSERT INTO club VALUES (?, ?, ?)`, b.key, b.name, strings.Join(roster, " ;"))
	}
	return err
}

// censusConfig has the rules of the demonstration where they say more than the
// templates. Account names begin as no other test's do.
func censusConfig(s servers.Server, ou string) string {
	return fmt.Sprintf(`version: 1
muster: {store: muster.db}
destinations:
  - {name: corp, type: active-directory, url: %q, ca_file: %q, base: %q, bind: %q, password: "${file:ad-password}"}
sources:
  - {name: hr, type: sqlite, path: hr.db}
  - {name: list, type: xlsx, path: partners.xlsx}
jobs:
  - name: staff
    source: hr
    table: staff
    key: id
    type: User
    destination: corp
    scope: %q
    container: 'dn("OU", department, "%[6]s")'
    enabled: isBlank(ended) || !is_past(date(ended, "yyyy-MM-dd", "dd.MM.yyyy", "d MMM yyyy"))
    zone: Europe/Berlin
    country: DE
    fields: {end: ended}
    mapping:
      sAMAccountName: {value: 'unique_number("d-" + join(".", left(no_spaces(norm(given)), 10), no_spaces(norm(family))), 20)', when: create}
      userPrincipalName: {value: 'unique("d-" + join(".", left(no_spaces(norm(given)), 10), no_spaces(norm(family))) + "@" + domain, "d-" + slug(key) + "@" + domain)', when: create}
      telephoneNumber: {value: phone_e164(phone)}
      l: location
      description: {text: 'Since {format(date(began, "yyyy-MM-dd", "dd.MM.yyyy", "d MMM yyyy"))}'}
    match: employeeID
    policy: {leavers: disable, adopt: true, add_containers: true}
  - name: partners
    source: list
    key: Partner ID
    types: {Contract start: text}
    type: Contact
    destination: corp
    scope: "OU=Partners,%[7]s"
    country: DE
    mapping:
      telephoneNumber: {value: phone_e164(phone)}
    match: mail
    policy: {leavers: delete, delete_after: 30d, adopt: false}
  - name: mailboxes
    source: hr
    table: mailbox
    key: id
    type: Mailbox
    destination: corp
    scope: "OU=Mailboxes,%[7]s"
    mapping:
      targetAddress: {when: empty, text: 'SMTP:{email_local(mail)}@d-tenant.mail.onmicrosoft.com'}
      msExchHideFromAddressLists: hidden
    match: employeeID
    policy: {leavers: disable, adopt: true}
  - name: teams
    source: hr
    table: team
    key: code
    type: Group
    destination: corp
    scope: "OU=Teams,%[7]s"
    members: {table: team_member, group: team, member: person}
    members_from: [staff, partners, mailboxes]
    policy: {leavers: create-update}
  - name: clubs
    source: hr
    table: club
    key: code
    type: Group
    destination: corp
    scope: "OU=Clubs,%[7]s"
    mapping:
      groupType: {value: '"8"', when: create}
    members: split(roster, ";")
    members_from: [staff]
    policy: {leavers: create-update}
`, s.URL, s.CAFile, s.Base, s.BindDN, "OU=Staff,"+ou, "OU=Staff,"+ou, ou)
}
