package cli

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/assertion"
)

// reasonsTree has something that cannot be rendered for every renderer and resolver.
var reasonsTree = map[string]string{
	"top/a/kustomization.yaml":           "resources: [b]\n",
	"top/a/b/kustomization.yaml":         "resources: [c]\n",
	"top/a/b/c/kustomization.yaml":       "resources: [missing-1]\n",
	"top/inner/kustomization.yaml":       "namePrefix: [\n",
	"top/alone/kustomization.yaml":       "resources: [../alone]\n",
	"top/web/Chart.yaml":                 "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: dep, version: 1.0.0, repository: \"file://../missing-2\"}]\n",
	"top/web/templates/web.yaml":         "a: {{ fail `no` }}\n",
	"top/inflate/kustomization.yaml":     "helmCharts: [{name: web, version: 1.0.0, repo: https://charts.example.com}]\n",
	"top/env/main.jsonnet":               "error 'no'\n",
	"top/env/spec.json":                  "{}\n",
	"top/spec/main.jsonnet":              "{}\n",
	"top/spec/spec.json":                 "[\n",
	"top/remote/kustomization.yaml":      "resources: [\"https://github.com/org/repo//base?ref=v1\"]\n",
	"top/plain/plain.yaml":               "apiVersion: v1\nkind: ConfigMap\nmetadata: [\n",
	"top/roots/kustomization.yaml":       "resources: [declared.yaml, missing-3.yaml]\n",
	"top/roots/declared.yaml":            reasonsApp("root"),
	"top/several/kustomization.yaml":     "resources: []\n",
	"top/several/kustomization.yml":      "resources: []\n",
	"top/lists/kustomization.yaml":       "resources: [all.yaml]\n",
	"top/lists/all.yaml":                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
	"top/lists/other.yaml":               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
	"top/below/kustomization.yaml":       "resources:\n- ../lists/all.yaml\n- missing-4.yaml\n",
	"top/run.sh":                         "kubectl apply -f lists/all.yaml\n",
	"top/overridden/.argocd-source.yaml": "[\n",
	"top/apps/declared.yaml":             reasonsApp("a") + reasonsApp("web") + reasonsApp("env") + reasonsApp("plain") + reasonsApp("overridden"),
	"top/flux/declared.yaml":             reasonsKustomization("a") + reasonsKustomization("several") + reasonsKustomization("inner"),
	"else/here":                          "",
	"top/sub/here":                       "",
}

func reasonsApp(dir string) string {
	return `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ` + dir + `, namespace: argocd}
spec:
  source: {repoURL: "", path: ` + dir + `, targetRevision: HEAD}
  destination: {server: https://kubernetes.default.svc, namespace: shop}
`
}

func reasonsKustomization(dir string) string {
	return `---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ` + dir + `, namespace: flux-system}
spec: {interval: 1m, path: ` + dir + `, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
`
}

// reasonsPath matches paths that end in the name of a file of reasonsTree.
var reasonsPath = regexp.MustCompile(`(?:^|[^\w./-])([\w./-]*/)?(kustomization\.ya?ml|Chart\.yaml|web\.yaml|main\.jsonnet|spec\.json|plain\.yaml|all\.yaml|other\.yaml|run\.sh|\.argocd-source\.yaml|declared\.yaml)\b`)

// asWritten matches texts of files, which stay as they are written, and the name of a file
// without its directory.
var asWritten = regexp.MustCompile(`kubectl apply .*|\S* becomes .*|"old": .*|\S* holds |in \S* belongs `)

// TestReasonsAreAsReached: each file that a reason or a message names exists from the
// working directory.
func TestReasonsAreAsReached(t *testing.T) {
	reasonsFrom(t, place{"top/sub", ".."})
}

func TestLongReasonsAreAsReached(t *testing.T) {
	assertion.Long(t)
	reasonsFrom(t, place{"top", "."}, place{"else", "../top"})
}

