package house_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/muster-idm/muster/conformance/house"
)

func TestTheHouseKeepsItsRules(t *testing.T) {
	tree, err := house.Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if tree.Module != "github.com/muster-idm/muster" || len(tree.Packages) < 3 {
		t.Fatalf("module %q with %d packages was read", tree.Module, len(tree.Packages))
	}
	for _, rule := range house.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, v := range rule.Check(tree) {
				t.Errorf("%s (%s)", v, rule.Law)
			}
		})
	}
}

// Each archive in testdata is a tree that breaks the rule of its name, with
// the wanted violations in a file "want".
func TestEachRuleFindsAPlantedViolation(t *testing.T) {
	for _, rule := range house.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", rule.Name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			planted := fstest.MapFS{}
			want := ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				planted[f.Name] = &fstest.MapFile{Data: stretch(f.Data)}
			}
			tree, err := house.Load(planted)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, v := range rule.Check(tree) {
				got.WriteString(v.String() + "\n")
			}
			if want == "" {
				t.Error("the archive wants no violation")
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// stretch replaces a line "// N more lines" by N empty lines.
func stretch(code []byte) []byte {
	var out strings.Builder
	for line := range strings.Lines(string(code)) {
		var n int
		if _, err := fmt.Sscanf(strings.TrimSpace(line), "// %d more lines", &n); err == nil {
			line = strings.Repeat("\n", n)
		}
		out.WriteString(line)
	}
	return []byte(out.String())
}
