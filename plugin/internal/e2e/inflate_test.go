package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// inflated are kustomizations that inflate charts of testdata/inflate, with more files
// in some. One that has refused is refused by kustomize as well.
var inflated = map[string]struct {
	kustomization string
	files         map[string]string
	refused       bool
}{
	"the defaults":             {kustomization: "helmCharts: [{name: web}]"},
	"names":                    {kustomization: "helmCharts: [{name: web, releaseName: prod, namespace: shop}]"},
	"definitions":              {kustomization: "helmCharts: [{name: web, releaseName: prod, includeCRDs: true}]"},
	"without hooks":            {kustomization: "helmCharts: [{name: web, releaseName: prod, skipHooks: true}]"},
	"without tests":            {kustomization: "helmCharts: [{name: web, releaseName: prod, skipTests: true}]"},
	"versions":                 {kustomization: "helmCharts: [{name: web, kubeVersion: '1.29', apiVersions: [example.com/v1, example.com/v2], debug: true, devel: true}]"},
	"a template of the name":   {kustomization: "helmCharts: [{name: web, nameTemplate: '{{ \"A\" | lower }}-x'}]"},
	"both names":               {kustomization: "helmCharts: [{name: web, releaseName: b, nameTemplate: a}]", refused: true},
	"values of a file":         {kustomization: "helmCharts: [{name: web, valuesFile: values/one.yaml}]"},
	"further values":           {kustomization: "helmCharts: [{name: web, valuesFile: values/one.yaml, additionalValuesFiles: [values/two.yaml, values/one.yaml]}]"},
	"inline values":            {kustomization: "helmCharts: [{name: web, valuesInline: {name: inline, list: [z], nested: {two: {four: 4}}, y: 1000000, gone: null, text: '1'}}]"},
	"inline values over those": {kustomization: "helmCharts: [{name: web, valuesFile: values/one.yaml, valuesMerge: override, valuesInline: {name: inline, nested: {one: null}}}]"},
	"inline values under them": {kustomization: "helmCharts: [{name: web, valuesFile: values/one.yaml, valuesMerge: merge, valuesInline: {name: inline, more: 1.5, nested: {five: 5}}}]"},
	"inline values alone":      {kustomization: "helmCharts: [{name: web, valuesFile: values/one.yaml, valuesMerge: replace, valuesInline: {name: inline, replicas: 3}}]"},
	"merged in no way":         {kustomization: "helmCharts: [{name: web, valuesMerge: other}]", refused: true},
	"a namespace around":       {kustomization: "namespace: around\nresources: [config.yaml]\nhelmCharts: [{name: web}, {name: pulled, version: 2.0.0, repo: 'https://charts.example.com', releaseName: p, namespace: own}]"},
	"a name around":            {kustomization: "namePrefix: a-\nnameSuffix: -z\ncommonLabels: {team: x}\nhelmCharts: [{name: web, releaseName: r}]"},
	"patches":                  {kustomization: "helmCharts: [{name: web, releaseName: r}]\npatches:\n- {target: {kind: Deployment}, patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"renamed\"}]'}\n- {patch: '{apiVersion: v1, kind: Secret, metadata: {name: r-one}, $patch: delete}'}"},
	"a chart of charts":        {kustomization: "helmCharts: [{name: umbrella, releaseName: u}]"},
	"a version in the name":    {kustomization: "helmCharts: [{name: pulled, version: 2.0.0, repo: oci://example.com/charts, releaseName: p}]"},
	"another version":          {kustomization: "helmCharts: [{name: web, version: 9.9.9}]"},
	"the old field":            {kustomization: "helmChartInflationGenerator: [{chartName: web, releaseName: old, releaseNamespace: lost, values: values/one.yaml, valuesLocal: {name: local}, valuesMerge: merge, extraArgs: [--no-hooks]}]"},
	"a home":                   {kustomization: "helmGlobals: {chartHome: home, configHome: config}\nhelmCharts: [{name: c}]", files: map[string]string{"home/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "home/c/values.yaml": "a: b\n", "home/c/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"}},
	"a generator":              {kustomization: "namespace: around\ngenerators: [chart.yaml]\nconfigMapGenerator: [{name: g, files: [generated.txt]}]"},
	"an inline generator":      {kustomization: "generators:\n- |-\n  # inline\n  {apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {name: x}, name: web, releaseName: inline}\n"},
	"everything in its order":  {kustomization: "sortOptions: {order: fifo}\nresources: [config.yaml]\nhelmCharts: [{name: umbrella}]\nconfigMapGenerator: [{name: g, literals: [a=b]}]\ncomponents: [part]", files: map[string]string{"part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [c.yaml]\n", "part/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"}},
	"bases":                    {kustomization: "namespace: top\nresources: [one, two]", files: map[string]string{"one/kustomization.yaml": "namespace: mine\nnamePrefix: one-\nresources: [../base]\n", "two/kustomization.yaml": "helmCharts: [{name: c, releaseName: two}]\n", "two/charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "two/charts/c/values.yaml": "{}\n", "two/charts/c/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Namespace }}'}\n", "base/kustomization.yaml": "helmCharts: [{name: d}]\n", "base/charts/d/Chart.yaml": "apiVersion: v2\nname: d\nversion: 1.0.0\n", "base/charts/d/values.yaml": "{}\n", "base/charts/d/templates/a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: '{{ .Release.Namespace }}'}\n"}},
	"a component":              {kustomization: "namespace: top\ncomponents: [part]", files: map[string]string{"part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nhelmCharts: [{name: c, releaseName: two}]\npatches: [{target: {kind: ConfigMap}, patch: '[{\"op\": \"add\", \"path\": \"/data\", \"value\": {\"a\": \"b\"}}]'}]\n", "part/charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "part/charts/c/values.yaml": "{}\n", "part/charts/c/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Namespace }}'}\n"}},
	"nothing":                  {kustomization: "helmCharts: [{name: nothing}]"},
	"a chart without values":   {kustomization: "helmCharts: [{name: c}]", files: map[string]string{"charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n"}, refused: true},
	"values of nothing":        {kustomization: "helmCharts: [{name: web, valuesFile: empty.yaml, valuesInline: {name: x}}]", files: map[string]string{"empty.yaml": "# nothing\n"}, refused: true},
	"empty values":             {kustomization: "helmCharts: [{name: web, valuesFile: empty.yaml, valuesInline: {name: x}}]", files: map[string]string{"empty.yaml": ""}, refused: true},
	"values outside":           {kustomization: "helmCharts: [{name: web, valuesFile: ../outside.yaml}]", files: map[string]string{"../outside.yaml": "name: x\n"}, refused: true},
	"further values outside":   {kustomization: "helmCharts: [{name: web, additionalValuesFiles: [../outside.yaml]}]", files: map[string]string{"../outside.yaml": "name: x\n"}, refused: true},
	"a home outside":           {kustomization: "helmGlobals: {chartHome: ../home}\nhelmCharts: [{name: c}]", files: outside, refused: true},
	"its values inside":        {kustomization: "helmGlobals: {chartHome: ../home}\nhelmCharts: [{name: c, valuesFile: values/one.yaml}]", files: outside},
	"no values of it":          {kustomization: "helmGlobals: {chartHome: ../home}\nhelmCharts: [{name: c, valuesMerge: replace, valuesInline: {a: b}}]", files: outside},
	"no chart":                 {kustomization: "helmCharts: [{name: none}]", refused: true},
	"no name":                  {kustomization: "helmCharts: [{releaseName: x}]", refused: true},
	"a flag for a release":     {kustomization: "helmCharts: [{name: web, releaseName: --debug}]", refused: true},
	"a template that fails":    {kustomization: "helmCharts: [{name: c}]", files: map[string]string{"charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "charts/c/values.yaml": "{}\n", "charts/c/templates/a.yaml": "{{ fail \"no\" }}\n"}, refused: true},
	"one release twice":        {kustomization: "helmCharts: [{name: pulled, version: 2.0.0, repo: 'https://x.example.com'}, {name: pulled, version: 2.0.0, repo: 'https://x.example.com'}]", refused: true},
	"an object beside":         {kustomization: "resources: [service.yaml]\nhelmCharts: [{name: pulled, version: 2.0.0, repo: 'https://x.example.com', releaseName: p}]", files: map[string]string{"service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: p}\n"}, refused: true},
}

var outside = map[string]string{"../home/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "../home/c/values.yaml": "{}\n", "../home/c/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {values: {{ toJson .Values | quote }}}\n"}

// TestInflate compares what comes of charts with what kustomize makes of them by
// itself, with the same helm. There is no network, so that it pulls none.
func TestInflate(t *testing.T) {
	asked(t)
	common, err := txtar.ParseFile(filepath.Join("testdata", "inflate", "charts.txtar"))
	require.NoError(t, err)
	for _, helm := range []tool{helm3, helm4} {
		command := filepath.Join(helm.install(t), "helm")
		for name, tt := range inflated {
			t.Run(helm.version+"/"+name, func(t *testing.T) {
				top := t.TempDir()
				dir := filepath.Join(top, "app")
				for _, f := range common.Files {
					write(t, dir, f.Name, string(f.Data))
				}
				for name, text := range tt.files {
					write(t, dir, name, text)
				}
				write(t, dir, "kustomization.yaml", tt.kustomization+"\n")
				want, failed := buildWithHelm(t, dir, command)
				got := renderWithHelm(t, top, command)
				require.Equal(t, tt.refused, failed != nil, "%v", failed)
				if tt.refused {
					require.NotEmpty(t, got.Reason)
					return
				}
				require.Empty(t, got.Reason)
				var objects []any
				for _, text := range got.Contents {
					var one any
					require.NoError(t, json.Unmarshal(text, &one))
					objects = append(objects, one)
				}
				require.Equal(t, want, objects)
			})
		}
	}
}

// buildWithHelm returns the objects of kustomize build.
func buildWithHelm(t *testing.T, dir, helm string) (objects []any, err error) {
	t.Helper()
	cmd := exec.Command(filepath.Join(kustomize.install(t), "kustomize"), "build", "--enable-helm", "--helm-command", helm, dir)
	home := t.TempDir()
	cmd.Env = []string{"HOME=" + home, "TMPDIR=" + home, "KUBECONFIG=" + os.DevNull, "PATH=" + os.Getenv("PATH")}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if cmd.Run() != nil {
		return nil, errors.New(errs.String())
	}
	for d := yaml.NewDecoder(&out); ; {
		var one, normal any
		if err := d.Decode(&one); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		text, err := json.Marshal(one)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &normal))
		objects = append(objects, normal)
	}
}

// renderWithHelm renders the kustomization in the directory app.
func renderWithHelm(t *testing.T, top, helm string) render.Result {
	t.Helper()
	tree := checkout.Find(os.DirFS(top), []string{"."}, checkout.Options{})
	target := render.Target{Target: checkout.Target{Dir: "app", File: "app/kustomization.yaml"}, Helm: render.Helm{Command: helm}}
	j, err := render.NewJob(tree, target)
	if err != nil {
		return render.Result{Reason: checkout.ReasonOf(err), Code: checkout.CodeOf(err)}
	}
	j.Origins, j.Temp = true, t.TempDir()
	return render.Run(context.Background(), j)
}
