package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// debianJsonnet returns the directory of the C++ jsonnet of Debian's archive,
// which it unpacks once for all runs, without installing anything. Where that
// is not possible the test is skipped, and says why.
func debianJsonnet(t *testing.T) string {
	t.Helper()
	const version = "0.18.0"
	dir := filepath.Join(goPath(t), "kuniq-ci", "debian-jsonnet-"+version)
	bin := filepath.Join(dir, "usr", "bin")
	if _, err := os.Stat(filepath.Join(bin, "jsonnet")); err == nil {
		return bin
	}
	for _, need := range []string{"apt-get", "dpkg"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("the C++ jsonnet comes from Debian's archive, and there is no %s", need)
		}
	}
	download := t.TempDir()
	if out, err := command(t, download, "apt-get", "download", "jsonnet"); err != nil {
		t.Skipf("the C++ jsonnet cannot be downloaded (try apt-get update): %s", out)
	}
	debs, err := filepath.Glob(filepath.Join(download, "jsonnet_"+version+"*.deb"))
	require.NoError(t, err)
	if len(debs) != 1 {
		t.Skipf("Debian's archive has another jsonnet than %s", version)
	}
	out, err := command(t, "", "dpkg", "-x", debs[0], dir)
	require.NoError(t, err, out)
	return bin
}

// command runs a program with a limit of two minutes and returns all that it
// prints.
func command(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, ctx.Err(), "%s %s", name, args)
	return string(out), err
}

// jsonnets are the real commands that the library has to run under, unchanged.
var jsonnets = map[string]func(t *testing.T) string{
	"go-jsonnet v0.20.0": jsonnet20.install,
	"go-jsonnet v0.22.0": jsonnet22.install,
	"C++ 0.18.0":         debianJsonnet,
}

// TestLibsonnet gives the right answer to every case under every jsonnet.
func TestLibsonnet(t *testing.T) {
	asked(t)
	hook := filepath.Join(root(t), "plugin", "jsonnethook")
	table, err := os.ReadFile(filepath.Join(hook, "testdata", "cases", "cases.tsv"))
	require.NoError(t, err)
	for name, install := range jsonnets {
		t.Run(name, func(t *testing.T) {
			jsonnet := filepath.Join(install(t), "jsonnet")
			said, err := command(t, "", jsonnet, "--version")
			require.NoError(t, err, said)
			require.Equal(t, strings.HasPrefix(name, "go-jsonnet"), strings.Contains(said, "(Go implementation)"), said)
			require.Contains(t, said, name[strings.IndexAny(name, "0"):], said)
			for line := range strings.Lines(string(table)) {
				f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
				if strings.HasPrefix(line, "#") {
					continue
				}
				tree := filepath.Join("testdata", "cases", f[0]+".jsonnet")
				out, err := command(t, hook, jsonnet, "-e", "(import 'kuniq.libsonnet').check(import '"+tree+"', { namespace: '"+f[1]+"' })")
				if f[2] == "clean" {
					plain, failed := command(t, hook, jsonnet, tree)
					require.NoError(t, failed, plain)
					require.NoError(t, err, "%s: %s", line, out)
					assert.Equal(t, plain, out, line)
					continue
				}
				require.Error(t, err, line)
				assert.Contains(t, out, "RUNTIME ERROR: kuniq: ", line)
				for _, id := range append(strings.Split(f[3], "; "), strings.Split(f[4], "; ")...) {
					assert.Contains(t, out, id, line)
				}
			}
		})
	}
}

// TestLibsonnetDepth checks trees that are as deep as they can be evaluated.
func TestLibsonnetDepth(t *testing.T) {
	asked(t)
	hook := filepath.Join(root(t), "plugin", "jsonnethook")
	const tree = "local f(n) = if n == 0 then { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } } else { a: f(n - 1) }; "
	for name, install := range jsonnets {
		t.Run(name, func(t *testing.T) {
			jsonnet := filepath.Join(install(t), "jsonnet")
			for _, args := range [][]string{{"490"}, {"1000", "--max-stack", "1100"}} {
				args, deep := args[1:], "f("+args[0]+")"
				out, err := command(t, hook, jsonnet, append(args, "-e", tree+deep)...)
				require.NoError(t, err, "%.300s", out)
				out, err = command(t, hook, jsonnet, append(args, "-e", tree+"(import 'kuniq.libsonnet').check("+deep+")")...)
				require.NoError(t, err, "%.300s", out)
				out, err = command(t, hook, jsonnet, append(args, "-e", tree+"(import 'kuniq.libsonnet').check([f(480), f(480)])")...)
				require.Error(t, err)
				require.Contains(t, out, "is declared twice with identical contents: $[0].a.a.a")
			}
		})
	}
}

// TestJsonnetReadme runs the console blocks of examples/jsonnet for the stock
// command.
func TestJsonnetReadme(t *testing.T) {
	asked(t)
	runReadme(t, "jsonnet", []string{"PATH=" + pathOf(t, jsonnet22)}, "Stock jsonnet")
}

