package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/scim/schema"
)

// stored is a user with something in each corner.
func stored() object {
	return object{
		"schemas": list{userURN, enterpriseURN, badgeURN}, "id": "1", "externalId": "e1", "userName": "ada", "password": "secret",
		"meta":        object{"resourceType": "User", "version": `W/"1"`},
		"name":        object{"givenName": "Ada", "familyName": "Byron"},
		"emails":      list{object{"value": "a@x", "type": "work"}, object{"type": "home"}},
		"unknown":     "x",
		enterpriseURN: object{"department": "d", "manager": object{"value": "m1", "displayName": "Boss"}},
		badgeURN: object{"level": int64(3), "pin": "1234", "history": "long",
			"sponsor": object{"value": "u1", "note": "n"}},
	}
}

func TestAnAnswerHasWhatIsAskedFor(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	always := func(more object) object {
		answer := object{"schemas": stored()["schemas"], "id": "1"}
		for k, v := range more {
			answer[k] = v
		}
		return answer
	}
	whole := always(object{"externalId": "e1", "userName": "ada", "meta": stored()["meta"], "name": stored()["name"], "emails": stored()["emails"],
		enterpriseURN: stored()[enterpriseURN], badgeURN: object{"level": int64(3), "sponsor": object{"value": "u1"}}})
	without := func(names ...string) object {
		answer := always(whole)
		for _, n := range names {
			delete(answer, n)
		}
		return answer
	}
	for name, c := range map[string]struct {
		attributes, excluded []string
		want                 object
	}{
		"everything":                    {nil, nil, whole},
		"empty parameters":              {[]string{""}, []string{" , "}, whole},
		"one attribute":                 {[]string{"USERNAME"}, nil, always(object{"userName": "ada"})},
		"several, in one or more lists": {[]string{"userName, externalId", "meta"}, nil, always(object{"userName": "ada", "externalId": "e1", "meta": stored()["meta"]})},
		"only the id":                   {[]string{"id"}, nil, always(nil)},
		"what does not exist":           {[]string{"foo"}, nil, always(nil)},
		"a sub-attribute":               {[]string{"name.givenName"}, nil, always(object{"name": object{"givenName": "Ada"}})},
		"two of one attribute":          {[]string{"name.givenName,name.familyName"}, nil, always(object{"name": stored()["name"]})},
		"a sub-attribute of each item":  {[]string{"emails.value"}, nil, always(object{"emails": list{object{"value": "a@x"}}})},
		"a sub-attribute and its whole": {[]string{"emails.value", "emails"}, nil, always(object{"emails": stored()["emails"]})},
		"an extension":                  {[]string{enterpriseURN}, nil, always(object{enterpriseURN: stored()[enterpriseURN]})},
		"an attribute of an extension":  {[]string{enterpriseURN + ":department"}, nil, always(object{enterpriseURN: object{"department": "d"}})},
		"a sub-attribute there":         {[]string{enterpriseURN + ":manager.value"}, nil, always(object{enterpriseURN: object{"manager": object{"value": "m1"}}})},
		"an extension's attribute bare": {[]string{"manager"}, nil, always(object{enterpriseURN: object{"manager": stored()[enterpriseURN].(object)["manager"]}})},
		"what is never returned":        {[]string{"password", "pin"}, nil, always(nil)},
		"what is returned on request":   {[]string{"history"}, nil, always(object{badgeURN: object{"history": "long"}})},
		"an extension that has such":    {[]string{badgeURN}, nil, always(object{badgeURN: object{"level": int64(3), "sponsor": object{"value": "u1"}}})},
		"a sub-attribute on request":    {[]string{"sponsor.note"}, nil, always(object{badgeURN: object{"sponsor": object{"note": "n"}}})},
		"its attribute without it":      {[]string{"sponsor"}, nil, always(object{badgeURN: object{"sponsor": object{"value": "u1"}}})},
		"not one attribute":             {nil, []string{"emails"}, without("emails")},
		"not meta, and what is always":  {nil, []string{"meta", "id", "schemas"}, without("meta")},
		"not an extension":              {nil, []string{enterpriseURN, badgeURN}, without(enterpriseURN, badgeURN)},
		"not a sub-attribute": {nil, []string{"name.familyName", "emails.type"}, always(func() object {
			w := without()
			w["name"] = object{"givenName": "Ada"}
			w["emails"] = list{object{"value": "a@x"}}
			return w
		}())},
		"not a sub-attribute, nothing left": {nil, []string{"name.givenName,name.familyName"}, without("name")},
		"not what does not exist":           {nil, []string{"foo"}, whole},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := user.Projection(c.attributes, c.excluded)
			if err != nil {
				t.Fatal(err)
			}
			before := stored()
			if diff := cmp.Diff(c.want, p.Apply(before)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(stored(), before); diff != "" {
				t.Errorf("the resource was changed:\n%s", diff)
			}
		})
	}
	_, err := user.Projection([]string{"userName"}, []string{"emails"})
	refused(t, nil, err, "invalidValue", "excludedAttributes", "cannot be given together")
	if got := (schema.Projection{}).Apply(stored()); len(got) > 0 {
		t.Errorf("the zero projection lets %v through", got)
	}
}

