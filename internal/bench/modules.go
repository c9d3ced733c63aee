package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A module carries manifests. The sum is that of go.sum, so the bytes are the
// same on every machine.
type module struct{ path, version, sum string }

var modules = []module{
	{"github.com/argoproj/argo-cd/v3", "v3.5.7", "h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0="},
	{"github.com/cert-manager/cert-manager", "v1.17.0", "h1:ba7K/WLzcTCFzB+5fQiwD4LAqaRc0c+KwKCD9KqHPSg="},
	{"github.com/open-policy-agent/gatekeeper/v3", "v3.23.1", "h1:njHTm0SJ6ZEhhEgmQTpJKTGQbc99fSs4hGiEp1OIKck="},
	{"sigs.k8s.io/cluster-api", "v1.14.2", "h1:o3GFNaeNFAOEEMpDPfhCK+2CjmV6gtQ8yLEcUwCg7bA="},
}

// download returns the directory of a module, which it gets from the module
// proxy if it is not in the module cache.
func (m module) download(ctx context.Context, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.path+"@"+m.version)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %w: %s%s", m.path, err, out, stderr.Bytes())
	}
	var got struct{ Dir, Sum string }
	if err := json.Unmarshal(out, &got); err != nil {
		return "", err
	}
	if got.Sum != m.sum {
		return "", fmt.Errorf("%s@%s has the checksum %s, want %s", m.path, m.version, got.Sum, m.sum)
	}
	return got.Dir, nil
}

// manifests returns the YAML files below a directory, in lexical order, except
// those that say how to render others.
func manifests(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && isManifest(d.Name()) {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

func isManifest(base string) bool {
	ext := filepath.Ext(base)
	stem := strings.ToLower(strings.TrimSuffix(base, ext))
	return (ext == ".yaml" || ext == ".yml") && !slices.Contains([]string{"kustomization", "chart"}, stem)
}
