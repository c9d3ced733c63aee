package migrate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// service is a Deployment, a Service and a ConfigMap as people write them.
func service(namespace, name string, i int) string {
	return fmt.Sprintf(`# %[2]s is looked after by team %[3]d.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %[2]s
  namespace: %[1]s
  labels: {app: %[2]s, team: "team-%[3]d"}
spec:
  replicas: %[4]d   # doubled after the outage in week %[3]d
  selector:
    matchLabels: {app: %[2]s}
  template:
    metadata:
      labels: {app: %[2]s}
    spec:
      containers:
        - name: main
          image: "registry.example.com/%[1]s/%[2]s:1.%[3]d.0"
          ports:
            - containerPort: 80%02[3]d
          env:
            - name: MODE
              value: 'on'
---
apiVersion: v1
kind: Service
metadata:
  name: %[2]s
  namespace: %[1]s
spec:
  selector: {app: %[2]s}
  ports:
    - name: http
      port: 80
      targetPort: 80%02[3]d
--- # settings of %[2]s
apiVersion: v1
kind: ConfigMap
metadata:
  name: %[2]s-settings
  namespace: %[1]s
data:
  application.properties: |
    # not a comment of YAML
    name=%[2]s
    ---
    level=info

    retries=%[3]d
`, namespace, name, i, i%3+1)
}

func services(namespace string, n int) string {
	var all []string
	for i := range n {
		all = append(all, service(namespace, fmt.Sprintf("service-%d", i), i))
	}
	return "# All services of " + namespace + ".\n# Please keep them sorted.\n\n" + strings.Join(all, "---\n")
}

// plainTree is a tree of files with several documents, as people have them
// before they use any tool.
func plainTree() string {
	// "---" at the beginning of a line ends a document even inside a block
	// scalar; indented, as in the settings, it does not.
	return "-- prod/services.yaml --\n" + services("prod", 10) +
		"-- staging/services.yml --\n" + strings.ReplaceAll(services("staging", 10), "\n", "\r\n") +
		"-- prod/rbac.yaml --\n" + rbac() +
		"-- prod/README.md --\nnot touched\n" +
		"-- prod/list.yaml --\napiVersion: v1\nkind: List\nitems:\n  # the first\n  - apiVersion: v1\n    kind: ServiceAccount\n    metadata:\n      name: from-a-list\n      namespace: prod\n" +
		"  - apiVersion: v1\n    kind: Secret\n    metadata:\n      name: from-a-list-with-a-long-name\n      namespace: prod\n    stringData:\n      text: |\n        some text\n          with indentation\n"
}

func rbac() string {
	var b strings.Builder
	for i := range 8 {
		fmt.Fprintf(&b, `---
kind: ClusterRole
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: shop:role-%d
rules:
- apiGroups: [""]
  resources: ["pods", "configmaps", "events-%d"]
  verbs: ["get", "list", "watch"]
---
kind: ClusterRoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: shop:role-%d
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "shop:role-%d"}
subjects:
- kind: ServiceAccount
  name: account-%d
  namespace: prod
`, i, i, i, i, i)
	}
	return b.String()
}

