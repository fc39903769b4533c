package filter_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

const coreUser = "urn:ietf:params:scim:schemas:core:2.0:User"

func TestPathsOfClientsAreRead(t *testing.T) {
	paths := map[string]string{
		`userName`:                                                  `userName`,
		`NAME.GIVENNAME`:                                            `name.givenName`,
		`emails[type eq "work"]`:                                    `emails[type eq "work"]`,
		`emails[type eq "work"].Value`:                              `emails[type eq "work"].value`,
		`addresses[type eq "other"].Formatted`:                      `addresses[type eq "other"].formatted`,
		`emails[type eq work and (primary eq "True")]`:              `emails[type eq "work" and primary eq true]`,
		`roles[primary eq "True"].display`:                          `roles[primary eq true].display`,
		`groups[value eq "x" or value eq "y" or not (value pr)]`:    `groups[value eq "x" or value eq "y" or not (value pr)]`,
		`department`:                                                enterprise + `:department`,
		`manager`:                                                   enterprise + `:manager`,
		`Manager.Value`:                                             enterprise + `:manager.value`,
		strings.ToUpper(enterprise) + `:manager.value`:              enterprise + `:manager.value`,
		enterprise + `.manager`:                                     enterprise + `:manager`,
		strings.ToLower(enterprise):                                 enterprise,
		strings.ToLower(coreUser) + `:emails[type eq "work"].value`: `emails[type eq "work"].value`,
		coreUser:                            ``,
		``:                                  ``,
		` `:                                 ``,
		` title `:                           `title`,
		`id`:                                `id`,
		`meta.created`:                      `meta.created`,
		`password`:                          `password`,
		custom + `:tags[value eq "red"]`:    custom + `:tags[value eq "red"]`,
		custom + `:badges[door gt 7].value`: custom + `:badges[door gt 7].value`,
	}
	for text, want := range paths {
		path, err := filter.ParsePath(text, user())
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if path.String() != want || path.Whole() != (want == "") {
			t.Errorf("%s: got %s, whole %t, want %s", text, path, path.Whole(), want)
		}
		if again, err := filter.ParsePath(want, user()); err != nil || again.String() != want {
			t.Errorf("%s: the normal form reads as %s: %v", text, again, err)
		}
	}
	members, err := filter.ParsePath(`urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq "7f4bc1a3"]`, schema.Group())
	if err != nil || members.String() != `members[value eq "7f4bc1a3"]` {
		t.Errorf("got %s, %v", members, err)
	}
}

func TestWhatIsNoPathIsRefused(t *testing.T) {
	for _, text := range []string{`emails[0].value`, `emails[0]`, `emails[]`, `emails[type eq "work"`, `emails[type eq "work"].foo`, `emails[type eq "work"].`, `emails[type eq "work"].value.x`,
		`emails[type eq "work"].value eq "x"`, `foo`, `name.foo`, `name.`, `.name`, `name..givenName`, `userName[value eq "x"]`, `name[givenName eq "x"]`, `members`, `userName title`,
		`emails.value[type eq "x"]`, `urn:ietf:params:scim:schemas:core:2.0:Group:members`, enterprise + `:`, enterprise + `[department eq "x"]`, coreUser + `[userName eq "x"]`, `/userName`, `$`,
		`emails[type eq "work"][value pr]`, "userName\x00", "\xff", strings.Repeat("a", 10_000), `emails` + strings.Repeat("[", 5000), `emails[` + strings.Repeat("(", 100), `"userName"`, `[type eq "work"]`} {
		path, err := filter.ParsePath(text, user())
		var fault *filter.Error
		if !errors.As(err, &fault) || fault.Type != filter.InvalidPath || len(fault.Message) > 400 {
			t.Errorf("%.60q: got %s, %v", text, path, err)
		}
	}
	_, err := filter.ParsePath(`emails[0].value`, user())
	if want := `expected a sub-attribute of emails at character 8 of the path, found "0].value"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAPathSelectsItems(t *testing.T) {
	path := func(text string) filter.Path {
		path, err := filter.ParsePath(text, user())
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	work := map[string]any{"type": "work", "value": "x"}
	if !path(`emails[type eq "Work"].value`).Selects(work) || path(`emails[type eq "home"]`).Selects(work) || !path(`emails`).Selects(work) {
		t.Error("items of a complex attribute are not selected by their sub-attributes")
	}
	if tags := path(custom + `:tags[value eq "red"]`); !tags.Selects("Red") || tags.Selects("blue") || tags.Selects(nil) || tags.Selects(5) {
		t.Error("items of a simple attribute are not selected by their value")
	}
}
