package render

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Limits of what helm prints.
const (
	mostRendered = 256 << 20
	mostMessage  = 64 << 10
)

// template runs "helm template" over a copy of the chart. helm connects to
// nothing then: "lookup" finds nothing, and what the chart depends on is there.
func (j Job) template() Result {
	temp, err := os.MkdirTemp(j.Temp, "chart-*")
	if err != nil {
		return Result{Reason: "there is no room for a copy of the chart"}
	}
	defer func() { _ = os.RemoveAll(temp) }() // the Pool removes it, too
	if err := j.writeFiles(filepath.Join(temp, "tree")); err != nil {
		return Result{Reason: "there is no room for a copy of the chart"}
	}
	text, reason := j.helm(temp)
	if reason != "" {
		return Result{Reason: reason}
	}
	return j.parse(text)
}

func (j Job) writeFiles(dir string) error {
	for _, name := range j.Names() {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, j.Files[name], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// helm returns what helm prints, or why it prints nothing.
func (j Job) helm(temp string) (text []byte, reason string) {
	ctx, stop := context.WithTimeout(context.Background(), cmp.Or(j.Timeout, DefaultTimeout))
	defer stop()
	args, err := j.arguments(temp)
	if err != nil {
		return nil, "there is no room for its values"
	}
	cmd := exec.CommandContext(ctx, j.Helm.Command, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = temp, helmEnvironment(temp), time.Second
	runtime.LockOSThread() // whose end would count as that of the parent
	defer runtime.UnlockOSThread()
	dieWithParent(cmd)
	var stderr bytes.Buffer
	cmd.Stderr = &limited{to: &stderr, left: mostMessage, quiet: true}
	var stdout bytes.Buffer
	cmd.Stdout = &limited{to: &stdout, left: mostRendered}
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, tooLong(cmp.Or(j.Timeout, DefaultTimeout))
	case errors.Is(err, errTooMuch):
		return nil, fmt.Sprintf("helm prints more than %d MiB", mostRendered>>20)
	case err != nil:
		return nil, j.helmFailure(err, stderr.String())
	}
	return stdout.Bytes(), ""
}

// arguments are those of the helm command. What is a stranger's can be no flag:
// values stand behind "=", and names behind "--". Nor can it be a path, of which
// helm reads several with commas between them, and fetches those that are URLs:
// the files that it is given are copies under names of ours.
func (j Job) arguments(temp string) ([]string, error) {
	h := j.Helm
	copied := 0
	flag := func(flag string, data []byte) (string, error) {
		file := filepath.Join(temp, fmt.Sprintf("given-%d", copied))
		copied++
		return flag + file, os.WriteFile(file, data, 0o600)
	}
	args := []string{"template", "--namespace=" + cmp.Or(h.Namespace, "default")}
	if !h.SkipCRDs {
		args = append(args, "--include-crds")
	}
	if h.SkipTests {
		args = append(args, "--skip-tests")
	}
	var values [][]byte
	for _, file := range h.Values {
		values = append(values, j.Files[file])
	}
	for _, data := range append(values, h.Inline) {
		arg, err := flag("--values=", data)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	for _, v := range h.Set {
		arg, err := "--set="+v.Name+"="+v.Value, error(nil)
		switch {
		case v.File:
			arg, err = flag("--set-file="+v.Name+"=", j.Files[v.Value])
		case v.String:
			arg = "--set-string=" + v.Name + "=" + v.Value
		}
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if h.KubeVersion != "" {
		args = append(args, "--kube-version="+h.KubeVersion)
	}
	for _, v := range h.APIVersions {
		args = append(args, "--api-versions="+v)
	}
	return append(args, "--", cmp.Or(h.Release, "release-name"), filepath.Join(temp, "tree", filepath.FromSlash(j.Dir))), nil
}

// helmEnvironment lets helm find nothing of the user's: no cache, no
// repositories, no plugins, no cluster and no proxy.
func helmEnvironment(temp string) []string {
	env := []string{
		"HOME=" + temp, "TMPDIR=" + temp, "KUBECONFIG=" + os.DevNull, "HELM_NO_PLUGINS=1",
		"HELM_REPOSITORY_CONFIG=" + os.DevNull, "HELM_REGISTRY_CONFIG=" + os.DevNull,
		"HELM_KUBEAPISERVER=http://127.0.0.1:0",
	}
	for _, name := range []string{"HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "HELM_REPOSITORY_CACHE"} {
		env = append(env, name+"="+filepath.Join(temp, strings.ToLower(name)))
	}
	return env
}

// failedAt is how helm says where a template fails.
var failedAt = regexp.MustCompile(`([\w.-]+)/((?:[\w.-]+/)*templates/[\w./-]+:\d+)`)

// helmFailure says why helm failed. Its own words are not shown: they can hold
// values.
func (j Job) helmFailure(err error, message string) string {
	var exit *exec.ExitError
	switch found := failedAt.FindStringSubmatch(message); {
	case !errors.As(err, &exit):
		return "the helm command cannot be run"
	case found != nil:
		return "helm cannot render " + dupcheck.Quote(path.Join(j.Dir, found[2])) + "; helm template says why"
	case strings.Contains(message, "values don't meet the specifications"):
		return "its values do not meet its schema; helm template says why"
	case strings.Contains(message, "incompatible with Kubernetes"):
		return "it is for another version of Kubernetes than helm's"
	}
	return "helm cannot render it; helm template says why"
}

// parse takes in what helm printed.
func (j Job) parse(text []byte) Result {
	var r Result
	var sources []sourceLine
	if j.Origins {
		sources = sourceLines(text)
	}
	seen := map[[2]string]int{}
	for o, err := range manifest.Parse("", text) {
		if err != nil {
			r.notRead(err)
			continue
		}
		if j.Origins {
			r.Contents = append(r.Contents, contentOf(o))
			r.Places = append(r.Places, j.inTemplate(sources, o, seen))
		}
		b := bare(o, len(r.Objects))
		b.At.Path = ""
		r.Objects = append(r.Objects, b)
	}
	return r
}

// contentOf returns the content of an object as JSON, or nil if it cannot be
// had.
func contentOf(o dupcheck.Object) []byte {
	if o.Body == nil {
		return nil
	}
	value, err := o.Body.Value()
	if err != nil {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return text
}

var errTooMuch = errors.New("too much")

// limited takes only so many bytes. quiet lets the others go, and else they are
// an error.
type limited struct {
	to    io.Writer
	left  int
	quiet bool
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left && !l.quiet {
		return 0, errTooMuch
	}
	n := min(len(p), l.left)
	l.left -= n
	if _, err := l.to.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}
