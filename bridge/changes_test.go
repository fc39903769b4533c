package bridge

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPlanOrdersByStageThenKey(t *testing.T) {
	b := &changeBuffer{}
	for _, c := range []Change{{Stage: References, Key: "a"}, {Stage: Entries, Key: "b"}, {Stage: Entries, Key: "a", DN: "first"}, {Stage: Entries, Key: "a", DN: "second"}, {Stage: Containers, Key: "z"}} {
		if err := b.add(c); err != nil {
			t.Fatal(err)
		}
	}
	b.drop(map[string]bool{"b": true})
	b.sort()
	var got []string
	for c, err := range b.All(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Seq != len(got)+1 {
			t.Errorf("change %q has seq %d in place %d", c.Key, c.Seq, len(got)+1)
		}
		got = append(got, c.Key+c.DN)
	}
	if want := []string{"z", "afirst", "asecond", "a"}; !slices.Equal(got, want) {
		t.Errorf("the order is %q, want %q", got, want)
	}
}

func TestTheHashIsThatOfTheStoredPlan(t *testing.T) {
	b := &changeBuffer{}
	for _, c := range []Change{{Stage: Entries, Key: "1", After: Attributes{"sn": {"Ä\xff"}, "givenName": {"J"}}}, {Stage: Entries, Key: "2", Actions: []Action{Create}}} {
		if err := b.add(c); err != nil {
			t.Fatal(err)
		}
	}
	b.sort()
	p := &Plan{FormatVersion: FormatVersion, Connection: "staff", Changes: b}
	want := b.hash(p)
	p.ID, p.Author = "another", "somebody"
	if got, err := HashPlan(t.Context(), p); err != nil || got != want {
		t.Errorf("HashPlan is %s, %v; want %s", got, err, want)
	}
	p.Revision = "changed"
	if got, err := HashPlan(t.Context(), p); err != nil || got == want {
		t.Errorf("another revision has the same hash (%v)", err)
	}
}

func TestValuesThatAreNoTextSurviveJSON(t *testing.T) {
	want := Values{"Zoë", "\x00\xff\xfe", "", `{"base64":"AA=="}`}
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Values
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheParentOfADN(t *testing.T) {
	for dn, want := range map[string]string{"CN=a,OU=b,DC=c": "OU=b,DC=c", `CN=Doe\, Jane,OU=b`: "OU=b", `CN=x\\,OU=b`: "OU=b", "DC=c": "", "": ""} {
		if got := parent(dn); got != want {
			t.Errorf("parent(%q) is %q, want %q", dn, got, want)
		}
	}
}

func TestAShelfGivesBackWhatWasPut(t *testing.T) {
	s := newShelf([]string{"sn", "mail"}, []string{"mail"})
	a := Entry{ID: "1", Type: User, Name: "A", Container: "OU=x", DN: "CN=A,OU=x", State: Enabled, Attributes: Attributes{"sn": {"Ä"}, "mail": {"A@x", "b@x"}}}
	b := Entry{ID: "2", DN: "CN=B,OU=x", Attributes: Attributes{"mail": {"a@X"}}}
	for _, e := range []Entry{a, b, a} {
		s.put(e)
	}
	got, ok := s.byID("1")
	got.Created = a.Created
	if diff := cmp.Diff(a, got); !ok || diff != "" {
		t.Errorf("byID: %v %s", ok, diff)
	}
	if found := s.find("mail", "B@X "); len(found) != 1 || found[0].ID != "1" {
		t.Errorf("find gave %+v", found)
	}
	if found := s.find("mail", "a@x"); len(found) != 2 {
		t.Errorf("find gave %d entries for an ambiguous value, want 2", len(found))
	}
}
