package main

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends a program when we end, however that comes about, and keeps
// an interrupt of the terminal from it, so that we stop it in order.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
