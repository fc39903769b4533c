package main

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// keyAttribute is where the key of a person stands.
func (v *victim) keyAttribute() string {
	if v.server.Kind == servers.KindOpenLDAP {
		return "employeeNumber"
	}
	return "employeeID"
}

// inspect is the oracle: it reads source and directory and knows nothing of
// Muster. It then removes whoever has left the source, as somebody else might,
// so that the directory stays as small as the source.
func (v *victim) inspect() {
	v.t.Helper()
	conn := servers.Connect(v.t, v.server)
	defer conn.Close()
	request := goldap.NewSearchRequest(v.ou, goldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=person)",
		[]string{v.keyAttribute(), "sn", "description", "replPropertyMetaData"}, nil)
	found, err := conn.SearchWithPaging(request, 500)
	if err != nil {
		v.t.Fatal(err)
	}
	seen := map[int]int{}
	for _, e := range found.Entries {
		id, err := strconv.Atoi(e.GetAttributeValue(v.keyAttribute()))
		if err != nil {
			v.wrong("%s has no key", e.DN)
			continue
		}
		seen[id]++
		v.entry(id, e)
		if id < v.first(v.version+1) {
			if err := conn.Del(goldap.NewDelRequest(e.DN, nil)); err != nil {
				v.wrong("%s: %v", e.DN, err)
			}
		}
	}
	for i := range people {
		if id := v.first(v.version) + i; seen[id] != 1 {
			v.wrong("version %d: person %d is there %d times", v.version, id, seen[id])
		}
	}
	if len(found.Entries) != people {
		v.wrong("version %d: there are %d entries, want %d", v.version, len(found.Entries), people)
	}
	if v.t.Failed() {
		v.t.FailNow()
	}
}

// entry holds one entry against the source. Where the server itself counts how
// often an attribute was written (Active Directory does), that is held against
// it too: once by the create and twice by each update, which deletes the old
// value and adds the new one (Samba counts both).
func (v *victim) entry(id int, e *goldap.Entry) {
	v.t.Helper()
	if sn, d := e.GetAttributeValue("sn"), e.GetAttributeValue("description"); sn != fmt.Sprintf("Person %d", id) || d != fmt.Sprintf("version %d", v.version) {
		v.wrong("version %d: %s has sn %q and description %q", v.version, e.DN, sn, d)
	}
	if v.server.Kind != servers.KindSamba {
		return
	}
	if got, want := written(e.GetRawAttributeValue("replPropertyMetaData"), 13), 1+2*v.updates(id); got != want {
		v.wrong("version %d: the description of %s was written %d times, want %d", v.version, e.DN, got, want)
	}
}

// updates is how many versions held a person after the one with which it came.
func (v *victim) updates(id int) int {
	came := max(1, (id-people-v.first(0))/joined+1)
	last := min(v.version, (id-v.first(0))/joined)
	return last - came
}

// written reads from replPropertyMetaData (MS-DRSR 4.1.10.2.22, little-endian)
// how often the attribute with the id was written.
func written(blob []byte, attribute uint32) int {
	const head, row = 16, 48
	for at := head; at+row <= len(blob); at += row {
		if binary.LittleEndian.Uint32(blob[at:]) == attribute {
			return int(binary.LittleEndian.Uint32(blob[at+4:]))
		}
	}
	return 0
}

// count reads what the server itself recorded of its writes (OpenLDAP does):
// everybody was added once, and updated once with each version that followed.
func (v *victim) count() {
	if v.server.AccessLog == "" {
		return
	}
	adds, modifies := v.recorded("add"), v.recorded("modify")
	for id := v.first(1); id < v.first(v.version)+people; id++ {
		name := fmt.Sprintf("k%d", id)
		if adds[name] != 1 {
			v.wrong("person %d was added %d times", id, adds[name])
		}
		if want := v.updates(id); modifies[name] != want {
			v.wrong("person %d was updated %d times, want %d", id, modifies[name], want)
		}
	}
	v.t.Logf("the server recorded %d adds and %d people updated", len(adds), len(modifies))
}

// recorded counts the successful writes of a kind below the container, by the
// value of the entry's first part.
func (v *victim) recorded(kind string) map[string]int {
	request := goldap.NewSearchRequest(v.server.AccessLog, goldap.ScopeWholeSubtree, 0, 0, 0, false,
		"(&(reqType="+kind+")(reqResult=0))", []string{"reqDN"}, nil)
	found, err := servers.Connect(v.t, v.server).SearchWithPaging(request, 500)
	if err != nil {
		v.t.Fatal(err)
	}
	counts := map[string]int{}
	for _, e := range found.Entries {
		dn := strings.ToLower(e.GetAttributeValue("reqDN"))
		if name, below := strings.CutSuffix(dn, ","+strings.ToLower(v.ou)); below {
			_, value, _ := strings.Cut(name, "=")
			counts[value]++
		}
	}
	return counts
}

// wrong notes what the oracle found; ten are enough.
func (v *victim) wrong(format string, args ...any) {
	v.t.Helper()
	v.t.Errorf(format, args...)
	if v.faults++; v.faults == 10 {
		v.t.FailNow()
	}
}
