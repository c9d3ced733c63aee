package render

import (
	"io/fs"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// shelf has some repositories and files by their URL and version.
type shelf struct {
	trees map[string]fs.FS
	files map[string]string
	asked []string
}

func (s *shelf) Find(r vendored.Request) (f vendored.Found, err error) {
	key := r.URL
	if r.Kind == vendored.Chart {
		key += " " + r.Name
	}
	if r.Version != "" {
		key += " " + r.Version
	}
	s.asked = append(s.asked, key+" for "+r.At.File)
	f.Entry = vendored.Entry{Need: r.Need, SHA256: "0123456789abcdef" + key[len(key)-4:], Resolved: "1234567"}
	if text, ok := s.files[key]; ok && r.Kind == vendored.File {
		f.Data = []byte(text)
		return f, nil
	}
	if tree, ok := s.trees[key]; ok && r.Kind != vendored.File {
		f.FS = tree
		return f, nil
	}
	if r.Version == "tampered" {
		return f, checkout.Errorf(checkout.Mismatch, "it differs from the digest in the lock")
	}
	return f, checkout.Errorf(checkout.Remote, "it is not there")
}

const fromElsewhere = `
-- prod/kustomization.yaml --
namePrefix: prod-
resources:
- https://github.com/org/bases//web?ref=v1
- https://example.com/files/crd.yaml
- own.yaml
components: ['https://github.com/org/bases//labels?ref=v1']
patches: [{path: 'https://example.com/files/patch.yaml'}]
configMapGenerator: [{name: g, files: ['https://example.com/files/app.conf', 'x=https://example.com/files/app.conf']}]
-- prod/own.yaml --
apiVersion: v1
kind: Service
metadata: {name: own}
-- more/kustomization.yaml --
resources: ['https://github.com/org/bases//again?ref=v1']
-- missing/kustomization.yaml --
resources: ['https://github.com/org/bases//web?ref=v2']
-- nowhere/kustomization.yaml --
resources: ['https://github.com/org/bases//nowhere?ref=v1']
-- outside/kustomization.yaml --
resources: ['https://github.com/org/bases//outside?ref=v1']
-- above/kustomization.yaml --
resources: ['https://github.com/org/bases//above?ref=v1']
-- linked/kustomization.yaml --
resources: ['https://github.com/org/bases//linked?ref=v1']
-- tampered/kustomization.yaml --
resources: ['https://github.com/org/bases//web?ref=tampered']
-- cycle/kustomization.yaml --
resources: ['https://github.com/org/bases//cycle?ref=v1']
-- executes/kustomization.yaml --
resources: ['https://github.com/org/bases//executes?ref=v1']
-- decrypts/kustomization.yaml --
resources: ['https://github.com/org/bases//decrypts?ref=v1']
-- config/kustomization.yaml --
generators: ['https://example.com/files/crd.yaml']
-- secret.yaml --
apiVersion: v1
kind: Secret
metadata: {name: of-the-tree}
`

const bases = `
-- web/kustomization.yaml --
resources: [web.yaml, ../both, 'https://github.com/org/more?ref=main']
-- web/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
-- both/kustomization.yaml --
resources: [../both/s.yaml]
-- both/s.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
-- labels/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
nameSuffix: -x
-- again/kustomization.yaml --
resources: [../web]
-- outside/kustomization.yaml --
resources: [../../../../../../secret.yaml]
-- above/kustomization.yaml --
resources: [../both/s.yaml]
-- cycle/kustomization.yaml --
resources: ['https://github.com/org/bases//cycle?ref=v1']
-- executes/kustomization.yaml --
generators: [g.yaml]
-- executes/g.yaml --
apiVersion: example.com/v1
kind: Run
metadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: ./x}'}}
-- decrypts/kustomization.yaml --
generators: [g.yaml]
-- decrypts/g.yaml --
apiVersion: viaduct.ai/v1
kind: ksops
metadata: {name: x}
files: [s.yaml]
-- decrypts/s.yaml --
apiVersion: v1
kind: Secret
metadata: {name: s}
sops: {mac: x}
`

func shelfOf(t *testing.T) *shelf {
	t.Helper()
	files := map[string][]byte{}
	for _, f := range txtar.Parse([]byte(bases)).Files {
		files[f.Name] = f.Data
	}
	return &shelf{
		trees: map[string]fs.FS{
			"https://github.com/org/bases v1":  checkout.NewMemoryFS(files, map[string]string{"linked": "web"}),
			"https://github.com/org/more main": tree("-- kustomization.yaml --\nresources: [m.yaml]\n-- m.yaml --\napiVersion: v1\nkind: Service\nmetadata: {name: more}\n"),
		},
		files: map[string]string{
			"https://example.com/files/crd.yaml":   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: file}\n",
			"https://example.com/files/patch.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: file, labels: {a: b}}\n",
			"https://example.com/files/app.conf":   "a=b\n",
		},
	}
}

