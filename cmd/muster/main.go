// Command muster is a provisioning gateway: it brings people and groups from
// HR databases and sheets into Active Directory, previews every change and
// applies exactly what was previewed.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// version is set when a release is built.
var version = "devel"

func main() {
	// A plan is planned once and shown: memory is dearer here than the collector's time.
	debug.SetGCPercent(50)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second interrupt ends the process at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
