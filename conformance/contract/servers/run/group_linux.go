package main

import (
	"os/exec"
	"syscall"
)

// group makes the program the head of a group of its own, killed by the
// kernel when the starting thread ends.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// signalGroup signals the program and all it started that is still there.
func signalGroup(cmd *exec.Cmd, sig syscall.Signal) {
	_ = syscall.Kill(-cmd.Process.Pid, sig) // the group may be gone
}
