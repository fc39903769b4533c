package filter_test

// The faults of the SCIM library's filters, numbered as in the issue of the
// door; each is right here.

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

func TestF1ABareMultiValuedAttributeMeansItsValue(t *testing.T) {
	matches(t, barbara(), true, `emails eq "babs@jensen.org"`, `emails co "JENSEN.ORG"`, `groups eq "g1"`, `emails ew ".org"`, `emails sw "bjensen"`)
	matches(t, barbara(), false, `emails eq "work"`, `groups eq "G1"`)
	refuses(t, `name eq "x"`, `addresses eq "x"`, `name co "x"`)
	if got := parse(t, `emails eq "x"`).String(); got != `emails.value eq "x"` {
		t.Errorf("got %s", got)
	}
}

func TestF2ParenthesesDoNotOverflowTheStack(t *testing.T) {
	refuses(t, strings.Repeat("(", 100_000), strings.Repeat("not (", 1_000), strings.Repeat("(", 8000))
	deep := strings.Repeat("(", filter.MaxDepth) + "userName pr" + strings.Repeat(")", filter.MaxDepth)
	matches(t, barbara(), true, deep)
	refuses(t, "("+deep+")")
}

func TestF3ASubAttributeBehindBracketsIsOfTheSameItem(t *testing.T) {
	matches(t, barbara(), true, `emails[type eq "work"].value eq "bjensen@example.com"`, `emails[type eq "work" or type eq "home"].Value ew ".org"`)
	matches(t, barbara(), false, `emails[type eq "work"].value eq "babs@jensen.org"`, `emails[type eq "other"].value pr`)
	if got := parse(t, `emails[type eq "work"].value eq "x"`).String(); got != `emails[type eq "work" and value eq "x"]` {
		t.Errorf("got %s", got)
	}
}

func TestF4ASubAttributeMatchesInAnyItem(t *testing.T) {
	matches(t, barbara(), true, `emails.value eq "babs@jensen.org"`, `emails.type eq "home"`, `emails.value pr`, `emails.type eq "home" and emails.value co "bjensen"`)
	matches(t, barbara(), false, `emails.type eq "other"`, `phoneNumbers.value pr`)
}

func TestF5BracketsHoldParenthesesAndAnyNumberOfTerms(t *testing.T) {
	matches(t, barbara(), true, `emails[(type eq "work") and (value co "jensen")]`,
		`emails[type eq "work" and value co "jensen" and primary eq true]`,
		`emails[not (type eq "work") and ((value co "x") or value co "jensen")]`)
	matches(t, barbara(), false, `emails[type eq "home" and value co "jensen" and primary eq true]`)
}

func TestF6CoreAndExtensionStandInOneFilter(t *testing.T) {
	matches(t, barbara(), true, `userName eq "bjensen@example.com" and `+enterprise+`:department eq "tours"`,
		`id eq "2819c223-7f76-453a-919d-413861904646" and manager eq "m1"`)
	matches(t, barbara(), false, `userName eq "bjensen@example.com" and `+enterprise+`:department eq "Sales"`,
		`id eq "2819c223-7f76-453a-919d-413861904646" and manager eq "m2"`)
}

func TestF7ExtensionsAreVisited(t *testing.T) {
	matches(t, barbara(), true, enterprise+`:department eq "Tours"`, enterprise+`:manager.value eq "m1"`, enterprise+`:manager eq "m1"`,
		custom+`:level eq 3`, custom+`:badges[door eq 9].value eq "b2"`, enterprise+` pr`, `department eq "Tours"`)
	matches(t, barbara(), false, enterprise+`:department eq "Sales"`, custom+`:level eq 4`, custom+`:badges[door eq 7].value eq "b2"`)
	matches(t, with(map[string]any{enterprise: map[string]any{}}), false, enterprise+` pr`)
}

func TestF8IntegersOfEachGoTypeCompare(t *testing.T) {
	for _, level := range []any{3, int8(3), int32(3), int64(3), uint16(3), float32(3), 3.0, json.Number("3"), json.Number("3.0")} {
		matches(t, with(map[string]any{custom: map[string]any{"level": level}}), true, custom+`:level eq 3`, custom+`:level lt 4`, custom+`:level ge 3`)
		matches(t, with(map[string]any{custom: map[string]any{"level": level}}), false, custom+`:level eq 4`, custom+`:level gt 3`)
	}
	large := with(map[string]any{custom: map[string]any{"level": int64(9007199254740993)}})
	matches(t, large, true, custom+`:level eq 9007199254740993`)
	matches(t, large, false, custom+`:level eq 9007199254740992`, custom+`:level eq 9007199254740992.0`)
	rounded := with(map[string]any{custom: map[string]any{"level": 9007199254740992.0}})
	matches(t, rounded, true, custom+`:level lt 9007199254740993`, custom+`:level eq 9007199254740992`)
}

