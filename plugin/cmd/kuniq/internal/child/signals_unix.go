//go:build unix

package child

import (
	"os"
	"syscall"
)

// forwarded are the signals that the user of kuniq may mean for a command
// that kuniq runs.
var forwarded = []os.Signal{
	syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
}

// fromTerminal says whether a key press, or a terminal that is closed, sends the signal.
func fromTerminal(s os.Signal) bool {
	return s == syscall.SIGINT || s == syscall.SIGQUIT || s == syscall.SIGHUP
}

func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
