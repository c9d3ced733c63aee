package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// scaled returns n, or with -quick the smaller number.
func (b *bench) scaled(n, quick int) int {
	if b.quick {
		return quick
	}
	return n
}

// say adds a line for the README.
func (b *bench) say(format string, args ...any) {
	b.summary = append(b.summary, fmt.Sprintf(format, args...))
}

func length(name string) (int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

const inside = `
## Inside

What is inside has Go benchmarks, to be compared by benchstat. Those of the parser read a file of manifests, such as the real ones above:

    go run -C internal/bench . -corpus /tmp/real.yaml
    KUNIQ_CORPUS=/tmp/real.yaml go test ./dupcheck/manifest -run '^$' -bench . -count 10 >old.txt
    go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da old.txt new.txt
`

const introduction = `# Performance

How fast kuniq is beside what reads the same bytes: the parsers that Go programs use, the tools that read manifests, and the programs of the system that do nothing but read. This file is written by one command:

    go run -C internal/bench . -out docs/performance.md -readme README.md

Add %s to see in two minutes that it works, %s for one part of it. Everything it needs are Go modules at pinned versions; it makes no claim about other machines, so run it on yours.

- **Ratios count, not seconds.** Everything in a table runs in turn, in at least %d rounds (large inputs in 3, the two that an aim for parsers compares in four times as many); a ratio is taken within a round, and is given as the median with the least and the greatest of all rounds. The other figures are medians, the peak memory is the greatest.
- **Parsers** get the bytes in memory and use one goroutine, the garbage collector aside. Each runs in a process of its own, for at least 0.3 seconds. Those that take one document at a time get the documents cut beforehand. All must see the same number of objects, or the command fails.
- **Commands** are whole processes, from start to end. Peak memory is the resident memory that the kernel saw.
- **Real manifests** are what these modules contain, with their checksums: %s. Documents that are no objects with a plain name, such as templates, are left out, and objects of one name get different ones: %d objects in %d files are left.
- Files are %s.
`

// document returns the whole text.
func (b *bench) document(tables []table, args []string) string {
	var s strings.Builder
	objects := 0
	for _, f := range b.files {
		objects += len(f)
	}
	var sources []string
	for _, m := range modules {
		sources = append(sources, m.path+" "+m.version)
	}
	place := "in " + os.TempDir() + ", because there is no /dev/shm"
	if b.tmpfs {
		place = "in /dev/shm, a file system in memory, so that no disk is measured"
	}
	fmt.Fprintf(&s, introduction, "`-quick`", "`-only parsers`", b.runs, strings.Join(sources, ", "), objects, len(b.files), place)
	fmt.Fprintf(&s, "\n%s, %d cores, %s, %s, %s/%s; %s. Load average (1, 5, 15 minutes) %s before, %s after; the whole run took %s. Flags: `%s`.\n",
		processor(), runtime.NumCPU(), system(), runtime.Version(), runtime.GOOS, runtime.GOARCH, b.started.UTC().Format(time.DateOnly),
		b.load, load(), time.Since(b.started).Round(time.Second), strings.Join(args, " "))
	b.aims(&s, tables)
	for _, t := range tables {
		t.markdown(&s)
	}
	s.WriteString(inside)
	return s.String()
}

// aims lists all aims in one place.
func (b *bench) aims(s *strings.Builder, tables []table) {
	if b.quick {
		s.WriteString("\nWith `-quick` the inputs are so small that the figures mean nothing.\n")
		return
	}
	s.WriteString("\n## Aims\n\n")
	for _, t := range tables {
		for _, a := range t.aims {
			fmt.Fprintf(s, "- %s: %s\n", t.title, a)
		}
	}
}

// processor returns the model of the processor, where Linux says it.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// system returns the name and the kernel of the system, where Linux says it.
func system() string {
	name := runtime.GOOS
	data, _ := os.ReadFile("/etc/os-release")
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			name = strings.Trim(value, "\"\n")
		}
	}
	if kernel, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		name += ", kernel " + strings.TrimSpace(string(kernel))
	}
	return name
}

// load returns the load averages, where Linux says them.
func load() string {
	data, _ := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(data))
	return strings.Join(fields[:min(3, len(fields))], " ")
}

const (
	begin = "<!-- figures of internal/bench: begin -->\n"
	end   = "<!-- figures of internal/bench: end -->\n"
)

// renew replaces what a file has between the two marks.
func renew(name string, lines []string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(data), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no marks for the figures", name)
	}
	text := before + begin
	for _, l := range lines {
		text += "- " + l + "\n"
	}
	return os.WriteFile(name, []byte(text+end+after), 0o666)
}
