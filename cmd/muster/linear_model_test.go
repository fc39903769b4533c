package main

import (
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// wrote is what was asked of a resource, and saw how it was answered. What a
// resource is at is its version and a text: of a group its members, of a user its
// attributes.
type wrote struct {
	add, remove uint64 // of a group; bits are members
	replace     bool   // what is not added is removed
	text        string // of a user; "" only reads
	write       bool
	ifVersion   int // 0 = any
}

type saw struct {
	refused bool // the version is another one (412)
	version int  // what it is now
	members uint64
	text    string
}

// point is where a resource is, with how many have looked at it there.
type point struct {
	saw
	looks int
}

// resourceModel is a resource that is read and written one request after the
// other: a write makes the next version, and a read has what the last write
// made. All who look at a version do so before the next one is made; the model
// says so, looks being how many they are, so that no other order is tried.
func resourceModel(looks map[int]int) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return point{saw: saw{version: 1}} },
		Step: func(state, input, output any) (bool, any) {
			now, in, out := state.(point), input.(wrote), output.(saw)
			looked := point{now.saw, now.looks + 1}
			differs := in.ifVersion != 0 && in.ifVersion != now.version
			switch {
			case out.refused || differs:
				return out.refused == differs && out.version == now.version, looked
			case !in.write:
				return out == now.saw, looked
			}
			next := saw{version: now.version + 1, members: now.members&^in.remove | in.add, text: in.text}
			if in.replace {
				next.members = in.add
			}
			if in.text == "" && next.members == now.members { // what changes nothing makes no version (RFC 7644, section 3.5.2.1)
				return out == now.saw || out.text == "" && out.members == 0 && out.version == now.version, looked
			}
			if now.looks != looks[now.version] {
				return false, now
			}
			bare := out.text == "" && out.members == 0 // the answer had no body
			return out == next || bare && out.version == next.version, point{saw: next}
		},
	}
}

// linear says whether requests could have been answered like this one after the other.
func linear(history []porcupine.Operation) porcupine.CheckResult {
	looks, made := map[int]int{}, map[int]bool{}
	for _, o := range history {
		out := o.Output.(saw)
		if looks[out.version]++; out.version > 1 && !out.refused && o.Input.(wrote).write && !made[out.version] {
			made[out.version] = true // one write made the version, the others changed nothing
			looks[out.version]--
		}
	}
	return porcupine.CheckOperationsTimeout(resourceModel(looks), history, time.Minute)
}

// last appends a read after all others.
func last(history []porcupine.Operation, out saw) []porcupine.Operation {
	end := slices.MaxFunc(history, func(a, b porcupine.Operation) int { return int(a.Return - b.Return) }).Return
	return append(history, porcupine.Operation{ClientId: crowd, Input: wrote{}, Output: out, Call: end + 1, Return: end + 2})
}

// Histories that no resource can have had are told from those that one can.
func TestHistoriesThatNoResourceHasAreToldFromThoseThatOneHas(t *testing.T) {
	op := func(call, ret int64, in wrote, out saw) porcupine.Operation {
		return porcupine.Operation{Input: in, Output: out, Call: call, Return: ret}
	}
	add, remove, read := wrote{write: true, add: 1}, wrote{write: true, remove: 1}, wrote{}
	for name, x := range map[string]struct {
		history []porcupine.Operation
		want    porcupine.CheckResult
	}{
		"two writes at once, in either order": {[]porcupine.Operation{op(1, 9, add, saw{version: 3}), op(1, 9, wrote{write: true, add: 2}, saw{version: 2}), op(10, 11, read, saw{version: 3, members: 3})}, porcupine.Ok},
		"a read during a write":               {[]porcupine.Operation{op(1, 9, add, saw{version: 2}), op(2, 3, read, saw{version: 2, members: 1})}, porcupine.Ok},
		"a member added is not there":         {[]porcupine.Operation{op(1, 2, add, saw{version: 2}), op(3, 4, read, saw{version: 2})}, porcupine.Illegal},
		"a member removed is there":           {[]porcupine.Operation{op(1, 2, add, saw{version: 2}), op(3, 4, remove, saw{version: 3}), op(5, 6, read, saw{version: 3, members: 1})}, porcupine.Illegal},
		"a read that is behind":               {[]porcupine.Operation{op(1, 2, add, saw{version: 2}), op(3, 4, read, saw{version: 1})}, porcupine.Illegal},
		"a version with the members of the next one": {[]porcupine.Operation{op(1, 2, add, saw{version: 2}), op(3, 9, remove, saw{version: 3}),
			op(4, 5, read, saw{version: 2})}, porcupine.Illegal},
		"two writes with one version":                {[]porcupine.Operation{op(1, 9, add, saw{version: 2}), op(1, 9, remove, saw{version: 2})}, porcupine.Illegal},
		"a write refused for a version that was not": {[]porcupine.Operation{op(1, 2, wrote{write: true, text: "a", ifVersion: 3}, saw{refused: true, version: 2})}, porcupine.Illegal},
		"a write refused for no reason":              {[]porcupine.Operation{op(1, 2, wrote{write: true, text: "a", ifVersion: 1}, saw{refused: true, version: 1})}, porcupine.Illegal},
		"a write that had to be refused":             {[]porcupine.Operation{op(1, 2, wrote{write: true, text: "a", ifVersion: 3}, saw{version: 2, text: "a"})}, porcupine.Illegal},
		"a write refused for its version":            {[]porcupine.Operation{op(1, 2, wrote{write: true, text: "a", ifVersion: 3}, saw{refused: true, version: 1})}, porcupine.Ok},
		"an answer with what another has written":    {[]porcupine.Operation{op(1, 9, wrote{write: true, text: "a"}, saw{version: 2, text: "b"}), op(1, 9, wrote{write: true, text: "b"}, saw{version: 3, text: "b"})}, porcupine.Illegal},
	} {
		if got := linear(x.history); got != x.want {
			t.Errorf("%s: %s, wanted is %s", name, got, x.want)
		}
	}
}
