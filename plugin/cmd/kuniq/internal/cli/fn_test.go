package cli

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/runfn"
)

// The tests below hand kuniq to the code of kustomize, which runs it as a
// process of its own; it is in the PATH (see TestMain).

// writeFiles makes a directory of files, given in turn with their names.
func writeFiles(t *testing.T, files ...string) string {
	t.Helper()
	_, err := exec.LookPath("kuniq")
	require.NoError(t, err)
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(dir, files[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(files[i+1]), 0o644))
	}
	return dir
}

// build is "kustomize build --enable-alpha-plugins --enable-exec", with what
// the functions print.
func build(t *testing.T, dir string) (yaml, stderr string, err error) {
	t.Helper()
	o := krusty.MakeDefaultOptions()
	o.PluginConfig = types.EnabledPluginConfig(types.BploUseStaticallyLinked)
	o.PluginConfig.FnpLoadingOptions.EnableExec = true
	stderr = captureStderr(t, func() {
		m, failed := krusty.MakeKustomizer(o).Run(filesys.MakeFsOnDisk(), dir)
		if err = failed; err == nil {
			text, failed := m.AsYaml()
			yaml, err = string(text), failed
		}
	})
	return yaml, stderr, err
}

// captureStderr returns what is printed to standard error, also by other processes.
func captureStderr(t *testing.T, do func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(r)
		text <- string(all)
	}()
	before := os.Stderr
	os.Stderr = w
	func() {
		defer func() { os.Stderr = before; w.Close() }()
		do()
	}()
	return <-text
}

const uniqueConfig = `apiVersion: kuniq.dev/v1alpha1
kind: UniqueObjects
metadata:
  name: unique
  annotations:
    config.kubernetes.io/function: |
      exec: {path: kuniq}
spec:
  defaultNamespace: shop
`

func deployment(version, name string) string {
	return "apiVersion: " + version + "\nkind: Deployment\nmetadata: {name: " + name + "}\n"
}

func TestKustomizeTransformer(t *testing.T) {
	kustomization := "resources: [a.yaml, b.yaml]\ntransformers: [unique.yaml]\nbuildMetadata: [originAnnotations]\n"
	dir := writeFiles(t, "kustomization.yaml", kustomization, "unique.yaml", uniqueConfig,
		"a.yaml", deployment("apps/v1", "web"), "b.yaml", deployment("apps/v1", "db"))
	yaml, stderr, err := build(t, dir)
	require.NoError(t, err)
	assert.Equal(t, "kuniq: 2 objects, no duplicates\n", stderr)
	assert.Equal(t, 2, strings.Count(yaml, "kind: Deployment"))

	// kustomize itself takes two versions for two objects.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.yaml"), []byte(deployment("extensions/v1beta1", "web")), 0o644))
	_, stderr, err = build(t, dir)
	require.ErrorContains(t, err, "exit status 1")
	assert.Contains(t, stderr, "b.yaml: error: Deployment.apps shop/web is declared twice")
	assert.Contains(t, stderr, "\na.yaml: note: first declared here (items[0])\n")
	assert.True(t, strings.HasSuffix(stderr, "\nkuniq: 2 objects, 1 error\n"), stderr)
	assert.NotContains(t, stderr, dir)
}

func TestKustomizeValidator(t *testing.T) {
	none := uniqueConfig + "  emit: none\n"
	files := []string{"unique.yaml", none, "a.yaml", deployment("apps/v1", "web"), "kustomization.yaml"}
	yaml, stderr, err := build(t, writeFiles(t, append(files, "resources: [a.yaml]\nvalidators: [unique.yaml]\n")...))
	require.NoError(t, err)
	assert.Equal(t, "kuniq: 1 object, no duplicates\n", stderr)
	assert.Contains(t, yaml, "kind: Deployment")

	// Among transformers it would delete everything.
	yaml, stderr, err = build(t, writeFiles(t, append(files, "resources: [a.yaml]\ntransformers: [unique.yaml]\n")...))
	require.ErrorContains(t, err, "exit status 2")
	assert.Empty(t, yaml)
	assert.Contains(t, stderr, "kuniq: emit: none under transformers of kustomization.yaml would delete everything")

	// A validator that echoes is kustomize's own trap, and at least loud.
	files[1] = uniqueConfig
	_, _, err = build(t, writeFiles(t, append(files, "resources: [a.yaml]\nvalidators: [unique.yaml]\n")...))
	require.ErrorContains(t, err, "validator shouldn't modify the resource map")
}