func TestWhatIsAlwaysReturnedIsThereWhole(t *testing.T) {
	lock, err := schema.Custom("urn:example:lock", "Lock", "", []*schema.Attribute{{Name: "door", Returned: schema.Always,
		Sub: []*schema.Attribute{{Name: "floor"}, {Name: "room"}, {Name: "code", Returned: schema.Never}}}})
	if err != nil {
		t.Fatal(err)
	}
	user := schema.User(lock)
	resource := object{"userName": "a", lock.ID: object{"door": object{"floor": "1", "room": "2", "code": "3"}}}
	for attribute, want := range map[string]object{
		"id":         {"floor": "1", "room": "2"},
		"door":       {"floor": "1", "room": "2"},
		"door.floor": {"floor": "1"},
	} {
		p, err := user.Projection([]string{attribute}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(object{lock.ID: object{"door": want}}, p.Apply(resource)); diff != "" {
			t.Errorf("%s: want -, got +\n%s", attribute, diff)
		}
	}
	p, err := user.Projection(nil, []string{"door"})
	if err != nil || !p.Wants("door.room") || p.Wants("door.code") {
		t.Errorf("%v: what is always returned was excluded, or what never is was not", err)
	}
}

func TestTheDoorLearnsWhatItNeedNotLoad(t *testing.T) {
	group := schema.Group()
	for _, c := range []struct {
		attributes, excluded    []string
		isDefault, members, sub bool
	}{
		{nil, nil, true, true, true},
		{nil, []string{"members"}, false, false, false},
		{nil, []string{"MEMBERS.display"}, false, true, false},
		{[]string{"id"}, nil, false, false, false},
		{[]string{"members.value"}, nil, false, true, false},
		{[]string{groupURN + ":members"}, nil, false, true, true},
	} {
		p, err := group.Projection(c.attributes, c.excluded)
		if err != nil {
			t.Fatal(err)
		}
		if p.IsDefault() != c.isDefault || p.Wants("members") != c.members || p.Wants("members.display") != c.sub {
			t.Errorf("%v %v: default %v, members %v, members.display %v", c.attributes, c.excluded, p.IsDefault(), p.Wants("members"), p.Wants("members.display"))
		}
		if p.Wants("foo") || !p.Wants("id") {
			t.Errorf("%v %v: it wants foo, or no id", c.attributes, c.excluded)
		}
	}
	user, err := schema.User(schema.Enterprise()).Projection([]string{"department"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !user.Wants(enterpriseURN) || user.Wants("manager") || (schema.Projection{}).Wants("id") {
		t.Error("the extension is not wanted, or its manager is, or nothing wants something")
	}
}

func TestAnAnswerNamesTheSchemasItUses(t *testing.T) {
	user := schema.User(schema.Enterprise(), badge(t))
	for _, c := range []struct {
		resource object
		want     []string
	}{
		{object{"userName": "a"}, []string{userURN}},
		{object{"userName": "a", badgeURN: object{"level": int64(1)}, enterpriseURN: object{}}, []string{userURN, badgeURN}},
		{stored(), []string{userURN, enterpriseURN, badgeURN}},
	} {
		if diff := cmp.Diff(c.want, user.Present(c.resource)); diff != "" {
			t.Error(diff)
		}
	}
}

func BenchmarkProjection(b *testing.B) {
	user := schema.User(schema.Enterprise())
	resource := stored()
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := user.Projection(nil, []string{"groups"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	p, err := user.Projection(nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("apply", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.Apply(resource)
		}
	})
}
