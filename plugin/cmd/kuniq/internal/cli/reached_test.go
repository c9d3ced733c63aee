package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/impact"
)

// reachedTree has something to report for every command.
var reachedTree = map[string]string{
	"top/deploy/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
	"top/deploy/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n",
	"top/deploy/c.yaml": "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {volumeName: c}\n",
	"top/apps/app.yaml": `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: "", path: deploy, targetRevision: HEAD}
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  syncPolicy: {automated: {prune: true}}
`,
	"sub/here": "",
}

// reachedPath is the path of a file of reachedTree in an output, as far as it goes.
var reachedPath = regexp.MustCompile(`[\w./-]*\b(?:deploy/(?:[abc]|gone)\.yaml|apps/app\.yaml)`)

// TestPathsAreAsReached: each path in each output names a file from the working
// directory, and is absolute as the argument is.
func TestPathsAreAsReached(t *testing.T) {
	tree(t, reachedTree)
	top, err := filepath.Abs("top")
	require.NoError(t, err)
	require.NoError(t, os.CopyFS("base", os.DirFS("top")))
	require.NoError(t, os.WriteFile("base/deploy/gone.yaml", []byte("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: gone}\n"), 0o666))
	t.Chdir("sub")
	commands := map[string][]string{
		"check DIR": report.Formats(), "guard DIR": report.Formats(), "argocd check DIR": report.Formats(),
		"split --check DIR": report.Formats(), "list DIR": report.ListFormats(), "argocd protect DIR": nil,
		"restore check DIR":          splitFormats,
		"split --dry-run -d out DIR": splitFormats, "argocd impact --base DIR/../base --head DIR": impact.Formats(),
	}
	for command, formats := range commands {
		if formats == nil {
			formats = []string{"text"}
		}
		for _, format := range formats {
			for _, dir := range []string{"../top", "../sub/../top/", top} {
				args := strings.Fields(strings.ReplaceAll(command, "DIR", dir))
				if command != "argocd protect DIR" {
					args = append(args, "-o", format)
				}
				got := run(t, "", args...)
				found := reachedPath.FindAllString(got.stdout, -1)
				require.NotEmpty(t, found, "%s: %s%s", args, got.stdout, got.stderr)
				for _, path := range append(found, reachedPath.FindAllString(got.stderr, -1)...) {
					path = strings.TrimPrefix(path, "//") // of file:///
					assert.FileExists(t, path, args)
					assert.Equal(t, filepath.IsAbs(dir), filepath.IsAbs(path), "%s: %s", args, path)
				}
			}
		}
	}
}
