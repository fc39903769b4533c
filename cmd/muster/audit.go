package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/muster-idm/muster/bridge"
)

type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Recompute the chain of the audit and name the first line that does not fit."`
}

type auditVerifyCommand struct {
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run verifies the audit.
func (a *auditVerifyCommand) Run(ctx context.Context, s *screen, c *cli) (err error) {
	st, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	report, err := st.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	if a.Output == "json" {
		err = s.json(report)
	} else if report.Bad == 0 {
		_, err = fmt.Fprintf(s.out, "The audit is whole: %s, the last with hash %s.\n", plural(int(report.Sealed), "sealed line"), report.Hash)
	}
	if report.Bad != 0 {
		return errors.Join(err, bridge.Errorf(bridge.Precondition, "the audit was tampered with: line %d: %s", report.Bad, report.Message))
	}
	return err
}
