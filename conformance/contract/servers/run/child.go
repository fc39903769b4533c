package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// child is a started program with everything it started in turn.
type child struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when the program has ended
}

// startChild starts the program as the head of a group. With a log file, its
// output goes there. Call it on the main goroutine only, see main.
func startChild(cmd *exec.Cmd, log string) (*child, error) {
	if log != "" {
		file, err := os.Create(log)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		cmd.Stdout, cmd.Stderr = file, file
	}
	group(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, log: log, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // the outcome is in cmd.ProcessState
		close(c.done)
	}()
	return c, nil
}

// stop asks the program to end, waits up to ten seconds, and then kills what
// is left of its group.
func (c *child) stop() {
	signalGroup(c.cmd, syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(10 * time.Second):
	}
	signalGroup(c.cmd, syscall.SIGKILL)
	<-c.done
}

// ended describes why a server ended by itself, with the end of its log.
func (c *child) ended() error {
	text, err := os.ReadFile(c.log)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	tail := lines[max(0, len(lines)-15):]
	return fmt.Errorf("%s ended by itself (%s):\n%s", c.cmd.Path, c.cmd.ProcessState, strings.Join(tail, "\n"))
}
