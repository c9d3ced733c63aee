package flux_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
)

// happened is what a change does: each object that is removed with what becomes of it,
// and each rule that is an error, in their order.
func happened(t *testing.T, base, head fs.FS) string {
	t.Helper()
	return happenedWith(t, base, head, flux.Options{})
}

func happenedWith(t *testing.T, base, head fs.FS, o flux.Options) string {
	t.Helper()
	got, err := impact.Trees(t.Context(), base, head, deploy.Options{Tool: gitops.Flux, Adapter: o.Adapter}, impact.Options{})
	require.NoError(t, err)
	var all []string
	for _, c := range got.Deployers {
		for _, o := range c.Removed {
			all = append(all, o.ID.Name+" "+o.Outcome.String())
		}
		for _, f := range c.Findings {
			if f.Rule == impact.NotApplied || f.Rule == impact.UnresolvedChange || f.Rule == impact.OpaqueChange {
				all = append(all, string(f.Rule))
			}
		}
	}
	return strings.Join(all, ", ")
}

// built are objects that the table of what is built begins with: two ConfigMaps and a
// claim.
var built = []string{
	"a/v.yaml", volume,
	"a/c.yaml", config,
}

// TestBuild has what kustomize-controller makes of a path, by the files that a change
// adds to it: nothing is removed if the build fails.
func TestBuild(t *testing.T) {
	const (
		namespaced = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
		local      = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: x, annotations: {config.kubernetes.io/local-config: \"true\"}}\n"
		listed     = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: x}}\n"
	)
	for _, tt := range []struct {
		name  string
		files []string
		want  string
	}{
		// Without a kustomization every manifest below counts.
		{"a file that is no object", []string{"a/values.yaml", "replicas: 1\n"}, "not-applied"},
		{"a template", []string{"a/t.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Name }}}\n"}, "not-applied"},
		{"only comments", []string{"a/empty.yaml", "# nothing\n"}, ""},
		{"an empty file", []string{"a/empty.yaml", ""}, ""},
		{"JSON", []string{"a/x.json", "{}"}, ""},
		{"a list", []string{"a/v.yaml", listed}, ""},
		{"hidden", []string{"a/v.yaml", "", "a/.hidden/v.yaml", volume}, ""},
		{"local", []string{"a/v.yaml", local}, "data pruned"},
		{"a component below", []string{"a/b/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"}, "not-applied"},
		{"a kustomization below, that names not all", []string{"a/v.yaml", "", "a/b/kustomization.yaml", "resources: [x.yaml]\n", "a/b/x.yaml", strings.Replace(config, "config", "other", 1), "a/b/v.yaml", volume}, "data pruned"},
		{"a Kustomization of Flux in its place", []string{"a/kustomization.yaml", kustomization("x", "./b")}, "not-applied, not-applied"},
		{"two kustomizations", []string{"a/kustomization.yaml", "resources: [v.yaml]\n", "a/kustomization.yml", "resources: [v.yaml]\n"}, "not-applied"},
		{"nothing to build", []string{"a/v.yaml", "", "a/c.yaml", "", "a/README.md", "Hello.\n"}, "data pruned, config pruned"},
		// The one of the path is read loosely.
		{"an unknown field", []string{"a/kustomization.yaml", namespaced + "resourcess: [v.yaml, c.yaml]\n"}, "data pruned, config pruned"},
		{"an unknown field below", []string{"a/kustomization.yaml", "resources: [../b]\n", "b/kustomization.yaml", "resourcess: [x.yaml]\n"}, "not-applied"},
		{"one object twice", []string{"a/w.yaml", volume}, "not-applied"},
		{"one object of two versions", []string{"a/i.yaml", strings.Replace(config, "v1", "v1beta1", 1)}, ""},
		// Identities.
		{"a name that is a number", []string{"a/kustomization.yaml", "resources: [v.yaml, c.yaml]\npatches: [{target: {kind: PersistentVolumeClaim}, patch: '- {op: replace, path: /metadata/name, value: 42}'}]\n"}, "data pruned"},
		{"a patch that deletes", []string{"a/kustomization.yaml", "resources: [v.yaml, c.yaml]\npatches: [{patch: '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: x}, $patch: delete}'}]\n"}, "data pruned"},
		{"a patch that matches nothing", []string{"a/kustomization.yaml", "resources: [v.yaml, c.yaml]\npatches: [{target: {kind: Nothing}, patch: '- {op: remove, path: /x}'}]\n"}, ""},
		{"a patch without a target that matches nothing", []string{"a/kustomization.yaml", "resources: [v.yaml, c.yaml]\npatches: [{patch: '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: none, namespace: x}}'}]\n"}, "not-applied"},
		{"a namespace of its own", []string{"a/kustomization.yaml", "namespace: other\nresources: [v.yaml, c.yaml]\n"}, "data pruned, config pruned"},
		{"a prefix", []string{"a/kustomization.yaml", "namePrefix: p-\nresources: [v.yaml, c.yaml]\n"}, "data pruned, config pruned"},
		// Flux does none of these.
		{"a file inside of the checkout", []string{"a/kustomization.yaml", "resources: [../b/v.yaml, c.yaml]\n", "b/v.yaml", volume}, ""},
		{"something remote", []string{"a/kustomization.yaml", "resources: [c.yaml, 'https://example.com/x.yaml']\n"}, "unresolved-change"},
		{"a plugin that decrypts", []string{"a/kustomization.yaml", "resources: [c.yaml]\ngenerators: [g.yaml]\n", "a/g.yaml", "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: x}\nfiles: [s.yaml]\n", "a/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: x}\nsops: {mac: x}\n"}, "not-applied"},
		{"a function", []string{"a/kustomization.yaml", "resources: [c.yaml]\ngenerators: [g.yaml]\n", "a/g.yaml", "apiVersion: example.com/v1\nkind: X\nmetadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: ./x}'}}\n"}, "not-applied"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := append([]string{"flux.yaml", kustomization("a", "./a")}, built...)
			assert.Equal(t, tt.want, happened(t, tree(before...), tree(append(before, tt.files...)...)))
		})
	}
}

