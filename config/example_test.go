package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
)

// exampleColumns are the columns of the sources of the examples, by job. A
// column is text unless a type follows it.
var exampleColumns = map[string]string{
	"staff":    "employee_no first_name last_name job_title dept status manager_no",
	"partners": "E-Mail|First name|Surname|Company|Phone|Valid until:time",
	"people":   "id vorname nachname email",
	"teams":    "team site members",
}

func columnsOf(t *testing.T, text string) *mapping.Columns {
	t.Helper()
	separator := " "
	if strings.Contains(text, "|") {
		separator = "|"
	}
	var list []mapping.Column
	for _, part := range strings.Split(text, separator) {
		name, kind, typed := strings.Cut(part, ":")
		if !typed {
			kind = string(mapping.Text)
		}
		list = append(list, mapping.Column{Name: name, Type: mapping.Type(kind)})
	}
	columns, err := mapping.NewColumns(list...)
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

// environment resolves the references of the examples, but reads lookup tables
// from the disk.
func environment() config.Environment {
	return config.Environment{
		Lookup: func(name string) (string, bool) { return "value of " + name, true },
		Read: func(path string) ([]byte, error) {
			if strings.HasSuffix(path, "ad-password.txt") {
				return []byte("correct horse\n"), nil
			}
			return os.ReadFile(path)
		},
	}
}

func examples(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	return paths
}

func parseExample(t *testing.T, path string) *config.File {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := config.Parse(path, content, environment())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryJobOfTheExamplesCompilesAndItsTestsPass(t *testing.T) {
	for _, path := range examples(t) {
		f := parseExample(t, path)
		for _, job := range f.Jobs {
			t.Run(filepath.Base(path)+" "+job.Name, func(t *testing.T) {
				results, err := f.RunTests(job.Name, template(job.ObjectType()), columnsOf(t, exampleColumns[job.Name]))
				if err != nil {
					t.Fatal(err)
				}
				for _, result := range results {
					for _, d := range result.Differences {
						t.Errorf("%s: %s", result.Test, d)
					}
				}
			})
		}
	}
}
