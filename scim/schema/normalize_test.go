package schema_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/scim/schema"
)

type object = map[string]any
type list = []any

// body adds what every body of a user has.
func body(attributes string) []byte {
	if attributes != "" {
		attributes = "," + attributes
	}
	return []byte(`{"schemas":["` + userURN + `"],"userName":"ada"` + attributes + `}`)
}

func enterprise(attributes object) object { return object{enterpriseURN: attributes} }

// Each row is a body of POST or PUT that clients send, and what it means.
func TestBodiesAreNormalised(t *testing.T) {
	manager := enterprise(object{"manager": object{"value": "m1"}})
	for name, c := range map[string]struct {
		sent    string
		want    object
		dropped []string
	}{
		"names in any case":                {`"NICKNAME":"x","Name":{"GIVENNAME":"g"}`, object{"nickName": "x", "name": object{"givenName": "g"}}, nil},
		"null is absent":                   {`"title":null,"emails":null,"name":null,"` + enterpriseURN + `":null`, object{}, nil},
		"empty text is absent":             {`"title":"","preferredLanguage":"","active":"","profileUrl":""`, object{}, nil},
		"empty lists are absent":           {`"emails":[],"roles":[],"name":{},"addresses":[{}],"ims":[null],"phoneNumbers":[""]`, object{}, nil},
		"Entra's active as text, False":    {`"active":"False"`, object{"active": false}, nil},
		"Entra's active as text, True":     {`"active":"True"`, object{"active": true}, nil},
		"active as text in lower case":     {`"active":"false","roles":[{"value":"r","primary":"true"}]`, object{"active": false, "roles": list{object{"value": "r", "primary": true}}}, nil},
		"the validator's primary":          {`"roles":[{"primary":"True","display":"d","value":"v","type":"t"}]`, object{"roles": list{object{"primary": true, "display": "d", "value": "v", "type": "t"}}}, nil},
		"roles as texts":                   {`"roles":["r1","r2"]`, object{"roles": list{object{"value": "r1"}, object{"value": "r2"}}}, nil},
		"emails as one text":               {`"emails":"a@x"`, object{"emails": list{object{"value": "a@x"}}}, nil},
		"emails as one object":             {`"emails":{"value":"a@x","Type":"work"}`, object{"emails": list{object{"value": "a@x", "type": "work"}}}, nil},
		"manager as text":                  {`"` + enterpriseURN + `":{"manager":"m1"}`, manager, nil},
		"manager as a list of one":         {`"` + enterpriseURN + `":{"manager":[{"$ref":null,"value":"m1"}]}`, manager, nil},
		"manager as a list of one text":    {`"` + enterpriseURN + `":{"manager":["m1"]}`, manager, nil},
		"manager unassigned":               {`"` + enterpriseURN + `":{"manager":{"value":""}}`, object{}, nil},
		"manager unassigned, with a $ref":  {`"` + enterpriseURN + `":{"manager":{"value":"","$ref":"../Users/","displayName":"x"}}`, object{}, nil},
		"manager unassigned by text":       {`"` + enterpriseURN + `":{"manager":"","department":"d"}`, enterprise(object{"department": "d"}), nil},
		"manager unassigned by no list":    {`"` + enterpriseURN + `":{"manager":[]}`, object{}, nil},
		"manager's name is read-only":      {`"` + enterpriseURN + `":{"manager":{"value":"m1","displayName":"Boss"}}`, manager, nil},
		"an e-mail address unassigned":     {`"emails":[{"type":"work","primary":true,"value":""},{"type":"home","value":"h@x"}]`, object{"emails": list{object{"type": "home", "value": "h@x"}}}, nil},
		"an address unassigned":            {`"addresses":[{"type":"work","formatted":""}]`, object{}, nil},
		"Entra's second example":           {`"addresses":null,"phoneNumbers":null,"preferredLanguage":null,"title":null,"department":null,"manager":null`, object{}, nil},
		"an extension's attributes bare":   {`"department":"d","manager":{"value":"m1"}`, enterprise(object{"department": "d", "manager": object{"value": "m1"}}), nil},
		"an extension's URN in any case":   {`"` + strings.ToUpper(enterpriseURN) + `":{"DEPARTMENT":"d"}`, enterprise(object{"department": "d"}), nil},
		"an extension's URN misspelt":      {`"urn:ietf:params:scim:schemas:extension:enterprise:2.0User":{"department":"d"}`, enterprise(object{"department": "d"}), nil},
		"an extension's URN of a draft":    {`"urn:scim:schemas:extension:enterprise:2.0":{"department":"d"}`, enterprise(object{"department": "d"}), nil},
		"flattened names":                  {`"name.givenName":"g","name":{"familyName":"f"}`, object{"name": object{"givenName": "g", "familyName": "f"}}, nil},
		"flattened names in another order": {`"Name.givenName":"g","name":{"familyName":"f"}`, object{"name": object{"givenName": "g", "familyName": "f"}}, nil},
		"flattened extension":              {`"` + enterpriseURN + `:department":"d","` + enterpriseURN + `:manager.value":"m1"`, enterprise(object{"department": "d", "manager": object{"value": "m1"}}), nil},
		"flattened extension with a dot":   {`"` + enterpriseURN + `.manager":"m1"`, manager, nil},
		"full names inside the extension":  {`"` + enterpriseURN + `":{"` + enterpriseURN + `:department":"d","name":"x"}`, enterprise(object{"department": "d"}), []string{enterpriseURN + ":name"}},
		"flattened core":                   {`"` + userURN + `:title":"t"`, object{"title": "t"}, nil},
		"the core schema as a container":   {`"` + userURN + `":{"title":"t","foo":1}`, object{"title": "t"}, []string{"foo"}},
		"what is read-only":                {`"id":"1","ID2":1,"meta":{"resourceType":"User"},"groups":[{"value":"g1"}]`, object{}, []string{"ID2"}},
		"what is unknown": {`"zzz":{"x":1},"foo":1,"name":{"bar":1},"urn:x:y":{"a":1},"emails[type eq \"work\"].value":"a@x","emails.value":"a@x"`,
			object{}, []string{"emails.value", `emails[type eq "work"].value`, "foo", "name.bar", "urn:x:y", "zzz"}},
		"what is unknown, sorted": {`"Name":{"zz":1},"aa":1`, object{}, []string{"aa", "name.zz"}},
		"items that are the same": {`"emails":[{"value":"a@x","type":"work"},{"value":"a@x","type":"home"},{"value":"a@x","type":"work","primary":true}],"addresses":[{"country":"x"},{"country":"x"},{"country":"y"}]`,
			object{"emails": list{object{"value": "a@x", "type": "work", "primary": true}, object{"value": "a@x", "type": "home"}}, "addresses": list{object{"country": "x"}, object{"country": "y"}}}, nil},
		"values nobody suggested":    {`"profileUrl":"RJWN TUNN","locale":"RJWNTUNNOHNZ","emails":[{"value":"no address","type":"car"}],"addresses":[{"country":"Sierra Leone"}]`, object{"profileUrl": "RJWN TUNN", "locale": "RJWNTUNNOHNZ", "emails": list{object{"value": "no address", "type": "car"}}, "addresses": list{object{"country": "Sierra Leone"}}}, nil},
		"Okta's create":              {`"name":{"givenName":"g"},"emails":[{"primary":true,"value":"a@x","type":"work"}],"locale":"en-US","externalId":"00u","groups":[],"password":"1mz050nq","active":true`, object{"name": object{"givenName": "g"}, "emails": list{object{"primary": true, "value": "a@x", "type": "work"}}, "locale": "en-US", "externalId": "00u", "password": "1mz050nq", "active": true}, nil},
		"each kind":                  {`"` + badgeURN + `":{"level":1.0,"height":2,"issued":"2026-11-24T03:00:00.5+01:00","photo":"AQI","visitor":"True","doors":["n","n","s",""],"sponsor":"u1"}`, object{badgeURN: object{"level": int64(1), "height": 2.0, "issued": "2026-11-24T03:00:00.5+01:00", "photo": "AQI=", "visitor": true, "doors": list{"n", "s"}, "sponsor": object{"value": "u1"}}}, nil},
		"a big integer":              {`"level":9223372036854775807`, object{badgeURN: object{"level": int64(9223372036854775807)}}, nil},
		"one value of a list":        {`"doors":"n"`, object{badgeURN: object{"doors": list{"n"}}}, nil},
		"text with blanks around it": {`"title":" t ","nickName":"  "`, object{"title": " t ", "nickName": "  "}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, dropped, err := schema.User(schema.Enterprise(), badgeWithoutDepartment(t)).Normalize(body(c.sent))
			if err != nil {
				t.Fatal(err)
			}
			want := maps.Clone(c.want)
			want["userName"] = "ada"
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(c.dropped, dropped); diff != "" {
				t.Errorf("dropped: want -, got +\n%s", diff)
			}
		})
	}
}

