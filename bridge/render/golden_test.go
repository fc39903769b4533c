package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/render"
)

var update = flag.Bool("update", false, "write what is rendered into the golden files")

// A golden file holds plan.json, options.json if they are not the zero value,
// and the forms wanted: text, markdown, csv, json.
func TestPlans(t *testing.T) {
	forms := map[string]func(context.Context, io.Writer, *bridge.Plan, render.Options) error{
		"text": render.Text, "markdown": render.Markdown, "csv": render.CSV, "json": render.JSON,
	}
	golden(t, "plan", func(t *testing.T, in map[string][]byte, form string, o render.Options) []byte {
		plan, err := render.ReadJSON(bytes.NewReader(in["plan.json"]))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := forms[form](t.Context(), &b, plan, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	})
}

// A golden file holds run.json, results.json, and the forms wanted.
func TestRuns(t *testing.T) {
	golden(t, "run", func(t *testing.T, in map[string][]byte, form string, o render.Options) []byte {
		var run bridge.Run
		var results []bridge.Result
		decode(t, in["run.json"], &run)
		decode(t, in["results.json"], &results)
		write := render.RunText
		if form == "json" {
			write = render.RunJSON
		}
		var b bytes.Buffer
		if err := write(t.Context(), &b, &run, each(results), o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	})
}

func each(results []bridge.Result) iter.Seq2[bridge.Result, error] {
	return func(yield func(bridge.Result, error) bool) {
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func golden(t *testing.T, folder string, show func(t *testing.T, in map[string][]byte, form string, o render.Options) []byte) {
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, path := range paths {
		name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(path), ".txtar"), "-", " ")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			in := map[string][]byte{}
			for _, f := range archive.Files {
				in[f.Name] = f.Data
			}
			var o render.Options
			decode(t, in["options.json"], &o)
			for i, f := range archive.Files {
				if strings.Contains(f.Name, ".") {
					continue
				}
				got := show(t, in, f.Name, o)
				if *update {
					archive.Files[i].Data = shownBytes(got)
				} else if diff := cmp.Diff(string(f.Data), string(shownBytes(got))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", f.Name, diff)
				}
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// shownBytes makes colours and the byte order mark visible in a golden file.
func shownBytes(b []byte) []byte {
	return []byte(strings.NewReplacer("\x1b[", "<", "\ufeff", "<BOM>").Replace(string(b)))
}

func decode(t *testing.T, b []byte, v any) {
	t.Helper()
	if len(b) == 0 {
		return
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatal(err)
	}
}
