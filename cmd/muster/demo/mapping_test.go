package demo_test

import (
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/cmd/muster/demo"
	"github.com/muster-idm/muster/config"
)

// The rules of the staff job make of each row what a careful clerk reads in it.
func TestTheRulesReadWhatAClerkReads(t *testing.T) {
	job := staffJob(t)
	columns, err := mapping.NewColumns(textColumns("id", "given", "family", "department", "title", "location", "country", "phone", "began", "ended", "manager")...)
	if err != nil {
		t.Fatal(err)
	}
	spec := mapping.Spec{Columns: columns, Container: job.Container, Enabled: job.Enabled, Country: job.Country, Domain: job.Domain}
	for name, rule := range job.Mapping {
		r := rule.Rule
		r.Attribute = name
		spec.Rules = append(spec.Rules, r)
	}
	compiled, faults := mapping.Compile(spec)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	departments := map[string]string{}
	for _, d := range demo.Departments() {
		departments[d.Code] = d.Name
	}
	now := time.Date(2026, time.November, 20, 9, 0, 0, 0, time.UTC)
	for _, p := range demo.People(demo.Changed) {
		if !p.Employee {
			continue
		}
		s := p.Spelled
		row := mapping.Row{Columns: columns, Values: []any{p.Key, s.Given, s.Family, departments[p.Department], s.Title, p.Location, p.Country, s.Phone, s.Began, s.Ended, p.Manager}}
		result := compiled.Map(row, p.Key, now)
		if p.Faulty {
			if len(result.Faults) < 2 {
				t.Errorf("%s has the faults %v", p.Key, result.Faults)
			}
			continue
		}
		if len(result.Faults) > 0 || result.Enabled == nil || *result.Enabled == p.Left() {
			t.Errorf("%s: faults %v, enabled %v, left %v", p.Key, result.Faults, result.Enabled, p.Left())
			continue
		}
		want := map[string]string{"sn": p.Family, "title": p.Title, "telephoneNumber": p.Phone, "employeeID": p.Key, "description": "Since " + p.Began}
		for _, a := range result.Attributes {
			got := ""
			if len(a.Values) > 0 {
				got = a.Values[0]
			}
			if text, judged := want[a.Name]; judged && got != text {
				t.Errorf("%s: %s is %q, wanted is %q", p.Key, a.Name, got, text)
			}
		}
	}
}

func textColumns(names ...string) []mapping.Column {
	out := make([]mapping.Column, len(names))
	for i, name := range names {
		out[i] = mapping.Column{Name: name, Type: mapping.Text}
	}
	return out
}

func staffJob(t *testing.T) config.Job {
	t.Helper()
	text, err := demo.Config(demo.Setup{URL: "ldaps://127.0.0.1:6360", CAFile: "ca.pem", Base: "DC=corp,DC=example,DC=com", Bind: "muster@corp.example.com", PasswordFile: "password",
		StaffOU: "OU=Staff,DC=corp,DC=example,DC=com", PartnerOU: "OU=Partners,DC=corp,DC=example,DC=com",
		CloudOU: "OU=Cloud,DC=corp,DC=example,DC=com", GroupsOU: "OU=Groups,DC=corp,DC=example,DC=com", Listen: "127.0.0.1:8080", Database: "hr.db", Sheet: "partners.xlsx", Store: "muster.db"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := config.Parse("demo.yaml", text, config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	return file.Jobs[0]
}