// badgeWithoutDepartment leaves the name department to the enterprise extension.
func badgeWithoutDepartment(t testing.TB) *schema.Schema {
	s := badge(t)
	var kept []*schema.Attribute
	for _, a := range s.Attributes {
		if a.Name != "department" {
			kept = append(kept, a)
		}
	}
	s, err := schema.Custom(s.ID, s.Name, s.Description, kept)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBodiesThatSayNothingSensibleAreRefused(t *testing.T) {
	long := strings.Repeat("x", 64<<10+1)
	for name, c := range map[string]struct{ sent, kind, attribute, says string }{
		"userName as a number":        {`"userName2":1,"nickName":5`, "invalidValue", "nickName", "nickName must be a string, not 5"},
		"active as another word":      {`"active":"yes"`, "invalidValue", "active", `active must be true or false, not "yes"`},
		"active as a number":          {`"active":1`, "invalidValue", "active", "true or false"},
		"name as text":                {`"name":"Ada"`, "invalidValue", "name", "name must be an object"},
		"name as a list of two":       {`"name":[{"givenName":"a"},{"givenName":"b"}]`, "invalidValue", "name", "must be an object, not [2 values]"},
		"emails as a number":          {`"emails":[5]`, "invalidValue", "emails", "must be an object, not 5"},
		"emails as a list of lists":   {`"emails":[["a@x"]]`, "invalidValue", "emails", "must be an object"},
		"an e-mail address as number": {`"emails":[{"value":5}]`, "invalidValue", "emails.value", "emails.value must be a string"},
		"two primary values":          {`"emails":[{"value":"a","primary":true},{"value":"b","primary":"True"}]`, "invalidValue", "emails.primary", "true in one value at most"},
		"an extension as text":        {`"` + enterpriseURN + `":"x"`, "invalidValue", enterpriseURN, "must be an object with the attributes of the schema"},
		"a department as an object":   {`"department":{"value":"x"}`, "invalidValue", enterpriseURN + ":department", "a string, not {...}"},
		"a manager as a number":       {`"manager":5`, "invalidValue", enterpriseURN + ":manager", "an object, not 5"},
		"an integer with a fraction":  {`"level":1.5`, "invalidValue", badgeURN + ":level", "an integer"},
		"an integer as text":          {`"level":"1"`, "invalidValue", badgeURN + ":level", "an integer"},
		"an integer of 65 bits":       {`"level":9223372036854775808`, "invalidValue", badgeURN + ":level", "an integer"},
		"a decimal as text":           {`"height":"1.5"`, "invalidValue", badgeURN + ":height", "a number"},
		"a date without a zone":       {`"issued":"2026-11-24T03:00:00"`, "invalidValue", badgeURN + ":issued", "a date and time with its zone"},
		"no base64":                   {`"photo":"a-_b"`, "invalidValue", badgeURN + ":photo", "base64"},
		"base64 in lines":             {`"photo":"AQ\nI="`, "invalidValue", badgeURN + ":photo", "base64"},
		"a certificate that is none":  {`"x509Certificates":[{"value":"%%"}]`, "invalidValue", "x509Certificates.value", "base64"},
		"text that is too long":       {`"title":"` + long + `"`, "invalidValue", "title", "at most 64 KiB long"},
		"an attribute in two places":  {`"department":"a","` + enterpriseURN + `":{"department":"b"}`, "invalidSyntax", enterpriseURN + ":department", "given twice"},
		"a sub-attribute twice":       {`"name":{"givenName":"a"},"name.givenName":"b"`, "invalidSyntax", "name.givenName", "given twice"},
		"an attribute by its URN too": {`"title":"a","` + userURN + `:title":"b"`, "invalidSyntax", "title", "given twice"},
		"a required sub-attribute":    {`"sponsor":{"note":"x"}`, "invalidValue", badgeURN + ":sponsor.value", "required and missing"},
		"a password as a number":      {`"password":12345`, "invalidValue", "password", "password must be a string, not ***"},
		"a password that is too long": {`"password":"` + long + `"`, "invalidValue", "password", `password must be at most 64 KiB long, not "***"`},
		"a PIN as a list":             {`"pin":{"secret":"12345"}`, "invalidValue", badgeURN + ":pin", "not ***"},
		"a long value is cut":         {`"active":"` + strings.Repeat("ä", 200) + `"`, "invalidValue", "active", strings.Repeat("ä", 99) + `…"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := schema.User(schema.Enterprise(), badgeWithoutDepartment(t)).Normalize(body(c.sent))
			refused(t, got, err, c.kind, c.attribute, c.says)
		})
	}
}

func refused(t *testing.T, got any, err error, kind, attribute, says string) {
	t.Helper()
	var e *schema.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, %v; want an error", got, err)
	}
	if e.Type != kind || e.Attribute != attribute || !strings.Contains(e.Error(), says) {
		t.Errorf("got %s of %q: %s\nwant %s of %q that says %q", e.Type, e.Attribute, e.Error(), kind, attribute, says)
	}
	if len([]rune(e.Value)) > 100 || strings.Contains(e.Error(), "12345") {
		t.Errorf("the error shows too much: %q, %q", e.Value, e.Error())
	}
}

func TestABodyNamesItsCoreSchema(t *testing.T) {
	for name, c := range map[string]struct{ schemas, kind, says string }{
		"the core schema":         {`["` + userURN + `"]`, "", ""},
		"in another case":         {`["` + strings.ToLower(userURN) + `"]`, "", ""},
		"as one text":             {`"` + userURN + `"`, "", ""},
		"with what is unknown":    {`["http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User","` + userURN + `","x"]`, "", ""},
		"twice":                   {`["` + userURN + `","` + userURN + `"]`, "", ""},
		"OneLogin's":              {`["urn:scim:schemas:core:2.0","urn:scim:schemas:extension:enterprise:2.0"]`, "", ""},
		"Google's":                {`["urn:scim:schemas:core:1.0","` + userURN + `"]`, "", ""},
		"Entra's second example":  {`["` + userURN + `","urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]`, "", ""},
		"null":                    {`null`, "invalidSyntax", "schemas is missing"},
		"none":                    {`[]`, "invalidSyntax", "schemas is missing; it must name " + userURN},
		"another type's":          {`["` + groupURN + `"]`, "invalidValue", "must be a list that names " + userURN},
		"only the extension's":    {`["` + enterpriseURN + `"]`, "invalidValue", "a list that names"},
		"an attribute, no schema": {`["` + userURN + `:userName"]`, "invalidValue", "a list that names"},
		"numbers":                 {`[1]`, "invalidValue", "a list of URNs"},
		"an object":               {`{"a":1}`, "invalidValue", "a list of URNs"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := schema.User(schema.Enterprise()).Normalize([]byte(`{"Schemas":` + c.schemas + `,"userName":"ada"}`))
			if c.kind != "" {
				refused(t, got, err, c.kind, "schemas", c.says)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	_, _, err := schema.User().Normalize([]byte(`{"userName":"ada"}`))
	refused(t, nil, err, "invalidSyntax", "schemas", "missing")
	for _, root := range []string{`null`, `[]`, `"x"`, `5`} {
		_, _, err := schema.User().Normalize([]byte(root))
		refused(t, nil, err, "invalidSyntax", "", "one JSON object")
	}
}

func TestWhatIsRequiredMustBeThere(t *testing.T) {
	badge := badge(t)
	badge.Required = true
	for name, c := range map[string]struct {
		in                *schema.Type
		sent, want, names string
	}{
		"no userName":          {schema.User(), `{"schemas":["` + userURN + `"]}`, "userName", "userName is required and missing"},
		"an empty userName":    {schema.User(), `{"schemas":["` + userURN + `"],"userName":""}`, "userName", "required and missing"},
		"a userName of null":   {schema.User(), `{"schemas":["` + userURN + `"],"userName":null}`, "userName", "required and missing"},
		"a blank userName":     {schema.User(), `{"schemas":["` + userURN + `"],"userName":" \t"}`, "userName", "more than blanks"},
		"a group's name":       {schema.Group(), `{"schemas":["` + groupURN + `"]}`, "displayName", "required and missing"},
		"a required extension": {schema.User(badge), string(body("")), badgeURN, "required and missing"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := c.in.Normalize([]byte(c.sent))
			refused(t, got, err, "invalidValue", c.want, c.names)
		})
	}
}

func TestAGroupsMembersAreAList(t *testing.T) {
	for sent, want := range map[string]any{
		`[]`:                               nil,
		`null`:                             nil,
		`"u1"`:                             list{object{"value": "u1"}},
		`["u1"]`:                           list{object{"value": "u1"}},
		`[{"$ref":null,"value":"u1"}]`:     list{object{"value": "u1"}},
		`[{"value":"u1","display":"a@x"}]`: list{object{"value": "u1", "display": "a@x"}},
		`[{"value":"u1"},{"value":"u1","type":"User"}]`: list{object{"value": "u1", "type": "User"}}, // a member once, whatever else is said of it
		`[{"value":"u1"},{"value":"U1"}]`:               list{object{"value": "u1"}, object{"value": "U1"}},
	} {
		got, _, err := schema.Group().Normalize([]byte(`{"schemas":["` + groupURN + `"],"displayName":"g","members":` + sent + `}`))
		if err != nil {
			t.Errorf("%s: %v", sent, err)
		}
		if diff := cmp.Diff(want, got["members"]); diff != "" {
			t.Errorf("%s: want -, got +\n%s", sent, diff)
		}
	}
}

func TestAValueIsNormalisedForItsPlace(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	for _, c := range []struct {
		path, sent string
		want       any
	}{
		{"active", `"False"`, false},
		{"title", `null`, nil},
		{"title", `""`, nil},
		{"emails", `{"value":"a@x"}`, list{object{"value": "a@x"}}},
		{"emails", `[]`, nil},
		{"emails.value", `"a@x"`, "a@x"},
		{"roles.primary", `"True"`, true},
		{"manager", `"m1"`, object{"value": "m1"}},
		{"manager", `""`, nil},
		{"manager", `{"value":""}`, nil},
		{"manager", `[{"$ref":"http://x","value":"m1"}]`, object{"$ref": "http://x", "value": "m1"}},
		{"manager.value", `"m1"`, "m1"},
		{"addresses", `[{"Formatted":"x"}]`, list{object{"formatted": "x"}}},
		{enterpriseURN, `{"Department":"d","manager":"m1","foo":1}`, object{"department": "d", "manager": object{"value": "m1"}}},
		{enterpriseURN, `{"department":""}`, nil},
		{enterpriseURN, `null`, nil},
		{userURN, `{"id":"1","title":"t","name.givenName":"g","department":"d"}`, object{"title": "t", "name": object{"givenName": "g"}}},
		{"doors", `"n"`, list{"n"}},
	} {
		p, ok := user.Locate(c.path)
		if !ok {
			t.Fatalf("%s is not found", c.path)
		}
		sent, err := schema.Decode([]byte(c.sent))
		if err != nil {
			t.Fatal(err)
		}
		got, err := user.NormalizeValue(p, sent)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s: want -, got +\n%s", c.path, c.sent, diff)
		}
	}
	for _, path := range []string{"id", "meta", "meta.created", "groups", "groups.value", "schemas", "manager.displayName"} {
		p, _ := user.Locate(path)
		got, err := user.NormalizeValue(p, "x")
		refused(t, got, err, "mutability", p.String(), "is read-only")
	}
	name, _ := user.Locate("userName")
	got, err := user.NormalizeValue(name, "  ")
	refused(t, got, err, "invalidValue", "userName", "more than blanks")
	emails, _ := user.Locate("emails")
	got, err = user.NormalizeValue(emails, list{object{"value": "a", "primary": true}, object{"value": "b", "primary": true}})
	refused(t, got, err, "invalidValue", "emails.primary", "one value at most")
}

func TestAResourceIsCheckedAsAWhole(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	for name, c := range map[string]struct {
		resource        object
		attribute, says string
	}{
		"no userName":            {object{"title": "t"}, "userName", "required and missing"},
		"two primaries":          {object{"userName": "a", "emails": list{object{"value": "a", "primary": true}, object{"value": "b", "primary": true}}}, "emails.primary", "one value at most"},
		"a form never made here": {object{"userName": "a", "active": "yes"}, "", "does not hold to " + userURN},
		"in an extension":        {object{"userName": "a", badgeURN: object{"level": "x"}}, badgeURN, "does not hold to " + badgeURN},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, nil, user.Check(c.resource), "invalidValue", c.attribute, c.says)
		})
	}
}

// FuzzNormalize: no body makes it panic, and what it makes of one stays as it is
// when it is normalised again.
func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{
		string(entra), `{"schemas":["` + userURN + `"],"userName":"a","roles":[{"primary":"True","value":""}],"emails":"x","name.givenName":"g"}`,
		`{"schemas":"urn:scim:schemas:core:2.0","userName":"a","level":1.0,"sponsor":["x"],"photo":"AQI","doors":["a","a"]}`,
	} {
		f.Add([]byte(seed))
	}
	user := schema.User(schema.Enterprise(), badge(f))
	f.Fuzz(func(t *testing.T, sent []byte) {
		once, _, err := user.Normalize(sent)
		if err != nil {
			var e *schema.Error
			if !errors.As(err, &e) || e.Error() == "" {
				t.Fatalf("%q: %v", sent, err)
			}
			return
		}
		again := maps.Clone(once)
		again["schemas"] = user.Present(once)
		text, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		twice, dropped, err := user.Normalize(text)
		if err != nil || len(dropped) > 0 || !reflect.DeepEqual(once, twice) {
			t.Fatalf("%q became %s and then %v, dropped %v, %v", sent, text, twice, dropped, err)
		}
	})
}

