package helm

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// TestHelmArguments: a file's name is a stranger's, and helm would take a comma
// in it for the end of one path and the beginning of a URL.
func TestHelmArguments(t *testing.T) {
	temp := t.TempDir()
	sly := "c/v.yaml,https://example.com/x.yaml"
	j := job.Job{
		Target: job.Target{Target: checkout.Target{Dir: "c"}, Helm: job.Helm{
			Release: "--post-renderer=sh", Namespace: "n", Values: []string{sly}, Inline: []byte("a: b"), SkipCRDs: true, SkipTests: true,
			Set:         []job.HelmValue{{Name: "a", Value: "1"}, {Name: "b", Value: "true", String: true}, {Name: "c", Value: sly, File: true}},
			KubeVersion: "1.30", APIVersions: []string{"v1", "x/v1"},
		}},
		Files: map[string][]byte{sly: []byte("hello")},
	}
	args, err := template{j, temp}.arguments()
	require.NoError(t, err)
	given := func(i int) string { return filepath.Join(temp, fmt.Sprintf("given-%d", i)) }
	assert.Equal(t, []string{
		"template", "--namespace=n", "--skip-tests", "--values=" + given(0), "--values=" + given(1),
		"--set=a=1", "--set-string=b=true", "--set-file=c=" + given(2), "--kube-version=1.30", "--api-versions=v1", "--api-versions=x/v1",
		"--", "--post-renderer=sh", filepath.Join(temp, "tree", "c"),
	}, args)
	for i, want := range []string{"hello", "a: b", "hello"} {
		data, err := os.ReadFile(given(i))
		require.NoError(t, err)
		assert.Equal(t, want, string(data))
	}
}

// TestInTemplate: what helm printed is found in the template again.
func TestInTemplate(t *testing.T) {
	out := `---
# Source: web/crds/crd.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
---
# Source: web/templates/all.yaml
apiVersion: v1
kind: Service
metadata: {name: one}
---
# Source: web/templates/all.yaml
apiVersion: v1
kind: Service
metadata:
  name: two
  annotations: {x: "# Source: web/crds/crd.yaml"}
---
# Source: web/charts/lib/templates/a.yaml
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {k: hunter2}
---
# Source: ../../etc/passwd
apiVersion: v1
kind: ConfigMap
metadata: {name: sly}
`
	j := job.Job{
		Target: job.Target{Target: checkout.Target{Dir: "charts/web", Kind: checkout.Chart}}, Origins: true,
		Files: map[string][]byte{
			"charts/web/crds/crd.yaml":                 []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n"),
			"charts/web/templates/all.yaml":            []byte("{{ range list 1 2 }}\n---\napiVersion: v1\nkind: Service\n{{ end }}\n"),
			"charts/web/charts/lib/templates/a.yaml":   []byte("{{ if true }}\nkind: {{ \"Secret\" }}\n{{ end }}\n"),
			"charts/web/charts/lib/templates/more.txt": nil,
		},
		Moved: map[string]string{"charts/web/charts/lib/templates/a.yaml": "charts/lib/templates/a.yaml"},
	}
	r := template{Job: j}.parse([]byte(out))
	var got []string
	for _, o := range r.Objects {
		got = append(got, o.Kind+" "+o.Namespace+"/"+o.Name)
	}
	assert.Equal(t, []string{"ConfigMap /plain", "Service /one", "Service /two", "Secret /s", "ConfigMap /sly"}, got)
	assert.Equal(t, []dupcheck.Position{
		{File: "charts/web/crds/crd.yaml", Line: 3, Column: 18},
		{File: "charts/web/templates/all.yaml", Line: 4, Column: 7},
		{File: "charts/web/templates/all.yaml", Line: 4, Column: 7},
		{File: "charts/lib/templates/a.yaml"},
		{},
	}, r.Places)
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"plain"}}`, string(r.Contents[0]))
}
