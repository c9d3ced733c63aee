package e2e

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// cmp is the configuration of a plugin, as Argo CD reads it (cmpserver/plugin,
// PluginConfig), as far as we use it.
type cmp struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		Generate struct{ Command, Args []string }
	}
}

// readPlugin reads the plugin of the example strictly.
func readPlugin(t *testing.T) cmp {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "examples", "argocd-cmp", "plugin.yaml"))
	require.NoError(t, err)
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var p cmp
	require.NoError(t, d.Decode(&p))
	require.ErrorIs(t, d.Decode(&cmp{}), io.EOF)
	require.Equal(t, "argoproj.io/v1alpha1 ConfigManagementPlugin", p.APIVersion+" "+p.Kind)
	return p
}

// generate runs the plugin's command as the sidecar does: in the directory of
// the Application's source, with its namespace in the environment.
func generate(t *testing.T, dir string, env ...string) (stdout, stderr string, code int) {
	t.Helper()
	p := readPlugin(t)
	require.Empty(t, p.Spec.Generate.Args)
	command := p.Spec.Generate.Command
	path := pathOf(t, kustomize)
	t.Setenv("PATH", path)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + path, "HOME=" + t.TempDir()}, env...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestArgoPluginRenders(t *testing.T) {
	asked(t)
	prod := filepath.Join(root(t), "examples", "kustomize", "prod")
	staging := filepath.Join(root(t), "examples", "kustomize", "staging")

	out, errs, code := generate(t, staging, "ARGOCD_APP_NAMESPACE=shop")
	assert.Zero(t, code)
	assert.Empty(t, errs)
	plain, err := exec.Command("kustomize", "build", staging).Output()
	require.NoError(t, err)
	assert.Equal(t, string(plain), out)

	out, errs, code = generate(t, prod, "ARGOCD_APP_NAMESPACE=shop")
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, errs, "HorizontalPodAutoscaler.autoscaling shop/web is declared twice")
}

// The namespace of the destination decides whether two objects are one.
func TestArgoPluginNamespace(t *testing.T) {
	asked(t)
	dir := t.TempDir()
	write(t, dir, "kustomization.yaml", "resources: [a.yaml, b.yaml]\n")
	write(t, dir, "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n")
	write(t, dir, "b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: shop\n")
	for _, tt := range []struct {
		env  []string
		code int
		says string
	}{
		{[]string{"ARGOCD_APP_NAMESPACE=shop"}, 1, "ConfigMap shop/web is declared twice"},
		{[]string{"ARGOCD_APP_NAMESPACE=other"}, 0, ""},
		{[]string{"ARGOCD_APP_NAMESPACE="}, 0, "possible-duplicate"}, // the destination names none
		{nil, 2, "ARGOCD_APP_NAMESPACE"},
	} {
		out, errs, code := generate(t, dir, tt.env...)
		assert.Equal(t, tt.code, code, "%v: %s", tt.env, errs)
		assert.Contains(t, errs, tt.says, "%v", tt.env)
		assert.Equal(t, tt.code == 0, out != "", "%v", tt.env)
	}
}

// A renderer that fails is not an empty Application, which would be pruned.
func TestArgoPluginFailure(t *testing.T) {
	asked(t)
	dir := t.TempDir()
	write(t, dir, "kustomization.yaml", "resources: [missing.yaml]\n")
	out, errs, code := generate(t, dir, "ARGOCD_APP_NAMESPACE=shop")
	assert.Equal(t, 3, code)
	assert.Empty(t, out)
	assert.Contains(t, errs, "missing.yaml")
	write(t, dir, "kustomization.yaml", "resources: []\n")
	out, _, code = generate(t, dir, "ARGOCD_APP_NAMESPACE=shop")
	assert.Equal(t, 3, code)
	assert.Empty(t, out)
}

// TestArgoComponent builds the sidecar with the real kustomize on what stands
// for Argo CD's own manifests.
func TestArgoComponent(t *testing.T) {
	asked(t)
	dir := t.TempDir()
	workspace(t, dir)
	write(t, dir, "kustomization.yaml", "namespace: argocd\nresources: [repo-server.yaml]\ncomponents: [examples/argocd-cmp]\n")
	write(t, dir, "repo-server.yaml", `apiVersion: apps/v1
kind: Deployment
metadata:
  name: argocd-repo-server
spec:
  template:
    spec:
      containers: [{name: argocd-repo-server, image: quay.io/argoproj/argocd}]
      volumes: [{name: var-files, emptyDir: {}}, {name: plugins, emptyDir: {}}]
`)
	t.Setenv("PATH", pathOf(t, kustomize))
	out, err := exec.Command("kustomize", "build", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	built := decodeAll(t, out)
	require.Len(t, built, 2)
	plugin, err := os.ReadFile(filepath.Join(root(t), "examples", "argocd-cmp", "plugin.yaml"))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"plugin.yaml": string(plugin)}, built[0]["data"])
	checkMounts(t, built[1], built[0]["metadata"].(map[string]any)["name"].(string))
}

// checkMounts says that every volume which the containers mount is there, and
// that the one with the plugin is of its ConfigMap.
func checkMounts(t *testing.T, deployment map[string]any, configMap string) {
	t.Helper()
	var d struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct {
						Name         string
						VolumeMounts []struct{ Name, MountPath string } `yaml:"volumeMounts"`
					}
					Volumes []struct {
						Name      string
						ConfigMap struct{ Name string } `yaml:"configMap"`
					}
				}
			}
		}
	}
	data, err := yaml.Marshal(deployment)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, &d))
	pod := d.Spec.Template.Spec
	require.Len(t, pod.Containers, 2)
	of := map[string]string{}
	for _, v := range pod.Volumes {
		of[v.Name] = v.ConfigMap.Name
	}
	for _, c := range pod.Containers {
		for _, m := range c.VolumeMounts {
			require.Contains(t, of, m.Name, c.Name)
		}
	}
	require.Equal(t, configMap, of["cmp-kuniq-kustomize"])
}

// TestArgoFiles reads all YAML of the example strictly: no key twice, one name
// for the plugin everywhere.
func TestArgoFiles(t *testing.T) {
	asked(t)
	files, err := filepath.Glob(filepath.Join(root(t), "examples", "argocd-cmp", "*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 5)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		require.Len(t, decodeAll(t, data), 1, f)
		if filepath.Base(f) == "application.yaml" {
			require.Contains(t, string(data), "name: "+readPlugin(t).Metadata.Name+"\n")
		}
		if filepath.Base(f) == "argocd-cm.yaml" {
			require.Contains(t, string(data), "kustomize.buildOptions: --enable-alpha-plugins --enable-exec\n")
		}
	}
}

func TestArgoReadme(t *testing.T) {
	asked(t)
	runReadme(t, "argocd-cmp", []string{"PATH=" + pathOf(t, kustomize)})
}

// decodeAll decodes all documents; a key that is given twice is an error.
func decodeAll(t *testing.T, data []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var m map[string]any
		err := d.Decode(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, m)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}
