package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A bench is what the sections need.
type bench struct {
	options
	root    string // of the repository
	scratch string
	tmpfs   bool
	tools   map[string]string // their paths
	files   []file            // real manifests
	started time.Time
	load    string
	summary []string // lines for the README
}

// newBench makes a directory and builds and installs the tools.
func newBench(ctx context.Context, o options) (*bench, error) {
	b := &bench{options: o, started: time.Now(), load: load(), tools: map[string]string{}}
	out, err := goCommand(ctx, ".", "list", "-m", "-f", "{{.Dir}}", "github.com/kuniq/kuniq")
	if err != nil {
		return nil, err
	}
	b.root = strings.TrimSpace(out)
	parent := os.TempDir()
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		parent, b.tmpfs = "/dev/shm", true
	}
	if b.scratch, err = os.MkdirTemp(parent, "kuniq-bench"); err != nil {
		return nil, err
	}
	if err := b.prepare(ctx); err != nil {
		b.remove()
		return nil, err
	}
	return b, nil
}

func (b *bench) remove() { os.RemoveAll(b.scratch) }

// path is a file or directory of ours.
func (b *bench) path(elem ...string) string {
	return filepath.Join(append([]string{b.scratch}, elem...)...)
}

func (b *bench) prepare(ctx context.Context) error {
	for _, t := range []struct{ name, dir, pkg string }{
		{"kuniq", b.root, "./plugin/cmd/kuniq"},
		{"parse", ".", "./parse"},
		{"echo", ".", "./echo"},
	} {
		b.tools[t.name] = b.path("bin", t.name)
		// The flags are those of the published binaries.
		if _, err := goCommand(ctx, t.dir, "build", "-trimpath", "-ldflags=-s -w", "-o", b.tools[t.name], t.pkg); err != nil {
			return err
		}
	}
	for _, t := range peers {
		progress("tool %s %s", t.name, t.version)
		var err error
		if b.tools[t.name], err = t.install(ctx, b.path("module-"+t.name)); err != nil {
			return err
		}
	}
	var err error
	b.files, err = readReal(ctx, b.scratch)
	return err
}

// A section measures one thing; it returns its tables.
type section struct {
	name string
	run  func(*bench, context.Context) ([]table, error)
}

var sections = []section{
	{"parsers", (*bench).parsers},
	{"commands", (*bench).commands},
	{"scale", (*bench).scale},
	{"split", (*bench).split},
	{"render", (*bench).rendered},
	{"fleet", (*bench).applications},
}

func sectionNames() []string {
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	return names
}

// choose returns the sections of a list with commas; of an empty one, all.
func choose(only string) ([]section, error) {
	if only == "" {
		return sections, nil
	}
	var chosen []section
	for name := range strings.SplitSeq(only, ",") {
		i := slices.Index(sectionNames(), name)
		if i < 0 {
			return nil, fmt.Errorf("no section is called %q", name)
		}
		chosen = append(chosen, sections[i])
	}
	return chosen, nil
}

func (b *bench) all(ctx context.Context, chosen []section) ([]table, error) {
	var tables []table
	for _, s := range chosen {
		progress("section %s", s.name)
		t, err := s.run(b, ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		tables = append(tables, t...)
	}
	return tables, nil
}

// goCommand runs the go command without cgo, so that what it builds is static.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out), nil
}
