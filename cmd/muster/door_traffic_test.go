package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// What Okta and Entra ID are recorded to send ends in the directory as it
// should. Each file of testdata/door is a story, told section by section; what
// follows # in a section's name is for people:
//
//	connections            who may push, instead of one client that may do all
//	METHOD PATH            a request and its body
//	STATUS [NAME]          how it is answered: what the answer has to hold, null for what it must not;
//	                       {NAME} is the resource's id from then on, and the id must stay that
//	found NAME PATH        the one resource that a filter finds, under the id that NAME has, if it has one
//	directory              what the directory holds after that: these entries and no others
//	by hand                somebody else writes to the directory
//	signs in, kept out     entries with passwords, which open them or do not
//	N days later           so much time has passed, and the server did what no request asks for
func TestWhatIsRecordedOfClientsEndsInTheDirectory(t *testing.T) {
	stories, err := filepath.Glob("testdata/door/*.txtar")
	if err != nil || len(stories) < 12 {
		t.Fatalf("%d stories, %v", len(stories), err)
	}
	for _, path := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			inEachDirectory(t, func(p *premises) { p.tell(path) })
		})
	}
}

// tell plays a story.
func (p *premises) tell(path string) {
	p.t.Helper()
	story, err := txtar.ParseFile(path)
	p.must(err)
	connections := oneClient
	if sections := story.Files; len(sections) > 0 && sections[0].Name == "connections" {
		connections, story.Files = "\n"+string(sections[0].Data), sections[1:]
	}
	p.serve(connections)
	var last answer
	for i, section := range story.Files {
		words, _, _ := strings.Cut(section.Name, " # ")
		text := string(section.Data)
		ok := p.t.Run(fmt.Sprintf("%02d %s", i+1, section.Name), func(t *testing.T) {
			defer func(outer *testing.T) { p.t = outer }(p.t)
			p.t = t
			p.section(strings.TrimSpace(words), text, &last)
		})
		if !ok {
			return // what follows rests on it
		}
	}
}

func (p *premises) section(words, text string, last *answer) {
	p.t.Helper()
	first, rest, _ := strings.Cut(words, " ")
	status, err := strconv.Atoi(first)
	switch {
	case err == nil && rest != "days later":
		p.answered(*last, status, rest, text)
	case words == "directory":
		p.holds(text)
	case words == "by hand":
		p.byHand(text)
	case words == "signs in", words == "kept out":
		for line := range strings.Lines(text) {
			dn, password, _ := strings.Cut(strings.TrimSpace(line), " with ")
			if p.signsIn(dn, password) != (words == "signs in") {
				p.t.Errorf("%s with %s: not %s", dn, password, words)
			}
		}
	case err == nil && rest == "days later":
		p.door.scim.Now = func() time.Time { return time.Now().AddDate(0, 0, status) }
		p.must(p.door.scim.Reconcile(p.t.Context()))
	case first == "found":
		name, path, _ := strings.Cut(rest, " ")
		p.finds(name, path)
	case strings.HasPrefix(rest, "/"):
		*last = p.send(p.file.Connections[0].Name, words, text)
	default:
		p.t.Fatalf("a story has no section %q", words)
	}
}

// answered holds the last answer to what a story wants of it.
func (p *premises) answered(a answer, status int, name, text string) {
	p.t.Helper()
	id := p.is(status, a)
	if name != "" {
		if known := p.names[name]; id == "" || known != "" && known != id {
			p.t.Errorf("%s is %s, and was %s", name, id, known)
		}
		p.names[name] = id
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	var want any
	p.must(json.Unmarshal([]byte(p.filled(text)), &want))
	for _, fault := range lacks(want, a.body, "answer") {
		p.t.Error(fault)
	}
}

// finds says that a filter finds one resource, and that its id is the one known
// by a name.
func (p *premises) finds(name, path string) {
	p.t.Helper()
	a := p.send(p.file.Connections[0].Name, "GET "+path, "")
	p.is(200, a)
	list, _ := a.body["Resources"].([]any)
	if len(list) != 1 {
		p.t.Fatalf("%s finds %v", path, a.body)
	}
	a.body, _ = list[0].(map[string]any)
	p.answered(a, 200, name, "")
}

// lacks says where a JSON value differs from what is wanted of it: an object
// may have more, a list may not.
func lacks(want, got any, at string) (faults []string) {
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for name, value := range want {
			faults = append(faults, lacks(value, object[name], at+"."+name)...)
		}
		slices.Sort(faults)
		return faults
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			return []string{fmt.Sprintf("%s has %d values, wanted are %d: %v", at, len(list), len(want), got)}
		}
		for i := range want {
			faults = append(faults, lacks(want[i], list[i], at+"["+strconv.Itoa(i)+"]")...)
		}
		return faults
	}
	if want != got {
		return []string{fmt.Sprintf("%s is %v, wanted is %v", at, got, want)}
	}
	return nil
}
