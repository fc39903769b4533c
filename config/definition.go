package config

import (
	"fmt"

	"github.com/goccy/go-yaml"

	"github.com/muster-idm/muster/bridge"
)

// Definition is a destination, a source, a job or a connection of a file as it is kept
// elsewhere: as YAML, with references to secrets and never a secret.
type Definition struct {
	Kind  string // "destination", "source", "job" or "connection"
	Name  string
	Place string // for people: "muster.yaml:12"
	Text  string
}

// Definitions returns what the file defines, in the order of the file.
func (f *File) Definitions() ([]Definition, error) {
	var out []Definition
	add := func(kind, list, name string, i int) error {
		at := f.reader.item(list, i)
		text, err := yaml.MarshalWithOptions(ordered(f.reader.places[at].value), yaml.Indent(2))
		if err != nil {
			return bridge.Wrap(bridge.Internal, err, "the %s %q cannot be written", kind, name)
		}
		line, _ := f.reader.position(at + ".name")
		out = append(out, Definition{Kind: kind, Name: name, Place: fmt.Sprintf("%s:%d", f.Name, line), Text: string(text)})
		return nil
	}
	for i, d := range f.Destinations {
		if err := add("destination", "destinations", d.Name, i); err != nil {
			return nil, err
		}
	}
	for i, s := range f.Sources {
		if err := add("source", "sources", s.Name, i); err != nil {
			return nil, err
		}
	}
	for i, j := range f.Jobs {
		if err := add("job", "jobs", j.Name, i); err != nil {
			return nil, err
		}
	}
	for i, c := range f.Connections {
		if err := add("connection", "connections", c.Name, i); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// JobFault places an error of a job's source at the job.
func (f *File) JobFault(job string, err error) Fault {
	for i, j := range f.Jobs {
		if j.Name == job {
			line, column := f.reader.position(f.reader.item("jobs", i) + ".source")
			fault := f.reader.text.fault(line, column, err.Error(), "")
			fault.Source, fault.shift = f.reader.around(line, column)
			return fault
		}
	}
	return Fault{File: f.Name, Message: err.Error()}
}
