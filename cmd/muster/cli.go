package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"

	"github.com/alecthomas/kong"

	"github.com/muster-idm/muster/bridge"
)

// The exit codes.
const (
	exitDone     = 0 // nothing to do, or done
	exitError    = 1
	exitChanges  = 2 // preview: there are changes
	exitRefused  = 3 // a limit forbids it
	exitFailures = 4 // done, with failures
)

// exit ends a command with a code; what there was to say has been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// cli is the command line.
type cli struct {
	Config string `short:"c" default:"muster.yaml" env:"MUSTER_CONFIG" placeholder:"FILE" help:"The file with destinations, sources, jobs and connections."`

	Check       checkCommand       `cmd:"" help:"Check a file: every fault at once, with its place and what to do."`
	Preview     previewCommand     `cmd:"" help:"Show what a job would change. Writes nothing. Exit code 2 if there is something."`
	Approve     approveCommand     `cmd:"" help:"Approve a saved plan."`
	Apply       applyCommand       `cmd:"" help:"Apply a saved plan, exactly as it was shown."`
	Run         runCommand         `cmd:"" help:"Plan a job and apply the plan, within its limits."`
	Show        showCommand        `cmd:"" help:"Show a saved plan or a run."`
	Trace       traceCommand       `cmd:"" help:"Follow one person or group through a job. Writes nothing."`
	Jobs        jobsCommand        `cmd:"" help:"List, import and export jobs."`
	Serve       serveCommand       `cmd:"" help:"Serve the connections of the file: SCIM 2.0 for identity providers."`
	Healthy     healthyCommand     `cmd:"" help:"Ask the server of the file on this machine whether it runs: for containers."`
	Token       tokenCommand       `cmd:"" help:"Make, list and revoke the tokens that SCIM clients show."`
	Release     releaseCommand     `cmd:"" help:"Let a connection write again that is held because its client reached a limit."`
	Audit       auditCommand       `cmd:"" help:"Verify the audit trail."`
	Devdir      devdirCommand      `cmd:"" help:"Start the embedded directory alone, to try things out."`
	Demo        demoCommand        `cmd:"" help:"Start an example: a directory, two sources, two jobs, and a SCIM address to push to."`
	Conformance conformanceCommand `cmd:"" help:"Hold any SCIM server to the RFCs and to what Okta and Entra send. Exit code 4 if a check fails."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// run is the whole program: it returns its exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	var c cli
	ended := -1
	parser, err := kong.New(&c, kong.Name("muster"), kong.Writers(out, errs), kong.Exit(func(code int) { ended = code }),
		kong.Description("Muster brings people and groups from HR databases, sheets and identity providers into Active Directory. It shows every change before it is made, and makes exactly what was shown."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errs, "muster:", err)
		return exitError
	}
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:], "--help")
	}
	parsed, err := parser.Parse(args)
	if ended >= 0 {
		return ended // help was asked for
	}
	s := newScreen(in, out, errs)
	if err != nil {
		s.fail(err)
		s.say("muster help shows the commands, muster COMMAND --help the flags of one.")
		return exitError
	}
	ctx = bridge.WithActor(ctx, bridge.Actor{Name: whoami(), Kind: "command"})
	parsed.BindTo(ctx, (*context.Context)(nil))
	return s.code(parsed.Run(s, &c))
}

// code turns what a command returned into the exit code, and says what went wrong.
func (s *screen) code(err error) int {
	var code exit
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	}
	s.fail(err)
	if bridge.IsKind(err, bridge.Refused) {
		return exitRefused
	}
	return exitError
}

// whoami is the name under which commands stand in the audit.
func whoami() string {
	u, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return u.Username
}
