package main

import (
	"crypto/rand"
	"maps"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/conformance/contract"
)

func TestTheEmbeddedDirectoryTakesWhatIsPushed(t *testing.T) {
	takesWhatIsPushed(t, "ad", contract.OnDevdir(t))
}

func TestSambaTakesWhatIsPushed(t *testing.T) { takesWhatIsPushed(t, "ad", contract.OnSamba(t)) }

func TestOpenLDAPTakesWhatIsPushed(t *testing.T) {
	takesWhatIsPushed(t, "ldap", contract.OnOpenLDAP(t))
}

// takesWhatIsPushed creates users and a group with the rules for pushes, and
// signs in as each user with the password that was pushed.
func takesWhatIsPushed(t *testing.T, destination string, f contract.Fixture) {
	d, err := f.Open(t.Context(), f.Settings)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	users, columns := pushedStreamInto(t, destination, f.Settings.Base, f.Container, bridge.User)
	password := bridge.NewSecret("Correct-Horse-9-" + rand.Text()[:8])
	for _, record := range pushedUsers(columns) {
		dn := createPushed(t, d, users, f.Container, pushedResult(t, users, columns, record), password)
		settings := f.Settings
		settings.BindDN, settings.Password, settings.Connections = dn, password, 1
		pool, err := ldap.Dial(t.Context(), settings)
		if err != nil {
			t.Errorf("%s does not sign in with the password that was pushed: %v", dn, err)
			continue
		}
		pool.Close()
	}
	groups, columns := pushedStreamInto(t, destination, f.Settings.Base, f.Container, bridge.Group)
	name := map[string]any{"id": key, "displayName": rand.Text()[:8] + " & Sons, Ltd."}
	createPushed(t, d, groups, f.Container, pushedResult(t, groups, columns, name), bridge.Secret{})
}

// pushedUsers are users of Okta and of Entra ID, one of whom nothing is known,
// and one with values that no directory has room for; with names of their own.
func pushedUsers(columns *mapping.Columns) []map[string]any {
	tag := rand.Text()[:8]
	okta, entra, hard := maps.Clone(oktaUser), maps.Clone(entraUser), map[string]any{"active": true}
	for _, column := range columns.List() {
		if column.Type == mapping.Text {
			hard[column.Name] = strings.Repeat("龍é\"=,+<>#;\\ ", 200)
		}
	}
	okta["userName"], okta["workEmail"], okta["displayName"] = tag+".o@corp.example.com", tag+".o@corp.example.com", "O "+tag
	entra["userName"], entra["workEmail"], entra["displayName"] = tag+".E@elsewhere.example.org", tag+".e@example.com", "E "+tag
	delete(entra, "userType") // the contract's OpenLDAP keeps the account state where it would go
	delete(hard, "userType")
	hard["userName"] = tag + "龍 \"hard\""
	return []map[string]any{okta, entra, {"id": key, "userName": tag + " alone", "active": true}, hard}
}

// createPushed creates the entry of a pushed record as a planner would, and
// returns its DN.
func createPushed(t *testing.T, d contract.Opened, c *bridge.Connection, container string, result mapping.Result, password bridge.Secret) string {
	t.Helper()
	change := bridge.Change{Actions: []bridge.Action{bridge.Create}, Stage: bridge.Entries, Key: key, Type: c.Type, After: bridge.Attributes{}}
	name := ""
	for _, a := range result.Attributes {
		values := a.Values
		if len(a.Candidates) > 0 {
			values = a.Candidates[:1]
		}
		switch {
		case a.Name == c.Template.RDN:
			name = values[0]
		case len(values) > 0:
			change.After[a.Name] = values
		}
	}
	change.DN = d.Rules().DN(c.Type, name, container)
	secrets := map[string]bridge.Secret{}
	judged := bridge.Entry{Type: c.Type, Name: name, Container: container, DN: change.DN, Attributes: maps.Clone(change.After)}
	if c.Template.Password != "" {
		change.NewState, judged.State = bridge.Enabled, bridge.Enabled
		secrets[c.Template.Password] = password
		if _, generated := c.Template.Attribute(c.Template.Password); generated {
			judged.Attributes[c.Template.Password] = bridge.Values{} // as the planner shows that there will be one
		}
	}
	for _, finding := range d.Rules().Check(judged, true) {
		if finding.Severity == bridge.Fault {
			t.Errorf("%s: %+v", change.DN, finding)
		}
	}
	if _, err := d.Apply(t.Context(), change, secrets); err != nil {
		t.Errorf("%s: %v", change.DN, err)
	}
	return change.DN
}