func TestF9DecimalsAndIntegersCompare(t *testing.T) {
	matches(t, with(map[string]any{custom: map[string]any{"quota": 2.0}}), true, custom+`:quota eq 2`, custom+`:quota eq 2.0`, custom+`:quota eq 0.2e1`)
	matches(t, with(map[string]any{custom: map[string]any{"quota": int64(2)}}), true, custom+`:quota eq 2`, custom+`:quota lt 2.5`)
	matches(t, barbara(), true, custom+`:level lt 3.5`, custom+`:level gt 2.5`, custom+`:level eq 3.0`, custom+`:quota gt 1`, custom+`:level lt 1e300`)
	matches(t, barbara(), false, custom+`:level eq 3.5`, custom+`:quota eq 1`)
}

func TestF10EscapesInValuesAreDecoded(t *testing.T) {
	matches(t, barbara(), true, `name.familyName eq "O\"Brien"`, `name.givenName eq "\u0042arbara"`, `name.familyName co "\u0022b"`)
	matches(t, with(map[string]any{"nickName": "al\\ice/\b\f\n\r\t\U0001F600"}), true, `nickName eq "al\\ice\/\b\f\n\r\t\ud83d\ude00"`)
	refuses(t, `nickName eq "\x"`, `nickName eq "\u12"`, `nickName eq "\ud83d"`, `nickName eq "\ud83dx"`, `nickName eq "\ud83d\u0041"`,
		`nickName eq "\ude00"`, `nickName eq "\`, `nickName eq "abc`, `nickName eq "abc\"`, `nickName eq "a\u0000b"`)
}

func TestF11EmptyValuesAreNotPresent(t *testing.T) {
	for _, empty := range []any{"", nil, []any{}, []any(nil), map[string]any{}, []any{nil}, []any{""}, []any{map[string]any{"value": ""}}, []string{}, (*string)(nil)} {
		matches(t, with(map[string]any{"title": empty, "emails": empty, "name": empty}), false, `title pr`, `emails pr`, `name pr`, `emails.value pr`, `name.givenName pr`)
	}
	matches(t, barbara(), true, `userName pr`, `emails pr`, `name pr`, `active pr`, `emails[type eq "work"]`)
	matches(t, with(map[string]any{"active": false}), true, `active pr`)
}

func TestF12NotEqualMatchesWhatIsAbsent(t *testing.T) {
	matches(t, barbara(), true, `nickName ne "x"`, `phoneNumbers ne "x"`, `phoneNumbers.type ne "work"`, `userName ne "x"`, `title ne "x"`)
	matches(t, barbara(), false, `userName ne "bjensen@example.com"`, `title ne ""`, `phoneNumbers[type ne "x"]`)
	matches(t, barbara(), true, `emails ne "babs@jensen.org"`) // another one differs
	matches(t, barbara(), false, `not (emails eq "babs@jensen.org")`)
}

func TestF13UnknownAttributesAreRefused(t *testing.T) {
	refuses(t, `foo[type eq "x"]`, `foo eq "x"`, `emails[foo eq "x"]`, `name.foo eq "x"`, `emails[type eq "work"].foo eq "x"`, `userName.value eq "x"`,
		`urn:example:other:foo eq "x"`, enterprise+`:foo eq 1`, `name.givenName.x eq "x"`, `emails. eq "x"`, `.value eq "x"`, `title and pr`, "emails[di\u017fplay pr]", `password pr`)
}

func TestF14SchemaURNsAreTakenInAnyCase(t *testing.T) {
	for _, spelt := range []string{enterprise, strings.ToUpper(enterprise), strings.ToLower(enterprise)} {
		matches(t, barbara(), true, spelt+`:DEPARTMENT eq "Tours"`, spelt+`:manager.VALUE eq "m1"`)
	}
	matches(t, barbara(), true, `URN:ietf:PARAMS:scim:schemas:core:2.0:user:userName eq "bjensen@example.com"`)
}

func TestF15BooleansMayBeQuoted(t *testing.T) {
	matches(t, barbara(), true, `active eq "true"`, `active eq "True"`, `active eq TRUE`, `active ne False`, `emails[primary eq "True"].value sw "bj"`)
	matches(t, barbara(), false, `active eq "false"`, `active eq false`)
	refuses(t, `active eq "yes"`, `active eq 1`, `active eq ""`)
}

func TestF16SchemasAndMetaAreFiltered(t *testing.T) {
	matches(t, barbara(), true, `schemas eq "`+enterprise+`"`, `meta.resourceType eq "User"`, `meta.created gt "2024-05-13T04:42:33.999Z"`,
		`meta.created eq "2024-05-13T06:42:34+02:00"`, `meta.created le 2024-05-13T04:42:34`, `Meta.Created gt 2015-10-10T14:38:21.8617979-07:00`)
	matches(t, barbara(), false, `schemas eq "x"`, `meta.created gt "2024-05-13T06:42:34+02:00"`)
	matches(t, with(map[string]any{"meta": map[string]any{"created": time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}}), true, `meta.created eq "2024-01-01T00:00:00Z"`)
	refuses(t, `meta.created gt "yesterday"`, `meta.created gt 2024-05-13`, `meta.created gt "9999-12-31T23:59:59-14:00"`, `meta.created sw "2024"`)
}

func TestF17ValuesOfStringsMayLackQuotes(t *testing.T) {
	matches(t, barbara(), true, `externalId eq jyoung`, `userName sw B`, `emails.Value co example.com`, `(externalId eq jyoung)`, `emails[type eq work].value co jensen`)
	matches(t, with(map[string]any{"externalId": "007"}), true, `externalId eq 007`)
	matches(t, barbara(), false, `externalId eq JYoung`)
	refuses(t, `userName eq and active eq true`, `userName eq`, `userName eq and`, `userName eq OR`, `userName eq not`, `userName eq )`, `userName eq two words`)
}

func TestF18NoGoValueInAResourceStopsTheFilter(t *testing.T) {
	type named string
	values := []any{nil, []string{"bjensen@example.com"}, 5, []int{1}, map[string]string{"value": "x"}, map[int]string{1: "x"}, struct{}{}, make(chan int), func() {},
		[]any{[]any{"x"}}, []map[string]any{{"value": "x"}}, named("x"), (*int)(nil), [2]any{nil, 1}, []byte("x"), uint64(1 << 63), json.Number("x"), complex(1, 1)}
	filters := []string{`userName eq "x"`, `userName ne "x"`, `userName co "x"`, `userName gt "x"`, `userName pr`, `emails eq "x"`, `emails[value eq "x"]`, `emails.value pr`,
		`emails[type eq "x"].value eq "y"`, `active eq true`, `meta.created gt "2024-01-01T00:00:00Z"`, custom + `:level gt 2`, custom + `:tags eq "x"`, enterprise + ` pr`}
	for _, text := range filters {
		e := parse(t, text)
		for _, v := range values {
			e.Match(map[string]any{"userName": v, "emails": v, "active": v, "meta": v, custom: v, enterprise: v})
			e.Match(map[string]any{"meta": map[string]any{"created": v}, "emails": []any{v, map[string]any{"value": v, "type": v}},
				custom: map[string]any{"level": v, "tags": v}})
		}
		e.Match(nil)
	}
	matches(t, with(map[string]any{"userName": []string{"x"}}), true, `userName eq "X"`)
	matches(t, with(map[string]any{"emails": map[string]string{"value": "x"}}), true, `emails eq "x"`)
	matches(t, with(map[string]any{"emails": []map[string]any{{"value": "x"}}}), true, `emails[value eq "x"]`)
	matches(t, with(map[string]any{"emails": []any{"x"}}), true, `emails eq "x"`, `emails[value eq "x"]`)
	matches(t, with(map[string]any{"emails": []any{"x"}}), false, `emails.type eq "x"`, `emails[type eq "x"]`)
}

func TestF19KeysOfAResourceMayBeInAnotherCase(t *testing.T) {
	resource := map[string]any{"USERNAME": "x", "Emails": []any{map[string]any{"Value": "y", "TYPE": "work"}}, strings.ToUpper(enterprise): map[string]any{"Department": "d"}}
	matches(t, resource, true, `userName eq "x"`, `emails eq "y"`, `emails[type eq "work"].value eq "y"`, `department eq "d"`, enterprise+` pr`)
	matches(t, map[string]any{"": "x"}, false, `userName eq "x"`, `userName pr`)
	for range 20 {
		matches(t, map[string]any{"USERNAME": "x", "username": "y"}, true, `userName eq "x"`) // always the same one
	}
}

func TestF20CommonAttributesAreFiltered(t *testing.T) {
	matches(t, barbara(), true, `id eq "2819c223-7f76-453a-919d-413861904646"`, `externalId eq "jyoung"`, `meta.resourceType eq "user" or id pr`)
	matches(t, barbara(), false, `id eq "2819C223-7F76-453A-919D-413861904646"`, `externalId eq "JYOUNG"`)
	if _, err := filter.Parse(`members eq "2819c223" and id eq "x"`, schema.Group()); err != nil {
		t.Error(err)
	}
}