// TestSpec has what the fields of a Kustomization do to what it builds, and to what it
// has built.
func TestSpec(t *testing.T) {
	const (
		inNamespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n"
		variable    = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${NAME:=config}', namespace: x}\n"
	)
	plain := kustomization("a", "./a")
	for _, tt := range []struct {
		name, before, now string // fields of the spec
		files             []string
		want              string
	}{
		{"its namespace", "", "targetNamespace: other", nil, "data pruned, config pruned"},
		{"its namespace, for a Namespace", "", "targetNamespace: other", []string{"a/v.yaml", inNamespace}, "x pruned, config pruned"},
		{"its prefix", "", "namePrefix: p-", nil, "data pruned, config pruned"},
		{"its prefix, for a Namespace", "", "namePrefix: p-", []string{"a/v.yaml", inNamespace}, "config pruned"},
		{"its prefix in place of that of the kustomization", "", "namePrefix: p-", []string{"a/kustomization.yaml", "namePrefix: p-\nresources: [v.yaml, c.yaml]\n"}, ""},
		{"its namespace in place of that of the kustomization", "", "targetNamespace: other", []string{"a/kustomization.yaml", "namespace: other\nresources: [v.yaml, c.yaml]\n"}, ""},
		{"a patch that matches by the name before it has a prefix", "namePrefix: p-", "namePrefix: p-\n  patches: [{target: {name: data}, patch: '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, $patch: delete}'}]", nil, "p-data pruned"},
		{"an image", "", "images: [{name: x, newTag: v2}]", nil, ""},
		{"a component that is not there", "", "components: [../none]", nil, "not-applied"},
		{"a component that is not there, and need not be", "", "components: [../none]\n  ignoreMissingComponents: true", nil, ""},
		{"a component that is remote", "", "components: ['https://example.com/x']", nil, "not-applied"},
		{"labels", "", "commonMetadata: {labels: {x: z}}", nil, ""},
		{"it is suspended", "", "suspend: true", []string{"b/x.yaml", config}, ""},
		{"a service account", "", "serviceAccountName: x", nil, ""},
		{"another cluster", "", "kubeConfig: {secretRef: {name: spoke}}", nil, "data orphaned, config orphaned"},
		// Variables.
		{"no variables", "", "postBuild: {}", []string{"a/c.yaml", variable}, ""},
		{"one that has a default", "postBuild: {substitute: {X: z}}", "postBuild: {substitute: {X: z, NAME: other}}", []string{"a/c.yaml", variable}, "config pruned"},
		{"one that is said to be what it is by default", "postBuild: {substitute: {X: z}}", "postBuild: {substitute: {X: z, NAME: config}}", []string{"a/c.yaml", variable}, ""},
		{"a name of a variable that is none", "", "postBuild: {substitute: {a-b: z}}", nil, "not-applied"},
		{"one that is not known", "postBuild: {substitute: {X: z, NAME: config}}", "postBuild: {substitute: {X: z}}", []string{"a/c.yaml", strings.Replace(variable, ":=config", "", 1)}, "unresolved-change"},
		{"an object that takes none", "postBuild: {substitute: {NAME: x}}", "postBuild: {substitute: {NAME: z}}", []string{"a/c.yaml", strings.Replace(variable, "namespace: x", "namespace: x, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}", 1)}, ""},
		{"a number", "postBuild: {substitute: {NAME: config}}", "postBuild: {substitute: {NAME: '42'}}", []string{"a/c.yaml", variable}, "config pruned"},
		// The deletion of the Kustomization itself goes by what it was.
		{"it goes", "", "-", nil, "data deleted, config deleted"},
		{"it goes, and never pruned", "prune: false", "-", nil, "data orphaned, config orphaned"},
		{"it goes, and lets them be", "deletionPolicy: Orphan", "-", nil, "data orphaned, config orphaned"},
		{"it goes, and deletes though it does not prune", "prune: false\n  deletionPolicy: Delete", "-", nil, "data deleted, config deleted"},
		{"it goes while it is suspended", "suspend: true", "-", nil, "data orphaned, config orphaned"},
		// Protection is what was there before.
		{"protection at last", "", "commonMetadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}\n  targetNamespace: other", nil, "data pruned, config pruned"},
		{"protection before", "commonMetadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}", "targetNamespace: other", nil, "data protected, config protected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec := func(fields string) string {
				if strings.HasPrefix(fields, "prune:") {
					return strings.Replace(plain, "prune: true", fields, 1)
				}
				return kustomization("a", "./a", fields)
			}
			files := append(append([]string{}, built...), tt.files...)
			base := tree(append(files, "flux.yaml", spec(tt.before))...)
			head := tree(append(files, "flux.yaml", spec(tt.now))...)
			if tt.now == "-" {
				head = tree(files...)
			}
			assert.Equal(t, tt.want, happened(t, base, head))
		})
	}
}

