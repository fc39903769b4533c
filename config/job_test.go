package config_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
)

const head = `version: 1
destinations:
  - {name: corp, type: active-directory, url: "ldaps://dc1", base: "DC=example,DC=com", bind: m, password: "${env:SET}"}
sources:
  - {name: hr, type: sqlite, path: hr.db}
jobs:
`

const staff = `  - name: staff
    source: hr
    table: people
    key: id
    type: User
    destination: corp
    scope: OU=Staff,DC=example,DC=com
    policy: {leavers: disable}
`

func parsed(t *testing.T, text string) *config.File {
	t.Helper()
	f, err := config.Parse("in.yaml", []byte(text), archiveEnvironment(nil))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// faultsOf compiles the job staff and returns what is wrong, one line each,
// with the character that is pointed at.
func faultsOf(t *testing.T, text, columns string) []string {
	t.Helper()
	_, err := parsed(t, text).Connection("staff", person(bridge.User), columnsOf(t, columns))
	if err == nil {
		return nil
	}
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	var out []string
	for _, f := range faults {
		rest := []rune(lines[f.Line-1])[f.Column-1:]
		out = append(out, fmt.Sprintf("at %.8q: %s", string(rest), f.Message))
	}
	return out
}

func TestAFaultInAnExpressionIsPointedAtInsideEveryKindOfScalar(t *testing.T) {
	for name, rule := range map[string]string{
		"plain":          "title: {value: upper(given) + nope}",
		"plain folded":   "title:\n        value: upper(given)\n          + nope",
		"single quotes":  `title: {value: 'upper(''é'') + nope'}`,
		"double quotes":  `title: {value: "upper(\"\u00e9\") + nope"}`,
		"folded quotes":  "title:\n        value: \"upper(given)\n\n          + nope\"",
		"literal":        "title:\n        value: |\n          upper(given) +\n            nope",
		"folded":         "title:\n        value: >-\n          upper(given) +\n          nope",
		"text in braces": `title: {text: 'Ä {given} {nope}'}`,
	} {
		t.Run(name, func(t *testing.T) {
			text := head + staff + "    mapping:\n      " + rule + "\n"
			got := faultsOf(t, text, "id given family")
			if len(got) != 1 || !strings.HasPrefix(got[0], `at "nope`) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestPartsOfAJobArePointedAt(t *testing.T) {
	text := head + strings.Replace(staff, "key: id", "key: number", 1) + `    where: statu == "x"
    enabled: given + 1
    container: ou_path(dept)
    fields: {given: firstname}
    match: [employeeNumber]
    mapping:
      title: job
      info: {value: upper(given), steps: [uper]}
`
	got := faultsOf(t, text, "id given family status")
	for _, want := range []string{
		`at "number": the source has no column "number"`, `at "statu ==`, `at "+ 1"`, `at "firstnam`, `at "employee": match: no rule`,
		`at "job": title: the source has no column`, `at "upper(gi": info: there is no step "uper"`,
	} {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, want) }) {
			t.Errorf("no fault %s in\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestFieldsAreFoundByNameAndSynonym(t *testing.T) {
	f := parsed(t, head+staff+"    fields: {title: position, extra: id}\n")
	fields, err := f.Fields("staff", person(bridge.User), columnsOf(t, "id|First Name|NACH_NAME|position"))
	if err != nil {
		t.Fatal(err)
	}
	want := []config.Field{
		{Name: "given", Column: "First Name", Automatic: true}, {Name: "family", Column: "NACH_NAME", Automatic: true},
		{Name: "mail", Automatic: true}, {Name: "title", Column: "position"}, {Name: "manager", Automatic: true}, {Name: "extra", Column: "id"},
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

func TestANeededFieldWithoutAColumnIsNamedWithWhatLooksLikeIt(t *testing.T) {
	_, err := parsed(t, head+staff).Connection("staff", person(bridge.User), columnsOf(t, "id given familiy"))
	if err == nil {
		t.Fatal("it compiles")
	}
	for _, want := range []string{`sn: a User needs it`, `fields: {family: COLUMN}; these columns look like it: familiy`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%s", want, err)
		}
	}
}

// rules lists the rules of the job staff as attribute and what gives the value.
func rules(t *testing.T, text, columns string) []string {
	t.Helper()
	c, err := parsed(t, text).Connection("staff", person(bridge.User), columnsOf(t, columns))
	if err != nil {
		t.Fatal(err)
	}
	return c.Mapping.Attributes()
}

func TestTheJobsRulesGoOverTheTemplates(t *testing.T) {
	got := rules(t, head+staff+"    mapping: {INFO: none, MAIL: id, zeta: id, alpha: id}\n", "id given family title")
	want := []string{"cn", "givenName", "sn", "mail", "title", "alpha", "zeta"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMandatoryAttributeCannotBeSwitchedOff(t *testing.T) {
	got := faultsOf(t, head+staff+"    mapping: {CN: none}\n", "id given family")
	if len(got) != 1 || !strings.Contains(got[0], "cn: a User needs it, so it cannot be none") {
		t.Errorf("got %q", got)
	}
}

func TestLimitsHaveDefaultsThatHoldOneByOne(t *testing.T) {
	limits := func(text string) bridge.Limits {
		c, err := parsed(t, head+staff+text).Connection("staff", person(bridge.User), columnsOf(t, "id given family"))
		if err != nil {
			t.Fatal(err)
		}
		return c.Limits
	}
	percent := func(p float64) bridge.Limit { return bridge.Limit{Percent: &p} }
	none, five := 0, 5
	want := bridge.Limits{Floor: 20, MinRows: 80, Actions: map[bridge.Action]bridge.Limit{
		bridge.DisableEntry: percent(10), bridge.DeleteEntry: percent(10), bridge.RemoveMembers: percent(30), bridge.Move: percent(25), bridge.Rename: percent(10),
	}}
	if diff := cmp.Diff(want, limits("")); diff != "" {
		t.Errorf("absent: %s", diff)
	}
	want.Floor, want.MinRows = 0, 0
	want.Actions[bridge.DisableEntry] = bridge.Limit{Count: &five, Percent: percent(2.5).Percent}
	want.Actions[bridge.DeleteEntry] = bridge.Limit{Count: &none}
	delete(want.Actions, bridge.Move)
	if diff := cmp.Diff(want, limits("    limits: {disable: [5, 2.5%], delete: 0, move: unlimited, floor: 0, min_rows: 0}\n")); diff != "" {
		t.Errorf("stated: %s", diff)
	}
}

func TestTheRevisionIsThatOfWhatTheJobDoesNotOfHowItIsWritten(t *testing.T) {
	revision := func(text string) string {
		c, err := parsed(t, text).Connection("staff", person(bridge.User), columnsOf(t, "id given family"))
		if err != nil {
			t.Fatal(err)
		}
		return c.Revision
	}
	base := head + staff + "    mapping: {title: id, info: {value: upper(given)}}\n"
	first := revision(base)
	for name, text := range map[string]string{
		"written in lines": head + "# staff\n" + staff + "    mapping:\n      info:\n        value: 'upper(given)'   # loud\n      title: id\n",
		"described":        base + "    description: everybody\n",
		"tested":           base + "    tests: [{name: a, row: {id: 1}}]\n",
	} {
		if revision(text) != first {
			t.Errorf("%s, it has another revision", name)
		}
	}
	for name, text := range map[string]string{
		"rule": strings.Replace(base, "upper", "lower", 1), "policy": strings.Replace(base, "leavers: disable", "leavers: create-update", 1),
		"limits": base + "    limits: {create: 5}\n", "table": "tables: {t: {a: b}}\n" + base, "scope": strings.Replace(base, "OU=Staff", "OU=Other", 1),
		"match": base + "    match: title\n", "type": strings.Replace(base, "type: User", "type: Mailbox", 1), "adopt": strings.Replace(base, "disable}", "disable, add_containers: true}", 1),
	} {
		if revision(text) == first {
			t.Errorf("with another %s it has the same revision", name)
		}
	}
}

func TestATestThatFailsSaysWhatAndWhere(t *testing.T) {
	f := parsed(t, head+staff+`    where: given != "Bob"
    mapping: {title: {value: upper(given), required: true}, homePhone: id}
    tests:
      - name: all wrong
        row: {id: "1", given: Ann, family: Lee}
        want: {title: Ann, sn: [Lee, Li], homePhone: "2", nothing: x}
        container: OU=Other,DC=example,DC=com
        enabled: true
        faults: no such
      - name: not selected
        row: {id: "1", given: Bob}
      - name: no such column
        row: {idd: "1"}
      - name: right
        row: {id: "1", given: Ann, family: Lee}
        want: {title: ANN, mail: null, manager: null, cn: Ann Lee}
`)
	results, err := f.RunTests("staff", person(bridge.User), columnsOf(t, "id given family email manager_no"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, result := range results {
		for _, d := range result.Differences {
			got = append(got, result.Test+": "+d.String())
		}
	}
	want := []string{
		`all wrong: in.yaml:20:23: title: want "Ann", got "ANN"`,
		`all wrong: in.yaml:20:32: sn: want "Lee", "Li", got "Lee"`,
		`all wrong: in.yaml:20:54: homePhone: want "2", got another value (sensitive)`,
		`all wrong: in.yaml:20:68: nothing: want "x", got no rule for it`,
		`all wrong: in.yaml:21:20: container: want OU=Other,DC=example,DC=com, got OU=Staff,DC=example,DC=com`,
		`all wrong: in.yaml:22:18: enabled: want true, got nothing said`,
		`all wrong: in.yaml:23:17: faults: want "no such", got no such fault`,
		`not selected: in.yaml:24:9: selected: want true, got false`,
		`no such column: in.yaml:27:20: row: want a column of the source, got "idd"; did you mean "id"?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMembersAsRowsAreTheColumnOfTheSource(t *testing.T) {
	f := parsed(t, head+staff+`  - name: teams
    source: hr
    table: teams
    key: team
    type: Group
    destination: corp
    scope: OU=Groups,DC=example,DC=com
    members: {table: memberships, group: team, member: person}
    members_from: staff
    policy: {leavers: create-update}
`)
	columns, err := mapping.NewColumns(mapping.Column{Name: "team", Type: mapping.Text}, mapping.Column{Name: "members", Type: mapping.Texts})
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Connection("teams", group(), columns)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Mapping.HasMembers() || c.Members != bridge.MembersKnown || !slices.Equal(c.MembersFrom, []string{"staff"}) {
		t.Errorf("got %+v", c)
	}
}
