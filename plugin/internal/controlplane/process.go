package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// A process is a program that runs until it is stopped.
type process struct {
	name, log string
	cmd       *exec.Cmd
	ended     chan struct{} // closed when the process has ended
}

// starter is the goroutine that starts processes. On Linux they die with the
// thread that has started them, so that is one which never ends before we do.
var starter = sync.OnceValue(func() chan<- func() {
	todo := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range todo {
			f()
		}
	}()
	return todo
})

// start starts a program, with its output in a log below dir.
func start(dir, program string, args ...string) (*process, error) {
	name := filepath.Base(program)
	p := &process{name: name, log: filepath.Join(dir, name+".log"), cmd: exec.Command(program, args...), ended: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the process has its own
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, log, log
	dieWithParent(p.cmd)
	started := make(chan error)
	starter() <- func() { started <- p.cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		_ = p.cmd.Wait() // that it was killed is no news
		close(p.ended)
	}()
	return p, nil
}

// stop ends the process and waits until it is gone. All it has written is
// thrown away, so there is nothing for it to finish: an API server would write
// for seconds into an etcd that may be another's by then.
func (p *process) stop() {
	_ = p.cmd.Process.Kill() // fails if it has ended already
	<-p.ended
}

// said is the end of the log.
func (p *process) said() string {
	log, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(tail(log))
}
