package config

import (
	"fmt"
	"regexp"
	"slices"
	"time"
	_ "time/tzdata" // zones are named in files; Windows and bare images know none

	"github.com/muster-idm/muster/bridge"
)

const leaversHint = `there is no default; choose one:
      create-only    new people get an entry; entries that exist are never changed
      create-update  entries are created and kept up to date; leavers keep theirs
      disable        the same, and the entries of leavers are disabled
      delete         the same, and disabled entries are deleted after delete_after`

// check finds what is wrong between the parts of the file, and sets defaults.
// around holds what the file may refer to besides its own; nil = nothing.
func (f *File) check(around *File) {
	r := f.reader
	if r.has("version") && f.Version != Version {
		r.fault("version", fmt.Sprintf("version: %d is not known", f.Version), "this Muster reads version 1")
	}
	if around == nil {
		f.checkParts()
		around = &File{}
		f.checkClients()
	}
	unique(r, "jobs", "job", f.Jobs, func(j Job) string { return j.Name })
	for i := range f.Jobs {
		c := jobCheck{reader: r, file: f, around: around, job: &f.Jobs[i], path: r.item("jobs", i)}
		c.check()
		f.Jobs[i].defaults()
	}
	for name := range f.Tables {
		r.name(child("tables", name), name)
	}
}

// checkClients checks the connections that are pushed, and sets their defaults.
func (f *File) checkClients() {
	r := f.reader
	unique(r, "connections", "connection", f.Connections, func(c Client) string { return c.Name })
	for i := range f.Connections {
		clientCheck{reader: r, file: f, client: &f.Connections[i], path: r.item("connections", i)}.check()
		f.Connections[i].defaults()
	}
}

func (f *File) checkParts() {
	r := f.reader
	f.Muster.check(r)
	unique(r, "destinations", "destination", f.Destinations, func(d Destination) string { return d.Name })
	unique(r, "sources", "source", f.Sources, func(s Source) string { return s.Name })
	for i := range f.Destinations {
		f.Destinations[i].check(r, r.item("destinations", i))
		f.Destinations[i].defaults()
	}
	for i := range f.Sources {
		f.Sources[i].check(r, r.item("sources", i))
	}
}

// unique finds names that occur twice, and says where the first one stands.
func unique[T any](r *reader, path, word string, list []T, name func(T) string) {
	first := map[string]int{}
	for i, item := range list {
		key := name(item)
		before, twice := first[key]
		switch {
		case key == "":
		case twice:
			line, column := r.position(r.item(path, before) + ".name")
			r.fault(r.item(path, i)+".name", fmt.Sprintf("the %s %q is defined twice; the first is at %s:%d:%d", word, key, r.text.name, line, column), "give one of them another name")
		default:
			first[key] = i
		}
	}
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// name wants a name that can stand in commands, file names and addresses.
func (r *reader) name(path, name string) {
	if name != "" && !nameForm.MatchString(name) || name == "" && r.has(path) {
		r.fault(path, fmt.Sprintf("the name %q cannot be used", name), "letters, digits, dot, - and _, beginning with a letter or digit, at most 64")
	}
}

// dn wants the form of a distinguished name.
func (r *reader) dn(path, dn string) {
	if !r.has(path) {
		return
	}
	if err := checkDN(dn); err != nil {
		r.fault(path, fmt.Sprintf("%s: the DN %s", leaf(path), err), "for example OU=Staff,DC=corp,DC=example,DC=com")
	}
}

// onlyFor refuses keys that mean nothing for the kind.
func (r *reader) onlyFor(path, kind string, kinds map[string][]string) {
	for key, allowed := range kinds {
		if at := child(path, key); r.has(at) && kind != "" && !slices.Contains(allowed, kind) {
			r.faultAtKey(at, fmt.Sprintf("%s means nothing for type %s", key, kind), "leave it out")
		}
	}
}

// instant reads the time of a test.
func instant(text string) (time.Time, error) {
	if text == "" {
		return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}

// allows says whether a policy goes as far as a departure.
func (p Policy) allows(d bridge.Departure) bool {
	order := []bridge.Departure{bridge.CreateOnly, bridge.CreateUpdate, bridge.Disable, bridge.Delete}
	return slices.Index(order, bridge.Departure(p.Leavers)) >= slices.Index(order, d)
}
