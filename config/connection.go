package config

import (
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Connection compiles a job: the template's default rules with the job's own
// over them, held against the columns that the source has. The error is Faults
// when the job does not fit them, and of kind NotFound when there is no such job.
func (f *File) Connection(job string, template *bridge.Template, columns *mapping.Columns) (*bridge.Connection, error) {
	m, err := f.merge(job, template, columns)
	if err != nil {
		return nil, err
	}
	return m.connection()
}

// connection compiles what was merged.
func (m *merger) connection() (*bridge.Connection, error) {
	compiled := m.compile()
	match := m.match()
	if err := m.file.reader.err(m.faults); err != nil {
		return nil, err
	}
	template := m.template
	c := &bridge.Connection{
		Name: m.job.Name, Destination: m.job.Destination, Type: m.job.ObjectType(), Template: template, Mapping: compiled,
		Match: match, Scope: m.job.Scope, MembersFrom: m.job.MembersFrom, Members: bridge.MemberPolicy(m.job.MemberPolicy),
		Policy: m.job.Policy.policy(), Limits: m.job.Limits.limits(), Approval: m.job.Approval == "required",
	}
	if m.pushed {
		c.Limits = bridge.Limits{} // pushes are counted by the hour, in no plan
	}
	c.Revision = revision(c, m.job)
	return c, nil
}

// Fields says which column each field of the template means, in the template's
// order, then the job's own fields by name.
func (f *File) Fields(job string, template *bridge.Template, columns *mapping.Columns) ([]Field, error) {
	m, err := f.merge(job, template, columns)
	if err != nil {
		return nil, err
	}
	return m.fields, nil
}

// merger holds a job against a template and the columns of its source.
type merger struct {
	file     *File
	job      *Job
	path     string
	template *bridge.Template
	columns  *mapping.Columns
	pushed   bool             // the job is a stream of a connection
	empty    mapping.Empty    // of a stream: what no value does where the rule does not say
	absent   []mapping.Column // columns that the job names and the source lacks, each with a fault
	fields   []Field
	rules    []mapping.Rule
	written  map[string]string // attribute -> path of the job's rule for it
	faults   Faults
}

func (f *File) merge(name string, template *bridge.Template, columns *mapping.Columns) (*merger, error) {
	i := slices.IndexFunc(f.Jobs, func(j Job) bool { return j.Name == name })
	if i < 0 {
		return nil, bridge.Errorf(bridge.NotFound, "%s has no job %q", f.Name, name)
	}
	m := &merger{file: f, job: &f.Jobs[i], path: f.reader.item("jobs", i), template: template, columns: columns}
	m.merge()
	return m, nil
}

// merge binds fields to columns and rules to attributes.
func (m *merger) merge() {
	if m.columns == nil {
		m.columns = &mapping.Columns{}
	}
	m.written = map[string]string{}
	m.bindFields()
	m.checkColumns()
	m.mergeRules()
}

// fault adds a fault at a path of the job.
func (m *merger) fault(key, message, hint string) {
	line, column := m.file.reader.position(m.path + key)
	m.faults = append(m.faults, m.file.reader.text.fault(line, column, message, hint))
}

func (m *merger) spec() mapping.Spec {
	spec := mapping.Spec{
		Columns: m.columns, Fields: map[string]string{}, Rules: m.rules, Where: m.job.Where, Container: m.job.Container,
		Enabled: m.job.Enabled, Members: m.job.Members.expression(), Tables: map[string]map[string]string{},
		Zone: m.zone(), Country: m.job.Country, Domain: m.domain(),
	}
	for _, field := range m.fields {
		if field.Column != "" {
			spec.Fields[field.Name] = field.Column
		}
	}
	for name, table := range m.file.Tables {
		spec.Tables[name] = table.Values
	}
	return spec
}

// zone is the job's, else its source's, else UTC.
func (m *merger) zone() *time.Location {
	name := m.job.Zone
	if source, ok := m.file.Source(m.job.Source); ok && name == "" {
		name = source.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // Parse refuses a zone that does not exist
	}
	return zone
}

// domain is the job's, else that of the destination's base.
func (m *merger) domain() string {
	d, ok := m.file.Destination(m.job.Destination)
	if m.job.Domain != "" || !ok {
		return m.job.Domain
	}
	return domainOf(d.Base)
}

// compile treats absent columns as if they were there: each has its fault, and
// a second one for every rule that reads it would only hide the others.
func (m *merger) compile() *mapping.Mapping {
	spec := m.spec()
	if all, err := mapping.NewColumns(slices.Concat(m.columns.List(), m.absent)...); err == nil && len(m.absent) > 0 {
		spec.Columns = all
	}
	compiled, faults := mapping.Compile(spec)
	for _, fault := range faults {
		m.translate(fault)
	}
	return compiled
}

// match returns the match attributes in the spelling of their rules.
func (m *merger) match() []string {
	if m.pushed && len(m.job.Match) == 0 {
		return m.defaultMatch()
	}
	var match []string
	for i, name := range m.job.Match {
		at := slices.IndexFunc(m.rules, func(r mapping.Rule) bool { return strings.EqualFold(r.Attribute, name) })
		if at < 0 {
			m.fault(m.file.reader.item(".match", i), "match: no rule gives "+name+" a value", "add a rule for it to mapping, or name another attribute")
			continue
		}
		match = append(match, m.rules[at].Attribute)
	}
	return match
}

// defaultMatch is the attribute that says who a pushed resource is: of a group
// its name, of a user the unique one that follows userName.
func (m *merger) defaultMatch() []string {
	if m.template.Type == bridge.Group {
		return []string{m.template.RDN}
	}
	for _, rule := range m.rules {
		a, _ := m.template.Attribute(rule.Attribute)
		_, own := m.written[rule.Attribute]
		follows := own || rule.When == mapping.Always
		if a.Unique && follows && slices.Contains(fieldsRead(rule), "userName") {
			return []string{rule.Attribute}
		}
	}
	return nil
}
