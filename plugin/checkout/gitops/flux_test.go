package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// TestRelease: the release of a HelmRelease called web in the namespace flux-system.
func TestRelease(t *testing.T) {
	long := strings.Repeat("a", 60)
	for _, tt := range []struct{ spec, storage, name, namespace string }{
		{"{}", "flux-system", "web", "flux-system"},
		{"{targetNamespace: apps}", "flux-system", "apps-web", "apps"},
		{"{targetNamespace: apps, releaseName: x}", "flux-system", "x", "apps"},
		{"{storageNamespace: s, releaseName: x}", "s", "x", "flux-system"},
		{"{releaseName: " + long + "}", "flux-system", long[:40] + "-11ee391211c6", "flux-system"},
	} {
		d := gitops.Parse(gitops.Flux, "", "hr.yaml", []byte("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\nspec: "+tt.spec+"\n"))
		require.Len(t, d.HelmReleases, 1)
		storage, name := d.HelmReleases[0].Release()
		assert.Equal(t, tt.storage, storage)
		assert.Equal(t, tt.name, name)
		assert.Equal(t, tt.namespace, d.HelmReleases[0].Namespace())
		assert.LessOrEqual(t, len(name), 53)
	}
}

// TestFluxSources: sources and the objects of flux-operator are read, in all versions.
func TestFluxSources(t *testing.T) {
	for kind, group := range map[string]string{
		"GitRepository": "source.toolkit.fluxcd.io/v1beta2", "OCIRepository": "source.toolkit.fluxcd.io/v1", "Bucket": "source.toolkit.fluxcd.io/v1",
		"HelmRepository": "source.toolkit.fluxcd.io/v1", "HelmChart": "source.toolkit.fluxcd.io/v1", "ExternalArtifact": "source.toolkit.fluxcd.io/v1",
		"ArtifactGenerator": "source.extensions.fluxcd.io/v1beta1", "ResourceSet": "fluxcd.controlplane.io/v1", "FluxInstance": "fluxcd.controlplane.io/v1",
	} {
		d := gitops.Parse(gitops.Flux, "", "s.yaml", []byte("apiVersion: "+group+"\nkind: "+kind+"\nmetadata: {name: a}\n"))
		assert.Equal(t, 1, len(d.FluxSources)+len(d.FluxOperated), kind)
		assert.Empty(t, d.Problems)
	}
	assert.Empty(t, gitops.Parse(gitops.Flux, "", "s.yaml", []byte("apiVersion: example.com/v1\nkind: GitRepository\nmetadata: {name: toolkit.fluxcd.io}\n")).FluxSources)
}
