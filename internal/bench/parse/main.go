// Command parse reads a file of manifests with one parser, again and again for
// a while, and prints as JSON what it took. It is a process of its own so that
// no parser finds the heap that another left.
//
//	parse PARSER FILE
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// atLeast is how long one parser is measured.
const atLeast = 300 * time.Millisecond

// Result is what one parser took for the whole file, on average.
type Result struct {
	Seconds   float64
	Processor float64 // seconds, of all threads
	Allocated uint64  // bytes
	Objects   int
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: parse PARSER FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

func run(name, file string) error {
	p, ok := parsers[name]
	if !ok {
		return fmt.Errorf("there is no parser %q", name)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	r, err := measure(p, data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// measure parses until enough time has passed, after one pass over the
// beginning that is not counted.
func measure(p parser, data []byte) (Result, error) {
	in := input{data, cut(data)}
	warm := in.first(1 << 18)
	if _, err := p(warm); err != nil {
		return Result{}, err
	}
	var r Result
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	passes, start, used := 0, time.Now(), processor()
	for time.Since(start) < atLeast {
		n, err := p(in)
		if err != nil {
			return Result{}, err
		}
		r.Objects, passes = n, passes+1
	}
	r.Seconds = time.Since(start).Seconds() / float64(passes)
	r.Processor = (processor() - used).Seconds() / float64(passes)
	runtime.ReadMemStats(&after)
	r.Allocated = (after.TotalAlloc - before.TotalAlloc) / uint64(passes)
	return r, nil
}

// processor returns the processor time of this process.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