// TestMoves has what becomes of an object that another Kustomization has at head.
func TestMoves(t *testing.T) {
	two := func(a, b string) string {
		return kustomization("a", "./a", a) + "---\n" + kustomization("b", "./b", b)
	}
	onA, onB := "dependsOn: [{name: a}]", "dependsOn: [{name: b}]"
	for _, tt := range []struct{ name, flux, want string }{
		{"a race", two("", ""), "data moved"},
		{"the new one waits for the old one", two("", onA), "data pruned"},
		{"the old one waits for the new one", two(onB, ""), "data adopted"},
		{"through a third one", two("", "dependsOn: [{name: c}]") + "---\n" + kustomization("c", "./c", onA), "data pruned"},
		{"they wait for each other", two(onB, onA), "data adopted"},
		{"the new one is suspended", two("", "suspend: true"), "data pruned"},
		{"the old one goes", kustomization("b", "./b", ""), "data moved, config deleted"},
		{"the old one goes, and the new one waits for it", kustomization("b", "./b", onA), "data deleted, config deleted"},
		{"to another cluster", two("", "kubeConfig: {secretRef: {name: spoke}}"), "data pruned, other orphaned"},
	} {
		base := tree("flux.yaml", two("", ""), "a/v.yaml", volume, "a/c.yaml", config, "b/o.yaml", strings.Replace(config, "config", "other", 1), "c/o.yaml", strings.Replace(config, "config", "third", 1))
		head := tree("flux.yaml", tt.flux, "a/c.yaml", config, "b/v.yaml", volume, "b/o.yaml", strings.Replace(config, "config", "other", 1), "c/o.yaml", strings.Replace(config, "config", "third", 1))
		assert.Equal(t, tt.want, happened(t, base, head), tt.name)
	}
}

