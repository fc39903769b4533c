package config_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/muster-idm/muster/config"
)

var update = flag.Bool("update", false, "write the faults found into the scenario files")

// Each file of testdata/bad holds files by name; "in.yaml" is read, and "want"
// is what is said about it. ${env:SET} is the only variable that is set.
func TestBadFilesSayWhatIsWrongAndWhere(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { badFile(t, path) })
	}
}

func badFile(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.Files {
		files[f.Name] = f.Data
	}
	_, err = config.Parse("in.yaml", files["in.yaml"], archiveEnvironment(files))
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("the file has no fault: %v", err)
	}
	got := faults.Error() + "\n"
	if strings.Contains(got, "hunter2") {
		t.Fatalf("a secret shows:\n%s", got)
	}
	if *update {
		rewrite(t, path, archive, got)
		return
	}
	if diff := cmp.Diff(string(files["want"]), got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func archiveEnvironment(files map[string][]byte) config.Environment {
	return config.Environment{
		Lookup: func(name string) (string, bool) { return "hunter2", name == "SET" },
		Read: func(path string) ([]byte, error) {
			if content, ok := files[filepath.ToSlash(path)]; ok {
				return content, nil
			}
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		},
	}
}

func rewrite(t *testing.T, path string, archive *txtar.Archive, got string) {
	kept := archive.Files[:0]
	for _, f := range archive.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	archive.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAFileWithVeryManyFaultsIsRefusedWithAHundredOfThem(t *testing.T) {
	text := "version: 1\njobs: [" + strings.Repeat("x, ", 5000) + "]\n"
	_, err := config.Parse("in.yaml", []byte(text), config.Environment{})
	var faults config.Faults
	if !errors.As(err, &faults) || len(faults) != 101 {
		t.Fatalf("%d faults", len(faults))
	}
	if last := faults[100]; last.Message != "and 4900 more faults from here on" {
		t.Error(last.Message)
	}
	lines := strings.Split(faults[99].Detail(), "\n")
	if caret := strings.Index(lines[2], "^"); len(lines[1]) > 260 || lines[1][caret] != 'x' {
		t.Errorf("the caret points at nothing:\n%s", faults[99].Detail())
	}
}
