package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// TestLongDeepNesting: nesting deeper than a parser goes is unread. A stack that
// overflows ends a Go program with exit code 2, and nothing can be done about it,
// so that every reader needs a limit: yaml/v3, encoding/json and kustomize have one
// of 10,000, and go-jsonnet runs in a process of its own.
func TestLongDeepNesting(t *testing.T) {
	assertion.Long(t)
	const deep = 20_000
	brackets := strings.Repeat("[", deep) + strings.Repeat("]", deep)
	braces := strings.Repeat("{a: ", deep) + strings.Repeat("}", deep)
	object := strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep)
	const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	const app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\n"
	files := map[string]string{
		"flow/a.yaml":               config + "data: " + braces + "\n",
		"sequence/a.yaml":           config + "data:\n" + strings.Repeat("- ", deep) + "a\n",
		"json/a.json":               `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":` + object + "}",
		"lists/a.json":              strings.Repeat(`{"apiVersion":"v1","kind":"List","items":[`, deep) + strings.Repeat("]}", deep),
		"state/a.yaml":              "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: " + braces + "\n",
		"app/a.yaml":                app + "spec: " + braces + "\n",
		"named/kustomization.yaml":  "resources: " + brackets + "\n",
		"built/kustomization.yaml":  "resources: [a.yaml]\n",
		"built/a.yaml":              config + "data: " + braces + "\n",
		"patch/kustomization.yaml":  "resources: [a.yaml]\npatches: [{patch: '" + braces + "'}]\n",
		"patch/a.yaml":              config,
		"plugin/kustomization.yaml": "resources: [a.yaml]\ngenerators: [b.yaml]\n",
		"plugin/a.yaml":             config,
		"plugin/b.yaml":             "apiVersion: builtin\nkind: ConfigMapGenerator\nx: " + braces + "\n",
		"environment/main.jsonnet":  brackets,
		"environment/spec.json":     "{}",
		"spec/main.jsonnet":         "{}",
		"spec/spec.json":            object,
		"program/p.jsonnet":         strings.Repeat("(", deep) + "1" + strings.Repeat(")", deep),
	}
	t.Chdir(t.TempDir())
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	items := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: "
	for _, tt := range []struct{ args, stdin, want string }{
		{args: "check flow"},
		{args: "check sequence"},
		{args: "check json"},
		{args: "check lists"},
		{args: "check named"},
		{args: "check built"},
		{args: "check patch"},
		{args: "check plugin"},
		{args: "check spec"},
		{args: "check environment"},
		{args: "check program/p.jsonnet"},
		{args: "list flow"},
		{args: "list json"},
		{args: "split -d out flow"},
		{args: "split -d out json"},
		{args: "split --check lists"},
		{args: "argocd guard state"},
		{args: "argocd protect state"},
		{args: "argocd check app"},
		{args: "argocd impact --base app --head flow"},
		{args: "restore check state"},
		{args: "filter", stdin: files["flow/a.yaml"]},
		{args: "filter", stdin: files["json/a.json"]},
		{args: "fn", stdin: items + brackets + "\n"},
		{args: "fn", stdin: items + "\n- " + strings.ReplaceAll(files["flow/a.yaml"], "\n", "\n  ") + "\n"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			got := run(t, tt.stdin, strings.Fields(tt.args)...)
			assert.Equal(t, exitNoWork, got.code, "%s%s", got.stdout, got.stderr)
			assert.Regexp(t, "max depth|unresolved: |lists nested", got.stdout+got.stderr)
		})
	}
}
