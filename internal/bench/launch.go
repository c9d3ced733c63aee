package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A command is one process to measure.
type command struct {
	Args  []string
	Dir   string
	Stdin string // a file, or nothing
	Pipe  bool   // its output is read from a pipe; else it goes to /dev/null
	Count string // what to count in the output, if Pipe is set
	Group bool   // Peak is that of all processes together
}

// A sample is what a process took.
type sample struct {
	Wall, CPU time.Duration
	Peak      int64 // resident memory in bytes
	Exit      int
	Output    string // the last bytes that it wrote
	Size      int64  // how many bytes it wrote, if Pipe is set
	Counted   int
}

// launchFlag makes this program start one command that is on its standard
// input. A process inherits the peak memory of the one that starts it, so that
// one must be small, and it stays small if it does nothing else.
const launchFlag = "-launch"

// run measures a command in a process of our own.
func (c command) run(ctx context.Context) (sample, error) {
	self, err := os.Executable()
	if err != nil {
		return sample{}, err
	}
	in, err := json.Marshal(c)
	if err != nil {
		return sample{}, err
	}
	cmd := exec.CommandContext(ctx, self, launchFlag)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	// An interrupt ends the tool, too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	out, err := cmd.Output()
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", c.Args[0], err)
	}
	var s sample
	err = json.Unmarshal(out, &s)
	return s, err
}

// launch is the other side of run.
func launch(stdin io.Reader, stdout io.Writer) error {
	var c command
	if err := json.NewDecoder(stdin).Decode(&c); err != nil {
		return err
	}
	s, err := c.measure()
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(s)
}

func (c command) measure() (sample, error) {
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Dir = c.Dir
	if c.Stdin != "" {
		f, err := os.Open(c.Stdin)
		if err != nil {
			return sample{}, err
		}
		defer f.Close()
		cmd.Stdin = f
	}
	stdout, stderr := tail{count: []byte(c.Count)}, tail{}
	cmd.Stderr = &stderr
	if c.Pipe {
		cmd.Stdout = &stdout
	}
	group := func() int64 { return 0 }
	if c.Group {
		group = watchGroup()
	}
	start := time.Now()
	err := cmd.Run()
	s := sample{Wall: time.Since(start), Output: string(stdout.last) + string(stderr.last), Size: stdout.size, Counted: stdout.counted}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return sample{}, err
	}
	s.Exit = cmd.ProcessState.ExitCode()
	s.CPU = cmd.ProcessState.SystemTime() + cmd.ProcessState.UserTime()
	s.Peak = max(group(), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss*1024)
	return s, nil
}

// tail keeps the end of what is written to it, and counts in the rest.
type tail struct {
	last    []byte
	size    int64
	count   []byte
	counted int
}

const tailSize = 4096

func (t *tail) Write(p []byte) (int, error) {
	if len(t.count) > 0 {
		// A match across the border of two writes is counted with the second.
		carry := t.last[max(0, len(t.last)-len(t.count)+1):]
		t.counted += bytes.Count(append(bytes.Clone(carry), p...), t.count)
	}
	t.size += int64(len(p))
	t.last = append(t.last, p[max(0, len(p)-tailSize):]...)
	t.last = t.last[max(0, len(t.last)-tailSize):]
	return len(p), nil
}

// counts returns a check that a command ended well and that there was so often
// in its output what it was to count.
func counts(n int) func(sample) error {
	return func(s sample) error {
		if s.Exit == 0 && s.Counted != n {
			return fmt.Errorf("it wrote %d objects, want %d", s.Counted, n)
		}
		return says("")(s)
	}
}

// says returns a check that a command ended well and wrote a text.
func says(text string) func(sample) error {
	return func(s sample) error {
		if s.Exit != 0 {
			return fmt.Errorf("exit code %d: %q", s.Exit, s.end())
		}
		if !strings.Contains(s.Output, text) {
			return fmt.Errorf("it did not say %q: %q", text, s.end())
		}
		return nil
	}
}

// end is enough of the output for a message.
func (s sample) end() string { return s.Output[max(0, len(s.Output)-400):] }
