package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"
)

// scaled returns n, or with -quick the smaller number.
func (b *bench) scaled(n, quick int) int {
	if b.quick {
		return quick
	}
	return n
}

// say adds a line for docs/comparison.md.
func (b *bench) say(format string, args ...any) {
	b.summary = append(b.summary, fmt.Sprintf(format, args...))
}

// document returns the whole text.
func (b *bench) document(tables []table, args []string) (string, error) {
	place := "in " + os.TempDir() + ", because there is no /dev/shm"
	if b.tmpfs {
		place = "in /dev/shm, a file system in memory, so that no disk is measured"
	}
	system := found("/etc/os-release", `(?m)^PRETTY_NAME="?(.*?)"?$`, runtime.GOOS)
	if kernel := found("/proc/sys/kernel/osrelease", `(.+)`, ""); kernel != "" {
		system += ", kernel " + kernel
	}
	t, err := template.ParseFS(data, "data/performance.md.txt")
	if err != nil {
		return "", err
	}
	var aims []string
	for _, t := range tables {
		for _, a := range t.aims {
			aims = append(aims, t.title+": "+a.String())
		}
	}
	var s strings.Builder
	err = t.Execute(&s, map[string]any{
		"Quick": b.quick, "Runs": b.runs, "Modules": modules, "Objects": len(slices.Concat(b.files...)), "Files": len(b.files), "Place": place,
		"Processor": found("/proc/cpuinfo", `(?m)^model name\s*: (.*)$`, "unknown processor"), "Cores": runtime.NumCPU(), "System": system,
		"Go": runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH, "Date": b.started.UTC().Format(time.DateOnly),
		"Before": b.load, "After": load(), "Took": time.Since(b.started).Round(time.Second), "Flags": strings.Join(args, " "), "Aims": aims, "Tables": tables,
	})
	return s.String(), err
}

// found returns what the group of a pattern matches in a file of Linux.
func found(name, pattern, otherwise string) string {
	data, _ := os.ReadFile(name)
	m := regexp.MustCompile(pattern).FindSubmatch(data)
	if m == nil {
		return otherwise
	}
	return string(m[1])
}

// load returns the load averages.
func load() string { return found("/proc/loadavg", `^(\S+ \S+ \S+)`, "") }

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
