package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/muster-idm/muster/config"
)

// No text may panic, and what is refused is refused with at least one fault.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("version: 1\njobs: [{name: a, mapping: {x: {value: 1}}}]"))
	f.Add([]byte("a: &b [*b]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		began := time.Now()
		file, err := config.Parse("fuzz.yaml", text, config.Environment{})
		if took := time.Since(began); took > 3*time.Second {
			t.Fatalf("%d bytes took %s", len(text), took)
		}
		var faults config.Faults
		switch {
		case err == nil && file == nil:
			t.Fatal("neither a file nor an error")
		case err != nil && !errors.As(err, &faults):
			t.Fatalf("an error that is no fault: %v", err)
		case err != nil && len(faults) == 0:
			t.Fatal("refused without a fault")
		}
		if err == nil {
			for _, job := range file.Jobs {
				if _, err := file.ExportJob(job.Name); err != nil {
					t.Fatalf("job %q cannot be exported: %v", job.Name, err)
				}
			}
		}
	})
}
