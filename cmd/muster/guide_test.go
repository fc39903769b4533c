package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/muster-idm/muster/config"
)

// The files that the guides and the examples show are right as they stand.
func TestTheFilesOfTheGuidesAreRight(t *testing.T) {
	t.Setenv("MUSTER_AD_PASSWORD", "x")
	files := map[string]string{}
	for _, name := range []string{"okta", "entra"} {
		text, err := os.ReadFile("../../docs/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		shown := regexp.MustCompile("(?s)```yaml\n(version: 1.*?)```").FindSubmatch(text)
		if shown == nil {
			t.Fatalf("docs/%s.md shows no file", name)
		}
		files[name] = string(shown[1])
		if more := regexp.MustCompile("(?s)```yaml\n(    oauth:.*?)```").FindSubmatch(text); more != nil {
			files[name+" with the issuer's tokens"] = files[name] + string(more[1])
		}
	}
	example, err := os.ReadFile("../../examples/connections.yaml")
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	files["the example"] = string(example)
	for name, text := range files {
		path := filepath.Join(t.TempDir(), "muster.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run(t.Context(), []string{"check", path}, strings.NewReader(""), &out, &out); code != exitDone || !strings.Contains(out.String(), "connection") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}

// What a file defined and no longer defines is nobody's, connections too.
func TestAConnectionThatTheFileNoLongerHasIsWithdrawn(t *testing.T) {
	dir := t.TempDir()
	text := func(name string) []byte {
		const destination = "version: 1\nmuster: {store: muster.db}\ndestinations:\n  - {name: ad, type: active-directory, url: \"ldaps://dc1\", base: \"DC=a\", bind: m, password: \"${env:X}\"}\n"
		return []byte(destination + "connections:\n  - {name: " + name + ", destination: ad, users: {scope: \"OU=Staff,DC=a\", policy: {leavers: disable}}}\n")
	}
	t.Chdir(dir)
	for _, name := range []string{"okta", "entra"} {
		file, err := config.Parse("muster.yaml", text(name), config.Environment{Lookup: func(string) (string, bool) { return "x", true }})
		if err != nil {
			t.Fatal(err)
		}
		st, err := openStore(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		defined, err := st.Definitions(t.Context(), "connection")
		if err != nil || len(defined) != 1 || defined[0].Name != name {
			t.Errorf("%s: %+v, %v", name, defined, err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
