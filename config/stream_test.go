package config_test

import (
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
)

const okta = `version: 1
destinations:
  - {name: corp, type: active-directory, url: "ldaps://dc1", base: "DC=example,DC=com", bind: m, password: "${env:SET}"}
connections:
  - name: okta
    destination: corp
    users: {scope: "OU=Staff,DC=example,DC=com", policy: {leavers: disable}}
    groups: {scope: "OU=Groups,DC=example,DC=com", policy: {leavers: create-update}}
`

func client(t *testing.T, text string) (*config.File, *config.Client) {
	t.Helper()
	f := parsed(t, text)
	c, ok := f.Client("okta")
	if !ok {
		t.Fatal("the connection is not there")
	}
	return f, c
}

func stream(t *testing.T, text string, typ bridge.ObjectType) *bridge.Connection {
	t.Helper()
	f, c := client(t, text)
	compiled, err := f.Stream("okta", typ, template(typ), c.Columns(typ))
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func TestEveryStreamOfTheExamplesCompilesAndItsTestsPass(t *testing.T) {
	seen := 0
	for _, path := range examples(t) {
		f := parseExample(t, path)
		for i := range f.Connections {
			c := &f.Connections[i]
			for _, typ := range []bridge.ObjectType{bridge.User, bridge.Group} {
				if !c.Accepts(typ) {
					continue
				}
				results, err := f.RunStreamTests(c.Name, typ, template(typ), c.Columns(typ))
				if err != nil {
					t.Fatalf("%s %s: %v", filepath.Base(path), c.Stream(typ), err)
				}
				for _, result := range results {
					seen++
					for _, d := range result.Differences {
						t.Errorf("%s %s: %s", result.Job, result.Test, d)
					}
				}
			}
		}
	}
	if seen < 3 {
		t.Errorf("%d tests of streams", seen)
	}
}

func TestAConnectionHasDefaultsForEverythingButItsPolicy(t *testing.T) {
	f, c := client(t, okta)
	want := bridge.Quota{Connection: "okta", PerHour: map[bridge.Action]int{bridge.DisableEntry: 100, bridge.DeleteEntry: 25, bridge.RemoveMembers: 1000}}
	if diff := cmp.Diff(want, c.Quota()); diff != "" {
		t.Error(diff)
	}
	if c.Review() || c.Strict() || !c.SetsPasswords() || !c.AnswersPatch(bridge.User) || c.AnswersPatch(bridge.Group) || c.OverLimit != 503 {
		t.Errorf("got %+v", c)
	}
	if c.Requests != (config.Requests{PerSecond: 50, Burst: 100}) || c.Page != (config.Page{Default: 100, Max: 1000}) || c.Bulk != (config.Bulk{Operations: 1000, Size: 1 << 20}) {
		t.Errorf("got %+v %+v %+v", c.Requests, c.Page, c.Bulk)
	}
	if f.Muster.Listen != "127.0.0.1:8080" || f.Muster.MaxBody != 8<<20 || len(f.Muster.Proxies()) != 0 {
		t.Errorf("got %+v", f.Muster)
	}
}

func TestWhatAConnectionStatesHolds(t *testing.T) {
	_, c := client(t, okta+`    mode: review
    references: strict
    passwords: ignore
    answers: {patch_user: none, patch_group: resource}
    limits: {create: 5, disable: unlimited, delete: 0}
    over_limit: 429
    requests: {per_second: 25}
    page: {max: 200}
    bulk: {operations: 10, size: 512KiB}
`)
	want := map[bridge.Action]int{bridge.Create: 5, bridge.DeleteEntry: 0, bridge.RemoveMembers: 1000}
	if diff := cmp.Diff(want, c.Quota().PerHour); diff != "" {
		t.Error(diff)
	}
	if !c.Review() || !c.Strict() || c.SetsPasswords() || c.AnswersPatch(bridge.User) || !c.AnswersPatch(bridge.Group) || c.OverLimit != 429 {
		t.Errorf("got %+v", c)
	}
	if c.Requests.Burst != 50 || c.Page != (config.Page{Default: 100, Max: 200}) || c.Bulk.Size.String() != "512KiB" {
		t.Errorf("got %+v %+v %s", c.Requests, c.Page, c.Bulk.Size)
	}
}

func TestTheServersSettingsAreRead(t *testing.T) {
	f := parsed(t, "version: 1\nmuster:\n  listen: :8443\n  trusted_proxies: [10.1.2.3/8, 192.0.2.7, \"::1\"]\n  url: https://idm.example.com/\n  max_body: 2MB\n")
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("::1/128")}
	if got := f.Muster.Proxies(); !slices.Equal(got, want) || f.Muster.URL != "https://idm.example.com" || f.Muster.MaxBody != 2e6 {
		t.Errorf("got %v %+v", got, f.Muster)
	}
}

func TestAStreamTakesTheTemplatesRulesForPushes(t *testing.T) {
	c := stream(t, okta, bridge.User)
	if c.Name != "okta/users" || c.Destination != "corp" || c.Type != bridge.User || c.Approval || c.Revision == "" || len(c.Limits.Actions) > 0 {
		t.Errorf("got %+v", c)
	}
	want := []string{"cn", "givenName", "sn", "mail", "title", "info", "account", "login", "manager"}
	if diff := cmp.Diff(want, c.Mapping.Attributes()); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(c.Match, []string{"login"}) {
		t.Errorf("matched by %v: a name that is given once cannot follow userName", c.Match)
	}
	c = stream(t, okta, bridge.Group)
	if c.Name != "okta/groups" || !slices.Equal(c.Match, []string{"cn"}) || !slices.Equal(c.MembersFrom, []string{"okta/users", "okta/groups"}) || c.Members != bridge.MembersKnown || !c.Mapping.HasMembers() {
		t.Errorf("got %+v", c)
	}
}

