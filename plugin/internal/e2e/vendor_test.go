package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// registry is an OCI registry in memory.
var registry = tool{"registry", "github.com/google/go-containerregistry/cmd/registry", "v0.20.3"}

// elsewhere are real servers on loopback: of charts, git repositories and files over
// HTTP, and a registry.
type elsewhere struct {
	http, oci string // their addresses
	requests  atomic.Int64
	dir       string // what the first one serves
}

func startElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	exe, err := exec.Command("git", "--exec-path").Output()
	require.NoError(t, err)
	backend := filepath.Join(strings.TrimSpace(string(exe)), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		t.Skip("this git has no git-http-backend")
	}
	e := &elsewhere{dir: t.TempDir()}
	git := &cgi.Handler{Path: backend, Root: "/git", Env: []string{"GIT_PROJECT_ROOT=" + filepath.Join(e.dir, "git"), "GIT_HTTP_EXPORT_ALL=1"}}
	files := http.FileServer(http.Dir(e.dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		if strings.HasPrefix(r.URL.Path, "/git/") {
			git.ServeHTTP(w, r)
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	e.http = strings.TrimPrefix(server.URL, "http://")
	e.oci = e.startRegistry(t)
	return e
}

// startRegistry starts the registry behind a proxy that counts the requests.
func (e *elsewhere) startRegistry(t *testing.T) (address string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(free.Addr().String())
	require.NoError(t, err)
	require.NoError(t, free.Close())
	cmd := exec.Command(filepath.Join(registry.install(t), registry.name), "-port", port)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", "localhost:"+port)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "localhost:" + port})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// mustRun runs a program that has to succeed.
func mustRun(t *testing.T, dir, path string, args ...string) string {
	t.Helper()
	cmd := exec.Command("env", args...) // which looks in that PATH
	cmd.Dir = dir
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "PATH="+path, "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home,
		"GIT_CONFIG_NOSYSTEM=1", "HELM_PULL_FLAGS=--plain-http", "GIT_AUTHOR_NAME=n", "GIT_AUTHOR_EMAIL=e", "GIT_COMMITTER_NAME=n", "GIT_COMMITTER_EMAIL=e", "GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=init.defaultBranch", "GIT_CONFIG_VALUE_0=main")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", strings.Join(args, " "), out)
	return string(out)
}

// fill puts charts, repositories and files on the servers.
func (e *elsewhere) fill(t *testing.T, path string) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "vendor", "elsewhere.txtar"))
	require.NoError(t, err)
	source := t.TempDir()
	for _, f := range archive.Files {
		write(t, source, f.Name, e.named(string(f.Data)))
	}
	for _, repo := range []string{"bases", "other"} {
		dir := filepath.Join(source, repo)
		mustRun(t, dir, path, "git", "init", "-q")
		mustRun(t, dir, path, "git", "add", ".")
		mustRun(t, dir, path, "git", "commit", "-q", "-m", "one")
		mustRun(t, dir, path, "git", "tag", "v1.2.0")
		mustRun(t, source, path, "git", "clone", "-q", "--bare", dir, filepath.Join(e.dir, "git", repo+".git"))
	}
	charts := filepath.Join(e.dir, "charts")
	require.NoError(t, os.MkdirAll(charts, 0o750))
	require.NoError(t, os.CopyFS(filepath.Join(e.dir, "files"), os.DirFS(filepath.Join(source, "files"))))
	for _, chart := range []string{"web", "lib"} {
		mustRun(t, source, path, "helm", "package", "-d", charts, chart)
	}
	mustRun(t, charts, path, "helm", "repo", "index", ".", "--url", "http://"+e.http+"/charts")
	mustRun(t, charts, path, "helm", "push", "--plain-http", "web-1.2.3.tgz", "oci://"+e.oci+"/charts")
}

// named is a text with the addresses of the servers.
func (e *elsewhere) named(text string) string {
	return strings.NewReplacer("HTTP", "http://"+e.http, "OCI", "oci://"+e.oci).Replace(text)
}

