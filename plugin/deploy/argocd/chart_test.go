package argocd_test

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
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// printer stands for helm: it prints an object with the values that it was given for a
// name.
const printer = `#!/bin/sh
name=$(for arg; do case $arg in --values=*) cat "${arg#--values=}";; esac; done | tr -dc a-z0-9)
printf -- '---\n# Source: x/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "n%s"}\n' "$name"
`

func fakeHelm(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("it is a shell script")
	}
	name := filepath.Join(t.TempDir(), "helm")
	require.NoError(t, os.WriteFile(name, []byte(printer), 0o755))
	return name
}

// shelf is a vendor directory with charts, by their URL, name and version.
type shelf struct {
	charts map[string]fs.FS
	asked  []string
}

func (s *shelf) Find(r vendored.Request) (f vendored.Found, err error) {
	key := strings.Join([]string{r.URL, r.Name, r.Version}, " ")
	s.asked = append(s.asked, key)
	f.Entry = vendored.Entry{Need: r.Need, SHA256: fmt.Sprintf("%064x", len(key)), Resolved: "1.2.3"}
	if f.FS = s.charts[key]; f.FS == nil {
		err = checkout.Errorf(checkout.Remote, "it is not there")
	}
	return f, err
}

// TestChartElsewhere: the chart of a source is the one that was fetched, with values of
// the chart and of other sources.
func TestChartElsewhere(t *testing.T) {
	web := checkout.NewMemoryFS(map[string][]byte{"Chart.yaml": []byte("name: web\n"), "values-prod.yaml": []byte("ofchart\n"), "templates/a.yaml": []byte("kind: ConfigMap\n")}, nil)
	have := &shelf{charts: map[string]fs.FS{"https://charts.example.com web 1.x": web, "oci://ghcr.io/org web 1.2.3": web}}
	const one = "\n  source: {repoURL: %s, chart: web, targetRevision: %s, helm: {%s}}\n"
	const two = "\n  sources:\n  - {repoURL: %s, chart: web, targetRevision: %s, helm: {%s}}\n  - {repoURL: https://git.example.com/config, targetRevision: HEAD, ref: v}\n"
	for _, tt := range []struct{ name, spec, url, version, helm, want, unresolved string }{
		{"a repository", one, "https://charts.example.com", "1.x", "", "n", ""},
		{"a registry", one, "ghcr.io/org", "1.2.3", "", "n", ""},
		{"values of the chart", one, "ghcr.io/org", "1.2.3", "valueFiles: [values-prod.yaml], values: inline", "nofchartinline", ""},
		{"values of another source", two, "https://charts.example.com", "1.x", "valueFiles: [values-prod.yaml, $v/env/a.yaml, $v/env/b.yaml]", "nofchartbesidemore", ""},
		{"values that are missing", two, "https://charts.example.com", "1.x", "valueFiles: [$v/env/c.yaml]", "", `its values "$v/env/c.yaml" are not there`},
		{"another version", one, "https://charts.example.com", "2.x", "", "", "the chart or image is in a registry, from which nothing is fetched"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := app{name: "a"}.String()
			from, to := strings.Index(text, "\n  source:"), strings.Index(text, "  destination:")
			text = text[:from] + fmt.Sprintf(tt.spec, tt.url, tt.version, tt.helm) + text[to:]
			repo := checkout.NewCachingFS(tree("apps.yaml", text, "env/a.yaml", "beside\n", "env/b.yaml", "more\n"))
			o := argocd.Options{Checkout: argocd.Repository{Remotes: []string{"https://git.example.com/config"}}, Helm: fakeHelm(t), Vendored: have}
			got := built(t, repo, o)
			assert.Equal(t, tt.unresolved, got.Unresolved.String())
			if tt.unresolved != "" {
				return
			}
			require.Equal(t, tt.want, objectsOf(got))
			if tt.helm == "" {
				assert.Contains(t, got.Objects[0].At.Origin, tt.version)
			}
			o.Helm = ""
			assert.Equal(t, checkout.NeedsHelm, built(t, repo, o).Code)
		})
	}
	assert.Contains(t, have.asked, "https://charts.example.com web 2.x")
}
