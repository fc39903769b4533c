package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

type releaseCommand struct {
	Connection string `arg:"" optional:"" help:"The connection that is held."`
	Reason     string `help:"Why; it stands in the audit."`
	List       bool   `help:"List the connections that are held, and why."`
	Output     string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run lets a connection write again that reached a limit of its pushes, or lists
// those that are held.
func (r *releaseCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	if err := r.check(); err != nil {
		return err
	}
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if r.List {
		return r.list(ctx, s, st)
	}
	if err := st.Release(ctx, r.Connection, r.Reason); err != nil {
		return err
	}
	if r.Output == "json" {
		return s.json(map[string]string{"connection": r.Connection, "state": "released"})
	}
	s.say("Connection %s writes again; its limits stay as they are, and what was counted is forgotten.", r.Connection)
	return nil
}

func (r *releaseCommand) check() error {
	switch {
	case r.List && r.Connection != "":
		return bridge.Errorf(bridge.Invalid, "--list shows all connections that are held, and takes no name")
	case !r.List && r.Connection == "":
		return bridge.Errorf(bridge.Invalid, "which connection? muster release --list shows those that are held")
	case !r.List && strings.TrimSpace(r.Reason) == "":
		return bridge.Errorf(bridge.Invalid, "missing flags: --reason")
	}
	return nil
}

func (r *releaseCommand) list(ctx context.Context, s *screen, st *store.Store) error {
	held, err := st.Holds(ctx)
	if err != nil {
		return err
	}
	if r.Output == "json" {
		return s.json(append([]store.Hold{}, held...))
	}
	if len(held) == 0 {
		s.say("No connection is held.")
		return nil
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CONNECTION\tSINCE\tREASON\tREQUEST")
	for _, h := range held {
		fmt.Fprintln(table, strings.Join([]string{h.Connection, minute(h.Since), h.Reason, h.Request}, "\t"))
	}
	return table.Flush()
}
