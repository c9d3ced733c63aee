// Package worker runs parts of kuniq in processes of their own, which may die
// without harm: a program that recurses for ever or takes all memory cannot be
// stopped from inside of a Go process.
package worker

import (
	"io"
	"os/exec"
	"time"
)

// Process is a process that was started.
type Process struct {
	// In and Out are its standard input and output.
	In  io.WriteCloser
	Out io.Reader

	cmd  *exec.Cmd
	last lastWords
}

// Start starts a command. Nothing that it writes to standard error is shown.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd}
	var err error
	if p.In, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if p.Out, err = cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	cmd.Stderr, cmd.WaitDelay = &p.last, time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return p, nil
}

// Interrupt ends the process at once. It may be called while In or Out are used.
func (p *Process) Interrupt() { _ = p.cmd.Process.Kill() }

// Kill ends the process at once, if it has not ended, and says why it died.
func (p *Process) Kill() Death {
	p.Interrupt()
	_ = p.cmd.Wait()
	return p.last.death()
}

// End lets the process end. It has nothing left to do.
func (p *Process) End() {
	_ = p.In.Close()
	_ = p.cmd.Wait()
}