// TestLayouts has ways to lay out a fleet, each with a change that does no harm and one
// that does.
func TestLayouts(t *testing.T) {
	const cluster = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cluster, namespace: flux-system}\ndata: {TENANT: acme}\n"
	const quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: '${TENANT}-quota', namespace: x}\n"
	const tenant = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: team, namespace: flux-system}\nspec: {url: https://git.example.com/org/fleet, ref: {branch: team}}\n"
	const own = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: https://git.example.com/org/fleet, ref: {branch: main}}\n"
	const set = "apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: tenants, namespace: flux-system}\nspec: {inputs: [%s]}\n"
	main := func(text string) string { return strings.ReplaceAll(text, "name: main}", "name: flux-system}") }
	root := main(kustomization("flux-system", "./clusters/prod"))
	for _, tt := range []struct {
		name           string
		base           []string
		harmless, harm []string // "-" removes a file
		want           string
	}{
		{
			"one repository",
			[]string{"clusters/prod/sync.yaml", own + "---\n" + root, "clusters/prod/apps.yaml", main(kustomization("apps", "./apps")), "apps/kustomization.yaml", "resources: [v.yaml, c.yaml]\n", "apps/v.yaml", volume, "apps/c.yaml", config},
			[]string{"apps/kustomization.yaml", "resources: [c.yaml, v.yaml]\n"},
			[]string{"clusters/prod/apps.yaml", "-"},
			"data deleted, config deleted, apps pruned",
		},
		{
			"a base and overlays",
			[]string{"flux.yaml", kustomization("prod", "./apps/prod") + "---\n" + kustomization("staging", "./apps/staging"), "apps/base/kustomization.yaml", "resources: [v.yaml]\n", "apps/base/v.yaml", volume, "apps/prod/kustomization.yaml", "namespace: prod\nresources: [../base]\n", "apps/staging/kustomization.yaml", "namespace: staging\nresources: [../base]\n"},
			[]string{"apps/base/kustomization.yaml", "# The claim.\nresources: [v.yaml]\n"},
			[]string{"apps/base/kustomization.yaml", "resources: [c.yaml]\n", "apps/base/c.yaml", config},
			"data pruned, data pruned",
		},
		{
			"a name with an anchor",
			[]string{"ks.yaml", strings.Replace(kustomization("app", "./a"), "name: app", "name: &app app", 1) + "  commonMetadata: {labels: {app: *app}}\n", "a/v.yaml", volume},
			[]string{"ks.yaml", kustomization("app", "./a")},
			[]string{"ks.yaml", kustomization("other", "./a")},
			"data moved",
		},
		{
			"a tenant on a branch of its own",
			[]string{"clusters/prod/sync.yaml", own + "---\n" + root, "clusters/prod/team.yaml", tenant + "---\n" + strings.Replace(kustomization("team", "./"), "name: main", "name: team", 1)},
			[]string{"README.md", "Hello.\n"},
			[]string{"clusters/prod/team.yaml", "-"},
			"team pruned, team pruned, unresolved-change",
		},
		{
			"variables of a ConfigMap",
			[]string{"flux.yaml", kustomization("a", "./a", "postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster}]}") + "---\n" + cluster, "a/q.yaml", quota},
			[]string{"flux.yaml", kustomization("a", "./a", "postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster}]}") + "---\n" + cluster + "# Acme.\n"},
			[]string{"flux.yaml", kustomization("a", "./a", "postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster}]}") + "---\n" + strings.Replace(cluster, "acme", "other", 1)},
			"acme-quota pruned",
		},
		{
			"a set of resources",
			[]string{"flux.yaml", strings.Replace(set, "%s", "{tenant: a}, {tenant: b}", 1)},
			[]string{"flux.yaml", "# Two.\n" + strings.Replace(set, "%s", "{tenant: a}, {tenant: b}", 1)},
			[]string{"flux.yaml", strings.Replace(set, "%s", "{tenant: a}", 1)},
			"unresolved-change",
		},
	} {
		with := func(changes []string) fs.FS {
			files := tree(tt.base...)
			for i := 0; i < len(changes); i += 2 {
				if delete(files, changes[i]); changes[i+1] != "-" {
					files[changes[i]] = tree("x", changes[i+1])["x"]
				}
			}
			return files
		}
		assert.Empty(t, happened(t, tree(tt.base...), with(tt.harmless)), tt.name)
		assert.Equal(t, tt.want, happened(t, tree(tt.base...), with(tt.harm)), tt.name)
	}
}

// TestSourceTwice: which tree a source is of is not known once it is declared again, and
// differently.
func TestSourceTwice(t *testing.T) {
	const source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: main, namespace: flux-system}\nspec: {url: https://git.example.com/org/config, ref: {branch: main}}\n"
	base := tree("flux.yaml", kustomization("a", "./a"), "source.yaml", source, "a/v.yaml", volume)
	for again, want := range map[string]string{source: "", strings.Replace(source, "config", "other", 1): "unresolved-change"} {
		head := tree("flux.yaml", kustomization("a", "./a"), "source.yaml", source, "z.yaml", again, "a/v.yaml", volume)
		assert.Equal(t, want, happened(t, base, head))
		assert.Empty(t, happened(t, head, head))
	}
}
