package main

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ad"
	"github.com/muster-idm/muster/bridge/ldap"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/pull"
	"github.com/muster-idm/muster/pull/database"
	"github.com/muster-idm/muster/pull/sheet"
	"github.com/muster-idm/muster/store"
)

// directory is an open destination.
type directory interface {
	bridge.Destination
	// Identity says which directory it is, whatever its name and address.
	Identity() string
	Close()
}

// openJob is a job with all that it needs, open.
type openJob struct {
	config     *config.Job
	store      *store.Store
	source     pull.Source
	directory  directory
	connection *bridge.Connection
	columns    *mapping.Columns
	workers    int
}

// openStore opens the store that the file names and notes in it what the file
// defines.
func openStore(ctx context.Context, file *config.File) (*store.Store, error) {
	s, err := store.Open(ctx, store.Settings{Path: string(file.Muster.Store)})
	if err != nil {
		return nil, err
	}
	defined, err := file.Definitions()
	if err != nil {
		return nil, closing(s, err)
	}
	for _, d := range defined {
		_, err := s.Define(ctx, store.Definition{Kind: d.Kind, Name: d.Name, Origin: store.FromFile, Place: d.Place, Text: d.Text})
		if err != nil {
			return nil, closing(s, err)
		}
	}
	if err := withdraw(ctx, s, file.Name, defined); err != nil {
		return nil, closing(s, err)
	}
	return s, nil
}

// withdraw ends the definitions that came from this file and are no longer in
// it, so that their names are free.
func withdraw(ctx context.Context, s *store.Store, file string, defined []config.Definition) error {
	for _, kind := range []string{"destination", "source", "job", "connection"} {
		known, err := s.Definitions(ctx, kind)
		if err != nil {
			return err
		}
		for _, d := range known {
			here := slices.ContainsFunc(defined, func(x config.Definition) bool { return x.Kind == kind && x.Name == d.Name })
			if here || d.Origin != store.FromFile || !strings.HasPrefix(d.Place, file+":") {
				continue
			}
			if err := s.Withdraw(ctx, kind, d.Name, store.FromFile); err != nil {
				return err
			}
		}
	}
	return nil
}

// closing closes the store after an error.
func closing(s *store.Store, err error) error {
	if closed := s.Close(); closed != nil {
		return fmt.Errorf("%w (and the store could not be closed: %w)", err, closed)
	}
	return err
}

// open opens a job: its source first, because a fault in the mapping is better
// known before anybody signs in to a directory.
func (c *cli) open(ctx context.Context, name string) (*openJob, error) {
	file, err := config.Load(c.Config)
	if err != nil {
		return nil, err
	}
	s, err := openStore(ctx, file)
	if err != nil {
		return nil, err
	}
	j, err := openIn(ctx, file, s, name)
	if err != nil {
		return nil, closing(s, err)
	}
	return j, nil
}

func openIn(ctx context.Context, file *config.File, s *store.Store, name string) (*openJob, error) {
	file, err := defining(ctx, file, s, name)
	if err != nil {
		return nil, err
	}
	job, _ := file.Job(name)
	j := &openJob{config: job, store: s}
	if j.source, j.connection, j.columns, err = compile(ctx, file, job); err != nil {
		return nil, err
	}
	settings, _ := file.Destination(job.Destination)
	j.workers = settings.Connections
	if j.workers > 1 {
		// Changes are dealt to workers by record: with more workers than connections
		// none of these waits while another worker has a queue.
		j.workers *= 2
	}
	j.directory, err = openDirectory(ctx, settings)
	return j, err
}

// compile reads the columns of the source and compiles the job against them.
func compile(ctx context.Context, file *config.File, job *config.Job) (pull.Source, *bridge.Connection, *mapping.Columns, error) {
	source, err := openSource(file, job.Source)
	if err != nil {
		return nil, nil, nil, err
	}
	columns, err := source.Columns(ctx, job.Selection())
	if err != nil {
		return nil, nil, nil, err
	}
	destination, _ := file.Destination(job.Destination)
	template, err := template(destination.Type, job.ObjectType())
	if err != nil {
		return nil, nil, nil, err
	}
	connection, err := file.Connection(job.Name, template, columns)
	if err != nil {
		return nil, nil, nil, err
	}
	return source, connection, columns, nil
}

// openSource opens a source that a checked file defines, under the guards that
// hold for all sources.
func openSource(file *config.File, name string) (pull.Source, error) {
	s, _ := file.Source(name)
	settings := s.Settings()
	open := func() (pull.Source, error) { return sheet.New(settings) }
	if settings.Kind == pull.SQLite {
		open = func() (pull.Source, error) { return database.New(settings) }
	}
	source, err := open()
	if err != nil {
		return nil, err
	}
	return pull.Guarded(source), nil
}

