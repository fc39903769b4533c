package main

import (
	"bytes"
	"testing"
)

// suiteClient is a connection that the suite may ask as fast as it can, with
// attributes of every kind.
const suiteClient = `
  - name: suite
    destination: corp
    users: {scope: "OU=Staff,{ou}", policy: {leavers: disable}}
    groups: {scope: "OU=Groups,{ou}", policy: {leavers: delete}}
    extensions:
      - {id: "urn:example:numbers", on: User, attributes: [{name: level, type: integer}, {name: share, type: decimal}]}
    limits: {disable: unlimited, delete: unlimited, remove_members: unlimited}
    requests: {per_second: 100000, burst: 100000}
`

func TestTheDoorInFrontOfTheEmbeddedDirectoryConforms(t *testing.T) { conforms(withDevdir(t)) }

func TestTheDoorInFrontOfSambaConforms(t *testing.T) { conforms(withSamba(t)) }

// conforms holds the door to every check of every profile, as the command does.
func conforms(p *premises) {
	p.t.Helper()
	p.serve(suiteClient)
	var out, errs bytes.Buffer
	code := run(p.t.Context(), []string{"conformance", "--url", p.front.URL + "/scim/v2", "--token", p.tokens["suite"], "--profile", "all"}, nil, &out, &errs)
	if code != exitDone {
		p.t.Errorf("muster conformance ended with code %d:\n%s%s", code, out.String(), errs.String())
	}
}