// entra is a user as Entra creates one.
var entra = []byte(`{"schemas":["` + userURN + `","` + enterpriseURN + `"],
 "externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1","active":true,
 "emails":[{"primary":true,"type":"work","value":"Test_User_fd0ea19b-0777-472c-9f96-4f70d2226f2e@testuser.com"}],
 "meta":{"resourceType":"User"},"displayName":"givenName familyName","title":"Engineer","preferredLanguage":"en",
 "name":{"formatted":"givenName familyName","familyName":"familyName","givenName":"givenName"},"roles":[],
 "addresses":[{"type":"work","streetAddress":"1 Way","locality":"Town","region":"R","postalCode":"12345","country":"Sierra Leone"}],
 "phoneNumbers":[{"type":"work","value":"+1 555 1"},{"type":"mobile","value":"+1 555 2"},{"type":"fax","value":"+1 555 3"}],
 "` + enterpriseURN + `":{"employeeNumber":"701984","department":"Tour Operations","manager":{"value":"26118915-6090-4610-87e4-49d8ca9f808d"}}}`)

func BenchmarkNormalize(b *testing.B) {
	user := schema.User(schema.Enterprise())
	resource, _, err := user.Normalize(entra)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("body", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := user.Normalize(entra); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := schema.Decode(entra); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := user.Check(resource); err != nil {
				b.Fatal(err)
			}
		}
	})
}
