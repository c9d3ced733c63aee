package impact_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
)

// script is the one of a guard on the real API server, which has its messages.
func script(t *testing.T, guard string) (text string, files map[string]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "internal", "controlplane", "testdata", "admission", guard+".txtar"))
	require.NoError(t, err)
	archive, files := txtar.Parse(data), map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	return string(archive.Comment), files
}

func tree(files map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func acknowledgements(t *testing.T, base, head map[string]string, resolve deploy.Options) []impact.Acknowledgement {
	t.Helper()
	found, err := impact.Trees(t.Context(), tree(base), tree(head), resolve, impact.Options{})
	require.NoError(t, err)
	return found.Acknowledgements
}

// TestRetargetAsTheMessage: the values are those that the policies print.
func TestRetargetAsTheMessage(t *testing.T) {
	for _, tt := range []struct{ guard, before, after string }{
		{"no-retarget-application", "shop.yaml", "other.yaml"},
		{"no-retarget-applicationset", "set.yaml", "moved.yaml"},
		{"no-retarget-application", "hydrated.yaml", "drier.yaml"},
		{"no-retarget-application", "secret.yaml", "other-secret.yaml"},
	} {
		text, files := script(t, tt.guard)
		files["drier.yaml"] = string(bytes.ReplaceAll([]byte(files["hydrated.yaml"]), []byte("apps/a"), []byte("apps/b")))
		files["other-secret.yaml"] = string(bytes.ReplaceAll([]byte(files["secret.yaml"]), []byte("/shop"), []byte("/other")))
		got := acknowledgements(t, map[string]string{"a.yaml": files[tt.before]}, map[string]string{"a.yaml": files[tt.after]}, deploy.Options{})
		require.NotEmpty(t, got, tt.before)
		last := got[len(got)-1]
		assert.Equal(t, tt.guard, last.Guard)
		assert.Contains(t, text, "it is "+last.Value, "the message of %s", tt.before)
	}
}

const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n"

func named(text, name string) string {
	return string(bytes.ReplaceAll([]byte(text), []byte("NAME"), []byte(name)))
}

// TestTakeoverAsTheMessage is the same for an object that another deployer takes over.
func TestTakeoverAsTheMessage(t *testing.T) {
	argoCD, fluxCD := deploy.Options{}, deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter}
	for _, tt := range []struct {
		guard, deployer, one, two string
		resolve                   deploy.Options
	}{
		{"no-takeover-argocd", `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME, namespace: argocd}
spec: {project: default, source: {repoURL: https://git.example.com/r.git, path: NAME}, destination: {name: in-cluster, namespace: x}}
`, "app1", "app2", argoCD},
		{"no-takeover-flux", `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: NAME, namespace: flux-system}
spec: {path: ./NAME, prune: true, sourceRef: {kind: GitRepository, name: flux-system}, targetNamespace: x}
`, "one", "two", fluxCD},
	} {
		text, _ := script(t, tt.guard)
		base, head := map[string]string{}, map[string]string{}
		for _, name := range []string{tt.one, tt.two} {
			for _, at := range []map[string]string{base, head} {
				at["deployers/"+name+".yaml"], at[name+"/own.yaml"] = named(tt.deployer, name), named(config, "own-"+name)
			}
		}
		base[tt.one+"/c.yaml"], head[tt.two+"/c.yaml"] = named(config, "c"), named(config, "c")
		got := acknowledgements(t, base, head, tt.resolve)
		require.Len(t, got, 1, tt.guard)
		assert.Equal(t, tt.guard, got[0].Guard)
		assert.Contains(t, text, got[0].Annotation+`: "`+got[0].Value+`"`)
		assert.Contains(t, text, got[0].Command[len("kubectl annotate --overwrite configmap -n x"):])
	}
}
