package render

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

const bundled = `
-- jsonnetfile.json --
{"version": 1, "legacyImports": true, "dependencies": [
  {"source": {"git": {"remote": "https://github.com/org/libs.git", "subdir": "web"}}, "version": "main"},
  {"source": {"local": {"directory": "lib"}}, "version": ""}
]}
-- env/spec.json --
{"apiVersion": "tanka.dev/v1alpha1", "kind": "Environment", "spec": {"namespace": "shop"}}
-- env/main.jsonnet --
[(import 'github.com/org/libs/web/main.libsonnet').web, (import 'web/main.libsonnet').web { metadata+: { name: 'alias' } }]
-- lazy/main.jsonnet --
{ unused:: import 'github.com/org/libs/web/none.libsonnet', also:: import 'github.com/org/none/x.libsonnet' }
-- gone/main.jsonnet --
import 'github.com/org/more/gone.libsonnet'
-- own/main.jsonnet --
(import 'github.com/org/libs/web/own.libsonnet').web
-- vendor/github.com/org/libs/web/own.libsonnet --
{ web: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'installed' } } }
-- locked/jsonnetfile.json --
{"version": 1, "dependencies": [{"source": {"git": {"remote": "git@github.com:org/libs.git", "subdir": "web"}}, "version": "main"}]}
-- locked/jsonnetfile.lock.json --
{"version": 1, "dependencies": [
  {"source": {"git": {"remote": "git@github.com:org/libs.git", "subdir": "web"}}, "version": "tampered"},
  {"source": {"git": {"remote": "https://github.com/org/more.git", "subdir": ""}}, "version": "2"}
]}
-- locked/tampered/main.jsonnet --
import 'github.com/org/libs/web/main.libsonnet'
-- locked/alias/main.jsonnet --
import 'web/main.libsonnet'
-- locked/more/main.jsonnet --
import 'github.com/org/more/more.libsonnet'
`

// TestBundled: libraries are found as "jb install" would have put them there, also those
// that libraries need, and one that is missing is named.
func TestBundled(t *testing.T) {
	libs := tree(`
-- web/jsonnetfile.json --
{"version": 1, "dependencies": [{"source": {"git": {"remote": "https://github.com/org/more"}}, "version": "1"}]}
-- web/main.libsonnet --
{ web: (import './part.libsonnet') + (import 'github.com/org/more/more.libsonnet') }
-- web/part.libsonnet --
{ apiVersion: 'v1', kind: 'Service' }
`)
	more := func(name string) fs.FS { return tree("-- more.libsonnet --\n{ metadata: { name: '" + name + "' } }\n") }
	s := &shelf{trees: map[string]fs.FS{
		"https://github.com/org/libs.git main": libs, "https://github.com/org/more 1": more("more"), "https://github.com/org/more.git 2": more("other"),
	}}
	p := checkout.Find(tree(bundled), []string{"."}, checkout.Options{})
	collect := func(dir string, from Vendored) (Job, error) {
		return NewJob(p, Target{Target: checkout.Target{Kind: checkout.Environment, Dir: dir, File: dir + "/main.jsonnet"}, Vendored: from})
	}
	j, err := collect("env", s)
	require.NoError(t, err)
	j.Origins = true
	r := run(j)
	require.Empty(t, r.Reason)
	assert.Equal(t, []string{"Service shop/more", "Service shop/alias"}, names(r))
	assert.Equal(t, "github.com/org/more@1/more.libsonnet", job.Shown(r.Places[0].File))
	assert.Contains(t, s.asked, "https://github.com/org/libs.git main for jsonnetfile.json")

	for dir, want := range map[string]string{
		"lazy":         "",
		"own":          "",
		"gone":         `it imports "github.com/org/more/gone.libsonnet", which is not in what is checked`,
		"locked/alias": `it imports "web/main.libsonnet", which is not in what is checked`,
	} {
		j, err := collect(dir, s)
		require.NoError(t, err)
		assert.Equal(t, want, run(j).Reason.String(), dir)
	}
	_, err = collect("locked/tampered", s)
	assert.Equal(t, checkout.Mismatch, checkout.CodeOf(err))
	j, err = collect("locked/more", s)
	require.NoError(t, err)
	assert.Contains(t, string(j.Files["locked/vendor/github.com/org/more/more.libsonnet"]), "other", "the lock counts")

	for dir, needed := range map[string]string{
		"env": "libs.git at main", "locked/more": "more.git at 2",
	} {
		j, err = collect(dir, nil)
		require.NoError(t, err)
		r = run(j)
		assert.Equal(t, checkout.Remote, r.Code, dir)
		assert.Contains(t, r.Reason.String(), "the repository https://github.com/org/"+needed+" would have to be fetched", dir)
	}
}
