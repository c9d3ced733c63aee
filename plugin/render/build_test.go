package render

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

const builds = `
-- base/kustomization.yaml --
resources: [all.yaml]
-- base/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {k: hunter2}
-- prod/kustomization.yaml --
namePrefix: prod-
namespace: shop
resources: [../base]
configMapGenerator: [{name: g, literals: [a=b]}]
-- twice/kustomization.yaml --
resources: [one.yaml, two.yaml]
-- twice/one.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
-- twice/two.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
-- renamed/kustomization.yaml --
resources: [two.yaml]
patches:
- target: {kind: ConfigMap, name: b}
  patch: '[{"op": "replace", "path": "/metadata/name", "value": "a"}]'
  options: {allowNameChange: true}
-- renamed/two.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
-- conflict/kustomization.yaml --
namespace: one
resources: [two.yaml]
-- conflict/two.yaml --
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: x}
stringData: {k: hunter2}
---
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: y}
stringData: {k: hunter2}
-- outside/kustomization.yaml --
resources: [../base/all.yaml]
-- openapi/kustomization.yaml --
openapi: {path: schema.json}
resources: [../base/]
-- openapi/schema.json --
{"definitions": {}}
-- openapj/kustomization.yaml --
resources: [../patched]
-- patched/kustomization.yaml --
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: side, image: s}]}}}
-- patched/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: main, image: m}]}}}
`

// jobOf is the job of one of the roots above.
func jobOf(t *testing.T, dir string) Job {
	t.Helper()
	p := find(tree(builds), dir)
	require.Len(t, p.Targets, 1)
	j, reason := newJob(p, Target{Target: p.Targets[0]})
	require.Empty(t, reason)
	return j
}

func names(r Result) (out []string) {
	for _, o := range r.Objects {
		out = append(out, o.Kind+" "+o.Namespace+"/"+o.Name)
	}
	return out
}

