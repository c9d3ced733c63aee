package propose

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// declared has the declarations for Argo CD and Flux in the repository.
type declared struct {
	mu sync.Mutex
	gitops.Declared
}

// read records the declarations in an object. It may be called concurrently.
func (d *declared) read(o dupcheck.Object) (string, error) {
	found := gitops.FromObjects(gitops.ArgoCD|gitops.Flux, o)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Merge(found)
	return "", nil
}

// place records where everything is written, and sorts it, so that the order does not depend
// on chance.
func (d *declared) place(at map[dupcheck.ID]dupcheck.Position) {
	placed(d.Applications, at, func(a *gitops.Application) *gitops.Head { return &a.Head })
	placed(d.ApplicationSets, at, func(s *gitops.ApplicationSet) *gitops.Head { return &s.Head })
	placed(d.HelmReleases, at, func(r *gitops.HelmRelease) *gitops.Head { return &r.Head })
	placed(d.FluxOperated, at, func(o *gitops.FluxOperated) *gitops.Head { return &o.Head })
}

func placed[T any](all []T, at map[dupcheck.ID]dupcheck.Position, head func(*T) *gitops.Head) {
	for i := range all {
		h := head(&all[i])
		h.Object.At = at[h.ID("")]
	}
	slices.SortStableFunc(all, func(a, b T) int {
		x, y := head(&a).Object, head(&b).Object
		return cmp.Or(strings.Compare(x.At.File, y.At.File), cmp.Compare(x.At.Line, y.At.Line), strings.Compare(x.Name, y.Name))
	})
}

// known proposes settings that only people know, if something in the repository hints at
// them.
func (d *declared) known(r repository) []Line {
	return slices.Concat(d.clusters(), d.repos(r), d.roots())
}

// clusters asks for the clusters that generators read, unless Secrets of the repository list
// them.
func (d *declared) clusters() []Line {
	var by, names []string
	for _, s := range d.ApplicationSets {
		if slices.ContainsFunc(s.Spec.Generators, readsClusters) {
			by = append(by, s.Object.At.File)
		}
	}
	for _, c := range d.Clusters {
		names = append(names, cmp.Or(c.Name, c.Object.Name))
	}
	if len(by)+len(names) == 0 {
		return nil
	}
	for _, a := range d.Applications {
		names = append(names, a.Spec.Destination.Name)
	}
	names = slices.DeleteFunc(sorted(names), func(name string) bool {
		return name == "" || name == inCluster || strings.Contains(name, "{{") ||
			slices.ContainsFunc(d.Clusters, func(c gitops.Cluster) bool { return !c.Unknown && c.Name == name })
	})
	if len(d.Clusters) > 0 && len(names) == 0 {
		return nil // their Secrets say all
	}
	because := []string{"Secrets of clusters are encrypted or made elsewhere. Name each cluster as its Secret does: argocd cluster list -o yaml"}
	if by = sorted(by); len(by) > 0 {
		because = []string{"the generator clusters of " + report.Few(by, 3) + " reads data that is not in git. Name each cluster as Argo CD knows it, with its labels: argocd cluster list -o yaml"}
	}
	if len(names) == 0 {
		names = []string{"NAME"}
	}
	var lines []Line
	for _, name := range names {
		lines = append(lines, Line{Field: Clusters, Value: name, Open: true, Because: because, entry: []string{
			"name: " + strconv.Quote(name), "server: \"https://...\"", "labels: {}",
		}})
	}
	return lines
}

// readsClusters says whether a generator, or one inside of it, is clusters.
func readsClusters(raw json.RawMessage) bool {
	var g gitops.Generator
	if gitops.Unmarshal(raw, &g) != nil {
		return false
	}
	for _, c := range []*gitops.Combination{g.Matrix, g.Merge} {
		if c != nil && slices.ContainsFunc(c.Generators, readsClusters) {
			return true
		}
	}
	return g.Clusters != nil
}

// inCluster is Argo CD's name for the cluster in which it runs.
const inCluster = "in-cluster"

// sorted returns texts in lexical order, each once.
func sorted(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }

// instance has the values of the chart of a FluxInstance, or a FluxInstance itself.
type instance struct {
	Sync struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
		Path string `json:"path"`
	} `json:"sync"`
}

// roots proposes the Kustomization that flux-operator makes of a FluxInstance: it is in no
// file, and deploys the repository.
func (d *declared) roots() (lines []Line) {
	for _, r := range d.HelmReleases {
		var values struct {
			Instance instance `json:"instance"`
		}
		if gitops.Unmarshal(r.Spec.Values, &values) == nil {
			lines = append(lines, values.Instance.root(r.Namespace(), r.Object.At.File)...)
		}
	}
	for _, o := range d.FluxOperated {
		var of instance
		if o.Object.Kind == "FluxInstance" && gitops.Unmarshal(o.Spec.Sync, &of.Sync) == nil {
			lines = append(lines, of.root(o.Metadata.Namespace, o.Object.At.File)...)
		}
	}
	return slices.CompactFunc(lines, func(a, b Line) bool { return slices.Equal(a.entry, b.entry) })
}

// usualNamespace is the namespace of Flux, unless something names another one.
const usualNamespace = "flux-system"

// root is the line for an instance, which has none without a path (flux-operator v0.58
// internal/builder: the name is that of the namespace if it is not given).
func (i instance) root(namespace, file string) []Line {
	if i.Sync.Path == "" || !plainPath.MatchString(i.Sync.Path) {
		return nil
	}
	namespace = cmp.Or(namespace, usualNamespace)
	name := cmp.Or(i.Sync.Name, namespace)
	return []Line{{
		Field: Roots, Value: name,
		Because: []string{file + " makes flux-operator apply this: nothing in git declares it"},
		entry: []string{
			"manifest:",
			"  apiVersion: kustomize.toolkit.fluxcd.io/v1",
			"  kind: Kustomization",
			"  metadata: {name: " + strconv.Quote(name) + ", namespace: " + strconv.Quote(namespace) + "}",
			"  spec: {path: " + strconv.Quote(i.Sync.Path) + ", prune: true, sourceRef: {kind: " + strconv.Quote(cmp.Or(i.Sync.Kind, "GitRepository")) + ", name: " + strconv.Quote(name) + "}}",
		},
	}}
}