// kustomizeTree has bases, overlays, a component, patches, generators and
// transformers, partly in the order in which files are named.
func kustomizeTree() string {
	return "-- base/services.yaml --\n" + services("shop", 6) + `-- base/kustomization.yaml --
# The base of everything.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

resources:
  - namespace.yaml
  - "services.yaml"   # all of them
  - rbac.yaml

sortOptions:
  order: fifo
-- base/namespace.yaml --
apiVersion: v1
kind: Namespace
metadata:
  name: shop
-- base/rbac.yaml --
` + rbac() + `-- components/debug/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- path: debug.yaml
- path: debug.json6902.yaml
  target: {kind: Deployment, name: service-0}
-- components/debug/debug.json6902.yaml --
- op: add
  path: /metadata/annotations
  value: {debug: "true"}
-- components/debug/debug.yaml --
` + patches("debug") + `-- overlays/prod/kustomization.yml --
resources:
- ../../base
- extra.yaml
namePrefix: prod-
patches:
- path: replicas.yaml # by hand
  options:
    allowNameChange: false
- path: ../../components/debug/more.yaml
generators:
- generators.yaml
transformers:
- transformers.yaml
sortOptions:
  order: fifo
-- overlays/prod/extra.yaml --
` + strings.ReplaceAll(service("shop", "extra", 1), "\n", "\n") + `-- overlays/prod/replicas.yaml --
` + patches("replicas") + `-- components/debug/more.yaml --
` + patches("more") + `-- overlays/prod/generators.yaml --
apiVersion: builtin
kind: ConfigMapGenerator
metadata:
  name: generated-one
literals: [a=b]
---
apiVersion: builtin
kind: ConfigMapGenerator
metadata:
  name: generated-two
literals: [c=d]
-- overlays/prod/transformers.yaml --
apiVersion: builtin
kind: LabelTransformer
metadata: {name: first-label}
labels: {first: "1"}
fieldSpecs: [{path: metadata/labels, create: true}]
---
apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: second}
annotations: {second: "2"}
fieldSpecs: [{path: metadata/annotations, create: true}]
-- overlays/staging/Kustomization --
resources:
- ../../base
components:
- ../../components/debug
patchesStrategicMerge:
- ../prod/replicas.yaml
-- data/kustomization.yaml --
configMapGenerator:
- name: dump
  files:
  - services.yaml
-- data/services.yaml --
` + services("data", 2)
}

// patches are strategic merge patches for some of the services.
func patches(what string) string {
	var b strings.Builder
	for i := range 3 {
		fmt.Fprintf(&b, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: service-%d\n  namespace: shop\n  labels:\n    patched-by-%s: \"number %d\"\nspec:\n  replicas: %d%d\n", i, what, i, i, len(what))
	}
	return b.String()
}

// appOfApps has Applications in one file, and what they deploy.
func appOfApps() string {
	var apps strings.Builder
	for i := range 12 {
		fmt.Fprintf(&apps, `---
# Application number %[1]d
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: service-%[1]d
  namespace: argocd
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  project: shop
  source:
    repoURL: https://git.example.com/shop/deploy
    targetRevision: main
    path: services/service-%[1]d
  destination:
    server: https://kubernetes.default.svc
    namespace: service-%[1]d
  syncPolicy:
    automated: {prune: true, selfHeal: true}
`, i)
	}
	out := "-- root.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: root\n  namespace: argocd\nspec:\n  source:\n    repoURL: https://git.example.com/shop/deploy\n    path: apps\n    directory:\n      include: '*.yaml'\n" +
		"-- apps/all.yaml --\n" + apps.String()
	for i := range 12 {
		name := fmt.Sprintf("service-%d", i)
		out += "-- services/" + name + "/manifests.yaml --\n" + service(name, name, i)
	}
	return out
}

func TestRealisticRepositories(t *testing.T) {
	tests := map[string]struct {
		archive        string
		sources, files int
		roots          []string
	}{
		"plain":       {plainTree(), 4, 30 + 30 + 16 + 2, nil},
		"kustomize":   {kustomizeTree(), 8, 18 + 16 + 3 + 3 + 3 + 3 + 2 + 2, []string{"base", "overlays/prod", "overlays/staging", "data"}},
		"app of apps": {appOfApps(), 13, 12 + 12*3, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := repository(t, tt.archive)
			before := onDisk(t, dir, tt.roots)
			p, _ := migrated(t, dir, Options{}, WriteOptions{Git: true})
			sources, files := p.Counts()
			assert.Equal(t, [2]int{tt.sources, tt.files}, [2]int{sources, files})
			for _, r := range p.Roots {
				assert.True(t, r.Verified, "%s: %s", r.Dir, r.Reason)
			}
			assert.Empty(t, warnings(p))
			assert.Equal(t, before, onDisk(t, dir, tt.roots))
			gitIn(t, dir, "commit", "-q", "-m", "split")
			old, all := blamed(t, dir)
			t.Logf("git blame -C finds %d of %d lines (%.1f %%) in %d new files", old, all, 100*float64(old)/float64(all), files)
			assert.Greater(t, float64(old)/float64(all), 0.9)
			assert.True(t, plan(t, dir, Options{}).Empty())
			assert.Empty(t, gitIn(t, dir, "status", "--porcelain"))
		})
	}
}

