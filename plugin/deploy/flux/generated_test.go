package flux_test

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
)

// generator makes the ExternalArtifact "apps" of copies.
func generator(copies string) string {
	return fmt.Sprintf("apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata: {name: g, namespace: flux-system}\n"+
		"spec:\n  sources: [{alias: repo, kind: GitRepository, name: flux-system}]\n  artifacts: [{name: apps, copy: [%s]}]\n", copies)
}

// generated is a checkout whose Kustomization deploys a directory of "apps".
func generated(copies, path string, more ...string) fstest.MapFS {
	out := tree(
		"clusters/apps.yaml", fmt.Sprintf("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\n"+
			"spec: {path: %s, prune: true, sourceRef: {kind: ExternalArtifact, name: apps}}\n", path),
		"clusters/artifacts.yaml", generator(copies),
		"apps/base/kustomization.yaml", "resources: [data.yaml, config.yaml]\n",
		"apps/base/data.yaml", volume,
		"apps/base/config.yaml", config,
		"apps/prod/kustomization.yaml", "resources: [../base]\n",
		"README.md", "Hello.\n")
	maps.Copy(out, tree(more...))
	return out
}

func compareTrees(t *testing.T, base, head fs.FS) impact.Result {
	t.Helper()
	got, err := impact.Trees(t.Context(), base, head, deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter}, impact.Options{})
	require.NoError(t, err)
	return got
}

func TestImpactOfGenerated(t *testing.T) {
	const both = `{from: "@repo/apps/base/**", to: "@artifact/base/"}, {from: "@repo/apps/prod/**", to: "@artifact/prod/"}`
	const whole = `{from: "@repo/apps", to: "@artifact/"}`
	const without = "resources: [config.yaml]\n"
	listed := []string{"clusters/kustomization.yaml", "resources: [apps.yaml, artifacts.yaml]\n"}
	each := []string{"clusters/artifacts.yaml", strings.Replace(generator(both), "spec:\n", "spec:\n  pathPattern: '@repo/apps/{app}'\n", 1)}
	for _, tt := range []struct {
		name           string
		base, head     fstest.MapFS
		removed        int
		fails, unknown bool
	}{
		{"a file that it is not made of", generated(both, "./prod"), generated(both, "./prod", "README.md", "Bye.\n", "scripts/run.sh", "true\n"), 0, false, false},
		{"a file that it is made of", generated(both, "./prod"), generated(both, "./prod", "apps/base/kustomization.yaml", without), 1, true, false},
		{"a directory as a whole", generated(whole, "./apps/prod"), generated(whole, "./apps/prod", "apps/base/kustomization.yaml", without), 1, true, false},
		{"a path that leads out", generated(both, "../../prod"), generated(both, "../../prod", "apps/base/kustomization.yaml", without), 1, true, false},
		{"a generator that a kustomization lists", generated(both, "./prod", listed...), generated(both, "./prod", append(listed, "apps/base/kustomization.yaml", without)...), 1, true, false},
		{"another copy of the same", generated(both, "./prod"), generated(whole, "./apps/prod"), 0, false, false},
		{"all is left out", generated(whole, "./apps/base"), generated(`{from: "@repo/apps/**", to: "@artifact/apps/", exclude: ["*.yaml"]}`, "./apps/base"), 2, true, false},
		{"nothing matches", generated(both, "./prod"), generated(both+`, {from: "@repo/more/**", to: "@artifact/more/"}`, "./prod", "apps/base/kustomization.yaml", without), 0, true, false},
		{"no such directory", generated(both, "./prod"), generated(`{from: "@repo/apps/prod/**", to: "@artifact/prod/"}`, "./prod"), 0, true, false},
		{"elsewhere", generated(both, "./prod"), generated(`{from: "@repo/apps/base/**", to: "@artifact/base/"}, {from: "@repo/apps/prod/**", to: "@artifact/production/"}`, "./production"), 0, true, true},
		{"files by their names", generated(`{from: "@repo/apps/base/data.yaml", to: "@artifact/apps/base/"}, {from: "@repo/apps/base/config.yaml", to: "@artifact/apps/base/config.yaml"}`, "./apps/base"), generated(`{from: "@repo/apps/base/config.yaml", to: "@artifact/apps/base/config.yaml"}`, "./apps/base"), 1, true, false},
		{"files that are merged", generated(both, "./prod"), generated(strings.ReplaceAll(both, "}", ", strategy: Merge}"), "./prod"), 0, false, false},
		{"a file that is left out by its name", generated(`{from: "@repo/apps/base/**", to: "@artifact/", exclude: [kustomization.yaml]}`, "."), generated(`{from: "@repo/apps/base/**", to: "@artifact/", exclude: [kustomization.yaml, data.yaml]}`, "."), 1, true, false},
		{"an artifact of each directory", generated(both, "./prod", each...), generated(both, "./prod", append(each, "apps/base/kustomization.yaml", without)...), 0, true, true},
		{"an artifact of each directory, and no change", generated(both, "./prod", each...), generated(both, "./prod", each...), 0, false, false},
		{"an archive", generated(`{from: "@repo/a.tgz", to: "@artifact/", strategy: Extract}`, "."), generated(`{from: "@repo/b.tgz", to: "@artifact/", strategy: Extract}`, "."), 0, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := compareTrees(t, tt.base, tt.head)
			removed := 0
			for _, c := range got.Deployers {
				removed += len(c.Removed)
			}
			assert.Equal(t, tt.removed, removed, "%+v", got.Deployers)
			assert.Equal(t, tt.fails, got.Fails())
			assert.Equal(t, tt.unknown, got.Unknown > 0)
		})
	}
}
