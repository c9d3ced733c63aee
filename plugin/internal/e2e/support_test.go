package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSupportPage: docs/support.md names the versions that the tests use.
func TestSupportPage(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(root(t), name))
		require.NoError(t, err)
		return string(data)
	}
	page := read("docs/support.md")
	for _, x := range []tool{kustomize, helm3, helm4, jsonnet20, jsonnet22, tanka} {
		assert.Contains(t, page, x.version, x.pkg)
	}
	for _, x := range []struct{ file, version, form string }{
		{"go.mod", `(?m)^go (1\.\d+)`, "tool | %"},
		{"dupcheck/go.mod", `(?m)^go (1\.\d+)`, "libraries | %"},
		{"go.mod", `kustomize/api (v\S+)`, "`kustomize/api` %"},
		{"plugin/internal/fluxoracle/go.mod", `fluxcd/pkg/kustomize (v\S+)`, "`fluxcd/pkg/kustomize` %"},
		{"plugin/internal/controlplane/go.mod", `k8s.io/kubernetes v(\S+)`, "| Kubernetes | %"},
		{"plugin/internal/controlplane/admission_test.go", `Emulated: "([0-9.]+)"`, "policies also as %"},
	} {
		found := regexp.MustCompile(x.version).FindStringSubmatch(read(x.file))
		require.NotNil(t, found, x.file)
		assert.Contains(t, page, strings.Replace(x.form, "%", found[1], 1), x.file)
	}
}
