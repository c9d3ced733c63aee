package flux_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestOwners has what becomes of objects when the deployers around them change.
func TestOwners(t *testing.T) {
	const (
		disabled   = "metadata: {name: b, namespace: flux-system, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}"
		notPresent = "ssa: IfNotPresent"
		declared   = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: 'https://git.example.com/org/fleet', ref: {branch: main}}\n"
	)
	plain, other := kustomization("a", "./a"), strings.Replace(config, "config", "other", 1)
	no := func(text string) string { return strings.Replace(text, "prune: true", "prune: false", 1) }
	root := func(text string) string { return strings.ReplaceAll(text, "name: main}", "name: flux-system}") }
	child := strings.Replace(kustomization("b", "./b"), "metadata: {name: b, namespace: flux-system}", disabled, 1)
	patch := func(selector, spec string) string {
		return kustomization("a", "./a", "patches: [{target: {group: kustomize.toolkit.fluxcd.io, kind: Kustomization"+selector+"}, patch: '{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: _}, spec: {"+spec+"}}'}]")
	}
	for _, tt := range []struct {
		name       string
		base, head []string
		want       string
	}{
		// The policy at head decides about one that lives, and that at base about one that is deleted.
		{"it prunes of late", []string{"flux.yaml", no(plain), "a/v.yaml", volume, "a/c.yaml", config}, []string{"flux.yaml", plain, "a/c.yaml", config}, "data pruned"},
		{"it prunes no longer", []string{"flux.yaml", plain, "a/v.yaml", volume, "a/c.yaml", config}, []string{"flux.yaml", no(plain), "a/c.yaml", config}, "data kept"},
		{"it goes, and waits for the end", []string{"flux.yaml", no(kustomization("a", "./a", "deletionPolicy: WaitForTermination")), "a/v.yaml", volume}, nil, "data deleted"},
		{"it goes, and does as it prunes", []string{"flux.yaml", no(kustomization("a", "./a", "deletionPolicy: MirrorPrune")), "a/v.yaml", volume}, nil, "data orphaned"},
		{"it has a name of its own of late", []string{"flux.yaml", kustomization("a", "./a", "deletionPolicy: Orphan"), "a/v.yaml", volume}, []string{"flux.yaml", kustomization("z", "./a"), "a/v.yaml", volume}, "data adopted"},
		{"it is in another namespace", []string{"flux.yaml", plain, "a/v.yaml", volume}, []string{"flux.yaml", strings.Replace(plain, "namespace: flux-system", "namespace: other", 1), "a/v.yaml", volume}, "data moved"},
		{"it is of another version", []string{"flux.yaml", strings.Replace(plain, "io/v1", "io/v1beta2", 1), "a/v.yaml", volume}, []string{"flux.yaml", plain, "a/v.yaml", volume}, ""},
		{"it goes though it waits for the new one", []string{"flux.yaml", kustomization("a", "./a", "dependsOn: [{name: b}]") + "---\n" + kustomization("b", "./b"), "a/v.yaml", volume, "b/c.yaml", config}, []string{"flux.yaml", kustomization("b", "./b"), "b/v.yaml", volume, "b/c.yaml", config}, "data moved"},
		{"an object of two leaves one", []string{"flux.yaml", plain + "---\n" + kustomization("b", "./b"), "a/v.yaml", volume, "a/c.yaml", config, "b/v.yaml", volume}, []string{"flux.yaml", plain + "---\n" + kustomization("b", "./b"), "a/c.yaml", config, "b/v.yaml", volume}, "data moved"},
		{"another cluster, and an object less", []string{"flux.yaml", plain, "a/v.yaml", volume, "a/c.yaml", config}, []string{"flux.yaml", kustomization("a", "./a", "kubeConfig: {configMapRef: {name: spoke}}"), "a/c.yaml", config}, "data orphaned, config orphaned"},
		{"it is suspended, and then goes", []string{"flux.yaml", kustomization("a", "./a", "suspend: true"), "a/v.yaml", volume}, nil, "data orphaned"},
		{"a mark that keeps nothing", []string{"flux.yaml", plain, "a/v.yaml", marked("annotations", notPresent), "a/c.yaml", config}, []string{"flux.yaml", plain, "a/c.yaml", config}, "data pruned"},
		// A change of the path, the source, or what is built of it.
		{"the same files elsewhere", []string{"flux.yaml", plain, "a/v.yaml", volume}, []string{"flux.yaml", kustomization("a", "./b"), "b/v.yaml", volume}, ""},
		{"a source that is not there", []string{"flux.yaml", root(plain + "---\n" + kustomization("b", "./b")), "s.yaml", declared, "a/v.yaml", volume, "b/c.yaml", config}, []string{"flux.yaml", strings.Replace(root(plain+"---\n"+kustomization("b", "./b")), "name: flux-system}", "name: none}", 1), "s.yaml", declared, "a/v.yaml", volume, "b/c.yaml", config}, "unresolved-change"},
		{"the only source, which is not there", []string{"flux.yaml", plain, "a/v.yaml", volume}, []string{"flux.yaml", strings.Replace(plain, "name: main", "name: none", 1), "a/v.yaml", volume}, "unresolved-change"},
		{"the only source is declared later", []string{"flux.yaml", plain, "a/v.yaml", volume}, []string{"flux.yaml", plain, "s.yaml", strings.Replace(declared, "name: flux-system", "name: main", 1), "a/v.yaml", volume}, ""},
		// Children.
		{"a child that is kept, though its maker drops it", []string{"flux.yaml", plain, "a/kustomization.yaml", "resources: [b.yaml, c.yaml]\n", "a/b.yaml", child, "a/c.yaml", config, "b/v.yaml", volume}, []string{"flux.yaml", plain, "a/kustomization.yaml", "resources: [c.yaml]\n", "a/b.yaml", child, "a/c.yaml", config, "b/v.yaml", volume}, "b protected"},
		{"a child that is kept loses an object", []string{"flux.yaml", plain, "a/b.yaml", child, "b/v.yaml", volume, "b/c.yaml", config}, []string{"flux.yaml", plain, "a/b.yaml", child, "b/c.yaml", config}, "data pruned"},
		{"the namespace of a child", []string{"flux.yaml", plain, "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, []string{"flux.yaml", kustomization("a", "./a", "targetNamespace: other"), "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, "b pruned, data deleted"},
		{"a patch of all children", []string{"flux.yaml", plain, "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, []string{"flux.yaml", patch("", "targetNamespace: other"), "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, "data pruned"},
		{"a patch of children with a label", []string{"flux.yaml", plain, "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, []string{"flux.yaml", patch(`, labelSelector: "inject in (true)"`, "targetNamespace: other"), "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, ""},
		{"a patch of children without a label", []string{"flux.yaml", plain, "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, []string{"flux.yaml", patch(`, labelSelector: "inject notin (false)"`, "targetNamespace: other"), "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume}, "data pruned"},
		{"variables for children", []string{"flux.yaml", patch("", "postBuild: {substitute: {N: one}}"), "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", strings.Replace(volume, "name: data", "name: '${N}'", 1)}, []string{"flux.yaml", patch("", "postBuild: {substitute: {N: two}}"), "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", strings.Replace(volume, "name: data", "name: '${N}'", 1)}, "one pruned"},
		{"a child that its maker builds from its own file", []string{"flux.yaml", plain, "a/kustomization.yaml", "namespace: media\nresources: [b.yaml]\n", "a/b.yaml", strings.Replace(kustomization("b", "./b"), ", namespace: flux-system", "", 1), "b/v.yaml", other}, []string{"flux.yaml", plain, "a/kustomization.yaml", "namespace: media\nresources: [b.yaml]\n", "a/b.yaml", strings.Replace(kustomization("b", "./b"), ", namespace: flux-system", "", 1), "b/v.yaml", other}, ""},
		// Roots.
		{"a placeholder in place of the root", []string{"c/flux-system/gotk-sync.yaml", "# Placeholder.\n", "c/apps.yaml", plain, "a/v.yaml", volume, "a/c.yaml", config}, []string{"c/flux-system/gotk-sync.yaml", "# Placeholder.\n", "c/apps.yaml", plain, "a/c.yaml", config}, "data pruned"},
		{"a root that goes with its file", []string{"c/apps.yaml", plain, "a/v.yaml", volume}, []string{"a/v.yaml", volume}, "data deleted"},
		// flux-operator.
		{"a FluxInstance reads another path", []string{"flux.yaml", fmt.Sprintf(instance, "clusters/a")}, []string{"flux.yaml", fmt.Sprintf(instance, "clusters/b")}, "unresolved-change"},
		{"a FluxInstance reads the same path", []string{"flux.yaml", fmt.Sprintf(instance, "clusters/a")}, []string{"flux.yaml", "# Flux.\n" + fmt.Sprintf(instance, "clusters/a")}, ""},
		{"a FluxInstance goes", []string{"flux.yaml", fmt.Sprintf(instance, "clusters/a")}, nil, "unresolved-change"},
	} {
		assert.Equal(t, tt.want, happened(t, tree(tt.base...), tree(tt.head...)), tt.name)
	}
}

const instance = "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec: {sync: {kind: GitRepository, url: 'https://git.example.com/org/fleet', ref: refs/heads/main, path: %s}}\n"

// TestFiles has what of a checkout gets to Flux, by changes of files and of the source.
func TestFiles(t *testing.T) {
	const own = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: %s, namespace: flux-system}\nspec: {url: 'https://git.example.com/org/fleet', ref: {branch: main}%s}\n"
	source := func(more string) string { return fmt.Sprintf(own, "main", more) }
	bucket := func(kind string) string {
		return strings.Replace(kustomization("a", "./a"), "kind: GitRepository", "kind: "+kind, 1)
	}
	copied := strings.Replace(source(", layerSelector: {operation: copy}"), "GitRepository", "OCIRepository", 1)
	second := strings.Replace(kustomization("b", "./a", "targetNamespace: z"), "name: main", "name: second", 1)
	const includes = ", include: [{repository: {name: other}, toPath: other}]"
	with := func(files ...string) []string {
		return append([]string{"flux.yaml", kustomization("a", "./a"), "a/v.yaml", volume, "a/c.yaml", config}, files...)
	}
	modules := func(path string, more ...string) []string {
		return append(with("s.yaml", source(", recurseSubmodules: true"), ".gitmodules", "[submodule \"m\"]\n\tpath = m\n", "flux.yaml", kustomization("a", path)), more...)
	}
	for _, tt := range []struct {
		name       string
		base, head []string
		want       string
	}{
		{"a file that is a link of late", with(), with("a/v.yaml", "", "b/v.yaml", volume, "a/v.yaml", "-> ../b/v.yaml"), "data pruned"},
		{"a file that a kustomization names is a link", with("a/kustomization.yaml", "resources: [v.yaml, c.yaml]\n"), with("a/kustomization.yaml", "resources: [v.yaml, c.yaml]\n", "b/v.yaml", volume, "a/v.yaml", "-> ../b/v.yaml"), "not-applied"},
		{"a base behind a link", with("a/kustomization.yaml", "resources: [c.yaml, ../b]\n", "b/kustomization.yaml", "resources: []\nnamePrefix: x\n"), with("a/kustomization.yaml", "resources: [c.yaml, ../l]\n", "l", "-> b"), "not-applied"},
		{"the last file goes", with(), []string{"flux.yaml", kustomization("a", "./a"), "README.md", ""}, "not-applied"},
		{"a path above the checkout", with(), with("flux.yaml", kustomization("a", "../../a")), ""},
		{"an absolute path", with(), with("flux.yaml", kustomization("a", "/a/")), ""},
		{"a sparse checkout without the path", with("s.yaml", source("")), with("s.yaml", source(", sparseCheckout: [b]"), "b/x.yaml", ""), "not-applied"},
		{"a sparse checkout of nothing", with("s.yaml", source("")), with("s.yaml", source(", sparseCheckout: [none]")), "not-applied"},
		{"a sparse checkout with the path", with("s.yaml", source("")), with("s.yaml", source(", sparseCheckout: [./a]")), ""},
		{"a pattern of the source", with("s.yaml", source("")), with("s.yaml", source(", ignore: v.yaml")), "data pruned"},
		{"another repository is included", with("s.yaml", source("")), with("s.yaml", source(includes)), "unresolved-change"},
		{"a file beside what is included", with("s.yaml", source(includes)), with("s.yaml", source(includes), "a/v.yaml", ""), "unresolved-change"},
		{"nothing beside what is included", with("s.yaml", source(includes)), with("s.yaml", "# Ours.\n"+source(includes)), "unresolved-change"}, // any file may count
		{"the same with what is included", with("s.yaml", source(includes)), with("s.yaml", source(includes)), ""},
		{"a bucket with the same files", with("flux.yaml", bucket("Bucket")), with("flux.yaml", bucket("Bucket"), "README.md", "Hello.\n"), ""},
		{"a bucket with a file less", with("flux.yaml", bucket("Bucket")), with("flux.yaml", bucket("Bucket"), "a/v.yaml", ""), "unresolved-change"},
		{"an artifact with a file less", with("flux.yaml", bucket("OCIRepository"), "s.yaml", copied), with("flux.yaml", bucket("OCIRepository"), "s.yaml", copied, "a/v.yaml", ""), "unresolved-change"},
		{"an artifact that unpacks its layer of late", with("flux.yaml", bucket("OCIRepository"), "s.yaml", copied), with("flux.yaml", bucket("OCIRepository"), "s.yaml", strings.Replace(copied, "copy", "extract", 1)), "unresolved-change"},
		{"two sources with patterns of their own", with("b.yaml", second, "s.yaml", source("")+"---\n"+fmt.Sprintf(own, "second", "")), with("b.yaml", second, "s.yaml", source("")+"---\n"+fmt.Sprintf(own, "second", ", ignore: v.yaml")), "data pruned"},
		{"another directory of a submodule that is not here", modules("./m/a"), modules("./m/b"), "unresolved-change"},
		{"a directory with a submodule that is not here", modules("./m"), modules("./m", "a/v.yaml", ""), "unresolved-change"},
		{"beside a submodule that is not here", modules("./a"), modules("./a", "a/v.yaml", ""), "data pruned"},
		{"files of a submodule that is not here", modules("./a", "a/kustomization.yaml", "resources: [v.yaml, ../m/x.yaml]\n"), modules("./a", "a/kustomization.yaml", "resources: [../m/x.yaml]\n"), "unresolved-change"},
		{"files of a submodule that Flux has not", modules("./a", "s.yaml", source(""), "a/kustomization.yaml", "resources: [v.yaml, ../m/x.yaml]\n"), modules("./a", "s.yaml", source(""), "a/kustomization.yaml", "resources: [../m/x.yaml]\n"), ""},
	} {
		assert.Equal(t, tt.want, happened(t, linked(tt.base), linked(tt.head)), tt.name)
	}
}

// linked is a tree in which a text with an arrow is a link.
func linked(pairs []string) fs.FS {
	out := tree(pairs...)
	for _, file := range out {
		if to, ok := strings.CutPrefix(string(file.Data), "-> "); ok {
			file.Data, file.Mode = []byte(to), fs.ModeSymlink
		}
	}
	return out
}
