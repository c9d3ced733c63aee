package child

import "os"

// forwarded is empty: a key press in a console reaches all of its processes, and Windows has
// no other signals.
var forwarded = []os.Signal{os.Interrupt}

func fromTerminal(os.Signal) bool { return true }

func terminate(p *os.Process) error { return p.Kill() }