func TestTheConnectionsOwnRulesAndFieldsGoFirst(t *testing.T) {
	own := strings.Replace(okta, "policy: {leavers: disable}", `fields: {mail: homeEmail}, mapping: {account: userName, title: none}, enabled: active && userType != "Guest", policy: {leavers: disable}`, 1)
	f, client := client(t, own)
	columns := client.Columns(bridge.User)
	c, err := f.Stream("okta", bridge.User, person(bridge.User), columns)
	if err != nil {
		t.Fatal(err)
	}
	row := mapping.Row{Columns: columns, Values: make([]any, len(columns.List()))}
	for name, value := range map[string]any{"userName": "ada", "givenName": "Ada", "familyName": "King", "homeEmail": "a@home.example", "workEmail": "a@work.example", "active": true, "userType": "Guest"} {
		i, _ := columns.Index(name)
		row.Values[i] = value
	}
	result := c.Mapping.Map(row, "k", time.Unix(0, 0))
	got := map[string]string{}
	for _, a := range result.Attributes {
		got[a.Name] = strings.Join(a.Values, " ")
	}
	if got["mail"] != "a@home.example" || got["account"] != "ada" || result.Enabled == nil || *result.Enabled || slices.Contains(c.Mapping.Attributes(), "title") {
		t.Errorf("got %v, enabled %v", got, result.Enabled)
	}
	if !slices.Equal(c.Match, []string{"account"}) {
		t.Errorf("matched by %v", c.Match)
	}
}

// What a value that is missing does to its attribute.
func TestMissingValuesClearUnlessTheStreamAdopts(t *testing.T) {
	adopting := strings.Replace(okta, "{leavers: disable}", "{leavers: disable, adopt: true}", 1)
	for text, want := range map[string]mapping.Empty{
		okta: mapping.Clear, adopting: mapping.Leave, okta + "    empty: leave\n": mapping.Leave, adopting + "    empty: clear\n": mapping.Clear,
	} {
		f, client := client(t, text)
		columns := client.Columns(bridge.User)
		c, err := f.Stream("okta", bridge.User, person(bridge.User), columns)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range c.Mapping.Map(mapping.Row{Columns: columns, Values: make([]any, len(columns.List()))}, "k", time.Unix(0, 0)).Attributes {
			if a.Rule.Empty != want {
				t.Errorf("%s: %s, want %s", a.Name, a.Rule.Empty, want)
			}
		}
	}
}

func TestReviewedPushesNeedApproval(t *testing.T) {
	if c := stream(t, okta+"    mode: review\n", bridge.User); !c.Approval {
		t.Error("a push that is reviewed is applied at once")
	}
}

func TestTheRevisionOfAStreamIsThatOfWhatItDoes(t *testing.T) {
	first := stream(t, okta, bridge.User).Revision
	if stream(t, okta+"    description: all\n    page: {max: 500}\n", bridge.User).Revision != first {
		t.Error("described, it has another revision")
	}
	for _, text := range []string{okta + "    empty: leave\n", okta + "    domain: example.org\n", okta + "    mode: review\n", strings.Replace(okta, "OU=Staff", "OU=Other", 1),
		okta + "    extensions: [{id: \"urn:x:y\", on: User, attributes: [{name: a}]}]\n"} {
		if stream(t, text, bridge.User).Revision == first {
			t.Errorf("the same revision:\n%s", text)
		}
	}
}

func TestExtensionsAreColumnsOfTheirType(t *testing.T) {
	_, c := client(t, okta+`    extensions:
      - id: urn:example:a:User
        on: User
        attributes: [{name: badge}, {name: department, column: acmeDepartment}, {name: n, type: integer}, {name: d, type: decimal}, {name: at, type: dateTime}, {name: yes, type: boolean}, {name: sites, multi: true}]
      - {id: "urn:example:a:Group", on: Group, attributes: [{name: owner}]}
`)
	list := c.Columns(bridge.User).List()
	want := []mapping.Column{{Name: "badge", Type: mapping.Text}, {Name: "acmeDepartment", Type: mapping.Text}, {Name: "n", Type: mapping.Integer}, {Name: "d", Type: mapping.Number},
		{Name: "at", Type: mapping.Time}, {Name: "yes", Type: mapping.Boolean}, {Name: "sites", Type: mapping.Texts}}
	if diff := cmp.Diff(want, list[len(list)-len(want):]); diff != "" {
		t.Error(diff)
	}
	if _, ok := c.Columns(bridge.Group).Index("owner"); !ok {
		t.Error("the group's extension has no column")
	}
}

func TestAFaultInAStreamIsPointedAt(t *testing.T) {
	text := strings.Replace(okta, "policy: {leavers: disable}", "fields: {mail: workMail}, where: statu == \"x\", match: [nothing], mapping: {title: {value: upper(nope)}}, policy: {leavers: disable}", 1)
	f, c := client(t, text)
	_, err := f.Stream("okta", bridge.User, person(bridge.User), c.Columns(bridge.User))
	if err == nil {
		t.Fatal("it compiles")
	}
	for _, want := range []string{`in.yaml:7:65: a pushed User has no column "workMail"`, `did you mean "workEmail"?`, `in.yaml:7:83: where:`, `match: no rule gives nothing a value`, `title: `} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%s", want, err)
		}
	}
	if _, err := f.Stream("okta", bridge.Contact, person(bridge.Contact), nil); !bridge.IsKind(err, bridge.NotFound) {
		t.Errorf("contacts are not pushed: %v", err)
	}
	if _, err := f.Stream("entra", bridge.User, person(bridge.User), nil); !bridge.IsKind(err, bridge.NotFound) {
		t.Errorf("there is no such connection: %v", err)
	}
}
