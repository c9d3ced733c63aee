package migrate

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split"
)

// TestMain is also the child of the kill test. No configuration of the
// machine's user has a say.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		_ = os.Setenv(name, value)
	}
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(beKilled(dir))
	}
	os.Exit(m.Run())
}

// gitIn runs git in a repository of a test.
func gitIn(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "git %s: %s", args, stderr.String())
	return string(out)
}

var marker = regexp.MustCompile(`(?m)^-- (.*) --\n`)

// unpack writes the files of an archive in the form of txtar.
func unpack(t testing.TB, dir, archive string) {
	t.Helper()
	marks := marker.FindAllStringSubmatchIndex(archive, -1)
	for i, m := range marks {
		end := len(archive)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		put(t, dir, archive[m[2]:m[3]], archive[m[1]:end])
	}
}

func put(t testing.TB, dir, name, content string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(t, os.WriteFile(full, []byte(content), 0o644))
}

// repository makes a repository with one commit.
func repository(t testing.TB, archive string) string {
	t.Helper()
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q")
	unpack(t, dir, archive)
	commit(t, dir)
	return dir
}

func commit(t testing.TB, dir string) {
	t.Helper()
	gitIn(t, dir, "add", "--all")
	gitIn(t, dir, "commit", "-q", "-m", "x")
}

// open opens a repository until the end of the test.
func open(t testing.TB, dir string) *Repository {
	t.Helper()
	r, err := Open(context.Background(), dir)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

func plan(t testing.TB, dir string, o Options) *Plan {
	t.Helper()
	p, err := New(context.Background(), open(t, dir), o)
	require.NoError(t, err)
	return p
}

// migrated plans, expects no refusals, and writes.
func migrated(t testing.TB, dir string, o Options, w WriteOptions) (*Plan, Result) {
	t.Helper()
	p := plan(t, dir, o)
	require.Empty(t, p.Refusals)
	r, err := p.Write(context.Background(), w)
	require.NoError(t, err)
	return p, r
}

// tree returns every file of a work tree.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		name, _ := filepath.Rel(dir, p)
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(p)
			out[name] = "-> " + target
			return err
		}
		data, err := os.ReadFile(p)
		out[name] = string(data)
		return err
	})
	require.NoError(t, err)
	return out
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	for name := range tree(t, dir) {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func refusals(p *Plan) string {
	var b strings.Builder
	for _, r := range p.Refusals {
		b.WriteString(report.At(r.At) + ": " + r.Reason.String() + "\n")
	}
	return b.String()
}

func skipped(p *Plan) string {
	var b strings.Builder
	for _, s := range p.Skipped {
		b.WriteString(s.File + ": " + s.Reason.String() + "\n")
	}
	return b.String()
}

func warnings(p *Plan) string {
	var b strings.Builder
	for _, w := range p.Warnings {
		loud := ""
		if w.Prunes {
			loud = "PRUNES "
		}
		b.WriteString(report.At(position(w.File, w.Line)) + ": " + loud + w.Text.String() + "\n")
	}
	return b.String()
}

// object is a manifest.
func object(kind, name string) string {
	apiVersion := "v1"
	if kind == "Deployment" {
		apiVersion = "apps/v1"
	}
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n  namespace: shop\n"
}

// two is a file of two objects.
func two(a, b string) string { return object("ConfigMap", a) + "---\n" + object("ConfigMap", b) }

func layout(t testing.TB, name string) split.Layout {
	t.Helper()
	l, err := split.ParseLayout(name, nil)
	require.NoError(t, err)
	return l
}

// downloaded returns the directory of a module of the module proxy.
func downloaded(t testing.TB, module string) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	require.NoError(t, err)
	var m struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &m))
	return m.Dir
}
