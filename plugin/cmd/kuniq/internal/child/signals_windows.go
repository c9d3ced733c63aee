package child

import "os"

// forwarded are no signals at all: to a console's key presses all of its
// processes answer, and Windows has no others.
var forwarded = []os.Signal{os.Interrupt}

func fromTerminal(os.Signal) bool { return true }

func terminate(p *os.Process) error { return p.Kill() }
