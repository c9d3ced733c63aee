package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

// Answer is what the API server says to a request.
type Answer struct {
	// Status is the HTTP status.
	Status int
	// Body is the answer as it came.
	Body []byte
}

// Object returns the answer as an object, which is empty if it is none.
func (a Answer) Object() map[string]any {
	var out map[string]any
	_ = json.Unmarshal(a.Body, &out) // the caller looks at the status
	return out
}

// Do sends a request, with a path of the API server or the address of another
// program. The error is that of the connection; a refusal is an answer.
func (p *Plane) Do(ctx context.Context, method, path, contentType string, body []byte) (Answer, error) {
	answer, err := p.send(ctx, method, path, contentType, body)
	if err != nil {
		return Answer{}, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	return Answer{Status: answer.StatusCode, Body: data}, err
}

// send sends a request. The body of the answer has to be closed.
func (p *Plane) send(ctx context.Context, method, path, contentType string, body []byte) (*http.Response, error) {
	if strings.HasPrefix(path, "/") {
		path = p.URL + path
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if strings.HasPrefix(path, p.URL) {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return p.client.Do(r)
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