func openDirectory(ctx context.Context, d *config.Destination) (directory, error) {
	settings := ldap.Settings{URLs: d.URL, StartTLS: d.StartTLS, CAFile: string(d.CAFile), BindDN: d.Bind, Password: d.Password, Base: d.Base,
		DialTimeout: time.Duration(d.Timeouts.Dial), RequestTimeout: time.Duration(d.Timeouts.Request), Connections: d.Connections,
		State: ldap.StateRule{Attribute: d.State.Attribute, Disabled: d.State.Disabled, Enabled: d.State.Enabled}}
	if d.Type == config.ActiveDirectory {
		return ad.Open(ctx, settings)
	}
	return ldap.Open(ctx, settings)
}

// template returns the template of an object type at a type of destination.
func template(destination string, t bridge.ObjectType) (*bridge.Template, error) {
	templates := ldap.Templates()
	if destination == config.ActiveDirectory {
		templates = ad.Templates()
	}
	i := slices.IndexFunc(templates, func(x bridge.Template) bool { return x.Type == t })
	if i < 0 {
		return nil, bridge.Errorf(bridge.Unsupported, "a destination of type %s has no template for %s", destination, t)
	}
	return &templates[i], nil
}

// defining returns the file that defines the job: the one given, or what the
// store has of it.
func defining(ctx context.Context, file *config.File, s *store.Store, name string) (*config.File, error) {
	if _, here := file.Job(name); here {
		return file, nil
	}
	kept, err := s.Definition(ctx, "job", name)
	if err == nil && kept.Origin == store.FromStore {
		return file.ParseJobs("job "+name+" in the store", []byte(kept.Text))
	}
	if err != nil && !bridge.IsKind(err, bridge.NotFound) {
		return nil, err
	}
	names := []string{}
	for _, job := range file.Jobs {
		names = append(names, job.Name)
	}
	return nil, bridge.Errorf(bridge.NotFound, "there is no job %q, neither in the store nor in %s, which has: %s", name, file.Name, strings.Join(names, ", "))
}

// planner plans the job. It gets the directory as a Reader only.
func (j *openJob) planner(now func() time.Time, p *bridge.Progress) *bridge.Planner {
	return &bridge.Planner{Connection: j.connection, Identity: j.directory.Identity(), Reader: j.directory, Memory: j.store, Now: now, Progress: p}
}

// plan reads the whole source and plans it.
func (j *openJob) plan(ctx context.Context, s *screen, compare bridge.Compare, records iter.Seq2[bridge.Record, error]) (*bridge.Plan, error) {
	notes, err := j.headerNotes(ctx)
	if err != nil {
		return nil, err
	}
	progress := &bridge.Progress{}
	planner := j.planner(time.Now, progress)
	planner.Notes = notes
	stop := s.watch("reading and comparing", progress)
	defer stop()
	return planner.All(ctx, records, compare)
}

// records streams what the job selects.
func (j *openJob) records(ctx context.Context) iter.Seq2[bridge.Record, error] {
	return j.source.Records(ctx, j.config.Selection())
}

// remembered passes the records on and keeps the last state of each in the store.
func (j *openJob) remembered(ctx context.Context) iter.Seq2[bridge.Record, error] {
	const page = 512
	return func(yield func(bridge.Record, error) bool) {
		var seen []bridge.Record
		save := func() error {
			defer func() { seen = seen[:0] }()
			return j.store.SaveRecords(ctx, j.connection.Name, func(yield func(bridge.Record, error) bool) {
				for _, r := range seen {
					if !yield(r, nil) {
						return
					}
				}
			})
		}
		for r, err := range j.records(ctx) {
			if err == nil && len(seen) == page {
				err = save()
			}
			if !yield(r, err) || err != nil {
				return
			}
			seen = append(seen, r)
		}
		if err := save(); err != nil {
			yield(bridge.Record{}, err)
		}
	}
}

// headerNotes says what changed among the source's columns since the last good
// run. A column that a rule needs and that is gone is an error already.
func (j *openJob) headerNotes(ctx context.Context) ([]bridge.Finding, error) {
	before, err := j.store.Baseline(ctx, j.connection.Name)
	if err != nil || len(before.Columns) == 0 {
		return nil, err
	}
	var notes []bridge.Finding
	note := func(column, message string) {
		notes = append(notes, bridge.Finding{Severity: bridge.Warning, Code: "columns-changed", Column: column, Message: message,
			Hint: "look whether the source was changed on purpose"})
	}
	now := columnNames(j.columns)
	for _, column := range before.Columns {
		if !slices.Contains(now, column) {
			note(column, fmt.Sprintf("the source no longer has the column %q that it had at the last good run", column))
		}
	}
	for _, column := range now {
		if !slices.Contains(before.Columns, column) {
			note(column, fmt.Sprintf("the source has a new column %q since the last good run", column))
		}
	}
	return notes, nil
}

func columnNames(columns *mapping.Columns) []string {
	names := make([]string, len(columns.List()))
	for i, column := range columns.List() {
		names[i] = column.Name
	}
	return names
}

// close closes what the job has open.
func (j *openJob) close() error {
	if j.directory != nil {
		j.directory.Close()
	}
	return j.store.Close()
}
