//go:build !linux

package main

import (
	"os/exec"
	"syscall"
)

// group does nothing: the servers exist on Linux only.
func group(*exec.Cmd) {}

// signalGroup can only kill the program itself here.
func signalGroup(cmd *exec.Cmd, _ syscall.Signal) {
	_ = cmd.Process.Kill()
}
