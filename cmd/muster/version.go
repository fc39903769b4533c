package main

import (
	"fmt"
	"runtime"
)

type versionCommand struct {
	Output string `short:"o" enum:"text,json" default:"text" help:"text or json."`
}

// Run prints the version.
func (v *versionCommand) Run(s *screen) error {
	if v.Output == "json" {
		return s.json(map[string]string{"version": version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(s.out, "muster %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