// TestVendored: bases and files from elsewhere are built as kustomize builds them.
func TestVendored(t *testing.T) {
	p := checkout.Find(tree(fromElsewhere), []string{"."}, checkout.Options{})
	s := shelfOf(t)
	target := func(dir string) Target {
		return Target{Target: checkout.Target{Dir: dir, File: dir + "/kustomization.yaml"}, Vendored: s}
	}
	j, err := NewJob(p, target("prod"))
	require.NoError(t, err)
	assert.Nil(t, j.Vendored)
	manifests := slices.Sorted(slices.Values(j.Manifests))
	assert.Equal(t, slices.Compact(slices.Clone(manifests)), manifests, "each is there once")
	j.Origins = true
	r := run(j)
	require.Empty(t, r.Reason)
	var got []string
	for _, o := range r.Objects {
		at := r.Places[o.At.Document]
		got = append(got, o.Kind+" "+o.Name+" "+job.Shown(at.File))
	}
	assert.Equal(t, []string{
		"ConfigMap prod-file-x example.com/files/crd.yaml",
		"ConfigMap prod-g-x-c7g9h86cmd prod/kustomization.yaml",
		"ConfigMap prod-shared-x github.com/org/bases@v1/both/s.yaml",
		"Service prod-more-x github.com/org/more@main/m.yaml",
		"Service prod-own-x prod/own.yaml",
		"Deployment prod-web-x github.com/org/bases@v1/web/web.yaml",
	}, got)
	assert.Contains(t, s.asked, "https://github.com/org/more main for github.com/org/bases@v1/web/kustomization.yaml")
	assert.ElementsMatch(t, []string{"prod/own.yaml", "prod/kustomization.yaml"}, slices.Collect(maps.Keys(j.Inputs)), "the files of the tree")

	for dir, want := range map[string]string{
		"more": "", "decrypts": "", "missing": `resources names something to be fetched: "https://github.com/org/bases//web?ref=v2"`,
		"nowhere": "the repository has no kustomization in nowhere",
		"outside": "leaves what is checked", "above": "which kustomize refuses", "linked": "through a symbolic link", "tampered": "differs from the digest",
		"cycle": "is a part of itself", "executes": "a plugin or a function", "config": "generators names something to be fetched",
	} {
		_, reason := newJob(p, target(dir))
		if want == "" {
			assert.Empty(t, reason, dir)
		} else {
			assert.Contains(t, reason, want, dir)
		}
	}
	flux := target("decrypts")
	flux.Kustomize.Flux = &Flux{Text: "resources: ['https://github.com/org/bases//decrypts?ref=v1']"}
	_, reason := newJob(p, flux)
	assert.Contains(t, reason, "which Flux refuses")
	_, reason = newJob(p, Target{Target: checkout.Target{Dir: "prod", File: "prod/kustomization.yaml"}})
	assert.Contains(t, reason, "resources names something to be fetched")
}

// TestVendoredCode: a thing that must not be used is not the same as one that is missing.
func TestVendoredCode(t *testing.T) {
	p := checkout.Find(tree(fromElsewhere), []string{"."}, checkout.Options{})
	_, err := NewJob(p, Target{Target: checkout.Target{Dir: "tampered", File: "tampered/kustomization.yaml"}, Vendored: shelfOf(t)})
	assert.Equal(t, checkout.Mismatch, checkout.CodeOf(err))
}

// TestVendoredInWorker: a job with files from elsewhere is one like all others.
func TestVendoredInWorker(t *testing.T) {
	p := checkout.Find(tree(fromElsewhere), []string{"."}, checkout.Options{})
	pool := Pool{Command: command(t, "serves")}
	pool.Run(t.Context(), 1, func(int) (Job, error) {
		return NewJob(p, Target{Target: checkout.Target{Dir: "prod", File: "prod/kustomization.yaml"}, Vendored: shelfOf(t)})
	}, func(o Outcome) {
		assert.Empty(t, o.Reason)
		assert.Len(t, o.Objects, 6)
	})
}
