package kustomize

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/plugin/render/job"
)

const sourceFiles = `
-- root/kustomization.yaml --
namePrefix: a-
resources: [../base, own.yaml]
components: [../part]
commonAnnotations: {team: a}
configMapGenerator:
- {name: new, literals: [a=b]}
- {name: merged, behavior: merge, literals: [c=d]}
- {name: replaced, behavior: replace, literals: [c=d]}
patches:
- patch: '[{"op": "add", "path": "/metadata/annotations/x", "value": "y"}]'
  target: {name: own}
-- root/own.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: own, annotations: {own: "1"}}
-- base/kustomization.yaml --
resources: [list.yaml]
configMapGenerator:
- {name: merged, literals: [a=b], options: {annotations: {own: "1"}}}
- {name: replaced, literals: [a=b]}
secretGenerator:
- {name: secret, literals: [a=b]}
-- base/list.yaml --
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: one}}
- {apiVersion: v1, kind: Service, metadata: {name: two}}
-- part/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [more.yaml]
-- part/more.yaml --
apiVersion: v1
kind: Service
metadata: {name: three}
---
apiVersion: v1
kind: Service
metadata: {name: four}
`

// sourceJob is the job of the files above, with other contents of some.
func sourceJob(changes map[string]string) build {
	b := build{Job: job.Job{Files: map[string][]byte{}}}
	b.Dir, b.File = "root", "root/kustomization.yaml"
	for _, f := range txtar.Parse([]byte(sourceFiles)).Files {
		b.Files[f.Name] = f.Data
	}
	for name, text := range changes {
		b.Files[name] = []byte(string(b.Files[name]) + text)
	}
	return b
}

// TestSources: files that name themselves say the same as kustomize, or nothing.
func TestSources(t *testing.T) {
	const root, base = "root/kustomization.yaml", "base/kustomization.yaml"
	copying := "replacements:\n- {source: {kind: ConfigMap, name: own, fieldPath: FIELD}, targets: [{select: {kind: Service, name: three}, fieldPaths: [FIELD]}]}\n"
	for name, tt := range map[string]struct {
		changes map[string]string
		silent  bool
	}{
		"all of them":                        {},
		"a replacement of a name":            {changes: map[string]string{root: strings.ReplaceAll(copying, "FIELD", "metadata.name")}},
		"a replacement of annotations":       {changes: map[string]string{root: strings.ReplaceAll(copying, "FIELD", "metadata.annotations")}, silent: true},
		"a replacement of metadata":          {changes: map[string]string{root: strings.Replace(strings.ReplaceAll(copying, "FIELD", "metadata"), "[metadata]", "[spec], options: {create: true}", 1)}, silent: true},
		"a patch drops all annotations":      {changes: map[string]string{root: "- {patch: '[{\"op\": \"remove\", \"path\": \"/metadata/annotations\"}]', target: {name: own}}\n"}, silent: true},
		"a patch has annotations":            {changes: map[string]string{root: "- {patch: '{apiVersion: v1, kind: Service, metadata: {name: three, annotations: {a: b}}}'}\n"}},
		"a resource is a patch elsewhere":    {changes: map[string]string{root: "- {path: own.yaml, target: {kind: Service, name: two}}\n"}, silent: true},
		"a transformer":                      {changes: map[string]string{base: "transformers: [t.yaml]\n", "base/t.yaml": "apiVersion: builtin\nkind: PrefixSuffixTransformer\nmetadata: {name: t}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n"}, silent: true},
		"the kustomization notes origins":    {changes: map[string]string{root: "buildMetadata: [originAnnotations]\n"}},
		"an annotation only of a lower base": {changes: map[string]string{base: "commonAnnotations: {kuniq.dev/x: other}\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := sourceJob(tt.changes)
			m, err := b.run(b.Dir, nil)
			require.NoError(t, err)
			_, noted, err := b.noted()
			require.NoError(t, err)
			require.Len(t, noted, m.Size())
			marked := b.marked(m)
			if tt.silent {
				assert.Nil(t, marked)
				return
			}
			assert.Equal(t, noted, marked)
		})
	}
}

// TestTraced: both ways have the objects of the plain build, and a document that nothing
// asks for may have lost its annotation.
func TestTraced(t *testing.T) {
	few := sourceJob(nil)
	many := sourceJob(map[string]string{"root/kustomization.yaml": strings.Repeat("- {patch: '{apiVersion: v1, kind: Service, metadata: {name: two, labels: {a: b}}}'}\n", mostChanges)})
	for _, b := range []build{few, many} {
		plain, err := b.run(b.Dir, nil)
		require.NoError(t, err)
		m, sources, err := b.traced()
		require.NoError(t, err)
		want, err := plain.AsYaml()
		require.NoError(t, err)
		got, err := m.AsYaml()
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
		assert.ElementsMatch(t, []string{
			"root/own.yaml", "base/list.yaml", "base/list.yaml", "part/more.yaml", "part/more.yaml",
			"base/kustomization.yaml", "base/kustomization.yaml", "root/kustomization.yaml", "root/kustomization.yaml",
		}, sources)
	}
	assert.LessOrEqual(t, few.changes(), mostChanges)
	assert.Greater(t, many.changes(), mostChanges)

	lost := sourceJob(map[string]string{"root/kustomization.yaml": "- {patch: '[{\"op\": \"remove\", \"path\": \"/metadata/annotations\"}]', target: {name: own}}\n"})
	lost.Wanted = map[int]bool{}
	m, err := lost.run(lost.Dir, nil)
	require.NoError(t, err)
	assert.Contains(t, lost.marked(m), "")
}
