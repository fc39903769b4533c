package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

func main() {
	// The kernel kills the servers when the thread that started them ends.
	runtime.LockOSThread()
	names := flag.String("servers", "samba,openldap", "the servers to start, separated by commas")
	accesslog := flag.Bool("accesslog", true, "let OpenLDAP record each write under cn=accesslog")
	keep := flag.Bool("keep", false, "keep the temporary folder with the servers' files and logs")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(ctx)
	go cancelWithParent(ctx, cancel)
	code, err := run(ctx, strings.Split(*names, ","), *accesslog, *keep, flag.Args())
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "servers:", err)
	}
	os.Exit(code)
}

// cancelWithParent cancels when the parent is gone: a signal sent to `go run`
// ends that, but does not reach us.
func cancelWithParent(ctx context.Context, cancel context.CancelFunc) {
	parent := os.Getppid()
	for tick := time.NewTicker(500 * time.Millisecond); os.Getppid() == parent; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
	cancel()
}

// run starts the named servers, runs the command and stops everything. The
// code is that of the command, 1 if it could not run.
func run(ctx context.Context, names []string, accesslog, keep bool, command []string) (code int, err error) {
	dir, err := os.MkdirTemp("", "muster-servers-")
	if err != nil {
		return 1, err
	}
	h := &house{dir: dir, accesslog: accesslog}
	defer func() {
		h.stop()
		if keep {
			fmt.Fprintln(os.Stderr, "servers: files are kept in", dir)
		} else if gone := os.RemoveAll(dir); gone != nil && err == nil {
			err = gone
		}
	}()
	if err := h.start(ctx, names); err != nil {
		return 1, err
	}
	if len(command) == 0 {
		return h.stay(ctx)
	}
	return h.command(ctx, command)
}

// house holds the servers of one run.
type house struct {
	dir       string
	accesslog bool
	authority *authority
	claims    []net.Listener // loopback addresses kept from other runs
	running   []*child
	found     []servers.Server
}

// start starts each server and then waits until all answer, so that they
// start side by side.
func (h *house) start(ctx context.Context, names []string) (err error) {
	if h.authority, err = newAuthority(h.dir); err != nil {
		return err
	}
	for _, name := range names {
		var s servers.Server
		switch name {
		case servers.KindSamba:
			s, err = h.startSamba(ctx)
		case servers.KindOpenLDAP:
			s, err = h.startSlapd()
		default:
			err = errors.New("it must be samba or openldap")
		}
		if err != nil {
			return fmt.Errorf("server %q: %w", name, err)
		}
		h.found = append(h.found, s)
	}
	for i, s := range h.found {
		if err := awaitAnswer(ctx, s, h.running[i]); err != nil {
			return fmt.Errorf("server %q: %w", s.Kind, err)
		}
	}
	return nil
}

// stop ends the servers, the last one first.
func (h *house) stop() {
	for i := len(h.running) - 1; i >= 0; i-- {
		h.running[i].stop()
	}
}

// variables returns NAME and value of each running server.
func (h *house) variables() ([][2]string, error) {
	var list [][2]string
	for _, s := range h.found {
		text, err := json.Marshal(s)
		if err != nil {
			return nil, err
		}
		list = append(list, [2]string{servers.Variable(s.Kind), string(text)})
	}
	return list, nil
}

// stay prints the variables for a shell and waits for a signal.
func (h *house) stay(ctx context.Context) (int, error) {
	list, err := h.variables()
	if err != nil {
		return 1, err
	}
	for _, v := range list {
		fmt.Printf("export %s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
	}
	fmt.Fprintln(os.Stderr, "servers: up; interrupt to stop")
	<-ctx.Done()
	return 0, nil
}

// command runs the command with the servers in its environment.
func (h *house) command(ctx context.Context, args []string) (int, error) {
	list, err := h.variables()
	if err != nil {
		return 1, err
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = os.Environ()
	for _, v := range list {
		cmd.Env = append(cmd.Env, v[0]+"="+v[1])
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	c, err := startChild(cmd, "")
	if err != nil {
		return 1, err
	}
	select {
	case <-c.done:
	case <-ctx.Done():
	}
	c.stop() // sweeps up what the command left behind in its group
	return exitCode(cmd.ProcessState), nil
}

// exitCode is the command's own, or 128 and the signal as a shell has it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