func TestRun(t *testing.T) {
	j := jobOf(t, "prod")
	r := run(j)
	require.Empty(t, r.Reason)
	assert.Equal(t, []string{"ConfigMap shop/prod-a", "ConfigMap shop/prod-g-4h2mbtbbt6", "Secret shop/prod-s"}, names(r))
	assert.Nil(t, r.Contents)

	j.Origins = true
	traced := run(j)
	assert.Equal(t, r.Objects, traced.Objects)
	var files []string
	for _, at := range traced.Places {
		files = append(files, at.File)
	}
	assert.Equal(t, []string{"base/all.yaml", "prod/kustomization.yaml", "base/all.yaml"}, files)
	assert.Equal(t, []int{3, 4, 7}, []int{traced.Places[0].Line, traced.Places[1].Line, traced.Places[2].Line})
	assert.NotContains(t, string(traced.Contents[0]), "origin")
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"prod-a","namespace":"shop"}}`, string(traced.Contents[0]))
}

// TestRunFails: no reason quotes what kustomize says, which can be a Secret.
func TestRunFails(t *testing.T) {
	for dir, want := range map[string]string{
		"twice":    "kustomize refuses it: Deployment web is there twice",
		"renamed":  "kustomize refuses it: ConfigMap a is there twice", // a panic
		"conflict": "kustomize refuses it: Secret a is there twice",
		"outside":  `kustomize refuses it: resources names "../base/all.yaml", a file that is not in or below the directory of the kustomization that names it`,
	} {
		r := run(jobOf(t, dir))
		assert.Equal(t, want, r.Reason.String(), dir)
		assert.Empty(t, r.Objects)
	}
}

// TestPool renders one with a schema of its own and then one without, in the
// same process: kustomize itself would replace the containers of the second
// one instead of merging them.
func TestPool(t *testing.T) {
	dirs := []string{"openapi", "openapj", "twice", "prod", "openapi", "openapj"}
	for name, pool := range map[string]Pool{"workers": {Command: command(t, "serves"), Workers: 1}, "this process": {}} {
		t.Run(name, func(t *testing.T) { testPool(t, pool, dirs) })
	}
}

func testPool(t *testing.T, pool Pool, dirs []string) {
	var got []Outcome
	pool.Run(context.Background(), len(dirs)+1, func(i int) (Job, error) {
		if i == len(dirs) {
			return Job{}, errors.New("no job")
		}
		j := jobOf(t, dirs[i])
		j.Origins = true
		return j, nil
	}, func(o Outcome) { got = append(got, o) })
	require.Len(t, got, len(dirs)+1)
	for i, dir := range dirs {
		assert.Equal(t, i, got[i].Index)
		j := jobOf(t, dir)
		j.Origins = true
		assert.Equal(t, run(j), got[i].Result, dir)
	}
	assert.Contains(t, string(got[1].Contents[0]), `"main"`)
	assert.Equal(t, "no job", got[len(dirs)].Reason.String())
}

func TestPoolSurvivesWorkers(t *testing.T) {
	for kind, want := range map[string]string{
		"dies":   "the process that rendered it died; it may have needed too much memory",
		"sleeps": "rendering it took longer than 50ms",
	} {
		var got []string
		pool := Pool{Command: command(t, kind), Workers: 2, Timeout: 50 * time.Millisecond}
		if kind == "dies" {
			pool.Timeout = 0
		}
		pool.Run(context.Background(), 3, func(int) (Job, error) { return jobOf(t, "prod"), nil }, func(o Outcome) { got = append(got, o.Reason.String()) })
		require.Len(t, got, 3, kind)
		for _, reason := range got {
			assert.Contains(t, reason, want)
		}
	}
}

// TestPoolLosesNothing: what happens to the worker of one job is its reason, and
// harms none of the others.
func TestPoolLosesNothing(t *testing.T) {
	const died = "the process that rendered it died; it may have needed too much memory"
	reasons := map[string]checkout.Reason{
		"sleeps": "rendering it took longer than 5s", "dies": died, "killed": died, "babbles": died,
	}
	dirs := []string{"prod", "dies", "prod", "prod", "killed", "killed", "prod", "sleeps", "babbles", "prod"}
	want := run(jobOf(t, "prod"))
	require.NotEmpty(t, want.Objects)
	var got []Outcome
	pool := Pool{Command: command(t, "picky"), Workers: 1, Timeout: 5 * time.Second}
	pool.Run(context.Background(), len(dirs), func(i int) (Job, error) {
		if reasons[dirs[i]] != "" {
			return Job{Target: Target{Target: checkout.Target{Dir: dirs[i]}}}, nil
		}
		return jobOf(t, dirs[i]), nil
	}, func(o Outcome) { got = append(got, o) })
	require.Len(t, got, len(dirs))
	for i, dir := range dirs {
		if reason := reasons[dir]; reason != "" {
			code := checkout.Died
			if dir == "sleeps" {
				code = checkout.TooLong
			}
			assert.Equal(t, Result{Reason: reason, Code: code}, got[i].Result, dir)
		} else {
			assert.Equal(t, want, got[i].Result)
		}
	}
}

func TestPoolEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pool := Pool{Command: command(t, "sleeps"), Workers: 2}
	pool.Run(ctx, 3, func(int) (Job, error) { cancel(); return jobOf(t, "prod"), nil }, func(Outcome) { t.Error("done") })
}

// TestPoolInProcess: a job that takes too long is given up, also one that waits
// for another.
func TestPoolInProcess(t *testing.T) {
	leave, err := kustomizer.Enter(t.Context())
	require.NoError(t, err)
	j := jobOf(t, "prod")
	r := inProcess{timeout: time.Minute, wait: time.Millisecond}.run(t.Context(), j)
	assert.Equal(t, "rendering it took longer than 1ms", r.Reason.String())
	leave()
	r = inProcess{wait: time.Minute}.run(t.Context(), j)
	assert.Equal(t, "rendering it took longer than 0s", r.Reason.String())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, "interrupted", inProcess{time.Minute, time.Minute}.run(ctx, j).Reason.String())
	assert.Equal(t, run(j), inProcess{time.Minute, time.Minute}.run(t.Context(), j))
}