// place is a working directory, and where the top is from there.
type place struct{ dir, top string }

func reasonsFrom(t *testing.T, places ...place) {
	t.Helper()
	tree(t, reasonsTree)
	require.NoError(t, os.CopyFS("base", os.DirFS("top")))
	require.NoError(t, os.WriteFile("base/a/b/c/kustomization.yaml", []byte("resources: []\n"), 0o666))
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"}} {
		require.NoError(t, exec.Command("git", append([]string{"-C", "top"}, args...)...).Run())
	}
	require.NoError(t, os.WriteFile("top/run.sh", []byte(reasonsTree["top/run.sh"]+"\n"), 0o666))
	helm, err := exec.LookPath("false")
	require.NoError(t, err)
	top, err := filepath.Abs("top")
	require.NoError(t, err)
	reports := slices.DeleteFunc(slices.Clone(report.Formats()), func(format string) bool { return format == "html" }) // with other names
	commands := []struct {
		args    string
		formats []string
		want    string // the files that are named, below the top
	}{
		{"check DIR", reports, "a/b/c/kustomization.yaml inner/kustomization.yaml alone/kustomization.yaml inflate/kustomization.yaml env/main.jsonnet spec/spec.json remote/kustomization.yaml roots/kustomization.yaml"},
		{"check --helm HELM DIR", []string{"oneline", "json"}, "web/Chart.yaml inflate/kustomization.yaml"},
		{"guard DIR", []string{"text", "sarif"}, "a/b/c/kustomization.yaml env/main.jsonnet"},
		{"list DIR", []string{"text"}, "a/b/c/kustomization.yaml"},
		{"argocd protect DIR", nil, "a/b/c/kustomization.yaml"},
		{"argocd check --all DIR", []string{"text", "junit"}, "roots/kustomization.yaml a/b/c/kustomization.yaml env/main.jsonnet plain/plain.yaml overridden/.argocd-source.yaml"},
		{"flux check DIR", []string{"oneline", "json"}, "a/b/c/kustomization.yaml several/kustomization.yml inner/kustomization.yaml"},
		{"argocd impact --base DIR/../base --head DIR", []string{"text", "json"}, "roots/kustomization.yaml"},
		{"flux impact --base DIR/../base --head DIR", []string{"text", "json", "markdown"}, "a/b/c/kustomization.yaml"},
		{"vendor DIR", []string{"text", "json"}, "remote/kustomization.yaml"},
		{"migrate DIR", splitFormats, "lists/all.yaml lists/other.yaml below/kustomization.yaml run.sh"},
		{"migrate --skip DIR/lists/other.yaml DIR", splitFormats, "lists/all.yaml below/kustomization.yaml"},
		{"split --check DIR", []string{"text", "json"}, "plain/plain.yaml"},
	}
	for _, from := range places {
		t.Run(from.dir, func(t *testing.T) {
			t.Chdir(filepath.Join(filepath.Dir(top), from.dir))
			for _, c := range commands {
				formats := c.formats
				if formats == nil {
					formats = []string{""}
				}
				for _, format := range formats {
					args := strings.Fields(strings.NewReplacer("HELM", helm, "DIR", from.top).Replace(c.args))
					if format != "" {
						args = append(args, "-o", format)
					}
					got := run(t, "", args...)
					output := asWritten.ReplaceAllString(got.stdout+got.stderr, "")
					named := map[string]bool{}
					for _, found := range reasonsPath.FindAllStringSubmatch(output, -1) {
						name := strings.TrimPrefix(found[1]+found[2], "//") // of file:///
						named[path.Clean(name)] = true
						assert.FileExists(t, name, "%s: %s", args, output)
					}
					for _, want := range strings.Fields(c.want) {
						assert.True(t, named[path.Join(filepath.ToSlash(from.top), want)], "%s does not name %s: %s", args, want, output)
					}
				}
			}
		})
	}
}
