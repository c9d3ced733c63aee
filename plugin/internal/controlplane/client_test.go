package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Object returns the answer as an object, which is empty if it is none.
func (a Answer) Object() map[string]any {
	var out map[string]any
	_ = json.Unmarshal(a.Body, &out) // the caller looks at the status
	return out
}

func (s served) groupKind() schema.GroupKind { return schema.GroupKind{Group: s.Group, Kind: s.Kind} }

func (s served) apiVersion() string {
	return schema.GroupVersion{Group: s.Group, Version: s.Version}.String()
}

// stored says whether the server keeps objects of the kind.
func (s served) stored() bool { return s.persistence() == "persisted" }

// path is where objects of the kind are, or one of them if there is a name.
func (s served) path(namespace, name string) string {
	path := "/apis/" + s.apiVersion()
	if s.Group == "" {
		path = "/api/" + s.Version
	}
	if s.Namespaced {
		path += "/namespaces/" + url.PathEscape(namespace)
	}
	path += "/" + s.Plural
	if name != "" {
		path += "/" + url.PathEscape(name)
	}
	return path
}

// Outcome is how a program has ended.
type Outcome struct {
	// Code is its exit code.
	Code int
	// Stdout and Stderr are what it printed.
	Stdout, Stderr string
}

// Kubectl runs kubectl on the control plane, with what it is to read on its
// standard input. The error says that it could not be run at all.
func (p *Plane) Kubectl(ctx context.Context, stdin string, args ...string) (Outcome, error) {
	cmd := exec.CommandContext(ctx, p.Programs.path("kubectl"), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.Kubeconfig, "HOME="+p.dir) // and its cache below dir
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 {
		return Outcome{}, fmt.Errorf("kubectl %s: %w", strings.Join(args, " "), err)
	}
	return Outcome{Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}, nil
}
