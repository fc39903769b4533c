package config_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/config"
)

func TestEveryJobOfTheExamplesSurvivesExportAndImport(t *testing.T) {
	for _, path := range examples(t) {
		f := parseExample(t, path)
		for _, job := range f.Jobs {
			t.Run(job.Name, func(t *testing.T) { survives(t, f, job) })
		}
	}
}

func survives(t *testing.T, f *config.File, job config.Job) {
	text, err := f.ExportJob(job.Name)
	if err != nil {
		t.Fatal(err)
	}
	back, err := f.ParseJobs("jobs.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	again, ok := back.Job(job.Name)
	if !ok {
		t.Fatalf("the job is gone:\n%s", text)
	}
	if diff := cmp.Diff(job, *again); diff != "" {
		t.Errorf("%s\n%s", diff, text)
	}
	revisions := [2]string{}
	for i, file := range []*config.File{f, back} {
		c, err := file.Connection(job.Name, template(job.ObjectType()), columnsOf(t, exampleColumns[job.Name]))
		if err != nil {
			t.Fatal(err)
		}
		revisions[i] = c.Revision
	}
	if revisions[0] != revisions[1] {
		t.Error("the job has another revision")
	}
}

func TestAnExportedJobKeepsItsCommentsAndTables(t *testing.T) {
	content, err := os.ReadFile("../examples/staff-sqlite.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := parseExample(t, "../examples/staff-sqlite.yaml").ExportJob("staff")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# a column, copied", "# the template's default, switched off", "FIN: Finanzen", "version: 1\n", "SELECT employee_no"} {
		if !strings.Contains(string(content), want) || !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "password") {
		t.Error("the export holds a destination")
	}
}

func TestAJobIsExportedHoweverItIsIndented(t *testing.T) {
	body := []string{"name: two", "source: hr", "table: people", "key: id", "type: User", "destination: corp", "scope: DC=example,DC=com", "policy: {leavers: disable}",
		"tests:", "  - name: a", "    row: {id: 007}"}
	for name, list := range map[string]string{
		"two blanks":  "  # mine\n  - " + strings.Join(body, "\n    "),
		"no indent":   "# mine\n- " + strings.Join(body, "\n  "),
		"four blanks": "    # mine\n    -   " + strings.Join(body, "\n        "),
		"below dash":  "  # mine\n  -\n    " + strings.Join(body, "\n    "),
	} {
		for _, after := range []string{"", "\n\n# the tables\ntables: {a: {b: c}}\n"} {
			f := parsed(t, head+list+after)
			text, err := f.ExportJob("two")
			if err != nil {
				t.Fatal(err)
			}
			want := "version: 1\njobs:\n  # mine\n  - " + strings.Join(body, "\n    ") + "\n"
			if diff := cmp.Diff(want, string(text)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	f := parsed(t, head+"  - {"+strings.ReplaceAll(strings.Join(body[:8], ", "), "DC=example,DC=com", "'DC=example,DC=com'")+", tests: [{name: a, row: {id: 007}}]}\n")
	text, err := f.ExportJob("two")
	if err != nil {
		t.Fatal(err)
	}
	back, err := f.ParseJobs("jobs.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(f.Jobs, back.Jobs); diff != "" {
		t.Errorf("in braces: %s", diff)
	}
}

func TestATextOfJobsHoldsNothingElse(t *testing.T) {
	f := parsed(t, head+staff)
	_, err := f.ParseJobs("jobs.yaml", []byte("version: 1\nsources: []\njobs:\n"+strings.Replace(staff, "source: hr", "source: elsewhere", 1)))
	if err == nil {
		t.Fatal("it is accepted")
	}
	for _, want := range []string{`jobs.yaml:2:1: a text of jobs has no sources`, `there is no source "elsewhere"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%s", want, err)
		}
	}
}