// TestVendor fetches with a script of kuniq vendor what a repository needs, from real
// servers, and then resolves everything without them.
func TestVendor(t *testing.T) {
	asked(t)
	for _, name := range []string{"git", "curl", "sh"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("there is no %s", name)
		}
	}
	path := pathOf(t, helm3)
	e := startElsewhere(t)
	e.fill(t, path)

	repo, cache := t.TempDir(), filepath.Join(t.TempDir(), "cache")
	archive, err := txtar.ParseFile(filepath.Join("testdata", "vendor", "repository.txtar"))
	require.NoError(t, err)
	for _, f := range archive.Files {
		write(t, repo, f.Name, e.named(string(f.Data)))
	}
	mustRun(t, repo, path, "git", "init", "-q")
	mustRun(t, repo, path, "git", "remote", "add", "origin", "https://git.example.com/org/fleet.git")
	mustRun(t, repo, path, "git", "add", ".")
	mustRun(t, repo, path, "git", "commit", "-q", "-m", "one")
	write(t, repo, "added.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: added, namespace: a}\n")
	mustRun(t, repo, path, "git", "add", ".")
	mustRun(t, repo, path, "git", "commit", "-q", "-m", "two")

	e.vendor(t, repo, cache, path)
	helm := filepath.Join(helm3.install(t), "helm")
	commands := [][]string{
		{"check"},
		{"list"},
		{"argocd", "check"},
		{"flux", "check"},
		{"argocd", "impact", "--base", "HEAD~1"},
		{"flux", "impact", "--base", "HEAD~1"},
		{"guard"},
	}
	before := e.requests.Load()
	for _, args := range commands {
		args = append(args, "--vendor", cache, "--helm", helm)
		if args[0] == "check" || args[0] == "list" {
			args = append(args, ".")
		}
		out := kuniq(t, repo, 0, args...)
		require.NotContains(t, string(out), "unresolved", "%v", args)
		if args[0] == "list" {
			for _, name := range []string{"based", "behind", "crd", "inflated-web", "umbrella-lib"} {
				require.Contains(t, string(out), name)
			}
		}
	}
	require.Equal(t, before, e.requests.Load(), "kuniq contacted a server")
	for _, args := range [][]string{{"check", "."}, {"argocd", "check"}, {"flux", "check"}} {
		kuniq(t, repo, 3, append(args, "--helm", helm)...)
	}

	tampered := 0
	require.NoError(t, filepath.WalkDir(cache, func(name string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, "web-1.2.3.tgz") {
			tampered++
			write(t, filepath.Join(filepath.Dir(name), "x"), "web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n")
			mustRun(t, filepath.Dir(name), path, "tar", "czf", name, "-C", "x", "web")
		}
		return err
	}))
	require.Positive(t, tampered)
	for _, args := range [][]string{{"check", "."}, {"argocd", "check"}, {"flux", "check"}} {
		out := kuniq(t, repo, 3, append(args, "--vendor", cache, "--helm", helm)...)
		require.Contains(t, string(out), "differs from the digest in the lock")
	}
	require.Equal(t, before, e.requests.Load())
}

// vendor runs scripts until everything is locked.
func (e *elsewhere) vendor(t *testing.T, repo, cache, path string) {
	t.Helper()
	args := []string{"vendor", "--script"}
	for round := range 5 {
		before := e.requests.Load()
		script := kuniq(t, repo, 0, args...)
		require.Equal(t, before, e.requests.Load(), "kuniq contacted a server")
		file := fmt.Sprintf("fetch-%d.sh", round)
		write(t, filepath.Dir(cache), file, string(script))
		mustRun(t, filepath.Dir(cache), path, "sh", file, cache)
		cmd := exec.Command(filepath.Join(buildKuniq(t), "kuniq"), "vendor", "--lock", cache)
		cmd.Dir = repo
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		if err == nil {
			return
		}
		args = []string{"vendor", "--script", "--vendor", cache}
	}
	t.Fatal("it is never complete")
}