// kustomize panics where a patch gives two objects one name, unless a function
// looks before.
func TestKustomizePanic(t *testing.T) {
	kustomization := `resources: [a.yaml, b.yaml]
patches:
- target: {kind: Deployment, name: db}
  options: {allowNameChange: true}
  patch: |-
    - {op: replace, path: /metadata/name, value: web}
`
	files := []string{"unique.yaml", uniqueConfig, "a.yaml", deployment("apps/v1", "web"), "b.yaml", deployment("apps/v1", "db"), "kustomization.yaml"}
	assert.Panics(t, func() { _, _, _ = build(t, writeFiles(t, append(files, kustomization)...)) })
	_, stderr, err := build(t, writeFiles(t, append(files, kustomization+"transformers: [unique.yaml]\n")...))
	require.ErrorContains(t, err, "exit status 1")
	assert.Contains(t, stderr, "Deployment.apps shop/web is declared twice")
}

// The trap that the summary is for: with half of its flags kustomize skips the
// function and succeeds.
func TestKustomizeSkipsInSilence(t *testing.T) {
	dir := writeFiles(t, "unique.yaml", uniqueConfig, "a.yaml", deployment("apps/v1", "web"), "b.yaml", deployment("apps/v1beta1", "web"),
		"kustomization.yaml", "resources: [a.yaml, b.yaml]\ntransformers: [unique.yaml]\n")
	o := krusty.MakeDefaultOptions()
	o.PluginConfig = types.EnabledPluginConfig(types.BploUseStaticallyLinked) // --enable-alpha-plugins alone
	var err error
	stderr := captureStderr(t, func() { _, err = krusty.MakeKustomizer(o).Run(filesys.MakeFsOnDisk(), dir) })
	require.NoError(t, err)
	assert.Empty(t, stderr)
}

// runFunctions is "kustomize fn run --enable-exec".
func runFunctions(t *testing.T, dir string) (stderr string, err error) {
	t.Helper()
	stderr = captureStderr(t, func() {
		err = runfn.RunFns{Path: dir, EnableExec: true, WorkingDir: dir}.Execute()
	})
	return stderr, err
}

func TestFunctionRunSplits(t *testing.T) {
	config := strings.Replace(uniqueConfig, "UniqueObjects", "OneObjectPerFile", 1) + "  directory: all\n"
	config = strings.Replace(config, "annotations:\n", "annotations:\n    config.kubernetes.io/local-config: \"true\"\n", 1)
	dir := writeFiles(t, "files.yaml", config, "all.yaml",
		deployment("apps/v1", "web")+"---\n# about the database\n"+deployment("apps/v1", "db"))
	stderr, err := runFunctions(t, dir)
	require.NoError(t, err, stderr)
	assert.Equal(t, "kuniq: 2 objects in 2 files, 1 item left in place\n", stderr)
	var found []string
	require.NoError(t, filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	}))
	assert.Equal(t, []string{"all/apps-v1.Deployment-shop.db.yaml", "all/apps-v1.Deployment-shop.web.yaml", "files.yaml"}, found)
	text, err := os.ReadFile(filepath.Join(dir, "all", "apps-v1.Deployment-shop.db.yaml"))
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(text, []byte("# about the database\n")), "%s", text)
}
