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
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// A step is one process of DuckDB. It runs one of the two statements.
type step struct {
	Dir      string // the working directory
	Database string
	Load     string
	Query    string
}

// A sample is what a step took and found.
type sample struct {
	CPU                   time.Duration
	Peak                  int64 // resident memory in bytes
	Collisions, Identical int
}

// stepFlag makes this program run the step that is on its standard input.
const stepFlag = "-step"

// start runs a step in a process of its own.
func (s step) start(ctx context.Context) (sample, error) {
	self, err := os.Executable()
	if err != nil {
		return sample{}, err
	}
	in, err := json.Marshal(s)
	if err != nil {
		return sample{}, err
	}
	cmd := exec.CommandContext(ctx, self, stepFlag)
	cmd.Dir, cmd.Stdin, cmd.Stderr = s.Dir, bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return sample{}, fmt.Errorf("%s%s: %w", s.Load, s.Query, err)
	}
	var taken sample
	err = json.Unmarshal(out, &taken)
	return taken, err
}

// runStep is the other side of start.
func runStep(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	var s step
	if err := json.NewDecoder(stdin).Decode(&s); err != nil {
		return err
	}
	taken, err := s.run(ctx)
	if err != nil {
		return err
	}
	if err := taken.measure(); err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(taken)
}

func (s step) run(ctx context.Context) (taken sample, err error) {
	db, err := open(s.Database)
	if err != nil {
		return sample{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }() // which writes the rest to the file
	if s.Query == "" {
		_, err := db.ExecContext(ctx, s.Load)
		return sample{}, err
	}
	err = collide(ctx, db, s.Query, func(c collision) {
		taken.Collisions++
		if c.Identical {
			taken.Identical++
		}
	})
	return taken, err
}

// highWater is the peak of the process. The one of getrusage may be that of the process
// that started it.
var highWater = regexp.MustCompile(`(?m)^VmHWM:\s*(\d+) kB$`)

// measure adds what this process has taken.
func (s *sample) measure() error {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	s.CPU = time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	m := highWater.FindSubmatch(status)
	if m == nil {
		return errors.New("/proc/self/status has no VmHWM")
	}
	kB, err := strconv.ParseInt(string(m[1]), 10, 64)
	s.Peak = kB * 1024
	return err
}
