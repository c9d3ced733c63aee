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
	summary []string // lines for docs/comparison.md
	index   float64  // the peak memory of the last row of the growth curve
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
		b.remove(".")
		return nil, err
	}
	return b, nil
}

// remove removes files or directories of ours.
func (b *bench) remove(names ...string) {
	for _, name := range names {
		os.RemoveAll(b.path(name))
	}
}

// path is a file or directory of ours.
func (b *bench) path(name string) string { return filepath.Join(b.scratch, name) }

func (b *bench) prepare(ctx context.Context) (err error) {
	for _, t := range []struct{ name, dir, pkg string }{
		{"kuniq", b.root, "./plugin/cmd/kuniq"},
		{"parse", ".", "./parse"},
		{"echo", ".", "./echo"},
	} {
		b.tools[t.name] = b.path("bin/" + t.name)
		// The flags are those of the published binaries.
		if _, err := goCommand(ctx, t.dir, "build", "-trimpath", "-ldflags=-s -w", "-o", b.tools[t.name], t.pkg); err != nil {
			return err
		}
	}
	for _, t := range peers {
		progress("tool %s %s", t.name, t.version)
		if b.tools[t.name], err = t.install(ctx, b.path("module-"+t.name)); err != nil {
			return err
		}
	}
	b.files, err = readReal(ctx, b.scratch)
	return err
}

// A peer is a tool that the module proxy has. Each is built in a module that
// requires it, because Tanka has replace directives, for which "go install"
// refuses it.
type peer struct {
	name, pkg, version string
}

var peers = []peer{
	{"kustomize", "sigs.k8s.io/kustomize/kustomize/v5", "v5.8.2"},
	{"kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0"},
	{"yq", "github.com/mikefarah/yq/v4", "v4.47.2"},
	{"tk", "github.com/grafana/tanka/cmd/tk", "v0.28.0"},
}

// version is that of a peer.
func version(tool string) string {
	return peers[slices.IndexFunc(peers, func(p peer) bool { return p.name == tool })].version
}

// install returns the path of the tool, which it installs once for all runs,
// where the other tests of this repository have their tools. The scratch
// directory is for the module that a tool may need.
func (p peer) install(ctx context.Context, scratch string) (string, error) {
	out, err := goCommand(ctx, ".", "env", "GOPATH")
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.SplitList(strings.TrimSpace(out))[0], "kuniq-ci", p.name+"-"+p.version, p.name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(scratch, 0o777); err != nil {
		return "", err
	}
	steps := [][]string{{"mod", "init", "tools"}, {"get", p.pkg + "@" + p.version}, {"build", "-o", path, p.pkg}}
	for _, args := range steps {
		if _, err := goCommand(ctx, scratch, args...); err != nil {
			return "", err
		}
	}
	return path, nil
}

// A section measures one thing, in parts.
type section struct {
	name  string
	parts parts
}

// parts each return a table.
type parts []func(*bench, context.Context) (table, error)

var sections = []section{
	{"parsers", races()},
	{"styles", parts{(*bench).styled, (*bench).scalars}},
	{"collisions", parts{(*bench).collisions}},
	{"commands", parts{(*bench).realTree, (*bench).peers, (*bench).manyFiles, (*bench).tanka}},
	{"scale", parts{(*bench).growth, (*bench).oneFile}},
	{"split", parts{(*bench).splitSmall, (*bench).splitReal, (*bench).filter, (*bench).function}},
	{"render", parts{(*bench).rendered}},
	{"fleet", parts{argoCD.measure, flux.measure}},
}

func sectionNames() (names []string) {
	for _, s := range sections {
		names = append(names, s.name)
	}
	return names
}

// choose returns the sections of a list with commas; of an empty one, all.
func choose(only string) (chosen []section, err error) {
	if only == "" {
		return sections, nil
	}
	for name := range strings.SplitSeq(only, ",") {
		i := slices.Index(sectionNames(), name)
		if i < 0 {
			return nil, fmt.Errorf("no section is called %q", name)
		}
		chosen = append(chosen, sections[i])
	}
	return chosen, nil
}

func (b *bench) all(ctx context.Context, chosen []section) (tables []table, err error) {
	for _, s := range chosen {
		progress("section %s", s.name)
		for _, part := range s.parts {
			t, err := part(b, ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			tables = append(tables, t)
		}
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
	if err != nil { // "go mod download -json" says why on its standard output
		return "", fmt.Errorf("go %s: %w: %s%s", strings.Join(args, " "), err, out, stderr.Bytes())
	}
	return string(out), nil
}
