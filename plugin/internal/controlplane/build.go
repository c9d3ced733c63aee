package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Programs are the built programs: each is a file of Dir, by its name.
type Programs struct{ Dir string }

// path returns the file of a program.
func (p Programs) path(name string) string { return filepath.Join(p.Dir, name) }

// A program is what to build.
type program struct{ name, module, pkg string }

var programs = []program{
	{"etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3"},
	{"kube-apiserver", "k8s.io/kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"},
	{"kube-controller-manager", "k8s.io/kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"},
	{"kubectl", "k8s.io/kubernetes", "k8s.io/kubernetes/cmd/kubectl"},
}

//go:embed go.mod
var goMod string

// version returns the version of a module that go.mod requires.
func version(module string) string {
	m := regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(module) + ` (v\S+)`).FindStringSubmatch(goMod)
	if m == nil {
		panic("go.mod does not require " + module)
	}
	return m[1]
}

// cacheDir returns where the programs are kept.
func cacheDir(ctx context.Context) (string, error) {
	if dir := os.Getenv("KUNIQ_CONTROLPLANE_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	out, err := goCommand(ctx, "env", "GOPATH").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOPATH: %w", err)
	}
	first := filepath.SplitList(strings.TrimSpace(string(out)))
	if len(first) == 0 {
		return "", errors.New("go env GOPATH is empty")
	}
	return filepath.Join(first[0], "kuniq-ci", "controlplane-"+version("k8s.io/kubernetes")), nil
}

// has says whether a program is there. Its version is the one that the Go tool
// has written into it.
func (p Programs) has(want program) bool {
	info, err := buildinfo.ReadFile(p.path(want.name))
	return err == nil && info.Path == want.pkg && info.Main.Version == version(want.module)
}

// buildPrograms builds the programs that are not there yet, one after the other:
// the linker needs more than 2 GB for kube-apiserver.
func buildPrograms(ctx context.Context) (Programs, error) {
	dir, err := cacheDir(ctx)
	if err != nil {
		return Programs{}, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return Programs{}, err
	}
	p := Programs{Dir: dir}
	for _, want := range programs {
		if p.has(want) {
			continue
		}
		fmt.Fprintf(os.Stderr, "controlplane: building %s %s\n", want.name, version(want.module))
		if err := p.build(ctx, want); err != nil {
			return Programs{}, fmt.Errorf("building %s: %w", want.name, err)
		}
	}
	return p, nil
}

// build builds one program. The Go tool puts it into place when it is complete.
func (p Programs) build(ctx context.Context, want program) error {
	cmd := goCommand(ctx, "build", "-p", "2", "-trimpath", "-ldflags", linkerFlags(), "-o", p.path(want.name), want.pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if log, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(log))
	}
	if !p.has(want) {
		return errors.New("the program does not have the version of go.mod")
	}
	return nil
}

// linkerFlags set the version that the server says it is; one without a version
// serves other APIs.
func linkerFlags() string {
	const set = " -X k8s.io/component-base/version."
	major, minor, _ := strings.Cut(release(), ".")
	return "-s -w" + set + "gitVersion=" + version("k8s.io/kubernetes") + set + "gitMajor=" + major + set + "gitMinor=" + minor
}

// goCommand runs the Go tool, below other work where that is possible.
func goCommand(ctx context.Context, args ...string) *exec.Cmd {
	if nice, err := exec.LookPath("nice"); err == nil && args[0] == "build" {
		return exec.CommandContext(ctx, nice, append([]string{"-n", "10", "go"}, args...)...)
	}
	return exec.CommandContext(ctx, "go", args...)
}

// tail returns the end of a log.
func tail(log []byte) []byte {
	const most = 4000
	if len(log) > most {
		log = log[len(log)-most:]
	}
	return bytes.TrimSpace(log)
}
