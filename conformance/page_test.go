package conformance_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/muster-idm/muster/conformance"
)

var update = flag.Bool("update", false, "write the list of checks into docs/conformance.md")

const heading = "\n## The checks\n"

// The page docs/conformance.md lists the checks as they are.
func TestThePageListsTheChecks(t *testing.T) {
	const path = "../docs/conformance.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(string(page), heading)
	if !found {
		t.Fatalf("%s has no heading %q", path, strings.TrimSpace(heading))
	}
	want := before + heading + list()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Errorf("%s does not list the checks as they are; run go test ./conformance -run Page -update", path)
	}
}

func list() string {
	checks := conformance.Checks()
	grades := map[conformance.Grade]int{}
	for _, c := range checks {
		grades[c.Grade]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d checks: %d MUST, %d CLIENT, %d SHOULD. This list is written by a test from the code.\n\n| check | grade | a right server | source | needs |\n|---|---|---|---|---|\n",
		len(checks), grades[conformance.Must], grades[conformance.Client], grades[conformance.Should])
	cell := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;")
	for _, c := range checks {
		needs := make([]string, len(c.Needs))
		for i, n := range c.Needs {
			needs[i] = string(n)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.ID, c.Grade, cell.Replace(c.Title), cell.Replace(c.Source), strings.Join(needs, ", "))
	}
	return b.String()
}
