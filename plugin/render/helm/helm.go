package helm

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Limits of what helm prints.
const (
	mostRendered = 256 << 20
	mostMessage  = 64 << 10
)

// Render is that of job.Renderer.
func (r Renderer) Render(ctx context.Context, j job.Job) job.Result {
	text, err := r.Template(ctx, j)
	if err != nil {
		return job.Failure(err)
	}
	return r.Parse(j, text)
}

// Template returns what "helm template" prints for a chart.
func (Renderer) Template(ctx context.Context, j job.Job) (text []byte, err error) {
	temp, err := os.MkdirTemp(j.Temp, "chart-*")
	if err != nil {
		return nil, noRoom("a copy of the chart")
	}
	defer func() { _ = os.RemoveAll(temp) }() // the Pool removes it, too
	return template{j, temp}.run(ctx)
}

// Parse is the result of rendering a chart, given what helm printed.
func (Renderer) Parse(j job.Job, text []byte) job.Result { return template{Job: j}.parse(text) }

func noRoom(what string) error {
	return checkout.Errorf(checkout.Failed, "there is no room for %s", what)
}

// template is one run of "helm template", in a directory.
type template struct {
	job.Job
	dir string
}

func (t template) writeFiles() error {
	for _, name := range t.Names() {
		file := t.inTree(name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, t.Files[name], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// inTree is where a file is for helm.
func (t template) inTree(name string) string {
	return filepath.Join(t.dir, "tree", filepath.FromSlash(name))
}

// run returns what helm prints.
func (t template) run(ctx context.Context) ([]byte, error) {
	if err := t.writeFiles(); err != nil {
		return nil, noRoom("a copy of the chart")
	}
	args, err := t.arguments()
	if err != nil {
		return nil, noRoom("its values")
	}
	cmd := exec.CommandContext(ctx, t.Helm.Command, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = t.dir, environment(t.dir), time.Second
	runtime.LockOSThread() // whose end would count as that of the parent
	defer runtime.UnlockOSThread()
	dieWithParent(cmd)
	stdout, stderr := limited{left: mostRendered}, limited{left: mostMessage, quiet: true}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, job.Stopped(ctx, t.Timeout)
	case errors.Is(err, errTooMuch):
		return nil, checkout.Errorf(checkout.TooLarge, "helm prints more than %d MiB", mostRendered>>20)
	case err != nil:
		return nil, t.failure(err, stderr.to.String())
	}
	return stdout.to.Bytes(), nil
}

// arguments are those of the helm command. Text of the tree can be no flag:
// values stand behind "=", and names behind "--". Nor can it be a path, of which
// helm reads several with commas between them, and fetches those that are URLs:
// the files that it is given are copies under names of ours.
func (t template) arguments() ([]string, error) {
	h, copied, failed := t.Helm, 0, error(nil)
	file := func(flag string, data []byte) string {
		name := filepath.Join(t.dir, fmt.Sprintf("given-%d", copied))
		copied++
		failed = cmp.Or(failed, os.WriteFile(name, data, 0o600))
		return flag + name
	}
	args := []string{"template", "--namespace=" + cmp.Or(h.Namespace, "default")}
	if !h.SkipCRDs {
		args = append(args, "--include-crds")
	}
	if h.SkipTests {
		args = append(args, "--skip-tests")
	}
	if h.SkipHooks {
		args = append(args, "--no-hooks")
	}
	for _, values := range h.Values {
		args = append(args, file("--values=", t.Files[values]))
	}
	args = append(args, file("--values=", h.Inline))
	for _, v := range h.Set {
		switch {
		case v.File:
			args = append(args, file("--set-file="+v.Name+"=", t.Files[v.Value]))
		case v.String:
			args = append(args, "--set-string="+v.Name+"="+v.Value)
		default:
			args = append(args, "--set="+v.Name+"="+v.Value)
		}
	}
	if h.KubeVersion != "" {
		args = append(args, "--kube-version="+h.KubeVersion)
	}
	for _, v := range h.APIVersions {
		args = append(args, "--api-versions="+v)
	}
	release := h.Release
	if h.NameTemplate == "" {
		release = cmp.Or(release, "release-name")
	} else {
		args = append(args, "--name-template="+h.NameTemplate) // beside a name helm refuses it
	}
	args = append(args, "--")
	if release != "" {
		args = append(args, release)
	}
	return append(args, t.inTree(t.Dir)), failed
}

// environment lets helm find nothing of the user's: no cache, no
// repositories, no plugins, no cluster and no proxy.
func environment(temp string) []string {
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
var failedAt = regexp.MustCompile(`([\w.-]+)/((?:[\w.-]+/)*templates/[\w./-]+):(\d+)`)

// failure says why helm failed. Its own words are not shown: they can hold
// values.
func (t template) failure(err error, message string) error {
	var exit *exec.ExitError
	switch found := failedAt.FindStringSubmatch(message); {
	case !errors.As(err, &exit):
		return checkout.Errorf(checkout.NeedsHelm, "the helm command cannot be run")
	case found != nil:
		file := path.Join(t.Dir, found[2])
		return checkout.Errorf(checkout.Refused, "helm cannot render %s:%s; helm template says why", job.Named(cmp.Or(t.Moved[file], file)), found[3])
	case strings.Contains(message, "values don't meet the specifications"):
		return checkout.Errorf(checkout.Refused, "its values do not meet its schema; helm template says why")
	case strings.Contains(message, "incompatible with Kubernetes"):
		return checkout.Errorf(checkout.Refused, "it is for another version of Kubernetes than helm's")
	}
	return checkout.Errorf(checkout.Refused, "helm cannot render it; helm template says why")
}

// parse takes in what helm printed.
func (t template) parse(text []byte) (r job.Result) {
	var sources []sourceLine
	if t.Origins {
		sources = sourceLines(text)
	}
	seen := map[[2]string]int{}
	for o, err := range manifest.Parse("", text) {
		if err != nil {
			r.NotRead(err)
			continue
		}
		if t.Origins {
			r.Contents = append(r.Contents, job.ContentOf(o))
			r.Places = append(r.Places, t.place(sources, o, seen))
		}
		b := job.Bare(o, len(r.Objects))
		b.At.Path = ""
		r.Objects = append(r.Objects, b)
	}
	return r
}

var errTooMuch = errors.New("too much")

// limited takes only so many bytes. quiet drops the others, which else are an
// error.
type limited struct {
	to    bytes.Buffer
	left  int
	quiet bool
}

// Write takes bytes.
func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left && !l.quiet {
		return 0, errTooMuch
	}
	n := min(len(p), l.left)
	l.left -= n
	_, _ = l.to.Write(p[:n]) // never fails
	return len(p), nil
}