// tankaProject is a project of Tanka with one environment whose namespace is
// argocd, and a lib with the example and the library. It returns how to run tk
// in it.
func tankaProject(t *testing.T) (env string, tk func(args ...string) (string, error)) {
	t.Helper()
	asked(t)
	if runtime.GOOS == "windows" {
		t.Skip("Tanka is not for Windows")
	}
	bin := filepath.Join(tanka.install(t), "tk")
	work := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(work, "lib"), os.DirFS(filepath.Join(root(t), "examples", "jsonnet"))))
	library, err := os.ReadFile(filepath.Join(root(t), "plugin", "jsonnethook", "kuniq.libsonnet"))
	require.NoError(t, err)
	write(t, work, "jsonnetfile.json", "{}")
	write(t, filepath.Join(work, "lib"), "kuniq.libsonnet", string(library))
	env = filepath.Join(work, "environments", "prod")
	require.NoError(t, os.MkdirAll(env, 0o755))
	write(t, env, "spec.json", `{"apiVersion":"tanka.dev/v1alpha1","kind":"Environment","spec":{"apiServer":"https://localhost","namespace":"argocd"}}`)
	return env, func(args ...string) (string, error) { return command(t, work, bin, args...) }
}

// TestTankaLibsonnet: a stock Tanka, which checks nothing itself, refuses an
// environment whose main.jsonnet uses the library.
func TestTankaLibsonnet(t *testing.T) {
	env, tk := tankaProject(t)
	for main, refused := range map[string]bool{
		"import 'prod.jsonnet'": false, "(import 'kuniq.libsonnet').check(import 'prod.jsonnet')": true,
	} {
		write(t, env, "main.jsonnet", main)
		out, err := tk("show", "environments/prod", "--dangerous-allow-redirect")
		require.Equal(t, refused, err != nil, out)
		require.Equal(t, refused, strings.Contains(out, "is declared twice with different contents: $.idpe, $.iox"), out)
	}
}

// TestTankaBinary: a stock Tanka that evaluates with kuniq-jsonnet shows what it
// would show, and refuses what is declared twice, in its own or in an inline
// environment, with both paths and both source lines.
func TestTankaBinary(t *testing.T) {
	env, tk := tankaProject(t)
	link := filepath.Join(t.TempDir(), "kuniq-jsonnet")
	require.NoError(t, os.Symlink(filepath.Join(buildKuniq(t), "kuniq"), link))
	show := func(path string, flags ...string) (string, error) {
		return tk(append([]string{"show", path, "--dangerous-allow-redirect"}, flags...)...)
	}
	ours := "--jsonnet-implementation=binary:" + link

	write(t, env, "main.jsonnet", "import 'overridden.jsonnet'")
	want, err := show("environments/prod")
	require.NoError(t, err, want)
	got, err := show("environments/prod", ours)
	require.NoError(t, err, got)
	require.Equal(t, want, got)

	write(t, env, "main.jsonnet", "import 'prod.jsonnet'")
	out, err := show("environments/prod", ours)
	require.Error(t, err)
	require.Regexp(t, `prod\.jsonnet:16:\d+: error: Application\.argoproj\.io argocd/idpe-cd-prod01 is declared twice; .* \(\$\.iox\)`, out)
	require.Regexp(t, `prod\.jsonnet:15:\d+: note: first declared here \(\$\.idpe\)`, out)

	// The namespace that Tanka writes into every object counts.
	write(t, env, "main.jsonnet", `local a = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }; [a, a { metadata+: { namespace: 'argocd' } }]`)
	out, err = show("environments/prod", ours)
	require.Error(t, err)
	require.Contains(t, out, "ConfigMap argocd/a is declared twice")

	// The same object in two environments is none declared twice.
	inline := filepath.Join(filepath.Dir(env), "inline")
	require.NoError(t, os.MkdirAll(inline, 0o755))
	const environment = `local env(name, data) = { apiVersion: 'tanka.dev/v1alpha1', kind: 'Environment', metadata: { name: name },
  spec: { apiServer: 'https://localhost', namespace: 'shop' }, data: data };
local a = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
`
	write(t, inline, "main.jsonnet", environment+"{ prod: env('prod', [a]), staging: env('staging', [a]) }")
	out, err = show("environments/inline", ours, "--name=prod")
	require.NoError(t, err, out)
	require.Equal(t, 1, strings.Count(out, "kind: ConfigMap"), out)
	write(t, inline, "main.jsonnet", environment+"{ prod: env('prod', [a, a]), staging: env('staging', [a]) }")
	out, err = show("environments/inline", ours, "--name=prod")
	require.Error(t, err)
	require.Contains(t, out, "ConfigMap shop/a is declared twice")
}

// TestJsonnetHost: the program of twenty lines names both paths and both lines.
func TestJsonnetHost(t *testing.T) {
	asked(t)
	host := filepath.Join(scratch, "host")
	golang(t, root(t), nil, "build", "-o", host, "./examples/jsonnet/host")
	out, err := command(t, filepath.Join(root(t), "examples", "jsonnet"), host, "prod.jsonnet")
	require.Error(t, err)
	require.Regexp(t, `^prod\.jsonnet:16:\d+: error: Application\.argoproj\.io argocd/idpe-cd-prod01 is declared twice; .* \(\$\.iox\); first declared at prod\.jsonnet:15:\d+ \(\$\.idpe\)`, out)
	out, err = command(t, filepath.Join(root(t), "examples", "jsonnet"), host, "overridden.jsonnet")
	require.NoError(t, err, out)
	require.Contains(t, out, "green")
}
