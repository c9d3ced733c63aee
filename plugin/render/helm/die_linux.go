package helm

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends a program when the worker that runs it is killed.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
