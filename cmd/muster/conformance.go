package main

import (
	"context"
	"fmt"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/conformance"
)

type conformanceCommand struct {
	URL      string   `placeholder:"URL" help:"The server's base URL, such as https://host/scim/v2."`
	Token    string   `env:"MUSTER_SCIM_TOKEN" help:"The bearer token. In the environment it does not show in the list of running programs."`
	Profile  []string `enum:"rfc,okta,entra,others,all" default:"all" help:"rfc, okta, entra, others (more clients) or all."`
	Only     []string `placeholder:"ID" help:"Only these checks."`
	Keep     bool     `help:"Do not delete what the checks made."`
	Parallel int      `default:"1" help:"How many checks run at once."`
	List     bool     `help:"List the checks, and run none."`
	Output   string   `short:"o" enum:"text,json,junit" default:"text" help:"text, json or junit."`
}

// Run holds a SCIM server to the RFCs and to what its clients send.
func (c *conformanceCommand) Run(ctx context.Context, s *screen) error {
	checks, err := conformance.Select(c.profiles(), c.Only)
	if err != nil {
		return err
	}
	if c.List {
		return c.list(s, checks)
	}
	if c.URL == "" {
		return bridge.Errorf(bridge.Invalid, "which server? muster conformance --url https://host/scim/v2 --token TOKEN")
	}
	target, err := conformance.Open(ctx, c.URL, c.Token, nil)
	if err != nil {
		return err
	}
	progress := &bridge.Progress{}
	progress.Expect(len(checks))
	stop := s.watch("conformance", progress)
	report := conformance.Run(ctx, target, checks, conformance.Options{Keep: c.Keep, Parallel: c.Parallel, Progress: progress})
	stop()
	if err := c.print(s, report); err != nil {
		return err
	}
	switch {
	case !report.Conforms():
		return exit(exitFailures)
	case !report.Complete():
		return exit(exitError)
	}
	return nil
}

// profiles are those asked for, none for all.
func (c *conformanceCommand) profiles() []conformance.Profile {
	var profiles []conformance.Profile
	for _, p := range c.Profile {
		if p == "all" {
			return []conformance.Profile{conformance.RFC, conformance.Okta, conformance.Entra, conformance.Others}
		}
		profiles = append(profiles, conformance.Profile(p))
	}
	return profiles
}

func (c *conformanceCommand) print(s *screen, report *conformance.Report) error {
	switch c.Output {
	case "json":
		return report.WriteJSON(s.out)
	case "junit":
		return report.WriteJUnit(s.out)
	}
	return report.WriteText(s.out)
}

// listed is a check as the list shows it.
type listed struct {
	ID     string            `json:"id"`
	Grade  conformance.Grade `json:"grade"`
	Title  string            `json:"title"`
	Source string            `json:"source"`
}

func (c *conformanceCommand) list(s *screen, checks []conformance.Check) error {
	if c.Output == "json" {
		list := make([]listed, len(checks))
		for i, check := range checks {
			list[i] = listed{check.ID, check.Grade, check.Title, check.Source}
		}
		return s.json(list)
	}
	for _, check := range checks {
		if _, err := fmt.Fprintf(s.out, "%-6s %-52s %s\n", check.Grade, check.ID, check.Title); err != nil {
			return err
		}
	}
	return nil
}
