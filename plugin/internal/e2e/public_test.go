package e2e

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// public are modules with manifests, and what "kuniq check ." finds in each. Every
// line was judged by hand to be true: the documentation of Argo CD has its release
// bundle and notifications_catalog applied to one cluster, and the last one wins;
// cert-manager has a leftover copy of namespace.yaml; the objects without a name are
// templates for sed, and input for gator, which needs none.
var public = []struct {
	module   string
	findings []string // rule, object if it has a name, and a file
	apart    int      // findings between what is not deployed together
}{
	{
		"github.com/argoproj/argo-cd/v3@v3.5.7",
		[]string{
			"duplicate-object ConfigMap argocd-notifications-cm notifications_catalog/install.yaml",
			"no-name test/remote/argocd-remote-permissions.yaml",
			"no-name test/remote/argocd-remote-permissions.yaml",
		},
		98,
	},
	{
		"github.com/cert-manager/cert-manager@v1.17.0",
		[]string{"identical-object Namespace cert-manager deploy/manifests/namespace.yaml"},
		0,
	},
	{"sigs.k8s.io/cluster-api@v1.14.2", nil, 3},
	{
		"github.com/open-policy-agent/gatekeeper/v3@v3.23.1",
		[]string{"no-name test/gator/verify/allow_foo.yaml", "no-name test/gator/verify/deny_foo.yaml"},
		77, // 7 of them about files that a kustomization leaves out
	},
	{"sigs.k8s.io/kustomize/kustomize/v5@v5.8.2", nil, 0},
	{"sigs.k8s.io/kustomize/api@v0.21.2", nil, 0},
}

// TestPublicManifests: in manifests of others nothing is found that is not so. The
// exit code is 3, because each of these has something that cannot be rendered
// without the network or without helm, or has no objects but in its tests.
func TestPublicManifests(t *testing.T) {
	asked(t)
	for _, c := range public {
		t.Run(path.Base(c.module), func(t *testing.T) {
			var report struct {
				Diagnostics []struct {
					Rule         string
					ID           struct{ Kind, Name string }
					Declarations []struct{ File string }
				}
				Suppressed []struct{ By, Reason string }
			}
			require.NoError(t, json.Unmarshal(kuniq(t, moduleDir(t, c.module), 3, "check", "-o", "json", "."), &report))
			var found []string
			for _, d := range report.Diagnostics {
				last := d.Declarations[len(d.Declarations)-1].File
				found = append(found, strings.Join(strings.Fields(d.Rule+" "+d.ID.Kind+" "+d.ID.Name+" "+last), " "))
			}
			slices.Sort(found)
			require.Equal(t, c.findings, found)
			require.Len(t, report.Suppressed, c.apart)
			for _, s := range report.Suppressed {
				require.Equal(t, "not-deployed-together", s.By)
				require.NotEmpty(t, s.Reason)
			}
		})
	}
}

// moduleDir downloads a module and returns its directory.
func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := command(t, root(t), "go", "mod", "download", "-json", module)
	require.NoError(t, err, out)
	var m struct{ Dir string }
	require.NoError(t, json.Unmarshal([]byte(out[strings.IndexByte(out, '{'):]), &m))
	return m.Dir
}
