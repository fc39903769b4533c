package demo_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"github.com/muster-idm/muster/cmd/muster/demo"
)

func byKey(day demo.Day) map[string]demo.Person {
	people := map[string]demo.Person{}
	for _, p := range demo.People(day) {
		people[p.Key] = p
	}
	return people
}

func TestEveryCallGivesTheSamePeople(t *testing.T) {
	for _, day := range []demo.Day{demo.Start, demo.Changed, demo.Mended} {
		if !slices.Equal(demo.People(day), demo.People(day)) {
			t.Errorf("day %d differs from itself", day)
		}
	}
}

func TestPeopleAreManyAndOfManyOrigins(t *testing.T) {
	people := demo.People(demo.Start)
	if len(people) != demo.Employees+demo.Partners || len(byKey(demo.Start)) != len(people) {
		t.Errorf("%d people with %d keys", len(people), len(byKey(demo.Start)))
	}
	origins := map[string]int{}
	names := map[string]int{}
	for _, p := range people {
		origins[p.Origin]++
		names[strings.ToLower(p.Given+" "+p.Family)]++
		if p.Family == "" || !norm.NFC.IsNormalString(p.Given+p.Family) || strings.TrimSpace(p.Given) != p.Given {
			t.Errorf("%s is named %q %q", p.Key, p.Given, p.Family)
		}
	}
	if len(origins) < 25 {
		t.Errorf("only %d origins", len(origins))
	}
	for name, n := range names {
		if want := map[bool]int{true: 4, false: 1}[name == "anna schmidt"]; n != want {
			t.Errorf("%d people are named %s, wanted are %d", n, name, want)
		}
	}
}

func TestNumbersAreRealInForm(t *testing.T) {
	for _, p := range demo.Crowd(2000, demo.Partners) {
		if p.Phone == "" {
			continue
		}
		number, err := phonenumbers.Parse(p.Spelled.Phone, "DE")
		if err != nil || !phonenumbers.IsValidNumber(number) {
			t.Errorf("%s: %q is no number (%v)", p.Key, p.Spelled.Phone, err)
		} else if got := phonenumbers.Format(number, phonenumbers.E164); got != p.Phone {
			t.Errorf("%s: %q is %s, wanted is %s", p.Key, p.Spelled.Phone, got, p.Phone)
		}
	}
}

func TestManagersStandBeforeAndBehind(t *testing.T) {
	people := byKey(demo.Start)
	before, behind, unknown, none := 0, 0, 0, 0
	for _, p := range people {
		_, known := people[p.Manager]
		switch {
		case !p.Employee:
		case p.Manager == "":
			none++
		case !known:
			unknown++
		case p.Manager == p.Key:
			t.Errorf("%s leads himself", p.Key)
		case p.Manager < p.Key:
			before++
		default:
			behind++
		}
	}
	if before < 100 || behind < 100 || unknown != 1 || none != 1 {
		t.Errorf("%d before, %d behind, %d unknown, %d without", before, behind, unknown, none)
	}
	for key := range people {
		seen := map[string]bool{}
		for ; key != ""; key = people[key].Manager {
			if seen[key] {
				t.Fatalf("%s leads in a circle", key)
			}
			seen[key] = true
		}
	}
}

// A crowd begins with the demonstration's own people and goes on with the same
// hard cases.
func TestACrowdIsDrawnAsThePeopleAre(t *testing.T) {
	crowd := demo.Crowd(5*demo.Employees, demo.Partners)
	if first := demo.People(demo.Start); !slices.Equal(crowd[:demo.Employees], first[:demo.Employees]) || !slices.Equal(crowd[5*demo.Employees:], first[demo.Employees:]) {
		t.Error("the crowd begins with other people")
	}
	keys, hard, left := map[string]bool{}, map[string]int{}, 0
	for _, p := range crowd {
		keys[p.Key] = true
		hard[p.Why]++
		if p.Left() {
			left++
		}
		if p.Left() && p.Ended > "2021" {
			t.Errorf("%s left on %s, of which nobody knows whether it is past", p.Key, p.Ended)
		}
	}
	if len(keys) != len(crowd) || hard["a comma in the name"] != 5 || left != 30 {
		t.Errorf("%d keys of %d people, %v, %d left", len(keys), len(crowd), hard, left)
	}
}

func TestHardCasesAreThere(t *testing.T) {
	longest, nfd, empty, blank, left := 0, 0, 0, 0, 0
	signs := map[string]bool{}
	for _, p := range demo.People(demo.Start) {
		for _, sign := range []string{",", "=", "'", `"`, "+", "<", "#", "*", `\`, ";"} {
			signs[sign] = signs[sign] || strings.Contains(p.Given+p.Family, sign)
		}
		if !strings.Contains(p.Family, " ") {
			longest = max(longest, utf8.RuneCountInString(p.Family))
		}
		if !norm.NFC.IsNormalString(p.Spelled.Given + p.Spelled.Family) {
			nfd++
		}
		if p.Spelled.Phone == "" {
			empty++
		}
		if strings.TrimSpace(p.Spelled.Title) == "" && p.Spelled.Title != "" {
			blank++
		}
		if p.Left() {
			left++
		}
	}
	for sign, there := range signs {
		if !there {
			t.Errorf("no name holds %s", sign)
		}
	}
	if longest != 40 || nfd < 3 || empty < 10 || blank < 5 || left < 5 {
		t.Errorf("longest name %d, %d apart, %d empty, %d blank, %d left", longest, nfd, empty, blank, left)
	}
}

// What differs from one day to the next is what the story tells, and nothing else.
func TestTheStoryTellsWhatChanges(t *testing.T) {
	for _, day := range []demo.Day{demo.Changed, demo.Mended} {
		var told []string
		for _, e := range demo.Story(day) {
			told = append(told, e.Key)
			if e.Day != day || !strings.Contains(e.Text, e.Key) {
				t.Errorf("%s does not tell of %s on day %d", e, e.Key, day)
			}
		}
		if changed := changedKeys(byKey(day-1), byKey(day)); !slices.Equal(changed, sorted(told)) {
			t.Errorf("day %d: %v changed, told are %v", day, changed, told)
		}
	}
}

func changedKeys(before, after map[string]demo.Person) []string {
	var changed []string
	for key, p := range after {
		if old, was := before[key]; !was || old != p {
			changed = append(changed, key)
		}
	}
	for key := range before {
		if _, is := after[key]; !is {
			changed = append(changed, key)
		}
	}
	return sorted(changed)
}

func sorted(keys []string) []string {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return keys
}

func TestAFaultyRowKeepsWhatIsExpected(t *testing.T) {
	before, now := byKey(demo.Start), byKey(demo.Changed)
	for key, p := range now {
		if old := before[key]; p.Faulty && (p.Given != old.Given || p.Family != old.Family || p.Began != old.Began || p.Why != old.Why) {
			t.Errorf("%s is expected as %v", key, p)
		}
	}
}

func TestWhoHasAStoryIsNoHardCase(t *testing.T) {
	people := byKey(demo.Start)
	for _, day := range []demo.Day{demo.Changed, demo.Mended} {
		for _, e := range demo.Story(day) {
			p := people[e.Key]
			if p.Why != "" || p.Left() != (e.Key == "E1012") {
				t.Errorf("%s is %q and has left: %v", e.Key, p.Why, p.Left())
			}
		}
	}
}
