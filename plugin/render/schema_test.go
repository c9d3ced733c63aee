package render

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// schemas are roots that merge one list. With the built-in schema kustomize
// knows its key, and merges it; without, it replaces it.
const schemas = `
-- app/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: main, image: m}]}}}
-- app/kustomization.yaml --
resources: [web.yaml]
-- none/kustomization.yaml --
resources: [../app]
patches: [{path: side.yaml}]
-- none/side.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: side, image: s}]}}}
-- own/schema.json --
{"definitions": {}}
-- own/kustomization.yaml --
OpenAPI: {path: schema.json}
resources: [../none]
-- own/base/schema.json --
{"definitions": {}}
-- own/base/kustomization.yaml --
{"open\u0061pi": {path: schema.json}, resources: [../../none]}
-- inherited/kustomization.yaml --
resources: [../own/base]
-- version/kustomization.yaml --
openapi: {version: v1.0.0}
resources: [../none]
-- broken/schema.json --
{
-- broken/kustomization.yaml --
openapi: {path: schema.json}
resources: [../none]
`

// TestSchemas: whatever was rendered before in the same process, a root is
// rendered as in a fresh one.
func TestSchemas(t *testing.T) {
	fsys := tree(schemas)
	schemaJob := func(dir string) (Job, error) {
		p := find(fsys, dir)
		require.NotEmpty(t, p.Targets)
		j, err := NewJob(p, Target{Target: checkout.Target{Dir: dir, File: dir + "/kustomization.yaml"}})
		j.Origins = true
		return j, err
	}
	in := func(dirs ...string) (results []Result) {
		Pool{Command: command(t, "serves"), Workers: 1}.Run(context.Background(), len(dirs),
			func(i int) (Job, error) { return schemaJob(dirs[i]) },
			func(o Outcome) { results = append(results, o.Result) })
		return results
	}
	dirs := []string{"none", "own", "own/base", "inherited", "version", "broken"}
	fresh, all := map[string]Result{}, []string{}
	for _, dir := range dirs {
		fresh[dir] = in(dir)[0]
		for _, next := range dirs {
			all = append(all, dir, next)
		}
	}
	assert.Contains(t, string(fresh["none"].Contents[0]), `"main"`)
	assert.NotContains(t, string(fresh["own"].Contents[0]), `"main"`)
	assert.NotEmpty(t, fresh["broken"].Reason)
	assert.NotEmpty(t, fresh["version"].Reason)
	for i, r := range in(all...) {
		assert.Equal(t, fresh[all[i]], r, "%s after %s", all[i], all[max(0, i-1)])
	}
}
