package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

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

// install returns the path of the tool, which it installs once for all runs,
// where the other tests of this repository have their tools. The scratch
// directory is for the module that a tool may need.
func (p peer) install(ctx context.Context, scratch string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOPATH").Output()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.SplitList(strings.TrimSpace(string(out)))[0], "kuniq-ci", p.name+"-"+p.version)
	path := filepath.Join(dir, p.name)
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
