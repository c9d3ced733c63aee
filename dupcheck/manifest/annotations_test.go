package manifest_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

func TestAnnotations(t *testing.T) {
	const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: a
    annotations:
      config.kubernetes.io/origin: |
        path: ../base/a.yaml
        repo: https://github.com/x/y
        ref: v1
      helm.sh/hook: "pre-install"
      example.com/secret: nothing to keep
- apiVersion: v1
  kind: ConfigMap
  metadata:
    annotations: {config.kubernetes.io/origin: "configuredIn: kustomization.yaml\nconfiguredBy:\n  kind: ConfigMapGenerator\n"}
    name: b
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: c
    annotations: {kubecfg.github.com/provenance-file: prod.jsonnet, kubecfg.github.com/provenance-path: $.c, helm.sh/hook: 1}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: d, annotations: [1]}
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: e
    annotations:
      postrenderer.helm.sh/postrender-filename: 'web/templates/e.yaml'
`
	var objects []dupcheck.Object
	for o, err := range manifest.Parse("x.yaml", []byte(text)) {
		require.NoError(t, err)
		objects = append(objects, o)
	}
	require.Len(t, objects, 5)
	origins := []string{objects[0].At.Origin, objects[1].At.Origin, objects[2].At.Origin, objects[3].At.Origin, objects[4].At.Origin}
	assert.Equal(t, []string{"../base/a.yaml of https://github.com/x/y at v1", "kustomization.yaml", "prod.jsonnet $.c", "", "web/templates/e.yaml"}, origins)
	assert.Equal(t, map[string]string{
		"config.kubernetes.io/origin": "path: ../base/a.yaml\nrepo: https://github.com/x/y\nref: v1\n",
		"helm.sh/hook":                "pre-install",
	}, objects[0].Annotations)
	assert.NotContains(t, objects[2].Annotations, "helm.sh/hook", "it is no string")
	assert.Nil(t, objects[3].Annotations)
}
