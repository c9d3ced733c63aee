// Package worker runs parts of kuniq in processes of their own, which may die without harm:
// Go cannot stop a program in its own process that recurses endlessly or takes all memory.
package worker

import (
	"encoding/gob"
	"io"
	"os/exec"
	"time"
)

// Process is a started process that exchanges values of gob.
type Process struct {
	// Send writes to its standard input, and Take reads its standard output.
	Send *gob.Encoder
	Take *gob.Decoder

	in   io.Closer
	cmd  *exec.Cmd
	last lastWords
}

// Start starts a command. Its output to standard error is not shown.
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

// Interrupt ends the process at once. It may be called during Send or Take, which then fail.
func (p *Process) Interrupt() { _ = p.cmd.Process.Kill() }

// Kill ends the process at once, if it has not ended, and returns the cause of its death.
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