// onDisk builds kustomizations from the files on the disk.
func onDisk(t *testing.T, dir string, roots []string) []string {
	t.Helper()
	leave, err := kustomizer.Enter(t.Context())
	require.NoError(t, err)
	defer leave()
	var out []string
	for _, root := range roots {
		o := krusty.MakeDefaultOptions()
		o.Reorder = krusty.ReorderOptionUnspecified
		o.LoadRestrictions = 2 // none: staging reads a file of prod
		m, err := krusty.MakeKustomizer(o).Run(filesys.MakeFsOnDisk(), filepath.Join(dir, root))
		require.NoError(t, err, root)
		text, err := m.AsYaml()
		require.NoError(t, err)
		out = append(out, string(text))
	}
	return out
}

// blamed counts the lines of the files that the last commit brought, and how
// many of them git blame -C finds in commits before.
func blamed(t *testing.T, dir string) (old, all int) {
	t.Helper()
	head := strings.TrimSpace(gitIn(t, dir, "rev-parse", "HEAD"))
	for _, file := range strings.Split(strings.TrimSuffix(gitIn(t, dir, "diff", "-z", "--no-renames", "--diff-filter=A", "--name-only", "HEAD~1", "HEAD"), "\x00"), "\x00") {
		for line := range strings.Lines(gitIn(t, dir, "blame", "-C", "-l", "-s", "--root", "HEAD", "--", file)) {
			all++
			if !strings.HasPrefix(line, head) {
				old++
			}
		}
	}
	return old, all
}

// modules are public ones with manifests for Kubernetes.
var modules = []struct {
	path string
	skip []string // of alternatives in one directory, and of broken examples
}{
	{"github.com/argoproj/argo-cd/v3@v3.5.7", []string{
		"-with-hydrator.yaml", "namespace-install.yaml", "manifests/core-install.yaml", "/testdata/", "test/", "argocd-repositories.yaml", "notifications_catalog",
	}},
	{"sigs.k8s.io/cluster-api@v1.14.2", nil},
}

func TestPublicModules(t *testing.T) {
	if os.Getenv("KUNIQ_LONG") == "" {
		t.Skip("downloads modules; KUNIQ_LONG=1 runs it")
	}
	for _, m := range modules {
		t.Run(m.path, func(t *testing.T) {
			dir := moduleTree(t, m.path)
			skip := func(file string) string {
				for _, s := range m.skip {
					if strings.Contains(file, s) {
						return "left out by the test"
					}
				}
				return ""
			}
			o := Options{Skip: skip, AllowUnverified: func(dir string) bool { return strings.HasPrefix(dir, "hack/") || strings.HasPrefix(dir, "examples/") }}
			p, _ := migrated(t, dir, o, WriteOptions{Git: true})
			sources, files := p.Counts()
			verified := 0
			for _, r := range p.Roots {
				if r.Verified {
					verified++
				}
			}
			gitIn(t, dir, "commit", "-q", "-m", "split")
			old, all := blamed(t, dir)
			t.Logf("%d files became %d, %d of %d kustomizations verified, git blame -C finds %d of %d lines (%.1f %%)",
				sources, files, verified, len(p.Roots), old, all, 100*float64(old)/float64(all))
			assert.Greater(t, float64(old)/float64(all), 0.9)
			assert.True(t, plan(t, dir, o).Empty())
		})
	}
}

// moduleTree makes a repository of the files of a module.
func moduleTree(t *testing.T, module string) string {
	t.Helper()
	source := downloaded(t, module)
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q")
	require.NoError(t, os.CopyFS(filepath.Join(dir, "x"), os.DirFS(source)))
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "x"), func(p string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(p, 0o755)
		}
		return err
	}))
	entries, err := os.ReadDir(filepath.Join(dir, "x"))
	require.NoError(t, err)
	for _, e := range entries {
		require.NoError(t, os.Rename(filepath.Join(dir, "x", e.Name()), filepath.Join(dir, e.Name())))
	}
	require.NoError(t, os.Remove(filepath.Join(dir, "x")))
	_ = os.Remove(filepath.Join(dir, ".gitattributes")) // which calls the manifests generated
	commit(t, dir)
	return dir
}
