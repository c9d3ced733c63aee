// Package worker runs parts of kuniq in processes of their own, which may die
// without harm: a program that recurses for ever or takes all memory cannot be
// stopped from inside of a Go process.
package worker

import (
	"encoding/gob"
	"io"
	"os/exec"
	"time"
)

// Process is a process that was started, and that talks in values of gob.
type Process struct {
	// Send writes to its standard input, and Take reads its standard output.
	Send *gob.Encoder
	Take *gob.Decoder

	in   io.Closer
	cmd  *exec.Cmd
	last lastWords
}

// Start starts a command. Nothing that it writes to standard error is shown.
func Start(cmd *exec.Cmd) (*Process, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &Process{Send: gob.NewEncoder(in), Take: gob.NewDecoder(out), in: in, cmd: cmd}
	cmd.Stderr, cmd.WaitDelay = &p.last, time.Second
	return p, cmd.Start()
}

// Interrupt ends the process at once. It may be called while Send or Take are
// used, which fail then.
func (p *Process) Interrupt() { _ = p.cmd.Process.Kill() }

// Kill ends the process at once, if it has not ended, and says why it died.
func (p *Process) Kill() Death {
	p.Interrupt()
	_ = p.cmd.Wait()
	return p.last.death()
}

// End lets the process end. It has nothing left to do.
func (p *Process) End() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}
