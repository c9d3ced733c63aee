package flux_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// shelf is a vendor directory with a chart.
type shelf struct {
	chart string // its URL, name and version
	asked []string
}

func (s *shelf) Find(r vendored.Request) (f vendored.Found, err error) {
	key := strings.Join([]string{string(r.Kind), r.URL, r.Name, r.Version}, " ")
	s.asked = append(s.asked, key)
	f.Entry = vendored.Entry{Need: r.Need, SHA256: strings.Repeat("0", 64), Resolved: "1.2.3"}
	if key != s.chart {
		return f, checkout.Errorf(checkout.Remote, "it is not there")
	}
	f.FS = checkout.NewMemoryFS(map[string][]byte{"Chart.yaml": []byte("name: web\n"), "values.yaml": []byte("a: b\n"), "templates/a.yaml": []byte("kind: ConfigMap\n")}, nil)
	return f, nil
}

// TestChartElsewhere: the chart of a HelmRelease is the one that was fetched for its
// HelmRepository or OCIRepository.
func TestChartElsewhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("helm is a shell script here")
	}
	helm := filepath.Join(t.TempDir(), "helm")
	require.NoError(t, os.WriteFile(helm, []byte("#!/bin/sh\nprintf -- '---\\n# Source: web/templates/a.yaml\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x}\\n'\n"), 0o755))
	const release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x, namespace: x}\nspec: {%s}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: %s\nmetadata: {name: s, namespace: x}\nspec: {%s}\n"
	const byRepository = "chart: {spec: {chart: web, version: 1.x, sourceRef: {kind: HelmRepository, name: s}}}"
	const byArtifact = "chartRef: {kind: OCIRepository, name: s}"
	for _, tt := range []struct{ name, spec, kind, source, chart string }{
		{"a repository", byRepository, "HelmRepository", "url: https://charts.example.com", "chart https://charts.example.com web 1.x"},
		{"a registry", byRepository, "HelmRepository", "type: oci, url: oci://ghcr.io/org", "chart oci://ghcr.io/org web 1.x"},
		{"an artifact", byArtifact, "OCIRepository", "url: oci://ghcr.io/org/web, ref: {tag: 1.2.3_4}", "chart oci://ghcr.io/org web 1.2.3+4"},
		{"a range of artifacts", byArtifact, "OCIRepository", "url: oci://ghcr.io/org/web, ref: {tag: 1.2.3, semver: ^1}", "chart oci://ghcr.io/org web ^1"},
		{"a digest", byArtifact, "OCIRepository", "url: oci://ghcr.io/org/web, ref: {digest: 'sha256:0', semver: ^1}", "chart oci://ghcr.io/org web sha256:0"},
		{"nothing", byArtifact, "OCIRepository", "url: oci://ghcr.io/org/web", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := fmt.Sprintf(release, tt.spec, tt.kind, tt.source)
			have := &shelf{chart: tt.chart}
			got := releaseOf(t, tree("flux.yaml", text), flux.Options{Helm: helm, Vendored: have})
			if tt.chart == "" {
				assert.Empty(t, have.asked)
				assert.Equal(t, checkout.Remote, got.Code)
				return
			}
			assert.Equal(t, tt.chart, have.asked[0])
			require.Empty(t, got.Unresolved)
			require.Len(t, got.Objects, 1)
			assert.Contains(t, got.Objects[0].At.Origin, " at ")
			got = releaseOf(t, tree("flux.yaml", text), flux.Options{Helm: helm, Vendored: &shelf{}})
			assert.Equal(t, "its chart is not in this checkout", got.Unresolved.String())
		})
	}
}

// releaseOf is what the HelmRelease of a tree deploys.
func releaseOf(t *testing.T, repo fs.FS, o flux.Options) deploy.Desired {
	t.Helper()
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: o.Adapter})
	rev, err := resolver.Read(repo)
	require.NoError(t, err)
	require.NoError(t, resolver.Resolve(t.Context(), nil, rev))
	for _, d := range rev.Snapshot().Deployers {
		if d.ID.Kind == "HelmRelease" {
			return d.Desired
		}
	}
	t.Fatal("there is no HelmRelease")
	return deploy.Desired{}
}
