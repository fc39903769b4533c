package config

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Stream compiles the stream of a type, User or Group, of a connection that is
// pushed: the template's rules for pushes with the connection's own over them,
// held against the columns that a pushed resource has, as Client.Columns gives
// them. The error is Faults when the two do not fit, and of kind NotFound when
// there is no such connection or it does not accept the type.
func (f *File) Stream(connection string, t bridge.ObjectType, template *bridge.Template, columns *mapping.Columns) (*bridge.Connection, error) {
	m, err := f.mergeStream(connection, t, template, columns)
	if err != nil {
		return nil, err
	}
	return m.connection()
}

// RunStreamTests is RunTests for the stream of a type of a connection that is pushed.
func (f *File) RunStreamTests(connection string, t bridge.ObjectType, template *bridge.Template, columns *mapping.Columns) ([]TestResult, error) {
	m, err := f.mergeStream(connection, t, template, columns)
	if err != nil {
		return nil, err
	}
	return m.runTests()
}

func (f *File) mergeStream(connection string, t bridge.ObjectType, template *bridge.Template, columns *mapping.Columns) (*merger, error) {
	for i := range f.Connections {
		c := &f.Connections[i]
		if c.Name != connection || !c.Accepts(t) {
			continue
		}
		job, part := c.job(t)
		m := &merger{file: f, job: job, path: f.reader.item("connections", i) + "." + part, template: template, columns: columns, pushed: true, empty: c.empty(t)}
		m.merge()
		return m, nil
	}
	return nil, bridge.Errorf(bridge.NotFound, "%s has no connection %q that accepts a %s", f.Name, connection, t)
}

// empty says what a value that the client lacks does to its attribute.
func (c *Client) empty(t bridge.ObjectType) mapping.Empty {
	adopts := t == bridge.User && c.Users.Policy.Adopt || t == bridge.Group && c.Groups.Policy.Adopt
	switch {
	case c.Empty != "":
		return mapping.Empty(c.Empty)
	case adopts:
		return mapping.Leave
	}
	return mapping.Clear
}

// job is a stream as a job whose rows are pushed, and its key in the file.
func (c *Client) job(t bridge.ObjectType) (*Job, string) {
	job := &Job{Name: c.Stream(t), Key: idColumn, Type: string(t), Destination: c.Destination, Zone: c.Zone, Country: c.Country, Domain: c.Domain}
	if c.Review() {
		job.Approval = "required"
	}
	part := "users"
	if t == bridge.Group {
		g := c.Groups
		part = "groups"
		job.Scope, job.Container, job.Where, job.Fields, job.Mapping, job.Match = g.Scope, g.Container, g.Where, g.Fields, g.Mapping, g.Match
		job.MembersFrom, job.MemberPolicy, job.Policy, job.Tests = g.MembersFrom, g.MemberPolicy, g.Policy, g.Tests
		job.Members.Value = membersColumn
		if len(job.MembersFrom) == 0 {
			job.MembersFrom = c.streams()
		}
	} else {
		u := c.Users
		job.Scope, job.Container, job.Where, job.Fields, job.Mapping, job.Match = u.Scope, u.Container, u.Where, u.Fields, u.Mapping, u.Match
		job.Enabled, job.Policy, job.Tests = orElse(u.Enabled, activeColumn), u.Policy, u.Tests
	}
	job.defaults()
	return job, part
}

// streams are the names of the streams that the client has.
func (c *Client) streams() List {
	var names List
	for _, t := range []bridge.ObjectType{bridge.User, bridge.Group} {
		if c.Accepts(t) {
			names = append(names, c.Stream(t))
		}
	}
	return names
}
